import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { API, get, type Page, query } from "../../../shared/api";
import type { Alarm, Cells, Layer, Of, Outlines, Pack, Show } from "./types";

const MOST = 10_000;

const useLayer = <T>(path: string, enabled: boolean) => useQuery({ queryKey: ["asked", path, MOST], queryFn: ({ signal }) => get<T>(query(path, { limit: MOST }), signal), enabled, staleTime: 60_000, placeholderData: keepPreviousData });

export const valuesPath = (of: Of, level: string) => query("/maps/values", { ...of, level });
export const useValues = (of: Of, level: string) => useLayer<Layer>(valuesPath(of, level), of.run.length > 0);

/** Point sources, or the cells that they are put in. */
export function useSources(of: Of, show: Show, size: string) {
  const points = show === "points";
  const path = points ? query("/maps/points", of) : query("/maps/cells", { ...of, shape: show, size });
  return { path, found: useLayer<Cells>(path, of.run.length > 0 && show !== "regions") };
}

/** Sources without coordinates. */
export const unplacedPath = (of: Of) => query("/maps/points", { ...of, placed: "no" });
export const useUnplaced = (of: Of) => useLayer<Cells>(unplacedPath(of), of.run.length > 0);

export const useAlarms = () => useQuery({ queryKey: ["asked", "/maps/alarms"], queryFn: () => get<Page<Alarm>>("/maps/alarms?limit=1000"), staleTime: 60_000 });

/** The outlines of a pack; those of tiles come tile by tile. */
export const useOutlines = (pack: Pack | null) =>
  useQuery({
    queryKey: ["outlines", pack?.id],
    enabled: pack?.kind === "geojson",
    staleTime: Infinity,
    gcTime: 600_000,
    queryFn: async () => {
      const answer = await fetch(`${API}/maps/${pack?.id}/file`);
      if (!answer.ok) throw new Error(`${answer.status} ${answer.statusText}`);
      return (await answer.json()) as Outlines;
    },
  });

/** The column of a year of a layer, by the key of its rows. */
export function column(layer: { rows: Record<string, unknown>[] } | undefined, year: string, key: (row: Record<string, unknown>) => string): Map<string, number | null> {
  return new Map((layer?.rows ?? []).map((row) => [key(row), typeof row[year] === "number" ? (row[year] as number) : null]));
}

/** Every figure of a layer, for one scale of all years. */
export const every = (layer: { rows: Record<string, unknown>[]; years: string[] } | undefined) => (layer?.rows ?? []).flatMap((row) => layer!.years.map((year) => (typeof row[year] === "number" ? (row[year] as number) : null)));
