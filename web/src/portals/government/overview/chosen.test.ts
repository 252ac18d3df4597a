import { expect, test } from "vitest";
import type { RunRow } from "../inventory/types";
import { firstOf } from "./chosen";

const run = (id: string, year: string, more: Partial<RunRow> = {}): RunRow => ({
  id, name: id, dataset: "d", method: "m", gwp: "", region: "CN-51", entity: "", total: 1, unit: "t CO2", complete: true, synthetic: false, digest: "",
  first_day: year, last_day: year, made_at: "", about: {}, ...more,
}); // prettier-ignore

test("released comes before real, real before synthetic, and the newest first", () => {
  const runs = [run("made-up", "2023", { synthetic: true, made_at: "4" }), run("new", "2021", { made_at: "3" }), run("old", "2020", { made_at: "2" }), run("sealed", "2019", { made_at: "1" })];
  expect(firstOf(runs, [{ run: "sealed" }])?.id).toBe("sealed");
  expect(firstOf(runs, [])?.id).toBe("new");
  expect(firstOf(runs, [{ run: "made-up" }, { run: "sealed" }])?.id).toBe("sealed");
  expect(firstOf(runs.slice(0, 1), [])?.id).toBe("made-up");
  expect(firstOf([], [])).toBeUndefined();
});
