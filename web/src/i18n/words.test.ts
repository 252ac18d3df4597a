import { describe, expect, it } from "vitest";
import en from "./en";
import zh from "./zh";

/** `a.b.c` to the text. */
function flat(words: unknown, at = ""): [string, string][] {
  if (typeof words === "string") return [[at, words]];
  return Object.entries(words as object).flatMap(([key, inner]) => flat(inner, at ? `${at}.${key}` : key));
}

const sources = import.meta.glob<string>(["../**/*.ts", "../**/*.tsx", "!../**/*.test.*"], { eager: true, query: "?raw", import: "default" });
const used = Object.entries(sources).flatMap(([file, text]) => [...text.matchAll(/\bt\(\s*"([\w.-]+)"(?!\s*\+)/g)].map((one) => [file, one[1] ?? ""] as const));
const HAN = /[\u4e00-\u9fff]/;
/** Names and units that are the same in Chinese. */
const SAME = /^([A-Z][A-Z0-9]{1,6}|IPCC 2006|ISO 14064-1|eCRF|BASIC\+|Parquet|Arrow|[\W\d_]*)$/;

describe("dictionaries", () => {
  const [chinese, english] = [new Map(flat(zh)), new Map(flat(en))];
  it("have the same keys", () => {
    expect([...english.keys()].sort()).toEqual([...chinese.keys()].sort());
  });
  it("have no Chinese in English", () => {
    expect([...english].filter(([, text]) => HAN.test(text))).toEqual([]);
  });
  it("have no English in Chinese but names, units and codes", () => {
    expect([...chinese].filter(([, text]) => !HAN.test(text.replace(/{{\w+}}/g, "")) && !SAME.test(text.replace(/{{\w+}}/g, "")))).toEqual([]);
  });
  it("hold the same places", () => {
    const places = (text = "") => [...text.matchAll(/{{(\w+)}}/g)].map((one) => one[1]).sort();
    expect([...chinese].filter(([key, text]) => String(places(text)) !== String(places(english.get(key))))).toEqual([]);
  });
  it("hold every word that a page asks for", () => {
    const missing = used.filter(([, key]) => !chinese.has(key) && !chinese.has(`${key}_other`) && ![...chinese.keys()].some((one) => one.startsWith(`${key}.`)));
    expect(missing).toEqual([]);
  });
});

describe("sources", () => {
  it("have no words of their own", () => {
    const own = Object.entries(sources).flatMap(([file, text]) =>
      text
        .replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "")
        .split("\n")
        .filter((line) => HAN.test(line.replace(/value="[^"]*"/g, "")) && !/中文|连不上服务器/.test(line))
        .map((line) => `${file}: ${line.trim()}`),
    );
    expect(own).toEqual([]);
  });
});
