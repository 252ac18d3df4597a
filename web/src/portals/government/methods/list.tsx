import { useTranslation } from "react-i18next";
import { useGo } from "../../../shared/address";
import { Link } from "../../../shared/link";
import { Mark, Page, Panel } from "../../../shared/page";
import { useSession } from "../../../shared/session";
import { type Column, DataTable } from "../../../shared/table";
import { AddPack } from "../factors/add-pack";
import { Checked } from "../inventory/proof-step";

type Row = { id: string; title: string; version: string; gas: string; gwp: string | null; document: string; check: string; rules: number; category_lists: string; own: boolean; number: number | null; made_by: string; made_at: string };

/** Methods that can be used: one's own first, then those that ship; the way in for one's own. */
export default function List() {
  const { t } = useTranslation();
  const { may } = useSession();
  const go = useGo();
  const columns: Column<Row>[] = [
    { key: "title", title: t("methods.title"), width: 300, filter: true, show: (row) => <><Link to={`/gov/methods/${row.id}`}>{row.title}</Link> {row.own && <Mark kind="info">{t("methods.own", { number: row.number })}</Mark>}</> },
    { key: "id", title: t("methods.id"), width: 190, filter: true },
    { key: "version", title: t("methods.version"), width: 70 },
    { key: "check", title: t("factors.state"), width: 140, show: (row) => (row.check ? <Checked state={row.check} /> : "–") },
    { key: "gas", title: t("dim.gas"), width: 100, show: (row) => [row.gas, row.gwp].filter(Boolean).join(" · ") },
    { key: "rules", title: t("methods.rules"), kind: "count", width: 80 },
    { key: "category_lists", title: t("inventory.lists"), width: 220, show: (row) => row.category_lists.split(", ").filter(Boolean).map((one) => t(`dim.${one}`, { defaultValue: one })).join(t("methods.comma")) },
    { key: "document", title: t("factors.document"), width: 340, filter: true },
    { key: "own", title: t("factors.own"), width: 90, filter: [{ value: "true", label: t("state.yes") }, { value: "false", label: t("state.no") }], show: (row) => t(row.own ? "state.yes" : "state.no") },
  ]; // prettier-ignore
  return (
    <Page title={t("section.methods")} about={t("methods.about")}>
      <Panel>
        <DataTable<Row> name="methods" label={t("section.methods")} path="/methods" columns={columns} rowKey={(row) => row.id} onRow={(row) => go(`/gov/methods/${row.id}`)} height={may("run.create") ? 460 : undefined} />
      </Panel>
      {may("run.create") && <AddPack kinds={["method"]} title={t("methods.add_own")} hint={t("methods.add_hint")} onKept={(pack) => go(`/gov/methods/${pack.method}`)} />}
    </Page>
  );
}
