import { useTranslation } from "react-i18next";
import { percent } from "../../../shared/numbers";
import { Mark } from "../../../shared/page";
import type { Row } from "./types";

/** What the figures rest on, from the grades of a run: figures as others reported them, and factors that nobody checked. */
export function Resting({ rows }: { rows: Row[] }) {
  const { t } = useTranslation();
  const share = (state: string) => rows.filter((row) => row.state === state).reduce((sum, row) => sum + Number(row.share ?? 0), 0);
  const [reported, unverified] = [share("reported"), share("recalled")];
  return (
    <>
      {reported > 0 && <Mark kind="warning">{t("overview.as_reported", { share: percent(reported) })}</Mark>}
      {unverified > 0 && <Mark kind="warning">{t("overview.unverified", { share: percent(unverified) })}</Mark>}
      {reported + unverified === 0 && <Mark kind="good">{t("overview.all_verified")}</Mark>}
    </>
  );
}
