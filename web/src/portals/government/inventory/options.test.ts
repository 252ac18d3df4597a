import { expect, test } from "vitest";
import { apart, largest, plain, sankey, steps, treemap, waterfall } from "./options";
import { REST, tints } from "./tint";
import type { Branch, Flow } from "./types";

const STYLE = { scale: 1, unit: "t", dark: false, rest: "其他", unstated: "未分" };

test("small parts become one, and nothing is lost", () => {
  const given = ["a", "b", "c", "d"].map((code, place) => ({ x: "2021", code, name: code, value: 10 - place }));
  const found = largest(given, 3, "其他");
  expect(found.map((one) => one.code)).toEqual(["a", "b", REST]);
  expect(found.reduce((sum, one) => sum + (one.value ?? 0), 0)).toBe(34);
  expect(largest(given, 4, "其他")).toBe(given);
});

test("the steps between two totals add up to their difference", () => {
  const parts = Array.from({ length: 20 }, (_, place) => ({ name: `p${place}`, value: place % 2 ? place : -place / 2 }));
  const found = steps(100, 160, parts, { before: "2020", after: "2021", rest: "其他" });
  const moved = found.filter((one) => !one.whole).reduce((sum, one) => sum + one.value, 0);
  expect(moved).toBeCloseTo(60, 9);
  expect(found.length).toBe(11);
  expect(steps(1, 1, [], { before: "a", after: "b", rest: "r" })).toHaveLength(2);
  expect(waterfall(found, STYLE, "+", "-").series).toHaveLength(4);
});

test("a flow keeps its amount when small ends are joined, and tells what is below zero", () => {
  const flow = (source: string, target: string, emission: number): Flow => ({
    from_level: "item", source, source_name: source, to_level: "gas", target, target_name: target, emission,
  }); // prettier-ignore
  const { option, left } = sankey([flow("coal", "CO2", 5), flow("oil", "CO2", 3), flow("gas", "CO2", 2), flow("forest", "CO2", -4)], STYLE, 2);
  const series = (option.series as { links: { source: string; value: number }[] }[])[0];
  expect(series?.links.map((one) => [one.source, one.value])).toEqual([["item:coal", 5], ["item:oil", 3], [`item:${REST}`, 2]]);
  expect(left).toBe(-4);
});

test("a treemap knows the cell of each area", () => {
  const branch = (id: string, parent: string, level: string, code: string, emission: number): Branch => ({ id, parent, level, code, name: code, emission, share: 0 });
  const { option, left } = treemap([branch("1", "", "scope", "1", 9), branch("1/power", "1", "sector", "power", 10), branch("1/forest", "1", "sector", "forest", -1)], STYLE);
  const [series] = option.series as { data: { children: { cell: object }[] }[] }[];
  expect(series?.data[0]?.children.map((one) => one.cell)).toEqual([{ scope: "1", sector: "power" }]);
  expect(left).toBe(-1);
});

test("labels at the ends of lines do not lie on one another", () => {
  expect(apart([100, 100, 0], 100)).toEqual([0, 15, 0]);
  expect(apart([50, 49, 48], 100, 380, 10)).toEqual([0, 6, 12]);
});

test("a code has one colour, and no two codes the same", () => {
  const found = tints("item", ["coal", "raw_coal", "natural_gas", "diesel", "cement", REST], false);
  expect(found.coal).toBe("#3a3b50");
  expect(new Set(Object.values(found)).size).toBe(6);
});

test("names from uploads are text in a tooltip", () => {
  expect(plain('<img src=x onerror="1">&')).toBe("&lt;img src=x onerror=&quot;1&quot;&gt;&amp;");
});
