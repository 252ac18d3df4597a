import type { ReactNode } from "react";

export type Kind = "text" | "count" | "number" | "tonnes" | "share" | "time" | "flag";
export type Choice = { value: string; label: string };

/** A column of a table. `show` draws a cell; without it the kind says how a value is written. */
export type Column<R> = {
  key: string;
  title: string;
  hint?: string;
  kind?: Kind;
  width?: number;
  sort?: false;
  /** Long sentences are shown whole, over several lines. */
  wrap?: boolean;
  /** `true` filters by text that a cell holds, a list by one of its values. */
  filter?: boolean | Choice[];
  show?(row: R, place: number): ReactNode;
};

export type View = { sort: string; where: string[] };

const RIGHT: readonly Kind[] = ["count", "number", "tonnes", "share"];
export const toRight = (kind: Kind | undefined) => kind !== undefined && RIGHT.includes(kind);

/** The next order after a click on a head: rising, falling, none; numbers fall first. */
export function nextSort(sort: string, key: string, kind?: Kind): string {
  const [first, second] = toRight(kind) || kind === "time" ? [`-${key}`, key] : [key, `-${key}`];
  return sort === first ? second : sort === second ? "" : first;
}

const CONDITION = /^([\w.]+)(!=|>=|<=|=|>|<|~)(.*)$/s;

/** The conditions with the one of a column replaced; empty takes it out. */
export function withFilter(where: string[], key: string, sign: "=" | "~", value: string): string[] {
  const others = where.filter((one) => CONDITION.exec(one)?.[1] !== key);
  return value ? [...others, `${key}${sign}${value}`] : others;
}

export function filterOf(where: string[], key: string): string {
  const found = where.map((one) => CONDITION.exec(one)).find((one) => one?.[1] === key);
  return found?.[3] ?? "";
}

/** What the server does with a table, done here with rows that are already there. */
export function viewed<R extends object>(rows: R[], view: View): R[] {
  const cell = (row: R, key: string) => (row as Record<string, unknown>)[key];
  const found = rows.filter((row) =>
    view.where.every((text) => {
      const [, key = "", sign, value = ""] = CONDITION.exec(text) ?? [];
      const held = String(cell(row, key) ?? "");
      return sign === "~" ? held.toLowerCase().includes(value.toLowerCase()) : held === value;
    }),
  );
  if (!view.sort) return found;
  const falls = view.sort.startsWith("-") ? -1 : 1;
  const key = view.sort.replace(/^-/, "");
  const empty = (value: unknown) => value === null || value === undefined || value === "";
  return [...found].sort((first, second) => {
    const [a, b] = [cell(first, key), cell(second, key)];
    if (empty(a) || empty(b)) return Number(empty(a)) - Number(empty(b));
    return falls * (typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b), "zh"));
  });
}

/** Rows as CSV; a text that a spreadsheet would take for a formula is made a text. */
export function csv(names: string[], rows: unknown[][]): string {
  const write = (value: unknown) => {
    const text = value === null || value === undefined ? "" : String(value);
    const safe = typeof value === "string" && /^[=+\-@\t\r＝＋－＠]/.test(text) ? `'${text}` : text;
    return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  return `\uFEFF${[names, ...rows].map((row) => row.map(write).join(",")).join("\r\n")}\r\n`;
}
