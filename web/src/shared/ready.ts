import { useIsFetching, useIsMutating } from "@tanstack/react-query";
import { useEffect, useSyncExternalStore } from "react";

/** Says on the document when everything is drawn: tests and printing wait for `data-ready="yes"`. */
let open = 0;
const heard = new Set<() => void>();
const change = (by: number) => {
  open += by;
  heard.forEach((tell) => tell());
};

/** Something is still being drawn, from now until the function that is returned is called. */
export function busy(): () => void {
  let ended = false;
  change(1);
  return () => {
    if (!ended) change(-1);
    ended = true;
  };
}

/** For what is shown only while something is awaited. */
export function useBusy(): void {
  useEffect(busy, []);
}

const hear = (tell: () => void) => {
  heard.add(tell);
  return () => heard.delete(tell);
};

export function useReady(): void {
  const asked = useIsFetching() + useIsMutating();
  const drawn = useSyncExternalStore(hear, () => open) === 0;
  useEffect(() => {
    document.documentElement.dataset.ready = "no";
    if (asked || !drawn) return;
    const wait = setTimeout(() => (document.documentElement.dataset.ready = "yes"), 120);
    return () => clearTimeout(wait);
  });
}
