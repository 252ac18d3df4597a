import { describe, expect, it } from "vitest";
import { type Lever, planOf, read, settings, stands, titled, within, written } from "./levers";

const lever = (id: string, whole = false): Lever => ({ id, title: id, leaf: "", most: "", begins: 2024, done: 2030, group: "", needs: [], whole, bound: "", saves: 0, cost: 0, source: "" });
const LEVERS = [lever("save"), lever("hub", true), lever("电:气")];

describe("moves in the address", () => {
  it("are read as they were written, whatever a lever is called", () => {
    const moves = { save: 28.5, hub: 100, "电:气": 0 };
    expect(read(written(moves), LEVERS)).toEqual(moves);
  });
  it("leave out what is no move of a lever that there is", () => {
    expect(read("nothing:5,save:,save:200,%E0:1,:", LEVERS)).toEqual({ save: 100 });
    expect(read("", LEVERS)).toEqual({});
  });
  it("stay within what a lever can do", () => {
    expect([within(-5, false), within("12.345", false), within("x", false), within(60, true), within(49, true)]).toEqual([0, 12.35, 0, 100, 0]);
  });
});

describe("settings of levers", () => {
  const plan = planOf({ levers: [{ lever: "save", by_year: { 2024: 0.2, 2025: 0.4 } }] }, [2023, 2025]);
  it("are those of the scenario until something is moved", () => {
    expect(settings(LEVERS, { save: 0.6 }, null, { hub: 100 })).toEqual({ save: 0.6, hub: 1, "电:气": 0 });
  });
  it("are those of a plan by year, and none of the scenario", () => {
    expect(plan).toEqual({ save: [0, 0.2, 0.4] });
    expect(settings(LEVERS, { hub: 1 }, plan, {})).toEqual({ save: [0, 0.2, 0.4], hub: 0, "电:气": 0 });
    expect(settings(LEVERS, {}, plan, { save: 50 }).save).toBe(0.5);
  });
  it("stand in per cent, a plan where it ends", () => {
    expect([stands([0, 0.2, 0.4]), stands(0.285), stands(undefined)]).toEqual([40, 28.5, 0]);
  });
});

describe("what the server said", () => {
  it("names levers by their titles", () => {
    const levers = [{ ...lever("coal"), title: "用煤" }, { ...lever("coal-to-gas"), title: "煤改气 $&" }];
    expect(titled("coal-to-gas needs coal, not coals", levers)).toBe("煤改气 $& needs 用煤, not coals");
  });
});
