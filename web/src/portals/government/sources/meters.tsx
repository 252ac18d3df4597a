import { useTranslation } from "react-i18next";
import { Amount, short } from "../../../shared/numbers";
import { Mark, Panel } from "../../../shared/page";
import { Partial } from "../../../shared/states";
import { type Column, DataTable } from "../../../shared/table";
import { useTheme } from "../../../shared/theme";
import { joined } from "../../../shared/words";
import { Plot } from "../inventory/plot";
import { across } from "./across";
import type { Cell, Check } from "./types";

const STATUS = ["adjusted", "fixed", "unchecked", "observable", "unobservable"] as const;

/** Measurements with the values proposed, and how far each lies from what the others say. */
export function Meters({ check, rows, path }: { check: Check; rows: Cell[]; path: string }) {
  const { t } = useTranslation();
  const { dark } = useTheme();
  const amount = (key: string, width = 110): Column<Cell> => ({ key, title: t(`sources.${key}`), kind: "number", width, show: (row) => <Amount value={row[key] as number | null} unit={String(row.unit)} /> });
  const columns: Column<Cell>[] = [
    { key: "name", title: t("sources.meter"), width: 130, filter: true },
    { key: "unit", title: t("column.unit"), width: 70 },
    amount("measured", 90), amount("uncertainty", 90), amount("adjusted", 90), amount("adjustment", 100),
    { key: "normalised_residual", title: t("sources.residual"), hint: t("sources.residual_hint"), kind: "number", width: 150, show: (row) => short(row.normalised_residual as number | null, 3) },
    { key: "suspect", title: t("sources.gross_error"), width: 110, show: (row) => (row.suspect ? <Mark kind="error">{t("sources.suspect")}</Mark> : row.beyond ? <Mark kind="warning">{t("sources.beyond")}</Mark> : "–") },
    amount("without_suspects", 130), amount("adjusted_uncertainty", 150),
    { key: "status", title: t("sources.status"), width: 110, filter: STATUS.map((value) => ({ value, label: t(`sources.statuses.${value}`) })), show: (row) => t(`sources.statuses.${String(row.status)}`) },
  ]; // prettier-ignore
  const bars = rows.filter((row) => row.normalised_residual !== null).map((row) => ({ name: String(row.name), value: Number(row.normalised_residual), alarm: Boolean(row.suspect), good: !row.beyond })); // prettier-ignore
  const { found } = check;
  const title = found.consistent ? t("sources.meters_agree") : t("sources.meters_disagree", { names: joined((found.suspects ?? []).map((one) => one.name)) || "–" });
  return (
    <>
      {(found.suspects ?? []).map((one) => (
        <Partial key={one.name}>
          {t(one.size < 0 ? "sources.suspect_low" : "sources.suspect_high", { name: one.name, size: short(Math.abs(one.size)), spread: short(one.uncertainty, 2), unit: one.unit })}
          {one.alike.length > 0 && ` ${t("sources.alike", { names: joined(one.alike) })}`}
        </Partial>
      ))}
      {bars.length > 0 && (
        <Panel>
          <Plot title={title} option={across(bars, { unit: t("sources.residual"), dark, of: (value) => short(value, 3) })} columns={columns as Column<never>[]} rows={rows as never[]} name="meters" path={path}
            source={[check.name, ...check.of.map((one) => one.name)].join(" · ")} height={Math.max(160, 60 + 26 * bars.length)} />
        </Panel>
      )}
      <Panel title={t("sources.proposed")}>
        <p className="quiet">{t("sources.proposed_hint")}</p>
        <DataTable<Cell> name="meters" label={t("sources.proposed")} path={path} rows={rows} columns={columns} rowKey={(row) => String(row.name)} height={460} />
      </Panel>
    </>
  );
}
