import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { get, type Page, query } from "../../../shared/api";
import type { Served } from "./options";
import type { Analysis, AnalysisRow, Holds, Kind, Road, Version } from "./types";

export const useRoad = (id: string) => useQuery({ queryKey: ["road", id], queryFn: () => get<Road>(`/roads/${id}`), enabled: id !== "" });

/** What can be asked of a road; in the language of the page. */
export function useKinds() {
  const { i18n } = useTranslation();
  return useQuery({ queryKey: ["road-kinds", i18n.language], queryFn: () => get<Kind[]>("/road-kinds"), staleTime: Infinity });
}

/** The analyses of a kind, of every version of the road, newest first. */
export const useAnalyses = (road: string, kind: string) =>
  useQuery({
    queryKey: ["road-analyses", road, kind],
    queryFn: () => get<Page<AnalysisRow>>(query(`/roads/${road}/analyses`, { where: [`kind=${kind}`], sort: "-made_at", limit: 200 })),
  });

/** The newest analysis of what a version holds: one with files laid over it is no result of the road. */
export const ownOf = (rows: AnalysisRow[] | undefined): string => rows?.find((one) => !one.laid_over)?.id ?? "";

export const useAnalysis = (id: string) => useQuery({ queryKey: ["road-analysis", id], queryFn: () => get<Analysis>(`/road-analyses/${id}`), enabled: id !== "", staleTime: 60_000 });

/** The newest version of a road. */
export const newestOf = (road: Road): Version => road.versions[0]!;

const HOLDS: Holds[] = ["file", "tree", "road"];

/** Whether a set has what an analysis needs; a road has a tree, and everything has files. */
export const holds = (road: Road, needs: Holds): boolean => HOLDS.indexOf(road.holds) >= HOLDS.indexOf(needs);

const OF_ROAD = ["", "tables"];

/** What the options of a kind can be chosen from; `over` tells files apart that are laid over the set, `uploads` sends them. */
export function useChoices(road: Road, kind: Kind, file: string, over: string[], uploads: () => Promise<string[]>): Served | undefined {
  const { i18n } = useTranslation();
  const found = useQuery({
    queryKey: ["road-choices", road.id, i18n.language, file, over],
    queryFn: async () => get<Served>(query(`/roads/${road.id}/choices`, { file, files: await uploads() })),
    enabled: kind.options.some((one) => !OF_ROAD.includes(one.source)),
    staleTime: Infinity,
    retry: false,
  });
  return found.isError ? NOTHING : found.data;
}

const NOTHING: Served = { columns: [], listed: {} };
