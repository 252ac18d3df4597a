import { useSyncExternalStore } from "react";

const KEY = "tanheng-theme";
const heard = new Set<() => void>();

function dark(): boolean {
  const kept = localStorage.getItem(KEY);
  return kept ? kept === "dark" : window.matchMedia("(prefers-color-scheme: dark)").matches;
}

export function setDark(on: boolean): void {
  localStorage.setItem(KEY, on ? "dark" : "light");
  heard.forEach((tell) => tell());
}

export function useTheme(): { dark: boolean } {
  const on = useSyncExternalStore((tell) => (heard.add(tell), () => heard.delete(tell)), dark);
  return { dark: on };
}
