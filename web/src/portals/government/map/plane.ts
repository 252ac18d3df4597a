import { type ExpressionSpecification, type GeoJSONSource, Map as Plane, NavigationControl, setWorkerUrl, type StyleSpecification } from "maplibre-gl";
import worker from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";
import "maplibre-gl/dist/maplibre-gl.css";
import { API } from "../../../shared/api";
import { type Anchor, anchors } from "./anchors";
import { thinned } from "./thin";
import type { Box, Geometry, Ink, Outlines, Pack } from "./types";

setWorkerUrl(worker);

export type Colours = { ground: string; unknown: string; line: string; chosen: string; spot: string };
export type Source = "areas" | "cells" | "spots";
export const FITTED = { padding: { top: 16, left: 16, right: 40, bottom: 72 }, maxZoom: 11 };
export const NOTHING = { type: "FeatureCollection" as const, features: [] };
const TINT: ExpressionSpecification = ["to-color", ["feature-state", "tint"], "rgba(0,0,0,0)"];
const TALL: ExpressionSpecification = ["coalesce", ["feature-state", "tall"], 0];

/** A map with its layers: colours and heights come as states of features, so that a year changes nothing but colours. */
export function made(container: HTMLElement, pack: Pack, outlines: Outlines | null, own: Colours, most: number, opened: Box, locale: Record<string, string>): Plane {
  const { bounds, layer = "", code_property, zooms } = pack.about;
  const tiled = pack.kind === "pmtiles";
  const address = `${location.origin}${API}/maps/${pack.id}/tiles/{z}/{x}/{y}`;
  const part = tiled ? { "source-layer": layer } : {};
  const unknown: ExpressionSpecification = ["to-color", ["feature-state", "tint"], own.unknown];
  const style: StyleSpecification = {
    version: 8,
    sources: {
      areas: tiled
        ? { type: "vector", tiles: [address], bounds, minzoom: zooms?.[0], maxzoom: zooms?.[1], promoteId: { [layer]: code_property } }
        : { type: "geojson", data: ((!crowded(pack) && outlines) || NOTHING) as never, promoteId: "code", buffer: 8, maxzoom: 12 },
      cells: { type: "geojson", data: NOTHING, promoteId: "key" },
      spots: { type: "geojson", data: NOTHING, promoteId: "key" },
    },
    layers: [
      { id: "areas", type: "fill", source: "areas", ...part, paint: { "fill-color": unknown, "fill-antialias": false } },
      { id: "lines", type: "line", source: "areas", ...part, paint: { "line-color": own.line, "line-width": ["interpolate", ["linear"], ["zoom"], 3, 0.4, 7, 1] } },
      { id: "cells", type: "fill", source: "cells", paint: { "fill-color": TINT, "fill-opacity": 0.9 } },
      { id: "chosen", type: "line", source: "areas", ...part, filter: ["==", ["get", tiled ? code_property : "code"], ""], paint: { "line-color": own.chosen, "line-width": 2.5 } },
      { id: "spots", type: "circle", source: "spots", paint: { "circle-color": own.spot, "circle-opacity": 0.65, "circle-stroke-color": own.ground, "circle-stroke-width": 1, "circle-radius": ["interpolate", ["linear"], ["sqrt", TALL], 0, 3, 1, 26] } },
      { id: "areas-high", type: "fill-extrusion", source: "areas", ...part, layout: { visibility: "none" }, paint: { "fill-extrusion-color": unknown, "fill-extrusion-height": ["*", TALL, most], "fill-extrusion-opacity": 1 } },
      { id: "cells-high", type: "fill-extrusion", source: "cells", layout: { visibility: "none" }, paint: { "fill-extrusion-color": TINT, "fill-extrusion-height": ["*", TALL, most], "fill-extrusion-opacity": 1 } },
    ],
  };
  const plane = new Plane({ container, style, bounds: opened, fitBoundsOptions: FITTED, attributionControl: false, fadeDuration: 0, locale, maxPitch: 70, renderWorldCopies: false, pixelRatio: Math.min(window.devicePixelRatio, 2) });
  clear(plane);
  plane.addControl(new NavigationControl({ visualizePitch: true }));
  if (crowded(pack)) lighten(plane, tiled ? null : outlines);
  return plane;
}

/** MapLibre draws a sky over the whole picture even where a style has none, more than half of a frame where software draws, and has no option against it; tests/web/test_map.py tells when this way is gone. */
function clear(plane: Plane): void {
  const { painter } = plane as unknown as { painter?: { drawFunctions?: object } };
  if (painter?.drawFunctions) painter.drawFunctions = { ...painter.drawFunctions, sky: () => {} };
}

/** Whether a pack has so many areas that borders cost as much as all colours together, where software draws. */
const crowded = (pack: Pack) => pack.areas > 1000;

/** While the map moves borders rest and outlines have no more points than are seen where it opens; near by and at rest they are whole. */
function lighten(plane: Plane, outlines: Outlines | null): void {
  let waiting: ReturnType<typeof setTimeout> | undefined;
  const from = plane.getZoom();
  const thin = outlines && thinned(outlines, from);
  let whole = false;
  if (thin) plane.once("load", () => fill(plane, "areas", thin));
  const lines = (opacity: number) => plane.getLayer("lines") && plane.setPaintProperty("lines", "line-opacity", opacity);
  plane.on("move", () => {
    if (waiting === undefined) lines(0);
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      waiting = undefined;
      lines(1);
      const near = plane.getZoom() > from + 0.5;
      if (thin && near !== whole) fill(plane, "areas", near ? outlines : thin);
      whole = near;
    }, 250);
  });
  plane.on("remove", () => clearTimeout(waiting));
}

/** Give features of a source their colours; only what has changed is told. */
export function ink(plane: Plane, source: Source, now: Map<string, Ink>, before: Map<string, Ink>, pack: Pack): void {
  const sourceLayer = source === "areas" && pack.kind === "pmtiles" ? pack.about.layer : undefined;
  for (const [id, one] of now) {
    const old = before.get(id);
    if (old?.tint !== one.tint || old.tall !== one.tall) plane.setFeatureState({ source, sourceLayer, id }, one);
  }
  for (const id of before.keys()) if (!now.has(id)) plane.removeFeatureState({ source, sourceLayer, id });
}

export const fill = (plane: Plane, source: Source, data: unknown) => (plane.getSource(source) as GeoJSONSource | undefined)?.setData(data as never);

/** How tall the tallest column is [m], from how wide the map is. */
export const tallest = (box: Box) => Math.max(box[2] - box[0], box[3] - box[1]) * 16_000;

/** Flat or as columns. */
export function raise(plane: Plane, high: boolean, cells: boolean, still: boolean): void {
  const show = (layer: string, on: boolean) => plane.setLayoutProperty(layer, "visibility", on ? "visible" : "none");
  show("areas-high", high && !cells);
  show("cells-high", high && cells);
  show("cells", cells && !high);
  if (plane.getPitch() > 0 !== high) plane.easeTo({ pitch: high ? 50 : 0, duration: still ? 0 : 400 });
}

/** Where regions stand as far as their tiles have come; the same object where nothing is new. */
export function known(plane: Plane, pack: Pack, before = new Map<string, Anchor>()): Map<string, Anchor> {
  const { layer = "", code_property, codes = {} } = pack.about;
  const pieces = plane.querySourceFeatures("areas", { sourceLayer: layer }).map(({ properties, geometry }) => ({ properties: { code: codes[String(properties[code_property])] ?? "" }, geometry: geometry as Geometry }));
  const areas = pieces.filter((one) => one.geometry.type === "Polygon" || one.geometry.type === "MultiPolygon");
  const found = anchors(areas, new Map(before));
  const same = found.size === before.size && [...found].every(([code, one]) => one.size === before.get(code)?.size);
  return same ? before : found;
}
