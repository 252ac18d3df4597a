import { useTranslation } from "react-i18next";
import { query } from "../../../shared/api";
import { count, percent, useUnit } from "../../../shared/numbers";
import { Facts, Panel } from "../../../shared/page";
import { Answered } from "../../../shared/states";
import { type Column, DataTable } from "../../../shared/table";
import { usePick } from "../../../shared/address";
import { gasOf, useTable, useYear } from "./ask";
import { listOf } from "./look";
import { Grade } from "./seen";
import type { Row, Run } from "./types";

/** How far the figures can be trusted: grades and completeness. */
export default function Quality({ run }: { run: Run }) {
  const [standard] = usePick("standard");
  const by = listOf(standard, run.category_lists);
  return (
    <div className="grid">
      <div className="span-12">
        <Grades run={run} />
      </div>
      <div className="span-12">
        <Complete run={run} by={by} />
      </div>
    </div>
  );
}

function Grades({ run }: { run: Run }) {
  const { t } = useTranslation();
  const { year, titled } = useYear(run);
  const { unit } = useUnit(gasOf(run.unit));
  const path = query(`/runs/${run.id}/grades`, { period: year });
  const found = useTable<{ title: string; rows: Row[] }>(path);
  const columns: Column<Row>[] = [
    { key: "grade", title: t("inventory.grade"), width: 80, show: (row) => <Grade of={String(row.grade)} /> },
    { key: "meaning", title: t("inventory.meaning"), width: 220 },
    { key: "share", title: t("inventory.share"), kind: "share", width: 90 },
    { key: "emission", title: t("inventory.net", { unit }), kind: "tonnes", width: 150 },
  ];
  return (
    <Panel title={titled(t("inventory.grades"))}>
      <Answered of={found}>
        {(answer) => (
          <>
            <p>
              {t("inventory.whole_grade")} <Grade of={/grade (\w)/.exec(answer.title)?.[1]} />
            </p>
            <DataTable<Row> name="grades" label={t("inventory.grades")} path={path} rows={answer.rows} columns={columns} rowKey={(_, place) => String(place)} height={280} />
          </>
        )}
      </Answered>
    </Panel>
  );
}

function Complete({ run, by }: { run: Run; by: string }) {
  const { t } = useTranslation();
  const { year, titled } = useYear(run);
  const { unit } = useUnit();
  const path = query(`/runs/${run.id}/completeness`, { by, period: year });
  const found = useTable<{ sentence: string; total: number; unknown: number; covered_low_percent: number | null; covered_high_percent: number | null; rows: Row[] }>(path);
  const columns: Column<Row>[] = [
    { key: "missing", title: t("inventory.missing"), width: 240, show: (row) => [row.missing, row.name].filter(Boolean).join(" ") },
    { key: "kind", title: t("column.notation"), width: 120, show: (row) => t(`inventory.states.${String(row.kind)}`, { defaultValue: String(row.kind) }) },
    { key: "gas", title: t("dim.gas"), width: 90 },
    { key: "low", title: t("inventory.at_least", { unit }), kind: "tonnes", width: 110 },
    { key: "high", title: t("inventory.at_most", { unit }), kind: "tonnes", width: 110 },
    { key: "stands_on", title: t("inventory.reason"), width: 380 },
  ];
  return (
    <Panel title={titled(t("inventory.completeness"))}>
      <Answered of={found}>
        {(answer) => (
          <>
            <p>{answer.sentence}</p>
            <Facts
              of={[
                [t("inventory.gaps"), count(answer.total)],
                [t("inventory.gaps_unknown"), count(answer.unknown)],
                [t("inventory.covered"), answer.covered_low_percent === null ? "–" : `${percent(answer.covered_low_percent)} – ${percent(answer.covered_high_percent)}`],
              ]}
            />
            <DataTable<Row> name="missing" label={t("inventory.completeness")} path={path} rows={answer.rows} columns={columns} rowKey={(_, place) => String(place)} height={320} />
          </>
        )}
      </Answered>
    </Panel>
  );
}
