import type { Answer } from "../../../shared/api";
import type { Choice, Option } from "./types";

/** What stands in the fields: numbers and texts as they are typed, ticks, and depths of levers in per cent. */
export type Value = string | boolean | string[] | Record<string, string>;
export type Values = Record<string, Value>;

/** What a set offers: the columns of a table with their first values, and lists of its own by source. */
export type Served = Answer<"/roads/{name}/choices">;

/** The fields before anybody has touched them: as an analysis had them, else with their defaults. */
export function begun(options: Option[], asked: Record<string, unknown> = {}): Values {
  return Object.fromEntries(options.map((one) => [one.name, field(one, asked[one.name] ?? one.default)]));
}

function field({ of }: Option, given: unknown): Value {
  if (of === "yes") return given === true;
  if (of === "texts" || of === "pairs") return texts(given);
  if (of === "choices") return Array.isArray(given) ? given.map(String) : [];
  if (of === "levers") return depths(given);
  return given === null || given === undefined ? "" : String(given);
}

const depths = (given: unknown): Record<string, string> =>
  Object.fromEntries(Object.entries((given ?? {}) as Record<string, number>).map(([lever, depth]) => [lever, String(Math.round(depth * 1e4) / 100)]));

/** What the server is asked: only what differs from what stood there, so that defaults stay its own. */
export function wanted(options: Option[], values: Values): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const one of options) {
    const usual = field(one, one.default);
    const value = values[one.name] ?? usual;
    if (JSON.stringify(value) === JSON.stringify(usual) && !one.needed) continue;
    const asked = sent(one, value);
    if (asked !== undefined) found[one.name] = asked;
  }
  return found;
}

function sent({ of, joint }: Option, value: Value): unknown {
  if (of === "yes" || of === "choices" || of === "texts") return value;
  if (of === "pairs") {
    const pairs = texts(value).map((one) => parted(one, joint));
    return pairs.filter(([name, worth]) => name || worth).map(([name, worth]) => (name && worth ? `${name}${joint}${worth}` : name || `${joint}${worth}`));
  }
  if (of === "levers") {
    const typed = Object.entries(value as Record<string, string>).filter(([, depth]) => depth.trim() !== "");
    return Object.fromEntries(typed.map(([lever, depth]) => [lever, Number(depth) / 100]));
  }
  const text = String(value).trim();
  if (text === "") return undefined;
  return of === "year" || of === "count" || of === "number" ? Number(text) : text;
}

/** Whether the form must be filled in before anything can run. */
export const asks = (options: Option[]): boolean => options.some((one) => one.needed && (one.default === null || one.default === undefined));

/** Texts of a list, or of a text with commas between them. */
export const texts = (given: unknown): string[] => (Array.isArray(given) ? given.map(String) : String(given ?? "").split(/[,，;；\n]/).map((one) => one.trim()).filter(Boolean)); // prettier-ignore

/** What stands before and after the sign of a pair. */
export function parted(pair: string, joint: string): [string, string] {
  const at = joint === "=" ? pair.indexOf(joint) : pair.lastIndexOf(joint);
  return at < 0 ? [pair, ""] : [pair.slice(0, at), pair.slice(at + joint.length)];
}

const NO_TABLE = /\.(ya?ml|json|zip|md|docx?|pdf)$/i;
export const tables = (files: string[]): string[] => files.filter((name) => !NO_TABLE.test(name));

const named = (values: string[]): Choice[] => values.map((value) => ({ value, word: value }));

/** What a source offers; null as long as the table, or the column whose values it offers, is not known. */
export function offered(source: string, values: Values, served: Served | undefined, files: string[]): Choice[] | null {
  const [kind = "", of = ""] = source.split(":");
  if (kind === "") return [];
  if (kind === "tables") return named(tables(files));
  if (!served) return null;
  if (kind === "columns") return values.file ? named(served.columns.map((one) => one.name)) : null;
  if (kind !== "values") return served.listed[kind] ?? [];
  const columns = texts(values[of]);
  return columns.length === 0 ? null : named([...new Set(served.columns.filter((one) => columns.includes(one.name)).flatMap((one) => one.values))]);
}
