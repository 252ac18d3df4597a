import { useTranslation } from "react-i18next";
import { Mark } from "../../../shared/page";
import { said } from "../../../shared/words";

export type Doubt = {
  id: string;
  dataset: string | null;
  run: string | null;
  source_check: string | null;
  code: string;
  level: string;
  state: string;
  reason: string;
  owner: string;
  entity: string;
  region: string;
  changed_at: string;
  facts: { message_zh?: string; message_en?: string; entity?: string; period?: string; sector?: string; item?: string; count?: number; note?: string; rows?: Record<string, unknown>[] };
};

export const LEVEL: Record<string, "error" | "warning" | "info"> = { error: "error", warning: "warning", info: "info" };

export function Level({ of }: { of: string }) {
  const { t } = useTranslation();
  return <Mark kind={LEVEL[of] ?? "plain"}>{t(`doubt.${of}`, { defaultValue: of })}</Mark>;
}

/** The sentence of a finding; its code stands beside it. */
export function message(doubt: Doubt): string {
  return said({ zh: doubt.facts.message_zh, en: doubt.facts.message_en }).replace(`[${doubt.code}]`, "").trim();
}
