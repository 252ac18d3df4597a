import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useParam } from "../../../shared/address";
import { get, type Page, query } from "../../../shared/api";
import { Link } from "../../../shared/link";
import { Amount, UNKNOWN } from "../../../shared/numbers";
import { Mark } from "../../../shared/page";
import { Answered, Empty } from "../../../shared/states";
import { type Column, DataTable } from "../../../shared/table";
import { Coded, LISTS } from "./rows";
import type { Dataset } from "./types";

type Row = Record<string, unknown>;
const KIND: Record<string, "good" | "warning" | "info"> = { added: "good", removed: "warning", changed: "info" };

/** The versions of a data set, newest first. */
export const useVersions = (id: string) => useQuery({ queryKey: ["versions", id], queryFn: () => get<Page<Dataset & { made_by: string }>>(`/datasets/${id}/versions?limit=500`) });

/** Versions of the same name, and what changed between this one and another. */
export function Versions({ id }: { id: string }) {
  const { t } = useTranslation();
  const [other, set] = useParam("with");
  const found = useVersions(id);
  const columns: Column<Dataset & { made_by: string }>[] = [
    { key: "number", title: t("data.version"), width: 90, show: (row) => (row.id === id ? <strong>v{row.number}</strong> : <Link to={`/gov/data/${row.id}/versions`}>v{row.number}</Link>) },
    { key: "rows_good", title: t("data.good"), kind: "count" },
    { key: "rows_refused", title: t("data.refused"), kind: "count" },
    { key: "made_by", title: t("data.by"), width: 140 },
    { key: "made_at", title: t("data.made"), kind: "time", width: 150 },
  ];
  return (
    <Answered of={found}>
      {(page) => {
        const here = page.rows.find((one) => one.id === id);
        const before = page.rows.filter((one) => one.id !== id);
        const chosen = before.find((one) => one.id === other) ?? before.find((one) => one.number < (here?.number ?? 0)) ?? before[0];
        return (
          <div className="stack">
            <DataTable name="versions" label={t("data.versions")} rows={page.rows} path={`/datasets/${id}/versions`} columns={columns} rowKey={(row) => row.id} height={220} />
            {chosen ? (
              <>
                <label className="row">
                  <h2>{t("data.against")}</h2>
                  <select value={chosen.id} onChange={(event) => set(event.target.value)}>
                    {before.map((one) => (
                      <option key={one.id} value={one.id}>
                        v{one.number}
                      </option>
                    ))}
                  </select>
                </label>
                <Difference path={query(`/datasets/${id}/diff`, { with: chosen.id })} />
              </>
            ) : (
              <Empty title={t("data.first_version")} hint={t("data.name_about")} />
            )}
          </div>
        );
      }}
    </Answered>
  );
}

function Difference({ path }: { path: string }) {
  const { t } = useTranslation();
  const found = useQuery({ queryKey: ["head", path], queryFn: () => get<Page<Row>>(query(path, { limit: 50 })) });
  const rows = found.data?.rows ?? [];
  const filled = (name: string) => rows.some((row) => row[name] !== null && row[name] !== undefined && row[name] !== "");
  const names = Object.keys(rows[0] ?? {}).filter((name) => !name.startsWith("__") && filled(name));
  const title = (key: string) => {
    const [, name = key, side] = /^(.*?)_(new|old)$/.exec(key) ?? [];
    return [t(`column.${name}`, { defaultValue: name }), side && t(`data.side_${side}`)].filter(Boolean).join(" ");
  };
  const columns: Column<Row>[] = names.map((key) => ({
    key,
    title: title(key),
    kind: /amount/.test(key) ? "number" : "text",
    width: 130,
    filter: key === "change" ? Object.keys(KIND).map((value) => ({ value, label: t(`data.${value}`) })) : true,
    show: (row) => {
      const value = row[key];
      if (key === "change") return <Mark kind={KIND[String(value)]}>{t(`data.${String(value)}`, { defaultValue: String(value) })}</Mark>;
      if (key in LISTS || key === "region") return <Coded column={key} value={value} />;
      if (typeof value === "number") return <Amount value={value} />;
      return value === null || value === undefined || value === "" ? UNKNOWN : String(value);
    },
  }));
  return <Answered of={found}>{() => <DataTable<Row> name="diff" label={t("data.against")} path={path} columns={columns} rowKey={(_, at) => String(at)} height={420} empty={<Empty title={t("data.same")} />} />}</Answered>;
}
