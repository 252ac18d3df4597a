import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { useParams } from "react-router";
import { useGo } from "../../../shared/address";
import { download, get } from "../../../shared/api";
import { Copy } from "../../../shared/copy";
import { Key } from "../../../shared/numbers";
import { Facts, Mark, Page, Panel } from "../../../shared/page";
import { Answered, Stale } from "../../../shared/states";
import { DataTable } from "../../../shared/table";
import { lang, said } from "../../../shared/words";
import { cited } from "../inventory/proof-ends";
import { Link } from "../../../shared/link";
import { documentOf } from "../factors/one";
import { Checked } from "../inventory/proof-step";
import { OneRule, type Rule } from "./rule";
import type { Source, Two } from "../inventory/types";

type Method = {
  id: string;
  version: string;
  title: Two;
  document: Source;
  document_address: string;
  gas: string;
  gwp: string | null;
  levels: string[];
  notes: Two | string | null;
  digest: string;
  rules: Rule[];
  checks: Record<string, Record<string, unknown>>[];
  tables: { id: string; title: Two; rows?: string; columns?: string }[];
  notation: { category: Record<string, string>; gases: string[]; key: string; reason: Two }[];
  category_lists: string[];
  own: string | null;
  versions: { id: string; name: string; number: number; rules: number; upload: string; made_by: string; made_at: string }[];
};

/** One method: its document, rules with formula, clause and parameters, checks, keys and output tables. */
export default function One() {
  const { id = "" } = useParams();
  const { t } = useTranslation();
  const go = useGo();
  const found = useQuery({ queryKey: ["method", id], queryFn: () => get<Method>(`/methods/${id}`) });
  const title = found.data ? said(found.data.title) : id;
  return (
    <Page
      title={title}
      crumbs={[{ word: t("section.methods"), to: "/gov/methods" }, { word: title }]}
      actions={
        <>
          <Button onClick={() => go(`/gov/methods/${id}/template`)}>{t("methods.template")}</Button>
          <Copy />
        </>
      }
    >
      <Answered of={found}>{(method) => <Shown method={method} />}</Answered>
    </Page>
  );
}

/** Versions of a method of one's own: which one is seen, who laid it down and when, and its file. */
function Versions({ method }: { method: Method }) {
  const { t } = useTranslation();
  const newest = method.versions[0];
  return (
    <Panel title={t("methods.versions", { count: method.versions.length })}>
      {newest && newest.id !== method.own && <Stale action={<Link to={`/gov/methods/${method.id}`}>{t("data.see_newer")}</Link>}>{t("data.newer", { number: newest.number })}</Stale>}
      <DataTable
        name="versions" label={t("methods.versions", { count: method.versions.length })} rows={method.versions} rowKey={(row) => row.id} height={220}
        columns={[
          { key: "number", title: t("data.version"), width: 90, show: (row) => (row.id === method.own ? <strong>v{row.number}</strong> : <Link to={`/gov/methods/${row.id}`}>v{row.number}</Link>) },
          { key: "name", title: t("inventory.name"), width: 240 },
          { key: "rules", title: t("methods.rules"), kind: "count", width: 90 },
          { key: "made_by", title: t("factors.pack_by"), width: 120 },
          { key: "made_at", title: t("data.made"), kind: "time", width: 150 },
          { key: "upload", title: t("data.file"), width: 100, sort: false, show: (row) => <button type="button" className="plain-button" onClick={() => void download(`/uploads/${row.upload}/file`, `${method.id}.yaml`)}>{t("factors.pack_file")}</button> },
        ]} // prettier-ignore
      />
    </Panel>
  );
}

function Shown({ method }: { method: Method }) {
  const { t } = useTranslation();
  const document = documentOf(method.document_address);
  const notes = typeof method.notes === "string" ? method.notes : said(method.notes);
  const name = (one: string) => t(`dim.${one}`, { defaultValue: one });
  return (
    <>
      <Panel>
        <p>
          {document ? <Link to={`/gov/factors/documents/${document}`}>{cited(method.document)}</Link> : cited(method.document)} {method.document.check && <Checked state={method.document.check} />}
        </p>
        <Facts
          of={[
            ["ID", <code key="id">{method.id}</code>],
            [t("methods.version"), method.version],
            [t("dim.gas"), method.gas],
            ["GWP", method.gwp || "–"],
            [t("inventory.lists"), method.category_lists.map(name).join(t("methods.comma")) || "–"],
            ["SHA-256", <span key="digest" title={method.digest}>{method.digest.slice(0, 12)}…</span>],
          ]}
        />
        {notes && <p className="quiet">{notes}</p>}
      </Panel>
      {method.own && <Versions method={method} />}
      <Panel title={t("methods.rules_of", { count: method.rules.length })}>
        <div className="proof">
          {method.rules.map((rule) => (
            <OneRule key={rule.id} rule={rule} />
          ))}
        </div>
      </Panel>
      {method.checks.length > 0 && (
        <Panel title={t("methods.checks")}>
          <ul>
            {method.checks.flatMap((one) => Object.entries(one)).map(([kind, asked], place) => (
              <li key={place}>
                <strong>{t(`methods.check.${kind}`, { defaultValue: kind })}</strong> <span className="quiet">{settings(asked, name, (key) => t(`methods.setting.${key}`, { defaultValue: key }))}</span>
              </li>
            ))}
          </ul>
        </Panel>
      )}
      {method.notation.length > 0 && (
        <Panel title={t("inventory.tab.notation")}>
          <div className="scroll" tabIndex={0} role="region" aria-label={t("inventory.tab.notation")}>
            <table className="plain wrap">
              <thead>
                <tr>
                  {[t("dim.category"), t("dim.gas"), t("column.notation"), t("inventory.reason")].map((one) => (
                    <th key={one} scope="col">
                      {one}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {method.notation.map((one, place) => (
                  <tr key={place}>
                    <td>{Object.values(one.category).join(", ")}</td>
                    <td>{one.gases.join(", ")}</td>
                    <td>
                      <Key code={one.key} />
                    </td>
                    <td>{said(one.reason)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </Panel>
      )}
      {method.tables.length > 0 && (
        <Panel title={t("methods.tables")}>
          <div className="row">
            {method.tables.map((one) => (
              <Mark key={one.id}>{said(one.title)}</Mark>
            ))}
          </div>
        </Panel>
      )}
    </>
  );
}

/** What a check was told, in words. */
function settings(asked: Record<string, unknown> | null | undefined, name: (one: string) => string, word: (key: string) => string): string {
  const [comma, mark, end] = lang() === "zh" ? ["、", "：", "；"] : [", ", ": ", "; "];
  const told = (value: unknown) => (typeof value === "object" ? JSON.stringify(value) : typeof value === "string" ? name(value) : String(value));
  return Object.entries(asked ?? {})
    .map(([key, value]) => `${word(key)}${mark}${Array.isArray(value) ? value.map((one) => name(String(one))).join(comma) : told(value)}`)
    .join(end);
}
