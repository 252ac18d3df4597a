import { expect, test } from "vitest";
import { speak } from "../words";
import { spans } from "./bars";
import { apart, type Bars, type Lines, type Points, type Ranks, rounded, told, type Waterfall } from "./frame";
import { drawn, resized } from "./index";
import { table } from "./table";
import { axis, lying, steps } from "./waterfall";

const NAMES = { up: "up", down: "down" };
const WORDS = { period: "period", name: "name", group: "group", value: "value", low: "low", high: "high" };
type Series = { type: string; name?: string; data: unknown[]; lineStyle?: { type?: string; width?: number }; color?: string; itemStyle?: { color?: string; borderColor?: string } };
const series = (option: object) => (option as { series: Series[] }).series;

const LINES: Lines = {
  kind: "lines", title: "City", unit: "万t", factor: 1e4, scaled: "亿t", monthly: false, x: [2020, 2025, 2030],
  lines: [
    { name: "observed", values: [30000, null, null], low: [29000, null, null], high: [31000, null, null], dashed: false, points: false },
    { name: "marks", values: [null, 27000, null], low: [null, 26000, null], high: [null, 28000, null], dashed: true, points: true },
    { name: "path", values: [30000, 28000, 26000], low: null, high: null, dashed: true, points: false },
  ],
  stacked: [{ name: "coal", values: [1000, 2000, 3000] }],
}; // prettier-ignore

test("lines are drawn in the large unit, dashed and hollow where told, with an area for each band and each part", () => {
  const { option } = drawn(LINES, false, NAMES);
  const found = series(option);
  const [observed, path, marks] = ["observed", "path", "marks"].map((name) => found.find((one) => one.type === "line" && one.name === name)!);
  expect(path?.data).toEqual([[2020, 3], [2025, 2.8], [2030, 2.6]]); // prettier-ignore
  expect(observed?.data).toEqual([[2020, 3], [2025, null], [2030, null]]); // prettier-ignore
  expect([observed?.lineStyle?.type, path?.lineStyle?.type]).toEqual(["solid", "dashed"]);
  expect(marks?.itemStyle?.color).not.toBe(marks?.itemStyle?.borderColor);
  expect(found.filter((one) => one.type === "custom").map((one) => one.name)).toEqual(["coal", "observed", "marks", undefined]);
  expect((option as { xAxis: { min: number; max: number } }).xAxis).toMatchObject({ min: 2020, max: 2030 });
});

test("the tooltip of a year tells what is known of that year, and words in it are no markup", () => {
  const { option } = drawn({ ...LINES, lines: LINES.lines.map((one) => ({ ...one, name: `<b>${one.name}` })) }, false, NAMES);
  const said = (option as { tooltip: { formatter: (params: unknown) => string } }).tooltip.formatter([{ axisValue: 2029 }]);
  expect(said).toContain("2030 · 亿t");
  expect(said).toContain("&lt;b&gt;path");
  expect(said).not.toContain("observed");
  expect(said).toContain("0.3");
});

test("lines that stay close together begin above zero and say so; piles, and lines that are moved, stand on zero", () => {
  const close = { ...LINES, stacked: [] };
  const from = (data: Lines, still = false) => {
    const { option, cut } = drawn(data, false, NAMES, still);
    return [(option as { yAxis: { min: number } }).yAxis.min, cut];
  };
  expect(from(close)).toEqual([2.6, 2.6]);
  expect(from(close, true)).toEqual([0, undefined]);
  expect(from(LINES)).toEqual([0, undefined]);
  expect(from({ ...close, lines: [{ ...LINES.lines[0]!, values: [30000, 10000, 2000] }] })).toEqual([0, undefined]);
});

test("months are counted from January and named", () => {
  const months = { ...LINES, monthly: true, x: [2020, 2020 + 1 / 12, 2020 + 2 / 12] };
  const { xAxis } = drawn(months, false, NAMES).option as { xAxis: { min: number; max: number; axisLabel: { formatter: (at: number) => string } } };
  expect([xAxis.min, xAxis.max].map(xAxis.axisLabel.formatter)).toEqual(["2020-01", "2020-03"]);
  expect(table(months, WORDS).rows.map((row) => row.x)).toEqual(["2020-01", "2020-02", "2020-03"]);
});

test("a broken line of zeros is not drawn, and areas have one colour from the top whatever stands below them", () => {
  const base = { name: "zero", values: [0, 0, 0], low: null, high: null, dashed: true, points: false };
  const part = (name: string) => ({ name, values: [1, 2, 3] });
  const fills = (names: string[]) => {
    const found = series(drawn({ ...LINES, lines: [base], stacked: names.map(part) }, false, NAMES).option) as unknown as { type: string; name?: string; renderItem?: (_: unknown, api: object) => { style: { fill: string } } }[];
    expect(found.filter((one) => one.type === "line")).toEqual([]);
    return found.filter((one) => one.name === "coal").map((one) => one.renderItem?.({}, { coord: (at: unknown) => at }).style.fill);
  };
  expect(fills(["oil", "coal"])).toEqual(fills(["more", "oil", "coal"]));
});

test("one line name has one colour", () => {
  const twice = { ...LINES, stacked: [], lines: [LINES.lines[2]!, { ...LINES.lines[2]!, values: [1, 2, 3] }] };
  const [one, two] = series(drawn(twice, true, NAMES).option).filter((each) => each.type === "line");
  expect(one?.color).toBe(two?.color);
});

const BARS: Bars = {
  kind: "bars", title: "Shares", unit: "t", factor: 1, scaled: "t", stacked: true, percent: false, colour: 0, series: ["a", "b", "c"],
  rows: [{ name: "x", values: { a: 3, b: -2, c: 1 }, ranges: {} }, { name: "y", values: { a: null, b: 1 }, ranges: { b: [0.5, 2] } }],
}; // prettier-ignore

test("stacked bars follow one another, negative ones to the left, and bars begin at zero", () => {
  expect(spans(BARS.rows[0]!, BARS.series, true)).toEqual({ a: [0, 3], b: [0, -2], c: [3, 4] });
  expect(spans(BARS.rows[1]!, BARS.series, false)).toEqual({ b: [0, 1] });
  const { xAxis } = drawn(BARS, false, NAMES).option as { xAxis: { min: number; max: number } };
  expect([xAxis.min, xAxis.max]).toEqual([-2, 4]);
});

test("the number at the end of a piled bar is its sum, said once", () => {
  const said = series(drawn(BARS, false, NAMES).option).map((one) => (one.data as [unknown, unknown, unknown, string][]).map((cell) => cell[3]));
  expect(said).toEqual([["", ""], ["", ""], ["2", "1"]]); // prettier-ignore
});

const WATER: Waterfall = { kind: "waterfall", title: "Why", unit: "t", factor: 10, scaled: "10 t", ends: ["2015", "2020"], start: 1000, end: 1012, effects: [{ name: "people", value: 19 }, { name: "each", value: -7 }] }; // prettier-ignore

test("a waterfall goes from total to total, and says where its axis begins if not at zero", () => {
  const found = steps(WATER);
  expect(found.map((one) => one.to)).toEqual([100, 101.9, 101.2, 101.2]);
  expect(axis(found).min).toBeGreaterThan(90);
  expect(drawn(WATER, false, NAMES).cut).toBe(axis(found).min);
  const near = { ...WATER, start: 10, end: 22 };
  expect(axis(steps(near)).min).toBe(0);
  expect(drawn(near, false, NAMES).cut).toBeUndefined();
  const below = { ...WATER, start: 10, end: -3, effects: [{ name: "sink", value: -13 }] };
  expect(axis(steps(below)).min).toBeLessThan(0);
});

test("many steps, or long names, lie below one another", () => {
  expect(lying(WATER)).toBe(false);
  expect(lying({ ...WATER, effects: Array.from({ length: 8 }, (_, at) => ({ name: String(at), value: 1 })) })).toBe(true);
});

const POINTS: Points = {
  kind: "points", title: "p", unit: "", axes: ["x, t", "y, %"], percent: true, x: [0, 10], y: [0, 1],
  points: [{ name: "A", group: "on", x: 1, y: 0.5 }, { name: "B", group: "off", x: 2, y: 0.25 }], curves: [{ name: "c", x: [0, 10], y: [0, null] }],
}; // prettier-ignore
const RANKS: Ranks = { kind: "ranks", title: "r", unit: "", said: ["rank", "median", "p5–p95"], rows: [{ name: "A", rank: 1, low: 1, middle: 1.5, high: 3 }] };

test("groups of points differ in shape as well as in colour; curves are lines", () => {
  const found = series(drawn(POINTS, false, NAMES).option) as (Series & { symbol?: string })[];
  expect(new Set(found.filter((one) => one.type === "scatter").map((one) => one.symbol)).size).toBe(2);
  expect(found.at(-1)?.type).toBe("line");
});

test("every kind is a table of its own numbers in the plain unit", () => {
  const heads = [LINES, BARS, POINTS, WATER, RANKS].map((one) => table(one, WORDS).columns.map((column) => column.title));
  expect(heads[0]).toEqual(["period", "observed (万t)", "observed low", "observed high", "marks (万t)", "marks low", "marks high", "path (万t)", "coal (万t)"]);
  expect(heads[1]).toEqual(["name", "a (t)", "b (t)", "b low", "b high", "c (t)"]);
  expect(heads[2]).toEqual(["name", "group", "x, t", "y, %"]);
  expect(table(WATER, WORDS).rows.map((row) => row.value)).toEqual([1000, 19, -7, 1012]);
  expect(heads[4]).toEqual(["name", "rank", "median", "p5", "p95"]);
  expect(table(BARS, WORDS).rows[1]).toMatchObject({ name: "y", c0: null, c1: 1, l1: 0.5, h1: 2 });
});

test("tonnes are drawn in the unit that was picked, other amounts as the library sized them", async () => {
  await speak("en");
  const picked = { scale: 1e8, word: "10⁸ t" };
  expect(resized({ ...LINES, unit: "10⁴ t CO₂e" }, picked)).toMatchObject({ factor: 1e4, scaled: "10⁸ t CO₂e", unit: "10⁴ t CO₂e" });
  expect(resized({ ...BARS, unit: "t CO₂" }, { scale: 1, word: "t" })).toMatchObject({ factor: 1, scaled: "t CO₂" });
  const money: Bars = { ...BARS, unit: "10⁸ CNY", factor: 1, scaled: "10⁸ CNY" };
  expect(resized(money, picked)).toBe(money);
  expect(resized({ ...LINES, unit: "%" }, picked)).toMatchObject({ factor: 1e4, scaled: "亿t" });
  expect(resized(POINTS, picked)).toBe(POINTS);
});

test("labels lie apart and above the foot, in their own order", () => {
  expect(apart([100, 101, 50], 200)).toEqual([100, 115, 50]);
  expect(apart([199, 200], 200)).toEqual([185, 200]);
});

test("axes are round, and hostile numbers make one all the same", () => {
  expect(rounded(0, 9.3)).toEqual({ min: 0, max: 10, interval: 2 });
  expect(rounded(5, 5).max).toBeGreaterThan(5);
  expect(told(null)).toBe("–");
  expect(told(0.081, true)).toBe("8.1%");
  const empty: Lines = { ...LINES, x: [2020], lines: [], stacked: [] };
  expect(() => drawn(empty, false, NAMES)).not.toThrow();
  expect(() => drawn({ ...BARS, rows: [], series: [] }, false, NAMES)).not.toThrow();
});
