import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { usePick } from "../../../shared/address";
import { query } from "../../../shared/api";
import { percent, useUnit } from "../../../shared/numbers";
import { Mark } from "../../../shared/page";
import { busy } from "../../../shared/ready";
import { Answered } from "../../../shared/states";
import { gasOf, useTable } from "../inventory/ask";
import { useBreakRows, useSeams } from "../inventory/breaks";
import { Figure } from "../inventory/figure";
import type { Row, Run, RunRow, Seen } from "../inventory/types";
import type { ReleaseRow } from "../releases/types";

export type Asked = { run: Run; runs: RunRow[]; release: ReleaseRow | null; height?: number; refresh?: number | false; font?: number; most?: number; onShown?: () => void };

/** The year that is shown, and its cell: the one picked, else the last that the run holds. */
export function useYear(run: Run): { year: string; cell: string[] } {
  const [period] = usePick("period");
  const several = run.first_day !== run.last_day && run.last_day.length === 4;
  const year = several && /^\d{4}$/.test(period) && run.first_day <= period && period <= run.last_day ? period : run.last_day.slice(0, 4);
  return { year, cell: several ? [`period=${year}`] : [] };
}

/** The table of a series by a dimension: of the run, or of those of other years that make one series with it. */
export const seriesPath = ({ run }: Asked, by: string) => query("/inventories/series", { run: run.series, by });

export const useSeries = (asked: Asked, by: string) => useTable<{ rows: Row[] }>(query(seriesPath(asked, by), { limit: 5000 }), true, asked.refresh);

/** The total of the year, what it did since the year before, and how sure it is. */
export function Total(asked: Asked & { large?: boolean }) {
  const { run, release, refresh, onShown } = asked;
  const { t } = useTranslation();
  const { unit } = useUnit(gasOf(run.unit));
  const { year, cell } = useYear(run);
  const found = useTable<Seen>(query(`/runs/${run.id}/table`, { cell, uncertainty: run.rows <= 20_000 }), true, refresh);
  const series = useSeries(asked, "");
  const total = found.data?.rows[0];
  const shown = found.isSuccess || found.isError;
  useEffect(() => {
    if (!shown) return;
    const told = busy();
    requestAnimationFrame(() => (performance.mark("numbers"), onShown?.(), told()));
  }, [shown]); // eslint-disable-line
  const now = Number(total?.emission ?? 0);
  const sums = new Map(series.data?.rows.map((row) => [String(row.period).slice(0, 4), Number(row.emission)]));
  const before = [...sums.keys()].filter((one) => one < year).sort().at(-1); // prettier-ignore
  const within = (one: { later: string }) => one.later > (before ?? "9") && one.later <= year;
  const broken = useBreakRows(run.series, refresh).some(within);
  const seamed = useSeams(run.series, refresh).some(within);
  const moved = before && sums.get(before) ? ((now - sums.get(before)!) / sums.get(before)!) * 100 : null;
  return (
    <Answered of={found} lines={2}>
      {() => (
        <div className="headline">
          <div>
            <span>{t("overview.total_of", { year })}</span>
            <Figure of={release ? `releases/${release.id}` : `runs/${run.id}`} cell={cell.length ? { period: year } : {}} value={total?.emission as number} large /> <small>{unit}</small>
          </div>
          {moved !== null && (
            <div>
              <span>{t("overview.since", { before })}</span>
              <strong className="moved">
                {moved > 0 ? "▲ +" : "▼ −"}
                {percent(Math.abs(moved))}
              </strong>
              {" "}
              {(broken || seamed) && <Mark kind="warning">{t(broken ? "overview.moved_broken" : "overview.moved_seamed")}</Mark>}
            </div>
          )}
          <div>
            <span>{t("inventory.uncertainty")}</span>
            {typeof total?.uncertainty === "number" ? `±${percent(total.uncertainty)}` : "–"}
          </div>
          <div>
            <span>{t("inventory.state")}</span>
            {run.complete ? <Mark kind="good">{t("inventory.complete")}</Mark> : <Mark kind="warning">{t("inventory.incomplete")}</Mark>} {release ? <Mark kind="good">{t("overview.released", { number: release.number })}</Mark> : <Mark>{t("overview.not_released")}</Mark>}
          </div>
        </div>
      )}
    </Answered>
  );
}
