import { describe, expect, it } from "vitest";
import { placed } from "./graph";
import { changeColumn, letters, missing, plain, still, unsure } from "./mapped";
import type { MappedSheet, Mapping } from "./types";

const sheet: MappedSheet = {
  sheet: "表", use: true, reason: "", header: 1, rows: 2, fixed: {}, titles: {}, items: { 煤: "coal", 某: "" }, sectors: {}, doubts: [], beyond: [9],
  guessed: [], units: {}, partial: false, not_used: [], missing: [],
  columns: [
    { column: 1, heading: "单位", use: "entity", confidence: 1, filled: 2 },
    { column: 2, heading: "品种", use: "item", confidence: 0.7, filled: 2 },
    { column: 3, heading: "2021", use: "amount", period: "2021", confidence: 0.9, filled: 2 },
    { column: 4, heading: "库存", use: "", filled: 2 },
  ],
}; // prettier-ignore
const mapping: Mapping = { format: "", file: "", confirmed: false, accepted: [], sheets: [sheet] };

describe("mapping", () => {
  it("knows what is missing: a period or unit of the column counts", () => {
    expect(missing(sheet)).toEqual(["unit"]);
    expect(missing({ ...sheet, fixed: { unit: "t" } })).toEqual([]);
    expect(missing({ ...sheet, fixed: { unit: "t" }, columns: sheet.columns.map((one) => ({ ...one, use: one.use === "entity" ? "region" : one.use })) })).toEqual([]);
  });
  it("knows what is unsure, and what would still be lost", () => {
    expect(unsure(sheet)).toEqual(["某"]);
    const losses = ["库存", "某", "R9"].map((key) => ({ key, what: key, read: false }));
    expect(still(losses, mapping)).toHaveLength(3);
    const mended = changeColumn({ ...sheet, items: { 某: "coal" } }, 4, { use: "keep" });
    expect(still(losses, { ...mapping, sheets: [mended] }).map((one) => one.key)).toEqual(["R9"]);
    expect(plain({ mapping, losses })).toBe(false);
  });
  it("gives a use to one column only", () => {
    const changed = changeColumn(sheet, 4, { use: "entity" });
    expect(changed.columns.map((one) => one.use)).toEqual(["", "item", "amount", "entity"]);
  });
  it("names columns as a spreadsheet does", () => {
    expect([1, 26, 27, 703].map(letters)).toEqual(["A", "Z", "AA", "AAA"]);
  });
});

describe("lineage", () => {
  it("puts what has no source just before its first use", () => {
    const node = (name: string) => ({ node: name, kind: "upload", id: name, name, number: null, synthetic: false });
    const graph = { here: "a", nodes: ["a", "b", "c", "m"].map(node), edges: [["a", "b"], ["b", "c"], ["m", "c"]].map(([source = "", target = ""]) => ({ source, target })) };
    const { boxes, lines } = placed(graph, { wide: 100, high: 40, gap: 20, space: 10 });
    expect(boxes.map((one) => [one.node.node, one.left, one.top])).toEqual([["a", 0, 0], ["b", 120, 0], ["c", 240, 0], ["m", 120, 50]]);
    expect(lines).toHaveLength(3);
  });
});
