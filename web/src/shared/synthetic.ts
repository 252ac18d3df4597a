import { useQueryClient } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";

type Said = { synthetic?: unknown; pages?: { synthetic?: unknown }[] } | undefined | null;

/** Whether anything that is on the screen is synthetic: the API says so of every table and row that it answers. */
export function useSynthetic(): boolean {
  const cache = useQueryClient().getQueryCache();
  const seen = () =>
    cache.findAll({ type: "active" }).some(({ state }) => {
      const data = state.data as Said;
      return typeof data === "object" && data !== null && (data.synthetic === true || data.pages?.some((one) => one.synthetic === true) === true);
    });
  return useSyncExternalStore((tell) => cache.subscribe(tell), seen);
}

/** What a file made here says in its first column where its numbers are synthetic: a head, and a word in every row. */
export function useLabel(): { head: string; word: string } | null {
  const { t } = useTranslation();
  return useSynthetic() ? { head: t("state.synthetic_head"), word: t("state.synthetic_word") } : null;
}

/** Rows of a file with that first column. */
export function labelled(names: string[], rows: unknown[][], label: { head: string; word: string } | null): [string[], unknown[][]] {
  return label ? [[label.head, ...names], rows.map((row) => [label.word, ...row])] : [names, rows];
}
