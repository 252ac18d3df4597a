import { useTranslation } from "react-i18next";
import type { Option } from "../../../shared/choice";
import { useRegions } from "../../../shared/names";
import { count, when } from "../../../shared/numbers";

export type Kept = { id: string; name: string; number: number; region: string; entity: string; rows_good: number; made_at: string; made_by: string; synthetic: boolean };

/** Data sets as they are chosen from: version, place, rows, when and by whom. */
export function useSets(rows: Kept[]): Option[] {
  const { t } = useTranslation();
  const place = useRegions(rows.map((one) => one.region));
  return rows.map((one) => ({
    value: one.id,
    name: `${one.name} v${one.number}`,
    about: [one.synthetic && t("data.synthetic"), place(one.region), one.entity, t("data.rows_count", { count: one.rows_good, shown: count(one.rows_good) }), when(one.made_at), one.made_by].filter(Boolean).join(" · "),
  }));
}
