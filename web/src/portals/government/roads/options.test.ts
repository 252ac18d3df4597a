import { describe, expect, it } from "vitest";
import { asks, begun, offered, parted, type Served, wanted } from "./options";
import type { Of, Option } from "./types";

const option = (name: string, of: Of, given: unknown = null, needed = false): Option => ({ name, of, word: name, default: given, least: null, most: null, needed, choices: [], source: "", then: "", joint: "=" });
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
  it("begins as an analysis was asked, and asks the same again", () => {
    const asked = { year: 2021, draws: 500, audit: false, parts: [], levers: { save: 1 }, note: null };
    expect(begun(OPTIONS, asked)).toEqual({ year: "2021", draws: "500", audit: false, parts: [], levers: { save: "100" }, note: "" });
    expect(wanted(OPTIONS, begun(OPTIONS, asked))).toEqual({ year: 2021, draws: 500, audit: false, parts: [], levers: { save: 1 } });
  });
  it("takes several texts from a list, in which commas stay, and from a text that separates them by commas", () => {
    const several = [option("factors", "texts", "", true), option("where", "pairs", "")];
    expect(begun(several, { factors: "people，gdp/people", where: ["a=1,5"] })).toEqual({ factors: ["people", "gdp/people"], where: ["a=1,5"] });
    expect(wanted(several, { factors: ["a,b"], where: ["a=1", "=", "b="] })).toEqual({ factors: ["a,b"], where: ["a=1", "b"] });
  });
  it("parts a pair at its sign: the last colon, the first equals", () => {
    expect([parted("a:b:-", ":"), parted("co2=5%:steady", "="), parted("people", ":")]).toEqual([["a:b", "-"], ["co2", "5%:steady"], ["people", ""]]);
  });
});

describe("what there is to choose", () => {
  const columns = [
    { name: "city", values: ["A", "B"] },
    { name: "year", values: ["2020"] },
  ];
  const served: Served = { columns, listed: { scenarios: [{ value: "baseline", word: "Baseline" }] } };
  const of = (source: string, values = {}) => offered(source, values, served, ["road.yaml", "t.csv"])?.map((one) => one.value) ?? null;
  it("is the columns of the chosen table and the values of chosen columns", () => {
    expect(of("columns", { file: "t.csv" })).toEqual(["city", "year"]);
    expect(of("values:place", { place: "city" })).toEqual(["A", "B"]);
    expect(of("values:by", { by: ["city", "year"] })).toEqual(["A", "B", "2020"]);
  });
  it("is not known before the table or the column is chosen, nor before the server has answered", () => {
    expect([of("columns"), of("values:place", { place: "" })]).toEqual([null, null]);
    expect(offered("scenarios", {}, undefined, [])).toBeNull();
  });
  it("is what the set names, and its tables", () => {
    expect([of("scenarios"), of("nodes"), of("tables"), of("")]).toEqual([["baseline"], [], ["t.csv"], []]);
  });
});
