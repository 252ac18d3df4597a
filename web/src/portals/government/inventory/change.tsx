import { useTranslation } from "react-i18next";
import { useParam } from "../../../shared/address";
import { query } from "../../../shared/api";
import { percent, short, signOf } from "../../../shared/numbers";
import { Answered, Empty } from "../../../shared/states";
import { type Column, DataTable } from "../../../shared/table";
import { useTable } from "./ask";
import { sourceOf, useStyle } from "./chart-words";
import { OnlyChanged, useChanged } from "./differences";
import { Figure } from "./figure";
import { cellTexts, type Look, nameOf } from "./look";
import { steps, waterfall } from "./options";
import { Plot } from "./plot";
import type { Cell, Row, Run, Seen } from "./types";

/** From one year of a run to another: what each value of the rows adds, as a waterfall, and below it as a table that sums exactly. */
export default function Change({ run, look }: { run: Run; look: Look }) {
  const { t } = useTranslation();
  const [from, setFrom] = useParam("from");
  const [until, setUntil] = useParam("until");
  const found = useTable<Seen>(query(`/runs/${run.id}/table`, { by: "period", limit: 10_000 }));
  return (
    <Answered of={found}>
      {({ rows }) => {
        const years = [...new Set(rows.map((row) => String(row.period).slice(0, 4)))].sort();
        const [last = "", before = ""] = [years.at(-1), years.at(-2)];
        if (!before) return <Empty title={t("inventory.one_period")} hint={t("inventory.one_year_hint")} />;
        const [one, two] = [years.includes(from) ? from : before, years.includes(until) ? until : last];
        const choice = (word: string, value: string, set: (value: string) => void) => (
          <label>
            {word}
            <select value={value} onChange={(event) => set(event.target.value)}>
              {years.map((year) => (
                <option key={year}>{year}</option>
              ))}
            </select>
          </label>
        );
        return (
          <>
            <div className="pick-bar">
              {choice(t("inventory.from_year"), one, setFrom)}
              {choice(t("inventory.until_year"), two, setUntil)}
            </div>
            {one === two ? <Empty title={t("inventory.same_year")} hint={t("inventory.same_year_hint")} /> : <Moved run={run} look={look} from={one} until={two} />}
          </>
        );
      }}
    </Answered>
  );
}

function Moved({ run, look, from, until }: { run: Run; look: Look; from: string; until: string }) {
  const { t } = useTranslation();
  const style = useStyle(run.unit);
  const [only, setOnly] = useChanged();
  const [first = "item"] = look.rows.filter((one) => one !== "period");
  const { period: _, ...cell } = look.cell;
  const path = query(`/runs/${run.id}/change`, { by: first, old: from, new: until, cell: cellTexts(cell), gwp: look.gwp });
  const found = useTable<{ rows: Row[] }>(query(path, { limit: 10_000 }));
  const name = (row: Row) => (row.line === "total" ? t("inventory.sum") : nameOf(row, first, run.category_lists) || style.unstated);
  const cellOf = (row: Row, year: string): Cell => ({ ...cell, ...(row.line === "total" ? {} : { [first]: String(row[first] ?? "") }), period: year });
  const side = (key: "old" | "new", year: string): Column<Row> => ({
    key, title: year, kind: "tonnes", width: 140, show: (row) => <Figure of={`runs/${run.id}`} cell={cellOf(row, year)} gwp={look.gwp} value={row[key] as number | null} />,
  }); // prettier-ignore
  const columns: Column<Row>[] = [
    { key: first, title: t(`dim.${first}`, { defaultValue: first }), width: 280, filter: true, show: name },
    side("old", from), side("new", until),
    { key: "difference", title: t("inventory.moved"), kind: "tonnes", width: 140 },
    { key: "share", title: t("inventory.moved_share"), hint: t("inventory.moved_share_hint", { year: from }), kind: "share", width: 110, sort: false, show: (row) => (Number(row.old) > 0 ? signed((100 * Number(row.difference)) / Number(row.old)) : "–") },
  ]; // prettier-ignore
  return (
    <Answered of={found}>
      {({ rows }) => {
        const total = rows.at(-1);
        const parts = rows.filter((row) => row.line === "part");
        const [before, after] = [Number(total?.old ?? 0), Number(total?.new ?? 0)];
        const drawn = steps(before, after, parts.map((row) => ({ name: name(row), value: Number(row.difference) })), { before: from, after: until, rest: style.rest });
        const moved = after - before;
        const title = `${from} → ${until}: ${signOf(moved)}${short(Math.abs(moved) / style.scale)} ${style.unit}${before > 0 ? ` (${signed((100 * moved) / before)})` : ""}`;
        const shown = only ? rows.filter((row) => row.line === "total" || row.difference !== 0) : rows;
        return (
          <>
            <Plot title={title} option={waterfall(drawn, style, t("inventory.rises"), t("inventory.falls"))} columns={columns} rows={rows} source={sourceOf(run)} name="change" path={path} height={420} />
            <DataTable<Row>
              name="change-parts" label={title} path={path} rows={shown} columns={columns} rowKey={(row) => `${row.line}${row[first]}`} strong={(row) => row.line === "total"} height={420}
              tools={
                <>
                  <OnlyChanged only={only} change={setOnly} /> <span className="quiet">{style.unit}</span>
                </>
              }
            />
          </>
        );
      }}
    </Answered>
  ); // prettier-ignore
}

const signed = (value: number) => `${signOf(value)}${percent(Math.abs(value))}`;
