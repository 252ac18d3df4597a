import type { ChartOption } from "../../../shared/chart";
import { plain } from "../../../shared/words";
import { type Style, told } from "./options";
import { REST, tints } from "./tint";
import type { Flow } from "./types";

/** What a chart draws, what it draws apart because it lowers the sum, and what is left: the total of the table [t]. */
export type Sums = { gross: number; removed: number };
const LESS = "−";

/** The largest codes; those too small to be written beside one another are left to the rest. */
function large(sums: Map<string, number>, most: number): Set<string> {
  const whole = [...sums.values()].reduce((all, one) => all + one, 0);
  const order = [...sums].sort((a, b) => b[1] - a[1]);
  return new Set(order.filter(([, value], place) => place < most && value >= 0.006 * whole).map(([code]) => code));
}

/** Flows from level to level, the largest of each; removals and deductions are streams of their own, framed by a broken line. */
export function sankey(flows: Flow[], style: Style, most = 14, font = 12): { option: ChartOption; sums: Sums } {
  const first = flows[0]?.from_level;
  const sums: Sums = { gross: 0, removed: 0 };
  const sides = new Map<string, Map<string, number>>();
  const add = (level: string, code: string, value: number) => {
    const one = sides.get(level) ?? new Map<string, number>();
    sides.set(level, one.set(code, (one.get(code) ?? 0) + Math.abs(value)));
  };
  const level = (flow: Flow, end: "from_level" | "to_level") => (flow.emission < 0 ? LESS : "") + flow[end];
  for (const one of flows) {
    if (one.from_level === first) sums[one.emission < 0 ? "removed" : "gross"] += one.emission;
    add(level(one, "from_level"), one.source, one.emission);
    if (!flows.some((other) => other.from_level === one.to_level)) add(level(one, "to_level"), one.target, one.emission);
  }
  const kept = new Map([...sides].map(([name, one]) => [name, large(one, name.startsWith(LESS) ? 2 : most)]));
  const node = (name: string, code: string) => `${name}:${kept.get(name)?.has(code) ? code : REST}`;
  const links = new Map<string, { source: string; target: string; value: number; lineStyle?: object }>();
  const names = new Map<string, string>();
  for (const one of flows) {
    if (one.emission === 0) continue;
    const [source, target] = [node(level(one, "from_level"), one.source), node(level(one, "to_level"), one.target)];
    const called = (key: string, name: string) => (key.startsWith(LESS) ? LESS : "") + (key.endsWith(`:${REST}`) ? style.rest : name || style.unstated);
    names.set(source, called(source, one.source_name || one.source));
    names.set(target, called(target, one.target_name || one.target));
    const link = links.get(`${source}\n${target}`) ?? { source, target, value: 0, ...(one.emission < 0 ? { lineStyle: { color: style.dark ? "#a5b3ad" : "#52605a", opacity: 0.18 } } : {}) };
    links.set(`${source}\n${target}`, { ...link, value: link.value + Math.abs(one.emission) });
  }
  const tint: Record<string, string> = {};
  for (const [name, codes] of kept) {
    for (const [code, value] of Object.entries(tints(name.replace(LESS, ""), [...codes, REST], style.dark))) tint[`${name}:${code}`] = value;
  }
  const drawn = (name: string) => (name.startsWith(LESS) ? { color: "transparent", borderColor: tint[name], borderWidth: 1.5, borderType: "dashed" } : { color: tint[name] });
  const option = {
    tooltip: { trigger: "item", valueFormatter: told(style) as never },
    series: [
      {
        type: "sankey", left: 8, right: font * 11, top: 12, bottom: 12, nodeGap: font + 2, nodeWidth: 14, draggable: false,
        data: [...names].map(([name]) => ({ name, itemStyle: drawn(name) })),
        links: [...links.values()],
        lineStyle: { color: "source", opacity: 0.35, curveness: 0.5 },
        label: { formatter: ({ name }: { name: string }) => names.get(name) ?? name, fontSize: font, width: font * 10, overflow: "truncate" },
        tooltip: {
          formatter: (params: unknown) => {
            const { dataType, name, value, data } = params as { dataType: string; name: string; value: number; data: { source: string; target: string } };
            const edge = dataType === "edge";
            const less = (edge ? data.source : name).startsWith(LESS);
            return `${plain(edge ? `${names.get(data.source)} → ${names.get(data.target)}` : (names.get(name) ?? ""))}: ${told(style)(less ? -value : value)}`;
          },
        },
      },
    ],
  } as ChartOption; // prettier-ignore
  return { option, sums };
}
