export type Shown = "text" | "amount" | "count" | "share" | "year" | "score" | "money";

export type Of = "year" | "count" | "number" | "choice" | "choices" | "file" | "levers" | "yes" | "text";

/** A row of the form of an analysis. */
export type Option = {
  name: string;
  of: Of;
  word: string;
  default: unknown;
  least: number | null;
  most: number | null;
  needed: boolean;
  choices: { value: string; word: string }[];
};

/** An analysis that can be made of a road: its words, where it stands, its options, and what a set must hold for it. */
export type Kind = { name: string; title: string; tab: string; needs?: string; options: Option[] };

export type Lever = { id: string; title: string; unit?: string };
export type Version = { id: string; number: number; made_at: string; made_by: string; why: string };
/** The newest analysis of a kind. */
export type Newest = { id: string; headline: string; made_at: string; alarm: boolean; version: number };

/** A road as the list shows it. */
export type RoadRow = {
  id: string;
  name: string;
  number: number;
  region: string;
  entity: string;
  title: string;
  base: number | null;
  target: number | null;
  last: number | null;
  headline: string;
  score: number | null;
  alarms: number;
  synthetic: boolean;
  made_at: string;
  made_by: string;
};

/** A version of a road with what it holds. */
export type Road = RoadRow & {
  newest_version: string;
  newest_number: number;
  why: string;
  unit: string;
  files: { name: string; size: number; sha256: string }[];
  versions: Version[];
  levers: Lever[];
  scenarios: { id: string; title: string }[];
  inventories: Record<string, string[]>;
  warnings: string[];
  has: string[];
  newest: Record<string, Newest>;
};

export type Figure = { label: string; value: number | null; unit: string; shown: Shown; text: string; low: number | null; high: number | null; note: string };
export type SheetColumn = { key: string; title: string; shown: Shown; unit: string };
export type Cells = Record<string, unknown>;
export type Sheet = { name: string; title: string; columns: SheetColumn[]; rows: Cells[]; note: string };
export type Told = {
  headline: string;
  figures: Figure[];
  charts: Cells[];
  sheets: Sheet[];
  warnings: string[];
  alarm: boolean;
  synthetic: boolean;
  result: Cells;
};

/** An analysis as the list of a road shows it. */
export type AnalysisRow = { id: string; kind: string; version: number; made_at: string; made_by: string; headline: string; alarm: boolean; options: Cells };
export type Analysis = Omit<AnalysisRow, "headline"> & { road: string; synthetic: boolean; document: Told };
