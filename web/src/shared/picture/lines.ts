import type { ChartOption } from "../chart";
import { short } from "../numbers";
import { colours } from "../theme";
import { plain } from "../words";
import { apart, COLOURS, GRID, known, letters, type Lines, type Num, rounded, tint, told, wide } from "./frame";

const MOST = 190;
const THIN = 3;
type Api = { coord: (at: [number, number]) => [number, number] };
type Params = { coordSys: { x: number; y: number; width: number; height: number } };
type Pile = { name: string; bottom: Num[]; top: Num[]; colour: string };

/** The axis: from zero, unless all that is drawn stays above half of the highest; areas piled up stand on zero. */
export function upright(data: Lines): { min: number; max: number; interval: number } {
  const values = known(data.lines.flatMap((one) => [...one.values, ...(one.low ?? []), ...(one.high ?? [])])).map((one) => one / data.factor);
  const piled = data.stacked.length > 0;
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return !piled && values.length > 1 && low > high / 2 ? rounded(low, high) : rounded(Math.min(0, low), Math.max(0, high));
}

/** Lines over years or months, with bands, dots and areas piled up, each named at its end; `whole` keeps zero on the axis. */
export function lines(data: Lines, dark: boolean, whole = false): ChartOption {
  const own = colours(dark);
  const x = data.x.map((one) => (data.monthly ? Math.round(one * 12) : one));
  const scaled = (values: Num[]) => values.map((one) => (one === null ? null : one / data.factor));
  const names = [...new Set(data.lines.map((one) => one.name))];
  const drawn = data.lines.map((one, place) => ({
    ...one, values: scaled(one.values), low: one.low && scaled(one.low), high: one.high && scaled(one.high), colour: tint(names.indexOf(one.name), dark), again: place >= COLOURS,
  })); // prettier-ignore
  const piles = piled(drawn.at(-1)?.values ?? [], data.stacked.map((one) => ({ ...one, values: scaled(one.values) })), drawn.length, dark); // prettier-ignore
  // a broken line of zeros is what areas stand on, and the axis shows it
  const shown = drawn.filter((one) => !(one.dashed && known(one.values).every((value) => value === 0)));
  const every = known([0, ...drawn.flatMap((one) => [...one.values, ...(one.low ?? []), ...(one.high ?? [])]), ...piles.flatMap((one) => one.top)]);
  const ends = whole || piles.length ? rounded(Math.min(...every), Math.max(...every)) : upright(data);
  return {
    grid: { ...GRID, right: 34 + Math.min(MOST, Math.max(0, ...[...shown, ...piles].map((one) => wide(one.name)))) },
    tooltip: { trigger: "axis", formatter: (params: unknown) => seen(params, x, data, shown, piles) },
    xAxis: { ...across(x, data.monthly), axisLine: { lineStyle: { color: own.quiet } } },
    yAxis: { type: "value", ...ends, axisLabel: { formatter: (value: number) => short(value, 4, 1) } },
    series: [
      ...piles.map((one) => area(one.name, x, one.bottom, one.top, one.colour, 0.45)),
      ...shown.flatMap((one) => (one.low && one.high && !one.points ? [area(one.name, x, one.low, one.high, one.colour, dark ? 0.25 : 0.16)] : [])),
      ...shown.flatMap((one) => {
        const pairs = x.map((at, place) => [at, one.values[place] ?? null]);
        if (!one.points) {
          const single = known(one.values).length < 2;
          return [{
            type: "line", name: one.name, data: pairs, connectNulls: true, showSymbol: single || x.length <= 12, symbol: "circle", symbolSize: 5, color: one.colour,
            lineStyle: { width: 2, type: one.dashed || one.again ? "dashed" : "solid" }, z: 3,
          }]; // prettier-ignore
        }
        const item = { color: one.dashed ? own.surface : one.colour, borderColor: one.colour, borderWidth: 1.5 };
        return [whiskers(x, one), { type: "line", name: one.name, data: pairs, symbol: "circle", symbolSize: 8, showSymbol: true, lineStyle: { width: 0 }, itemStyle: item, color: one.colour, z: 4 }]; // prettier-ignore
      }),
      labels(x, shown, piles, own.text),
    ],
  } as ChartOption;
}

function across(x: number[], monthly: boolean): object {
  const [first, last] = [x[0] ?? 0, x.at(-1) ?? 0];
  const steps = monthly ? [1, 2, 3, 6, 12, 24, 60, 120] : [1, 2, 5, 10, 20, 50];
  const step = steps.find((one) => (last - first) / one <= (monthly ? 8 : 10)) ?? 100;
  const round = Array.from({ length: Math.floor(last / step) - Math.floor(first / step) }, (_, place) => (Math.floor(first / step) + place + 1) * step);
  const customValues = [first, ...round.filter((one) => one - first >= step / 2)];
  const single = last === first;
  return {
    type: "value", min: single ? first - 1 : first, max: single ? last + 1 : last, splitLine: { show: false },
    axisPointer: { snap: true, lineStyle: { type: "dashed" }, label: { show: false } },
    axisTick: { customValues }, axisLabel: { customValues, hideOverlap: true, formatter: (value: number) => named(value, monthly) },
  }; // prettier-ignore
}

const named = (value: number, monthly: boolean): string =>
  !Number.isInteger(value) ? "" : monthly ? `${Math.floor(value / 12)}-${String((value % 12) + 1).padStart(2, "0")}` : String(value);

/** Areas on the last line: where each begins and ends. */
function piled(base: Num[], parts: Lines["stacked"], from: number, dark: boolean): Pile[] {
  let bottom = base;
  return parts.map((one, place) => {
    const top = bottom.map((value, at) => (value === null ? null : value + (one.values[at] ?? 0)));
    const made = { name: one.name, bottom, top, colour: tint(from + parts.length - 1 - place, dark) };
    bottom = top;
    return made;
  });
}

/** An area between two series, as a polygon; what it is drawn of stands in the option, so that other numbers are drawn anew. */
function area(name: string, x: number[], low: Num[], high: Num[], fill: string, opacity: number): object {
  const side = (values: Num[]) => x.flatMap((at, place) => (typeof values[place] === "number" ? [[at, values[place]] as [number, number]] : []));
  const ring = [...side(high), ...side(low).reverse()];
  return {
    type: "custom", name, ring, data: ring.slice(0, 1), silent: true, clip: true, z: 1, tooltip: { show: false },
    renderItem: (_: unknown, api: Api) => ({ type: "polygon", shape: { points: ring.map((one) => api.coord(one)) }, style: { fill, opacity } }),
  }; // prettier-ignore
}

function whiskers(x: number[], one: { name: string; low: Num[] | null; high: Num[] | null; colour: string }): object {
  const ranges = x.flatMap((at, place) => (typeof one.low?.[place] === "number" && typeof one.high?.[place] === "number" ? [[at, one.low[place], one.high[place]]] : []));
  const line = (x1: number, y1: number, x2: number, y2: number) => ({ type: "line", shape: { x1, y1, x2, y2 }, style: { stroke: one.colour, lineWidth: 1.5 } });
  return {
    type: "custom", name: one.name, data: ranges, silent: true, clip: true, z: 3, encode: { x: 0, y: [1, 2] }, tooltip: { show: false },
    renderItem: (_: unknown, api: Api & { value: (at: number) => number }) => {
      const [low, high] = [api.coord([api.value(0), api.value(1)]), api.coord([api.value(0), api.value(2)])];
      const [at, below, above] = [low[0], low[1], high[1]];
      return { type: "group", children: [line(at, below, at, above), line(at - 4, below, at + 4, below), line(at - 4, above, at + 4, above)] };
    },
  }; // prettier-ignore
}

type Drawn = { name: string; values: Num[]; colour: string; dashed: boolean; points: boolean; low: Num[] | null; high: Num[] | null };

/** Names at the ends of lines and areas, moved apart; an area that ends thin is named where it is thickest. */
function labels(x: number[], drawn: Drawn[], piles: Pile[], text: string): object {
  const last = (values: Num[]) => known(values).at(-1) ?? 0;
  const said = { lines: drawn.map((one) => [one.name, last(one.values), one.colour]), piles: piles.map((one) => [one.name, one.colour]) };
  return {
    type: "custom", said, data: [[x[0] ?? 0, 0]], silent: true, clip: false, z: 6, tooltip: { show: false },
    renderItem: ({ coordSys }: Params, api: Api) => {
      const y = (value: Num) => api.coord([x[0] ?? 0, value ?? 0])[1];
      const children: object[] = [];
      const ends: { name: string; at: number; colour: string; mark: object }[] = [];
      for (const one of piles) {
        const thick = one.top.map((top, place) => Math.abs(y(one.bottom[place] ?? 0) - y(top)));
        const most = Math.max(...thick);
        const places = thick.flatMap((value, place) => (value >= 0.95 * most ? [place] : []));
        const at = places[Math.floor(places.length / 2)] ?? 0;
        const middle = (place: number) => (y(one.top[place] ?? 0) + y(one.bottom[place] ?? 0)) / 2;
        if ((thick.at(-1) ?? 0) < THIN && most >= 15) {
          const spot = Math.min(Math.max(api.coord([x[at] ?? 0, 0])[0], coordSys.x + wide(one.name) / 2), coordSys.x + coordSys.width - wide(one.name) / 2);
          children.push({ type: "text", style: { text: one.name, x: spot, y: middle(at), align: "center", verticalAlign: "middle", ...letters(text) } });
        } else if (most > 0) ends.push({ name: one.name, at: middle(x.length - 1), colour: one.colour, mark: { lineWidth: 8, opacity: 0.55 } });
      }
      for (const one of drawn) ends.push({ name: one.name, at: y(last(one.values)), colour: one.colour, mark: { lineWidth: one.points ? 6 : 2.5, lineDash: one.dashed ? [4, 2] : undefined } });
      const left = coordSys.x + coordSys.width + 8;
      apart(ends.map((one) => one.at), coordSys.y + coordSys.height).forEach((at, place) => {
        const { name, colour, mark } = ends[place]!;
        children.push({ type: "line", shape: { x1: left, y1: at, x2: left + 12, y2: at }, style: { stroke: colour, ...mark } });
        children.push({ type: "text", style: { text: name, x: left + 17, y: at, verticalAlign: "middle", ...letters(text), width: MOST, overflow: "truncate" } });
      }); // prettier-ignore
      return { type: "group", children };
    },
  }; // prettier-ignore
}

function seen(params: unknown, x: number[], data: Lines, drawn: Drawn[], piles: Pile[]): string {
  const value = (params as { axisValue?: number }[])[0]?.axisValue ?? 0;
  const at = x.reduce((best, one, place) => (Math.abs(one - value) < Math.abs((x[best] ?? 0) - value) ? place : best), 0);
  const dot = (colour: string) => `<span style="display:inline-block;width:10px;height:10px;border-radius:5px;margin-right:6px;background:${colour}"></span>`;
  const rows = drawn.flatMap((one) => {
    const [middle, low, high] = [one.values[at], one.low?.[at], one.high?.[at]];
    if (typeof middle !== "number") return [];
    const range = typeof low === "number" && typeof high === "number" ? ` (${told(low)} – ${told(high)})` : "";
    return [`${dot(one.colour)}${plain(one.name)}: <b>${told(middle)}</b>${range}`];
  });
  const parts = piles.map((one) => `${dot(one.colour)}${plain(one.name)}: <b>${told((one.top[at] ?? 0) - (one.bottom[at] ?? 0))}</b>`);
  return [`${named(x[at] ?? 0, data.monthly) || String(data.x[at])} · ${plain(data.scaled)}`, ...rows, ...parts].join("<br>");
}
