import { useTranslation } from "react-i18next";
import { count, short } from "../../../shared/numbers";
import { Mark } from "../../../shared/page";
import { joined } from "../../../shared/words";
import { type Told, VERDICTS } from "./types";

const KIND: Record<string, "good" | "error" | "warning" | "info" | "plain"> = { agrees: "good", excess: "error", units: "error", unlisted: "warning", short: "info", uncovered: "info" };

export function Verdict({ of }: { of: string }) {
  const { t } = useTranslation();
  return (
    <span title={t(`sources.verdict_means.${of}`)}>
      <Mark kind={KIND[of]}>{t(`sources.verdicts.${of}`)}</Mark>
    </span>
  );
}

/** What a check found, in a line: cells by verdict, or the test and its suspects. */
export function Outcome({ found }: { found: Told }) {
  const { t } = useTranslation();
  if (found.verdicts) {
    const { verdicts } = found;
    return <>{joined(VERDICTS.filter((one) => verdicts[one]).map((one) => `${t(`sources.verdicts.${one}`)} ${count(verdicts[one])}`))}</>;
  }
  const suspects = joined((found.suspects ?? []).map((one) => one.name));
  return (
    <>
      <Test found={found} /> {suspects && t("sources.suspects_are", { names: suspects })}
    </>
  );
}

/** The global test, with its figures. */
export function Test({ found, figures = false }: { found: Told; figures?: boolean }) {
  const { t } = useTranslation();
  if (!found.freedom) return <Mark>{t("sources.untested")}</Mark>;
  return (
    <>
      <Mark kind={found.consistent ? "good" : "error"}>{t(found.consistent ? "sources.passed" : "sources.failed")}</Mark>
      {figures && <> {t("sources.figures", { value: short(found.chi_square), limit: short(found.limit), freedom: count(found.freedom) })}</>}
    </>
  );
}
