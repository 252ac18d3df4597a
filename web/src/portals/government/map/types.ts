import type { Row } from "../inventory/types";

/** A layer over the years: rows with a column for each year, the whole and what is not on the layer, by year. */
export type Layer = {
  unit: string;
  years: string[];
  level?: string;
  levels?: string[];
  rows: Row[];
  /** None for a year without any figure. */
  whole: Record<string, number | null>;
  rest: Record<string, number | null>;
  synthetic: boolean;
  choices?: Record<"sector" | "gas", Choice[]>;
};
export type Choice = { code: string; name: string };
/** Of which runs, and of which part of them, layers are asked for. */
export type Of = { run: string[]; cell: string[] };
export type Cells = Omit<Layer, "rows"> & { rows: (Row & { outline?: unknown })[] };
export type Pack = {
  id: string;
  name: string;
  kind: "geojson" | "pmtiles";
  publisher: string;
  licence: string;
  review: string;
  crs: string;
  source: string;
  areas: number;
  places: number;
  about: { bounds: Box; levels: Record<string, number>; code_property: string; unknown: string[]; zooms?: [number, number]; layer?: string; codes?: Record<string, string> };
};
export type Box = [number, number, number, number];
export type Geometry = { type: "Polygon" | "MultiPolygon"; coordinates: number[][][] | number[][][][] };
export type Outline = { type: "Feature"; properties: { code: string; name: string }; geometry: Geometry };
export type Outlines = { type: "FeatureCollection"; features: Outline[] };
export type Alarm = { region: string; region_name: string; alarms: number; errors: number; warnings: number };
/** How one shape is drawn: its colour, and its height as a share of the tallest. */
export type Ink = { tint: string; tall: number };
export type Spot = { id: string; name: string; at: [number, number]; ink: Ink };
export type Show = "regions" | "points" | "hexagon" | "square";
export const SHOWS: Show[] = ["regions", "points", "hexagon", "square"];
