import { useTranslation } from "react-i18next";
import { query } from "../../../shared/api";
import { Link } from "../../../shared/link";
import { Key, Tonnes, useUnit } from "../../../shared/numbers";
import { Mark, Panel } from "../../../shared/page";
import { Empty } from "../../../shared/states";
import { usePick } from "../../../shared/address";
import { type Column, DataTable } from "../../../shared/table";
import { lang } from "../../../shared/words";
import { useYear } from "./ask";
import { listOf } from "./look";
import { useNames } from "./names";
import { Checked } from "./proof-step";
import type { Row, Run } from "./types";
import { useWords } from "./words";

type Tab = "coverage" | "unmatched" | "factors" | "findings" | "notation" | "quality" | "explore" | "uncertainty" | "standards";

/** What is behind an inventory as long tables: categories, what is not counted, values used, findings, keys. */
export default function Lists({ run, tab }: { run: Run; tab: Tab }) {
  const { t } = useTranslation();
  const [standard] = usePick("standard");
  const columns = useColumns()[tab] ?? [];
  const { year, titled } = useYear(run);
  const covers = tab === "coverage";
  const by = covers ? listOf(standard, run.category_lists) : "";
  return (
    <Panel title={covers ? titled(t("inventory.tab.coverage")) : undefined}>
      <p className="quiet">{t(`inventory.about_${tab}`)}</p>
      <DataTable<Row>
        name={tab}
        label={t(`inventory.tab.${tab}`)}
        path={query(`/runs/${run.id}/${tab}`, covers ? { by, period: year } : {})}
        columns={columns}
        rowKey={(_, place) => String(place)}
        empty={<Empty title={t(`inventory.none_${tab}`)} hint={t("inventory.none_list")} />}
      />
    </Panel>
  );
}

function useColumns(): Partial<Record<Tab, Column<Row>[]>> {
  const { t } = useTranslation();
  const dim = (key: string, width = 130): Column<Row> => ({ key, title: t(`dim.${key}`, { defaultValue: key }), width, filter: true });
  const english = lang() === "en";
  const words = useWords();
  const { unit } = useUnit();
  const named = useNames();
  return {
    coverage: [
      { key: "category", title: t("dim.category"), width: 360, filter: true, show: (row) => [row.category, row.name].filter(Boolean).join(" ") },
      dim("gas", 110),
      { key: "state", title: t("inventory.state"), width: 140, filter: true, show: (row) => <State of={String(row.state)} /> },
      { key: "emission", title: t("inventory.emission", { unit }), kind: "tonnes", width: 150, show: (row) => (row.notation ? <Key code={String(row.notation)} /> : <Tonnes value={row.emission as number | null} />) },
      { key: "reason", title: t("inventory.reason"), width: 320 },
    ],
    unmatched: [
      { key: "item", title: t("dim.item"), width: 150, filter: true, show: (row) => named("item", String(row.item ?? "")) },
      { key: "amount", title: t("column.amount"), kind: "number", width: 120 },
      { key: "unit", title: t("column.unit"), width: 90, show: (row) => words.unit(row.unit) },
      dim("entity", 150), dim("period", 90), { ...dim("sector"), show: (row) => named("sector", String(row.sector ?? "")) || "–" }, dim("activity", 110),
      { key: english ? "reason_en" : "reason_zh", title: t("inventory.reason"), width: 420 },
    ],
    factors: [
      { key: "factor", title: t("dim.factor"), width: 260, filter: true, show: (row) => (row.factor ? <Link to={`/gov/factors/${row.factor}`}>{row.factor}</Link> : "–") },
      { key: "name", title: t("factors.parameter"), width: 150, show: (row) => <span title={String(row.name)}>{words.parameter(row.name)}</span> },
      { key: "value", title: t("column.value"), kind: "number", width: 110 },
      { key: "unit", title: t("column.unit"), width: 120, show: (row) => words.unit(row.unit) },
      { key: "check", title: t("factors.state"), width: 110, filter: true, show: (row) => <Checked state={String(row.check)} /> },
      { key: "title", title: t("factors.document"), width: 320, filter: true },
      { key: "locator", title: t("factors.locator"), width: 180 },
      { key: "year", title: t("factors.year"), width: 70 },
    ],
    findings: [
      { key: "severity", title: t("inventory.severity"), width: 100, filter: true, show: (row) => <Level of={String(row.severity)} /> },
      { key: "code", title: t("column.code"), width: 80, filter: true },
      { key: english ? "message_en" : "message_zh", title: t("column.message"), width: 760, filter: true, wrap: true, show: (row) => String((english ? row.message_en : row.message_zh) ?? "").replace(/^\[[A-Z]-\d+\]\s*/, "") },
      { key: "count", title: t("inventory.count"), kind: "count", width: 80 },
    ],
    notation: [
      { key: "category", title: t("dim.category"), width: 240, filter: true },
      dim("gas", 100),
      { key: "notation_key", title: t("column.notation"), width: 90, show: (row) => <Key code={String(row.notation_key)} /> },
      { key: "reason", title: t("inventory.reason"), width: 420 },
      { key: "stated_by", title: t("inventory.stated_by"), width: 120, show: (row) => t(`inventory.by_${String(row.stated_by)}`, { defaultValue: String(row.stated_by) }) },
    ],
  }; // prettier-ignore
}

function State({ of }: { of: string }) {
  const { t } = useTranslation();
  const kind = of === "estimated" ? "good" : of === "unanswered" || of === "unmatched" ? "warning" : "plain";
  return <Mark kind={kind}>{t(`inventory.states.${of}`, { defaultValue: of })}</Mark>;
}

function Level({ of }: { of: string }) {
  const { t } = useTranslation();
  return <Mark kind={of === "error" ? "error" : of === "doubt" || of === "warning" ? "warning" : "info"}>{t(`inventory.severities.${of}`, { defaultValue: of })}</Mark>;
}
