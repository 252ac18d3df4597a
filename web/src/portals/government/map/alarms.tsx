import { useTranslation } from "react-i18next";
import { query } from "../../../shared/api";
import { Drawer } from "../../../shared/drawer";
import { Link } from "../../../shared/link";
import { short } from "../../../shared/numbers";
import { MadeUp } from "../../../shared/page";
import { Answered, Empty } from "../../../shared/states";
import { useTable } from "../inventory/ask";
import { type Alarm, Bell } from "../overview/alarms";

/** Why a pin stands where it does: the alarms of its regions, each with its limit and the way to where it is mended. */
export function PinDrawer({ called }: { called: (code: string) => string }) {
  const { t } = useTranslation();
  return (
    <Drawer name="pin" title={t("overview.alarms")} width={640}>
      {(value) => <Why key={value} regions={value.split(",")} called={called} />}
    </Drawer>
  );
}

function Why({ regions, called }: { regions: string[]; called: (code: string) => string }) {
  const { t } = useTranslation();
  const found = useTable<{ rows: Alarm[] }>(query("/alarms", { limit: 1000 }));
  return (
    <Answered of={found} lines={3}>
      {({ rows }) => (
        <>
          {regions.map((region) => (
            <section key={region}>
              <h3>{called(region)}</h3>
              <Of alarms={rows.filter((one) => one.region === region)} />
              <p className="quiet">
                <Link to={`/gov/overview/alarms?area=${region}`}>{t("map.to_alarms")}</Link>
              </p>
            </section>
          ))}
        </>
      )}
    </Answered>
  );
}

function Of({ alarms }: { alarms: Alarm[] }) {
  const { t } = useTranslation();
  if (!alarms.length) return <Empty title={t("overview.no_alarms")} />;
  return (
    <ul className="plain-list pin-why">
      {alarms.map((one) => (
        <li key={one.kind + one.address}>
          <p>
            <Bell of={one} /> <MadeUp of={one} />{one.what}
          </p>
          <p>{one.message}</p>
          <p className="quiet">
            {one.limit !== null && `${t("overview.limit")} ${short(one.limit, 3)} ${one.unit} · `}
            {one.source && `${t("overview.limit_source")}${t("map.colon")}${one.source} · `}
            <Link to={one.address}>{t("map.mend")}</Link>
          </p>
        </li>
      ))}
    </ul>
  );
}
