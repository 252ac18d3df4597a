import { useTranslation } from "react-i18next";
import { Amount, count, percent } from "../../../shared/numbers";
import { Panel } from "../../../shared/page";
import { type Column, DataTable } from "../../../shared/table";
import { useTheme } from "../../../shared/theme";
import { useNames } from "../inventory/names";
import { Plot } from "../inventory/plot";
import { across } from "./across";
import { Verdict } from "./outcome";
import { type Cell, type Check, VERDICTS } from "./types";

const MOST = 20;

/** Cells of enterprises and balance side by side: the largest differences drawn, every cell in the table. */
export function Cells({ check, rows, path }: { check: Check; rows: Cell[]; path: string }) {
  const { t } = useTranslation();
  const { dark } = useTheme();
  const named = useNames();
  const by = check.asked.by ?? [];
  const label = (row: Cell) => by.map((one) => named(one, String(row[one] ?? "")) || "–").join(" · ");
  const columns: Column<Cell>[] = [
    ...by.map((one): Column<Cell> => ({ key: one, title: t(`dim.${one}`), width: 110, filter: true, show: (row) => named(one, String(row[one] ?? "")) || "–" })),
    { key: "verdict", title: t("sources.verdict"), width: 130, filter: VERDICTS.map((value) => ({ value, label: t(`sources.verdicts.${value}`) })), show: (row) => <Verdict of={String(row.verdict)} /> },
    { key: "enterprises", title: t("sources.sum_of_enterprises"), kind: "number", width: 112, show: (row) => <Amount value={row.enterprises as number | null} unit={String(row.unit)} /> },
    { key: "balance", title: t("sources.in_balance"), kind: "number", width: 112, show: (row) => <Amount value={row.balance as number | null} unit={String(row.unit)} /> },
    { key: "difference", title: t("sources.difference"), kind: "number", width: 112, show: (row) => <Amount value={row.difference as number | null} unit={String(row.unit)} /> },
    { key: "share", title: t("sources.share"), kind: "number", width: 110, show: (row) => (row.share === null ? "–" : percent(Number(row.share) * 100)) },
    { key: "unit", title: t("column.unit"), width: 70 },
    { key: "rows", title: t("sources.rows"), kind: "count", width: 80 },
  ]; // prettier-ignore
  const drawn = rows.filter((row) => row.share !== null && row.verdict !== "units").sort((a, b) => Math.abs(Number(b.share)) - Math.abs(Number(a.share)));
  const agree = rows.filter((row) => row.verdict === "agrees").length;
  const title = t("sources.title", { agree: count(agree), all: count(rows.length), excess: count(rows.filter((row) => row.verdict === "excess").length) });
  const bars = drawn.slice(0, MOST).map((row) => ({ name: label(row), value: Number(row.share) * 100, alarm: row.verdict === "excess", good: row.verdict === "agrees" }));
  return (
    <>
      {bars.length > 0 && (
        <Panel>
          <Plot
            title={title} option={across(bars, { unit: t("sources.share_axis"), dark, of: (value) => percent(value) })} columns={columns as Column<never>[]} rows={drawn as never[]} name="cells" path={path}
            source={[check.synthetic ? t("inventory.synthetic") : "", check.name, ...check.of.map((one) => `${one.name} v${one.number}`)].filter(Boolean).join(" · ")} height={Math.max(160, 60 + 26 * bars.length)}
          />
          {drawn.length > MOST && <p className="quiet">{t("sources.largest", { shown: MOST, all: count(drawn.length) })}</p>}
        </Panel>
      )}
      <Panel title={t("sources.cells")}>
        <DataTable<Cell> name="cells" label={t("sources.cells")} path={path} rows={rows} columns={columns} rowKey={(_, place) => String(place)} height={460} />
      </Panel>
    </>
  );
}
