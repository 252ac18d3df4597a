import { expect, test } from "vitest";
import { plain } from "../../../shared/words";
import { apart, largest, steps, waterfall } from "./options";
import { sankey } from "./sankey";
import { treemap } from "./treemap";
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

const flow = (source: string, target: string, emission: number, from = "item", to = "gas"): Flow => ({
  from_level: from, source, source_name: source, to_level: to, target, target_name: target, emission,
}); // prettier-ignore
type Drawn = { data: { name: string; itemStyle: { borderType?: string } }[]; links: { source: string; target: string; value: number }[] };
const drawn = (option: { series?: unknown }) => (option.series as Drawn[])[0]!;

test("a flow keeps its amount when small ends are joined, and removals are streams of their own", () => {
  const { option, sums } = sankey([flow("coal", "CO2", 5), flow("oil", "CO2", 3), flow("gas", "CO2", 2), flow("forest", "CO2", -4)], STYLE, 2);
  const { links, data } = drawn(option);
  expect(links.map((one) => [one.source, one.value])).toEqual([["item:coal", 5], ["item:oil", 3], [`item:${REST}`, 2], ["−item:forest", 4]]);
  expect(sums).toEqual({ gross: 10, removed: -4 });
  expect(data.filter((one) => one.itemStyle.borderType === "dashed").map((one) => one.name)).toEqual(["−item:forest", "−gas:CO2"]);
});

test("what flows into a node flows out of it, emissions and removals each by itself", () => {
  const two = [flow("landfill", "waste", 10, "item", "sector"), flow("recovered", "waste", -2, "item", "sector"), flow("waste", "CH4", 10, "sector", "gas"), flow("waste", "CH4", -2, "sector", "gas")];
  const { option, sums } = sankey(two, STYLE);
  const { links } = drawn(option);
  const sum = (key: "source" | "target", name: string) => links.filter((one) => one[key] === name).reduce((all, one) => all + one.value, 0);
  for (const node of ["sector:waste", "−sector:waste"]) expect(sum("target", node)).toBe(sum("source", node));
  expect(sums.gross + sums.removed).toBe(8);
});

type Area = { name: string; value: number; less?: boolean; cell: object; children?: Area[] };
const areas = (option: { series?: unknown }) => (option.series as { data: Area[] }[])[0]!.data;
const branch = (id: string, parent: string, level: string, code: string, emission: number): Branch => ({ id, parent, level, code, name: code, emission, share: 0 });

test("areas of a treemap are what is emitted, removals a block of their own, and both together the table", () => {
  const given = [branch("1", "", "scope", "1", 9), branch("2", "", "scope", "2", -3), branch("1/power", "1", "sector", "power", 10), branch("1/forest", "1", "sector", "forest", -1),
    branch("2/wood", "2", "sector", "wood", 2), branch("2/felled", "2", "sector", "felled", -5)]; // prettier-ignore
  const { option, sums } = treemap(given, STYLE, "removals");
  const [one, two, less] = areas(option);
  expect([one?.value, two?.value, less?.value]).toEqual([10, 2, 6]);
  expect(one?.children?.map((leaf) => leaf.cell)).toEqual([{ scope: "1", sector: "power" }]);
  expect(less?.children?.map((leaf) => [leaf.name, leaf.value, leaf.less])).toEqual([["1 › forest", 1, true], ["2 › felled", 5, true]]);
  expect(sums.gross + sums.removed).toBe(given.filter((part) => part.parent === "").reduce((all, part) => all + part.emission, 0));
});

test("labels at the ends of lines do not lie on one another", () => {
  expect(apart([100, 100, 0], 100)).toEqual([0, 15, 0]);
  expect(apart([50, 49, 48], 100, 380, 10)).toEqual([0, 6, 12]);
  expect(apart([2, 1, 0], 100, 200, 15)).toEqual([-26, -13, 0]);
});

test("a code has one colour, and no two codes the same", () => {
  const found = tints("item", ["coal", "raw_coal", "natural_gas", "diesel", "cement", REST], false);
  expect(found.coal).toBe("#3a3b50");
  expect(new Set(Object.values(found)).size).toBe(6);
});

test("names from uploads are text in a tooltip", () => {
  expect(plain('<img src=x onerror="1">&')).toBe("&lt;img src=x onerror=&quot;1&quot;&gt;&amp;");
});
