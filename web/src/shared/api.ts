import { lang } from "./words";

export type Problem = { code: string; detail: string; status: number; rows?: Record<string, unknown>[] };

export class ApiError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail);
  }
}

let csrf = "";

export function bear(mark: string): void {
  csrf = mark;
}

/** One way to the API: JSON in and out, the session's mark on writes, problems as errors. */
export async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
  const head: Record<string, string> = { "Accept-Language": lang() };
  if (method !== "GET") {
    head["X-CSRF-Token"] = csrf;
    head["Idempotency-Key"] = crypto.randomUUID();
  }
  const form = body instanceof FormData;
  if (body !== undefined && !form) head["Content-Type"] = "application/json";
  const answer = await fetch(`/api/v1${path}`, {
    method,
    headers: head,
    body: body === undefined ? undefined : form ? body : JSON.stringify(body),
  });
  if (answer.status === 204) return undefined as T;
  const said: unknown = await answer.json().catch(() => ({ code: "W-004", detail: answer.statusText, status: answer.status }));
  if (!answer.ok) throw new ApiError(said as Problem);
  return said as T;
}

export const get = <T>(path: string) => call<T>("GET", path);
export const post = <T>(path: string, body?: unknown) => call<T>("POST", path, body ?? {});

export type Page<T> = { rows: T[]; total: number; next: number | null };
