import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { useGo, usePick } from "../../../shared/address";
import { query } from "../../../shared/api";
import { Link } from "../../../shared/link";
import { useUnit } from "../../../shared/numbers";
import { MadeUp, Mark, Page, Panel } from "../../../shared/page";
import { useSession } from "../../../shared/session";
import { Empty } from "../../../shared/states";
import { type Column, DataTable } from "../../../shared/table";
import { gasOf, oneYear, yearsOf } from "./ask";
import { PlaceName } from "../../../shared/names";
import { Figure } from "./figure";
import { ProofDrawer } from "./proof";
import type { RunRow } from "./types";


/** Inventories that were accounted, newest first. */
export default function List() {
  const { t } = useTranslation();
  const { may } = useSession();
  const [area] = usePick("area");
  const [period] = usePick("period");
  const { unit } = useUnit();
  const go = useGo();
  const [first = "", last = first] = period.split("-");
  const where = [...(area ? [`region~${area}`] : []), ...(period ? [`first_day<=${last}-12-31`, `last_day>=${first}`] : [])];
  const columns: Column<RunRow>[] = [
    { key: "name", title: t("inventory.name"), width: 270, filter: true, show: (row) => (
      <><MadeUp of={row} /><Link to={`/gov/inventory/${row.id}`}>{row.name}</Link></>
    ) },
    { key: "total", title: t("inventory.total", { unit }), kind: "tonnes", width: 110, show: (row) =>
      oneYear(row) ? <Figure of={`runs/${row.id}`} value={row.total} /> : <span className="quiet" title={t("inventory.each_year_hint")}>{t("inventory.each_year")}</span> },
    { key: "unit", title: t("inventory.gas"), width: 110, show: (row) => [gasOf(row.unit), row.gwp].filter(Boolean).join(" · ") },
    { key: "complete", title: t("inventory.state"), width: 145, show: (row) =>
      row.complete ? <Mark kind="good">{t("inventory.complete")}</Mark> : <Mark kind="warning">{t("inventory.incomplete")}</Mark> },
    { key: "first_day", title: t("inventory.years"), width: 100, show: yearsOf },
    { key: "region", title: t("inventory.place"), width: 100, filter: true, show: (row) => <PlaceName region={row.region} entity={row.entity} /> },
    { key: "method", title: t("inventory.method"), width: 170, filter: true, show: (row) => <Link to={`/gov/methods/${row.method}`}>{row.method}</Link> },
    { key: "made_at", title: t("inventory.made"), kind: "time", width: 140 },
    { key: "by", title: t("data.by"), width: 90, filter: true },
  ]; // prettier-ignore
  const make = may("run.create") && (
    <Button type="primary" onClick={() => go("/gov/inventory/new")}>
      {t("inventory.new")}
    </Button>
  );
  return (
    <Page
      title={t("section.inventory")}
      about={t("inventory.about")}
      actions={
        <>
          <Button onClick={() => go("/gov/inventory/compare")}>{t("inventory.compare")}</Button>
          {make}
        </>
      }
    >
      <Panel>
        <DataTable<RunRow>
          name="runs"
          label={t("section.inventory")}
          path={query("/runs", { where })}
          columns={columns}
          rowKey={(row) => row.id}
          onRow={(row) => go(`/gov/inventory/${row.id}`)}
          empty={<Empty title={t("inventory.none")} hint={where.length ? t("inventory.none_here") : t(may("run.create") ? "inventory.none_hint" : "inventory.none_read")}>{make}</Empty>}
        />
      </Panel>
      <ProofDrawer />
    </Page>
  );
}
