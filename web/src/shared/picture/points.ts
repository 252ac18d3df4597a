import type { ChartOption } from "../chart";
import { colours } from "../theme";
import { plain } from "../words";
import { type Points, rounded, tint, told, wide } from "./frame";

const SHAPES = ["circle", "triangle", "rect", "diamond", "roundRect", "pin"];

/** Points by two numbers with their names; groups differ in colour and in shape; curves are cut at the frame that the points make. */
export function points(data: Points, dark: boolean): ChartOption {
  const own = colours(dark);
  const { percent } = data;
  const groups = [...new Set(data.points.map((one) => one.group))];
  const keys = [...groups.map((name) => ({ name })), ...data.curves.map(({ name }) => ({ name, icon: "path://M0,5h16v2h-16z" }))].filter((one) => one.name);
  const axis = (ends: number[], name: string, up = false) => {
    const [least, most] = [ends[0] ?? 0, ends[1] ?? 1];
    const { min, max, interval } = rounded(least, most);
    const long = Math.max(...Array.from({ length: Math.round((max - min) / interval) + 1 }, (_, place) => wide(told(min + place * interval, percent))));
    return {
      type: "value", ...rounded(least, most), name, nameLocation: "middle", nameGap: up ? long + 16 : 30,
      axisLabel: { formatter: (value: number) => told(value, percent), hideOverlap: true },
    }; // prettier-ignore
  };
  return {
    grid: { left: 28, right: 24, top: keys.length ? 40 : 16, bottom: 30, containLabel: true },
    legend: keys.length ? { top: 0, left: 0, type: "scroll", itemWidth: 16, data: keys, textStyle: { color: own.text } } : undefined,
    tooltip: {
      trigger: "item",
      formatter: (params: unknown) => {
        const { name, value, seriesName = "" } = params as { name: string; value: [number, number]; seriesName?: string };
        return `<b>${plain(name || seriesName)}</b><br>${plain(data.axes[0] ?? "")}: ${told(value[0], percent)}<br>${plain(data.axes[1] ?? "")}: ${told(value[1], percent)}`;
      },
    },
    xAxis: axis(data.x, data.axes[0] ?? ""),
    yAxis: axis(data.y, data.axes[1] ?? "", true),
    series: [
      ...groups.map((group, place) => ({
        type: "scatter", name: group, symbol: SHAPES[place % SHAPES.length], symbolSize: 10, itemStyle: { color: tint(place, dark), opacity: 0.85 }, z: 3,
        data: data.points.filter((one) => one.group === group).map((one) => ({ name: one.name, value: [one.x, one.y] })),
        label: { show: true, position: "right", formatter: "{b}", color: own.text, fontSize: 12 },
        labelLayout: { hideOverlap: true },
      })),
      ...data.curves.map((one, place) => ({
        type: "line", name: one.name, data: one.x.map((x, at) => [x, one.y[at] ?? null]), symbol: "none", clip: true, color: tint(groups.length + place, dark),
        lineStyle: { width: 1.8, type: place ? "dotted" : "dashed" }, tooltip: { show: false }, z: 2,
      })),
    ],
  } as ChartOption; // prettier-ignore
}
