import { useTranslation } from "react-i18next";
import { download } from "../../../shared/api";
import { Link } from "../../../shared/link";
import { Page, Panel } from "../../../shared/page";
import { useSession } from "../../../shared/session";
import { Empty } from "../../../shared/states";
import { type Column, DataTable } from "../../../shared/table";
import { AddPack, KINDS } from "./add-pack";
import { Tabs } from "./tabs";

type Pack = { id: string; name: string; number: number; kind: string; method: string; rows: number; upload: string; made_by: string; made_at: string };

/** Factors and methods of one's own: checked when they come, kept as versions, used in an inventory by choice. */
export default function Own() {
  const { t } = useTranslation();
  const { may } = useSession();
  const columns: Column<Pack>[] = [
    { key: "name", title: t("inventory.name"), width: 260, filter: true },
    { key: "number", title: t("data.version"), kind: "count", width: 80, show: (row) => `v${row.number}` },
    { key: "kind", title: t("factors.pack_kind"), width: 180, show: (row) => t(`factors.pack_kinds.${row.kind}`) },
    { key: "method", title: t("methods.id"), width: 180, show: (row) => (row.method ? <Link to={`/gov/methods/${row.id}`}>{row.method}</Link> : "–") },
    { key: "rows", title: t("factors.pack_rows"), kind: "count", width: 110 },
    { key: "made_by", title: t("factors.pack_by"), width: 110 },
    { key: "made_at", title: t("data.made"), kind: "time", width: 150 },
    { key: "upload", title: t("data.file"), width: 90, sort: false, show: (row) => <button type="button" className="plain-button" onClick={() => void download(`/uploads/${row.upload}/file`, row.name)}>{t("factors.pack_file")}</button> },
  ]; // prettier-ignore
  return (
    <Page title={t("factors.own")} about={t("factors.own_about")} crumbs={[{ word: t("section.factors"), to: "/gov/factors" }, { word: t("factors.own") }]}>
      <Tabs />
      {may("run.create") && <AddPack kinds={KINDS} title={t("factors.pack_add")} />}
      <Panel>
        <DataTable<Pack> name="packs" label={t("factors.own")} path="/packs" columns={columns} rowKey={(row) => row.id} height={420} empty={<Empty title={t("factors.no_packs")} hint={t(may("run.create") ? "factors.no_packs_hint" : "factors.no_packs_read")} />} />
      </Panel>
    </Page>
  );
}
