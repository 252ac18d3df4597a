import { useTranslation } from "react-i18next";
import { query } from "../../../shared/api";
import { Link } from "../../../shared/link";
import { percent } from "../../../shared/numbers";
import { Mark } from "../../../shared/page";
import { useSession } from "../../../shared/session";
import { Answered } from "../../../shared/states";
import { useTable } from "../inventory/ask";
import { seriesOf } from "./chosen";
import { type Asked, useYear } from "./total";

type Year = { year: string; gdp: number | null; population: number | null; per_gdp: number | null; per_head: number | null; intensity_path: number | null; emission: number; emission_path: number | null };
type Datum = { period: string; quantity: string; value: number; source: string };

const digits = (value: number | null | undefined) => (value === null || value === undefined ? "–" : value.toPrecision(3));

/** Emission per GDP and per head of the latest year that has both, held against the path of the target. */
export function Intensity(asked: Asked) {
  const { t } = useTranslation();
  const { may } = useSession();
  const { run, runs, refresh, font } = asked;
  const { year } = useYear(run);
  const found = useTable<{ rows: Year[] }>(query("/inventories/intensity", { run: seriesOf(run, runs), limit: 200 }), true, refresh);
  const given = useTable<{ rows: Datum[] }>(query("/socio-economic", { limit: 2000, where: [`region=${run.region}`, `entity=${run.entity}`] }), true, refresh);
  const sourceOf = (quantity: string, period: string) => given.data?.rows.find((one) => one.period === period && one.quantity === quantity)?.source ?? "";
  const target = (quantity: string, from: string) => given.data?.rows.filter((one) => one.quantity === quantity && one.period >= from).sort((one, other) => one.period.localeCompare(other.period))[0];
  return (
    <Answered of={found} lines={3}>
      {({ rows }) => {
        const known = rows.filter((one) => one.year <= year && (one.per_gdp !== null || one.per_head !== null));
        const [before, last] = [known.at(-2), known.at(-1)];
        const moved = last?.per_gdp && before?.per_gdp ? (last.per_gdp / before.per_gdp - 1) * 100 : null;
        const aim = last && target("intensity_target", last.year);
        return (
          <div className="stack">
            {last ? (
              <>
                {last.year !== year && <p className="quiet">{t("overview.no_gdp_of", { year, last: last.year })}</p>}
                <p><strong className="large-figure">{digits(last.per_gdp)}</strong> {t("overview.per_gdp")} · {last.year}{moved !== null && ` · ${moved > 0 ? "▲ +" : "▼ −"}${percent(Math.abs(moved))}`}</p>
                <p>{digits(last.per_head)} {t("overview.per_head")}</p>
                {run.synthetic && <p className="mixed"><Mark kind="warning">{t("overview.mixed")}</Mark> {!font && t("overview.mixed_told", { source: sourceOf("gdp", last.year) || sourceOf("population", last.year) })}</p>}
                {!run.synthetic && <p className="quiet">{sourceOf("gdp", last.year) || sourceOf("population", last.year)}</p>}
              </>
            ) : (
              <p className="quiet">{t("overview.no_gdp", { years: rows.map((one) => one.year).join("、") })}</p>
            )}
            {aim ? (
              <p>
                {t("overview.target", { year: aim.period, value: digits(aim.value) })}{" "}
                {last?.per_gdp && last.intensity_path && (last.per_gdp <= last.intensity_path ? <Mark kind="good">{t("overview.within", { path: digits(last.intensity_path) })}</Mark> : <Mark kind="error">{t("overview.above", { path: digits(last.intensity_path), share: percent((last.per_gdp / last.intensity_path - 1) * 100) })}</Mark>)}
                <br />
                <span className="quiet">{aim.source}</span>
              </p>
            ) : (
              <p className="quiet">{t("overview.no_target")}</p>
            )}
            {(may("data.write") || may("release.approve")) && <Link to={query("/gov/data/socio-economic", { region: run.region, entity: run.entity })} className="no-print">{t("overview.enter_gdp")}</Link>}
          </div>
        );
      }}
    </Answered>
  ); // prettier-ignore
}
