import { expect, test } from "vitest";
import { sourcesOf } from "./chart-words";

test("the source of a series names the inventory of every year, and which is released", () => {
  const run = (id: string, name: string) => ({ id, name, method: "m", digest: `${id}23456789abcdef` });
  const rows = [{ run: "b", period: "2022" }, { run: "a", period: "2021" }, { run: "b", period: "2023" }];
  expect(sourcesOf(rows, [run("a", "甲"), run("b", "乙"), run("c", "丙")], { run: "a", number: 2 })).toBe("2021 甲 #2 a23456789abc · 2022–2023 乙 b23456789abc · m");
});
