import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useParams } from "react-router";
import { get } from "../../../shared/api";
import { Copy } from "../../../shared/copy";
import { Link } from "../../../shared/link";
import { Facts, Page, Panel } from "../../../shared/page";
import { Answered } from "../../../shared/states";
import { type Column, DataTable } from "../../../shared/table";
import { Checked } from "../inventory/proof-step";
import type { Document } from "./types";

/** One document: its licence, through what it was read, and all that stands on it with the place in it. */
export default function OneDocument() {
  const { id = "" } = useParams();
  const { t } = useTranslation();
  const found = useQuery({ queryKey: ["document", id], queryFn: () => get<Document>(`/documents/${id}`) });
  const columns: Column<Document["factors"][number]>[] = [
    { key: "id", title: t("factors.factor"), width: 380, filter: true, show: (row) => <Link to={`/gov/factors/${row.id}`}>{row.id}</Link> },
    { key: "locator_said", title: t("factors.locator"), width: 380, filter: true },
    { key: "check", title: t("factors.state"), width: 120, show: (row) => <Checked state={row.check} /> },
  ];
  return (
    <Page
      title={found.data?.title ?? id}
      crumbs={[{ word: t("section.factors"), to: "/gov/factors" }, { word: t("factors.documents"), to: "/gov/factors/documents" }, { word: found.data?.title ?? id }]}
      actions={<Copy />}
    >
      <Answered of={found}>
        {(one) => (
          <>
            <Panel>
              <Facts
                of={[
                  [t("factors.publisher"), one.publisher || "–"],
                  [t("factors.year"), one.year || "–"],
                  [t("factors.licence"), one.said.licence || "–"],
                  [t("factors.read_from"), one.said.read_through || "–"],
                ]}
              />
            </Panel>
            {one.methods.length > 0 && (
              <Panel title={t("section.methods")}>
                <ul>
                  {one.methods.map((row) => (
                    <li key={row.id}>
                      <Link to={`/gov/methods/${row.id}`}>{row.id}</Link> <span className="quiet">{row.locator}</span>
                    </li>
                  ))}
                </ul>
              </Panel>
            )}
            {one.factors.length > 0 && (
              <Panel title={t("section.factors")}>
                <DataTable name="stands" label={t("section.factors")} rows={one.factors} columns={columns} rowKey={(row) => row.id} height={520} />
              </Panel>
            )}
          </>
        )}
      </Answered>
    </Page>
  );
}
