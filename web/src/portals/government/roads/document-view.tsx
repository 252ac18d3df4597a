import { Button } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { save } from "../../../shared/api";
import { type Picked, usePicked } from "../../../shared/measure";
import { when } from "../../../shared/numbers";
import { Mark } from "../../../shared/page";
import { Picture, type PictureData } from "../../../shared/picture";
import { Partial } from "../../../shared/states";
import { type Column, DataTable } from "../../../shared/table";
import { exact, kindOf, measured, mostOf, range, titled, whole, widthOf, wraps, written } from "./shown";
import type { Analysis, Cells, Figure, Sheet, SheetColumn } from "./types";

/** How wide a table may be to stand beside another. */
const NARROW = 500;

/** One analysis: its sentence, what it warns of, its figures, charts and tables, and all of it as data. */
export function DocumentView({ of }: { of: Analysis }) {
  const { t } = useTranslation();
  const { headline, alarm, synthetic, warnings, figures, charts, sheets, result } = of.document;
  const source = useSource(of);
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
      <div className="charts">
        {charts.map((one, place) => (
          <Picture key={place} data={one as unknown as PictureData} source={source} name={`${of.kind}-${place + 1}`} />
        ))}
      </div>
      <div className="sheets">
        {sheets.map((one) => (
          <SheetView key={one.name} analysis={of.id} kind={of.kind} of={one} />
        ))}
      </div>
      {charts.length === 0 && (
        <p className="quiet note">
          {t("chart.source")}
          {source}
        </p>
      )}
    </article>
  );
}

/** Which version of which road an analysis is of, and when it was made. */
export function useSource(of: Analysis | undefined): string {
  const { t } = useTranslation();
  return of ? t("roads.source", { name: of.name, version: of.version, made: when(of.made_at) }) : "";
}

/** What is warned of: one sentence as it is, several as a list. */
export function Warnings({ of }: { of: string[] }) {
  if (of.length === 0) return null;
  const said: ReactNode = of.length === 1 ? of[0] : <ul className="warned">{of.map((one, at) => <li key={at}>{one}</li>)}</ul>; // prettier-ignore
  return <Partial>{said}</Partial>;
}

function Figures({ of }: { of: Figure[] }) {
  const { t } = useTranslation();
  const picked = usePicked();
  return (
    <dl className="told-figures">
      {of.map((one, at) => {
        const { scale, unit } = measured(one.unit, one.shown, picked, Math.max(...[one.value, one.low, one.high].map((value) => Math.abs(value ?? 0))));
        return (
          <div key={at}>
            <dt>{one.label}</dt>
            <dd>
              <strong title={exact(one.value, one.unit)}>{one.text || written(one.value, one.shown, scale)}</strong>
              {unit && !(one.text && one.value === null) && <small> {unit}</small>}
              {(one.low !== null || one.high !== null) && (
                <small className="quiet" title={t("roads.interval_hint")}>
                  {t("roads.interval", { range: range(one.low, one.high, one.shown, scale) })}
                </small>
              )}
              {one.note && <small className="quiet">{one.note}</small>}
            </dd>
          </div>
        );
      })}
    </dl>
  );
}

function SheetView({ analysis, kind, of: { name, title, columns, rows, note } }: { analysis: string; kind: string; of: Sheet }) {
  const { t } = useTranslation();
  const picked = usePicked();
  const shown = columns.map((one) => columnOf(one, rows, picked, mostOf(one.unit, columns, rows)));
  const wide = shown.reduce((sum, one) => sum + (one.width ?? 0), 0) > NARROW;
  return (
    <section className={wide ? "sheet whole" : "sheet"}>
      <DataTable<Cells>
        name={`${kind}-${name}`}
        label={title}
        tools={<h3>{title}</h3>}
        path={`/road-analyses/${analysis}/sheets/${name}`}
        rows={rows}
        columns={shown}
        rowKey={(_, place) => String(place)}
        height={440}
        empty={
          <>
            <h3>{title}</h3>
            <p className="quiet">{t("roads.no_rows")}</p>
          </>
        }
      />
      {note && <p className="quiet note">{note}</p>}
    </section>
  );
}

/** A column as the table shows it: unit in the head, all digits in the tooltip, as wide as what it holds. */
function columnOf(one: SheetColumn, rows: Cells[], picked: Picked, most: number): Column<Cells> {
  const { scale, unit } = measured(one.unit, one.shown, picked, most);
  const plain = whole(one, rows);
  const text = (row: Cells) => written(row[one.key], one.shown, scale, plain);
  const title = titled(one.title, unit);
  const filter = one.shown === "text" && rows.length > 12;
  const width = widthOf(title, rows.map(text), filter);
  return {
    key: one.key, title, hint: title, kind: kindOf(one.shown), width, wrap: wraps(one.shown, width), filter,
    show: (row) => (typeof row[one.key] === "number" ? <span title={exact(row[one.key], one.unit)}>{text(row)}</span> : text(row)),
  }; // prettier-ignore
}
