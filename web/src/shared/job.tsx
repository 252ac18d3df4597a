import { useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { API, get, post } from "./api";
import { Bar } from "./bar";
import { Link } from "./link";
import { Failed, Offending } from "./states";
import { said } from "./words";

export type JobState = "waiting" | "running" | "done" | "failed" | "cancelled";
export type Job = {
  id: string;
  kind: string;
  state: JobState;
  share: number;
  doing: { zh?: string; en?: string };
  done: Record<string, unknown> & { error?: { code: string; message: { zh: string; en: string }; rows?: Record<string, unknown>[] } };
  attempts: number;
  made_at: string;
  began_at: string;
  ended_at: string;
};

export const ENDED: readonly JobState[] = ["done", "failed", "cancelled"];

/** A job, told by the server as it goes on; asked for again where the stream breaks. */
export function useJob(id: string): { job: Job | null; error: unknown } {
  const [job, setJob] = useState<Job | null>(null);
  const [error, setError] = useState<unknown>(null);
  useEffect(() => {
    if (!id) return;
    setJob(null);
    setError(null);
    let again: ReturnType<typeof setTimeout> | undefined;
    const source = new EventSource(`${API}/jobs/${id}/events`);
    const hear = (found: Job) => {
      setJob(found);
      if (ENDED.includes(found.state)) source.close();
    };
    source.onmessage = (event) => hear(JSON.parse(event.data as string) as Job);
    source.onerror = () => {
      again = setTimeout(() => {
        get<Job>(`/jobs/${id}`).then(hear, (cause) => {
          source.close();
          setError(cause);
        });
      }, 500);
    };
    return () => {
      source.close();
      clearTimeout(again);
    };
  }, [id]);
  return { job, error };
}

/** Why a job failed. */
export function JobError({ job }: { job: Job }) {
  const error = job.done?.error;
  if (!error) return null;
  return (
    <>
      <p className="error-text">{said(error.message)}</p>
      {error.rows && error.rows.length > 0 && <Offending rows={error.rows} />}
    </>
  );
}

/** Progress of a job: what is being done, how long already, cancelling; it may be left and found again under Jobs. */
export function Progress({ id, onDone, onEnd }: { id: string; onDone?: (job: Job) => void; onEnd?: (job: Job) => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { job, error } = useJob(id);
  const told = useRef("");
  const [, tick] = useState(0);
  const ended = job !== null && ENDED.includes(job.state);
  useEffect(() => {
    if (ended) return;
    const clock = setInterval(() => tick((old) => old + 1), 1000);
    return () => clearInterval(clock);
  }, [ended]);
  useEffect(() => {
    if (!job || !ended || told.current === job.id) return;
    told.current = job.id;
    void client.invalidateQueries();
    onEnd?.(job);
    if (job.state === "done") onDone?.(job);
  }, [job, ended, client, onDone, onEnd]);
  if (error) return <Failed error={error} />;
  const state = job?.state ?? "waiting";
  return (
    <div className="job" aria-live="polite">
      <div className="row between">
        <strong>{job ? said(job.doing) || t(`job.${state}`) : t("job.waiting")}</strong>
        <span className="quiet">{elapsed(job)}</span>
      </div>
      <Bar share={job?.share ?? 0} failed={state === "failed"} label={t("job.progress")} />
      {job && <JobError job={job} />}
      {!ended && (
        <div className="row between">
          <span className="quiet">
            {t("job.leave")} <Link to="/gov/jobs">{t("section.jobs")}</Link>
          </span>
          <Button onClick={() => void post(`/jobs/${id}/cancel`)}>{t("job.cancel")}</Button>
        </div>
      )}
    </div>
  );
}

/** `12 s`, `3 min 5 s`. */
export function elapsed(job: Pick<Job, "began_at" | "ended_at"> | null, now = Date.now()): string {
  if (!job?.began_at) return "";
  const seconds = Math.max(0, ((job.ended_at ? Date.parse(job.ended_at) : now) - Date.parse(job.began_at)) / 1000);
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  return seconds < 60 ? `${Math.round(seconds)} s` : `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}
