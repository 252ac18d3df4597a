import type { UseQueryResult } from "@tanstack/react-query";
import { Button } from "antd";
import { createContext, type ReactNode, useContext, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError, unreachable } from "./api";
import { Icon } from "./icon";
import { useBusy } from "./ready";

/** Grey bars, only when the wait is longer than 200 ms. */
export function Loading({ lines = 6, height }: { lines?: number; height?: number }) {
  const { t } = useTranslation();
  const [late, setLate] = useState(false);
  useBusy();
  useEffect(() => {
    const wait = setTimeout(() => setLate(true), 200);
    return () => clearTimeout(wait);
  }, []);
  return (
    <div role="status" aria-label={t("state.loading")} className="loading" style={{ minHeight: height ?? 60 }}>
      {late && Array.from({ length: lines }, (_, line) => <span key={line} style={{ width: `${90 - ((line * 17) % 40)}%` }} />)}
    </div>
  );
}

/** Nothing there: what to do next, with the button that does it. */
export function Empty({ title, hint, children }: { title: string; hint?: ReactNode; children?: ReactNode }) {
  return (
    <div className="empty" role="status">
      <svg width="56" height="40" viewBox="0 0 56 40" aria-hidden="true" fill="none" stroke="currentColor" strokeWidth="1.5">
        <path d="M4 14h48v22H4zM4 14l8-10h32l8 10M20 14c0 5 3 7 8 7s8-2 8-7" />
      </svg>
      <strong>{title}</strong>
      {hint && <p>{hint}</p>}
      {children && <div className="row center">{children}</div>}
    </div>
  );
}

/** A sentence in a coloured box; red is kept for errors. */
export function Notice({ kind, role, action, children }: { kind: "error" | "warning" | "info"; role?: "alert" | "status"; action?: ReactNode; children: ReactNode }) {
  return (
    <div className={`notice ${kind}`} role={role}>
      <Icon name={kind === "info" ? "info" : "doubts"} />
      <div>{children}</div>
      {action}
    </div>
  );
}

/** What is missing from what is shown. */
export function Partial({ children }: { children: ReactNode }) {
  return <Notice kind="warning">{children}</Notice>;
}

/** A newer version exists. */
export function Stale({ children, action }: { children: ReactNode; action?: ReactNode }) {
  return <Notice kind="info" action={action}>{children}</Notice>;
}

/** Data that are synthetic or for tests say so. */
export function Synthetic() {
  const { t } = useTranslation();
  return <Notice kind="warning">{t("state.synthetic")}</Notice>;
}

/** Whether the frame says by itself that the server cannot be reached; a part of a page then only says that it is missing. */
export const Told = createContext(false);

/** An error: our code, the sentence with its remedy, the first offending rows, and trying again. */
export function Failed({ error, again }: { error: unknown; again?: () => void }) {
  const { t } = useTranslation();
  const above = useContext(Told);
  if (above && unreachable(error)) return <p className="quiet">{t("state.missing")}</p>;
  const problem = error instanceof ApiError ? error.problem : null;
  const rows = problem?.rows ?? [];
  return (
    <Notice kind="error" role="alert" action={again && <Button onClick={again}>{t("state.again")}</Button>}>
      {told(error, t)}
      {rows.length > 0 && <Offending rows={rows} />}
    </Notice>
  );
}

function told(error: unknown, t: (key: string) => string): string {
  if (error instanceof ApiError) {
    const { code, detail } = error.problem;
    return detail.includes(code) ? detail : `[${code}] ${detail || t("state.unreachable")}`;
  }
  return `${t("state.broken")} ${error instanceof Error ? error.message : String(error)}`;
}

/** Rows as they were sent: names of columns over values. */
export function Offending({ rows }: { rows: Record<string, unknown>[] }) {
  const { t } = useTranslation();
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label={t("state.rows")}>
      <table className="plain">
        <thead>
          <tr>
            {names.map((name) => (
              <th key={name} scope="col">
                {t(`column.${name.replace(/^_+/, "")}`, { defaultValue: name })}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, place) => (
            <tr key={place}>
              {names.map((name) => (
                <td key={name}>{row[name] === null || row[name] === undefined ? "–" : String(row[name])}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** A question to the server as it is: waiting, failed, or its answer. */
export function Answered<T>({ of, lines, children }: { of: UseQueryResult<T>; lines?: number; children: (data: T) => ReactNode }) {
  if (of.isPending) return <Loading lines={lines} />;
  if (of.isError) return <Failed error={of.error} again={() => void of.refetch()} />;
  return children(of.data);
}
