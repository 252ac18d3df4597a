import { expect, test } from "vitest";
import { intensities } from "./intensity";

test("emission by GDP and by head, only of years that have them, in order", () => {
  const data = [
    { period: "2019", quantity: "gdp" as const, value: 24909.5, source: "a" },
    { period: "2019", quantity: "population" as const, value: 4352, source: "a" },
    { period: "2018", quantity: "population" as const, value: 4359, source: "a" },
  ];
  const found = intensities(new Map([["2020", 1], ["2019", 240_109_846], ["2018", 4359e4]]), data);
  expect(found.map((one) => one.year)).toEqual(["2018", "2019"]);
  expect(found[0]).toEqual({ year: "2018", perGdp: null, perHead: 1 });
  expect(found[1]!.perGdp).toBeCloseTo(0.9639, 4);
  expect(found[1]!.perHead).toBeCloseTo(5.517, 3);
});
