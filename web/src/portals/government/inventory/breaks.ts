import { useTranslation } from "react-i18next";
import { query } from "../../../shared/api";
import { count, percent, short } from "../../../shared/numbers";
import { joined } from "../../../shared/words";
import { useTable } from "./ask";
import type { Mark, Style } from "./options";

type Break = { item: string; item_name: string; earlier: string; later: string; effect: number; share: number; value_before: string; value_after: string };
type Seam = { code: string; earlier: string; later: string; message: string };
const FACTORS = "Q-045";
/** Sentences of one kind below a chart; the others are counted. */
const SAID = 5;
export type Breaks = { marks: Mark[]; notes: string[]; brief: string[] };

export function useBreakRows(runs: string[], refresh: number | false = false): Break[] {
  const found = useTable<{ rows: Break[] }>(query("/inventories/breaks", { run: runs, limit: 200 }), runs.length > 0, refresh);
  return found.data?.rows ?? [];
}

/** What does not fit where the years of several inventories meet, but for the factors, which are among the breaks. */
export function useSeams(runs: string[], refresh: number | false = false): Seam[] {
  const found = useTable<{ rows: Seam[] }>(query("/inventories/seams", { run: runs, limit: 200 }), runs.length > 1, refresh);
  return (found.data?.rows ?? []).filter((one) => one.code !== FACTORS);
}

/** Where the factors of a series come from another document than the year before: marks for its chart, and sentences beneath it. */
export function useBreaks(runs: string[], style: Style, refresh: number | false = false): Breaks {
  const { t } = useTranslation();
  const rows = useBreakRows(runs, refresh);
  const seams = useSeams(runs, refresh);
  if (rows.length + seams.length === 0) return { marks: [], notes: [], brief: [] };
  const [years, joints] = [rows, seams].map((all) => [...new Set(all.map((one) => one.later))].sort()) as [string[], string[]];
  const more = seams.length > SAID ? [t("inventory.seams_more", { shown: count(seams.length - SAID) })] : [];
  const told = rows.map((one) => {
    const moved = t(one.effect > 0 ? "inventory.more_by" : "inventory.less_by", { amount: short(Math.abs(one.effect) / style.scale), unit: style.unit });
    return t("inventory.break_told", { later: one.later, item: one.item_name || one.item, before: one.value_before || "–", after: one.value_after || "–", moved, share: percent(Math.abs(one.share)) });
  });
  return {
    marks: [...years.map((x) => ({ x, name: t("inventory.break_mark") })), ...joints.filter((x) => !years.includes(x)).map((x) => ({ x, name: t("inventory.seam_mark") }))],
    notes: [...(told.length ? [t("inventory.breaks_lead"), ...told] : []), ...(seams.length ? [t("inventory.seams_lead"), ...seams.slice(0, SAID).map((one) => one.message), ...more] : [])],
    brief: [...(years.length ? [t("inventory.years_broken", { years: joined(years) })] : []), ...(joints.length ? [t("inventory.years_seamed", { years: joined(joints) })] : [])],
  };
}
