import i18next from "i18next";
import { initReactI18next } from "react-i18next";

export type Lang = "zh" | "en";

const KEY = "tanheng-lang";
const DICTIONARIES = { zh: () => import("../i18n/zh"), en: () => import("../i18n/en") };

export function lang(): Lang {
  return i18next.language === "en" ? "en" : "zh";
}

/** The language of the address, else the one kept, else Chinese. */
export function wanted(): Lang {
  const asked = new URLSearchParams(location.search).get("lang") ?? localStorage.getItem(KEY);
  return asked === "en" ? "en" : "zh";
}

/** Only the dictionary of the language that is spoken is loaded. */
export async function speak(chosen: Lang): Promise<void> {
  if (!i18next.isInitialized) {
    await i18next.use(initReactI18next).init({ lng: chosen, fallbackLng: false, interpolation: { escapeValue: false } });
  }
  if (!i18next.hasResourceBundle(chosen, "translation")) {
    const { default: words } = await DICTIONARIES[chosen]();
    i18next.addResourceBundle(chosen, "translation", words);
  }
  localStorage.setItem(KEY, chosen);
  document.documentElement.lang = chosen === "zh" ? "zh-CN" : "en";
  await i18next.changeLanguage(chosen);
}

/** Words one after the other. */
export function joined(parts: string[]): string {
  return parts.filter(Boolean).join(lang() === "zh" ? "、" : ", ");
}

/** The one of two texts that is in the language spoken. */
export function said(two: { zh?: unknown; en?: unknown } | null | undefined): string {
  const [first, second] = lang() === "zh" ? [two?.zh, two?.en] : [two?.en, two?.zh];
  return String(first || second || "");
}

/** The half of `中文 / English` that is in the language of the page. */
export const spoken = (text = "") => {
  const [zh = "", en = zh] = text.split(" / ");
  return lang() === "en" ? en : zh;
};

/** Text for a tooltip of a chart, which is taken for HTML. */
export const plain = (text: string) => text.replace(/[&<>"]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[sign] ?? "");
