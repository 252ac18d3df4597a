import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { useGo, usePick } from "../../../shared/address";
import { query } from "../../../shared/api";
import { Link } from "../../../shared/link";
import { PlaceName } from "../../../shared/names";
import { MadeUp, Page, Panel } from "../../../shared/page";
import { useSession } from "../../../shared/session";
import { Empty } from "../../../shared/states";
import { type Column, DataTable } from "../../../shared/table";
import { Outcome } from "./outcome";
import type { Row } from "./types";

/** Checks of sources against one another, newest first, and the two ways to a new one. */
export default function List() {
  const { t } = useTranslation();
  const { may } = useSession();
  const [area] = usePick("area");
  const go = useGo();
  const columns: Column<Row>[] = [
    { key: "name", title: t("sources.name"), width: 200, filter: true, show: (row) => (
      <><MadeUp of={row} /><Link to={`/gov/sources/${row.id}`}>{row.name}</Link></>
    ) },
    { key: "kind", title: t("sources.kind"), width: 160, filter: ["bottom-up", "measurements"].map((value) => ({ value, label: t(`sources.kinds.${value}`) })), show: (row) => t(`sources.kinds.${row.kind}`) },
    { key: "found", title: t("sources.outcome"), width: 260, sort: false, wrap: true, show: (row) => <Outcome found={row.found} /> },
    { key: "open", title: t("sources.open"), kind: "count", width: 110 },
    { key: "region", title: t("data.place"), width: 110, filter: true, show: (row) => <PlaceName region={row.region} entity={row.entity} /> },
    { key: "made_by", title: t("data.by"), width: 90, filter: true },
    { key: "made_at", title: t("data.made"), kind: "time", width: 140 },
  ]; // prettier-ignore
  const make = may("data.write") && (
    <>
      <Button onClick={() => go("/gov/sources/measurements")}>{t("sources.new_measurements")}</Button>
      <Button type="primary" onClick={() => go("/gov/sources/bottom-up")}>
        {t("sources.new_bottom-up")}
      </Button>
    </>
  );
  return (
    <Page title={t("section.sources")} about={t("sources.about")} actions={make}>
      <Panel>
        <DataTable<Row>
          name="sources" label={t("section.sources")} path={query("/sources", { where: area ? [`region~${area}`] : [] })} columns={columns} rowKey={(row) => row.id}
          onRow={(row) => go(`/gov/sources/${row.id}`)} empty={<Empty title={t("sources.none")} hint={t(may("data.write") ? "sources.none_hint" : "sources.none_here")}>{make}</Empty>}
        />
      </Panel>
    </Page>
  );
}
