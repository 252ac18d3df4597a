import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { useGo, usePick } from "../../../shared/address";
import { query } from "../../../shared/api";
import { Link } from "../../../shared/link";
import { PlaceName } from "../../../shared/names";
import { useUnit } from "../../../shared/numbers";
import { MadeUp, Mark, Page, Panel } from "../../../shared/page";
import { useSession } from "../../../shared/session";
import { Empty } from "../../../shared/states";
import { type Column, DataTable } from "../../../shared/table";
import { gasOf, yearsOf } from "../inventory/ask";
import { Figure } from "../inventory/figure";
import { ProofDrawer } from "../inventory/proof";
import type { ReleaseRow } from "./types";

/** What was proposed and what was released, newest first. */
export default function List() {
  const { t } = useTranslation();
  const { may } = useSession();
  const [area] = usePick("area");
  const { unit } = useUnit();
  const go = useGo();
  const columns: Column<ReleaseRow>[] = [
    { key: "name", title: t("releases.name"), width: 260, filter: true, show: (row) => (
      <><MadeUp of={row} /><Link to={`/gov/releases/${row.id}`}>{row.name}</Link></>
    ) },
    { key: "number", title: t("releases.number"), kind: "count", width: 80, show: (row) => (row.number ? `#${row.number}` : "–") },
    { key: "state", title: t("releases.state"), width: 110, filter: ["proposed", "released", "rejected"].map((value) => ({ value, label: t(`releases.states.${value}`) })), show: (row) => <State of={row.state} /> },
    { key: "total", title: t("inventory.total", { unit }), kind: "tonnes", width: 130, show: (row) => <Figure of={row.number ? `releases/${row.id}` : `runs/${row.run}`} value={row.total} /> },
    { key: "unit", title: t("inventory.gas"), width: 110, show: (row) => [gasOf(row.unit), row.gwp].filter(Boolean).join(" · ") },
    { key: "first_day", title: t("inventory.years"), width: 100, show: yearsOf },
    { key: "complete", title: t("inventory.complete"), width: 145, show: (row) => (row.complete ? <Mark kind="good">{t("inventory.complete")}</Mark> : <Mark kind="warning">{t("inventory.incomplete")}</Mark>) },
    { key: "region", title: t("inventory.place"), width: 100, filter: true, show: (row) => <PlaceName region={row.region} entity={row.entity} /> },
    { key: "decided_at", title: t("releases.decided"), kind: "time", width: 140 },
  ]; // prettier-ignore
  const propose = may("release.propose") && (
    <Button type="primary" onClick={() => go("/gov/releases/new")}>
      {t("releases.propose")}
    </Button>
  );
  return (
    <Page title={t("section.releases")} about={t("releases.about")} actions={propose}>
      <Panel>
        <DataTable<ReleaseRow>
          name="releases"
          label={t("section.releases")}
          path={query("/releases", { where: area ? [`region~${area}`] : [] })}
          columns={columns}
          rowKey={(row) => row.id}
          onRow={(row) => go(`/gov/releases/${row.id}`)}
          empty={<Empty title={t("releases.none")} hint={t(may("release.propose") ? "releases.none_hint" : "releases.none_read")}>{propose}</Empty>}
        />
      </Panel>
      <ProofDrawer />
    </Page>
  );
}

export function State({ of }: { of: string }) {
  const { t } = useTranslation();
  const kind = of === "released" ? "good" : of === "rejected" ? "error" : "info";
  return <Mark kind={kind}>{t(`releases.states.${of}`, { defaultValue: of })}</Mark>;
}
