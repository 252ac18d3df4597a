import { expect, test } from "vitest";
import type { RunRow } from "../inventory/types";
import { firstOf, seriesOf } from "./chosen";

const run = (id: string, year: string, more: Partial<RunRow> = {}): RunRow => ({
  id, name: id, dataset: "d", method: "m", gwp: "", region: "CN-51", entity: "", total: 1, unit: "t CO2", complete: true, synthetic: false, digest: "",
  first_day: year, last_day: year, made_at: "", about: {}, ...more,
}); // prettier-ignore

test("a series holds the newest run of each year, of the same place and method alone", () => {
  const here = run("a", "2021");
  const others = [here, run("b", "2020"), run("b-old", "2020"), run("c", "2019", { method: "other" }), run("d", "2018", { region: "CN-12" }), run("e", "2017", { synthetic: true }), run("f", "2016")];
  expect(seriesOf(here, others)).toEqual(["a", "b", "f"]);
});

test("a run of several years, or of no known place, stands alone", () => {
  expect(seriesOf(run("a", "2012", { last_day: "2021" }), [run("b", "2011")])).toEqual(["a"]);
  expect(seriesOf(run("a", "2021", { region: "" }), [run("b", "2020", { region: "" })])).toEqual(["a"]);
});

test("released comes before real, real before synthetic, and the newest first", () => {
  const runs = [run("made-up", "2023", { synthetic: true, made_at: "4" }), run("new", "2021", { made_at: "3" }), run("old", "2020", { made_at: "2" }), run("sealed", "2019", { made_at: "1" })];
  expect(firstOf(runs, [{ run: "sealed" }])?.id).toBe("sealed");
  expect(firstOf(runs, [])?.id).toBe("new");
  expect(firstOf(runs, [{ run: "made-up" }, { run: "sealed" }])?.id).toBe("sealed");
  expect(firstOf(runs.slice(0, 1), [])?.id).toBe("made-up");
  expect(firstOf([], [])).toBeUndefined();
});
