import { describe, expect, it } from "vitest";
import { speak } from "../../../shared/words";
import { exact, range, titled, widthOf, wraps, written } from "./shown";
import type { Shown, SheetColumn } from "./types";

const column = (key: string, shown: Shown, title = key, unit = ""): SheetColumn => ({ key, title, shown, unit });

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
    expect(titled(column("a", "amount", "排放", "万t"))).toBe("排放 (万t)");
    expect(titled(column("a", "amount", "排放（万t）", "万t"))).toBe("排放（万t）");
  });
  it("is as wide as what it holds, and long sentences go over lines", () => {
    const rows = [{ a: "一句".repeat(60), b: 1 }];
    expect(widthOf(column("a", "text"), rows)).toBe(380);
    expect(wraps(column("a", "text"), rows)).toBe(true);
    expect(widthOf(column("b", "amount"), rows)).toBe(70);
  });
});
