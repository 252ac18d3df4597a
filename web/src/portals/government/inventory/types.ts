export type Two = { zh: string; en: string };
export type Source = { title?: string; publisher?: string; year?: number | null; locator?: string; ref?: string; pack?: string; check?: string };

/** A run as the list shows it. */
export type RunRow = {
  id: string;
  name: string;
  dataset: string;
  method: string;
  gwp: string;
  region: string;
  entity: string;
  total: number | null;
  unit: string;
  complete: boolean;
  synthetic: boolean;
  digest: string;
  first_day: string;
  last_day: string;
  made_at: string;
  by?: string;
  about: { rows?: number; unmatched?: number; refused?: number; factors?: string; overridden?: unknown[] } | string;
};

/** A run with the dimensions by which it can be seen. */
export type Run = Omit<RunRow, "about"> & {
  about: { rows?: number; unmatched?: number; refused?: number; factors?: string; pack?: string; source?: string; licence?: string };
  dimensions: string[];
  category_lists: string[];
  gwp_sets: string[];
  rows: number;
  tables: { id: string; title: Two }[];
  method_version: { id: string; version: string; title: Two; document: Source; digest: string; overridden: unknown[] };
  findings: number;
  /** Runs of the other years of its place by the same method, itself first. */
  series: string[];
};

export type Cell = Record<string, string>;
export type Row = Record<string, string | number | boolean | null>;
export type Seen = { unit: string; gwp: string | null; digest: string; rows: Row[]; total: number; next: number | null };
export type Pivot = Seen & { columns: { code: string; name: string }[] };
export type Flow = { from_level: string; source: string; source_name: string; to_level: string; target: string; target_name: string; emission: number };
export type Branch = { id: string; parent: string; level: string; code: string; name: string; emission: number; share: number };

export type Tried = { level: string; name_zh: string; name_en: string; region: string; category?: string; outcome: string; ids: string[]; others?: string[]; note_zh: string; note_en: string };
export type Input = {
  name: string;
  /** What the parameter, its unit, the printed value and the document are called in the language of the page. */
  said: string;
  unit_said: string;
  published_said?: string;
  read_said: string;
  cited: string;
  value: number;
  unit: string;
  check: string;
  factor?: string | null;
  published?: string;
  source: Source;
  uncertainty: number | null;
  carried_from: number | null;
  why_zh?: string;
  why_en?: string;
  tried?: Tried[];
  address?: string | null;
  document_address?: string | null;
};
export type Step = Record<string, unknown> & {
  amount: number;
  unit: string;
  mass: number;
  gwp: number;
  gwp_source: { factor: string; check: string; source: Source; cited: string } | null;
  names: Record<string, string>;
  unit_said: string;
  gas_said: string;
  formula_said: string;
  emission: number;
  coefficient: number;
  formula: string;
  clause: string;
  clause_en: string;
  title: Two;
  category: Record<string, string>;
  inputs: Input[];
  row_count: number;
  rows: Row[];
  address: string;
};
type Made = { id: string; name: string; by: string; at: string; address: string };
export type Proof = {
  cell: Cell;
  cell_names: Record<string, string[]>;
  value: number | null;
  unit: string;
  gwp: string | null;
  memo: boolean;
  cell_count: number;
  step_count: number;
  steps: Step[];
  unmatched: Row[];
  unmatched_count: number;
  undecided: string[];
  below: Record<string, string[]>;
  method: { id: string; version: string; title: Two; document: Source; digest: string; overridden: unknown[]; cited: string; address?: string; document_address?: string | null; own?: string };
  run: Record<string, unknown>;
  digest: string;
  made?: {
    run?: Made & { digest: string };
    dataset: Made & { number: number; upload: string | null };
    upload?: Made & { sha256: string; synthetic: boolean };
    release?: Made & { number: number };
    audit: { number: number; at: string; login: string; action: string; object: string }[];
  };
};
