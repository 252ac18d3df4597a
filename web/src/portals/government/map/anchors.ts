import type { Alarm, Box, Outline } from "./types";

/** Where a region stands: the middle of its largest ring, how large that is, and its bounds, in degrees. */
export type Anchor = { size: number; at: [number, number]; box: Box };

/** Anchors of regions by their code; of one in several pieces or tiles the largest ring, within the bounds of all. */
export function anchors(outlines: Iterable<Pick<Outline, "geometry"> & { properties: { code: string } }>, known = new Map<string, Anchor>()): Map<string, Anchor> {
  for (const { properties, geometry } of outlines) {
    if (!properties.code) continue;
    const polygons = (geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates) as number[][][][];
    for (const [ring] of polygons) {
      const found = middle(ring ?? []);
      const old = known.get(properties.code);
      known.set(properties.code, old ? { ...(found.size > old.size ? found : old), box: joined(old.box, found.box) } : found);
    }
  }
  return known;
}

const joined = (one: Box, two: Box): Box => [Math.min(one[0], two[0]), Math.min(one[1], two[1]), Math.max(one[2], two[2]), Math.max(one[3], two[3])];

/** The bounds of some regions; nothing where none of them is there. */
export function extent(places: Map<string, Anchor>, codes: Iterable<string>): Box | null {
  let found: Box | null = null;
  for (const code of codes) {
    const place = places.get(code);
    if (place) found = found ? joined(found, place.box) : place.box;
  }
  return found;
}

/** Where a region stands; one without an outline of its own in the middle of what lies in it. */
export function standing(places: Map<string, Anchor>, code: string): [number, number] | null {
  const own = places.get(code);
  if (own) return own.at;
  const box = code && extent(places, [...places.keys()].filter((one) => one.startsWith(code)));
  return box ? [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2] : null;
}

/** Area, centre and bounds of a ring, in degrees. */
function middle(ring: number[][]): Anchor {
  let [twice, x, y] = [0, 0, 0];
  const [west = 0, south = 0] = ring[0] ?? [];
  let box: Box = [west, south, west, south];
  for (let at = 0; at + 1 < ring.length; at++) {
    const [lon = 0, lat = 0] = ring[at] ?? [];
    const [ax, ay, bx, by] = [lon - west, lat - south, (ring[at + 1]?.[0] ?? 0) - west, (ring[at + 1]?.[1] ?? 0) - south];
    const cross = ax * by - bx * ay;
    twice += cross;
    x += (ax + bx) * cross;
    y += (ay + by) * cross;
    box = joined(box, [lon, lat, lon, lat]);
  }
  return { size: Math.abs(twice) / 2, at: twice ? [west + x / (3 * twice), south + y / (3 * twice)] : [west, south], box };
}

export type Label = { text: string; x: number; y: number };
const meet = (one: Box, two: Box) => one[0] < two[2] && two[0] < one[2] && one[1] < two[3] && two[1] < one[3];
const inside = (box: Box, width: number, height: number) => box[0] >= 0 && box[1] >= 0 && box[2] <= width && box[3] <= height;

/** Names that lie neither on one another nor on what is taken, the first ones first; a little lower where that helps. */
export function apart(wanted: Label[], width: number, height: number, taken: Box[] = [], most = 60): Label[] {
  const full = [...taken];
  const kept: Label[] = [];
  for (const { text, x, y } of wanted) {
    if (kept.length >= most) break;
    const half = [...text].reduce((sum, sign) => sum + (sign.charCodeAt(0) > 255 ? 6.5 : 3.6), 3);
    const boxes = [y, y + 14].map((at): Box => [x - half, at - 9, x + half, at + 9]);
    const box = boxes.find((one) => inside(one, width, height) && !full.some((other) => meet(one, other)));
    if (!box) continue;
    full.push(box);
    kept.push({ text, x, y: box[1] + 9 });
  }
  return kept;
}

/** A pin of the alarms of a region, or of several that would lie on one another. */
export type Pin = { regions: string[]; alarms: number; errors: number; box: Box };

/** Pins above their regions, the heaviest first; what would lie on one is counted in it. */
export function gathered(alarms: { alarm: Alarm; x: number; y: number }[], width: number, height: number): Pin[] {
  const pins: Pin[] = [];
  const order = [...alarms].sort((a, b) => b.alarm.errors - a.alarm.errors || b.alarm.alarms - a.alarm.alarms);
  for (const { alarm, x, y } of order) {
    const box: Box = [x - 13, y - 34, x + 13, y - 10];
    if (!inside(box, width, height)) continue;
    const near = pins.find((pin) => meet(pin.box, box));
    if (near) {
      near.regions.push(alarm.region);
      near.alarms += alarm.alarms;
      near.errors += alarm.errors;
    } else pins.push({ regions: [alarm.region], alarms: alarm.alarms, errors: alarm.errors, box });
  }
  return pins;
}
