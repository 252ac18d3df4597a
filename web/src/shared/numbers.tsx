import { Tooltip } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { usePick } from "./address";
import { lang } from "./words";

/** Scales of amounts: t, 万吨 and 亿吨. */
export const SCALES = { t: 1, wan: 1e4, yi: 1e8 } as const;
export type Scale = keyof typeof SCALES;
export const UNKNOWN = "–";
const NOTATION = ["NO", "NE", "IE", "C", "NA"];

const locale = () => (lang() === "zh" ? "zh-CN" : "en-GB");

/** 3 to 4 significant digits, grouped, never with an exponent; what is unknown is a dash and never 0. */
export function short(value: number | null | undefined, digits = 4, least = 3): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return UNKNOWN;
  if (value === 0) return "0";
  return new Intl.NumberFormat(locale(), { minimumSignificantDigits: Math.min(least, digits), maximumSignificantDigits: digits }).format(value);
}

/** The sign of a change; none where nothing changed. */
export const signOf = (value: number): string => (value > 0 ? "+" : value < 0 ? "−" : "");

/** All digits that there are. */
export function full(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return UNKNOWN;
  return new Intl.NumberFormat(locale(), { maximumFractionDigits: 12, maximumSignificantDigits: 17 }).format(value);
}

/** A count: whole, grouped. */
export function count(value: number | null | undefined): string {
  return value === null || value === undefined ? UNKNOWN : new Intl.NumberFormat(locale()).format(value);
}

/** A share of 100. */
export function percent(value: number | null | undefined): string {
  return value === null || value === undefined ? UNKNOWN : `${short(value, 3)} %`;
}

/** A time of the server, in the place of the reader: `2026-11-22 08:18`. */
export function when(iso: string | null | undefined): string {
  if (!iso) return UNKNOWN;
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return iso;
  const two = (part: number) => String(part).padStart(2, "0");
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** Bytes, as people say them. */
export function bytes(size: number): string {
  const names = ["B", "kB", "MB", "GB"];
  if (size < 1000) return `${count(size)} B`;
  const step = size > 0 ? Math.min(3, Math.floor(Math.log10(size) / 3)) : 0;
  return `${short(size / 1000 ** step, 3)} ${names[step]}`;
}

/** The unit that was picked at the top: its scale, and its name for heads of columns. */
export function useUnit(of = ""): { scale: number; unit: string; key: Scale } {
  const { t } = useTranslation();
  const [picked] = usePick("unit");
  const key: Scale = picked in SCALES ? (picked as Scale) : "wan";
  return { scale: SCALES[key], unit: [t(`unit.${key}`), of].filter(Boolean).join(" "), key };
}

/** NO, NE, IE, C, with what it means. */
export function Key({ code }: { code: string }) {
  const { t } = useTranslation();
  const told = t(`notation.${code}`);
  return (
    <Tooltip title={told}>
      <abbr tabIndex={0} aria-label={`${code}: ${told}`}>
        {code}
      </abbr>
    </Tooltip>
  );
}

type Shown = { value: number | string | null | undefined; scale?: number; unit?: string; digits?: number; plusMinus?: number | null };

/** A number as it is shown: short, with all its digits in the tooltip; a notation key as a key; unknown as a dash. */
export function Amount({ value, scale = 1, unit = "", digits = 4, plusMinus }: Shown): ReactNode {
  const { t } = useTranslation();
  if (typeof value === "string" && NOTATION.includes(value)) return <Key code={value} />;
  const number = typeof value === "string" ? Number(value) : value;
  if (number === null || number === undefined || Number.isNaN(number)) {
    return (
      <span className="unknown" aria-label={t("number.unknown")}>
        {UNKNOWN}
      </span>
    );
  }
  return (
    <span title={`${full(number)} ${unit}`.trim()}>
      {short(number / scale, digits)}
      {plusMinus !== null && plusMinus !== undefined && <small className="quiet"> ±{short(plusMinus, 2)} %</small>}
    </span>
  );
}

/** An amount in tonnes, in the unit that was picked. */
export function Tonnes({ value, plusMinus }: { value: number | string | null | undefined; plusMinus?: number | null }) {
  const { scale } = useUnit();
  return <Amount value={value} scale={scale} unit="t" plusMinus={plusMinus} />;
}
