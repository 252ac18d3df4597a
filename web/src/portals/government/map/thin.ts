import { feature } from "topojson-client";
import { topology } from "topojson-server";
import { presimplify, simplify } from "topojson-simplify";
import type { Objects, Topology } from "topojson-specification";
import type { Outlines } from "./types";

const TILE = 512;
/** What a point must add to an outline to be kept, in square pixels of the screen. */
const SEEN = 6;

/** Outlines with the points that are seen at a zoom; the border of two areas stays one line, so that there is no gap. */
export function thinned(outlines: Outlines, zoom: number): Outlines {
  const pixel = 360 / (TILE * 2 ** zoom);
  const whole = topology({ areas: outlines as never }) as Topology<Objects<object>>;
  const { features } = feature(simplify(presimplify(whole), SEEN * pixel * pixel), "areas") as unknown as Outlines;
  return { ...outlines, features };
}
