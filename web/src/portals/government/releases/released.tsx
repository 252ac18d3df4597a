import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { usePick, useParam } from "../../../shared/address";
import { get, type Page, query } from "../../../shared/api";
import { useUnit } from "../../../shared/numbers";
import { Panel } from "../../../shared/page";
import { Answered, Empty } from "../../../shared/states";
import { type Column, DataTable } from "../../../shared/table";
import { gasOf, useRun, useTable, yearOf } from "../inventory/ask";
import { Differences } from "../inventory/differences";
import { Figure } from "../inventory/figure";
import { firstRows, nameOf } from "../inventory/look";
import type { Row, Seen } from "../inventory/types";
import type { Release, ReleaseRow } from "./types";

/** The released figures, each with its proof from the release alone, and what it says otherwise than the one before. */
export function Released({ of }: { of: Release }) {
  const { t } = useTranslation();
  const [standard] = usePick("standard");
  const run = useRun(of.run);
  const { unit } = useUnit(gasOf(of.unit));
  const lists = run.data?.category_lists ?? [];
  const [picked, pick] = useParam("rows");
  const by = picked || firstRows(standard, lists);
  const [period] = usePick("period");
  const year = run.data && by !== "period" ? yearOf(run.data, period) : "";
  const path = query(`/releases/${of.id}/table`, { by, cell: year ? [`period=${year}`] : [] });
  const found = useTable<Seen>(query(path, { limit: 5000 }), run.data !== undefined);
  const columns: Column<Row>[] = [
    { key: by, title: t(`dim.${by}`, { defaultValue: by }), width: 280, filter: true, show: (row) => nameOf(row, by, lists) || t("inventory.unstated") },
    { key: "emission", title: t("inventory.emission", { unit }), kind: "tonnes", width: 170, show: (row) => <Figure of={`releases/${of.id}`} cell={{ [by]: String(row[by] ?? ""), ...(year ? { period: year } : {}) }} value={row.emission as number | null} /> },
    { key: "share", title: t("inventory.share"), kind: "share", width: 100 },
  ]; // prettier-ignore
  return (
    <>
      <Panel title={year ? t("inventory.of_year", { title: t("releases.figures"), year }) : t("releases.figures")}>
        <div className="pick-bar">
          <label>
            {t("inventory.rows")}
            <select value={by} onChange={(event) => pick(event.target.value)}>
              {(run.data?.dimensions ?? [by]).filter((one) => one !== "unit").map((one) => (
                <option key={one} value={one}>
                  {t(`dim.${one}`, { defaultValue: one })}
                </option>
              ))}
            </select>
          </label>
        </div>
        <Answered of={found}>{(answer) => <DataTable<Row> name="released" label={t("releases.figures")} path={path} rows={answer.rows} columns={columns} rowKey={(_, place) => String(place)} height={420} />}</Answered>
      </Panel>
      <Restated of={of} />
    </>
  );
}

/** The restatement against an earlier release of the same name. */
function Restated({ of }: { of: Release }) {
  const { t } = useTranslation();
  const run = useRun(of.run);
  const [against, setAgainst] = useParam("against");
  const path = query("/releases", { where: [`name=${of.name}`, "state=released"], limit: 200 });
  const found = useQuery({ queryKey: ["same", path], queryFn: () => get<Page<ReleaseRow>>(path) });
  const earlier = found.data?.rows.filter((one) => one.number > 0 && one.number < of.number) ?? [];
  const old = earlier.find((one) => one.id === against) ?? earlier[0];
  return (
    <Panel title={t("releases.restated")}>
      {!old ? (
        <Empty title={t("releases.first")} hint={t("releases.first_hint")} />
      ) : (
        <>
          <label className="row">
            {t("releases.against")}
            <select value={old.id} onChange={(event) => setAgainst(event.target.value)}>
              {earlier.map((one) => (
                <option key={one.id} value={one.id}>
                  #{one.number}
                </option>
              ))}
            </select>
          </label>
          <Differences name="restated" label={t("releases.restated")} path={query(`/releases/${of.id}/diff`, { old: old.id })} unit={of.unit} dimensions={["entity", "period", "sector", "item", "gas"].filter((one) => run.data?.dimensions.includes(one))} height={360} />
        </>
      )}
    </Panel>
  ); // prettier-ignore
}
