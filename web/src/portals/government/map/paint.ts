import type { Ink } from "./types";

/** One hue, light to dark; turned in the dark theme. */
const HUE = ["#d3ebe4", "#9fd2c4", "#63b3a0", "#2b8a76", "#0b5446"];
/** Less and more, strong to weak to strong; red is kept for alarms. */
const APART = { light: ["#0b5446", "#63b3a0", "#d3ebe4", "#f3e1c4", "#d9a95b", "#8c5a12"], dark: ["#7fd6c0", "#3d9a86", "#1e4d43", "#4d3b1c", "#a9762b", "#f0b75e"] };

/** Classes of amounts with their colours: `ends` are the upper ends; the last class has none where `open`. */
export type Scale = { ends: number[]; hue: string[]; open: boolean };

/** Upper ends of classes of about as many places each; fewer classes where there are fewer values. */
export function classes(values: number[], most = 5): number[] {
  const order = [...new Set(values)].sort((a, b) => a - b);
  const count = Math.min(most, order.length);
  return Array.from({ length: count }, (_, at) => order[Math.ceil(((at + 1) * order.length) / count) - 1] ?? 0);
}

/** A scale of amounts, the same for every year. */
export function amounts(values: (number | null)[], dark: boolean): Scale {
  const ends = classes(values.flatMap((one) => (one !== null && one > 0 ? [one] : [])));
  return { ends, hue: (dark ? [...HUE].reverse() : HUE).slice(-Math.max(1, ends.length)), open: false };
}

/** A scale of differences with its middle at zero, the same distance to both sides. */
export function differences(values: (number | null)[], dark: boolean): Scale {
  const sizes = values.flatMap((one) => (one ? [Math.abs(one)] : [])).sort((a, b) => a - b);
  const [near = 0, far = 0] = [1 / 3, 2 / 3].map((share) => sizes[Math.floor(share * sizes.length)]);
  return { ends: [-far, -near, 0, near, far], hue: APART[dark ? "dark" : "light"], open: true };
}

/** The colour of an amount; nothing for what is unknown. */
export function tint(value: number | null | undefined, scale: Scale): string | null {
  if (value === null || value === undefined || !scale.ends.length) return null;
  const at = scale.ends.findIndex((end) => value <= end);
  return scale.hue[at < 0 ? scale.hue.length - 1 : at] ?? null;
}

/** How amounts are drawn, by what they are of; what is unknown is left out. */
export function inks(values: Map<string, number | null>, scale: Scale): Map<string, Ink> {
  const top = Math.max(...[...values.values()].map((one) => Math.abs(one ?? 0)), 0) || 1;
  const found = new Map<string, Ink>();
  for (const [key, value] of values) {
    const colour = tint(value, scale);
    if (colour) found.set(key, { tint: colour, tall: Math.abs(value ?? 0) / top });
  }
  return found;
}

/** B less A, where both are known. */
export function less(second: Map<string, number | null>, first: Map<string, number | null>): Map<string, number | null> {
  const gap = (key: string) => {
    const [a, b] = [first.get(key), second.get(key)];
    return typeof a === "number" && typeof b === "number" ? b - a : null;
  };
  return new Map([...new Set([...second.keys(), ...first.keys()])].map((key) => [key, gap(key)]));
}
