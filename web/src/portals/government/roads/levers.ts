import type { Answer } from "../../../shared/api";
import type { Cells } from "./types";

export type Panel = Answer<"/roads/{name}/levers">;
export type Total = Answer<"/roads/{name}/total", "post">;
export type Wedges = Answer<"/roads/{name}/wedges", "post">;
export type Lever = Panel["levers"][number];
/** How far levers were moved by hand, in per cent. */
export type Moves = Record<string, number>;
/** Depths by year of a solved cap. */
export type Plan = Record<string, number[]>;

/** `clean-power:50,retrofit:25`: moves as the address keeps them. */
export const written = (moves: Moves): string =>
  Object.entries(moves)
    .map(([id, depth]) => `${encodeURIComponent(id)}:${depth}`)
    .join(",");

/** The moves of an address; what is no move of a lever that there is is left out. */
export function read(text: string, levers: Lever[]): Moves {
  const known = new Map(levers.map((one) => [one.id, one]));
  const pairs = text.split(",").map((one) => one.split(":"));
  return Object.fromEntries(pairs.flatMap(([id = "", depth = ""]) => (known.has(named(id)) && depth.trim() !== "" ? [[named(id), within(depth, known.get(named(id))!.whole)]] : [])));
}

function named(id: string): string {
  try {
    return decodeURIComponent(id);
  } catch {
    return "";
  }
}

/** A depth in per cent as a lever can take it: 0 to 100, two digits, all or nothing for what is whole. */
export function within(depth: string | number, whole: boolean): number {
  const value = Number(depth);
  if (!Number.isFinite(value)) return 0;
  const held = Math.min(100, Math.max(0, value));
  return whole ? (held >= 50 ? 100 : 0) : Math.round(held * 100) / 100;
}

/** The depths that an analysis of a cap chose, for the years of the tree. */
export function planOf(result: Cells, [first = 0, last = 0]: number[]): Plan {
  const chosen = Array.isArray(result.levers) ? (result.levers as { lever: string; by_year: Record<string, number> }[]) : [];
  const years = Array.from({ length: last - first + 1 }, (_, place) => String(first + place));
  return Object.fromEntries(chosen.map((one) => [one.lever, years.map((year) => one.by_year[year] ?? 0)]));
}

/** What every lever is set to: moved by hand, else by the plan, else as the scenario has it. */
export function settings(levers: Lever[], start: Record<string, number>, plan: Plan | null, moves: Moves): Record<string, number | number[]> {
  return Object.fromEntries(levers.map(({ id }) => [id, moves[id] !== undefined ? moves[id] / 100 : plan ? (plan[id] ?? 0) : (start[id] ?? 0)]));
}

/** How far a lever stands in per cent: of a plan its depth in the last year. */
export const stands = (setting: number | number[] | undefined): number => Math.round(1e4 * (Array.isArray(setting) ? (setting.at(-1) ?? 0) : (setting ?? 0))) / 100;

/** What the server said of levers, by their titles instead of their codes. */
export function titled(said: string, levers: Lever[]): string {
  const codes = [...levers].sort((a, b) => b.id.length - a.id.length);
  return codes.reduce((text, { id, title }) => text.replace(new RegExp(`(?<![\\w-])${id.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}(?![\\w-])`, "g"), () => title), said);
}
