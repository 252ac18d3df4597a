import { expect, test } from "vitest";
import { anchors, apart, extent, gathered, standing } from "./anchors";
import { column, every } from "./ask";
import { classNames } from "./legend";
import { amounts, classes, differences, inks, less, tint } from "./paint";
import { called } from "./called";
import type { RunRow } from "../inventory/types";
import { runOf } from "./shown";
import { thinned } from "./thin";
import type { Outlines, Pack } from "./types";

const ring = (west: number, size: number) => [[west, 30], [west + size, 30], [west + size, 30 + size], [west, 30 + size], [west, 30]];
const outlines = {
  type: "FeatureCollection",
  features: [
    { type: "Feature", properties: { code: "CN-51", name: "" }, geometry: { type: "MultiPolygon", coordinates: [[ring(100, 1)], [ring(110, 2)]] } },
    { type: "Feature", properties: { code: "", name: "x" }, geometry: { type: "Polygon", coordinates: [ring(0, 1)] } },
  ],
} as Outlines;

test("names stand in the middle of the largest part", () => {
  const found = anchors(outlines.features);
  expect([...found.keys()]).toEqual(["CN-51"]);
  expect(found.get("CN-51")?.at.map((one) => Math.round(one * 1e6) / 1e6)).toEqual([111, 31]);
  const later = anchors([{ properties: { code: "CN-51" }, geometry: { type: "Polygon", coordinates: [ring(120, 1)] } }], new Map(found));
  expect(later.get("CN-51")?.at).toEqual(found.get("CN-51")?.at);
  expect(extent(later, ["CN-51", "CN-99"])).toEqual([100, 30, 121, 32]);
  expect(extent(later, ["CN-99"])).toBeNull();
});

test("names do not lie on one another, and the first ones win", () => {
  const found = apart([{ text: "ab", x: 50, y: 50 }, { text: "cd", x: 55, y: 52 }, { text: "ef", x: 50, y: 90 }, { text: "gh", x: 1, y: 90 }], 100, 100);
  expect(found.map((one) => one.text)).toEqual(["ab", "ef"]);
});

test("a region without an outline stands in the middle of what lies in it", () => {
  const places = anchors(outlines.features);
  expect(standing(places, "CN-51")).toEqual(places.get("CN-51")?.at);
  expect(standing(places, "CN")).toEqual([106, 31]);
  expect(standing(places, "CN-11")).toBeNull();
  expect(standing(places, "")).toBeNull();
});

test("names keep away from pins, and pins that would lie on one another are one", () => {
  const alarm = (region: string, alarms: number, errors: number) => ({ region, region_name: region, alarms, errors, warnings: alarms - errors });
  const pins = gathered([{ alarm: alarm("a", 9, 0), x: 50, y: 50 }, { alarm: alarm("b", 2, 1), x: 55, y: 52 }, { alarm: alarm("c", 1, 0), x: 90, y: 90 }, { alarm: alarm("d", 1, 1), x: 500, y: 50 }], 120, 100);
  expect(pins.map(({ regions, alarms, errors }) => [regions, alarms, errors])).toEqual([[["b", "a"], 11, 1], [["c"], 1, 0]]);
  expect(apart([{ text: "ab", x: 50, y: 30 }, { text: "cd", x: 50, y: 60 }], 100, 100, pins.map((pin) => pin.box)).map((one) => one.text)).toEqual(["cd"]);
});

test("classes end at the greatest value", () => {
  expect(classes([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])).toEqual([2, 4, 6, 8, 10]);
  expect(classes([3])).toEqual([3]);
  expect(classes([])).toEqual([]);
});

test("what is unknown has no colour, and zero is not unknown", () => {
  const scale = amounts([1, 2, 3, null], false);
  expect(tint(null, scale)).toBeNull();
  expect(tint(0, scale)).toBe(scale.hue[0]);
  expect([...inks(new Map([["a", null], ["b", 2]]), scale).keys()]).toEqual(["b"]);
});

test("differences are told only where both are known, on a scale with zero in its middle", () => {
  const gaps = less(new Map([["a", 5], ["b", 1], ["c", null]]), new Map([["a", 2], ["b", 9], ["c", 1], ["d", 4]]));
  expect([...gaps]).toEqual([["a", 3], ["b", -8], ["c", null], ["d", null]]);
  const scale = differences([...gaps.values()], false);
  expect(scale.ends).toHaveLength(5);
  expect(scale.ends.map((one) => -one).reverse().map((one) => one + 0)).toEqual(scale.ends.map((one) => one + 0));
  expect(tint(-8, scale)).toBe(scale.hue[0]);
  expect(tint(8.5, scale)).toBe(scale.hue[5]);
  expect(classNames(scale, 1)).toHaveLength(6);
});

test("a year of a layer is a column of its rows", () => {
  const layer = { rows: [{ region: "CN-51", "2020": 1, "2021": null }], years: ["2020", "2021"] };
  expect([...column(layer, "2021", (row) => String(row.region))]).toEqual([["CN-51", null]]);
  expect(every(layer)).toEqual([1, null]);
});

test("tiles are coloured by what they call a region", () => {
  const pack = { about: { codes: { "510100": "CN-5101", "999": "CN-99" } } } as unknown as Pack;
  const ink = { tint: "#000", tall: 1 };
  expect([...called(new Map([["CN-5101", ink]]), pack)]).toEqual([["510100", ink]]);
});

test("a year of a series is cited from the inventory that it is of", () => {
  const of = (id: string, first_day: string, last_day = first_day) => ({ id, first_day, last_day }) as RunRow;
  const runs = [of("a", "2021"), of("other", "2022"), of("b", "2022"), of("c", "2015-01-01", "2019-12-31")];
  expect(["2021", "2022", "2017", "2030"].map((year) => runOf(year, ["a", "b", "c"], runs)?.id)).toEqual(["a", "b", "c", undefined]);
});

test("outlines keep what is seen at a zoom, and the border of two areas stays one line", () => {
  const border = Array.from({ length: 41 }, (_, at) => [110 + 0.01 * (at % 2), 30 + at / 20]);
  const area = (code: string, far: number, line: number[][]) => ({ type: "Feature", properties: { code, name: code }, geometry: { type: "Polygon", coordinates: [[...line, [far, 32], [far, 30], line[0]]] } });
  const two = { type: "FeatureCollection", features: [area("CN-51", 108, border), area("CN-50", 112, border)] } as Outlines;
  const rings = (of: Outlines) => of.features.map((one) => (one.geometry.coordinates as number[][][])[0] ?? []);
  const [west, east] = rings(thinned(two, 3)).map((ring) => new Set(ring.map(String))) as [Set<string>, Set<string>];
  const shared = [...west].filter((point) => east.has(point));
  expect(west.size).toBeLessThan(8);
  expect(shared.length).toBe(west.size - 2);
  expect(thinned(two, 3).features.map((one) => one.properties.code)).toEqual(["CN-51", "CN-50"]);
  expect(rings(thinned(two, 14))[0]?.length).toBe(rings(two)[0]?.length);
});
