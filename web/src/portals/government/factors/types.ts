import type { Source, Tried } from "../inventory/types";

export type FactorRow = {
  id: string;
  name_zh: string;
  name_en: string;
  item: string;
  property: string;
  activity: string;
  gas: string;
  value: number;
  text: string;
  unit: string;
  region: string;
  year_from: number;
  year_to: number | null;
  sector: string;
  equipment: string;
  check: string;
  source_title: string;
  pack: string;
  unverified: boolean;
};
export type Factor = Omit<FactorRow, "source_title" | "unverified"> & {
  low: number | null;
  high: number | null;
  notes: string;
  source: Source & { licence?: string };
  document_address: string;
  /** Texts of its pack in the language of the page. */
  said: { activity: string; notes: string; cited: string; locator: string; ref: string };
  release: string;
  others: { id: string; region: string; year_from: number; year_to: number | null; text: string; unit: string; check: string }[];
} & Record<string, unknown>;
export type Answered = Factor & { carried_from: number | null; why_zh: string; why_en: string; tried: Tried[] };
export type Document = {
  id: string;
  title: string;
  publisher: string;
  year: string | number | null;
  licence?: string;
  read_through?: string;
  said: { licence: string; read_through: string };
  factors: { id: string; locator_said: string; check: string }[];
  methods: { id: string; locator?: string }[];
};

/** `2021`, `2011–`, `2011–2015`. */
export const years = (one: { year_from: number; year_to: number | null }) =>
  one.year_to === one.year_from ? String(one.year_from) : `${one.year_from}–${one.year_to ?? ""}`;
