import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useDeferredValue, useState } from "react";
import { useTranslation } from "react-i18next";
import { get, query } from "../../../shared/api";
import { percent, Tonnes } from "../../../shared/numbers";
import { Mark } from "../../../shared/page";
import { Answered } from "../../../shared/states";
import { nameOf } from "../inventory/look";
import type { Row } from "../inventory/types";
import type { Of } from "./types";

type Supposed = { rows: Row[]; before: number; after: number };
type Change = { activity: number; factor: number };
const NONE: Change = { activity: 0, factor: 0 };
const MOST = 8;

/** What a change of activity or emission factor of a sector would do: a supposition, clearly marked and kept nowhere. */
export function Suppose({ code, of, year, unit }: { code: string; of: Of; year: string; unit: string }) {
  const { t } = useTranslation();
  const [changes, setChanges] = useState<Record<string, Change>>({});
  const told = useDeferredValue(changes);
  const asked = Object.entries(told).flatMap(([sector, one]) => (one.activity || one.factor ? [`${sector}:${one.activity}:${one.factor}`] : []));
  const path = query("/maps/what-if", { ...of, region: code, year, change: asked });
  const found = useQuery({ queryKey: ["supposed", path], queryFn: ({ signal }) => get<Supposed>(query(path, { limit: 200 }), signal), placeholderData: keepPreviousData });
  const set = (sector: string, part: Partial<Change>) => setChanges((old) => ({ ...old, [sector]: { ...(old[sector] ?? NONE), ...part } }));
  return (
    <section className="suppose">
      <h3>
        {t("map.suppose")} <Mark kind="warning">{t("map.supposed")}</Mark>
      </h3>
      <p className="quiet">{t("map.suppose_about")}</p>
      <Answered of={found}>
        {({ rows, before, after }) => (
          <>
            <p role="status">
              {t("map.before")} <Tonnes value={before} /> → {t("map.after")}{" "}
              <strong>
                <Tonnes value={after} />
              </strong>{" "}
              {unit} ({percent(before ? ((after - before) / Math.abs(before)) * 100 : 0)})
            </p>
            <div className="scroll">
              <table className="plain">
                <thead>
                  <tr>
                    <th scope="col">{t("dim.sector")}</th>
                    <th scope="col">{t("map.activity")}</th>
                    <th scope="col">{t("map.factor")}</th>
                    <th scope="col">{unit}</th>
                  </tr>
                </thead>
                <tbody>
                  {rows.slice(0, MOST).map((row) => {
                    const sector = String(row.sector ?? "");
                    const one = changes[sector] ?? NONE;
                    const name = nameOf(row, "sector") || t("inventory.unstated");
                    return (
                      <tr key={sector}>
                        <th scope="row">{name}</th>
                        {(["activity", "factor"] as const).map((part) => (
                          <td key={part}>
                            <input type="range" min={-100} max={100} step={5} value={one[part]} onChange={(event) => set(sector, { [part]: Number(event.target.value) })} aria-label={`${name}: ${t(`map.${part}`)}`} aria-valuetext={`${one[part]} %`} disabled={!sector} />{" "}
                            <output>{one[part]} %</output>
                          </td>
                        ))}
                        <td>
                          <Tonnes value={row.what_if as number | null} />
                        </td>
                      </tr>
                    );
                  })}
                </tbody>
              </table>
            </div>
            {rows.length > MOST && <p className="quiet">{t("map.largest", { count: MOST })}</p>}
            <Button size="small" onClick={() => setChanges({})} disabled={!asked.length}>
              {t("map.reset")}
            </Button>
          </>
        )}
      </Answered>
    </section>
  );
}
