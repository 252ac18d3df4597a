import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { useGo, usePick } from "../../../shared/address";
import { query } from "../../../shared/api";
import { Icon } from "../../../shared/icon";
import { Link } from "../../../shared/link";
import { PlaceName } from "../../../shared/names";
import { count } from "../../../shared/numbers";
import { MadeUp, Page, Panel } from "../../../shared/page";
import { useSession } from "../../../shared/session";
import { Empty } from "../../../shared/states";
import { type Column, DataTable } from "../../../shared/table";
import type { Dataset } from "./types";

/** Data sets and their versions; the way in for a new file. */
export default function List() {
  const { t } = useTranslation();
  const { may } = useSession();
  const [area] = usePick("area");
  const go = useGo();
  const columns: Column<Dataset>[] = [
    {
      key: "name", title: t("data.name"), width: 260, filter: true,
      show: (row) => (
        <>
          <MadeUp of={row} />
          <Link to={`/gov/data/${row.id}`}>{row.name}</Link>
        </>
      ),
    },
    { key: "number", title: t("data.version"), kind: "count", width: 80, show: (row) => `v${row.number}` },
    { key: "region", title: t("data.place"), width: 130, filter: true, show: (row) => <PlaceName region={row.region} entity={row.entity} /> },
    { key: "rows_good", title: t("data.good"), kind: "count", width: 110 },
    {
      key: "rows_refused", title: t("data.refused"), kind: "count", width: 110,
      show: (row) => (row.rows_refused ? <Link to={`/gov/data/${row.id}/refused`}>{count(row.rows_refused)}</Link> : "0"),
    },
    { key: "made_at", title: t("data.made"), kind: "time", width: 150 },
  ]; // prettier-ignore
  const more = (
    <>
      {may("run.create") && <Button onClick={() => go("/gov/data/reported")}>{t("reported.title")}</Button>}
      <Button onClick={() => go("/gov/data/socio-economic")}>{t("socio.title")}</Button>
      <Button onClick={() => go("/gov/data/places")}>{t("spots.title")}</Button>
    </>
  );
  const upload = may("data.write") && (
    <Button type="primary" icon={<Icon name="upload" />} onClick={() => go("/gov/data/upload")}>
      {t("data.upload")}
    </Button>
  );
  return (
    <Page title={t("section.data")} about={t("data.about")} actions={<>{more}{upload}</>}>
      <Panel>
        <DataTable<Dataset>
          name="datasets"
          label={t("section.data")}
          path={query("/datasets", { where: area ? [`region~${area}`] : [] })}
          columns={columns}
          rowKey={(row) => row.id}
          onRow={(row) => go(`/gov/data/${row.id}`)}
          empty={
            <Empty title={t("data.none")} hint={t(may("data.write") ? "data.none_hint" : "data.none_read")}>
              {upload}
            </Empty>
          }
        />
      </Panel>
    </Page>
  );
}
