import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { get, type Page } from "../../../shared/api";
import { Choices } from "../../../shared/choice";
import { useRegions } from "../../../shared/names";
import { useAboutRun, useRuns } from "../inventory/ask";
import type { ReleaseRow } from "../releases/types";
import type { Road } from "./types";

/** The inventories of a year, by the ids of runs or releases. */
export type Bound = { year: string; runs: string[] };

/** Those of a version, to begin the next one with. */
export function boundOf(held: Road["inventories"] = []): Bound[] {
  const years = [...new Set(held.map((one) => one.year))];
  return years.map((year) => ({ year, runs: held.filter((one) => one.year === year).map((one) => one.id) }));
}

/** What is sent: by year; a year without an inventory, or an inventory without a year, is left out. */
export const bindings = (bound: Bound[]): Record<string, string[]> =>
  Object.fromEntries(bound.filter((one) => /^\d{4}$/.test(one.year) && one.runs.length > 0).map((one) => [one.year, one.runs]));

/** Inventories of the platform that stand for years of the observed series. */
export function Inventories({ bound, change }: { bound: Bound[]; change: (bound: Bound[]) => void }) {
  const { t } = useTranslation();
  const runs = useRuns().data?.rows ?? [];
  const releases = useQuery({ queryKey: ["releases", "released"], queryFn: () => get<Page<ReleaseRow>>("/releases?limit=500&where=state%3Dreleased") }).data?.rows ?? [];
  const about = useAboutRun(runs);
  const place = useRegions(releases.map((one) => one.region));
  const options = [
    ...releases.map((one) => ({ value: one.id, name: t("roads.release", { name: one.name, number: one.number }), about: [one.first_day.slice(0, 4), one.method, place(one.region)].filter(Boolean).join(" · ") })),
    ...runs.map((one) => ({ value: one.id, name: one.name, about: about(one) })),
  ];
  const put = (place: number, next: Partial<Bound>) => change(bound.map((one, at) => (at === place ? { ...one, ...next } : one)));
  return (
    <div className="stack" role="group" aria-label={t("roads.inventories")}>
      <span className="label">{t("roads.inventories")}</span>
      <p className="quiet">{t("roads.inventories_about")}</p>
      {bound.map((one, place) => (
        <div className="bound" key={place}>
          <label>
            {t("roads.year")}
            <input type="number" min={1900} max={2200} required value={one.year} onChange={(event) => put(place, { year: event.target.value })} />
          </label>
          <Choices label={t("roads.runs")} options={options} values={one.runs} change={(ids) => put(place, { runs: ids })} width={520} />
          <Button onClick={() => change(bound.filter((_, at) => at !== place))} aria-label={t("roads.unbind", { year: one.year || place + 1 })}>
            {t("data.take_out_short")}
          </Button>
        </div>
      ))}
      <div>
        <Button onClick={() => change([...bound, { year: "", runs: [] }])}>{t("roads.bind")}</Button>
      </div>
    </div>
  );
}
