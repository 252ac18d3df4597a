import type { ChartOption } from "../chart";
import { colours } from "../theme";
import { plain } from "../words";
import { GRID, known, letters, rounded, told, type Waterfall, wide } from "./frame";

const SEVERAL = 9;
const NAMES = 230;

export type Step = { name: string; from: number; to: number; whole: boolean };

/** From the first total over the effects to the last. */
export function steps(data: Waterfall): Step[] {
  let level = (data.start ?? 0) / data.factor;
  const found: Step[] = [{ name: data.ends[0] ?? "", from: 0, to: level, whole: true }];
  for (const { name, value } of data.effects) found.push({ name, from: level, to: (level += (value ?? 0) / data.factor), whole: false });
  return [...found, { name: data.ends[1] ?? "", from: 0, to: (data.end ?? 0) / data.factor, whole: true }];
}

/** The axis: from zero, unless the effects are small beside the totals. */
export function axis(found: Step[]): { min: number; max: number; interval: number } {
  const levels = known(found.flatMap((one) => (one.whole ? [one.to] : [one.from, one.to])));
  const [low, high] = [Math.min(...levels), Math.max(...levels)];
  const spread = high - low || Math.abs(high) || 1;
  const least = low > 2 * spread ? low - 0.35 * spread : Math.min(0, low);
  const ends = rounded(least, Math.max(0, high));
  return { ...ends, min: least > 0 ? Math.max(0, ends.min) : ends.min };
}

/** Many steps lie below one another, so that their names are read. */
export const lying = (data: Waterfall): boolean => data.effects.length + 2 > SEVERAL || data.effects.some((one) => wide(one.name) > 160);

type Api = { coord: (at: [number, number]) => [number, number]; size: (at: [number, number]) => [number, number] };

/** A waterfall: totals grey, what raises and what lowers in two colours and with their signs. */
export function waterfall(data: Waterfall, dark: boolean, names: { up: string; down: string }): ChartOption {
  const own = colours(dark);
  const found = steps(data);
  const ends = axis(found);
  const { min } = ends;
  const flat = lying(data);
  const tints = { whole: dark ? "#7d8a84" : "#66736d", up: dark ? "#eeba4e" : "#b78f11", down: dark ? "#7fd3a0" : "#2b7a4b" };
  const said = (one: Step) => told(one.whole ? one.to : one.to - one.from, false, !one.whole);
  const kind = (one: Step) => (one.whole ? "whole" : one.to >= one.from ? "up" : "down");
  const value = { type: "value", ...ends, axisLabel: { formatter: (one: number) => told(one), hideOverlap: true } };
  const category = {
    type: "category", data: found.map((one) => one.name), axisTick: { show: false }, inverse: flat,
    axisLabel: { interval: 0, color: own.text, overflow: "break", lineHeight: 15, width: flat ? NAMES : 92 },
  }; // prettier-ignore
  const across = flat ? 1 : 0;
  return {
    grid: { ...GRID, top: 40, right: flat ? 14 + Math.max(62, ...found.map((one) => wide(said(one)))) : 16 },
    legend: { top: 0, right: 0, data: [names.up, names.down], textStyle: { color: own.text } },
    tooltip: {
      trigger: "item",
      formatter: (params: unknown) => {
        const one = found[(params as { dataIndex: number }).dataIndex];
        return one ? `${plain(one.name)}: <b>${said(one)}</b> ${plain(data.scaled)}` : "";
      },
    },
    xAxis: flat ? value : category,
    yAxis: flat ? category : value,
    series: (["whole", "up", "down"] as const).map((sort) => ({
      type: "custom", name: sort === "whole" ? "" : names[sort], itemStyle: { color: tints[sort] }, encode: flat ? { x: [0, 1], y: 2 } : { y: [0, 1], x: 2 },
      data: found.map((one, place) => [one.from, one.to, place]),
      renderItem: ({ dataIndex }: { dataIndex: number }, api: Api) => {
        const one = found[dataIndex];
        if (!one || kind(one) !== sort) return null;
        const at = (level: number) => api.coord(flat ? [Math.max(level, min), dataIndex] : [dataIndex, Math.max(level, min)]);
        const [from, to] = [at(one.from), at(one.to)];
        const [begin, end] = [Math.min(from[across ? 0 : 1], to[across ? 0 : 1]), Math.max(from[across ? 0 : 1], to[across ? 0 : 1])];
        const thick = Math.min(flat ? 18 : 54, api.size([1, 1])[across] * 0.62);
        const middle = from[across];
        const shape = flat ? { x: begin, y: middle - thick / 2, width: Math.max(end - begin, 1), height: thick } : { x: middle - thick / 2, y: begin, width: thick, height: Math.max(end - begin, 1) };
        const place = flat ? { x: end + 6, y: middle, verticalAlign: "middle" } : { x: middle, y: begin - 5, align: "center", verticalAlign: "bottom" };
        return { type: "group", children: [{ type: "rect", shape, style: { fill: tints[sort] } }, { type: "text", silent: true, style: { text: said(one), ...letters(own.text), ...place } }] };
      },
    })),
  } as ChartOption; // prettier-ignore
}
