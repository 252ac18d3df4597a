import { short } from "../numbers";
import { colour, PALETTE } from "../palette";

export type Num = number | null;
export type Lines = {
  kind: "lines"; title: string; unit: string; factor: number; scaled: string; monthly: boolean; x: number[];
  lines: { name: string; values: Num[]; low: Num[] | null; high: Num[] | null; dashed: boolean; points: boolean }[];
  stacked: { name: string; values: Num[] }[];
}; // prettier-ignore
export type Bars = {
  kind: "bars"; title: string; unit: string; factor: number; scaled: string; stacked: boolean; percent: boolean; colour: number; series: string[];
  rows: { name: string; values: Record<string, Num>; ranges: Record<string, Num[]> }[];
}; // prettier-ignore
export type Points = {
  kind: "points"; title: string; unit: string; axes: string[]; percent: boolean; x: number[]; y: number[];
  points: { name: string; group: string; x: Num; y: Num }[]; curves: { name: string; x: Num[]; y: Num[] }[];
}; // prettier-ignore
export type Waterfall = {
  kind: "waterfall"; title: string; unit: string; factor: number; scaled: string; ends: string[]; start: Num; end: Num; effects: { name: string; value: Num }[];
}; // prettier-ignore
export type Ranks = { kind: "ranks"; title: string; unit: string; said: string[]; rows: { name: string; rank: Num; low: Num; middle: Num; high: Num }[] };
/** What a picture of the library shows, as plain data. */
export type PictureData = Lines | Bars | Points | Waterfall | Ranks;

export const known = (values: (Num | undefined)[]): number[] => values.filter((one): one is number => typeof one === "number" && Number.isFinite(one));

/** The next colour of the series. */
export const tint = (place: number, dark: boolean): string => colour("series", "", dark, place);
export const COLOURS = Object.keys(PALETTE.series ?? {}).length;

/** Ends and step of an axis in round numbers. */
export function rounded(low: number, high: number, most = 5): { min: number; max: number; interval: number } {
  if (!(high > low)) [low, high] = [low - (Math.abs(low) || 1) / 2, high + (Math.abs(high) || 1) / 2];
  const rough = (high - low) / most;
  const power = 10 ** Math.floor(Math.log10(rough));
  const interval = ([1, 2, 2.5, 5, 10].find((one) => one * power >= rough * (1 - 1e-9)) ?? 10) * power;
  const at = (value: number) => Number((value * interval).toPrecision(12));
  return { min: at(Math.floor(low / interval + 1e-9)), max: at(Math.ceil(high / interval - 1e-9)), interval };
}

/** About how wide a text of 12 px is drawn. */
export const wide = (text: string): number => [...text].reduce((sum, letter) => sum + (/[\u2e80-\uffef]/.test(letter) ? 12 : 6.8), 0);

/** Places of labels from top to bottom, none over another, none below the plot; in their own order. */
export function apart(at: number[], bottom: number, least = 15): number[] {
  const order = at.map((y, place) => ({ y, place })).sort((a, b) => a.y - b.y);
  const found: number[] = [];
  order.forEach(({ y }, place) => found.push(place ? Math.max(y, (found[place - 1] ?? 0) + least) : y));
  for (let place = found.length - 1, below = bottom; place >= 0; place--, below -= least) found[place] = Math.min(found[place]!, below);
  const made = new Array<number>(at.length).fill(0);
  order.forEach(({ place }, rank) => (made[place] = found[rank]!));
  return made;
}

/** A number at a mark: short, whole ones without zeros after the point; shares as percentages. */
export function told(value: Num | undefined, percent = false, signed = false): string {
  if (value === null || value === undefined) return short(null);
  const sign = signed && value > 0 ? "+" : "";
  return percent ? `${sign}${short(value * 100, 3, 1)}%` : `${sign}${short(value, 4, 1)}`;
}

/** The title with the unit in which it is drawn. */
export const heading = (title: string, unit: string): string => (unit ? `${title} (${unit})` : title);

/** How words in a chart are written. */
export const letters = (fill: string) => ({ fontSize: 12, fill, fontFamily: getComputedStyle(document.body).fontFamily.replaceAll('"', "'") });
export const GRID = { left: 8, right: 16, top: 16, bottom: 8, containLabel: true };
