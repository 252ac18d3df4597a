import { describe, expect, it } from "vitest";
import { chosen } from "./gpc";
import type { Row } from "./types";

const line = (line: string, category: string, more: Row = {}): Row => ({ line, category, emission: null, notation: "", state: "unanswered", refused: 0, ...more });
const ROWS = [
  line("sector", "I"),
  line("category", "I.1.1", { emission: 0, state: "estimated" }),
  line("category", "I.1.2", { notation: "IE", state: "IE" }),
  line("sector", "II"),
  line("category", "II.1.1", { refused: 2 }),
  line("total", "basic_t", { emission: 3 }),
];
const codes = (choice: string) => chosen(ROWS, choice).map((row) => row.category);

describe("lines of the GPC", () => {
  it("stand below their sectors, without the totals", () => expect(codes("")).toEqual(["I", "I.1.1", "I.1.2", "II", "II.1.1"]));
  it("with a figure are those that have one, also zero", () => expect(codes("known")).toEqual(["I", "I.1.1"]));
  it("with a key, without an answer, and with refused rows are told apart", () =>
    expect([codes("keys"), codes("open"), codes("refused")]).toEqual([["I", "I.1.2"], ["II", "II.1.1"], ["II", "II.1.1"]]));
});
