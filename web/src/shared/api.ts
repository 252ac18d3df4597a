import type { paths } from "./schema";
import { lang } from "./words";

export const API = "/api/v1";

type Row = Record<string, unknown>;
export type Problem = {
  code: string;
  detail: string;
  status: number;
  message?: { zh: string; en: string };
  where?: Row;
  rows?: Row[];
};
export type Page<T> = { rows: T[]; total: number; next: number | null };

/** What the server takes and answers, from its OpenAPI: `Body<"/datasets">`, `Answer<"/session">`. */
type Route<P extends string> = `${typeof API}${P}` extends keyof paths ? paths[`${typeof API}${P}`] : never;
type Json<T> = T extends { content: { "application/json": infer J } } ? J : never;
type Of<P extends string, M extends string> = M extends keyof Route<P> ? Route<P>[M] : never;
export type Body<P extends string, M extends string = "post"> =
  Of<P, M> extends { requestBody?: infer B } ? Json<NonNullable<B>> : never;
export type Answer<P extends string, M extends string = "get"> =
  Of<P, M> extends { responses: infer R } ? { [S in keyof R]: S extends 200 | 201 | 202 ? Json<R[S]> : never }[keyof R] : never;

export class ApiError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail);
  }

  get status(): number {
    return this.problem.status;
  }
}

/** Whether it was no answer at all, or one of a proxy that found no server. */
export const unreachable = (error: unknown): boolean => error instanceof ApiError && (error.status === 0 || error.status >= 502);

let csrf = "";
let ended = () => {};

/** The mark that writes must bear. */
export function bear(mark: string): void {
  csrf = mark;
}

/** What is to be done when the server no longer knows the session. */
export function onEnd(tell: () => void): void {
  ended = tell;
}

/** A random mark; `randomUUID` is not there where the page comes by plain HTTP from another machine. */
function mark(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function heads(method: string): Record<string, string> {
  const said: Record<string, string> = { "Accept-Language": lang() };
  if (method !== "GET") {
    said["X-CSRF-Token"] = csrf;
    said["Idempotency-Key"] = mark();
  }
  return said;
}

export function failed(status: number, text: string, kind: string): ApiError {
  if (status === 401) ended();
  try {
    const problem = JSON.parse(text) as Problem;
    if (problem.code) return new ApiError({ ...problem, status });
  } catch {
    // not of our form: told by its status alone
  }
  return new ApiError({ code: `HTTP ${status}`, detail: kind, status });
}

/** One way to the API: JSON in and out, the session's mark on writes, problems as errors. */
export async function call<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  const head = heads(method);
  if (body !== undefined) head["Content-Type"] = "application/json";
  return told<T>(await send(`${API}${path}`, { method, headers: head, body: body === undefined ? undefined : JSON.stringify(body), signal }));
}

async function told<T>(answer: Response): Promise<T> {
  if (!answer.ok) throw failed(answer.status, await answer.text(), answer.statusText);
  const text = await answer.text();
  return (text ? JSON.parse(text) : undefined) as T;
}

/** A question too long for an address: nothing is written, so that it bears no key under which its answer would be kept. */
export async function ask<T>(path: string, body: unknown, signal?: AbortSignal): Promise<T> {
  const { "Idempotency-Key": _, ...head } = heads("POST");
  return told<T>(await send(`${API}${path}`, { method: "POST", headers: { ...head, "Content-Type": "application/json" }, body: JSON.stringify(body), signal }));
}

async function send(address: string, asked: RequestInit): Promise<Response> {
  try {
    return await fetch(address, asked);
  } catch (error) {
    throw error instanceof TypeError ? cut() : error;
  }
}

const cut = () => new ApiError({ code: "NET", detail: lang() === "zh" ? "连不上服务器，请检查网络后重试。" : "The server cannot be reached; check the network and try again.", status: 0 });

/** What the API answers; given the signal of a query, the request ends when nobody waits for it any more. */
export const get = <T>(path: string, signal?: AbortSignal) => call<T>("GET", path, undefined, signal);
export const post = <T>(path: string, body?: unknown) => call<T>("POST", path, body ?? {});
export const put = <T>(path: string, body?: unknown) => call<T>("PUT", path, body ?? {});
export const patch = <T>(path: string, body?: unknown) => call<T>("PATCH", path, body ?? {});
export const del = <T>(path: string) => call<T>("DELETE", path);

/** `/path?a=1&b=x&b=y`; empty values are left out. */
export function query(path: string, asked: Record<string, string | number | boolean | string[] | null | undefined>): string {
  const made = new URLSearchParams();
  for (const [name, value] of Object.entries(asked)) {
    if (Array.isArray(value)) value.forEach((one) => made.append(name, one));
    else if (value !== undefined && value !== null && value !== "") made.set(name, String(value));
  }
  const text = made.toString();
  return text ? `${path}${path.includes("?") ? "&" : "?"}${text}` : path;
}

/** A file that the API makes, saved under the name that it gives, else under this one. */
export async function download(path: string, name: string): Promise<void> {
  const answer = await fetched(path);
  save(await answer.blob(), named(answer.headers.get("Content-Disposition")) || name);
}

/** A file that the API has, as it is. */
export const blob = async (path: string): Promise<Blob> => (await fetched(path)).blob();

async function fetched(path: string): Promise<Response> {
  const answer = await send(`${API}${path}`, { headers: heads("GET") });
  if (!answer.ok) throw failed(answer.status, await answer.text(), answer.statusText);
  return answer;
}

/** The name of a file that an answer gives it; empty where it gives none. */
export function named(disposition: string | null): string {
  const wide = /filename\*=utf-8''([^;]+)/i.exec(disposition ?? "")?.[1];
  return wide ? decodeURIComponent(wide) : (/filename="([^"]+)"/.exec(disposition ?? "")?.[1] ?? "");
}

export function save(content: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** A file to the server, telling how much of it has gone (0 to 1). */
export function send_file<T>(path: string, form: FormData, tell: (share: number) => void, stop?: AbortSignal): Promise<T> {
  return new Promise((done, fail) => {
    const asked = new XMLHttpRequest();
    asked.open("POST", `${API}${path}`);
    for (const [name, value] of Object.entries(heads("POST"))) asked.setRequestHeader(name, value);
    asked.upload.onprogress = (event) => event.lengthComputable && tell(event.loaded / event.total);
    asked.onload = () =>
      asked.status < 300 ? done(JSON.parse(asked.responseText) as T) : fail(failed(asked.status, asked.responseText, asked.statusText));
    asked.onerror = () => fail(cut());
    asked.onabort = () => fail(new DOMException("", "AbortError"));
    stop?.addEventListener("abort", () => asked.abort());
    asked.send(form);
  });
}
