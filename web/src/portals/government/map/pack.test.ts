import { expect, test } from "vitest";
import { bounds, classes, outlinesOf, placed, type Outlines } from "./pack";

const area = (properties: object, at: number) => ({ type: "Feature", properties, geometry: { type: "Polygon", coordinates: [[[at, 30], [at + 1, 30], [at + 1, 31], [at, 30]]] } });
const file = { type: "FeatureCollection", features: [area({ adcode: 510000, name: "四川省" }, 100), area({ adcode: 120000, name: "天津市" }, 110), { type: "Feature", properties: {}, geometry: { type: "Point", coordinates: [0, 0] } }] };
const places = [{ code: "CN-51", names: ["四川省", "Sichuan", "510000"], value: 1 }];

test("only outlines of areas are taken", () => {
  expect(outlinesOf(JSON.stringify(file))?.features).toHaveLength(2);
  expect(outlinesOf("{")).toBeNull();
  expect(outlinesOf('{"type":"Topology"}')).toBeNull();
  expect(outlinesOf('{"type":"FeatureCollection","features":[null]}')).toBeNull();
});

test("an outline is found by its code or its name, and another is no place of ours", () => {
  expect(placed(outlinesOf(JSON.stringify(file))!, places).map((one) => one?.code ?? null)).toEqual(["CN-51", null]);
});

test("the map opens on what it shows", () => {
  expect(bounds(outlinesOf(JSON.stringify(file)) as Outlines)).toEqual([100, 30, 111, 31]);
});

test("classes end at the greatest value", () => {
  expect(classes([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])).toEqual([2, 4, 6, 8, 10]);
  expect(classes([3])).toEqual([3]);
  expect(classes([])).toEqual([]);
});
