import { useState } from "react";
import { useTranslation } from "react-i18next";
import { query } from "../../../shared/api";
import { Drawer } from "../../../shared/drawer";
import { Link } from "../../../shared/link";
import { full, short, Tonnes, useUnit } from "../../../shared/numbers";
import { Answered, Empty, Notice } from "../../../shared/states";
import { type Column, DataTable } from "../../../shared/table";
import { gasOf, useTable } from "../inventory/ask";
import { sourceOf, useStyle } from "../inventory/chart-words";
import { Figure } from "../inventory/figure";
import { cellOf, nameOf } from "../inventory/look";
import { lines, waterfall } from "../inventory/options";
import { Plot } from "../inventory/plot";
import type { Row, Run, RunRow, Seen } from "../inventory/types";
import { Suppose } from "./suppose";
import { runOf, useCut } from "./shown";
import type { Alarm, Layer, Of } from "./types";

type Asked = { run: Run; of: Of; runs: RunRow[]; layer: Layer; year: string; alarms: Alarm[] };

/** What stands behind a place: its figure and parts with their proofs, its trend, its drivers, and what changes would do. */
export function PlaceDrawer(asked: Asked) {
  const { t } = useTranslation();
  return (
    <Drawer name="place" title={t("map.place")} width={760}>
      {(code) => <Place key={code} code={code} {...asked} />}
    </Drawer>
  );
}

function Place({ code, run, of, runs, layer, year, alarms }: Asked & { code: string }) {
  const { t } = useTranslation();
  const { unit } = useUnit(gasOf(run.unit));
  const style = useStyle(run.unit);
  const row = layer.rows.find((one) => one.region === code);
  const name = row ? nameOf(row, "region") : code;
  const alarm = alarms.find((one) => one.region === code);
  const cut = useCut(layer);
  const own = runOf(year, of.run, runs) ?? run;
  const known = layer.years.filter((one) => typeof row?.[one] === "number");
  const trend = layer.years.map((one) => ({ x: one, code, name, value: (row?.[one] ?? null) as number | null }));
  if (!row) return <Empty title={t("map.nothing_here")} hint={t("map.nothing_hint")} />;
  const value = row[year] as number | null;
  const columns: Column<Row>[] = [
    { key: "year", title: t("dim.period"), width: 100 },
    { key: "value", title: t("inventory.emission", { unit }), kind: "tonnes", width: 160 },
  ];
  return (
    <div className="proof">
      <div className="headline">
        <div>
          <span>
            {[name, year, cut].filter(Boolean).join(" · ")}
          </span>
          <span className="figure large" style={{ textDecoration: "none" }}>
            <Tonnes value={value} />
          </span>{" "}
          <small>{unit}</small>
          <p className="quiet">{full(value)} t</p>
        </div>
      </div>
      {alarm && (
        <Notice kind={alarm.errors ? "error" : "warning"} action={<Link to={`/gov/overview/alarms?area=${code}`}>{t("map.to_alarms")}</Link>}>
          {t("map.alarm", { count: alarm.alarms, name })}
        </Notice>
      )}
      <Parts own={own} cell={of.cell} code={code} year={year} />
      {known.length > 1 && (
        <Plot
          title={t("map.trend", { name })}
          option={lines(trend, "region", style)}
          columns={columns}
          rows={trend.map((one) => ({ year: one.x, value: one.value }))}
          source={sourceOf(run)}
          name={`trend-${code}`}
          height={240}
        />
      )}
      {known.length > 1 && <Drivers code={code} name={name} of={of} run={run} years={known} />}
      <Suppose code={code} of={of} year={year} unit={unit} />
    </div>
  );
}

/** What the figure is made of, each part with its proof. */
function Parts({ own, cell, code, year }: { own: RunRow | Run; cell: string[]; code: string; year: string }) {
  const { t } = useTranslation();
  const { unit } = useUnit(gasOf(own.unit));
  const path = query(`/runs/${own.id}/table`, { cell, by: ["region", "period", "sector"], where: [`region~${code}`, `period~${year}`] });
  const found = useTable<Seen>(query(path, { limit: 500 }));
  const columns: Column<Row>[] = [
    { key: "region_name", title: t("dim.region"), width: 120, show: (row) => nameOf(row, "region") },
    { key: "sector_name", title: t("dim.sector"), width: 150, show: (row) => nameOf(row, "sector") || t("inventory.unstated") },
    { key: "emission", title: t("inventory.emission", { unit }), kind: "tonnes", width: 130, show: (row) => <Figure of={`runs/${own.id}`} cell={{ ...cellOf(cell), region: String(row.region), period: String(row.period), ...(row.sector ? { sector: String(row.sector) } : {}) }} value={row.emission as number | null} /> },
  ];
  return (
    <section>
      <h3>{t("map.parts")}</h3>
      <Answered of={found}>{(answer) => <DataTable<Row> name="parts" label={t("map.parts")} path={path} rows={answer.rows} columns={columns} rowKey={(_, at) => String(at)} height={Math.min(260, 80 + answer.rows.length * 36)} />}</Answered>
    </section>
  );
}

type Traced = { rows: { driver: string; effect: number; percent: number }[]; before: number; after: number; residual: number };

/** Why the place's emissions changed: the waterfall of its drivers, which sum to the change. */
function Drivers({ code, name, of, run, years }: { code: string; name: string; of: Of; run: Run; years: string[] }) {
  const { t } = useTranslation();
  const style = useStyle(run.unit);
  const [start, setStart] = useState(years[0] ?? "");
  const [end, setEnd] = useState(years.at(-1) ?? "");
  const [scales, setScales] = useState<Record<string, string>>({});
  const whole = (one: string) => {
    const [before, after] = [scales[`${one} ${start}`], scales[`${one} ${end}`]];
    return before && after ? { [`${one}_start`]: before, [`${one}_end`]: after } : {};
  };
  const path = query("/maps/drivers", { ...of, region: code, start, end, ...whole("gdp"), ...whole("population") });
  const found = useTable<Traced>(path, start < end);
  const pick = (label: string, value: string, set: (value: string) => void, from: string[]) => (
    <label className="row">
      {label}
      <select value={value} onChange={(event) => set(event.target.value)}>
        {from.map((one) => (
          <option key={one}>{one}</option>
        ))}
      </select>
    </label>
  );
  const columns: Column<Row>[] = [
    { key: "driver", title: t("map.driver"), width: 180, show: (row) => t(`map.drivers.${String(row.driver)}`) },
    { key: "effect", title: `${t("map.effect")} (${style.unit})`, kind: "tonnes", width: 150 },
    { key: "percent", title: t("map.of_start"), kind: "share", width: 100 },
  ];
  return (
    <section>
      <h3>{t("map.why_changed")}</h3>
      <div className="row">
        {pick(t("map.from"), start, setStart, years.slice(0, -1))}
        {pick(t("map.to"), end, setEnd, years.filter((one) => one > start))}
      </div>
      <details className="scales">
        <summary>{t("map.scales")}</summary>
        <div className="pick-bar">
          {["gdp", "population"].flatMap((one) =>
            [start, end].map((when) => (
              <label key={`${one} ${when}`}>
                {t(`map.${one}`)} {when}
                <input type="number" min={0} step="any" defaultValue={scales[`${one} ${when}`]} onBlur={(event) => setScales({ ...scales, [`${one} ${when}`]: Number(event.target.value) > 0 ? event.target.value : "" })} />
              </label>
            )),
          )}
        </div>
      </details>
      <Answered of={found}>
        {({ rows, before, after }) => {
          const shown = rows.filter((row) => row.driver !== "rest" || row.effect !== 0);
          const steps = [{ name: start, value: before, whole: true }, ...shown.map((row) => ({ name: t(`map.drivers.${row.driver}`), value: row.effect })), { name: end, value: after, whole: true }];
          const change = { name, start, end, amount: short(Math.abs(after - before) / style.scale, 3), unit: style.unit };
          return (
            <Plot title={t(after >= before ? "map.rose" : "map.fell", change)} option={waterfall(steps, style, t("inventory.rises"), t("inventory.falls"))} columns={columns} rows={shown as unknown as Row[]} source={`${sourceOf(run)} · LMDI-I`} name={`drivers-${code}`} path={path} height={300} />
          );
        }}
      </Answered>
    </section>
  );
}
