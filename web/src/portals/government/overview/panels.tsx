import { useTranslation } from "react-i18next";
import { query } from "../../../shared/api";
import { Link } from "../../../shared/link";
import { count, percent, Tonnes } from "../../../shared/numbers";
import { Mark } from "../../../shared/page";
import { Answered } from "../../../shared/states";
import { said } from "../../../shared/words";
import { gasOf, useTable } from "../inventory/ask";
import { sourceOf, sourcesOf, sumsTold, trendTitle, useStyle } from "../inventory/chart-words";
import { firstRows, nameOf } from "../inventory/look";
import { useBreaks } from "../inventory/breaks";
import { bars, largest, lines, points, stacked } from "../inventory/options";
import { Plot } from "../inventory/plot";
import { sankey } from "../inventory/sankey";
import { Resting } from "../inventory/resting";
import { Grade } from "../inventory/seen";
import { usePick } from "../../../shared/address";
import type { Flow, Row, Run, Seen } from "../inventory/types";
import type { ReleaseRow } from "../releases/types";
import { type Asked, seriesPath, useSeries, useYear } from "./total";

const source = (run: Run, release: ReleaseRow | null) => (release ? `${release.name} #${release.number} · ${sourceOf(run)}` : sourceOf(run));

export function TrendPanel(asked: Asked) {
  const { run, release, height = 300, font } = asked;
  const { t } = useTranslation();
  const style = useStyle(run.unit, font);
  const by = useBy(run);
  const found = useSeries(asked, by);
  const broken = useBreaks(run.series, style, asked.refresh);
  return (
    <Answered of={found}>
      {({ rows }) => {
        const times = new Set(rows.map((row) => row.period));
        if (times.size < 2 && font) return <Gases {...asked} />;
        if (times.size < 2) return <p className="quiet">{t("overview.one_period")}</p>;
        const list = largest(points(rows, (row) => String(row.period), by, (row) => nameOf(row, by) || style.unstated), asked.most ?? 7, style.rest);
        const runsOf = new Set(rows.map((row) => row.run));
        const title = trendTitle(runsOf.size > 1 ? rows.map((row) => ({ ...row, run: run.id })) : rows, run.id, t, broken.marks.length > 0);
        const option = times.size > 3 ? stacked(list, by, style, broken.marks) : lines(list, by, style, broken.marks, height - 80);
        return (
          <Plot title={title} option={option} columns={columnsOf(t, ["period", by], style.unit)} rows={rows} notes={font ? broken.brief : broken.notes} source={runsOf.size > 1 ? sourcesOf(rows, [run, ...asked.runs], release) : source(run, release)} name="overview-trend" path={seriesPath(asked, by)} height={height - (font && broken.brief.length ? 1.7 * font : 0)} />
        );
      }}
    </Answered>
  ); // prettier-ignore
}

const columnsOf = (t: (key: string) => string, names: string[], unit: string) => [
  ...names.map((one) => ({ key: one, title: t(`dim.${one}`), width: 160, show: (row: Row) => nameOf(row, one) || "–" })),
  { key: "emission", title: `${t("inventory.amount")} (${unit})`, kind: "tonnes" as const, width: 150 },
];

/** By which dimension a run is summed up at a glance: its sectors where it names them, else its items. */
function useBy(run: Run): string {
  const [standard] = usePick("standard");
  const found = useTable<Seen>(query(`/runs/${run.id}/table`, { by: "sector" }));
  const named = found.data?.rows.some((row) => row.sector) ?? true;
  const first = firstRows(standard, run.category_lists);
  return standard && first !== "item" ? first : named ? "sector" : "item";
}

export function Structure(asked: Asked) {
  const { run, release, height = 300, refresh, font, most = 8 } = asked;
  const { t } = useTranslation();
  const style = useStyle(run.unit, font);
  const by = useBy(run);
  const { cell } = useYear(run);
  const path = query(`/runs/${run.id}/table`, { by, cell });
  const found = useTable<Seen>(query(path, { limit: 500 }), true, refresh);
  return (
    <Answered of={found}>
      {({ rows }) => {
        const name = (row: Row) => nameOf(row, by) || style.unstated;
        const list = largest(points(rows.filter((row) => row.emission !== null), () => "", by, name), most, style.rest);
        const top = rows[0];
        if (top && list.length === 1) return <Alone run={run} by={by} row={top} title={t("overview.structure")} />;
        return (
          <Plot title={top ? t("inventory.leads", { name: name(top), share: percent(top.share as number) }) : t("overview.structure")} height={height}
            option={bars(list, by, style)} columns={columnsOf(t, [by], style.unit)} rows={rows} source={source(run, release)} name="overview-structure" path={path} />
        );
      }}
    </Answered>
  ); // prettier-ignore
}

/** All of the total in one part: a sentence says it better than a single bar. */
function Alone({ run, by, row, title }: { run: Run; by: string; row: Row; title: string }) {
  const { t } = useTranslation();
  const style = useStyle(run.unit);
  return (
    <div className="stack">
      <h3>{title}</h3>
      <p>
        {t("overview.alone", { name: nameOf(row, by) || style.unstated })} <strong><Tonnes value={row.emission as number} /> {style.unit}</strong>
      </p>
    </div>
  ); // prettier-ignore
}

export function Gases(asked: Asked) {
  const { run, release, height = 300, refresh, font } = asked;
  const { t } = useTranslation();
  const style = useStyle(run.unit, font);
  const { cell } = useYear(run);
  const by = gasOf(run.unit) === "CO2" ? "item" : "gas";
  const path = query(`/runs/${run.id}/table`, { by, cell });
  const found = useTable<Seen>(query(path, { limit: 500 }), true, refresh);
  return (
    <Answered of={found}>
      {({ rows }) => {
        const list = largest(points(rows, () => "", by, (row) => nameOf(row, by) || style.unstated), 7, style.rest);
        if (list.length === 1) return <Alone run={run} by={by} row={rows[0]!} title={t(by === "gas" ? "overview.gases" : "overview.structure")} />;
        return <Plot title={t(by === "gas" ? "overview.gases" : "overview.structure")} height={height} option={bars(list, by, style)} columns={columnsOf(t, [by], style.unit)} rows={rows} source={source(run, release)} name="overview-gases" path={path} />;
      }}
    </Answered>
  ); // prettier-ignore
}

export function Flows(asked: Asked) {
  const { run, release, height = 360, refresh, font } = asked;
  const { t } = useTranslation();
  const style = useStyle(run.unit, font);
  const { cell } = useYear(run);
  const path = query(`/runs/${run.id}/flows`, { levels: ["item", "sector", "gas"], cell });
  const found = useTable<{ rows: Flow[] }>(query(path, { limit: 5000 }), true, refresh);
  return (
    <Answered of={found}>
      {({ rows }) => {
        const { option, sums } = sankey(rows, style, font ? 8 : 10, font);
        const columns = [
          { key: "source_name", title: t("inventory.from"), width: 160 },
          { key: "target_name", title: t("inventory.to"), width: 160 },
          { key: "emission", title: `${t("inventory.amount")} (${style.unit})`, kind: "tonnes" as const, width: 150 },
        ];
        return <Plot title={t("overview.flows")} height={height - (font && sums.removed < 0 ? 1.7 * font : 0)} option={option} columns={columns} rows={rows as unknown as Row[]} notes={sumsTold(sums, style)} source={source(run, release)} name="overview-flows" path={path} />;
      }}
    </Answered>
  );
}

/** Shares of the total by grade, as one bar with words. */
export function QualityPanel({ run, refresh, font }: Asked) {
  const { t } = useTranslation();
  const { year } = useYear(run);
  const period = run.first_day.slice(0, 4) === run.last_day.slice(0, 4) ? "" : year;
  const found = useTable<{ title: string; rows: Row[] }>(query(`/runs/${run.id}/grades`, { period }), true, refresh);
  const done = useTable<{ sentence: string }>(query(`/runs/${run.id}/completeness`, { period, limit: 1 }), true, refresh);
  return (
    <Answered of={found}>
      {({ title, rows }) => {
        return (
          <div className="stack">
            {!font && <p className="quiet">{t("overview.quality_of", { name: run.name, year })}</p>}
            <p>
              {t("inventory.whole_grade")} <Grade of={/grade (\w)/.exec(title)?.[1]} /> <Resting rows={rows} />
            </p>
            <div className="grades" role="img" aria-label={t("overview.grade_share")}>
              {rows.map((row) => (
                <span key={String(row.state)} className={`grade-${row.grade}`} style={{ flexGrow: Number(row.share) }} title={`${row.grade} ${row.meaning}: ${percent(row.share as number)}`} />
              ))}
            </div>
            <ul className="plain-list">
              {rows.map((row) => (
                <li key={String(row.state)}>
                  <span className={`dot grade-${row.grade}`} /> {row.grade} {row.meaning} <strong>{percent(row.share as number)}</strong>
                </li>
              ))}
            </ul>
            {done.data && <p className="quiet">{done.data.sentence}</p>}
          </div>
        );
      }}
    </Answered>
  );
}

type Doubt = { id: string; level: string; facts: { message_zh?: string; message_en?: string } };

const told = (one: Doubt) => said({ zh: one.facts.message_zh, en: one.facts.message_en });

/** What waits for somebody in an inventory and its data set. */
export function Doubts({ run, refresh, most = 5 }: { run: string; refresh?: number | false; most?: number }) {
  const { t } = useTranslation();
  const found = useTable<{ rows: Doubt[]; total: number }>(query("/doubts", { run, where: "state=open", limit: most }), true, refresh);
  return (
    <Answered of={found} lines={3}>
      {({ rows, total }) => (
        <div className="stack">
          <p>
            {total > 0 ? <Mark kind="warning">{t("overview.open_doubts", { shown: count(total) })}</Mark> : <Mark kind="good">{t("overview.no_doubts")}</Mark>} <Link to={query("/gov/doubts", { run })} className="no-print">{t("overview.see_all")}</Link>
          </p>
          <ul className="plain-list">
            {rows.map((one) => (
              <li key={one.id} className="one-line" title={told(one)}>
                {told(one)}
              </li>
            ))}
          </ul>
        </div>
      )}
    </Answered>
  );
}
