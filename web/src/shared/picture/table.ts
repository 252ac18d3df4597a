import type { Column } from "../columns";
import { full } from "../numbers";
import { heading, type Num, type PictureData } from "./frame";

export type Cells = Record<string, string | Num>;
export type Words = { period: string; name: string; group: string; value: string; low: string; high: string };
type Table = { columns: Column<Cells>[]; rows: Cells[] };

const number = (key: string, title: string): Column<Cells> => ({ key, title, kind: "number", width: 140, show: (row) => full(row[key] as Num) });
const text = (key: string, title: string): Column<Cells> => ({ key, title, kind: "text", width: 180 });

/** `2020`, or `2020-01` where the numbers are months as fractions of a year. */
function period(x: number, monthly: boolean): string {
  const month = Math.round(x * 12);
  return monthly ? `${Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, "0")}` : String(x);
}

/** What a picture shows, as a table with all its digits. */
export function table(data: PictureData, words: Words): Table {
  const unit = (name: string) => heading(name, data.unit);
  if (data.kind === "lines") {
    const series = [
      ...data.lines.flatMap((one) => [
        { title: unit(one.name), values: one.values },
        ...(one.low && one.high ? [{ title: `${one.name} ${words.low}`, values: one.low }, { title: `${one.name} ${words.high}`, values: one.high }] : []),
      ]),
      ...data.stacked.map((one) => ({ title: unit(one.name), values: one.values })),
    ]; // prettier-ignore
    return {
      columns: [{ ...text("x", words.period), width: 90 }, ...series.map((one, place) => number(`c${place}`, one.title))],
      rows: data.x.map((x, at) => ({ x: period(x, data.monthly), ...Object.fromEntries(series.map((one, place) => [`c${place}`, one.values[at] ?? null])) })),
    };
  }
  if (data.kind === "bars") {
    const ranged = data.series.filter((name) => data.rows.some((row) => row.ranges[name]));
    const columns = data.series.flatMap((name, place) => [
      number(`c${place}`, data.percent ? `${name} (%)` : unit(name)),
      ...(ranged.includes(name) ? [number(`l${place}`, `${name} ${words.low}`), number(`h${place}`, `${name} ${words.high}`)] : []),
    ]);
    const shown = (value: Num | undefined) => (typeof value === "number" && data.percent ? value * 100 : (value ?? null));
    const rows = data.rows.map((row) => {
      const cells: Cells = { name: row.name };
      data.series.forEach((name, place) => {
        cells[`c${place}`] = shown(row.values[name]);
        [cells[`l${place}`], cells[`h${place}`]] = [shown(row.ranges[name]?.[0]), shown(row.ranges[name]?.[1])];
      });
      return cells;
    });
    return { columns: [text("name", words.name), ...columns], rows };
  }
  if (data.kind === "points") {
    const named = data.points.some((one) => one.name);
    const grouped = data.points.some((one) => one.group);
    return {
      columns: [...(named ? [text("name", words.name)] : []), ...(grouped ? [text("group", words.group)] : []), number("x", data.axes[0] ?? ""), number("y", data.axes[1] ?? "")],
      rows: data.points.map((one) => ({ ...one })),
    };
  }
  if (data.kind === "waterfall") {
    const steps = [{ name: data.ends[0] ?? "", value: data.start }, ...data.effects, { name: data.ends[1] ?? "", value: data.end }];
    return { columns: [text("name", words.name), number("value", unit(words.value))], rows: steps.map((one) => ({ ...one })) };
  }
  const [rank, middle] = data.said;
  return {
    columns: [text("name", words.name), number("rank", rank ?? ""), number("middle", middle ?? ""), number("low", "p5"), number("high", "p95")],
    rows: data.rows.map((one) => ({ ...one })),
  };
}
