export type Kind = "bottom-up" | "measurements";
export type Suspect = { name: string; size: number; uncertainty: number; unit: string; residual: number; alike: string[] };
export type Told = {
  verdicts?: Record<string, number>;
  chi_square?: number;
  freedom?: number;
  limit?: number | null;
  p?: number;
  consistent?: boolean;
  suspects?: Suspect[];
};
export type Row = { id: string; name: string; kind: Kind; region: string; entity: string; found: Told; synthetic: boolean; made_at: string; made_by: string; open: number };
export type Asked = { by?: string[]; activities?: string[]; reported?: string[]; tolerance?: number; constraints?: string[]; level?: number };
export type Check = Row & { asked: Asked; of: { role: string; id: string; name: string; number: number | null }[]; newest: string };
export type Cell = Record<string, string | number | boolean | null>;

export const VERDICTS = ["excess", "unlisted", "units", "short", "uncovered", "agrees"] as const;
