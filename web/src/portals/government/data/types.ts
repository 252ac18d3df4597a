export type Dataset = {
  id: string;
  name: string;
  number: number;
  region: string;
  entity: string;
  rows_good: number;
  rows_refused: number;
  synthetic: boolean;
  made_at: string;
};

export type Upload = { id: string; name: string; size: number; sha256: string; synthetic: boolean; made_at: string };

export type MappedColumn = {
  column: number;
  heading: string;
  use: string;
  item?: string;
  period?: string;
  unit?: string;
  activity?: string;
  of?: number;
  confidence?: number;
  reason?: string;
  filled?: number;
  numbers?: number;
};

export type MappedSheet = {
  sheet: string;
  use: boolean;
  reason: string;
  header: number;
  rows: number;
  columns: MappedColumn[];
  fixed: Record<string, string>;
  titles: Record<string, string>;
  items: Record<string, string>;
  sectors: Record<string, string>;
  doubts: string[];
  beyond: number[];
  guessed: string[];
  units: Record<string, string>;
  partial: boolean;
  not_used: string[];
  missing: string[];
};

export type Mapping = {
  format: string;
  file: string;
  confirmed: boolean;
  accepted: string[];
  sheets: MappedSheet[];
};

/** What is not read, or (`read`) a name whose rows are read and whose meaning is open. */
export type Loss = { key: string; what: string; read: boolean };

export type Suggestion = {
  mapping: Mapping;
  losses: Loss[];
  sample: { sheet: string; hidden: boolean; rows: { row: number; cells: string[] }[] }[];
  kept: { id: string; name: string; made_by: string; made_at: string } | null;
  ready: boolean;
  sampled: number;
  template?: { method: string; entity: string; period: string; region: string } | null;
};
