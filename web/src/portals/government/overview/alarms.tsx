import { useTranslation } from "react-i18next";
import { usePick } from "../../../shared/address";
import { query } from "../../../shared/api";
import { Link } from "../../../shared/link";
import { count, short } from "../../../shared/numbers";
import { MadeUp, Mark, Page, Panel } from "../../../shared/page";
import { Answered, Empty } from "../../../shared/states";
import { type Column, DataTable } from "../../../shared/table";
import { useTable } from "../inventory/ask";

export type Alarm = { kind: string; level: "error" | "warning"; name: string; region: string; what: string; message: string; address: string; limit: number | null; unit: string; source: string; synthetic: boolean };

const LEVEL = ["error", "warning"] as const;

export function Bell({ of }: { of: Alarm }) {
  return <Mark kind={of.level}>{of.name}</Mark>;
}

/** What is wrong with an inventory now, each line a way to where it is mended. */
export function Alarms({ run, refresh, most = 5 }: { run: string; refresh?: number | false; most?: number }) {
  const { t } = useTranslation();
  const found = useTable<{ rows: Alarm[]; total: number }>(query("/alarms", { run, limit: most }), true, refresh);
  return (
    <Answered of={found} lines={3}>
      {({ rows, total }) => (
        <div className="stack">
          {total === 0 && <p><Mark kind="good">{t("overview.no_alarms")}</Mark></p>}
          <ul className="plain-list alarms">
            {rows.map((one) => (
              <li key={one.kind + one.address}>
                <Bell of={one} /> <Link to={one.address} title={one.message} className="clip">{one.message}</Link>
              </li>
            ))}
          </ul>
          <p className="quiet no-print">
            {total > rows.length && t("overview.more_alarms", { shown: count(total - rows.length) })} <Link to="/gov/overview/alarms">{t("overview.every_alarm")}</Link>
          </p>
        </div>
      )}
    </Answered>
  ); // prettier-ignore
}

/** The alarms of everything that one may see, with the limit of each and where it comes from. */
export default function AlarmPage() {
  const { t } = useTranslation();
  const [area] = usePick("area");
  const columns: Column<Alarm>[] = [
    { key: "level", title: t("doubt.level"), width: 80, filter: LEVEL.map((value) => ({ value, label: t(`doubt.${value}`) })), show: (row) => <Mark kind={row.level}>{t(`doubt.${row.level}`)}</Mark> },
    { key: "name", title: t("overview.kind"), width: 150, filter: true, wrap: true },
    { key: "what", title: t("overview.of_what"), width: 160, filter: true, wrap: true, show: (row) => <><MadeUp of={row} />{row.what}</> },
    { key: "message", title: t("overview.message"), width: 390, sort: false, wrap: true, show: (row) => <Link to={row.address}>{row.message}</Link> },
    { key: "limit", title: t("overview.limit"), width: 70, show: (row) => (row.limit === null ? "–" : `${short(row.limit, 3)} ${row.unit}`) },
    { key: "source", title: t("overview.limit_source"), width: 200, sort: false, wrap: true },
  ]; // prettier-ignore
  return (
    <Page crumbs={[{ word: t("section.overview"), to: "/gov/overview" }]} title={t("overview.alarms")} about={t("overview.alarms_about")}>
      <Panel>
        <DataTable<Alarm> name="alarms" label={t("overview.alarms")} path={query("/alarms", { where: area ? [`region~${area}`] : [] })} columns={columns} rowKey={(row, place) => `${row.kind}${place}`} empty={<Empty title={t("overview.no_alarms")} hint={t("overview.alarms_about")} />} />
      </Panel>
    </Page>
  ); // prettier-ignore
}
