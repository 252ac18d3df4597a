import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useParam } from "../../../shared/address";
import { post, query } from "../../../shared/api";
import { Progress } from "../../../shared/job";
import { short } from "../../../shared/numbers";
import { Panel } from "../../../shared/page";
import { Answered, Failed, Partial } from "../../../shared/states";
import { type Column, DataTable } from "../../../shared/table";
import { useRuns, useTable, useYear } from "./ask";
import { RunChoice } from "./run-choice";
import { sourceOf, useStyle } from "./chart-words";
import { waterfall, type WaterStep } from "./options";
import { Plot } from "./plot";
import type { Row, Run } from "./types";

/** One activity in the views of several standards: what another view leaves out and adds, and why two methods differ. */
export default function Standards({ run }: { run: Run }) {
  return (
    <>
      <Bridge run={run} />
      <Reconciled run={run} />
    </>
  );
}

function Bridge({ run }: { run: Run }) {
  const { t } = useTranslation();
  const style = useStyle(run.unit);
  const [view, setView] = useParam("to");
  const [base, setBase] = useParam("scope2");
  const chosen = run.category_lists.includes(view) ? view : run.category_lists.includes("scopes") ? "scopes" : (run.category_lists[0] ?? "scopes");
  const { year, titled } = useYear(run);
  const name = (one: string) => t(`dim.${one}`, { defaultValue: one });
  const path = query(`/runs/${run.id}/bridge`, { view: chosen, base, period: year });
  const found = useTable<{ rows: Row[] }>(query(path, { limit: 1000 }));
  const whole = (row: Row) => row.step === "method_total" || row.step === "view_total";
  const word = (row: Row) => (row.step === "method_total" ? t("inventory.method_total", { id: run.method }) : row.step === "view_total" ? t("inventory.view_total", { view: name(chosen) }) : String(row.name));
  const columns: Column<Row>[] = [
    { key: "step", title: t("inventory.step"), width: 130, show: (row) => t(`inventory.steps.${String(row.step)}`) },
    { key: "name", title: t("dim.rule"), width: 320, show: word },
    { key: "code", title: t("column.code"), width: 110 },
    { key: "emission", title: t("inventory.emission", { unit: style.unit }), kind: "tonnes", width: 170 },
  ];
  return (
    <Panel title={titled(t("inventory.bridge"))}>
      <p className="quiet">{t("inventory.bridge_about")}</p>
      <div className="pick-bar">
        <label>
          {t("inventory.to_view")}
          <select value={chosen} onChange={(event) => setView(event.target.value)}>
            {run.category_lists.map((one) => (
              <option key={one} value={one}>
                {name(one)}
              </option>
            ))}
          </select>
        </label>
        <label>
          {t("inventory.scope2")}
          <select value={base} onChange={(event) => setBase(event.target.value)}>
            <option value="">{t("inventory.location")}</option>
            <option value="market">{t("inventory.market")}</option>
          </select>
        </label>
      </div>
      <Answered of={found}>
        {({ rows }) => {
          const drawn: WaterStep[] = rows.map((row) => ({ name: word(row), value: Number(row.emission), whole: whole(row) }));
          const moved = (drawn.at(-1)?.value ?? 0) - (drawn[0]?.value ?? 0);
          const title = moved === 0 ? t("inventory.bridge_same", { view: name(chosen) }) : t(moved > 0 ? "inventory.bridge_more" : "inventory.bridge_less", { view: name(chosen), amount: short(Math.abs(moved) / style.scale), unit: style.unit });
          return (
            <>
              <Plot title={title} option={waterfall(drawn, style, t("inventory.rises"), t("inventory.falls"))} columns={columns} rows={rows} source={sourceOf(run)} name="bridge" path={path} height={400} />
              <DataTable<Row> name="bridge-steps" label={t("inventory.bridge")} path={path} rows={rows} columns={columns} rowKey={(_, place) => String(place)} height={320} />
            </>
          );
        }}
      </Answered>
    </Panel>
  ); // prettier-ignore
}

const CAUSES = ["boundary", "unmatched", "activity", "factor", "method", "gwp"] as const;
type Found = { period: string; a: string; b: string; total_a: number; total_b: number; causes: Record<string, number>; incomplete: string[]; rows: Row[] };

/** The same activity by another method, as a job; its id stands in the address. */
function Reconciled({ run }: { run: Run }) {
  const { t } = useTranslation();
  const [job, setJob] = useParam("reconciled");
  const [other, setOther] = useState("");
  const [ended, setEnded] = useState("");
  const [error, setError] = useState<unknown>(null);
  const { year } = useYear(run);
  const runs = useRuns();
  const same = runs.data?.rows.filter((one) => one.id !== run.id && one.dataset === run.dataset) ?? [];
  async function begin() {
    setError(null);
    try {
      setJob((await post<{ job: string }>("/analyses", { kind: "reconciliation", run: run.id, other, period: year })).job);
    } catch (cause) {
      setError(cause);
    }
  }
  return (
    <Panel title={t("inventory.reconcile")}>
      <p className="quiet">{t("inventory.reconcile_about")}</p>
      {same.length === 0 ? (
        <p>{t("inventory.no_other_method")}</p>
      ) : (
        <div className="pick-bar">
          <RunChoice label={t("inventory.other_method")} runs={same} value={other} change={setOther} />
          <Button type="primary" disabled={!other} onClick={() => void begin()}>
            {t("inventory.set_against")}
          </Button>
        </div>
      )}
      {error !== null && <Failed error={error} />}
      {job && ended !== job && <Progress key={job} id={job} onDone={() => setEnded(job)} />}
      {job && ended === job && <Lines run={run} job={job} />}
    </Panel>
  );
}

function Lines({ run, job }: { run: Run; job: string }) {
  const { t } = useTranslation();
  const style = useStyle(run.unit);
  const path = `/analyses/${job}`;
  const found = useTable<Found>(query(path, { limit: 5000 }));
  const side = (mark: string) => (row: Row) => [row[`category_${mark}`], row[`name_${mark}`]].filter(Boolean).join(" ") || t(`inventory.stands.${String(row[`stands_${mark}`])}`);
  return (
    <Answered of={found}>
      {(made) => {
        const drawn: WaterStep[] = [
          { name: made.a, value: made.total_a, whole: true },
          ...CAUSES.map((cause) => ({ name: t(`inventory.cause.${cause}`), value: made.causes[cause] ?? 0 })).filter((one) => one.value !== 0),
          { name: made.b, value: made.total_b, whole: true },
        ];
        const columns: Column<Row>[] = [
          { key: "category_a", title: made.a, width: 210, show: side("a") },
          { key: "category_b", title: made.b, width: 210, show: side("b") },
          { key: "amount_a", title: t("inventory.before_amount", { unit: style.unit }), kind: "tonnes", width: 130 },
          { key: "amount_b", title: t("inventory.after_amount", { unit: style.unit }), kind: "tonnes", width: 130 },
          { key: "difference", title: t("inventory.difference", { unit: style.unit }), kind: "tonnes", width: 130 },
          { key: "reason", title: t("inventory.reason"), width: 380, wrap: true },
        ];
        const moved = made.total_b - made.total_a;
        const title = t("inventory.reconciled_title", { a: made.a, b: made.b, amount: `${moved >= 0 ? "+" : "−"}${short(Math.abs(moved) / style.scale)}`, unit: style.unit });
        return (
          <>
            {made.incomplete.map((one) => (
              <Partial key={one}>{one}</Partial>
            ))}
            <Plot title={made.period ? t("inventory.of_year", { title, year: made.period }) : title} option={waterfall(drawn, style, t("inventory.rises"), t("inventory.falls"))}
              columns={columns} rows={made.rows} source={sourceOf(run)} name="reconciled" path={path} height={400} />
            <DataTable<Row> name="reconciled-lines" label={t("inventory.reconcile")} path={path} rows={made.rows} columns={columns} rowKey={(_, place) => String(place)} height={420} />
          </>
        );
      }}
    </Answered>
  ); // prettier-ignore
}
