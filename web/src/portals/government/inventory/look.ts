import { useCallback, useMemo } from "react";
import { useSearchParams } from "react-router";
import type { Cell, Row } from "./types";

export const VIEWS = ["table", "bars", "stacked", "trend", "sankey", "treemap", "change"] as const;
export type ViewName = (typeof VIEWS)[number];
export type Look = { rows: string[]; columns: string; view: ViewName; gwp: string; cell: Cell; memo: boolean; with: string[] };

/** `["sector=power"]` as a cell; what has no sign is left out. */
export function cellOf(texts: string[]): Cell {
  const cut = (text: string) => /^([^=]+)=(.*)$/s.exec(text)?.slice(1) ?? [];
  return Object.fromEntries(texts.map(cut).filter((one) => one.length === 2));
}

export const cellTexts = (cell: Cell): string[] => Object.entries(cell).map(([key, value]) => `${key}=${value}`);

/** The category list of a run that the picked standard means; empty where the run has none of it. */
export function listOf(standard: string, lists: string[]): string {
  return lists.find((one) => one === standard || (standard !== "" && one.startsWith(`${standard}_`))) ?? "";
}

/** By what a run is read first: the list of the picked standard, the city's or the province's own, else the items. */
export function firstRows(standard: string, lists: string[]): string {
  return listOf(standard, lists) || ["gpc", "provincial2011"].find((one) => lists.includes(one)) || "item";
}

/** What the explorer shows, kept in the address. */
export function useLook(first: string): [Look, (change: Partial<Look>) => void] {
  const [search, change] = useSearchParams();
  const text = search.toString();
  const look = useMemo<Look>(() => {
    const asked = new URLSearchParams(text);
    const view = asked.get("view") as ViewName;
    const rows = (asked.get("rows") ?? "").split(",").filter(Boolean);
    return {
      rows: rows.length ? rows : [first],
      columns: asked.get("cols") ?? "",
      view: VIEWS.includes(view) ? view : "table",
      gwp: asked.get("gwp") ?? "",
      cell: cellOf(asked.getAll("cell")),
      memo: asked.get("memo") === "1",
      with: asked.getAll("with"),
    };
  }, [text, first]);
  const set = useCallback(
    (part: Partial<Look>) =>
      change(
        (old) => {
          const made = new URLSearchParams(old);
          const one = (name: string, value: string | undefined) => {
            if (value === undefined) return;
            if (value) made.set(name, value);
            else made.delete(name);
          };
          one("rows", part.rows?.join(","));
          one("cols", part.columns);
          one("view", part.view === "table" ? "" : part.view);
          one("gwp", part.gwp);
          if (part.memo !== undefined) one("memo", part.memo ? "1" : "");
          const many = (name: string, values: string[] | undefined) => {
            if (!values) return;
            made.delete(name);
            values.forEach((value) => made.append(name, value));
          };
          many("cell", part.cell && cellTexts(part.cell));
          many("with", part.with);
          return made;
        },
        { replace: true },
      ),
    [change],
  );
  return [look, set];
}

/** What a code of a row is called: its name, with the code before it in a category list; what is not stated is empty. */
export function nameOf(row: Row, dimension: string, lists: readonly string[] = []): string {
  const code = String(row[dimension] ?? "");
  const name = String(row[`${dimension}_name`] ?? "");
  if (!code) return "";
  if (!name || name === code) return code;
  return lists.includes(dimension) ? `${code} ${name}` : name;
}

/** The key of a proof in the address: `runs/ID?sector=power`. */
export function proofKey(of: string, cell: Cell, gwp = ""): string {
  const made = new URLSearchParams(cell);
  if (gwp) made.set("~gwp", gwp);
  const text = made.toString();
  return text ? `${of}?${text}` : of;
}

/** The API's address of a proof; null for what is no key. */
export function proofPath(key: string): string | null {
  const [of = "", text = ""] = key.split(/\?(.*)/s);
  if (!/^(runs|releases)\/[\w.-]+$/.test(of)) return null;
  const asked = new URLSearchParams();
  for (const [name, value] of new URLSearchParams(text)) {
    if (name === "~gwp") asked.set("gwp", value);
    else asked.append("cell", `${name}=${value}`);
  }
  const made = asked.toString();
  return `/${of}/proof${made ? `?${made}` : ""}`;
}
