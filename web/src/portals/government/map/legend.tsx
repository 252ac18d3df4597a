import { useTranslation } from "react-i18next";
import { short } from "../../../shared/numbers";
import { colours, useTheme } from "../../../shared/theme";
import type { Scale } from "./paint";

/** What a class of a scale is called: up to its end, and for differences from one end to the next. */
export function classNames(scale: Scale, by: number): string[] {
  const ends = scale.ends.map((end) => short(end / by, 3));
  if (!scale.open) return ends.map((end) => `≤ ${end}`);
  return scale.hue.map((_, at) => (at === 0 ? `≤ ${ends[0]}` : at === ends.length ? `> ${ends.at(-1)}` : `${ends[at - 1]} … ${ends[at]}`));
}

export function Legend({ scale, by, unit, cut }: { scale: Scale; by: number; unit: string; cut: string }) {
  const { t } = useTranslation();
  const { dark } = useTheme();
  return (
    <ul className="row legend" aria-label={t("map.legend")}>
      <li className="quiet">{[cut, unit].filter(Boolean).join(" · ")}</li>
      {scale.ends.length > 0 &&
        classNames(scale, by).map((name, at) => (
          <li key={at} className="row">
            <span aria-hidden="true" style={{ background: scale.hue[at] }} /> {name}
          </li>
        ))}
      <li className="row">
        <span aria-hidden="true" style={{ background: colours(dark).line }} /> {t("map.unknown")}
      </li>
    </ul>
  );
}
