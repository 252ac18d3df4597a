import { useTranslation } from "react-i18next";
import { percent, short } from "../../../shared/numbers";
import { MadeUp, Mark } from "../../../shared/page";

export type Datum = { period: string; quantity: string; value: number; source: string; base_year: string; clause: string; synthetic: boolean };
type Shown = { of: Datum; year: string; now: number | null | undefined; path: number | null | undefined; word: "target" | "target_total"; unit: string; scale?: number; brief: boolean };

/** A target, and whether the year shown keeps to the path that leads there. */
export function Aim({ of, year, now, path, word, unit, scale = 1, brief }: Shown) {
  const { t } = useTranslation();
  const figure = (value: number) => short(value / scale, word === "target" ? 3 : 4);
  return (
    <p className="aim">
      {t(`overview.${word}`, { year: of.period, value: figure(of.value), unit })}
      {!brief && of.base_year && t("overview.base", { year: of.base_year })} <MadeUp of={of} />
      {now && path ? (
        now <= path ? <Mark kind="good">{t("overview.within", { year, path: figure(path) })}</Mark> : <Mark kind="error">{t("overview.above", { year, path: figure(path), share: percent((now / path - 1) * 100) })}</Mark>
      ) : (
        now && !brief && <span className="quiet">{t("overview.no_path", { year: of.base_year || year })}</span>
      )}
      {!brief && (
        <>
          <br />
          <span className="quiet">{[of.source, of.clause].filter(Boolean).join(" · ")}</span>
        </>
      )}
    </p>
  ); // prettier-ignore
}

/** The target that a year is on its way to: the first that is due in it or later, else the last there is. */
export function aimOf(data: Datum[], quantity: string, year: string): Datum | undefined {
  const own = data.filter((one) => one.quantity === quantity).sort((one, other) => one.period.localeCompare(other.period));
  return own.find((one) => one.period >= year) ?? own.at(-1);
}
