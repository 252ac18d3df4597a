import { useTranslation } from "react-i18next";
import { Link } from "../../../shared/link";
import { count } from "../../../shared/numbers";
import { Mark, Page, Panel } from "../../../shared/page";
import { type Column, DataTable } from "../../../shared/table";
import { Tabs } from "./tabs";

type Row = { id: string; title: string; publisher: string; year: string; factors: number; unverified: number; methods: string };

/** Documents, with how much stands on each. */
export default function Documents() {
  const { t } = useTranslation();
  const columns: Column<Row>[] = [
    { key: "title", title: t("factors.title"), width: 420, filter: true, show: (row) => <Link to={`/gov/factors/documents/${row.id}`}>{row.title}</Link> },
    { key: "publisher", title: t("factors.publisher"), width: 220, filter: true },
    { key: "year", title: t("factors.year"), width: 70 },
    { key: "factors", title: t("factors.how_many"), kind: "count", width: 90 },
    { key: "unverified", title: t("factors.check.recalled"), kind: "count", width: 90, show: (row) => (row.unverified ? <Mark kind="warning">{count(row.unverified)}</Mark> : "0") },
    { key: "methods", title: t("section.methods"), width: 220, filter: true },
  ];
  return (
    <Page title={t("factors.documents")} about={t("factors.documents_about")} crumbs={[{ word: t("section.factors"), to: "/gov/factors" }, { word: t("factors.documents") }]}>
      <Tabs />
      <Panel>
        <DataTable<Row> name="documents" label={t("factors.documents")} path="/documents" columns={columns} rowKey={(row) => row.id} />
      </Panel>
    </Page>
  );
}
