import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useParam, usePick } from "../../../shared/address";
import { post, query } from "../../../shared/api";
import { Progress } from "../../../shared/job";
import { percent, short } from "../../../shared/numbers";
import { Mark, Panel } from "../../../shared/page";
import { Answered, Failed, Partial } from "../../../shared/states";
import { type Column, DataTable } from "../../../shared/table";
import { useRuns, useTable, useYear } from "./ask";
import { RunChoice } from "./run-choice";
import { sourceOf, useStyle } from "./chart-words";
import { listOf } from "./look";
import { bars, type Style } from "./options";
import { Plot } from "./plot";
import type { Row, Run } from "./types";

type Whole = { relative_percent: number | null; half_width_t: number | null; reason?: string; known_share_percent: number; contributions: { variable: string; half_width_t: number }[] };
type Asked = { run: Run; by: string };

/** How sure the figures are: by propagation and by Monte Carlo, what brings it, key categories, and how sure the trend is. */
export default function Uncertainty({ run }: { run: Run }) {
  const [standard] = usePick("standard");
  const by = listOf(standard, run.category_lists);
  return (
    <div className="grid">
      <div className="span-6">
        <Propagated run={run} by={by} />
      </div>
      <div className="span-6">
        <Drawn run={run} by={by} />
      </div>
      <div className="span-12">
        <KeyCategories run={run} by={by} />
      </div>
      <div className="span-12">
        <Trend run={run} />
      </div>
    </div>
  );
}

/** Columns of a table of categories with the half width of each. */
function useCategories(style: Style): Column<Row>[] {
  const { t } = useTranslation();
  return [
    { key: "category", title: t("dim.category"), width: 200, show: (row) => [row.category, row.name].filter(Boolean).join(" ") || style.unstated },
    { key: "gas", title: t("dim.gas"), width: 100 },
    { key: "emission", title: t("inventory.emission", { unit: style.unit }), kind: "tonnes", width: 150 },
    { key: "uncertainty", title: t("inventory.plus_minus"), hint: t("inventory.plus_minus_hint"), kind: "share", width: 90, show: (row) => half(row.uncertainty) },
    { key: "variance_share", title: t("inventory.variance_share"), hint: t("inventory.variance_hint"), kind: "share", width: 110, show: (row) => (typeof row.uncertainty === "number" ? percent(row.variance_share as number | null) : "–") },
  ];
}

const half = (value: unknown) => (typeof value === "number" ? `±${short(value, 2)}` : "–");

function Propagated({ run, by }: Asked) {
  const { t } = useTranslation();
  const style = useStyle(run.unit);
  const columns = useCategories(style);
  const { year, titled } = useYear(run);
  const path = query(`/runs/${run.id}/uncertainty`, { by, period: year });
  const found = useTable<{ whole: Whole; rows: Row[] }>(query(path, { limit: 1000 }));
  return (
    <Panel title={titled(t("inventory.approach_1"))}>
      <Answered of={found}>
        {({ whole, rows }) => (
          <>
            {whole.relative_percent === null ? (
              <Partial>{whole.reason || t("inventory.unknown_because", { share: percent(whole.known_share_percent) })}</Partial>
            ) : (
              <p>
                <strong>±{percent(whole.relative_percent)}</strong> <span className="quiet">{t("inventory.interval")}</span>
              </p>
            )}
            {whole.contributions.length > 0 && (
              <Plot
                title={t("inventory.brings")}
                option={bars(whole.contributions.slice(0, 8).map((one) => ({ code: one.variable, name: one.variable.replace(/^(factor|amount):/, ""), value: one.half_width_t })), "", style)}
                columns={[{ key: "variable", title: t("inventory.variable"), width: 260 }, { key: "half_width_t", title: `± (${style.unit})`, kind: "tonnes", width: 140 }]}
                rows={whole.contributions as unknown as Row[]} source={sourceOf(run)} name="contributions" height={270}
              />
            )}
            <DataTable<Row> name="approach-1" label={t("inventory.approach_1")} path={path} rows={rows} columns={columns} rowKey={(_, place) => String(place)} height={320} />
          </>
        )}
      </Answered>
    </Panel>
  ); // prettier-ignore
}

type Draws = { period: string; draws: number; mean_t: number | null; low_t: number | null; high_t: number | null; reason?: string; known_share_percent: number; known: { mean_t: number; low_t: number | null; high_t: number | null }; rows: Row[] };

/** Monte Carlo as a job; its id stands in the address, so that the result can be sent. */
function Drawn({ run, by }: Asked) {
  const { t } = useTranslation();
  const [job, setJob] = useParam("draws");
  const [ended, setEnded] = useState("");
  const [error, setError] = useState<unknown>(null);
  const { year } = useYear(run);
  async function draw(form: HTMLFormElement) {
    const asked = new FormData(form);
    setError(null);
    try {
      const numbers = Object.fromEntries(["draws", "seed"].map((name) => [name, Number(asked.get(name))]));
      setJob((await post<{ job: string }>("/analyses", { kind: "monte-carlo", run: run.id, by: by ? [by] : [], period: year, ...numbers })).job);
    } catch (cause) {
      setError(cause);
    }
  }
  return (
    <Panel title={t("inventory.approach_2")}>
      <p className="quiet">{t("inventory.monte_about")}</p>
      <form className="fields" onSubmit={(event) => (event.preventDefault(), void draw(event.currentTarget))}>
        <label>
          {t("inventory.draws")}
          <input name="draws" type="number" min={100} max={200000} defaultValue={10000} required />
        </label>
        <label>
          {t("inventory.seed")}
          <input name="seed" type="number" min={0} max={2147483648} defaultValue={2021} required />
        </label>
        <div>
          <Button type="primary" htmlType="submit">
            {t("inventory.draw")}
          </Button>
        </div>
      </form>
      {error !== null && <Failed error={error} />}
      {job && ended !== job && <Progress key={job} id={job} onDone={() => setEnded(job)} />}
      {job && ended === job && <Result run={run} job={job} />}
    </Panel>
  );
}

function Result({ run, job }: { run: Run; job: string }) {
  const { t } = useTranslation();
  const style = useStyle(run.unit);
  const columns = useCategories(style);
  const path = `/analyses/${job}`;
  const found = useTable<Draws>(query(path, { limit: 1000 }));
  const amount = (value: number | null) => (value === null ? "–" : short(value / style.scale));
  return (
    <Answered of={found}>
      {(made) => (
        <>
          {made.reason ? <Partial>{made.reason}</Partial> : null}
          <p>
            {made.period && <strong>{made.period} · </strong>}
            {t(made.low_t === null ? "inventory.known_between" : "inventory.between", {
              low: amount(made.low_t ?? made.known.low_t), high: amount(made.high_t ?? made.known.high_t), mean: amount(made.mean_t ?? made.known.mean_t), unit: style.unit,
            })}
          </p>
          <DataTable<Row>
            name="approach-2" label={t("inventory.approach_2")} path={path} rows={made.rows} rowKey={(_, place) => String(place)} height={320}
            columns={[...columns.slice(0, 4), { key: "low", title: t("inventory.low"), kind: "share", width: 80 }, { key: "high", title: t("inventory.high"), kind: "share", width: 80 }]}
          />
        </>
      )}
    </Answered>
  ); // prettier-ignore
}

/** The inventory of the base year, kept in the address. */
function Base({ run }: { run: Run }) {
  const { t } = useTranslation();
  const [base, setBase] = useParam("base");
  const runs = useRuns();
  return (
    <RunChoice none label={t("inventory.base")} runs={runs.data?.rows.filter((one) => one.id !== run.id && one.unit === run.unit) ?? []} value={base} change={setBase} />
  );
}

function KeyCategories({ run, by }: Asked) {
  const { t } = useTranslation();
  const style = useStyle(run.unit);
  const [base] = useParam("base");
  const [approach, setApproach] = useParam("approach");
  const { year, titled } = useYear(run);
  const path = query(`/runs/${run.id}/key-categories`, { by, base, approach: approach || "1", period: year });
  const key = (name: string): Column<Row> => ({ key: name, title: t(`inventory.${name}`), width: 100, show: (row) => (row[name] ? <Mark kind="info">{t("inventory.key")}</Mark> : "") });
  const share = (name: string): Column<Row> => ({ key: name, title: t(`inventory.${name}`), kind: "number", width: 110, show: (row) => (typeof row[name] === "number" ? percent(row[name] * 100) : "–") });
  const columns: Column<Row>[] = [
    ...useCategories(style).slice(0, 3),
    share("level_share"), share("level_cumulative"), key("level_key"),
    ...(base ? [{ key: "base", title: t("inventory.before_amount", { unit: style.unit }), kind: "tonnes" as const, width: 150 }, share("trend_share"), key("trend_key")] : []),
    { key: "uncertainty", title: t("inventory.plus_minus"), width: 90, kind: "share", show: (row) => half(row.uncertainty) },
  ]; // prettier-ignore
  return (
    <Panel title={titled(t("inventory.key_categories"))}>
      <p className="quiet">{t("inventory.key_about")}</p>
      <div className="pick-bar">
        <label>
          {t("inventory.approach")}
          <select value={approach} onChange={(event) => setApproach(event.target.value)}>
            <option value="">{t("inventory.by_amount")}</option>
            <option value="2">{t("inventory.by_uncertainty")}</option>
          </select>
        </label>
        <Base run={run} />
      </div>
      <DataTable<Row> key={path} name="key" label={t("inventory.key_categories")} path={path} columns={columns} rowKey={(_, place) => String(place)} height={420} />
    </Panel>
  );
}

type Change = { period: string; base_period: string; change_percent: number | null; half_width_points: number | null; reason?: string; known_half_width_points: number | null; rows: Row[] };

/** What happened since the base year, with how sure that is. */
function Trend({ run }: { run: Run }) {
  const { t } = useTranslation();
  const style = useStyle(run.unit);
  const [base] = useParam("base");
  const { year, titled } = useYear(run);
  const path = query(`/runs/${run.id}/trend`, { base, period: year });
  const found = useTable<Change>(query(path, { limit: 1000 }), base !== "");
  const columns: Column<Row>[] = [
    ...useCategories(style).slice(0, 2).map((one) => (one.key === "category" ? { ...one, key: "item", title: t("dim.item"), show: undefined } : one)),
    { key: "base", title: t("inventory.before_amount", { unit: style.unit }), kind: "tonnes", width: 150 },
    { key: "current", title: t("inventory.after_amount", { unit: style.unit }), kind: "tonnes", width: 150 },
    { key: "by_factor", title: t("inventory.by_factor"), kind: "number", width: 130 },
    { key: "by_activity", title: t("inventory.by_activity"), kind: "number", width: 130 },
  ];
  return (
    <Panel title={titled(t("inventory.trend_sure"))}>
      <div className="pick-bar">
        <Base run={run} />
      </div>
      {base === "" ? (
        <p className="quiet">{t("inventory.base_first")}</p>
      ) : (
        <Answered of={found}>
          {(made) => (
            <>
              {made.reason ? <Partial>{made.reason}</Partial> : null}
              <p>
                <strong>
                  {made.change_percent === null ? "–" : `${made.change_percent > 0 ? "+" : "−"}${percent(Math.abs(made.change_percent))}`}
                  {made.half_width_points !== null && ` ± ${t("inventory.points", { points: short(made.half_width_points, 2) })}`}
                </strong>{" "}
                {made.base_period && `${made.base_period} → ${made.period} `}
                <span className="quiet">{t(certain(made) ? "inventory.trend_certain" : "inventory.trend_open")}</span>
              </p>
              <DataTable<Row> name="trend-lines" label={t("inventory.trend_sure")} path={path} rows={made.rows} columns={columns} rowKey={(_, place) => String(place)} height={320} />
            </>
          )}
        </Answered>
      )}
    </Panel>
  );
}

/** Whether the interval of the change leaves its direction in no doubt. */
const certain = (made: Change) => made.change_percent !== null && made.half_width_points !== null && Math.abs(made.change_percent) > made.half_width_points;
