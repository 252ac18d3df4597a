import { describe, expect, it } from "vitest";
import { kept } from "./address";
import { csv, filterOf, nextSort, viewed, withFilter } from "./columns";
import { elapsed } from "./job";
import { bytes, full, short, signOf, when } from "./numbers";
import { colour, PALETTE } from "./palette";
import { periodOf, within } from "./pickers";
import { labelled } from "./synthetic";

describe("numbers", () => {
  it("shows 3 to 4 significant digits and never an exponent", () => {
    expect([330391619.72 / 1e4, 46.752, 0.00012345, 1e-9, 18.7].map((one) => short(one))).toEqual(["33,040", "46.75", "0.0001235", "0.00000000100", "18.7"]);
  });
  it("shows what is unknown as a dash and never as 0", () => {
    expect([null, undefined, Number.NaN].map((one) => short(one))).toEqual(["–", "–", "–"]);
    expect(short(0)).toBe("0");
    expect([50, 0.5, 1234.5].map((one) => short(one, 4, 1))).toEqual(["50", "0.5", "1,235"]);
    expect([3, -3, 0].map(signOf)).toEqual(["+", "−", ""]);
    expect(when("")).toBe("–");
  });
  it("keeps every digit for the tooltip", () => {
    expect(full(330391619.7212345)).toBe("330,391,619.7212345");
  });
  it("says sizes and times as people do", () => {
    expect([4, 1234, 5_600_000].map(bytes)).toEqual(["4 B", "1.23 kB", "5.60 MB"]);
    expect(elapsed({ began_at: "2026-01-01T00:00:00Z", ended_at: "2026-01-01T00:03:05Z" })).toBe("3 min 5 s");
  });
});

describe("tables", () => {
  const rows = [
    { name: "煤", amount: 5 },
    { name: "油", amount: null },
    { name: "气", amount: 12 },
  ];
  it("sorts with unknown last, whichever way", () => {
    expect(viewed(rows, { sort: "-amount", where: [] }).map((one) => one.name)).toEqual(["气", "煤", "油"]);
    expect(viewed(rows, { sort: "amount", where: [] }).map((one) => one.name)).toEqual(["煤", "气", "油"]);
  });
  it("filters by text and by value", () => {
    expect(viewed(rows, { sort: "", where: ["name~油"] })).toHaveLength(1);
    expect(viewed(rows, { sort: "", where: ["amount=12"] })).toHaveLength(1);
  });
  it("goes through orders: numbers fall first", () => {
    expect([nextSort("", "a", "tonnes"), nextSort("-a", "a", "tonnes"), nextSort("a", "a", "tonnes")]).toEqual(["-a", "a", ""]);
    expect(nextSort("", "a")).toBe("a");
  });
  it("keeps one condition for each column", () => {
    const where = withFilter(withFilter(["state=open"], "name", "~", "a"), "name", "~", "b");
    expect(where).toEqual(["state=open", "name~b"]);
    expect(filterOf(where, "name")).toBe("b");
    expect(withFilter(where, "name", "~", "")).toEqual(["state=open"]);
  });
  it("writes no formula into a spreadsheet", () => {
    expect(csv(["a"], [["=1+1"], ["＝cmd"], [-5], ['a,"b"']])).toBe("\uFEFFa\r\n'=1+1\r\n'＝cmd\r\n-5\r\n\"a,\"\"b\"\"\"\r\n");
  });
});

describe("address", () => {
  it("keeps what is picked and nothing else", () => {
    const here = new URLSearchParams("area=CN-51&unit=t&sort.runs=-total");
    expect(kept("/gov/data?job=1", here)).toBe("/gov/data?job=1&area=CN-51&unit=t");
  });
  it("reads periods", () => {
    expect([periodOf("2021", "2011"), periodOf("2021", "2021"), periodOf("", "2021"), periodOf("x", "")]).toEqual(["2011-2021", "2021", "2021", ""]);
    expect([within("2011-2021", "2021-12-31"), within("2011-2021", "2022"), within("", "1990")]).toEqual([true, false, true]);
  });
});

describe("palette", () => {
  it("is the list that the reports use", () => {
    expect(PALETTE.items?.coal).toEqual({ light: "#3a3b50", dark: "#787ba3" });
    expect(colour("sectors", "industry", false)).toBe("#8087b2");
    expect(colour("sectors", "unheard of", true)).toMatch(/^#/);
  });
});

describe("a file of synthetic numbers", () => {
  const heads = ["year", "t"];
  const rows: unknown[][] = [["2021", 1], ["2022", 2]]; // prettier-ignore

  it("says so in its first column, in the head and in every row", () => {
    expect(labelled(heads, rows, { head: "合成数据", word: "是" })).toEqual([["合成数据", "year", "t"], [["是", "2021", 1], ["是", "2022", 2]]]); // prettier-ignore
  });
  it("stays as it is where nothing is synthetic", () => {
    expect(labelled(heads, rows, null)).toEqual([heads, rows]);
  });
});
