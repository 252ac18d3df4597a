import type { ChartOption } from "../../../shared/chart";
import { short } from "../../../shared/numbers";
import { plain } from "../../../shared/words";
import { type Style, told } from "./options";
import type { Sums } from "./sankey";
import { REST, tints } from "./tint";
import type { Branch, Cell } from "./types";

type Leaf = { name: string; code: string; value: number; cell: Cell; less?: true; itemStyle?: object; children?: Leaf[] };
const HATCHED = { decal: { symbol: "rect", dashArrayX: [1, 0], dashArrayY: [2, 5], rotation: -Math.PI / 4, color: "rgba(0,0,0,0.35)" } };

/** Areas within areas, each as large as what it emits; removals and deductions are hatched areas of a block of their own. */
export function treemap(branches: Branch[], style: Style, removals: string): { option: ChartOption; sums: Sums } {
  const known = new Map(branches.map((one) => [one.id, one]));
  const inner = new Set(branches.map((one) => one.parent));
  const top = branches.filter((one) => one.parent === "");
  const tint = tints(top[0]?.level ?? "", top.map((one) => one.code).filter(Boolean).slice(0, 8), style.dark); // prettier-ignore
  const rest = tints("", [REST], style.dark)[REST];
  const made = new Map<string, Leaf>();
  const roots: Leaf[] = [];
  const taken: Leaf[] = [];
  const sums: Sums = { gross: 0, removed: 0 };
  const called = (one: Branch) => one.name || one.code || style.unstated;
  const cellOf = (one: Branch): Cell => ({ ...(known.get(one.parent) ? cellOf(known.get(one.parent)!) : {}), ...(one.code ? { [one.level]: one.code } : {}) });
  const grow = (one: Branch): Leaf => {
    const held = made.get(one.id);
    if (held) return held;
    const leaf: Leaf = { name: called(one), code: one.code, value: 0, cell: cellOf(one) };
    made.set(one.id, leaf);
    const above = known.get(one.parent);
    if (above) (grow(above).children ??= []).push(leaf);
    else roots.push({ ...leaf, itemStyle: { color: tint[one.code] ?? rest } }) && made.set(one.id, roots.at(-1)!);
    return made.get(one.id)!;
  };
  for (const one of branches) {
    if (inner.has(one.id) || !one.emission) continue;
    if (one.emission < 0) {
      sums.removed += one.emission;
      const above = known.get(one.parent);
      taken.push({ name: above ? `${called(above)} › ${called(one)}` : called(one), code: one.code, value: -one.emission, cell: cellOf(one), less: true, itemStyle: HATCHED });
      continue;
    }
    sums.gross += one.emission;
    grow(one);
    for (let at: Branch | undefined = one; at; at = known.get(at.parent)) made.get(at.id)!.value += one.emission;
  }
  if (taken.length) roots.push({ name: removals, code: "", value: -sums.removed, cell: {}, less: true, itemStyle: { color: rest, ...HATCHED }, children: taken });
  const ground = style.dark ? "#181f1c" : "#ffffff";
  const amount = (leaf: { value: number; less?: boolean }) => (leaf.less ? -leaf.value : leaf.value);
  const option = {
    tooltip: { formatter: (params: unknown) => {
      const { treePathInfo, data, value } = params as { treePathInfo: { name: string }[]; data?: Leaf; value: number };
      return `${plain(treePathInfo.slice(1).map((one) => one.name).join(" › "))}: ${told(style)(data ? amount(data) : value)}`;
    } },
    series: [
      {
        type: "treemap", data: roots, roam: false, nodeClick: false, left: 0, right: 0, top: 4, bottom: 4, breadcrumb: { show: false },
        itemStyle: { borderColor: ground }, label: { color: style.dark ? "#101513" : "#fff", formatter: ({ name, data }: { name: string; data: Leaf }) => `${name}\n${short(amount(data) / style.scale, 3)}`, overflow: "truncate" },
        upperLabel: { show: true, height: 22, color: style.dark ? "#e4ebe8" : "#18211e", textBorderWidth: 0 },
        levels: [{ itemStyle: { gapWidth: 3, borderWidth: 0, borderColor: ground }, upperLabel: { show: false } }, { itemStyle: { gapWidth: 1, borderWidth: 2, borderColor: ground } }, { colorSaturation: [0.3, 0.55], itemStyle: { gapWidth: 1, borderColor: ground } }],
      },
    ],
  } as ChartOption; // prettier-ignore
  return { option, sums };
}
