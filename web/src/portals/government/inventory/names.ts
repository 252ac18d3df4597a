import { useQuery } from "@tanstack/react-query";
import { get, type Page } from "../../../shared/api";
import { said } from "../../../shared/words";

type Code = { code: string; name_zh?: string; name_en?: string };
const LISTS: Record<string, string> = { item: "items", part: "items", sector: "sectors", gas: "gases", scope: "scopes", equipment: "equipment" };

/** What codes of a dimension are called; the code itself where no list has it. */
export function useNames(): (dimension: string, code: string) => string {
  const found = useQuery({
    queryKey: ["code-names"],
    staleTime: Infinity,
    queryFn: async () => {
      const lists = [...new Set(Object.values(LISTS))];
      const pages = await Promise.all(lists.map((list) => get<Page<Code>>(`/codes/${list}?limit=5000`)));
      return new Map(lists.map((list, at) => [list, new Map(pages[at]!.rows.map((row) => [row.code, row]))]));
    },
  });
  return (dimension, code) => {
    const row = found.data?.get(LISTS[dimension] ?? dimension)?.get(code);
    return (row && said({ zh: row.name_zh, en: row.name_en })) || code;
  };
}
