import { useTranslation } from "react-i18next";
import { Chart, type ChartOption } from "../chart";
import type { Column } from "../columns";
import { inTonnes, type Picked, usePicked } from "../measure";
import { short } from "../numbers";
import { useTheme } from "../theme";
import { bars, tall as barred } from "./bars";
import { heading, type PictureData } from "./frame";
import { lines, upright } from "./lines";
import { points } from "./points";
import { ranks, tall as ranked } from "./ranks";
import { table } from "./table";
import { axis, lying, steps, waterfall } from "./waterfall";

export type { PictureData } from "./frame";

type Asked = {
  data: PictureData;
  /** Where its numbers come from. */
  source: string;
  /** Name of the files that are saved, and of the table in the address. */
  name: string;
  notes?: string[];
  /** Drawn at once, for numbers that follow a hand. */
  still?: boolean;
};

/** A picture of the library, drawn of its numbers; the same numbers as a table and as files. */
export function Picture({ data: given, source, name, notes = [], still }: Asked) {
  const { t } = useTranslation();
  const data = resized(given, usePicked());
  const { dark } = useTheme();
  const { option, height, cut } = drawn(data, dark, { up: t("picture.up"), down: t("picture.down") }, still);
  const words = Object.fromEntries(["period", "name", "group", "value", "low", "high"].map((one) => [one, t(`picture.${one}`)]));
  const { columns, rows } = table(data, words as Parameters<typeof table>[1]);
  const said = cut === undefined ? notes : [...notes, t("picture.cut", { value: spelled(cut, "scaled" in data ? data.scaled : "") })];
  const title = heading(data.title, "percent" in data && data.percent ? "%" : "scaled" in data ? data.scaled : data.unit);
  return <Chart title={title} option={still ? { ...option, animation: false } : option} columns={columns as Column<Record<string, unknown>>[]} rows={rows} notes={said} source={source} name={name} height={height} />;
}

/** A number with its unit; a power of ten is multiplied. */
const spelled = (value: number, unit: string): string => `${short(value)} ${unit.startsWith("10") ? "× " : ""}${unit}`.trim();

/** Numbers in tonnes are drawn in the unit that was picked, as tables show them; others in the size that the library chose. */
export function resized(data: PictureData, picked: Picked): PictureData {
  if (!("scaled" in data)) return data;
  const found = inTonnes(data.unit, picked);
  return found ? { ...data, factor: found.scale, scaled: found.unit } : data;
}

/** The option of each kind, how high it is drawn, and where its axis begins if that is not zero. */
export function drawn(data: PictureData, dark: boolean, names: { up: string; down: string }, still = false): { option: ChartOption; height: number; cut?: number } {
  if (data.kind === "lines") {
    const { min } = upright(data);
    const height = Math.max(380, 60 + 16 * (data.lines.length + data.stacked.length));
    return { option: lines(data, dark, still), height, ...(min > 0 && !still ? { cut: min } : {}) };
  }
  if (data.kind === "bars") return { option: bars(data, dark), height: barred(data) };
  if (data.kind === "points") return { option: points(data, dark), height: 460 };
  if (data.kind === "ranks") return { option: ranks(data, dark), height: ranked(data) };
  const least = axis(steps(data)).min;
  return { option: waterfall(data, dark, names), height: lying(data) ? 100 + 30 * (data.effects.length + 2) : 380, ...(least > 0 ? { cut: least } : {}) };
}
