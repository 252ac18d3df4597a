import type { Kind as ColumnKind } from "../../../shared/columns";
import { count, full, percent, short, UNKNOWN } from "../../../shared/numbers";
import type { Cells, Shown, SheetColumn } from "./types";

/** A value as a document shows it; words are as they are, what is unknown is a dash. */
export function written(value: unknown, shown: Shown): string {
  if (value === null || value === undefined || value === "") return UNKNOWN;
  if (typeof value !== "number") return String(value);
  if (shown === "year") return String(value);
  if (shown === "count") return count(value);
  if (shown === "share") return percent(value * 100);
  if (shown === "score") return value.toFixed(1);
  return short(value, 4, Number.isInteger(value) && Math.abs(value) < 1000 ? 1 : 3);
}

/** All its digits, for the tooltip. */
export const exact = (value: unknown, unit = ""): string => (typeof value === "number" ? `${full(value)} ${unit}`.trim() : "");

/** `5–9`: from the one to the other, of which one may be unknown. */
export const range = (low: number | null, high: number | null, shown: Shown): string => `${written(low, shown)} – ${written(high, shown)}`;

export const kindOf = (shown: Shown): ColumnKind => (shown === "text" || shown === "year" ? "text" : "number");

export const titled = ({ title, unit }: SheetColumn): string => (unit && !title.includes(unit) ? `${title} (${unit})` : title);

const MOST = 380;

/** How wide a column is by what it holds: Chinese letters are as wide as high, others about half. */
export function widthOf(column: SheetColumn, rows: Cells[]): number {
  const size = (text: string) => [...text].reduce((sum, letter) => sum + (/[\u2e80-\uffef]/.test(letter) ? 14 : 7.6), 0);
  const widest = Math.max(0, ...rows.slice(0, 500).map((row) => size(written(row[column.key], column.shown))));
  return Math.round(Math.min(MOST, Math.max(70, size(titled(column)) + 46, widest + 28)));
}

/** Whether something in the column is wider than a column may be: it is then shown over several lines. */
export const wraps = (column: SheetColumn, rows: Cells[]): boolean => column.shown === "text" && widthOf(column, rows) === MOST;
