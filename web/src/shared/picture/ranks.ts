import type { ChartOption } from "../chart";
import { colours } from "../theme";
import { plain } from "../words";
import { GRID, known, type Num, type Ranks, tint, told } from "./frame";

const ROW = 20;
export const tall = (data: Ranks): number => 76 + data.rows.length * ROW;

type Api = { coord: (at: [number, number]) => [number, number] };

/** Ranks of units: a band from p5 to p95, a tick at the median, a dot at the rank. */
export function ranks(data: Ranks, dark: boolean): ChartOption {
  const own = colours(dark);
  const [dot, tick, band] = data.said;
  const most = Math.max(1, data.rows.length);
  const shade = dark ? "#5d6b65" : "#a9b5b0";
  const marks: [string | undefined, string, string, (row: Ranks["rows"][number], at: (rank: Num) => [number, number]) => object | null][] = [
    [band, shade, "roundRect", (row, at) => (row.low === null || row.high === null ? null : line(at(row.low), at(row.high), shade, 6))],
    [tick, own.text, "path://M0,0h2v12h-2z", (row, at) => (row.middle === null ? null : line([at(row.middle)[0], at(row.middle)[1] - 6], [at(row.middle)[0], at(row.middle)[1] + 6], own.text, 2))],
    [dot, tint(0, dark), "circle", (row, at) => (row.rank === null ? null : { type: "circle", shape: { cx: at(row.rank)[0], cy: at(row.rank)[1], r: 4.5 }, style: { fill: tint(0, dark) } })],
  ]; // prettier-ignore
  return {
    grid: { ...GRID, top: 34 },
    legend: { top: 0, left: 0, itemWidth: 14, data: marks.map(([name, , icon]) => ({ name: name ?? "", icon })), textStyle: { color: own.text } },
    tooltip: {
      trigger: "item",
      formatter: (params: unknown) => {
        const row = data.rows[(params as { dataIndex: number }).dataIndex];
        return row ? `<b>${plain(row.name)}</b><br>${plain(dot ?? "")}: ${told(row.rank)}<br>${plain(tick ?? "")}: ${told(row.middle)}<br>${plain(band ?? "")}: ${told(row.low)} – ${told(row.high)}` : "";
      },
    },
    xAxis: { type: "value", min: 1, max: most, minInterval: 1, axisLabel: { hideOverlap: true } },
    yAxis: { type: "category", inverse: true, data: data.rows.map((one) => one.name), axisTick: { show: false }, axisLabel: { interval: 0, width: 200, overflow: "truncate", color: own.text } },
    series: marks.map(([name, colour, , draw]) => ({
      type: "custom", name, itemStyle: { color: colour }, encode: { x: 0, y: 1 },
      data: data.rows.map((row, place) => [known([row.rank, row.middle])[0] ?? 1, place, row.low, row.middle, row.high]),
      renderItem: ({ dataIndex }: { dataIndex: number }, api: Api) => draw(data.rows[dataIndex]!, (rank) => api.coord([rank ?? 1, dataIndex])),
    })),
  } as ChartOption; // prettier-ignore
}

const line = ([x1, y1]: [number, number], [x2, y2]: [number, number], stroke: string, lineWidth: number) => ({
  type: "line", shape: { x1, y1, x2, y2 }, style: { stroke, lineWidth, lineCap: lineWidth > 2 ? "round" : "butt" },
}); // prettier-ignore
