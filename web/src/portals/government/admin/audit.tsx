import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Answer, get, query } from "../../../shared/api";
import { count } from "../../../shared/numbers";
import { Mark, Panel } from "../../../shared/page";
import { Answered } from "../../../shared/states";
import { type Column, DataTable } from "../../../shared/table";
import { joined, said } from "../../../shared/words";
import { useWords } from "../inventory/words";
import { useRoles } from "./known";
import { Secret } from "./secret";

type Entry = { number: number; at: string; login: string; source: string; action: string; object: string; detail: Record<string, unknown>; before: string; after: string; hash: string };
type Verification = Answer<"/audit/verification">;

/** Who did what, when and from where; the chain can be checked, also against a head that was kept elsewhere. */
export default function Audit() {
  const { t } = useTranslation();
  const details = useDetails();
  const columns: Column<Entry>[] = [
    { key: "number", title: t("audit.number"), kind: "count", width: 70 },
    { key: "at", title: t("audit.at"), kind: "time", width: 140 },
    { key: "login", title: t("audit.who"), width: 110, filter: true },
    { key: "source", title: t("audit.source"), width: 110, filter: true, show: (row) => (row.source.startsWith("job ") ? <span title={row.source}>{t("audit.by_job")}</span> : row.source) },
    { key: "action", title: t("audit.action"), width: 150, filter: true, show: (row) => <span title={row.action}>{t(`audit.actions.${row.action.replaceAll(".", "_")}`, { defaultValue: row.action })}</span> },
    { key: "object", title: t("audit.object"), width: 150, filter: true, show: (row) => <code title={row.object}>{row.object}</code> },
    { key: "detail", title: t("audit.detail"), width: 260, sort: false, show: (row) => <span className="raw" title={details(row.detail)}>{details(row.detail)}</span> },
  ];
  return (
    <>
      <Panel title={t("audit.chain")}>
        <Check />
      </Panel>
      <Panel>
        <DataTable<Entry> name="audit" label={t("admin.audit")} path="/audit" columns={columns} rowKey={(row) => String(row.number)} />
      </Panel>
    </>
  );
}

/** `角色: 分析员; 名称: x`: what an entry adds, in words where the catalogue has them. */
export function useDetails(): (detail: Record<string, unknown> | null) => string {
  const { t } = useTranslation();
  const roles = useRoles();
  const words = useWords();
  const word = (value: unknown): string => {
    if (Array.isArray(value)) return joined(value.map(word));
    if (value && typeof value === "object") return Object.entries(value).map(([name, one]) => `${t(`audit.details.${name}`, { defaultValue: name })} ${word(one)}`).join(", ");
    const text = String(value ?? "–").replace(/^([0-9a-f]{8})[0-9a-f]{24,}$/, "$1…");
    const role = roles.data?.find((one) => one.role === text);
    if (role) return said(role);
    const permission = words.permission(text);
    return permission !== text ? permission : t(`audit.values.${text.replaceAll(".", "_")}`, { defaultValue: text });
  };
  return (detail) => Object.entries(detail ?? {}).map(([name, value]) => `${t(`audit.details.${name}`, { defaultValue: name })}: ${word(value)}`).join("; ") || "–";
}

function Check() {
  const { t } = useTranslation();
  const [head, setHead] = useState("");
  const [asked, ask] = useState<string | null>(null);
  const found = useQuery({ queryKey: ["verification", asked], enabled: asked !== null, queryFn: () => get<Verification>(query("/audit/verification", { head: asked })) });
  return (
    <div className="stack">
      <form
        className="row"
        onSubmit={(event) => {
          event.preventDefault();
          if (asked === head) void found.refetch();
          ask(head.trim());
        }}
      >
        <input value={head} onChange={(event) => setHead(event.target.value)} size={40} aria-label={t("audit.head")} placeholder={t("audit.head")} />
        <Button htmlType="submit" loading={found.isFetching}>
          {t("audit.verify")}
        </Button>
      </form>
      {asked !== null && (
        <Answered of={found} lines={1}>
          {(result) => (
            <>
              <p>
                <Mark kind={result.ok ? "good" : "error"}>{t(result.ok ? "audit.stands" : "audit.broken")}</Mark> {t("audit.entries", { count: result.entries, shown: count(result.entries) })}
              </p>
              {!result.ok && (
                <ul>
                  {result.broken.slice(0, 50).map((one) => (
                    <li key={`${one.number}${one.problem}`}>
                      {one.number}: {t(`audit.problems.${one.problem}`, { defaultValue: one.problem })}
                    </li>
                  ))}
                  {result.decisions.map((one) => (
                    <li key={one.road}>{t("audit.log_broken", one)}</li>
                  ))}
                </ul>
              )}
              {result.ok && <Secret text={`${result.number}:${result.hash}`} label={t("audit.keep")} />}
            </>
          )}
        </Answered>
      )}
    </div>
  );
}
