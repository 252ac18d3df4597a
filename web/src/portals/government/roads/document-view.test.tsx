import { cleanup, render, screen } from "@testing-library/react";
import { MemoryRouter } from "react-router";
import { afterEach, expect, test, vi } from "vitest";
import { DocumentView } from "./document-view";
import type { Analysis } from "./types";

afterEach(cleanup);

const figure = { label: "2030", value: 1, unit: "", shown: "amount", low: null, high: null, note: "", text: "one" };
const analysis = {
  id: "a", kind: "gate", name: "town", version: 1, made_at: "2026-01-01T00:00:00Z",
  document: { headline: "said", alarm: false, synthetic: false, warnings: ["twice", "twice"], figures: [figure, figure], charts: [], sheets: [], result: {} },
} as unknown as Analysis; // prettier-ignore

test("equal warnings and figures of one name all stand on the page", () => {
  const told = vi.spyOn(console, "error").mockImplementation(() => undefined);
  render(<DocumentView of={analysis} />, { wrapper: MemoryRouter });
  expect(screen.getAllByText("twice")).toHaveLength(2);
  expect(screen.getAllByText("2030")).toHaveLength(2);
  expect(told.mock.calls.filter((call) => String(call[0]).includes("same key"))).toEqual([]);
  told.mockRestore();
});
