import { useTranslation } from "react-i18next";
import { query } from "../../../shared/api";
import { Key, percent, short, useUnit } from "../../../shared/numbers";
import { Mark } from "../../../shared/page";
import { Answered } from "../../../shared/states";
import { type Column, DataTable } from "../../../shared/table";
import { gasOf, useTable } from "./ask";
import { Figure } from "./figure";
import { cellTexts, type Look, nameOf, type useLook } from "./look";
import type { Cell, Pivot, Row, Run, Seen as Answer } from "./types";

type Asked = { run: Run; look: Look; change: ReturnType<typeof useLook>[1] };
const MOST = 10_000;

/** The table: rows by one or two dimensions with their share, ±, keys and grade; or rows by columns. */
export function Seen({ run, look, change }: Asked) {
  return look.columns && !look.rows.includes(look.columns) ? <Spread run={run} look={look} change={change} /> : <Plain run={run} look={look} change={change} />;
}

/** A click on a name narrows the table to it, one dimension further down. */
function Narrow({ row, dimension, run, look, change }: { row: Row; dimension: string } & Asked) {
  const { t } = useTranslation();
  const code = String(row[dimension] ?? "");
  const name = nameOf(row, dimension, run.category_lists);
  if (!code) return <span className="quiet">{t("inventory.unstated")}</span>;
  const next = ["sector", "item", "gas", "entity", "rule"].find((one) => run.dimensions.includes(one) && !look.rows.includes(one) && !look.cell[one] && one !== look.columns);
  return (
    <button type="button" className="plain-button" title={t("inventory.narrow", { name })} onClick={() => change({ cell: { ...look.cell, [dimension]: code }, rows: next ? [next] : look.rows })}>
      {name}
    </button>
  );
}

function cellOfRow(row: Row, look: Look): Cell {
  return { ...look.cell, ...Object.fromEntries(look.rows.map((one) => [one, String(row[one] ?? "")])) };
}

function Plain({ run, look, change }: Asked) {
  const { t } = useTranslation();
  const { unit } = useUnit(gasOf(run.unit));
  const list = look.rows.some((one) => run.category_lists.includes(one));
  const asked = { by: look.rows, cell: cellTexts(look.cell), gwp: look.gwp, memo: look.memo };
  const path = query(`/runs/${run.id}/table`, { ...asked, uncertainty: run.rows <= 20_000 && !look.memo, notation: list && !look.memo });
  const found = useTable<Answer>(query(path, { limit: MOST }));
  const { period = "", ...narrower } = look.cell;
  const graded = look.memo || Object.keys(narrower).length > 0 ? "" : query(`/runs/${run.id}/grades`, { by: look.rows, period, limit: MOST });
  const grades = useTable<{ rows: Row[] }>(graded, graded !== "");
  const key = (row: Row) => JSON.stringify(look.rows.map((one) => row[one] ?? ""));
  const gradeOf = new Map(grades.data?.rows.map((row) => [key(row), String(row.grade ?? "")]));
  const columns: Column<Row>[] = [
    ...look.rows.map((one): Column<Row> => ({
      key: one, title: t(`dim.${one}`, { defaultValue: one }), width: 240, filter: true,
      show: (row) => <Narrow row={row} dimension={one} run={run} look={look} change={change} />,
    })),
    { key: "emission", title: t("inventory.emission", { unit }), kind: "tonnes", width: 170, show: (row) =>
      row.notation ? <Key code={String(row.notation)} /> : <Figure of={`runs/${run.id}`} cell={cellOfRow(row, look)} gwp={look.gwp} value={row.emission as number | null} /> },
    { key: "share", title: t("inventory.share"), kind: "share", width: 110, show: (row) => <Share value={row.share as number | null} /> },
    ...(look.memo ? [] : [{ key: "uncertainty", title: t("inventory.plus_minus"), hint: t("inventory.plus_minus_hint"), kind: "share", width: 90,
      show: (row: Row) => (typeof row.uncertainty === "number" ? `±${short(row.uncertainty, 2)}` : "–") } satisfies Column<Row>]),
    ...(graded ? [{ key: "grade", title: t("inventory.grade"), hint: t("inventory.grade_hint"), width: 80, sort: false,
      show: (row: Row) => <Grade of={gradeOf.get(key(row))} /> } satisfies Column<Row>] : []),
    { key: "unmatched", title: t("inventory.unmatched"), hint: t("inventory.unmatched_hint"), kind: "count", width: 100,
      show: (row) => (row.unmatched ? <Mark kind="warning">{String(row.unmatched)}</Mark> : row.unmatched === 0 ? "0" : "–") },
    ...(list ? [{ key: "reason", title: t("inventory.reason"), width: 260, show: (row: Row) => row.reason || "" } satisfies Column<Row>] : []),
  ]; // prettier-ignore
  return (
    <Answered of={found}>
      {(answer) => (
        <DataTable<Row>
          name="seen" label={t("inventory.tab.explore")} path={path} rows={answer.rows} columns={columns}
          rowKey={(row, place) => `${key(row)}${place}`} height="max(360px, calc(100vh - 460px))"
        />
      )}
    </Answered>
  ); // prettier-ignore
}

/** A share with a bar behind it. */
function Share({ value }: { value: number | null }) {
  return (
    <span style={{ background: `linear-gradient(to left, var(--soft) ${Math.max(0, Math.min(100, value ?? 0))}%, transparent 0)`, display: "block" }}>{percent(value)}</span>
  );
}

/** A quality grade: D and E rest on what nobody checked. */
export function Grade({ of }: { of: string | undefined }) {
  if (!of) return <>–</>;
  return <Mark kind={of === "D" || of === "E" ? "warning" : of === "A" ? "good" : "plain"}>{of}</Mark>;
}

function Spread({ run, look, change }: Asked) {
  const { t } = useTranslation();
  const { unit } = useUnit(gasOf(run.unit));
  const path = query(`/runs/${run.id}/pivot`, { rows: look.rows, columns: look.columns, cell: cellTexts(look.cell), gwp: look.gwp, memo: look.memo });
  const found = useTable<Pivot>(query(path, { limit: MOST }));
  const head = (code: string, name: string) => (run.category_lists.includes(look.columns) && name !== code ? `${code} ${name}` : name || code) || t("inventory.unstated");
  const columnsOf = (answer: Pivot): Column<Row>[] => [
    ...look.rows.map((one): Column<Row> => ({
      key: one, title: t(`dim.${one}`, { defaultValue: one }), width: 220, filter: true,
      show: (row) => <Narrow row={row} dimension={one} run={run} look={look} change={change} />,
    })),
    { key: "total", title: t("inventory.sum"), kind: "tonnes", width: 120, show: (row) => <Figure of={`runs/${run.id}`} cell={cellOfRow(row, look)} gwp={look.gwp} value={row.total as number | null} /> },
    ...answer.columns.map((one): Column<Row> => ({
      key: one.code, title: head(one.code, one.name), kind: "tonnes", width: 130,
      show: (row) => <Figure of={`runs/${run.id}`} cell={{ ...cellOfRow(row, look), [look.columns]: one.code }} gwp={look.gwp} value={row[one.code] as number | null} />,
    })),
  ]; // prettier-ignore
  return (
    <Answered of={found}>
      {(answer) => (
        <DataTable<Row>
          name="spread" label={t("inventory.tab.explore")} path={path} rows={answer.rows} columns={columnsOf(answer)} tools={<span className="quiet">{unit}</span>}
          rowKey={(row, place) => `${look.rows.map((one) => row[one]).join()}${place}`} height="max(360px, calc(100vh - 460px))"
        />
      )}
    </Answered>
  ); // prettier-ignore
}
