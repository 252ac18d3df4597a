import type { Ink, Pack } from "./types";

/** Colours by code as colours by what the pack calls a region. */
export function called(inks: Map<string, Ink>, pack: Pack): Map<string, Ink> {
  const { codes } = pack.about;
  if (!codes) return inks;
  return new Map(Object.entries(codes).flatMap(([raw, code]) => (inks.has(code) ? [[raw, inks.get(code) as Ink] as const] : [])));
}
