import { useTranslation } from "react-i18next";
import { usePick } from "../../../shared/address";
import { Panel } from "../../../shared/page";
import { Empty, Partial } from "../../../shared/states";
import { lastYear } from "./ask";
import { Charts } from "./charts";
import { cellTexts, firstRows, listOf, type Look, useLook, VIEWS } from "./look";
import { Seen } from "./seen";
import type { Run } from "./types";

/** Any dimension by any: what stands in rows and columns, which part, and how it is drawn. */
export default function Explore({ run }: { run: Run }) {
  const { t } = useTranslation();
  const [standard] = usePick("standard");
  const [period] = usePick("period");
  const [look, change] = useLook(firstRows(standard, run.category_lists));
  const missing = standard !== "" && !listOf(standard, run.category_lists);
  const one = /^\d{4}$/.test(period);
  const outside = period !== "" && (period.slice(0, 4) > run.last_day.slice(0, 4) || period.slice(-4) < run.first_day.slice(0, 4));
  const yearly = run.first_day.length === 4 && run.last_day.length === 4;
  const last = look.view === "trend" || look.view === "change" || [...look.rows, look.columns, ...Object.keys(look.cell)].includes("period") ? "" : lastYear(run);
  const year = look.view === "change" ? "" : one && yearly ? period : last;
  const cell = year && !look.cell.period ? { ...look.cell, period: year } : look.cell;
  return (
    <Panel>
      <Pickers run={run} look={look} change={change} />
      {missing && <Partial>{t("inventory.no_list", { standard: t(`standard.${standard}`) })}</Partial>}
      {period !== "" && !outside && !(one && yearly) && <Partial>{t("inventory.all_periods")}</Partial>}
      {!one && last !== "" && <p className="quiet">{t("inventory.several_years", { year: last })}</p>}
      {outside ? (
        <Empty title={t("inventory.outside", { period })} hint={t("inventory.outside_hint")} />
      ) : look.view === "table" ? (
        <Seen run={run} look={{ ...look, cell }} change={change} />
      ) : (
        <Charts run={run} look={{ ...look, cell }} change={change} />
      )}
    </Panel>
  );
}

type Asked = { run: Run; look: Look; change: (part: Partial_) => void };
type Partial_ = Parameters<ReturnType<typeof useLook>[1]>[0];

function Pickers({ run, look, change }: Asked) {
  const { t } = useTranslation();
  const plain = run.dimensions.filter((one) => !run.category_lists.includes(one) && one !== "unit");
  const [first = "", second = ""] = look.rows;
  const choices = (without: string[]) => (
    <>
      <optgroup label={t("inventory.dimensions")}>{plain.filter((one) => !without.includes(one)).map(option)}</optgroup>
      <optgroup label={t("inventory.lists")}>{run.category_lists.filter((one) => !without.includes(one)).map(option)}</optgroup>
    </>
  );
  const option = (one: string) => (
    <option key={one} value={one}>
      {t(`dim.${one}`, { defaultValue: one })}
    </option>
  );
  const free = look.view === "table" || look.view === "stacked";
  return (
    <>
      <div className="pick-bar">
        <label>
          {t("inventory.rows")}
          <select value={first} onChange={(event) => change({ rows: [event.target.value, second].filter((one, place) => one && (place === 0 || one !== event.target.value)) })}>
            {choices([])}
          </select>
        </label>
        {(free || look.view === "treemap" || look.view === "sankey") && look.view !== "stacked" && (
          <label>
            {t("inventory.then")}
            <select value={second} onChange={(event) => change({ rows: [first, event.target.value].filter(Boolean) })}>
              <option value="">–</option>
              {choices([first, look.columns])}
            </select>
          </label>
        )}
        {(free || look.view === "sankey") && (
          <label>
            {t("inventory.columns")}
            <select value={look.columns} onChange={(event) => change({ columns: event.target.value })}>
              <option value="">–</option>
              {choices(look.rows)}
            </select>
          </label>
        )}
        {run.gwp_sets.length > 0 && (
          <label>
            GWP
            <select value={look.gwp} onChange={(event) => change({ gwp: event.target.value })}>
              <option value="">{run.gwp}</option>
              {run.gwp_sets.filter((one) => one !== run.gwp).map((one) => (
                <option key={one}>{one}</option>
              ))}
            </select>
          </label>
        )}
        <label>
          {t("inventory.view")}
          <select value={look.view} onChange={(event) => change({ view: event.target.value as Look["view"] })}>
            {VIEWS.map((one) => (
              <option key={one} value={one}>
                {t(`inventory.views.${one}`)}
              </option>
            ))}
          </select>
        </label>
        {look.view === "table" && (
          <label>
            {t("inventory.memo")}
            <select value={look.memo ? "1" : ""} onChange={(event) => change({ memo: event.target.value === "1" })}>
              <option value="">{t("inventory.in_total")}</option>
              <option value="1">{t("inventory.memo_items")}</option>
            </select>
          </label>
        )}
      </div>
      {Object.keys(look.cell).length > 0 && (
        <div className="row">
          <span className="quiet">{t("inventory.only")}</span>
          {cellTexts(look.cell).map((text) => {
            const name = text.slice(0, text.indexOf("="));
            return (
              <span key={text} className="chip">
                {t(`dim.${name}`, { defaultValue: name })}: {look.cell[name]}
                <button type="button" aria-label={t("inventory.drop", { name: text })} onClick={() => change({ cell: Object.fromEntries(Object.entries(look.cell).filter(([key]) => key !== name)) })}>
                  ×
                </button>
              </span>
            );
          })}
        </div>
      )}
    </>
  );
}
