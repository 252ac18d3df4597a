import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { useParams } from "react-router";
import { useGo } from "../../../shared/address";
import { get } from "../../../shared/api";
import { Copy } from "../../../shared/copy";
import { Key } from "../../../shared/numbers";
import { Facts, Mark, Page, Panel } from "../../../shared/page";
import { Answered } from "../../../shared/states";
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
                <strong>{t(`methods.check.${kind}`, { defaultValue: kind })}</strong> <span className="quiet">{settings(asked, name)}</span>
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
function settings(asked: Record<string, unknown> | null | undefined, name: (one: string) => string): string {
  const comma = lang() === "zh" ? "、" : ", ";
  return Object.entries(asked ?? {})
    .map(([key, value]) => `${key}: ${Array.isArray(value) ? value.map((one) => name(String(one))).join(comma) : typeof value === "object" ? JSON.stringify(value) : String(value)}`)
    .join("; ");
}
