import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useParam } from "../../../shared/address";
import { ApiError, ask, get, post } from "../../../shared/api";
import { type Job, Progress } from "../../../shared/job";
import { when } from "../../../shared/numbers";
import { Mark, Panel as Box } from "../../../shared/page";
import { useSession } from "../../../shared/session";
import { Answered, Failed, Notice } from "../../../shared/states";
import { holds, useAnalyses, useAnalysis } from "./ask";
import { Emission, Figures } from "./levers-chart";
import { LeverList } from "./levers-list";
import { type Moves, type Panel, planOf, read, settings, titled, type Total, within, written } from "./levers";
import type { Road } from "./types";

const WAIT = 120;
const SHOWN = 8;

/** Sliders of the levers of a tree, and where they lead. */
export function Levers({ road }: { road: Road }) {
  const { t, i18n } = useTranslation();
  const there = holds(road, "tree");
  const found = useQuery({ queryKey: ["road-levers", road.id, i18n.language], queryFn: () => get<Panel>(`/roads/${road.id}/levers`), enabled: there, staleTime: Infinity });
  if (!there) return null;
  return (
    <Box title={t("levers.title")}>
      <p className="quiet">{t("levers.about")}</p>
      <Answered of={found}>{(panel) => (panel.levers.length ? <Moving road={road} panel={panel} /> : <p className="quiet">{t("levers.none")}</p>)}</Answered>
    </Box>
  );
}

function Moving({ road, panel }: { road: Road; panel: Panel }) {
  const { t } = useTranslation();
  const [scenario, setScenario] = useParam("from");
  const [plan, setPlan] = useParam("plan");
  const [kept, keep] = useParam("levers");
  const [shown, show] = useParam("year");
  const [hand, setHand] = useState<Moves | null>(null);
  const late = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(late.current), []);
  const [first = 0, last = 0] = panel.years;
  const year = Number(shown) >= first && Number(shown) <= last ? Number(shown) : Math.min(last, panel.target ?? last);
  const solved = useAnalysis(plan);
  const depths = plan && solved.data ? planOf(solved.data.document.result, panel.years) : null;
  const from = panel.scenarios.find((one) => one.id === (plan ? panel.cap_scenario : scenario)) ?? panel.scenarios[0]!;
  const moves = read(kept, panel.levers);
  const asked = settings(panel.levers, from.levers, depths, moves);
  const standing = settings(panel.levers, from.levers, depths, hand ?? moves);
  const { total, error, waiting } = useTotal(road, from.id, asked, !plan || depths !== null);

  function move(id: string, depth: number) {
    const made = { ...(hand ?? moves), [id]: depth };
    setHand(made);
    clearTimeout(late.current);
    late.current = setTimeout(() => {
      keep(written(made));
      setHand(null);
    }, WAIT);
  }
  function start(value: string) {
    const [of, id = ""] = value.split("|");
    clearTimeout(late.current);
    setHand(null);
    keep("");
    setPlan(of === "plan" ? id : "");
    setScenario(of === "plan" || id === panel.scenarios[0]?.id ? "" : id);
  }
  const busy = waiting || hand !== null;
  return (
    <div className="levers">
      <Starts road={road} panel={panel} value={plan ? `plan|${plan}` : `from|${from.id}`} start={start}>
        <label>
          {t("levers.year")}
          <select value={year} onChange={(event) => show(event.target.value)}>
            {Array.from({ length: last - first + 1 }, (_, place) => (
              <option key={place} value={first + place}>
                {first + place}
              </option>
            ))}
          </select>
        </label>
        <Button onClick={() => start(plan ? `plan|${plan}` : `from|${from.id}`)} disabled={kept === "" && hand === null}>
          {t("levers.reset")}
        </Button>
      </Starts>
      {solved.data?.alarm && (
        <Notice kind="warning">
          <Mark kind="error">{t("levers.unreachable")}</Mark> {solved.data.document.headline}
        </Notice>
      )}
      {solved.isError && <Failed error={solved.error} />}
      {error !== null && <Failed error={said(error, panel)} />}
      <div className="levers-grid">
        <div className={busy || error !== null ? "moved waiting" : "moved"} aria-busy={busy}>
          {total && <Figures of={total} panel={panel} year={year} />}
          {total?.warnings.map((one) => (
            <p key={one} className="error-text">
              {one}
            </p>
          ))}
          {total && <Emission road={road} panel={panel} total={total} asked={{ scenario: from.id, levers: asked }} />}
        </div>
        <LeverList panel={panel} total={total} year={year} standing={standing} plan={depths !== null} moved={hand ?? moves} move={(one, depth) => move(one.id, within(depth, one.whole))} />
      </div>
    </div>
  );
}

/** An error that names levers by their titles. */
const said = (error: unknown, { levers }: Panel): unknown => (error instanceof ApiError ? new ApiError({ ...error.problem, detail: titled(error.problem.detail, levers) }) : error);

/** Where levers lead: the last answer stays until the next one is there, and only the newest question is waited for. */
function useTotal(road: Road, scenario: string, levers: Record<string, number | number[]>, ready: boolean) {
  const { i18n } = useTranslation();
  const asked = { scenario, levers };
  const found = useQuery({
    queryKey: ["road-total", road.id, i18n.language, asked],
    queryFn: ({ signal }) => ask<Total>(`/roads/${road.id}/total`, asked, signal),
    enabled: ready,
    staleTime: Infinity,
    retry: false,
  });
  const last = useRef<Total | null>(null);
  if (found.data) last.current = found.data;
  return { total: last.current, error: found.isError ? found.error : null, waiting: !found.data && !found.isError };
}

type Choosing = { road: Road; panel: Panel; value: string; start: (value: string) => void; children: React.ReactNode };

/** What levers begin from: a scenario, or a solution of a cap; solving for the path makes one. */
function Starts({ road, panel, value, start, children }: Choosing) {
  const { t } = useTranslation();
  const { may } = useSession();
  const client = useQueryClient();
  const [job, setJob] = useParam("job.solve");
  const [error, setError] = useState<unknown>(null);
  const plans = (useAnalyses(road.id, "cap").data?.rows ?? []).filter((one) => !one.laid_over && one.version === road.number).slice(0, SHOWN);
  const listed = plans.some((one) => `plan|${one.id}` === value) || !value.startsWith("plan|");
  async function solve() {
    setError(null);
    try {
      setJob((await post<{ job: string }>(`/roads/${road.id}/analyses`, { kind: "cap", options: panel.target === null ? {} : { of: "path" } })).job);
    } catch (cause) {
      setError(cause);
    }
  }
  function ended({ state, done }: Job) {
    if (state !== "done") return;
    void client.invalidateQueries({ queryKey: ["road-analyses", road.id] });
    start(`plan|${String(done.analysis)}`);
    setJob("");
  }
  return (
    <>
      <div className="pick-bar no-print">
        <label>
          {t("levers.start")}
          <select value={value} onChange={(event) => start(event.target.value)}>
            <optgroup label={t("levers.scenarios")}>
              {panel.scenarios.map((one) => (
                <option key={one.id} value={`from|${one.id}`}>
                  {one.title}
                </option>
              ))}
            </optgroup>
            {(plans.length > 0 || !listed) && (
              <optgroup label={t("levers.plans")}>
                {!listed && <option value={value}>{value.slice(5, 13)}</option>}
                {plans.map((one) => (
                  <option key={one.id} value={`plan|${one.id}`}>
                    {[when(one.made_at), one.headline].join(" · ")}
                  </option>
                ))}
              </optgroup>
            )}
          </select>
        </label>
        {children}
        {may("run.create") && (panel.target !== null || panel.cap) && (
          <Button type="primary" onClick={() => void solve()} disabled={job !== ""}>
            {t(panel.target !== null ? "levers.solve" : "levers.solve_cap")}
          </Button>
        )}
      </div>
      {error !== null && <Failed error={error} />}
      {job && <Progress key={job} id={job} onEnd={ended} />}
    </>
  );
}

