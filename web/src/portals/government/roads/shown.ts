import type { Kind as ColumnKind } from "../../../shared/columns";
import { inSize, inTonnes, type Measure, type Picked } from "../../../shared/measure";
import { count, full, percent, short, UNKNOWN } from "../../../shared/numbers";
import type { Cells, Shown, SheetColumn } from "./types";

/** Tonnes in the unit that was picked, other amounts and money in a size that can be read where they go up to `most`. */
export function measured(unit: string, shown: Shown, picked: Picked, most = 0): Measure {
  if (!unit || (shown !== "amount" && shown !== "money")) return { scale: 1, unit };
  return (shown === "amount" ? inTonnes(unit, picked) : null) ?? inSize(unit, most);
}

/** The largest number of all columns of a unit, which are shown in one size. */
export function mostOf(unit: string, columns: SheetColumn[], rows: Cells[]): number {
  const values = columns.filter((one) => one.unit === unit).flatMap(({ key }) => rows.map((row) => row[key]));
  return values.reduce<number>((most, value) => (typeof value === "number" ? Math.max(most, Math.abs(value)) : most), 0);
}

/** A value as a document shows it; words are as they are, what is unknown is a dash. `whole` leaves out zeros after the point. */
export function written(value: unknown, shown: Shown, scale = 1, whole = isWhole(value)): string {
  if (value === null || value === undefined || value === "") return UNKNOWN;
  if (typeof value !== "number") return String(value);
  if (shown === "year") return String(value);
  if (shown === "count") return count(value);
  if (shown === "share") return percent(value * 100);
  if (shown === "score") return value.toFixed(1);
  return short(value / scale, 4, whole && scale === 1 ? 1 : 3);
}

const isWhole = (value: unknown) => Number.isInteger(value);

/** Whether a column has whole numbers alone. */
export const whole = ({ key }: SheetColumn, rows: Cells[]): boolean => rows.every((row) => typeof row[key] !== "number" || isWhole(row[key]));

/** All its digits, for the tooltip. */
export const exact = (value: unknown, unit = ""): string => (typeof value === "number" ? `${full(value)} ${unit}`.trim() : "");

/** From p5 to p95, of which one may be unknown. */
export const range = (low: number | null, high: number | null, shown: Shown, scale = 1): string => `${written(low, shown, scale)} – ${written(high, shown, scale)}`;

export const kindOf = (shown: Shown): ColumnKind => (shown === "text" || shown === "year" ? "text" : "number");

export function titled(title: string, unit: string): string {
  const told = new RegExp(`(^|[^A-Za-z])${unit.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}($|[^A-Za-z])`);
  return unit && !told.test(title) ? `${title} (${unit})` : title;
}

const MOST = 300;

/** How wide a column is by what it holds: Chinese letters are as wide as high, others about half. */
export function widthOf(title: string, texts: string[], filter: boolean): number {
  const size = (text: string) => [...text].reduce((sum, letter) => sum + (/[\u2e80-\uffef]/.test(letter) ? 14 : 8), 0);
  return Math.round(Math.min(MOST, Math.max(70, size(title) + (filter ? 66 : 42), Math.max(0, ...texts.slice(0, 500).map(size)) + 28)));
}

/** Whether something in the column is wider than a column may be: it is then shown over several lines. */
export const wraps = (shown: Shown, width: number): boolean => shown === "text" && width === MOST;
