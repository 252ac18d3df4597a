import { expect, test } from "vitest";
import { aimOf, type Datum } from "./aim";

const target = (period: string, quantity = "emission_target"): Datum => ({ period, quantity, value: 1, source: "", base_year: "", clause: "", synthetic: false });

test("the target of a year is the next one due, of its own kind, and the last one when all are past", () => {
  const data = [target("2030"), target("2025"), target("2022", "intensity_target")];
  expect(aimOf(data, "emission_target", "2021")?.period).toBe("2025");
  expect(aimOf(data, "emission_target", "2026")?.period).toBe("2030");
  expect(aimOf(data, "emission_target", "2031")?.period).toBe("2030");
  expect(aimOf([], "emission_target", "2021")).toBeUndefined();
});
