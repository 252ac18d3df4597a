import type { Option } from "./types";

/** What stands in the fields: numbers and texts as they are typed, ticks, and depths of levers in per cent. */
export type Value = string | boolean | string[] | Record<string, string>;
export type Values = Record<string, Value>;

/** The fields as they stand before anybody has touched them. */
export function begun(options: Option[]): Values {
  return Object.fromEntries(options.map((one) => [one.name, field(one)]));
}

function field({ of, default: given }: Option): Value {
  if (of === "yes") return given === true;
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
    const value = values[one.name] ?? field(one);
    if (JSON.stringify(value) === JSON.stringify(field(one)) && !one.needed) continue;
    const asked = sent(one, value);
    if (asked !== undefined) found[one.name] = asked;
  }
  return found;
}

function sent({ of }: Option, value: Value): unknown {
  if (of === "yes" || of === "choices") return value;
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
