import { useTranslation } from "react-i18next";
import { Drawer, useDrawer } from "../../../shared/drawer";
import { UNKNOWN } from "../../../shared/numbers";
import { Mark } from "../../../shared/page";
import { Empty } from "../../../shared/states";
import { type Column, DataTable } from "../../../shared/table";
import { Answering } from "./answering";
import { type Doubt, Level, LEVEL, message } from "./doubt";

/** Findings as a worklist; a click opens the offending rows and the answer. */
export function DoubtTable({ path, name, clean, hint }: { path: string; name: string; clean: string; hint: string }) {
  const { t } = useTranslation();
  const open = useDrawer("doubt");
  const columns: Column<Doubt>[] = [
    { key: "code", title: t("doubt.code"), width: 92, filter: true, show: (row) => <button type="button" className="plain-button" onClick={() => open(row.id)}>{row.code}</button> },
    { key: "level", title: t("doubt.level"), width: 92, filter: Object.keys(LEVEL).map((value) => ({ value, label: t(`doubt.${value}`) })), show: (row) => <Level of={row.level} /> },
    { key: "facts", title: t("doubt.message"), width: 356, sort: false, wrap: true, show: (row) => <span title={message(row)}>{message(row)}</span> },
    { key: "rows", title: t("data.rows_of"), kind: "count", width: 90, sort: false, show: (row) => row.facts.count ?? UNKNOWN },
    { key: "state", title: t("doubt.state"), width: 96, filter: ["open", "explained", "corrected", "accepted"].map((value) => ({ value, label: t(`doubt.${value}`) })), show: (row) => <Mark kind={row.state === "open" ? "plain" : "good"}>{t(`doubt.${row.state}`)}</Mark> },
    { key: "owner", title: t("doubt.owner"), width: 100, filter: true },
    { key: "reason", title: t("doubt.reason"), width: 90, show: (row) => (row.reason ? t(`doubt.reasons.${row.reason}`, { defaultValue: row.reason }) : row.facts.note || UNKNOWN) },
    { key: "changed_at", title: t("doubt.changed"), kind: "time", width: 146 },
  ]; // prettier-ignore
  return (
    <>
      <DataTable<Doubt> name={name} label={t("section.doubts")} path={path} columns={columns} rowKey={(row) => row.id} onRow={(row) => open(row.id)} empty={<Empty title={clean} hint={hint} />} />
      <Drawer name="doubt" title={t("doubt.title")} width={720}>
        {(id) => <Answering id={id} />}
      </Drawer>
    </>
  );
}
