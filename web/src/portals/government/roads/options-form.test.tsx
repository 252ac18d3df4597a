import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { useState } from "react";
import { afterEach, expect, test } from "vitest";
import { begun, type Served, type Values, wanted } from "./options";
import { OptionsForm } from "./options-form";
import type { Of, Option, Road } from "./types";

afterEach(cleanup);

const option = (name: string, of: Of, more: Partial<Option> = {}): Option => ({ name, of, word: name, default: "", least: null, most: null, needed: false, choices: [], source: "", then: "", joint: "=", ...more });
const OPTIONS = [option("file", "file", { source: "tables", needed: true }), option("place", "text", { source: "columns" }), option("of", "text", { source: "values:place" }), option("where", "pairs", { source: "columns", then: "values" })];
const road = { files: [{ name: "road.yaml" }, { name: "t.csv" }], facts: {} } as unknown as Road;
const served: Served = { columns: [{ name: "city", values: ["A", "B"] }, { name: "year", values: ["2020"] }], listed: {} }; // prettier-ignore
let values: Values = {};

function Shown({ found = served, given = {} }: { found?: Served; given?: Record<string, unknown> }) {
  const [held, hold] = useState(() => begun(OPTIONS, given));
  values = held;
  return <OptionsForm options={OPTIONS} values={held} change={hold} road={road} served={found} />;
}

const choose = (label: string, value: string) => fireEvent.change(screen.getByLabelText(label), { target: { value } });
const choices = (label: string) => [...screen.getByLabelText<HTMLSelectElement>(label).options].map((one) => one.text);

test("columns of the chosen table are chosen, and values of the chosen column", () => {
  render(<Shown />);
  expect(choices("file")).toEqual(["roads.choose", "t.csv"]);
  expect(choices("place")).toEqual(["roads.first", "roads.own"]);
  choose("file", "t.csv");
  expect(choices("place")).toEqual(["roads.by_itself", "city", "year", "roads.own"]);
  choose("place", "city");
  choose("of", "B");
  expect(wanted(OPTIONS, values)).toEqual({ file: "t.csv", place: "city", of: "B" });
});

test("what stands in no list is typed, and an emptied field becomes the list again", () => {
  render(<Shown given={{ file: "t.csv" }} />);
  choose("place", "\u0000");
  choose("place", "city/year");
  fireEvent.blur(screen.getByLabelText("place"));
  expect(screen.getByLabelText("place").tagName).toBe("INPUT");
  expect(wanted(OPTIONS, values)).toEqual({ file: "t.csv", place: "city/year" });
  choose("place", "");
  fireEvent.blur(screen.getByLabelText("place"));
  expect(screen.getByLabelText("place").tagName).toBe("SELECT");
});

test("a file that is no table leaves fields in which names are typed", () => {
  render(<Shown found={{ columns: [], listed: {} }} given={{ file: "t.csv" }} />);
  expect(screen.getByLabelText("place").tagName).toBe("INPUT");
});

test("what an analysis was asked stands there, even where the set has it no longer", () => {
  render(<Shown given={{ file: "gone.csv", place: "town", where: ["city=A"] }} />);
  expect(screen.getByLabelText<HTMLSelectElement>("file").value).toBe("gone.csv");
  expect(screen.getByLabelText<HTMLSelectElement>("place").value).toBe("town");
  const [name, worth] = screen.getByRole("group", { name: "where" }).querySelectorAll("select");
  expect([name?.value, worth?.value]).toEqual(["city", "A"]);
  expect([...(worth?.options ?? [])].map((one) => one.value)).toContain("B");
});
