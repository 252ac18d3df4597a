export type Geometry = { type: string; coordinates: unknown };
export type Feature = { type: "Feature"; properties: Record<string, unknown> | null; geometry: Geometry | null };
export type Outlines = { type: "FeatureCollection"; features: Feature[] };
export type Pack = { name: string; publisher: string; licence: string; review: string; outlines: Outlines };
export type Place = { code: string; names: string[]; value: number | null };

const STORE = "tanheng-map";

/** The outlines of a file; null for what is no GeoJSON of areas. */
export function outlinesOf(text: string): Outlines | null {
  try {
    const found = JSON.parse(text) as Outlines;
    const areas = found.type === "FeatureCollection" && Array.isArray(found.features) ? found.features.filter((one) => /Polygon$/.test(one?.geometry?.type ?? "")) : [];
    return areas.length ? { type: "FeatureCollection", features: areas } : null;
  } catch {
    return null;
  }
}

/** Which place each outline is, by whatever property says it: a code, a name, or the first six digits of a code. */
export function placed(outlines: Outlines, places: Place[]): (Place | null)[] {
  const known = new Map<string, Place>();
  for (const one of places) for (const name of [one.code, ...one.names]) if (name) known.set(name.toLowerCase(), one);
  const find = (value: unknown) => known.get(String(value ?? "").trim().toLowerCase()); // prettier-ignore
  const keys = [...new Set(outlines.features.flatMap((one) => Object.keys(one.properties ?? {})))];
  const hits = (key: string) => new Set(outlines.features.map((one) => find(one.properties?.[key])?.code).filter(Boolean)).size;
  const best = keys.map((key) => [key, hits(key)] as const).sort((a, b) => b[1] - a[1])[0];
  return outlines.features.map((one) => (best && best[1] > 0 ? (find(one.properties?.[best[0]]) ?? null) : null));
}

/** West, south, east, north. */
export function bounds(outlines: Outlines): [number, number, number, number] {
  const box: [number, number, number, number] = [180, 90, -180, -90];
  const walk = (one: unknown): void => {
    if (!Array.isArray(one)) return;
    if (typeof one[0] === "number" && typeof one[1] === "number") {
      box[0] = Math.min(box[0], one[0]);
      box[1] = Math.min(box[1], one[1]);
      box[2] = Math.max(box[2], one[0]);
      box[3] = Math.max(box[3], one[1]);
    } else one.forEach(walk);
  };
  outlines.features.forEach((one) => walk(one.geometry?.coordinates));
  return box;
}

/** Upper ends of classes of about as many places each; fewer classes where there are fewer values. */
export function classes(values: number[], most = 5): number[] {
  const order = [...new Set(values)].sort((a, b) => a - b);
  const count = Math.min(most, order.length);
  return Array.from({ length: count }, (_, at) => order[Math.ceil(((at + 1) * order.length) / count) - 1] ?? 0);
}

const opened = () =>
  new Promise<IDBDatabase>((done, fail) => {
    const asked = indexedDB.open(STORE, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("packs");
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => fail(asked.error ?? new Error(STORE));
  });

async function at<T>(mode: IDBTransactionMode, ask: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const base = await opened();
  try {
    return await new Promise<T>((done, fail) => {
      const asked = ask(base.transaction("packs", mode).objectStore("packs"));
      asked.onsuccess = () => done(asked.result);
      asked.onerror = () => fail(asked.error ?? new Error(STORE));
    });
  } finally {
    base.close();
  }
}

/** The pack that this browser keeps; it never leaves it. */
export const kept = () => at<Pack | undefined>("readonly", (store) => store.get("own")).then((found) => found ?? null);
export const keep = (pack: Pack) => at("readwrite", (store) => store.put(pack, "own"));
export const drop = () => at("readwrite", (store) => store.delete("own"));
