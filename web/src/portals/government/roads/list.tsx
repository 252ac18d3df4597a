import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { useGo, usePick } from "../../../shared/address";
import { query } from "../../../shared/api";
import { Link } from "../../../shared/link";
import { PlaceName } from "../../../shared/names";
import { UNKNOWN } from "../../../shared/numbers";
import { MadeUp, Mark, Page, Panel } from "../../../shared/page";
import { useSession } from "../../../shared/session";
import { Empty } from "../../../shared/states";
import { type Column, DataTable } from "../../../shared/table";
import type { RoadRow } from "./types";

/** The roads of the places that the person sees, the newest version of each. */
export default function List() {
  const { t } = useTranslation();
  const { may } = useSession();
  const [area] = usePick("area");
  const go = useGo();
  const columns: Column<RoadRow>[] = [
    { key: "name", title: t("roads.name"), width: 210, wrap: true, filter: true, show: (row) => (
      <><MadeUp of={row} /><Link to={`/gov/roads/${row.id}`}>{row.name}</Link></>
    ) },
    { key: "title", title: t("roads.title"), width: 90, filter: true },
    { key: "base", title: t("roads.span"), width: 120, show: spanOf },
    { key: "last", title: t("roads.last"), width: 105, show: (row) => row.last ?? UNKNOWN },
    { key: "headline", title: t("roads.newest_finding"), width: 230, sort: false, wrap: true },
    { key: "alarm", title: t("roads.alarm"), width: 75, show: (row) => (row.alarm ? <Mark kind="error">{t("roads.alarm")}</Mark> : UNKNOWN) },
    { key: "region", title: t("roads.place"), width: 95, filter: true, show: (row) => <PlaceName region={row.region} entity={row.entity} /> },
    { key: "made_by", title: t("data.by"), width: 95, filter: true },
    { key: "made_at", title: t("data.made"), kind: "time", width: 140 },
  ]; // prettier-ignore
  const make = may("data.write") && (
    <Button type="primary" onClick={() => go("/gov/roads/new")}>
      {t("roads.new")}
    </Button>
  );
  return (
    <Page title={t("section.roads")} about={t("roads.about")} actions={make}>
      <Panel>
        <DataTable<RoadRow>
          name="roads"
          label={t("section.roads")}
          path={query("/roads", { where: area ? [`region~${area}`] : [] })}
          columns={columns}
          rowKey={(row) => row.id}
          onRow={(row) => go(`/gov/roads/${row.id}`)}
          empty={<Empty title={t("roads.none")} hint={t(area ? "roads.none_here" : may("data.write") ? "roads.none_hint" : "roads.none_read")}>{make}</Empty>}
        />
      </Panel>
    </Page>
  );
}

/** `2020–2060`: base year to target. */
export const spanOf = ({ base, target }: Pick<RoadRow, "base" | "target">): string => (base === null && target === null ? UNKNOWN : `${base ?? UNKNOWN}–${target ?? UNKNOWN}`);
