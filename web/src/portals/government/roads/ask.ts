import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { get, type Page, query } from "../../../shared/api";
import type { Analysis, AnalysisRow, Kind, Road } from "./types";

export const useRoad = (id: string) => useQuery({ queryKey: ["road", id], queryFn: () => get<Road>(`/roads/${id}`), enabled: id !== "" });

/** What can be asked of a road; in the language of the page. */
export function useKinds() {
  const { i18n } = useTranslation();
  return useQuery({ queryKey: ["road-kinds", i18n.language], queryFn: () => get<Page<Kind>>("/road-kinds"), staleTime: Infinity });
}

/** The analyses of a kind, of every version of the road, newest first. */
export const useAnalyses = (road: string, kind: string) =>
  useQuery({
    queryKey: ["road-analyses", road, kind],
    queryFn: () => get<Page<AnalysisRow>>(query(`/roads/${road}/analyses`, { where: [`kind=${kind}`], sort: "-made_at", limit: 200 })),
  });

export const useAnalysis = (id: string) => useQuery({ queryKey: ["road-analysis", id], queryFn: () => get<Analysis>(`/road-analyses/${id}`), enabled: id !== "", staleTime: 60_000 });
