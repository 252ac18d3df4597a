import { Button } from "antd";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { useParam } from "../../../shared/address";
import { query } from "../../../shared/api";
import { Link } from "../../../shared/link";
import { percent, useUnit } from "../../../shared/numbers";
import { Mark } from "../../../shared/page";
import { useSession } from "../../../shared/session";
import { Answered } from "../../../shared/states";
import { joined, spoken } from "../../../shared/words";
import { gasOf, useTable } from "../inventory/ask";
import { Aim, aimOf, type Datum } from "./aim";
import { type Asked, useYear } from "./total";

const TargetDrawer = lazy(() => import("./target"));
type Year = { year: string; per_gdp: number | null; per_head: number | null; intensity_path: number | null; emission: number; emission_path: number | null; synthetic_data: boolean };

const digits = (value: number | null | undefined) => (value === null || value === undefined ? "–" : value.toPrecision(3));

/** Emission per GDP and per head of the latest year that has both; it and the total held against the paths of their targets. */
export function Intensity(asked: Asked) {
  const { t } = useTranslation();
  const { may } = useSession();
  const { run, refresh, font } = asked;
  const { year } = useYear(run);
  const { unit, scale } = useUnit(gasOf(run.unit));
  const [setting, setSetting] = useParam("target");
  const found = useTable<{ rows: Year[] }>(query("/inventories/intensity", { run: run.series, limit: 200 }), true, refresh);
  const given = useTable<{ rows: Datum[] }>(query("/socio-economic", { limit: 2000, where: [`region=${run.region}`, `entity=${run.entity}`] }), true, refresh);
  const data = given.data?.rows ?? [];
  const source = (period: string) => joined([...new Set(data.filter((one) => one.period === period && (one.quantity === "gdp" || one.quantity === "population")).map((one) => spoken(one.source)))]);
  return (
    <Answered of={found} lines={3}>
      {({ rows }) => {
        const known = rows.filter((one) => one.year <= year && (one.per_gdp !== null || one.per_head !== null));
        const [before, last] = [known.at(-2), known.at(-1)];
        const here = rows.find((one) => one.year === year);
        const moved = last?.per_gdp && before?.per_gdp ? (last.per_gdp / before.per_gdp - 1) * 100 : null;
        const [intensity, total] = [aimOf(data, "intensity_target", last?.year ?? year), aimOf(data, "emission_target", year)];
        const mixture = last && (run.synthetic ? (last.synthetic_data ? "all_synthetic" : "mixed") : last.synthetic_data ? "mixed_data" : "");
        return (
          <div className="stack">
            {last ? (
              <>
                {last.year !== year && <p className="quiet">{t("overview.no_gdp_of", { year, last: last.year })}</p>}
                <p><strong className="large-figure">{digits(last.per_gdp)}</strong> {t("overview.per_gdp")} · {last.year}{moved !== null && ` · ${moved > 0 ? "▲ +" : "▼ −"}${percent(Math.abs(moved))}`}</p>
                {(!font || last.per_head !== null) && <p>{digits(last.per_head)} {t("overview.per_head")}</p>}
                {mixture && <p className="mixed"><Mark kind="warning">{t(`overview.${mixture}`)}</Mark> {!font && t(`overview.${mixture}_told`, { source: source(last.year) })}</p>}
                {!mixture && <p className="quiet">{source(last.year)}</p>}
              </>
            ) : (
              <p className="quiet">{t("overview.no_gdp", { years: joined(rows.map((one) => one.year)) })}</p>
            )}
            {intensity && <Aim of={intensity} year={last?.year ?? year} now={last?.per_gdp} path={last?.intensity_path} word="target" unit={t("socio.per_gdp")} brief={Boolean(font)} />}
            {total && <Aim of={total} year={year} now={here?.emission} path={here?.emission_path} word="target_total" unit={unit} scale={scale} brief={Boolean(font)} />}
            {!intensity && !total && <p className="quiet">{t("overview.no_target")}</p>}
            {!font && (
              <span className="row no-print">
                {may("release.approve") && <Button size="small" onClick={() => setSetting("new")}>{t("overview.set_target")}</Button>}
                {may("data.write") && <Link to={query("/gov/data/socio-economic", { region: run.region, entity: run.entity })}>{t("overview.enter_gdp")}</Link>}
              </span>
            )}
            {setting && !font && <Suspense fallback={null}><TargetDrawer region={run.region} entity={run.entity} /></Suspense>}
          </div>
        );
      }}
    </Answered>
  ); // prettier-ignore
}
