import { useTranslation } from "react-i18next";
import { useParam } from "../../../shared/address";
import { query } from "../../../shared/api";
import { percent, short, signOf } from "../../../shared/numbers";
import { Page, Panel } from "../../../shared/page";
import { Answered, Empty, Partial } from "../../../shared/states";
import { type Column, DataTable } from "../../../shared/table";
import { lastYear, useRun, useRuns, useTable, yearsOf } from "./ask";
import { sourceOf, useStyle } from "./chart-words";
import { Differences, OnlyChanged, useChanged } from "./differences";
import { Figure } from "./figure";
import { nameOf } from "./look";
import { steps, type WaterStep, waterfall } from "./options";
import { Plot } from "./plot";
import { ProofDrawer } from "./proof";
import { RunChoice } from "./run-choice";
import type { Cell, Row, Run, Seen } from "./types";

const CAUSE = "cause";

/** Two inventories, or two years of one: what rises and falls between them, by cause or by any dimension. */
export default function Compare() {
  const { t } = useTranslation();
  const runs = useRuns();
  const [old, setOld] = useParam("old");
  const [now, setNow] = useParam("new");
  const [before, setBefore] = useParam("old_year");
  const [after, setAfter] = useParam("new_year");
  const [first, last] = [useRun(old), useRun(now)];
  const choice = (word: string, value: string, set: (value: string) => void) => <RunChoice label={word} runs={runs.data?.rows ?? []} value={value} change={set} />;
  return (
    <Page title={t("inventory.compare")} about={t("inventory.compare_about")} crumbs={[{ word: t("section.inventory"), to: "/gov/inventory" }, { word: t("inventory.compare") }]}>
      <Panel>
        <Answered of={runs}>
          {() => (
            <div className="pick-bar">
              {choice(t("inventory.old"), old, setOld)}
              {first.data && <Year run={first.data} value={before || lastYear(first.data)} change={setBefore} />}
              {choice(t("inventory.newer"), now, setNow)}
              {last.data && <Year run={last.data} value={after || lastYear(last.data)} change={setAfter} />}
            </div>
          )}
        </Answered>
        {old && now ? (
          <Answered of={first}>
            {(one) => <Answered of={last}>{(two) => <Between old={one} now={two} before={before || lastYear(one)} after={after || lastYear(two)} />}</Answered>}
          </Answered>
        ) : (
          <Empty title={t("inventory.choose")} hint={t("inventory.choose_hint")} />
        )}
      </Panel>
      <ProofDrawer />
    </Page>
  );
}

/** A year of an inventory that holds several. */
function Year({ run, value, change }: { run: Run; value: string; change: (value: string) => void }) {
  const { t } = useTranslation();
  const several = run.first_day !== run.last_day;
  const found = useTable<Seen>(query(`/runs/${run.id}/table`, { by: "period", sort: "period", limit: 200 }), several);
  if (!several) return null;
  return (
    <label>
      {t("dim.period")}
      <select value={value} onChange={(event) => change(event.target.value)}>
        {found.data?.rows.map((row) => (
          <option key={String(row.period)}>{row.period}</option>
        ))}
      </select>
    </label>
  );
}

type Sides = { old: Run; now: Run; before: string; after: string };

function Between(sides: Sides) {
  const { t } = useTranslation();
  const { old, now, before, after } = sides;
  const causes = old.id !== now.id && yearsOf(old) !== "" && (before || yearsOf(old)) === (after || yearsOf(now));
  const shared = old.dimensions.filter((one) => now.dimensions.includes(one) && !["period", "unit", "rule", "source"].includes(one));
  const [by, setBy] = useParam("by");
  const chosen = by === CAUSE && causes ? CAUSE : shared.includes(by) ? by : causes ? CAUSE : shared.includes("sector") ? "sector" : "item";
  if (old.id === now.id && before === after) return <Empty title={t("inventory.choose")} hint={t("inventory.choose_hint")} />;
  return (
    <>
      <div className="pick-bar">
        <label>
          {t("inventory.by")}
          <select value={chosen} onChange={(event) => setBy(event.target.value)}>
            {causes && <option value={CAUSE}>{t("inventory.by_cause")}</option>}
            {shared.map((one) => (
              <option key={one} value={one}>
                {t(`dim.${one}`, { defaultValue: one })}
              </option>
            ))}
          </select>
        </label>
      </div>
      {old.unit !== now.unit && <Partial>{t("inventory.units_differ", { old: old.unit, new: now.unit })}</Partial>}
      {chosen === CAUSE ? <Causes {...sides} /> : <Parts {...sides} by={chosen} />}
    </>
  );
}

const label = (run: Run, year: string, other: Run) => [run.id === other.id && year ? "" : run.name, year].filter(Boolean).join(" ");

function useTitle({ old, now, before, after }: Sides) {
  const { t } = useTranslation();
  const style = useStyle(now.unit);
  return (first: number, last: number) => {
    const moved = last - first;
    const share = first > 0 ? ` (${signOf(moved)}${percent(Math.abs(moved / first) * 100)})` : "";
    return `${label(old, before, now) || t("inventory.old")} → ${label(now, after, old) || t("inventory.newer")}: ${signOf(moved)}${short(Math.abs(moved) / style.scale)} ${style.unit}${share}`;
  };
}

/** By cause: activity, factors, method, GWP. */
function Causes(sides: Sides) {
  const { t } = useTranslation();
  const { old, now, before, after } = sides;
  const style = useStyle(now.unit);
  const title = useTitle(sides);
  const path = query("/comparisons/waterfall", { old: old.id, new: now.id, period: before || after });
  const found = useTable<{ rows: Row[] }>(query(path, { limit: 1000 }));
  const cells = query("/comparisons", { old: old.id, new: now.id, period: before || after });
  const columns: Column<Row>[] = [
    { key: "name", title: t("inventory.by_cause"), width: 240 },
    { key: "emission", title: t("inventory.emission", { unit: style.unit }), kind: "tonnes", width: 180 },
  ];
  return (
    <Answered of={found}>
      {({ rows }) => {
        const drawn: WaterStep[] = rows.map((row) => {
          const whole = row.step === "old" || row.step === "new";
          return { name: whole ? (row.step === "old" ? old.name : now.name) : String(row.name), value: Number(row.emission), whole };
        });
        return (
          <>
            <Plot title={title(drawn[0]?.value ?? 0, drawn.at(-1)?.value ?? 0)} option={waterfall(drawn, style, t("inventory.rises"), t("inventory.falls"))} columns={columns} rows={rows}
              source={`${sourceOf(old)} → ${sourceOf(now)}`} name="waterfall" path={path} height={420} />
            <h2>{t("inventory.cells")}</h2>
            <Differences name="cells" label={t("inventory.cells")} path={cells} unit={now.unit} dimensions={["entity", "period", "sector", "item", "gas"].filter((one) => old.dimensions.includes(one) && now.dimensions.includes(one))} />
          </>
        );
      }}
    </Answered>
  ); // prettier-ignore
}

/** By a dimension: what each value of it adds to the change. */
function Parts(sides: Sides & { by: string }) {
  const { t } = useTranslation();
  const { old, now, before, after, by } = sides;
  const [only, setOnly] = useChanged();
  const style = useStyle(now.unit);
  const title = useTitle(sides);
  const path = (run: Run, year: string) => query(`/runs/${run.id}/table`, { by, cell: year ? `period=${year}` : "" });
  const [one, two] = [useTable<Seen>(query(path(old, before), { limit: 5000 })), useTable<Seen>(query(path(now, after), { limit: 5000 }))];
  const cell = (row: Row, year: string): Cell => ({ [by]: String(row[by] ?? ""), ...(year ? { period: year } : {}) });
  return (
    <Answered of={one}>
      {(earlier) => (
        <Answered of={two}>
          {(later) => {
            const rows = joined(earlier.rows, later.rows, by);
            const sum = (list: Row[]) => list.reduce((all, row) => all + Number(row.emission ?? 0), 0);
            const [first, last] = [sum(earlier.rows), sum(later.rows)];
            const name = (row: Row) => nameOf(row, by, now.category_lists) || style.unstated;
            const names = { before: label(old, before, now) || t("inventory.old"), after: label(now, after, old) || t("inventory.newer"), rest: style.rest };
            const drawn = steps(first, last, rows.map((row) => ({ name: name(row), value: Number(row.difference) })), names); // prettier-ignore
            const columns: Column<Row>[] = [
              { key: by, title: t(`dim.${by}`, { defaultValue: by }), width: 240, show: name },
              { key: "old", title: t("inventory.before_amount", { unit: style.unit }), kind: "tonnes", width: 150, show: (row) => <Figure of={`runs/${old.id}`} cell={cell(row, before)} value={row.old as number | null} /> },
              { key: "new", title: t("inventory.after_amount", { unit: style.unit }), kind: "tonnes", width: 150, show: (row) => <Figure of={`runs/${now.id}`} cell={cell(row, after)} value={row.new as number | null} /> },
              { key: "difference", title: t("inventory.difference", { unit: style.unit }), kind: "tonnes", width: 150 },
            ]; // prettier-ignore
            return (
              <>
                <Plot title={title(first, last)} option={waterfall(drawn, style, t("inventory.rises"), t("inventory.falls"))} columns={columns} rows={rows} source={`${sourceOf(old)} → ${sourceOf(now)}`} name="waterfall" height={440} />
                <DataTable<Row> name="parts" label={t("inventory.compare")} rows={only ? rows.filter((row) => row.difference !== 0) : rows} tools={<OnlyChanged only={only} change={setOnly} />} columns={columns} rowKey={(row) => String(row[by])} height={420} />
              </>
            );
          }}
        </Answered>
      )}
    </Answered>
  );
}

/** Two tables side by side; what one of them has not is unknown there, and counts as nothing in the difference. */
export function joined(earlier: Row[], later: Row[], by: string): Row[] {
  const made = new Map<string, Row>();
  for (const row of earlier) made.set(String(row[by] ?? ""), { [by]: row[by] ?? "", [`${by}_name`]: row[`${by}_name`] ?? "", old: row.emission ?? null, new: null });
  for (const row of later) {
    const key = String(row[by] ?? "");
    made.set(key, { old: null, ...made.get(key), [by]: row[by] ?? "", [`${by}_name`]: row[`${by}_name`] ?? "", new: row.emission ?? null });
  }
  const rows = [...made.values()].map((row): Row => ({ ...row, difference: Number(row.new ?? 0) - Number(row.old ?? 0) }));
  return rows.sort((a, b) => Math.abs(Number(b.difference)) - Math.abs(Number(a.difference)));
}
