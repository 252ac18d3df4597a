import { useParam } from "../../../shared/address";
import type { RunRow } from "../inventory/types";
import { useSources, useValues } from "./ask";
import { type Layer, type Of, type Show, SHOWS } from "./types";

/** What the map shows, as the address says it: layer, a second year or inventory, and the figures of both. */
export function useShown(of: Of, layer: Layer) {
  const [showing] = useParam("show");
  const [size] = useParam("size");
  const [compare] = useParam("compare");
  const [otherYear] = useParam("year_a");
  const [otherRun] = useParam("run_a");
  const show: Show = SHOWS.includes(showing as Show) ? (showing as Show) : "regions";
  const comparing = show === "regions" ? compare : "";
  const first = useValues({ run: comparing && otherRun ? [otherRun] : [], cell: of.cell }, layer.level ?? "");
  const before = otherRun ? first.data : layer;
  const yearA = before?.years.includes(otherYear) ? otherYear : (before?.years[0] ?? "");
  const width = size || "50";
  const { found, path } = useSources(of, show, width);
  return { show, width, comparing, otherRun, first, before: comparing ? before : undefined, yearA, sources: show === "regions" ? undefined : found.data, found, path, celled: show === "hexagon" || show === "square" };
}

/** To which sector and gas the map is cut, for requests. */
export function useCell(): string[] {
  const [sector] = useParam("sector");
  const [gas] = useParam("gas");
  return [sector && `sector=${sector}`, gas && `gas=${gas}`].filter(Boolean);
}

/** What it is cut to, in words; empty where it is whole. */
export function useCut(layer: Layer): string {
  const [sector] = useParam("sector");
  const [gas] = useParam("gas");
  const named = (from: "sector" | "gas", code: string) => code && (layer.choices?.[from].find((one) => one.code === code)?.name ?? code);
  return [named("sector", sector), named("gas", gas)].filter(Boolean).join(" · ");
}

/** Which inventory of a series a year is from. */
export const runOf = (year: string, series: string[], runs: RunRow[]): RunRow | undefined => runs.find((one) => series.includes(one.id) && one.first_day.slice(0, 4) <= year && year <= one.last_day.slice(0, 4));
