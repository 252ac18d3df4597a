import { useTranslation } from "react-i18next";
import { usePicked } from "../../../../shared/measure";
import { full, percent, short, signOf, UNKNOWN, when } from "../../../../shared/numbers";
import { Mark, Panel } from "../../../../shared/page";
import { useSession } from "../../../../shared/session";
import { Answered, Empty, Notice } from "../../../../shared/states";
import { type Column, DataTable } from "../../../../shared/table";
import { useDrawer } from "../../../../shared/drawer";
import { said } from "../../../../shared/words";
import { newestOf } from "../ask";
import { measured, titled } from "../shown";
import type { Road } from "../types";
import { DECIDES, type DecisionRow, type Log, useLog } from "./ask";
import { Decide } from "./decide";
import { EntryDrawer } from "./entry";
import { ReviewForm } from "./review";

const MARKS = { waiting: "plain", due: "warning", reviewed: "good" } as const;
const MONEY = 1e8;

/** Where the log is, which stands below long documents; and how many decisions are due for review. */
export function ToLog({ road }: { road: Road }) {
  const { t } = useTranslation();
  const found = useLog(road.id).data;
  if (!found) return null;
  const due = found.rows.filter((one) => one.state === "due").length;
  return (
    <p className="row no-print to-log">
      <a href="#decisions">{t("decisions.to_log", { count: found.rows.length })}</a>
      {due > 0 && <Mark kind="warning">{t("decisions.due", { count: due })}</Mark>}
      {found.broken && <Mark kind="error">{t("decisions.altered")}</Mark>}
    </p>
  );
}

/** What was decided on the deviation of a road, by whom, with which effect in mind, and what became of it. */
export function DecisionLog({ road }: { road: Road }) {
  const { t } = useTranslation();
  const found = useLog(road.id);
  return (
    <Panel title={t("decisions.title")} id="decisions">
      <p className="quiet">{t("decisions.about")}</p>
      <Answered of={found}>{(log) => <Shown road={road} log={log} />}</Answered>
      <EntryDrawer road={road} rows={found.data?.rows ?? []} />
    </Panel>
  );
}

function Shown({ road, log }: { road: Road; log: Log }) {
  const { t } = useTranslation();
  const { may } = useSession();
  const open = useDrawer("decision");
  const due = log.rows.filter((one) => one.state === "due");
  return (
    <>
      {log.broken && (
        <Notice kind="error" role="alert">
          {said(log.broken.message)}
        </Notice>
      )}
      <DataTable<DecisionRow>
        name="decisions"
        label={t("decisions.title")}
        path={`/roads/${road.id}/decisions`}
        rows={log.rows}
        columns={useColumns(log)}
        rowKey={(row) => String(row.number)}
        onRow={(row) => open(String(row.number))}
        height={360}
        empty={<Empty title={t("decisions.none")} hint={t(may(DECIDES) ? "decisions.none_hint" : "decisions.none_read")} />}
      />
      {log.head && (
        <p className="quiet note">
          {t("decisions.head", { number: log.head.number })} <code>{log.head.hash}</code>
        </p>
      )}
      {!log.broken && due.length > 0 && <ReviewForm road={road} due={due} />}
      {!log.broken && <Decide road={road} newest={newestOf(road).number} />}
    </>
  );
}

function useColumns(log: Log): Column<DecisionRow>[] {
  const { t } = useTranslation();
  const { scale, unit } = measured(log.rows[0]?.unit ?? "", "amount", usePicked());
  const amount = (value: number | null, by = 1) => (value === null ? UNKNOWN : <span title={full(value)}>{short(value / by, 4)}</span>);
  return [
    { key: "number", title: t("decisions.number"), kind: "count", width: 64 },
    { key: "at", title: t("decisions.at"), kind: "time", width: 140, show: (row) => when(row.at) },
    { key: "who", title: t("decisions.who"), width: 130, wrap: true, show: (row) => <>{row.who} {row.who !== row.login && <span className="quiet">({row.login})</span>}</> },
    { key: "year", title: t("decisions.year"), width: 130, show: (row) => String(row.year) },
    { key: "share", title: t("decisions.share"), kind: "share", width: 110, show: (row) => (row.share === null ? UNKNOWN : `${signOf(row.share)}${percent(Math.abs(row.share) * 100)}`) },
    { key: "state", title: t("decisions.state"), width: 120, show: (row) => <Mark kind={MARKS[row.state]}>{t(`decisions.states.${row.state}`)}</Mark> },
    { key: "levers", title: t("decisions.levers"), width: 200, wrap: true, show: (row) => row.levers || t("decisions.nothing") },
    { key: "note", title: t("decisions.note"), width: 200, wrap: true, show: (row) => row.note || UNKNOWN },
    { key: "expected", title: titled(t("decisions.expected"), unit), kind: "number", width: 260, show: (row) => amount(row.expected, scale) },
    { key: "present_value", title: t("decisions.cost"), kind: "number", width: 220, show: (row) => amount(row.present_value, MONEY) },
    { key: "delivered", title: t("decisions.delivered"), kind: "share", width: 100, show: (row) => percent(row.delivered === null ? null : row.delivered * 100) },
    { key: "review_note", title: t("decisions.review_note"), width: 220, wrap: true, show: (row) => (row.reviewed_in === null ? UNKNOWN : `${row.reviewed_in} · ${row.reviewed_by ?? ""}${row.review_note ? ` · ${row.review_note}` : ""}`) },
  ];
}
