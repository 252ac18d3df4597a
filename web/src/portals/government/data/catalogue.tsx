import { useTranslation } from "react-i18next";
import { Route, Routes, useParams } from "react-router";
import { Nothing } from "../../../shared/nothing";
import { useGo, usePick } from "../../../shared/address";
import { query } from "../../../shared/api";
import { Link } from "../../../shared/link";
import { PlaceName } from "../../../shared/names";
import { MadeUp, Page, Panel } from "../../../shared/page";
import { useSession } from "../../../shared/session";
import { Empty } from "../../../shared/states";
import { type Column, DataTable } from "../../../shared/table";
import Lineage, { KINDS, pageOf } from "./lineage";

type Asset = { kind: string; id: string; name: string; number: number; region: string; entity: string; synthetic: boolean; used_by: number; made_by: string; made_at: string };

export default function Catalogue() {
  return (
    <Routes>
      <Route index element={<List />} />
      <Route path=":kind/:id" element={<One />} />
      <Route path="*" element={<Nothing />} />
    </Routes>
  );
}

/** Every file, data set, inventory and release, with how often it is used. */
function List() {
  const { t } = useTranslation();
  const { may } = useSession();
  const [area] = usePick("area");
  const go = useGo();
  const columns: Column<Asset>[] = [
    {
      key: "name", title: t("catalogue.name"), width: 280, filter: true,
      show: (row) => (
        <>
          <MadeUp of={row} />
          <Link to={`/gov/catalogue/${row.kind}/${row.id}`}>{row.name}</Link> {row.number > 0 && <span className="quiet">v{row.number}</span>}
        </>
      ),
    },
    { key: "kind", title: t("catalogue.kind"), width: 110, filter: KINDS.map((value) => ({ value, label: t(`catalogue.${value}`) })), show: (row) => t(`catalogue.${row.kind}`) },
    { key: "used_by", title: t("catalogue.used_by"), kind: "count", width: 100 },
    { key: "region", title: t("data.place"), width: 140, filter: true, show: (row) => <PlaceName region={row.region} entity={row.entity} /> },
    { key: "made_by", title: t("data.by"), width: 120, filter: true },
    { key: "made_at", title: t("data.made"), kind: "time", width: 150 },
  ]; // prettier-ignore
  return (
    <Page title={t("section.catalogue")} about={t("catalogue.about")}>
      <Panel>
        <DataTable<Asset>
          name="catalogue"
          label={t("section.catalogue")}
          path={query("/catalogue", { where: area ? [`region~${area}`] : [] })}
          columns={columns}
          rowKey={(row) => `${row.kind}:${row.id}`}
          onRow={(row) => go(`/gov/catalogue/${row.kind}/${row.id}`)}
          empty={
            <Empty title={t("catalogue.none")} hint={t(may("data.write") ? "data.none_hint" : "data.none_read")}>
              {may("data.write") && <Link to="/gov/data/upload">{t("data.upload")}</Link>}
            </Empty>
          }
        />
      </Panel>
    </Page>
  );
}

/** Where one of them comes from, and everything that was made from it. */
function One() {
  const { t } = useTranslation();
  const { kind = "", id = "" } = useParams();
  const columns: Column<Asset>[] = [
    { key: "name", title: t("catalogue.name"), width: 280, show: (row) => <><MadeUp of={row} /><Link to={pageOf(row.kind, row.id)}>{row.name}</Link></> },
    { key: "kind", title: t("catalogue.kind"), width: 120, show: (row) => t(`catalogue.${row.kind}`, { defaultValue: row.kind }) },
    { key: "number", title: t("data.version"), kind: "count", width: 90, show: (row) => (row.number ? `v${row.number}` : "–") },
    { key: "made_at", title: t("data.made"), kind: "time", width: 150 },
  ];
  return (
    <Page
      crumbs={[{ word: t("section.catalogue"), to: "/gov/catalogue" }, { word: t(`catalogue.${kind}`) }]}
      title={t("catalogue.lineage")}
      about={t("catalogue.lineage_about")}
      actions={<Link to={pageOf(kind, id)}>{t("catalogue.open")}</Link>}
    >
      <Panel>
        <Lineage kind={kind} id={id} />
      </Panel>
      <Panel title={t("catalogue.uses")}>
        <DataTable<Asset> name="uses" label={t("catalogue.uses")} path={`/catalogue/${kind}/${id}/uses`} columns={columns} rowKey={(row) => `${row.kind}:${row.id}`} height={320} empty={<p className="quiet">{t("catalogue.unused")}</p>} />
      </Panel>
    </Page>
  );
}
