import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { get, type Page } from "../../../shared/api";
import { Named, PlaceName } from "../../../shared/names";
import { Amount, UNKNOWN } from "../../../shared/numbers";
import { Answered, Empty } from "../../../shared/states";
import { type Column, DataTable } from "../../../shared/table";

type Row = Record<string, unknown>;
const FIRST = ["entity", "period", "region", "sector", "item", "activity", "amount", "unit"];
/** Columns whose cells are codes of a list. */
export const LISTS: Record<string, string> = { item: "items", sector: "sectors", gas: "gases", equipment: "equipment" };
const HIDDEN = ["__file", "__sheet", "__row", "__code", "__column", "__reason"];

/** `Sheet1 · 12` in `a.xlsx`: where a row stood. */
export function place(row: Row): string {
  return [row.__sheet ?? row.sheet, row.__row ?? row.row].filter((part) => part !== "" && part !== null && part !== undefined).join(" · ");
}

/** Columns as they come, the important ones first; those that are empty in the first rows are left out. */
function useColumns(path: string) {
  const { t } = useTranslation();
  const found = useQuery({ queryKey: ["head", path], queryFn: () => get<Page<Row>>(`${path}?limit=200`) });
  const rows = found.data?.rows ?? [];
  const filled = (name: string) => rows.some((row) => row[name] !== null && row[name] !== undefined && row[name] !== "");
  const names = Object.keys(rows[0] ?? {}).filter((name) => !HIDDEN.includes(name) && filled(name));
  const order = [...FIRST.filter((name) => names.includes(name)), ...names.filter((name) => !FIRST.includes(name))];
  const columns: Column<Row>[] = order.map((key) => ({
    key,
    title: t(`column.${key}`, { defaultValue: key }),
    kind: typeof rows.find((row) => row[key] !== null)?.[key] === "number" ? "number" : "text",
    width: key === "source" || key === "note" ? 240 : 120,
    filter: true,
    ...(key in LISTS || key === "region" ? { show: (row: Row) => <Coded column={key} value={row[key]} /> } : {}),
  }));
  return { found, columns };
}

/** A cell of a column of codes, by its name. */
export function Coded({ column, value }: { column: string; value: unknown }) {
  return column === "region" ? <PlaceName region={String(value ?? "")} /> : <Named list={LISTS[column] ?? ""} code={value} />;
}

/** Good rows, each with its place in the file. */
export function Rows({ id }: { id: string }) {
  const { t } = useTranslation();
  const path = `/datasets/${id}/rows`;
  const { found, columns } = useColumns(path);
  const where: Column<Row>[] = [
    { key: "__row", title: t("data.where"), width: 110, show: (row) => <span title={String(row.__file ?? "")}>{place(row)}</span> },
  ];
  return (
    <Answered of={found}>
      {() => <DataTable<Row> name="rows" label={t("data.rows")} path={path} columns={[...where, ...columns]} rowKey={(_, at) => String(at)} empty={<Empty title={t("data.no_rows")} hint={t("data.no_rows_hint")} />} />}
    </Answered>
  );
}

/** Refused rows: where, why, and the cells as they were written, the offending one marked. */
export function Refused({ id }: { id: string }) {
  const { t } = useTranslation();
  const path = `/datasets/${id}/refused`;
  const { found, columns } = useColumns(path);
  const where: Column<Row>[] = [
    { key: "__row", title: t("data.where"), width: 100, show: (row) => <span title={String(row.__file ?? "")}>{place(row)}</span> },
    { key: "__column", title: t("column.column"), width: 90, filter: true, show: (row) => (row.__column ? t(`column.${String(row.__column)}`, { defaultValue: String(row.__column) }) : UNKNOWN) },
    { key: "__reason", title: t("data.reason"), width: 420, sort: false, wrap: true },
  ];
  const marked = columns.map((one) => ({
    ...one,
    kind: "text" as const,
    show: (row: Row) => {
      const value = row[one.key];
      const shown = typeof value === "number" ? <Amount value={value} /> : value === null || value === undefined || value === "" ? UNKNOWN : String(value);
      return row.__column === one.key ? <span className="bad">{shown}</span> : shown;
    },
  }));
  return (
    <Answered of={found}>
      {() => <DataTable<Row> name="refused" label={t("data.refused")} path={path} columns={[...where, ...marked]} rowKey={(_, at) => String(at)} empty={<Empty title={t("data.no_refused")} hint={t("data.no_refused_hint")} />} />}
    </Answered>
  );
}
