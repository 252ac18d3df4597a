import { describe, expect, it } from "vitest";
import { asks, begun, wanted } from "./options";
import type { Of, Option } from "./types";

const option = (name: string, of: Of, given: unknown = null, needed = false): Option => ({ name, of, word: name, default: given, least: null, most: null, needed, choices: [] });
const OPTIONS = [
  option("year", "year"),
  option("draws", "count", 2000),
  option("audit", "yes", true),
  option("parts", "choices", ["a"]),
  option("levers", "levers", { save: 0.285 }),
  option("note", "text"),
];

describe("the form of an analysis", () => {
  it("begins with the defaults, depths of levers in per cent", () => {
    expect(begun(OPTIONS)).toEqual({ year: "", draws: "2000", audit: true, parts: ["a"], levers: { save: "28.5" }, note: "" });
  });
  it("asks for nothing where nothing was changed", () => {
    expect(wanted(OPTIONS, begun(OPTIONS))).toEqual({});
  });
  it("sends what was changed as the server takes it", () => {
    const values = { year: " 2021", draws: "500", audit: false, parts: [], levers: { save: "28.5", switch: "100", other: " " }, note: " 季度 " };
    expect(wanted(OPTIONS, values)).toEqual({ year: 2021, draws: 500, audit: false, parts: [], levers: { save: 0.285, switch: 1 }, note: "季度" });
  });
  it("takes an emptied number for the default of the server", () => {
    expect(wanted(OPTIONS, { ...begun(OPTIONS), draws: "" })).toEqual({});
  });
  it("sends what is needed even where it stands as it was", () => {
    const file = option("file", "file", "project.yaml", true);
    expect(wanted([file], begun([file]))).toEqual({ file: "project.yaml" });
    expect(asks([file])).toBe(false);
    expect(asks([option("file", "file", null, true)])).toBe(true);
  });
});
