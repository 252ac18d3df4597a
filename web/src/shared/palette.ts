import text from "../../../src/tanheng/packs/codes/palette.csv?raw";
import { useTheme } from "./theme";

type Colour = { light: string; dark: string };

/** The one palette of reports and screens: packs/codes/palette.csv. */
export const PALETTE: Record<string, Record<string, Colour>> = {};
for (const line of text.trim().split(/\r?\n/).slice(1)) {
  const [list, code, light, dark] = line.split(",");
  if (list && code && light && dark) (PALETTE[list] ??= {})[code] = { light, dark };
}

/** The same colour for the same sector, item, gas or scope everywhere; what has none takes the next of the series. */
export function colour(list: string, code: string, dark: boolean, place = 0): string {
  const series = Object.values(PALETTE.series ?? {});
  const found = PALETTE[list]?.[code] ?? PALETTE.rest?.[code] ?? series[place % series.length];
  return found ? found[dark ? "dark" : "light"] : "#888888";
}

export function usePalette(): (list: string, code: string, place?: number) => string {
  const { dark } = useTheme();
  return (list, code, place = 0) => colour(list, code, dark, place);
}
