import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { get, type Page, query } from "../../../../shared/api";

/** The permission to decide. */
export const DECIDES = "release.approve";

type Words = { zh: string; en: string };

/** What was decided on a deviation, and what became of it. */
export type DecisionRow = {
  number: number;
  at: string;
  who: string;
  login: string;
  version: number;
  year: number;
  unit: string;
  deviation: number;
  share: number | null;
  verdict: string;
  levers: string;
  expected_year: number | null;
  expected: number | null;
  present_value: number | null;
  note: string;
  state: "waiting" | "due" | "reviewed";
  reviewed_in: number | null;
  delivered: number | null;
  review_note: string | null;
  reviewed_by: string | null;
  reviewed_at: string | null;
  analysis: string;
  review: string | null;
  hash: string;
};

export type Log = Page<DecisionRow> & { last: number | null; entries: number; head: { number: number; hash: string } | null; broken: { message: Words } | null };

/** An entry as it was hashed. */
export type Entry = {
  number: number;
  previous: string;
  hash: string;
  levers: { lever: string; title: Words; depth: Record<string, number>; effect: Record<string, number> }[];
  expected: { with: Record<string, number>; without: Record<string, number> } | null;
  cause: { since: number; main: { factor: string; cell: string; effect: number } | null } | null;
  files: Record<string, string>;
};

export function useLog(road: string) {
  const { i18n } = useTranslation();
  return useQuery({ queryKey: ["road-decisions", road, i18n.language], queryFn: () => get<Log>(query(`/roads/${road}/decisions`, { limit: 1000 })) });
}

export const useEntry = (road: string, number: string) =>
  useQuery({ queryKey: ["road-decision", road, number], queryFn: () => get<Entry>(`/roads/${road}/decisions/${number}`), enabled: number !== "" });
