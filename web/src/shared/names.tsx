import { useQuery } from "@tanstack/react-query";
import { get, type Page, query } from "./api";
import { UNKNOWN } from "./numbers";
import { said } from "./words";

type Code = { code: string; name_zh: string; name_en: string };
const nameOf = (one: Code | undefined, code: string) => said({ zh: one?.name_zh, en: one?.name_en }) || code;

/** Names of a code list (`items`, `sectors`, `gases` …) in the language spoken; what it does not hold is shown as it is. */
export function useNames(list: string): { name: (code: string) => string; codes: Code[] } {
  const found = useQuery({ queryKey: ["codes", list], enabled: list !== "", staleTime: Infinity, queryFn: () => get<Page<Code>>(`/codes/${list}?limit=10000`) });
  const codes = found.data?.rows ?? [];
  return { codes, name: (code) => nameOf(codes.find((one) => one.code === code), code) };
}

/** A code by its name, the code in the tooltip. */
export function Named({ list, code }: { list: string; code: unknown }) {
  const { name } = useNames(list);
  const text = code === null || code === undefined ? "" : String(code);
  return text ? <span title={text}>{name(text)}</span> : <>{UNKNOWN}</>;
}

export function useRegion(code: string): string {
  const found = useQuery({ queryKey: ["region", code], enabled: code !== "", staleTime: Infinity, retry: false, queryFn: () => get<Code>(`/regions/${encodeURIComponent(code)}`) });
  return nameOf(found.data, code);
}

/** Names of several regions, asked for at once; a region is its code until its name is known. */
export function useRegions(codes: string[]): (code: string) => string {
  const asked = [...new Set(codes)].filter((one) => one.startsWith("CN")).sort();
  const found = useQuery({ queryKey: ["region-names", asked], enabled: asked.length > 0, staleTime: Infinity, queryFn: () => get<Page<Code>>(query("/regions", { code: asked, limit: asked.length })) });
  const held = new Map(found.data?.rows.map((one) => [one.code, one]));
  return (code) => nameOf(held.get(code), code);
}

/** A region by its name, with the park or enterprise where there is one. */
export function PlaceName({ region, entity = "", none = UNKNOWN }: { region: string; entity?: string; none?: string }) {
  const name = useRegion(region);
  const shown = [name, entity].filter(Boolean).join(" · ");
  return <span title={region}>{shown || none}</span>;
}
