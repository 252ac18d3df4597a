import i18next from "i18next";
import { spoken } from "../../../shared/words";
import { useTranslation } from "react-i18next";
import { percent, short, useUnit } from "../../../shared/numbers";
import { useTheme } from "../../../shared/theme";
import { gasOf } from "./ask";
import type { Style } from "./options";
import type { Sums } from "./sankey";
import type { Row } from "./types";

/** How charts write amounts in the unit that is picked. */
export function useStyle(unit: string, font?: number): Style {
  const { t } = useTranslation();
  const { dark } = useTheme();
  const { scale, unit: shown } = useUnit(gasOf(unit));
  return { scale, unit: shown, dark, font, rest: t("inventory.rest"), unstated: t("inventory.unstated") };
}

/** What a chart says beneath itself of what it draws apart: both sides, and that they make the total of the table. */
export function sumsTold({ gross, removed }: Sums, style: Style): string[] {
  const amount = (value: number) => short(value / style.scale);
  return removed < 0 ? [i18next.t("inventory.sums_below", { gross: amount(gross), removed: amount(removed), net: amount(gross + removed), unit: style.unit })] : [];
}

type Cited = { name: string; method: string; digest: string; synthetic?: boolean; about?: unknown };

/** Where the numbers of a chart come from; which run, by which method, and its digest; of synthetic ones it says so first, also in the pictures that are saved. */
export function sourceOf(run: Cited): string {
  const about = (run.about ?? {}) as { source?: string; licence?: string };
  return [run.synthetic ? i18next.t("inventory.synthetic") : "", run.name, run.method, run.digest.slice(0, 12), spoken(about.source), spoken(about.licence)].filter(Boolean).join(" · ");
}

/** Which inventory each year of a series is from; the released one with its number. */
export function sourcesOf(rows: Row[], runs: (Cited & { id: string })[], released?: { run: string; number: number } | null): string {
  const years = new Map<string, Set<string>>();
  for (const row of rows) years.set(String(row.run), (years.get(String(row.run)) ?? new Set()).add(String(row.period).slice(0, 4)));
  const told = [...years].map(([id, held]) => {
    const one = runs.find((other) => other.id === id);
    const [first, last] = [[...held].sort()[0], [...held].sort().at(-1)];
    return [first === last ? first : `${first}–${last}`, one?.name ?? id, released?.run === id ? `#${released.number}` : "", one?.digest.slice(0, 12)].filter(Boolean).join(" ");
  });
  const methods = new Set(runs.filter((one) => years.has(one.id)).map((one) => one.method));
  const synthetic = runs.some((one) => years.has(one.id) && one.synthetic);
  return [synthetic ? i18next.t("inventory.synthetic") : "", ...told.sort(), ...methods].filter(Boolean).join(" · ");
}

/** What the total of the run did between its first and its last period, and whether other factors had a part in it. */
export function trendTitle(rows: Row[], run: string, t: (key: string, named?: Record<string, unknown>) => string, broken = false): string {
  const sums = new Map<string, number>();
  for (const row of rows) if (row.run === run) sums.set(String(row.period), (sums.get(String(row.period)) ?? 0) + Number(row.emission ?? 0));
  const times = [...sums.keys()].sort();
  const [first = "", last = ""] = [times[0], times.at(-1)];
  const [before = 0, after = 0] = [sums.get(first), sums.get(last)];
  if (times.length < 2 || before <= 0) return t("inventory.views.trend");
  const moved = ((after - before) / before) * 100;
  const title = t(moved >= 0 ? "inventory.rose" : "inventory.fell", { first, last, share: percent(Math.abs(moved)) });
  return broken ? t("inventory.title_broken", { title }) : title;
}
