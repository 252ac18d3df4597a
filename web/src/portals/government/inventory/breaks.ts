import { useTranslation } from "react-i18next";
import { query } from "../../../shared/api";
import { percent, short } from "../../../shared/numbers";
import { joined } from "../../../shared/words";
import { useTable } from "./ask";
import type { Mark, Style } from "./options";

type Break = { item: string; item_name: string; earlier: string; later: string; effect: number; share: number; value_before: string; value_after: string };
export type Breaks = { marks: Mark[]; notes: string[]; brief: string[] };

export function useBreakRows(runs: string[], refresh: number | false = false): Break[] {
  const found = useTable<{ rows: Break[] }>(query("/inventories/breaks", { run: runs, limit: 200 }), runs.length > 0, refresh);
  return found.data?.rows ?? [];
}

/** Where the factors of a series come from another document than the year before: marks for its chart, and sentences beneath it. */
export function useBreaks(runs: string[], style: Style, refresh: number | false = false): Breaks {
  const { t } = useTranslation();
  const rows = useBreakRows(runs, refresh);
  if (rows.length === 0) return { marks: [], notes: [], brief: [] };
  const years = [...new Set(rows.map((one) => one.later))].sort();
  const told = rows.map((one) => {
    const moved = t(one.effect > 0 ? "inventory.more_by" : "inventory.less_by", { amount: short(Math.abs(one.effect) / style.scale), unit: style.unit });
    return t("inventory.break_told", { later: one.later, item: one.item_name || one.item, before: one.value_before || "–", after: one.value_after || "–", moved, share: percent(Math.abs(one.share)) });
  });
  return {
    marks: years.map((x) => ({ x, name: t("inventory.break_mark") })),
    notes: [t("inventory.breaks_lead"), ...told],
    brief: [t("inventory.years_broken", { years: joined(years) })],
  };
}
