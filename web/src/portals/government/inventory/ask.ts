import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { usePick } from "../../../shared/address";
import { get, type Page, query } from "../../../shared/api";
import { useRegions } from "../../../shared/names";
import { when } from "../../../shared/numbers";
import type { Run, RunRow } from "./types";

export const useRun = (id: string) => useQuery({ queryKey: ["run", id], queryFn: () => get<Run>(`/runs/${id}`), enabled: id !== "", staleTime: 60_000 });

/** The newest runs, for choosing one. */
export function useRuns(area = "") {
  const path = query("/runs", { limit: 500, where: area ? [`region~${area}`] : [] });
  return useQuery({ queryKey: ["runs", path], queryFn: () => get<Page<RunRow>>(path) });
}

/** A table of the API; asked again every `refresh` milliseconds where that is given. */
export const useTable = <T>(path: string, enabled = true, refresh: number | false = false) =>
  useQuery({ queryKey: ["asked", path], queryFn: ({ signal }) => get<T>(path, signal), enabled, staleTime: refresh || 60_000, refetchInterval: refresh });

/** `CO2e` of `t CO2e`. */
export const gasOf = (unit: string) => unit.replace(/^t /, "");

/** `2021`, `2012–2021`. */
export function yearsOf(run: { first_day?: string; last_day?: string }): string {
  const [first = "", last = ""] = [run.first_day?.slice(0, 4), run.last_day?.slice(0, 4)];
  return first === last ? first : `${first}–${last}`;
}

/** What tells an inventory from others of its name: years, method, gas, place, when it was made and by whom. */
export const aboutRun = (one: RunRow, place: (code: string) => string = (code) => code): string => [yearsOf(one), one.method, [gasOf(one.unit), one.gwp].filter(Boolean).join(" "), place(one.region), one.entity, when(one.made_at), one.by].filter(Boolean).join(" · ");

/** The same with places by their names. */
export function useAboutRun(runs: RunRow[]): (one: RunRow) => string {
  const place = useRegions(runs.map((one) => one.region));
  return (one) => aboutRun(one, place);
}

/** The last year of a run that holds several, which are never shown as one figure; empty for a run of one year. */
export const lastYear = (run: { first_day: string; last_day: string }): string => (run.last_day.length === 4 && run.first_day !== run.last_day ? run.last_day : "");

/** The one year of which a run of several is judged: that of the picker where the run reaches it, else the last; empty for a run of one year. */
export function yearOf(run: { first_day: string; last_day: string }, picked: string): string {
  const [first, last] = [run.first_day.slice(0, 4), run.last_day.slice(0, 4)];
  if (first === last) return "";
  return /^\d{4}$/.test(picked) && first <= picked && picked <= last ? picked : last;
}

/** That year, and a title that says it. */
export function useYear(run: { first_day: string; last_day: string }): { year: string; titled: (title: string) => string } {
  const { t } = useTranslation();
  const [picked] = usePick("period");
  const year = yearOf(run, picked);
  return { year, titled: (title) => (year ? t("inventory.of_year", { title, year }) : title) };
}

/** Whether an inventory is of one year; several are never added up. */
export const oneYear = (run: RunRow) => run.first_day.slice(0, 4) === run.last_day.slice(0, 4);
