import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useEffect, useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { searchNow } from "./address";
import { get, type Page, query } from "./api";
import { type Column, nextSort, toRight, type View, viewed, withFilter } from "./columns";
import { Export } from "./export";
import { Filter } from "./filter";
import { Amount, count, percent, Tonnes, UNKNOWN, when } from "./numbers";
import { Failed, Loading } from "./states";

export type { Column } from "./columns";

type Asked<R> = {
  /** Name in the address (order and filters live there) and of exported files. */
  name: string;
  /** What the table is, for those who cannot see it. */
  label: string;
  columns: Column<R>[];
  rowKey: (row: R, place: number) => string;
  /** A table of the API: pages are fetched as they come into sight. */
  path?: string;
  /** Rows that are already there; with `path` as well, that is what is exported. */
  rows?: R[];
  empty?: ReactNode;
  /** Above the table, at the left. */
  tools?: ReactNode;
  height?: number | string;
  rowHeight?: number;
  refresh?: number;
  /** Rows that are sums of others stand out. */
  strong?: (row: R) => boolean;
  /** What a click on a row does; the row is then a button for the keyboard too. */
  onRow?: (row: R) => void;
};

const PAGE = 200;

/** Sortable, filterable, virtualised; sticky head and first column; counts its rows; exports what is seen or everything. */
export function DataTable<R extends object>(asked: Asked<R>) {
  const { columns, path, rows: given, name, label, height = "calc(100vh - 300px)", rowHeight = 36 } = asked;
  const { t } = useTranslation();
  const [view, setView] = useView(name);
  const found = useInfiniteQuery({
    queryKey: ["table", path, view],
    enabled: path !== undefined && given === undefined,
    initialPageParam: 0,
    queryFn: ({ pageParam, signal }) => get<Page<R>>(query(path ?? "", { limit: PAGE, offset: pageParam, sort: view.sort, where: view.where }), signal),
    getNextPageParam: (last) => last.next ?? undefined,
    placeholderData: keepPreviousData,
    refetchInterval: asked.refresh ?? false,
  });
  const rows = useMemo(
    () => (given ? viewed(given, view) : (found.data?.pages.flatMap((page) => page.rows) ?? [])),
    [given, view, found.data],
  );
  const total = given ? rows.length : (found.data?.pages[0]?.total ?? 0);
  const box = useRef<HTMLDivElement>(null);
  const seen = useVirtualizer({ count: rows.length, getScrollElement: () => box.current, estimateSize: () => rowHeight, overscan: 12 });
  const lines = seen.getVirtualItems();
  const last = lines.at(-1)?.index ?? 0;
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = found;
  useEffect(() => {
    if (last >= rows.length - 40 && hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [last, rows.length, hasNextPage, isFetchingNextPage, fetchNextPage]);

  if (!given && found.isPending) return <Loading height={200} />;
  if (!given && found.isError) return <Failed error={found.error} again={() => void found.refetch()} />;
  if (total === 0 && view.where.length === 0 && asked.empty) return <>{asked.empty}</>;
  const before = lines[0]?.start ?? 0;
  const after = lines.length ? seen.getTotalSize() - (lines.at(-1)?.end ?? 0) : 0;
  return (
    <div className="data-table">
      <div className="row between tools">
        <div className="row">{asked.tools}</div>
        <div className="row">
          <span className="quiet" role="status">
            {t("table.rows", { count: total, shown: count(total) })}
          </span>
          {view.where.length > 0 && (
            <button type="button" className="plain-button" onClick={() => setView({ ...view, where: [] })}>
              {t("table.clear")}
            </button>
          )}
          <Export name={name} path={path} view={view} columns={columns} rows={given} seen={rows} />
        </div>
      </div>
      <div className="scroll" ref={box} style={{ maxHeight: height }} tabIndex={0} role="region" aria-label={label}>
        <table aria-rowcount={total + 1} aria-label={label} style={{ minWidth: columns.reduce((sum, one) => sum + (one.width ?? 120), 0) }}>
          <colgroup>
            {columns.map((one) => (
              <col key={one.key} style={{ width: one.width ?? 120 }} />
            ))}
          </colgroup>
          <thead>
            <tr aria-rowindex={1}>
              {columns.map((one) => (
                <Head key={one.key} column={one} view={view} change={setView} />
              ))}
            </tr>
          </thead>
          <tbody>
            {before > 0 && <tr aria-hidden="true" style={{ height: before }} />}
            {lines.map((line) => {
              const row = rows[line.index]!;
              const press = asked.onRow && (() => asked.onRow?.(row));
              return (
                <tr
                  key={asked.rowKey(row, line.index)}
                  data-index={line.index}
                  aria-rowindex={line.index + 2}
                  ref={seen.measureElement}
                  className={[press && "press", asked.strong?.(row) && "strong"].filter(Boolean).join(" ") || undefined}
                  tabIndex={press && 0}
                  onClick={press && ((event) => (event.target as Element).closest("a,button,input") === null && press())}
                  onKeyDown={press && ((event) => event.key === "Enter" && event.target === event.currentTarget && press())}
                >
                  {columns.map((one, place) => (
                    <Cell key={one.key} column={one} row={row} place={line.index} first={place === 0} />
                  ))}
                </tr>
              );
            })}
            {after > 0 && <tr aria-hidden="true" style={{ height: after }} />}
          </tbody>
        </table>
        {total === 0 && <p className="quiet center nothing">{t(view.where.length > 0 ? "table.nothing" : "table.no_rows")}</p>}
      </div>
    </div>
  );
}

function Cell<R extends object>({ column, row, place, first }: { column: Column<R>; row: R; place: number; first: boolean }) {
  const value = (row as Record<string, unknown>)[column.key];
  const drawn = column.show ? column.show(row, place) : written(value, column.kind);
  const side = toRight(column.kind) ? "right" : column.wrap ? "whole" : undefined;
  const title = typeof drawn === "string" && drawn !== UNKNOWN ? drawn : undefined;
  return first ? (
    <th scope="row" className={side} title={title}>
      {drawn}
    </th>
  ) : (
    <td className={side} title={title}>
      {drawn}
    </td>
  );
}

function Head<R>({ column, view, change }: { column: Column<R>; view: View; change: (view: View) => void }) {
  const { t } = useTranslation();
  const order = view.sort === column.key ? "ascending" : view.sort === `-${column.key}` ? "descending" : "none";
  const mark = { ascending: "▲", descending: "▼", none: "" }[order];
  return (
    <th scope="col" className={toRight(column.kind) ? "right" : undefined} aria-sort={column.sort === false ? undefined : order} title={column.hint}>
      <span className="head">
        {column.sort === false ? (
          column.title
        ) : (
          <button type="button" className="sort" onClick={() => change({ ...view, sort: nextSort(view.sort, column.key, column.kind) })} title={t("table.sort", { column: column.title })}>
            {column.title} <span aria-hidden="true">{mark}</span>
          </button>
        )}
        {column.filter && (
          <Filter
            column={column}
            where={view.where}
            change={(sign, value) => change({ ...view, where: withFilter(view.where, column.key, sign, value) })}
          />
        )}
      </span>
    </th>
  );
}

function written(value: unknown, kind: Column<object>["kind"]): ReactNode {
  if (kind === "flag") return value ? "✓" : UNKNOWN;
  if (kind === "time") return when(value as string);
  if (kind === "count") return count(value as number);
  if (kind === "number") return <Amount value={value as number} />;
  if (kind === "tonnes") return <Tonnes value={value as number} />;
  if (kind === "share") return percent(value as number);
  return value === null || value === undefined || value === "" ? UNKNOWN : String(value);
}

/** Order and filters of a table, kept in the address: `sort.runs=-total&where.runs=region=CN-51`. */
function useView(name: string): [View, (view: View) => void] {
  const [search, change] = useSearchParams();
  const sort = search.get(`sort.${name}`) ?? "";
  const where = JSON.stringify(search.getAll(`where.${name}`));
  const view = useMemo<View>(() => ({ sort, where: JSON.parse(where) as string[] }), [sort, where]);
  const set = (next: View) =>
    change(
      () => {
        const made = searchNow();
        made.delete(`sort.${name}`);
        made.delete(`where.${name}`);
        if (next.sort) made.set(`sort.${name}`, next.sort);
        next.where.forEach((one) => made.append(`where.${name}`, one));
        return made;
      },
      { replace: true },
    );
  return [view, set];
}
