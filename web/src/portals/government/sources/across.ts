import type { ChartOption } from "../../../shared/chart";
import { colours } from "../../../shared/theme";
import { plain } from "../../../shared/words";
import { REST, tints } from "../inventory/tint";

export type Deviation = { name: string; value: number; alarm: boolean; good: boolean };

/** Bars to both sides of zero, the first at the top; red is what is an alarm. */
export function across(list: Deviation[], style: { unit: string; dark: boolean; of: (value: number) => string }): ChartOption {
  const own = colours(style.dark);
  const tint = (one: Deviation) => (one.alarm ? own.error : one.good ? tints("", [REST], style.dark)[REST] : own.warning);
  const shown = [...list].reverse();
  return {
    grid: { left: 8, right: 64, top: 8, bottom: 30, containLabel: true },
    tooltip: { trigger: "item", formatter: (params: unknown) => {
      const { name, value } = params as { name: string; value: number };
      return `${plain(name)}: ${style.of(value)}`;
    } },
    xAxis: { type: "value", min: ({ min, max }: { min: number; max: number }) => (min < 0 ? min - 0.08 * (Math.max(max, 0) - min) : 0), name: style.unit, nameLocation: "middle", nameGap: 26, axisLabel: { formatter: (value: number) => style.of(value), hideOverlap: true, showMinLabel: false } },
    yAxis: { type: "category", data: shown.map((one) => one.name), axisTick: { show: false }, axisLabel: { width: 260, overflow: "truncate" }, axisLine: { onZero: false } },
    series: [{
      type: "bar", barMaxWidth: 18,
      data: shown.map((one) => ({ name: one.name, value: one.value, itemStyle: { color: tint(one) }, label: { show: true, position: one.value < 0 ? "left" : "right", formatter: style.of(one.value) } })),
    }],
  } as ChartOption; // prettier-ignore
}
