import { useTranslation } from "react-i18next";
import { query } from "../../../shared/api";
import { count, percent, short } from "../../../shared/numbers";
import { Facts, Mark, Panel } from "../../../shared/page";
import { Answered, Partial } from "../../../shared/states";
import { type Column, DataTable } from "../../../shared/table";
import { usePick } from "../../../shared/address";
import { useTable } from "./ask";
import { sourceOf, useStyle } from "./charts";
import { listOf } from "./look";
import { bars } from "./options";
import { Plot } from "./plot";
import { Grade } from "./seen";
import type { Row, Run } from "./types";

type Whole = { relative_percent: number | null; half_width_t: number | null; reason?: string; known_share_percent: number; contributions: { variable: string; half_width_t: number }[] };

/** How far the figures can be trusted: grades, uncertainty and what brings it, key categories, completeness. */
export default function Quality({ run }: { run: Run }) {
  const [standard] = usePick("standard");
  const by = listOf(standard, run.category_lists);
  return (
    <div className="grid">
      <div className="span-6">
        <Grades run={run} />
      </div>
      <div className="span-6">
        <Uncertain run={run} by={by} />
      </div>
      <div className="span-12">
        <KeyCategories run={run} by={by} />
      </div>
      <div className="span-12">
        <Complete run={run} by={by} />
      </div>
    </div>
  );
}

function Grades({ run }: { run: Run }) {
  const { t } = useTranslation();
  const found = useTable<{ title: string; rows: Row[] }>(`/runs/${run.id}/grades`);
  const columns: Column<Row>[] = [
    { key: "grade", title: t("inventory.grade"), width: 80, show: (row) => <Grade of={String(row.grade)} /> },
    { key: "meaning", title: t("inventory.meaning"), width: 220 },
    { key: "share", title: t("inventory.share"), kind: "share", width: 90 },
    { key: "emission", title: t("inventory.net_t"), kind: "number", width: 130 },
  ];
  return (
    <Panel title={t("inventory.grades")}>
      <Answered of={found}>
        {(answer) => (
          <>
            <p>
              {t("inventory.whole_grade")} <Grade of={/grade (\w)/.exec(answer.title)?.[1]} />
            </p>
            <DataTable<Row> name="grades" label={t("inventory.grades")} path={`/runs/${run.id}/grades`} rows={answer.rows} columns={columns} rowKey={(_, place) => String(place)} height={280} />
          </>
        )}
      </Answered>
    </Panel>
  );
}

function Uncertain({ run, by }: { run: Run; by: string }) {
  const { t } = useTranslation();
  const style = useStyle(run.unit);
  const path = query(`/runs/${run.id}/uncertainty`, { by });
  const found = useTable<{ whole: Whole; rows: Row[] }>(query(path, { limit: 1000 }));
  return (
    <Panel title={t("inventory.uncertainty")}>
      <Answered of={found}>
        {({ whole }) => (
          <>
            {whole.relative_percent === null ? (
              <Partial>{whole.reason || t("inventory.unknown_because", { share: percent(whole.known_share_percent) })}</Partial>
            ) : (
              <p>
                <strong>±{percent(whole.relative_percent)}</strong> <span className="quiet">{t("inventory.interval")}</span>
              </p>
            )}
            {whole.contributions.length > 0 && (
              <Plot
                title={t("inventory.brings")}
                option={bars(whole.contributions.slice(0, 8).map((one) => ({ code: one.variable, name: one.variable.replace(/^(factor|amount):/, ""), value: one.half_width_t })), "", style)}
                columns={[{ key: "variable", title: t("inventory.variable"), width: 260 }, { key: "half_width_t", title: `± (${style.unit})`, kind: "tonnes", width: 140 }]}
                rows={whole.contributions as unknown as Row[]} source={sourceOf(run)} name="contributions" height={270}
              />
            )}
          </>
        )}
      </Answered>
    </Panel>
  ); // prettier-ignore
}

function KeyCategories({ run, by }: { run: Run; by: string }) {
  const { t } = useTranslation();
  const path = query(`/runs/${run.id}/key-categories`, { by });
  const style = useStyle(run.unit);
  const columns: Column<Row>[] = [
    { key: "category", title: t("dim.category"), width: 250, show: (row) => [row.category, row.name].filter(Boolean).join(" ") || style.unstated },
    { key: "gas", title: t("dim.gas"), width: 120 },
    { key: "emission", title: t("inventory.emission", { unit: style.unit }), kind: "tonnes", width: 160 },
    { key: "level_share", title: t("inventory.share"), kind: "number", width: 110, show: (row) => percent(Number(row.level_share) * 100) },
    { key: "level_cumulative", title: t("inventory.cumulative"), kind: "number", width: 110, show: (row) => percent(Number(row.level_cumulative) * 100) },
    { key: "level_key", title: t("inventory.key"), width: 90, show: (row) => (row.level_key ? <Mark kind="info">{t("inventory.key")}</Mark> : "") },
    { key: "uncertainty", title: t("inventory.plus_minus"), width: 90, show: (row) => (typeof row.uncertainty === "number" ? `±${short(row.uncertainty, 2)}` : "–") },
  ];
  return (
    <Panel title={t("inventory.key_categories")}>
      <p className="quiet">{t("inventory.key_about")}</p>
      <DataTable<Row> name="key" label={t("inventory.key_categories")} path={path} columns={columns} rowKey={(_, place) => String(place)} height={420} />
    </Panel>
  );
}

function Complete({ run, by }: { run: Run; by: string }) {
  const { t } = useTranslation();
  const path = query(`/runs/${run.id}/completeness`, { by });
  const found = useTable<{ sentence: string; total: number; unknown: number; covered_low_percent: number | null; covered_high_percent: number | null; rows: Row[] }>(path);
  const columns: Column<Row>[] = [
    { key: "missing", title: t("inventory.missing"), width: 240, show: (row) => [row.missing, row.name].filter(Boolean).join(" ") },
    { key: "kind", title: t("column.notation"), width: 100 },
    { key: "gas", title: t("dim.gas"), width: 90 },
    { key: "low", title: t("inventory.at_least"), kind: "number", width: 110 },
    { key: "high", title: t("inventory.at_most"), kind: "number", width: 110 },
    { key: "stands_on", title: t("inventory.reason"), width: 380 },
  ];
  return (
    <Panel title={t("inventory.completeness")}>
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
