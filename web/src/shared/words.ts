import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import en from "../i18n/en.json";
import zh from "../i18n/zh.json";

export type Lang = "zh" | "en";

const kept = localStorage.getItem("tanheng-lang");

void i18next.use(initReactI18next).init({
  resources: { zh: { translation: zh }, en: { translation: en } },
  lng: kept === "en" ? "en" : "zh",
  fallbackLng: "zh",
  interpolation: { escapeValue: false },
});

export function lang(): Lang {
  return i18next.language === "en" ? "en" : "zh";
}

export function speak(chosen: Lang): void {
  localStorage.setItem("tanheng-lang", chosen);
  document.documentElement.lang = chosen === "zh" ? "zh-CN" : "en";
  void i18next.changeLanguage(chosen);
}
