import { useTranslation } from "react-i18next";
import { useParam } from "../../../shared/address";
import { query } from "../../../shared/api";
import { Link } from "../../../shared/link";
import { count, Key, short, Tonnes, useUnit } from "../../../shared/numbers";
import { Mark, Panel } from "../../../shared/page";
import { Answered, Empty, Partial } from "../../../shared/states";
import { type Column, DataTable } from "../../../shared/table";
import { lang } from "../../../shared/words";
import { useTable, useYear } from "./ask";
import { Figure } from "./figure";
import type { Cell, Row, Run, Seen } from "./types";

const SIDES = { basic: "basic_t", basic_plus: "basic_plus_t", territorial: "territorial_t" } as const;
const TOGETHER = "*";
type Lines = { rows: Row[]; period: string; unplaced: number; unmatched: number; refused: number; refused_nameless: number; refused_keys: Record<string, number> };

/** Which categories are shown; what is asked of a row. */
export const CHOICES: Record<string, (row: Row) => boolean> = {
  all: () => true,
  known: (row) => row.emission !== null,
  keys: (row) => Boolean(row.notation),
  open: (row) => row.state === "unanswered" || row.state === "unmatched",
  refused: (row) => Number(row.refused) > 0,
};

/** The rows of a choice: categories that fit, each sector above its own, the totals last. */
export function chosen(rows: Row[], choice: string): Row[] {
  const fits = CHOICES[choice] ?? CHOICES.all!;
  const sector = (row: Row) => String(row.category).split(".")[0];
  const held = rows.filter((row) => row.line === "category" && fits(row));
  const there = new Set(held.map(sector));
  return rows.filter((row) => (row.line === "category" ? fits(row) : row.line === "sector" && there.has(sector(row))));
}

/** BASIC, BASIC+ and territorial side by side, with keys, reasons and what was refused. */
export default function Gpc({ run }: { run: Run }) {
  const { t } = useTranslation();
  const [entity, setEntity] = useParam("entity");
  const { year, titled } = useYear(run);
  const whom = useTable<Seen>(query(`/runs/${run.id}/table`, { by: "entity", cell: year ? [`period=${year}`] : [], sort: "entity", limit: 10_000 }));
  return (
    <Panel title={titled(t("gpc.title"))}>
      <p className="quiet">{t("gpc.about")}</p>
      <Answered of={whom}>
        {({ rows }) => {
          const names = rows.map((row) => String(row.entity ?? "")).filter(Boolean);
          const several = names.length > 1;
          const one = entity === TOGETHER || names.includes(entity) ? entity : "";
          return (
            <>
              {several && (
                <div className="pick-bar">
                  <label>
                    {t("gpc.entity")}
                    <select value={one} onChange={(event) => setEntity(event.target.value)}>
                      <option value="">–</option>
                      <option value={TOGETHER}>{t("gpc.together")}</option>
                      {names.map((name) => (
                        <option key={name}>{name}</option>
                      ))}
                    </select>
                  </label>
                </div>
              )}
              {several && !one ? <Empty title={t("gpc.choose")} hint={t("gpc.choose_hint")} /> : <Of run={run} entity={one} year={year} />}
            </>
          );
        }}
      </Answered>
    </Panel>
  );
}

function Of({ run, entity, year }: { run: Run; entity: string; year: string }) {
  const path = query(`/runs/${run.id}/gpc`, { entity, period: year });
  const found = useTable<Lines>(query(path, { limit: 1000 }));
  const cell: Cell = { ...(year ? { period: year } : {}), ...(entity && entity !== TOGETHER ? { entity } : {}) };
  return (
    <Answered of={found}>
      {(lines) => (
        <>
          <NotCounted lines={lines} run={run} />
          <Totals lines={lines} />
          <Categories lines={lines} run={run} path={path} cell={cell} />
        </>
      )}
    </Answered>
  );
}

function NotCounted({ lines, run }: { lines: Lines; run: Run }) {
  const { t } = useTranslation();
  const { unit, scale } = useUnit("CO2e");
  const keys = Object.entries(lines.refused_keys).map(([key, times]) => `${key} × ${count(times)}`);
  return (
    <>
      {(lines.refused > 0 || lines.unmatched > 0) && (
        <Partial>
          {t("gpc.left", { refused: count(lines.refused), unmatched: count(lines.unmatched) })} {keys.length > 0 && t("gpc.keys", { keys: keys.join(lang() === "zh" ? "、" : ", ") })}{" "}
          {lines.refused_nameless > 0 && t("gpc.nameless", { nameless: count(lines.refused_nameless) })}{" "}
          {lines.refused > 0 && <Link to={`/gov/data/${run.dataset}/refused`}>{t("gpc.see_refused")}</Link>}
        </Partial>
      )}
      {lines.unplaced !== 0 && <Partial>{t("gpc.outside", { amount: short(lines.unplaced / scale), unit })}</Partial>}
    </>
  );
}

/** Every total with what it holds; the three that stand side by side below are large. */
function Totals({ lines }: { lines: Lines }) {
  const { t } = useTranslation();
  const { unit } = useUnit("CO2e");
  const main = Object.values<string>(SIDES);
  const totals = lines.rows.filter((row) => row.line === "total");
  const order = [...totals.filter((row) => main.includes(String(row.category))), ...totals.filter((row) => !main.includes(String(row.category)))];
  return (
    <dl className="gpc-totals" aria-label={t("gpc.totals")}>
      {order.map((row) => (
        <div key={String(row.category)} className={main.includes(String(row.category)) ? "large" : undefined}>
          <dt>{row.name}</dt>
          <dd>
            <strong>
              <Tonnes value={row.emission as number | null} />
            </strong>{" "}
            <small>{unit}</small>
            <p className="quiet">{row.reason}</p>
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Categories({ lines, run, path, cell }: { lines: Lines; run: Run; path: string; cell: Cell }) {
  const { t } = useTranslation();
  const { unit } = useUnit("CO2e");
  const [only, setOnly] = useParam("only");
  const total = (name: string) => lines.rows.find((row) => row.category === name)?.emission ?? null;
  const side = (key: keyof typeof SIDES): Column<Row> => ({
    key, title: t(`gpc.${key}`), kind: "tonnes", width: 105, sort: false,
    show: (row) =>
      row.line === "category" && row[key] === null ? (row.emission === null ? "–" : <span className="quiet" title={t("gpc.not_part")} aria-label={t("gpc.not_part")}>·</span>)
        : row.line === "category" ? <Figure of={`runs/${run.id}`} cell={{ gpc: String(row.category), ...cell }} value={row[key] as number | null} />
          : <Tonnes value={row[key] as number | null} />,
  }); // prettier-ignore
  const columns: Column<Row>[] = [
    { key: "category", title: t("gpc.category"), width: 370, sort: false, show: (row) => (row.line === "category" ? `${row.category} ${row.subsector_name}${row.name === row.subsector_name ? "" : ` · ${row.name}`}` : [row.category, row.name].filter(Boolean).join(" ")) },
    { key: "scope", title: t("dim.scope"), width: 64, sort: false, show: (row) => row.scope ?? "" },
    side("basic"), side("basic_plus"), side("territorial"),
    { key: "state", title: t("gpc.state"), width: 120, sort: false, show: (row) => (row.line === "category" ? <State row={row} /> : "") },
    { key: "refused", title: t("gpc.refused"), hint: t("gpc.refused_hint"), kind: "count", width: 90, sort: false, show: (row) => (row.refused ? <Mark kind="warning">{String(row.refused)}</Mark> : "") },
    { key: "reason", title: t("inventory.reason"), width: 280, sort: false, show: (row) => (row.line === "category" ? String(row.reason ?? "") : "") },
  ]; // prettier-ignore
  const rows = chosen(lines.rows, only);
  const whole = Object.fromEntries(Object.entries(SIDES).map(([key, name]) => [key, total(name)]));
  const foot: Row = { line: "total", category: "", name: t("gpc.total"), ...whole };
  return (
    <DataTable<Row>
      name="gpc" label={t("gpc.title")} path={path} rows={only && only !== "all" ? rows : [...rows, foot]} columns={columns} rowKey={(row) => `${row.line}${row.category}`} strong={(row) => row.line !== "category"}
      height="max(420px, calc(100vh - 260px))"
      tools={
        <>
        <label>
          {t("gpc.only")}{" "}
          <select value={only || "all"} onChange={(event) => setOnly(event.target.value === "all" ? "" : event.target.value)}>
            {Object.keys(CHOICES).map((one) => (
              <option key={one} value={one}>
                {t(`gpc.choices.${one}`)}
              </option>
            ))}
          </select>
        </label>
        <span className="quiet">{unit}</span>
        </>
      }
    />
  ); // prettier-ignore
}

function State({ row }: { row: Row }) {
  const { t } = useTranslation();
  const state = String(row.state);
  if (row.notation) return <Key code={String(row.notation)} />;
  return <Mark kind={state === "estimated" ? "good" : "warning"}>{t(`inventory.states.${state}`, { defaultValue: state })}</Mark>;
}
