import { useTranslation } from "react-i18next";
import { useGo } from "../../../shared/address";
import { Link } from "../../../shared/link";
import { Page, Panel } from "../../../shared/page";
import { type Column, DataTable } from "../../../shared/table";

type Row = { id: string; title: string; version: string; gas: string; gwp: string | null; document: string; document_address: string; rules: number; checks: number; levels: string; category_lists: string };

/** Methods that can be used. */
export default function List() {
  const { t } = useTranslation();
  const go = useGo();
  const columns: Column<Row>[] = [
    { key: "title", title: t("methods.title"), width: 330, filter: true, show: (row) => <Link to={`/gov/methods/${row.id}`}>{row.title}</Link> },
    { key: "id", title: t("methods.id"), width: 200, filter: true },
    { key: "version", title: t("methods.version"), width: 70 },
    { key: "gas", title: t("dim.gas"), width: 110, show: (row) => [row.gas, row.gwp].filter(Boolean).join(" · ") },
    { key: "rules", title: t("methods.rules"), kind: "count", width: 80 },
    { key: "category_lists", title: t("inventory.lists"), width: 260, show: (row) => row.category_lists.split(", ").filter(Boolean).map((one) => t(`dim.${one}`, { defaultValue: one })).join(t("methods.comma")) },
    { key: "document", title: t("factors.document"), width: 380, filter: true },
  ]; // prettier-ignore
  return (
    <Page title={t("section.methods")} about={t("methods.about")}>
      <Panel>
        <DataTable<Row> name="methods" label={t("section.methods")} path="/methods" columns={columns} rowKey={(row) => row.id} onRow={(row) => go(`/gov/methods/${row.id}`)} />
      </Panel>
    </Page>
  );
}
