export type Shown = "text" | "amount" | "count" | "share" | "year" | "score" | "money";

export type Of = "year" | "count" | "number" | "choice" | "choices" | "file" | "levers" | "yes" | "text" | "texts" | "pairs";

export type Choice = { value: string; word: string };

/** A row of the form of an analysis; `source` is where its choices are found, `then` that of the values of pairs, which `joint` joins. */
export type Option = {
  name: string;
  of: Of;
  word: string;
  default: unknown;
  least: number | null;
  most: number | null;
  needed: boolean;
  choices: Choice[];
  source: string;
  then: string;
  joint: string;
};

/** What a set may be asked for: the whole road, its factor tree, or its tables. */
export type Holds = "road" | "tree" | "file";

/** An analysis that can be made of a road: its word, where it stands, what a set must hold for it, its options. */
export type Kind = { kind: string; word: string; tab: string; needs: Holds; options: Option[] };

export type Lever = { id: string; title: string; unit: string; from: number };
export type Version = { id: string; number: number; made_at: string; made_by: string; why: string };
/** The newest analysis of a kind, perhaps of another version. */
export type Newest = { id: string; kind: string; road: string; version: number; headline: string; made_at: string; alarm: boolean };

/** A version of a road as the list shows it. */
export type RoadRow = {
  id: string;
  name: string;
  number: number;
  region: string;
  entity: string;
  holds: Holds;
  title: string | null;
  base: number | null;
  target: number | null;
  last: number | null;
  headline: string | null;
  alarm: boolean;
  analyses: number;
  synthetic: boolean;
  made_at: string;
  made_by: string;
};

/** What a set says of itself, where it holds it. */
export type Facts = {
  title?: string;
  unit?: string;
  first?: number;
  path?: Record<string, number>;
  levers?: Lever[];
  scenarios?: { id: string; title: string }[];
  factors?: Record<string, string>;
  warnings?: string[];
};

/** A version of a road with what it holds; versions and analyses newest first. */
export type Road = Omit<RoadRow, "title" | "headline" | "alarm" | "analyses"> & {
  why: string;
  newest: boolean;
  facts: Facts;
  inventories: { year: string; kind: string; id: string; name: string; number: number; newest: number; run: string }[];
  files: { name: string; size: number; sha256: string }[];
  versions: Version[];
  analyses: Newest[];
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
export type AnalysisRow = { id: string; kind: string; version: number; made_at: string; made_by: string; headline: string; alarm: boolean; laid_over: boolean; options: Cells };
export type Analysis = Omit<AnalysisRow, "headline" | "laid_over"> & { road: string; name: string; synthetic: boolean; document: Told };

/** An upload that was laid over a version under the name of a file. */
export type Over = { file: string; upload: string };
