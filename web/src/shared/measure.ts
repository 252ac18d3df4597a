import i18next from "i18next";
import { useUnit } from "./numbers";

/** The scale that was picked at the top, and its word before the unit of what is counted. */
export type Picked = { scale: number; word: string };
/** How numbers of a unit are shown: what they are divided by, and the unit that then stands in the head. */
export type Measure = { scale: number; unit: string };

const SYMBOLS: Record<string, number> = { k: 1e3, M: 1e6, G: 1e9 };
/** 二氧化碳, 二氧化碳当量: the gas as units of a myriad of tonnes spell it. */
const GAS = "\u4e8c\u6c27\u5316\u78b3";

/** What stands before a unit for 10⁸ and 10⁴ of it in the language spoken. */
function sizes(): [number, string][] {
  const plain = i18next.t("unit.t").length;
  const of = (key: string) => i18next.t(`unit.${key}`).slice(0, -plain).trim();
  return [[1e8, of("yi")], [1e4, of("wan")]];
}

/** A unit without the size before it, and that size. */
function apart(unit: string): { own: number; base: string } {
  const [own, mark] = sizes().find(([, word]) => unit.startsWith(word)) ?? [1, ""];
  return { own, base: unit.slice(mark.length).trim() };
}

/** Masses in the unit that was picked; null for what is no mass. */
export function inTonnes(unit: string, picked: Picked): Measure | null {
  if (!unit || unit.includes("/")) return null;
  const { own, base } = apart(unit);
  const found = new RegExp(`^([kMG])?(?:t|${i18next.t("unit.t")})(?=$|\\s|CO|${GAS})\\s*`).exec(base);
  if (!found) return null;
  const gas = base.slice(found[0].length).replace(new RegExp(`^${GAS}(.*)$`), (_, rest: string) => (rest ? "CO₂e" : "CO₂"));
  return { scale: picked.scale / (own * (SYMBOLS[found[1] ?? ""] ?? 1)), unit: [picked.word, gas].filter(Boolean).join(" ") };
}

/** Other amounts, such as money and energy, in a size that can be read, where they go up to `most`. */
export function inSize(unit: string, most: number): Measure {
  const { own, base } = apart(unit);
  const found = sizes().find(([by]) => Math.abs(most) * own >= by);
  if (!/^\p{L}[\p{L}\d³²]*$/u.test(base) || Math.abs(most) < 1e4 || !found || found[0] === own) return { scale: 1, unit };
  return { scale: found[0] / own, unit: [found[1], base].join(/^\p{Script=Han}/u.test(base) ? "" : " ") };
}

/** The unit of tonnes that was picked at the top. */
export function usePicked(): Picked {
  const { scale, unit } = useUnit();
  return { scale, word: unit };
}
