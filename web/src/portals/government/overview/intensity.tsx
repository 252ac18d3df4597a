import { useTranslation } from "react-i18next";
import { query } from "../../../shared/api";
import { Link } from "../../../shared/link";
import { percent } from "../../../shared/numbers";
import { Mark } from "../../../shared/page";
import { useSession } from "../../../shared/session";
import { Answered } from "../../../shared/states";
import { useTable } from "../inventory/ask";
import type { Row } from "../inventory/types";
import { type Asked, useSeries } from "./total";

type Datum = { period: string; quantity: "gdp" | "population" | "intensity_target"; value: number; source: string };
type Year = { year: string; perGdp: number | null; perHead: number | null };

/** Emission [t] by GDP [10^8 CNY] and population [10^4]: t per 10^4 CNY and t per head, of each year that has them. */
export function intensities(emissions: Map<string, number>, data: Datum[]): Year[] {
  const value = (year: string, quantity: Datum["quantity"]) => data.find((one) => one.period === year && one.quantity === quantity)?.value;
  return [...emissions]
    .map(([year, tonnes]) => {
      const [gdp, population] = [value(year, "gdp"), value(year, "population")];
      return { year, perGdp: gdp ? tonnes / (gdp * 1e4) : null, perHead: population ? tonnes / (population * 1e4) : null };
    })
    .filter((one) => one.perGdp !== null || one.perHead !== null)
    .sort((one, other) => one.year.localeCompare(other.year));
}

const digits = (value: number | null) => (value === null ? "–" : value.toPrecision(3));

/** Emission per GDP and per head of the latest year that has both, held against the target. */
export function Intensity(asked: Asked) {
  const { t } = useTranslation();
  const { may } = useSession();
  const { run, refresh } = asked;
  const series = useSeries(asked, "");
  const found = useTable<{ rows: Datum[] }>(query("/socio-economic", { limit: 2000, where: [`region=${run.region}`, `entity=${run.entity}`] }), true, refresh);
  return (
    <Answered of={found} lines={3}>
      {({ rows }) => {
        const sums = new Map((series.data?.rows ?? []).map((row: Row) => [String(row.period).slice(0, 4), Number(row.emission)]));
        const list = intensities(sums, rows);
        const last = list.at(-1);
        const before = list.at(-2);
        const targets = rows.filter((one) => one.quantity === "intensity_target").sort((one, other) => one.period.localeCompare(other.period));
        const target = targets.find((one) => last && one.period >= last.year) ?? targets.at(-1);
        const moved = last?.perGdp && before?.perGdp ? (last.perGdp / before.perGdp - 1) * 100 : null;
        return (
          <div className="stack">
            {last ? (
              <>
                <p><strong className="large-figure">{digits(last.perGdp)}</strong> {t("overview.per_gdp")} · {last.year}{moved !== null && ` · ${moved > 0 ? "▲ +" : "▼ −"}${percent(Math.abs(moved))}`}</p>
                <p>{digits(last.perHead)} {t("overview.per_head")}</p>
                <p className="quiet">{rows.find((one) => one.period === last.year && one.quantity === "gdp")?.source}</p>
              </>
            ) : (
              <p className="quiet">{t("overview.no_gdp", { years: [...sums.keys()].sort().join("、") })}</p>
            )}
            {target ? (
              <p>
                {t("overview.target", { year: target.period, value: digits(target.value) })}{" "}
                {last?.perGdp && (last.perGdp <= target.value ? <Mark kind="good">{t("overview.within")}</Mark> : <Mark kind="warning">{t("overview.above", { share: percent((last.perGdp / target.value - 1) * 100) })}</Mark>)}
                <br />
                <span className="quiet">{target.source}</span>
              </p>
            ) : (
              <p className="quiet">{t("overview.no_target")}</p>
            )}
            {(may("data.write") || may("release.approve")) && <Link to={query("/gov/data/socio-economic", { region: run.region, entity: run.entity })}>{t("overview.enter_gdp")}</Link>}
          </div>
        );
      }}
    </Answered>
  ); // prettier-ignore
}
