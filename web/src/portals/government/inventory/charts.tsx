import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { usePick } from "../../../shared/address";
import { query } from "../../../shared/api";
import type { Column } from "../../../shared/columns";
import { percent } from "../../../shared/numbers";
import { within } from "../../../shared/pickers";
import { Answered, Empty } from "../../../shared/states";
import { useRuns, useTable } from "./ask";
import { RunChoices } from "./run-choice";
import Change from "./change";
import { useProofAddress } from "./figure";
import { cellTexts, type Look, nameOf, proofKey, type useLook } from "./look";
import { useBreaks } from "./breaks";
import { sourceOf, sumsTold, trendTitle, useStyle } from "./chart-words";
import { bars, largest, lines, points, stacked } from "./options";
import { Plot } from "./plot";
import { sankey } from "./sankey";
import { treemap } from "./treemap";
import type { Branch, Cell, Flow, Row, Run, Seen } from "./types";

type Asked = { run: Run; look: Look; change: ReturnType<typeof useLook>[1] };

export function Charts({ run, look, change }: Asked) {
  const draw = { bars: Bars, stacked: Stacked, trend: Trend, sankey: Sankey, treemap: Treemap, change: Change, table: Bars }[look.view];
  const Draw = draw;
  return <Draw run={run} look={look} change={change} />;
}

function useOpen(run: Run, look: Look): (cell: Cell) => void {
  const go = useNavigate();
  const address = useProofAddress();
  return (cell) => {
    const whole = { ...look.cell, ...cell };
    if (Object.values(whole).every(Boolean)) void go(address(proofKey(`runs/${run.id}`, whole, look.gwp)));
  };
}

const heads = (t: (key: string) => string, dimensions: string[], unit: string): Column<Row>[] => [
  ...dimensions.map((one): Column<Row> => ({ key: one, title: t(`dim.${one}`), width: 200, show: (row) => nameOf(row, one) || "–" })),
  { key: "emission", title: `${t("inventory.amount")} (${unit})`, kind: "tonnes" as const, width: 160 },
];

function Bars({ run, look }: Asked) {
  const { t } = useTranslation();
  const style = useStyle(run.unit);
  const open = useOpen(run, look);
  const [first = ""] = look.rows;
  const path = query(`/runs/${run.id}/table`, { by: [first], cell: cellTexts(look.cell), gwp: look.gwp, uncertainty: run.rows <= 20_000 });
  const found = useTable<Seen>(query(path, { limit: 500 }));
  return (
    <Answered of={found}>
      {(answer) => {
        const rows = answer.rows.filter((row) => row.emission !== null).slice(0, 30);
        const name = (row: Row) => nameOf(row, first, run.category_lists) || style.unstated;
        const list = rows.map((row) => ({ code: String(row[first] ?? ""), name: name(row), value: row.emission as number, plusMinus: row.uncertainty as number | null }));
        const top = rows[0];
        const title = top ? t("inventory.leads", { name: name(top), share: percent(top.share as number) }) : t(`dim.${first}`);
        return (
          <Plot title={title} option={bars(list, first, style)} columns={heads(t, [first], style.unit)} rows={answer.rows} source={sourceOf(run)} name={`bars-${first}`} path={path}
            height={Math.max(240, list.length * 32 + 70)} onPick={({ data }) => open({ [first]: String((data as { code?: string }).code ?? "") })} />
        );
      }}
    </Answered>
  ); // prettier-ignore
}

function Stacked({ run, look }: Asked) {
  const { t } = useTranslation();
  const style = useStyle(run.unit);
  const open = useOpen(run, look);
  const [first = ""] = look.rows;
  const across = look.columns && look.columns !== first ? look.columns : first === "gas" ? "item" : "gas";
  const path = query(`/runs/${run.id}/table`, { by: [first, across], cell: cellTexts(look.cell), gwp: look.gwp });
  const found = useTable<Seen>(query(path, { limit: 5000 }));
  return (
    <Answered of={found}>
      {(answer) => {
        const rows = answer.rows.filter((row) => row.emission !== null);
        const name = (row: Row, one: string) => nameOf(row, one, run.category_lists) || style.unstated;
        const list = largest(points(rows, (row) => name(row, first), across, (row) => name(row, across)), 8, style.rest);
        const codes = new Map(rows.map((row) => [name(row, first), String(row[first] ?? "")]));
        const bars = new Set(list.map((one) => one.x)).size;
        return (
          <Plot title={t("inventory.stack_title", { rows: t(`dim.${first}`), columns: t(`dim.${across}`) })} option={stacked(list, across, style)} columns={heads(t, [first, across], style.unit)}
            rows={answer.rows} source={sourceOf(run)} name={`stacked-${first}`} path={path} height={bars > 14 ? bars * 30 + 110 : Math.max(420, bars * 34 + 110)}
            onPick={({ data }) => { const { x = "", code = "" } = data as { x?: string; code?: string }; open({ [first]: codes.get(x) ?? "", [across]: code.replace("…", "") }); }} />
        );
      }}
    </Answered>
  ); // prettier-ignore
}

function Trend({ run, look, change }: Asked) {
  const { t } = useTranslation();
  const style = useStyle(run.unit);
  const [period] = usePick("period");
  const open = useOpen(run, look);
  const runs = useRuns();
  const [first = ""] = look.rows;
  const by = first === "period" ? "" : first;
  const { period: _, ...cell } = look.cell;
  const path = query("/inventories/series", { run: [run.id, ...look.with], by: by ? [by] : [], cell: cellTexts(cell), gwp: look.gwp });
  const found = useTable<{ rows: Row[] }>(query(path, { limit: 10_000 }));
  const others = runs.data?.rows.filter((one) => one.id !== run.id && one.unit === run.unit) ?? [];
  const broken = useBreaks(look.with.length > 0 ? [] : [run.id], style);
  const more = (
    <RunChoices label={t("inventory.with")} runs={others} values={look.with} change={(ids) => change({ with: ids })} width={560} />
  );
  return (
    <>
      {more}
      <Answered of={found}>
        {(answer) => {
          const rows = answer.rows.filter((row) => within(period, String(row.period)));
          const several = look.with.length > 0;
          const label = (row: Row) => (several ? `${row.run_name}${by ? ` · ${nameOf(row, by, run.category_lists) || style.unstated}` : ""}` : by ? nameOf(row, by, run.category_lists) || style.unstated : t("inventory.sum"));
          const code = (row: Row) => (several ? `${row.run}\n${by ? row[by] : ""}` : by ? String(row[by] ?? "") : "sum");
          const list = rows.map((row) => ({ x: String(row.period), code: code(row), name: label(row), value: row.emission as number | null }));
          if (new Set(list.map((one) => one.x)).size < 2) return <Empty title={t("inventory.one_period")} hint={t("inventory.one_period_hint")} />;
          return (
            <Plot title={trendTitle(rows, run.id, t, broken.marks.length > 0)} notes={broken.notes} option={lines(largest(list, 9, style.rest), several ? "" : by, style, broken.marks)} columns={[{ key: "run_name", title: t("inventory.name"), width: 180 }, ...heads(t, ["period", ...(by ? [by] : [])], style.unit)]}
              rows={rows} source={sourceOf(run)} name="trend" path={path} height={460}
              onPick={({ data }) => { const { x = "", code: one = "" } = data as { x?: string; code?: string }; if (!several) open({ period: x, ...(by ? { [by]: one.replace("…", "") } : {}) }); }} />
          );
        }}
      </Answered>
    </>
  ); // prettier-ignore
}

function Sankey({ run, look }: Asked) {
  const { t } = useTranslation();
  const style = useStyle(run.unit);
  const chosen = [...new Set([...look.rows, look.columns].filter(Boolean))];
  const levels = chosen.length >= 2 ? chosen : ["item", "sector", "gas"];
  const path = query(`/runs/${run.id}/flows`, { levels, cell: cellTexts(look.cell), gwp: look.gwp });
  const found = useTable<{ rows: Flow[] }>(query(path, { limit: 10_000 }));
  return (
    <Answered of={found}>
      {(answer) => {
        const { option, sums } = sankey(answer.rows, style);
        const columns: Column<Row>[] = [
          { key: "source_name", title: t("inventory.from"), width: 200 },
          { key: "target_name", title: t("inventory.to"), width: 200 },
          { key: "emission", title: `${t("inventory.amount")} (${style.unit})`, kind: "tonnes", width: 160 },
        ];
        return (
            <Plot notes={sumsTold(sums, style)} title={t("inventory.sankey_title", { levels: levels.map((one) => t(`dim.${one}`)).join(" → ") })} option={option} columns={columns} rows={answer.rows as unknown as Row[]} source={sourceOf(run)} name="sankey" path={path} height={560} />
        );
      }}
    </Answered>
  ); // prettier-ignore
}

function Treemap({ run, look }: Asked) {
  const { t } = useTranslation();
  const style = useStyle(run.unit);
  const open = useOpen(run, look);
  const [first = "", second = first === "item" ? "sector" : "item"] = look.rows;
  const path = query(`/runs/${run.id}/tree`, { levels: [first, second], cell: cellTexts(look.cell), gwp: look.gwp });
  const found = useTable<{ rows: Branch[] }>(query(path, { limit: 10_000 }));
  return (
    <Answered of={found}>
      {(answer) => {
        const { option, sums } = treemap(answer.rows, style, t("inventory.removals"));
        const columns: Column<Row>[] = [
          { key: "level", title: t("inventory.level"), width: 120, show: (row) => t(`dim.${String(row.level)}`, { defaultValue: String(row.level) }) },
          { key: "name", title: t("inventory.name"), width: 220 },
          { key: "emission", title: `${t("inventory.amount")} (${style.unit})`, kind: "tonnes", width: 160 },
          { key: "share", title: t("inventory.share"), kind: "share", width: 100 },
        ];
        return (
            <Plot notes={sumsTold(sums, style)} title={t("inventory.tree_title", { levels: [first, second].map((one) => t(`dim.${one}`)).join(" › ") })} option={option} columns={columns} rows={answer.rows as unknown as Row[]} source={sourceOf(run)} name="treemap" path={path} height={520}
              onPick={({ data }) => open((data as { cell?: Cell }).cell ?? {})} />
        );
      }}
    </Answered>
  ); // prettier-ignore
}
