import { useQuery } from "@tanstack/react-query";
import { useParam, usePick } from "../../../shared/address";
import { get, type Page } from "../../../shared/api";
import { within } from "../../../shared/pickers";
import { useRun, useRuns } from "../inventory/ask";
import type { Run, RunRow } from "../inventory/types";
import type { ReleaseRow } from "../releases/types";

type Chosen = { waiting: boolean; error: unknown; run: Run | null; runs: RunRow[]; release: ReleaseRow | null; pick: (id: string) => void; seen: number };

/** The inventory that an overview is of: the one in the address, else the first of them. */
export function useChosen(): Chosen {
  const [area] = usePick("area");
  const [period] = usePick("period");
  const [picked, pick] = useParam("run");
  const runs = useRuns(area);
  const releases = useQuery({ queryKey: ["releases", "newest"], queryFn: () => get<Page<ReleaseRow>>("/releases?limit=200") });
  const known = runs.data?.rows ?? [];
  const here = known.filter((one) => !period || within(period, one.last_day) || within(period, one.first_day));
  const sealed = releases.data?.rows.filter((one) => one.number > 0) ?? [];
  const id = picked || (runs.data && releases.data ? (firstOf(here, sealed)?.id ?? "") : "");
  const run = useRun(id);
  return {
    waiting: runs.isPending || releases.isPending || (id !== "" && run.isPending),
    error: runs.error ?? releases.error ?? run.error,
    run: run.data ?? null,
    runs: here,
    release: sealed.find((one) => one.run === id) ?? null,
    pick,
    seen: Math.max(runs.dataUpdatedAt, releases.dataUpdatedAt),
  };
}

/** Which inventory comes first: a released one, then one of real data, then the newest. */
export function firstOf<T extends Pick<RunRow, "id" | "synthetic" | "made_at">>(runs: T[], sealed: Pick<ReleaseRow, "run">[]): T | undefined {
  const released = new Set(sealed.map((one) => one.run));
  const place = (one: T) => (released.has(one.id) ? 0 : 2) + (one.synthetic ? 1 : 0);
  return [...runs].sort((one, other) => place(one) - place(other) || other.made_at.localeCompare(one.made_at))[0];
}
