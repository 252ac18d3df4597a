import type { ChartOption } from "../../../shared/chart";
import { full, short } from "../../../shared/numbers";
import { plain } from "../../../shared/words";
import { REST, tints } from "./tint";
import type { Row } from "./types";

/** How a chart writes: its unit, and whether it is dark. */
export type Style = { scale: number; unit: string; dark: boolean; rest: string; unstated: string; font?: number };
export type Point = { x: string; code: string; name: string; value: number | null };

/** Amounts in tooltips: short with the unit, then every digit in t. */
export const told = (style: Style) => (value: unknown) =>
  typeof value === "number" ? `${short(value / style.scale)} ${style.unit} (${full(value)} t)` : "–";

const letters = (style: Style) => ({ fontSize: style.font ?? 12 });
const axis = (style: Style, across = false) => ({
  type: "value" as const,
  name: style.unit,
  nameTextStyle: across ? letters(style) : { align: "left" as const, padding: [0, 0, 0, -36], ...letters(style) },
  ...(across ? { nameLocation: "middle" as const, nameGap: 12 + 1.5 * (style.font ?? 12) } : {}),
  axisLabel: { formatter: (value: number) => short(value / style.scale, 4, 1), hideOverlap: true, ...letters(style) },
});
const named = (style: Style) => ({ width: 11 * (style.font ?? 16), overflow: "truncate" as const, ...letters(style) });
const GRID = { left: 8, right: 16, top: 40, bottom: 8, containLabel: true };

/** The largest codes by their sum, the others as one. */
export function largest(points: Point[], most: number, rest: string): Point[] {
  const sums = new Map<string, number>();
  for (const one of points) sums.set(one.code, (sums.get(one.code) ?? 0) + Math.abs(one.value ?? 0));
  if (sums.size <= most) return points;
  const kept = new Set([...sums].sort((a, b) => b[1] - a[1]).slice(0, most - 1).map(([code]) => code));
  const others = new Map<string, number>();
  for (const one of points) if (!kept.has(one.code)) others.set(one.x, (others.get(one.x) ?? 0) + (one.value ?? 0));
  return [...points.filter((one) => kept.has(one.code)), ...[...others].map(([x, value]) => ({ x, code: REST, name: rest, value }))];
}

export type Bar = { code: string; name: string; value: number | null; plusMinus?: number | null };

/** Horizontal bars from zero, the largest at the top, with whiskers where uncertainty is known. */
export function bars(list: Bar[], dimension: string, style: Style): ChartOption {
  const shown = [...list].reverse();
  const tint = dimension ? tints(dimension, list.map((one) => one.code), style.dark) : {}; // prettier-ignore
  const plainly = tints("", ["1"], style.dark)["1"];
  return {
    grid: { ...GRID, top: 8, bottom: 12 + 1.5 * (style.font ?? 12), right: (style.font ? 4 : 7) * (style.font ?? 12) },
    tooltip: { trigger: "item", valueFormatter: told(style) as never },
    xAxis: { ...axis(style, true), min: (value: { min: number }) => Math.min(0, value.min), ...(style.font ? { max: "dataMax", axisLabel: { show: false } } : {}) },
    yAxis: { type: "category", data: shown.map((one) => one.name), axisTick: { show: false }, axisLabel: named(style) },
    series: [
      {
        type: "bar",
        barMaxWidth: 2 * (style.font ?? 13),
        data: shown.map((one) => ({ name: one.name, value: one.value ?? undefined, code: one.code, itemStyle: { color: tint[one.code] ?? plainly } })),
        label: { show: true, position: "right", formatter: ({ value }) => short(Number(value) / style.scale), ...letters(style) },
      },
      whiskers(shown, style),
    ],
  } as ChartOption;
}

function whiskers(shown: Bar[], style: Style) {
  return {
    type: "custom",
    silent: true,
    tooltip: { show: false },
    data: shown.map((one, place) => [one.value ?? 0, place, ((one.value ?? 0) * (one.plusMinus ?? 0)) / 100]),
    renderItem: (_: unknown, api: { value: (at: number) => number; coord: (point: number[]) => number[] }) => {
      const [value, place, half] = [api.value(0), api.value(1), api.value(2)];
      if (!half) return null;
      const [low, high] = [api.coord([value - half, place]), api.coord([value + half, place])];
      const line = (x1: number, y1: number, x2: number, y2: number) => ({ type: "line", shape: { x1, y1, x2, y2 }, style: { stroke: style.dark ? "#fff" : "#000", lineWidth: 1.2 } });
      const [x1, x2, y] = [low[0] ?? 0, high[0] ?? 0, low[1] ?? 0];
      return { type: "group", children: [line(x1, y, x2, y), line(x1, y - 5, x1, y + 5), line(x2, y - 5, x2, y + 5)] };
    },
    z: 5,
  };
}

function spread(points: Point[]): { xs: string[]; codes: string[]; names: Map<string, string>; at: (code: string, x: string) => number | null } {
  const xs = [...new Set(points.map((one) => one.x))];
  const names = new Map(points.map((one) => [one.code, one.name]));
  const values = new Map(points.map((one) => [`${one.code}\n${one.x}`, one.value]));
  const sum = (code: string) => xs.reduce((all, x) => all + Math.abs(values.get(`${code}\n${x}`) ?? 0), 0);
  const codes = [...names.keys()].sort((a, b) => Number(a === REST) - Number(b === REST) || sum(b) - sum(a));
  return { xs, codes, names, at: (code, x) => values.get(`${code}\n${x}`) ?? null };
}

/** A year from which on a series cannot be compared with the years before it. */
export type Mark = { x: string; name: string };

/** Broken lines where a series breaks, with a word at their ends. */
const marked = (marks: Mark[], style: Style, across = false) =>
  marks.length && {
    markLine: {
      silent: true, symbol: "none", animation: false, lineStyle: { type: "dashed", width: 1.5, color: style.dark ? "#ff9a8f" : "#b42318" },
      label: { position: "end", formatter: "{b}", color: style.dark ? "#ff9a8f" : "#b42318", ...letters(style), fontSize: 0.9 * (style.font ?? 12) },
      data: marks.map(({ x, name }) => ({ name, [across ? "yAxis" : "xAxis"]: x })),
    },
  }; // prettier-ignore

/** Stacked bars: one bar for each x. */
export function stacked(points: Point[], dimension: string, style: Style, marks: Mark[] = []): ChartOption {
  const { xs, codes, names, at } = spread(points);
  const tint = tints(dimension, codes, style.dark);
  const long = xs.some((one) => one.length > 7) || xs.length > 14;
  const category = { type: "category" as const, data: long ? [...xs].reverse() : xs, axisTick: { show: false }, axisLabel: named(style) };
  return {
    grid: { ...GRID, top: 58 + (style.font ?? 12), bottom: long ? 12 + 1.5 * (style.font ?? 12) : 8 },
    legend: { top: 0, left: 0, type: "scroll", itemWidth: 14, itemGap: 8, textStyle: letters(style) },
    tooltip: { trigger: "axis", axisPointer: { type: "shadow" }, valueFormatter: told(style) as never, order: "valueDesc" },
    ...(long ? { xAxis: axis(style, true), yAxis: category } : { xAxis: category, yAxis: axis(style) }),
    series: codes.map((code, place) => ({
      ...(place === 0 && marked(marks, style, long)),
      type: "bar", stack: "all", barMaxWidth: 48, name: names.get(code), itemStyle: { color: tint[code] },
      data: (long ? [...xs].reverse() : xs).map((x) => ({ value: at(code, x) ?? undefined, x, code })),
    })),
  } as ChartOption; // prettier-ignore
}

/** How far labels at the ends of lines are moved so that none lies on another or below the plot, in its pixels. */
export function apart(values: number[], top: number, plot = 380, least = 15): number[] {
  const order = values.map((value, place) => ({ place, y: (1 - value / (top || 1)) * plot })).sort((a, b) => a.y - b.y);
  const made = new Array<number>(values.length).fill(0);
  const at: number[] = [];
  for (const one of order) at.push(Math.max(one.y, (at.at(-1) ?? -Infinity) + least));
  for (let place = at.length - 1, below = plot; place >= 0; place--, below -= least) at[place] = Math.min(at[place]!, below);
  order.forEach((one, place) => (made[one.place] = Math.round(at[place]! - one.y)));
  return made;
}

/** Lines over time from zero, each with its name at its end. */
export function lines(points: Point[], dimension: string, style: Style, marks: Mark[] = [], plot = 380): ChartOption {
  const { xs, codes, names, at } = spread(points);
  const times = [...xs].sort();
  const tint = tints(dimension, codes, style.dark);
  const shift = apart(codes.map((code) => at(code, times.at(-1) ?? "") ?? 0), Math.max(...points.map((one) => one.value ?? 0)), style.font ? 16 * style.font : plot, 1.25 * (style.font ?? 12));
  return {
    grid: { ...GRID, top: 28 + (style.font ?? 12), right: 10 * (style.font ?? 12) },
    tooltip: { trigger: "axis", valueFormatter: told(style) as never, order: "valueDesc" },
    xAxis: { type: "category", data: times, boundaryGap: false, axisLabel: letters(style) },
    yAxis: axis(style),
    series: codes.map((code, place) => ({
      ...(place === 0 && marked(marks, style)),
      type: "line", name: names.get(code), showSymbol: times.length < 30, symbolSize: 0.4 * (style.font ?? 12), connectNulls: false,
      lineStyle: { width: (style.font ?? 12) / 6 }, color: tint[code],
      endLabel: { show: true, offset: [0, shift[place] ?? 0], formatter: "{a}", color: tint[code], width: 9 * (style.font ?? 12), ...letters(style), overflow: "truncate" },
      data: times.map((x) => ({ value: at(code, x) ?? undefined, x, code })),
    })),
  } as ChartOption; // prettier-ignore
}

export type WaterStep = { name: string; value: number; whole?: boolean };

/** From one total over what rises and falls to another. */
export function waterfall(steps: WaterStep[], style: Style, rises: string, falls: string): ChartOption {
  const tint = { whole: tints("", [REST], style.dark)[REST], up: style.dark ? "#eeba4e" : "#b78f11", down: style.dark ? "#7fd3a0" : "#2b7a4b" };
  let run = 0;
  const drawn = steps.map((one) => {
    const from = one.whole ? 0 : run;
    run = one.whole ? one.value : run + one.value;
    return { ...one, low: Math.min(from, run), size: Math.abs(run - from) };
  });
  const lowest = Math.min(...drawn.map((one) => one.low), 0);
  const bar = (name: string, keep: (one: (typeof drawn)[number]) => boolean, color: string | undefined) => ({
    type: "bar", name, stack: "all", barMaxWidth: 54, itemStyle: { color },
    data: drawn.map((one) => (keep(one) ? { value: one.size, real: one.value } : { value: undefined })),
    label: { show: true, position: "top", formatter: ({ data }: { data: { real?: number; value?: number } }) =>
      data.real === undefined ? "" : `${data.real > 0 && color !== tint.whole ? "+" : ""}${short(data.real / style.scale)}` },
  }); // prettier-ignore
  return {
    grid: { ...GRID, top: 56 },
    legend: { top: 0, right: 0, data: [rises, falls] },
    tooltip: { trigger: "item", formatter: (params: unknown) => {
      const { name, data } = params as { name: string; data: { real?: number } };
      return `${plain(name)}: ${told(style)(data.real)}`;
    } },
    xAxis: { type: "category", data: drawn.map((one) => one.name), axisTick: { show: false }, axisLabel: { interval: 0, width: 92, overflow: "break" } },
    yAxis: { ...axis(style), min: lowest < 0 ? undefined : 0 },
    series: [
      { type: "bar", stack: "all", silent: true, itemStyle: { color: "transparent" }, tooltip: { show: false }, data: drawn.map((one) => one.low) },
      bar("", (one) => one.whole === true, tint.whole),
      bar(rises, (one) => !one.whole && one.value >= 0, tint.up),
      bar(falls, (one) => !one.whole && one.value < 0, tint.down),
    ],
  } as ChartOption; // prettier-ignore
}

/** The steps from one total to another, the largest alone, the others as one; they add up exactly. */
export function steps(before: number, after: number, parts: { name: string; value: number }[], names: { before: string; after: string; rest: string }, most = 9): WaterStep[] {
  const moved = parts.filter((one) => one.value !== 0).sort((a, b) => Math.abs(b.value) - Math.abs(a.value));
  const alone = moved.slice(0, moved.length > most ? most - 1 : most).sort((a, b) => b.value - a.value);
  const rest = after - before - alone.reduce((sum, one) => sum + one.value, 0);
  const tiny = Math.abs(rest) <= 1e-9 * Math.max(1, Math.abs(before), Math.abs(after));
  return [{ name: names.before, value: before, whole: true }, ...alone, ...(tiny ? [] : [{ name: names.rest, value: rest }]), { name: names.after, value: after, whole: true }];
}

/** Points of a table: one dimension along x, another as series. */
export function points(rows: Row[], x: (row: Row) => string, dimension: string, name: (row: Row) => string): Point[] {
  return rows.map((row) => ({ x: x(row), code: String(row[dimension] ?? ""), name: name(row), value: row.emission === null ? null : Number(row.emission) }));
}
