import { useTranslation } from "react-i18next";
import { query } from "../../../shared/api";
import { Link } from "../../../shared/link";
import { count, percent, short } from "../../../shared/numbers";
import { Mark } from "../../../shared/page";
import { Answered } from "../../../shared/states";
import { said } from "../../../shared/words";
import { gasOf, useTable } from "../inventory/ask";
import { sourceOf, trendTitle, useStyle } from "../inventory/charts";
import { firstRows, nameOf } from "../inventory/look";
import { bars, largest, lines, points, sankey, stacked } from "../inventory/options";
import { Plot } from "../inventory/plot";
import { Resting } from "../inventory/resting";
import { Grade } from "../inventory/seen";
import { usePick } from "../../../shared/address";
import type { Flow, Row, Run, Seen } from "../inventory/types";
import type { ReleaseRow } from "../releases/types";
import { type Asked, useSeries, useYear } from "./total";

const source = (run: Run, release: ReleaseRow | null) => (release ? `${release.name} #${release.number} · ${sourceOf(run)}` : sourceOf(run));

export function TrendPanel(asked: Asked) {
  const { run, release, height = 300, font } = asked;
  const { t } = useTranslation();
  const style = useStyle(run.unit, font);
  const by = useBy(run);
  const found = useSeries(asked, by);
  return (
    <Answered of={found}>
      {({ rows }) => {
        const times = new Set(rows.map((row) => row.period));
        if (times.size < 2) return <p className="quiet">{t("overview.one_period")}</p>;
        const list = largest(points(rows, (row) => String(row.period), by, (row) => nameOf(row, by) || style.unstated), asked.most ?? 7, style.rest);
        const runsOf = new Set(rows.map((row) => row.run));
        const title = trendTitle(runsOf.size > 1 ? rows.map((row) => ({ ...row, run: run.id })) : rows, run.id, t);
        const option = [...times].length > 3 ? stacked(list, by, style) : lines(list, by, style);
        return (
          <Plot title={title} option={option} columns={columnsOf(t, ["period", by], style.unit)} rows={rows} source={source(run, release)} name="overview-trend" height={height} />
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
        return (
          <Plot title={top ? t("inventory.leads", { name: name(top), share: percent(top.share as number) }) : t("overview.structure")} height={height}
            option={bars(list, by, style)} columns={columnsOf(t, [by], style.unit)} rows={rows} source={source(run, release)} name="overview-structure" path={path} />
        );
      }}
    </Answered>
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
        const { option, left } = sankey(rows, style, font ? 8 : 10, font);
        const told = left < 0 ? ` · ${t("inventory.below_zero", { amount: short(left / style.scale), unit: style.unit })}` : "";
        const columns = [
          { key: "source_name", title: t("inventory.from"), width: 160 },
          { key: "target_name", title: t("inventory.to"), width: 160 },
          { key: "emission", title: `${t("inventory.amount")} (${style.unit})`, kind: "tonnes" as const, width: 150 },
        ];
        return <Plot title={t("overview.flows")} height={height} option={option} columns={columns} rows={rows as unknown as Row[]} source={source(run, release) + told} name="overview-flows" path={path} />;
      }}
    </Answered>
  );
}

/** Shares of the total by grade, as one bar with words. */
export function QualityPanel({ run, refresh }: Asked) {
  const { t } = useTranslation();
  const found = useTable<{ title: string; rows: Row[] }>(`/runs/${run.id}/grades`, true, refresh);
  const done = useTable<{ sentence: string }>(query(`/runs/${run.id}/completeness`, { limit: 1 }), true, refresh);
  return (
    <Answered of={found}>
      {({ title, rows }) => {
        return (
          <div className="stack">
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
            {total > 0 ? <Mark kind="warning">{t("overview.open_doubts", { shown: count(total) })}</Mark> : <Mark kind="good">{t("overview.no_doubts")}</Mark>} <Link to={query("/gov/doubts", { run })}>{t("overview.see_all")}</Link>
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
