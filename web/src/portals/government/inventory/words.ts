import { useQuery } from "@tanstack/react-query";
import { get } from "../../../shared/api";
import { said } from "../../../shared/words";
import type { Two } from "./types";

type Words = { permissions: Record<string, Two>; units: Record<string, Two>; parameters: Record<string, Two> };

/** What permissions, units and parameters are called in the language of the page; one that has no name is shown as it is. */
export function useWords(): { permission: (code: unknown) => string; unit: (code: unknown) => string; parameter: (code: unknown) => string } {
  const found = useQuery({ queryKey: ["words"], staleTime: Infinity, queryFn: () => get<Words>("/words") });
  const word = (list: keyof Words) => (code: unknown) => said(found.data?.[list][String(code ?? "")]) || String(code ?? "");
  return { permission: word("permissions"), unit: word("units"), parameter: word("parameters") };
}
