import { theme, type ThemeConfig } from "antd";
import { useSyncExternalStore } from "react";

const KEY = "tanheng-theme";
const heard = new Set<() => void>();

/** The two palettes of the application; the style sheet and Ant Design read the same names. */
const LIGHT = {
  page: "#f3f5f4", surface: "#ffffff", raised: "#f8faf9", line: "#dde3e0", text: "#18211e", quiet: "#52605a",
  primary: "#0f6b5c", soft: "#e2f0ec", link: "#0b6354", error: "#b42318", "error-soft": "#fdecea", warning: "#8a5200",
  "warning-soft": "#fff4df", good: "#17693a", "good-soft": "#e4f3e9", info: "#1d5a96", "info-soft": "#e8f1fa",
}; // prettier-ignore
const DARK: typeof LIGHT = {
  page: "#101513", surface: "#181f1c", raised: "#1e2623", line: "#323d38", text: "#e4ebe8", quiet: "#a5b3ad",
  primary: "#4fc0a7", soft: "#1d3a33", link: "#66cfb7", error: "#ff9a8f", "error-soft": "#3a1c19", warning: "#f0b75e",
  "warning-soft": "#38290f", good: "#79d39a", "good-soft": "#173222", info: "#8fc1f2", "info-soft": "#172b40",
}; // prettier-ignore

let onPaper = false;
/** Whether the page is being printed: on paper it is light, whatever the screen is. */
export const printing = () => onPaper;
for (const [event, on] of [["beforeprint", true], ["afterprint", false]] as const) {
  window.addEventListener(event, () => {
    onPaper = on;
    paint();
  });
}

function dark(): boolean {
  if (onPaper) return false;
  const asked = new URLSearchParams(location.search).get("theme") ?? localStorage.getItem(KEY);
  return asked ? asked === "dark" : window.matchMedia("(prefers-color-scheme: dark)").matches;
}

export function setDark(on: boolean): void {
  localStorage.setItem(KEY, on ? "dark" : "light");
  paint();
}

/** Put the chosen palette into force; also called when the address changes. */
export function paint(): void {
  const root = document.documentElement;
  root.dataset.theme = dark() ? "dark" : "light";
  root.style.colorScheme = dark() ? "dark" : "light";
  for (const [name, value] of Object.entries(dark() ? DARK : LIGHT)) root.style.setProperty(`--${name}`, value);
  heard.forEach((tell) => tell());
}

const hear = (tell: () => void) => {
  heard.add(tell);
  return () => heard.delete(tell);
};

export function useTheme(): { dark: boolean } {
  return { dark: useSyncExternalStore(hear, dark) };
}

export function colours(on: boolean): typeof LIGHT {
  return on ? DARK : LIGHT;
}

export function design(on: boolean): ThemeConfig {
  const own = colours(on);
  return {
    algorithm: on ? theme.darkAlgorithm : theme.defaultAlgorithm,
    token: {
      colorPrimary: own.primary, colorLink: own.link, colorLinkHover: own.primary, borderRadius: 4, fontSize: 14, wireframe: false,
      colorBgLayout: own.page, colorBgContainer: own.surface, colorText: own.text, colorTextSecondary: own.quiet,
      colorTextTertiary: own.quiet, colorTextDescription: own.quiet, colorTextPlaceholder: own.quiet, colorError: own.error,
      colorErrorText: own.error, colorWarning: own.warning, colorSuccess: own.good, colorInfo: own.info, colorBorderSecondary: own.line,
      colorErrorBg: own["error-soft"], colorErrorBorder: own["error-soft"], colorWarningBg: own["warning-soft"],
      colorWarningBorder: own["warning-soft"], colorInfoBg: own["info-soft"], colorInfoBorder: own["info-soft"],
      colorSuccessBg: own["good-soft"], colorSuccessBorder: own["good-soft"], fontFamily: "inherit", motion: !window.matchMedia("(prefers-reduced-motion: reduce)").matches,
    }, // prettier-ignore
    components: { Button: { primaryShadow: "none", ...(on ? { primaryColor: "#06231c" } : {}) } },
  };
}
