import { useCallback } from "react";
import { type NavigateOptions, useNavigate, useSearchParams } from "react-router";

/** What the pickers at the top choose. It lives in the address, so that a view can be sent as a link. */
export const PICKED = ["area", "period", "standard", "unit", "lang", "theme"] as const;
export type Picked = (typeof PICKED)[number];

/** The search of the address as it is now: what the last drawing knew may be older than a second choice made at once. */
export const searchNow = (): URLSearchParams => new URLSearchParams(window.location.search);

/** One value of the address and how to change it; empty is taken out. */
export function useParam(name: string): [string, (value: string) => void] {
  const [search, change] = useSearchParams();
  const set = useCallback(
    (value: string) =>
      change(
        () => {
          const made = searchNow();
          if (value) made.set(name, value);
          else made.delete(name);
          return made;
        },
        { replace: true },
      ),
    [change, name],
  );
  return [search.get(name) ?? "", set];
}

export const usePick = (name: Picked) => useParam(name);

/** A path of the application with what is picked at present. */
export function kept(path: string, search: URLSearchParams): string {
  const [bare = "", own = ""] = path.split("?");
  const made = new URLSearchParams(own);
  for (const name of PICKED) {
    const value = search.get(name);
    if (value && !made.has(name)) made.set(name, value);
  }
  const text = made.toString();
  return text ? `${bare}?${text}` : bare;
}

export function useKept(): (path: string) => string {
  const [search] = useSearchParams();
  return useCallback((path: string) => kept(path, search), [search]);
}

/** To another page; with `replace` the way back does not lead to this one. */
export function useGo(): (path: string, how?: NavigateOptions) => void {
  const go = useNavigate();
  const keep = useKept();
  return useCallback((path: string, how?: NavigateOptions) => void go(keep(path), how), [go, keep]);
}
