import type { Outlines } from "./types";

export type Anchor = { code: string; at: [number, number] };

/** Where names and pins of regions stand: in the middle of the largest ring of each code. */
export function anchors(outlines: Outlines): Map<string, [number, number]> {
  const best = new Map<string, { size: number; at: [number, number] }>();
  for (const { properties, geometry } of outlines.features) {
    if (!properties.code) continue;
    const polygons = (geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates) as number[][][][];
    for (const [ring] of polygons) {
      const { size, at } = middle(ring ?? []);
      const old = best.get(properties.code);
      if (!old || size > old.size) best.set(properties.code, { size, at });
    }
  }
  return new Map([...best].map(([code, one]) => [code, one.at]));
}

/** Area and centre of a ring, in degrees. */
function middle(ring: number[][]): { size: number; at: [number, number] } {
  let [twice, x, y] = [0, 0, 0];
  const [west = 0, south = 0] = ring[0] ?? [];
  for (let at = 0; at + 1 < ring.length; at++) {
    const [ax, ay, bx, by] = [(ring[at]?.[0] ?? 0) - west, (ring[at]?.[1] ?? 0) - south, (ring[at + 1]?.[0] ?? 0) - west, (ring[at + 1]?.[1] ?? 0) - south];
    const cross = ax * by - bx * ay;
    twice += cross;
    x += (ax + bx) * cross;
    y += (ay + by) * cross;
  }
  return twice ? { size: Math.abs(twice) / 2, at: [west + x / (3 * twice), south + y / (3 * twice)] } : { size: 0, at: [west, south] };
}

export type Label = { text: string; x: number; y: number };

/** Names that do not lie on one another, the first ones first. */
export function apart(wanted: Label[], width: number, height: number, most = 60): Label[] {
  const taken: [number, number, number, number][] = [];
  const kept: Label[] = [];
  for (const one of wanted) {
    if (kept.length >= most) break;
    const half = [...one.text].reduce((sum, sign) => sum + (sign.charCodeAt(0) > 255 ? 6.5 : 3.6), 3);
    const box: [number, number, number, number] = [one.x - half, one.y - 9, one.x + half, one.y + 9];
    if (box[0] < 0 || box[1] < 0 || box[2] > width || box[3] > height) continue;
    if (taken.some((other) => box[0] < other[2] && other[0] < box[2] && box[1] < other[3] && other[1] < box[3])) continue;
    taken.push(box);
    kept.push(one);
  }
  return kept;
}
