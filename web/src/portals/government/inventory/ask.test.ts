import { expect, test } from "vitest";
import { yearOf } from "./ask";

test("a run of several years is judged in one: the picked one, else the last", () => {
  const run = { first_day: "2012", last_day: "2021" };
  expect(yearOf(run, "")).toBe("2021");
  expect(yearOf(run, "2015")).toBe("2015");
  expect(yearOf(run, "1999")).toBe("2021");
  expect(yearOf(run, "2013-2015")).toBe("2021");
  expect(yearOf({ first_day: "2021-01", last_day: "2021-12" }, "2021")).toBe("");
  expect(yearOf({ first_day: "2020-03", last_day: "2021-12" }, "2020")).toBe("2020");
});
