import items from "../../../../../src/tanheng/packs/codes/items.csv?raw";
import sectors from "../../../../../src/tanheng/packs/codes/sectors.csv?raw";
import { colour, PALETTE } from "../../../shared/palette";

const LIST: Record<string, string> = { item: "items", part: "items", sector: "sectors", gas: "gases", scope: "scopes", scopes: "scopes" };
const parents = (text: string, column: number) =>
  new Map(text.split(/\r?\n/).slice(1).map((line) => line.split(",")).map((cells) => [cells[0] ?? "", cells[column] ?? ""]));
const PARENTS: Record<string, Map<string, string>> = { items: parents(items, 4), sectors: parents(sectors, 1) };
export const REST = "…";

/** Whether two colours are taken for one another at a glance. */
function near(one: string, other: string): boolean {
  const parts = (text: string) => [1, 3, 5].map((at) => parseInt(text.slice(at, at + 2), 16));
  const [a, b] = [parts(one), parts(other)];
  return Math.hypot(...a.map((value, at) => value - (b[at] ?? 0))) < 48;
}

/** One colour for each code: its own of the palette, else that of what it belongs to, else the next of the series; never one twice. */
export function tints(dimension: string, codes: string[], dark: boolean): Record<string, string> {
  const list = LIST[dimension] ?? "";
  const taken: string[] = [];
  const made: Record<string, string> = {};
  const give = (code: string, found: string | undefined) => {
    if (found && !taken.some((one) => near(one, found))) {
      made[code] = found;
      taken.push(found);
    }
  };
  for (const code of codes) if (PALETTE[list]?.[code]) give(code, colour(list, code, dark));
  for (const code of codes) {
    for (let above = PARENTS[list]?.get(code); above && !made[code]; above = PARENTS[list]?.get(above)) {
      if (PALETTE[list]?.[above]) give(code, colour(list, above, dark));
    }
  }
  const series = Object.keys(PALETTE.series ?? {}).map((key) => colour("series", key, dark));
  for (const code of codes) if (!made[code] && code !== REST) give(code, series.find((one) => !taken.some((other) => near(one, other))));
  codes.forEach((code, place) => (made[code] ??= code === REST ? colour("rest", "rest", dark) : (series[place % series.length] ?? "")));
  return made;
}
