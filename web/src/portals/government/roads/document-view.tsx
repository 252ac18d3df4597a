import { Button } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { save } from "../../../shared/api";
import { when } from "../../../shared/numbers";
import { Mark } from "../../../shared/page";
import { Notice, Partial } from "../../../shared/states";
import { type Column, DataTable } from "../../../shared/table";
import { exact, kindOf, range, titled, widthOf, wraps, written } from "./shown";
import type { Analysis, Cells, Figure, Sheet } from "./types";

/** One analysis: its sentence, what it warns of, its figures, charts and tables, and all of it as data. */
export function DocumentView({ of }: { of: Analysis }) {
  const { t } = useTranslation();
  const { headline, alarm, synthetic, warnings, figures, sheets, result } = of.document;
  const source = t("roads.source", { name: of.name, version: of.version, made: when(of.made_at) });
  return (
    <article className="document" aria-label={headline}>
      <div className="row between">
        <p className="headline-said">
          {alarm && <Mark kind="error">{t("roads.alarm")}</Mark>}
          {synthetic && <Mark kind="warning">{t("data.synthetic")}</Mark>}
          <strong>{headline}</strong>
        </p>
        <Button size="small" className="no-print" onClick={() => save(new Blob([JSON.stringify(result, null, 2)], { type: "application/json" }), `${of.kind}-${of.id.slice(0, 8)}.json`)}>
          {t("roads.json")}
        </Button>
      </div>
      <Warnings of={warnings} />
      {figures.length > 0 && <Figures of={figures} />}
      {sheets.map((one) => (
        <SheetView key={one.name} analysis={of.id} kind={of.kind} of={one} />
      ))}
      <p className="quiet note">{source}</p>
    </article>
  );
}

/** What is warned of: one sentence as it is, several as a list. */
export function Warnings({ of }: { of: string[] }) {
  if (of.length === 0) return null;
  const said: ReactNode = of.length === 1 ? of[0] : <ul className="warned">{of.map((one) => <li key={one}>{one}</li>)}</ul>; // prettier-ignore
  return <Partial>{said}</Partial>;
}

function Figures({ of }: { of: Figure[] }) {
  const { t } = useTranslation();
  return (
    <dl className="told-figures">
      {of.map((one) => (
        <div key={one.label}>
          <dt>{one.label}</dt>
          <dd>
            <strong title={exact(one.value, one.unit)}>{one.text || written(one.value, one.shown)}</strong>
            {one.unit && !(one.text && one.value === null) && <small> {one.unit}</small>}
            {(one.low !== null || one.high !== null) && (
              <small className="quiet" title={t("roads.interval_hint")}>
                {t("roads.interval", { range: range(one.low, one.high, one.shown) })}
              </small>
            )}
            {one.note && <small className="quiet">{one.note}</small>}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function SheetView({ analysis, kind, of: { name, title, columns, rows, note } }: { analysis: string; kind: string; of: Sheet }) {
  const { t } = useTranslation();
  const shown: Column<Cells>[] = columns.map((one) => ({
    key: one.key,
    title: titled(one),
    kind: kindOf(one.shown),
    width: widthOf(one, rows),
    wrap: wraps(one, rows),
    filter: one.shown === "text" && rows.length > 12,
    show: (row) => (typeof row[one.key] === "number" ? <span title={exact(row[one.key], one.unit)}>{written(row[one.key], one.shown)}</span> : written(row[one.key], one.shown)),
  }));
  return (
    <section className="sheet">
      <h3>{title}</h3>
      <DataTable<Cells>
        name={`${kind}-${name}`}
        label={title}
        path={`/road-analyses/${analysis}/sheets/${name}`}
        rows={rows}
        columns={shown}
        rowKey={(_, place) => String(place)}
        height={440}
        empty={<Notice kind="info">{t("roads.no_rows")}</Notice>}
      />
      {note && <p className="quiet note">{note}</p>}
    </section>
  );
}
