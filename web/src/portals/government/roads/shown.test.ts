import { describe, expect, it } from "vitest";
import { speak } from "../../../shared/words";
import { exact, measured, mostOf, range, titled, whole, widthOf, wraps, written } from "./shown";
import type { Shown } from "./types";

describe("a value of a document", async () => {
  await speak("zh");
  it.each<[unknown, Shown, string]>([
    [41223.4567, "amount", "41,220"],
    [0.012345, "amount", "0.01235"],
    [7, "amount", "7"],
    [12.5, "money", "12.5"],
    [0.9512, "share", "95.1 %"],
    [2030, "year", "2030"],
    [4321, "count", "4,321"],
    [67.25, "score", "67.3"],
    ["一致", "score", "一致"],
    [null, "amount", "–"],
    ["", "text", "–"],
    [0, "amount", "0"],
  ])("%s as %s is %s", (value, shown, text) => {
    expect(written(value, shown)).toBe(text);
  });
  it("is in the unit that was picked where it is tonnes", () => {
    const wan = { scale: 1e4, word: "万吨" };
    expect(measured("t CO₂e", "amount", wan)).toEqual({ scale: 1e4, unit: "万吨 CO₂e" });
    expect(measured("tCO2e", "amount", wan)).toEqual({ scale: 1e4, unit: "万吨 CO2e" });
    expect(measured("t", "amount", wan)).toEqual({ scale: 1e4, unit: "万吨" });
    expect(measured("万吨二氧化碳当量", "amount", wan)).toEqual({ scale: 1, unit: "万吨 CO₂e" });
    expect(measured("kt CO₂", "amount", { scale: 1e8, word: "亿吨" })).toEqual({ scale: 1e5, unit: "亿吨 CO₂" });
    for (const unit of ["tce", "t/人", "tCO2e/万元", "吨标准煤", "元", ""]) expect(measured(unit, "amount", wan)).toEqual({ scale: 1, unit });
    expect(written(412223885, "amount", 1e4)).toBe("41,220");
  });
  it("is in a size that can be read where it is money or energy, and large", () => {
    const t = { scale: 1, word: "吨" };
    expect(measured("元", "money", t, 2.5e9)).toEqual({ scale: 1e8, unit: "亿元" });
    expect(measured("kWh", "amount", t, -3e6)).toEqual({ scale: 1e4, unit: "万 kWh" });
    expect(measured("万元", "money", t, 2e5)).toEqual({ scale: 1e4, unit: "亿元" });
    for (const [unit, most] of [["元", 9999], ["亿元", 2e5], ["元/t", 1e6], ["%", 1e5]] as const) expect(measured(unit, "money", t, most)).toEqual({ scale: 1, unit });
    expect(measured("tce", "count", t, 1e9)).toEqual({ scale: 1, unit: "tce" });
    const [a, b, c] = [["a", "tce"], ["b", "tce"], ["c", "t"]].map(([key = "", unit = ""]) => ({ key, title: key, shown: "amount" as const, unit }));
    expect(mostOf("tce", [a!, b!, c!], [{ a: 1, c: 9 }, { a: -3, b: 2 }, { a: null }, {}])).toBe(3);
  });
  it("has all its digits in the tooltip, with the unit", () => {
    expect(exact(41223.4567, "万tCO2e")).toBe("41,223.4567 万tCO2e");
    expect(exact("一致")).toBe("");
  });
  it("has a range from p5 to p95", () => {
    expect(range(1.25, null, "amount")).toBe("1.25 – –");
  });
});

describe("a column of a document", () => {
  it("has its unit in the head, once", () => {
    expect(titled("排放", "万t")).toBe("排放 (万t)");
    expect(titled("排放（万t）", "万t")).toBe("排放（万t）");
    expect(titled("grandfathering", "t")).toBe("grandfathering (t)");
    expect(titled("Price (CNY/t)", "CNY/t")).toBe("Price (CNY/t)");
  });
  it("is as wide as what it holds, and long sentences go over lines", () => {
    expect(wraps("text", widthOf("说明", ["一句".repeat(60)], false))).toBe(true);
    expect(widthOf("分", ["1"], false)).toBe(70);
    expect(widthOf("scenario", ["x"], true)).toBeGreaterThan(widthOf("scenario", ["x"], false));
  });
  it("shows fractions with the same digits all along", () => {
    const column = { key: "a", title: "a", shown: "amount" as const, unit: "" };
    expect(whole(column, [{ a: 2 }, { a: 2.24 }])).toBe(false);
    expect(whole(column, [{ a: 2 }, { a: null }])).toBe(true);
    expect(written(2, "amount", 1, false)).toBe("2.00");
  });
});
