import type { ChartOption } from "../chart";
import { colours } from "../theme";
import { plain } from "../words";
import { type Bars, GRID, known, letters, type Num, rounded, tint, told, wide } from "./frame";

const NAMES = 230;
const LANE = 20;
const LINE = 15;
type Api = { coord: (at: [number, number]) => [number, number]; size: (at: [number, number]) => [number, number] };

/** How high bars are drawn: every lane and every line of a name has its room. */
export function tall(data: Bars): number {
  const lanes = data.stacked ? 1 : Math.max(1, data.series.length);
  const lines = Math.max(1, ...data.rows.map((one) => Math.ceil(wide(one.name) / NAMES)));
  return 76 + (data.series.length > 1 ? 28 : 0) + data.rows.length * Math.max(lanes * LANE + 10, lines * LINE + 6);
}

/** Where the bars of a row begin and end; stacked ones follow one another, negative ones to the left of zero. */
export function spans(row: Bars["rows"][number], series: string[], stacked: boolean): Record<string, [number, number]> {
  const found: Record<string, [number, number]> = {};
  let [up, down] = [0, 0];
  for (const name of series) {
    const value = row.values[name];
    if (typeof value !== "number") continue;
    if (!stacked) found[name] = [0, value];
    else if (value >= 0) found[name] = [up, (up += value)];
    else found[name] = [down, (down += value)];
  }
  return found;
}

/** Horizontal bars from zero with their numbers, below one another or piled up, with ranges where they are known. */
export function bars(data: Bars, dark: boolean): ChartOption {
  const own = colours(dark);
  const { series, stacked, percent } = data;
  const scaled = (value: Num | undefined) => (typeof value === "number" ? value / data.factor : null);
  const rows = data.rows.map((row) => ({
    name: row.name,
    values: Object.fromEntries(Object.entries(row.values).map(([name, value]) => [name, scaled(value)])),
    ranges: Object.fromEntries(Object.entries(row.ranges).map(([name, ends]) => [name, ends.map(scaled)])),
  }));
  const placed = rows.map((row) => spans(row, series, stacked));
  const reach = known([0, ...placed.flatMap((row) => Object.values(row).flat()), ...rows.flatMap((row) => Object.values(row.ranges).flat())]);
  const several = series.length > 1;
  return {
    grid: { ...GRID, right: Math.max(76, 14 + Math.max(...reach.map((value) => wide(told(value, percent))))), top: several ? 34 : 8 },
    legend: several ? { top: 0, left: 0, type: "scroll", data: series, textStyle: { color: own.text } } : undefined,
    tooltip: {
      trigger: "item",
      formatter: (params: unknown) => {
        const { dataIndex, seriesName = "" } = params as { dataIndex: number; seriesName?: string };
        const row = rows[dataIndex];
        const [low, high] = row?.ranges[seriesName] ?? [];
        const range = typeof low === "number" && typeof high === "number" ? ` (${told(low, percent)} – ${told(high, percent)})` : "";
        return `${plain(row?.name ?? "")}<br>${plain(seriesName)}: <b>${told(row?.values[seriesName], percent)}</b>${range} ${plain(data.scaled)}`;
      },
    },
    xAxis: { type: "value", ...rounded(Math.min(...reach), Math.max(...reach)), axisLabel: { formatter: (value: number) => told(value, percent), hideOverlap: true } },
    yAxis: {
      type: "category", inverse: true, data: rows.map((one) => one.name), axisTick: { show: false },
      axisLabel: { interval: 0, width: Math.min(NAMES, 4 + Math.max(0, ...rows.map((one) => wide(one.name)))), overflow: "break", lineHeight: LINE, color: own.text },
    },
    series: series.map((name, lane) => {
      const colour = tint(lane + data.colour, dark);
      const marks = rows.map((row, place) => {
        const [low, high] = placed[place]?.[name] ?? [null, null];
        const [least, most] = row.ranges[name] ?? [null, null];
        const ends = stacked ? Object.values(placed[place] ?? {}).flat() : [high, least, most];
        const number = stacked ? known(Object.values(row.values)).reduce((sum, value) => sum + value, 0) : high;
        return { low, high, least, most, end: Math.max(0, ...known(ends)), said: stacked && lane < series.length - 1 ? "" : told(number, percent) };
      });
      const lanes = stacked ? 1 : series.length;
      return {
        type: "custom", name, itemStyle: { color: colour }, encode: { x: [0, 1], y: 2 },
        data: marks.map((one, place) => [one.low, one.high, place, one.said]),
        renderItem: ({ dataIndex }: { dataIndex: number }, api: Api) => bar(marks[dataIndex]!, dataIndex, stacked ? 0 : lane, lanes, colour, own.text, api),
      };
    }),
  } as ChartOption; // prettier-ignore
}

type Mark = { low: Num; high: Num; least: Num | undefined; most: Num | undefined; end: number; said: string };

/** One bar in its lane, its range and its number. */
function bar(mark: Mark, place: number, lane: number, lanes: number, fill: string, ink: string, api: Api): object {
  const band = api.size([0, 1])[1];
  const thick = Math.min(LANE - 4, (band - 6) / lanes);
  const at = (value: number) => api.coord([value, place]);
  const middle = at(0)[1] + (lane - (lanes - 1) / 2) * Math.min(LANE, band / lanes);
  const children: object[] = [];
  if (mark.low !== null && mark.high !== null) {
    const [one, two] = [at(mark.low)[0], at(mark.high)[0]].sort((a, b) => a - b) as [number, number];
    children.push({ type: "rect", shape: { x: one, y: middle - thick / 2, width: Math.max(two - one, 0.5), height: thick }, style: { fill } });
  }
  if (typeof mark.least === "number" && typeof mark.most === "number") {
    const [x1, x2] = [at(mark.least)[0], at(mark.most)[0]];
    const line = (a: number, b: number, c: number, d: number) => children.push({ type: "line", silent: true, shape: { x1: a, y1: b, x2: c, y2: d }, style: { stroke: ink, lineWidth: 1.2 } });
    line(x1, middle, x2, middle);
    for (const x of [x1, x2]) line(x, middle - 4, x, middle + 4);
  }
  if (mark.said) children.push({ type: "text", silent: true, style: { text: mark.said, x: at(mark.end)[0] + 6, y: middle, verticalAlign: "middle", ...letters(ink) } });
  return { type: "group", children };
}
