import { Button } from "antd";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { useParam } from "../../../../shared/address";
import { post } from "../../../../shared/api";
import { type Job, Progress } from "../../../../shared/job";
import { usePicked } from "../../../../shared/measure";
import { when } from "../../../../shared/numbers";
import { useSession } from "../../../../shared/session";
import { Answered, Failed, Stale } from "../../../../shared/states";
import { ownOf, useAnalyses, useAnalysis } from "../ask";
import { exact, measured, mostOf, titled, written } from "../shown";
import type { Analysis, Road, Sheet } from "../types";
import { DECIDES } from "./ask";

type Props = { road: Road; newest: number };

/** A decision on the newest analysis of the deviation: levers of its correction, or that nothing is done. */
export function Decide({ road, newest }: Props) {
  const { t } = useTranslation();
  const { may } = useSession();
  const made = useAnalyses(road.id, "deviation");
  const last = ownOf(made.data?.rows);
  const found = useAnalysis(last);
  if (made.data && last === "") return <p className="quiet">{t("decisions.no_analysis")}</p>;
  if (!may(DECIDES)) return <p className="quiet">{t("decisions.another")}</p>;
  return <Answered of={found}>{(analysis) => <Form key={analysis.id} road={road} of={analysis} newest={newest} />}</Answered>;
}

function Form({ road, of, newest }: { road: Road; of: Analysis; newest: number }) {
  const { t } = useTranslation();
  const [job, setJob] = useParam("job.decision");
  const [last, setLast] = useState("");
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const [acts, setActs] = useState(true);
  const levers = of.document.sheets.find((one) => one.name === "levers");
  const [left, setLeft] = useState<string[]>([]);
  const taken = (levers?.rows ?? []).map((one) => String(one.lever)).filter((one) => !left.includes(one));
  const nothing = !levers || !acts;
  const [round, setRound] = useState(0);
  function ended({ id, state }: Job) {
    setLast(id);
    if (state !== "done") return;
    setJob("");
    setActs(true);
    setLeft([]);
    setRound(round + 1);
  }
  async function decide(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const asked = new FormData(event.currentTarget);
    const told = { analysis: of.id, who: String(asked.get("who") ?? "").trim(), note: String(asked.get("note") ?? "").trim() };
    setBusy(true);
    setError(null);
    try {
      setJob((await post<{ job: string }>(`/roads/${road.id}/decisions`, { ...told, ...(nothing ? { nothing: true } : { levers: taken }) })).job);
    } catch (cause) {
      setError(cause);
    } finally {
      setBusy(false);
    }
  }
  return (
    <section className="sheet no-print decide">
      <h3>{t("decisions.decide")}</h3>
      <p className="quiet">{t("decisions.rests_on", { made: when(of.made_at), version: of.version, headline: of.document.headline })}</p>
      {of.version < newest && <Stale>{t("decisions.older", { version: of.version, newest })}</Stale>}
      {job && <Progress key={job} id={job} onEnd={ended} />}
      <form key={round} className="stack" onSubmit={(event) => void decide(event)} aria-label={t("decisions.decide")}>
        {levers ? (
          <>
            <div className="row" role="radiogroup" aria-label={t("decisions.what")}>
              <label className="row">
                <input type="radio" name="what" checked={acts} onChange={() => setActs(true)} /> {t("decisions.act")}
              </label>
              <label className="row">
                <input type="radio" name="what" checked={!acts} onChange={() => setActs(false)} /> {t("decisions.nothing")}
              </label>
            </div>
            {acts && <Levers of={levers} left={left} change={setLeft} />}
          </>
        ) : (
          <p className="quiet">{t("decisions.no_correction")}</p>
        )}
        <div className="fields">
          <label>
            {t("decisions.who")}
            <input name="who" maxLength={200} placeholder={t("decisions.who_hint")} />
          </label>
          <label className="whole">
            {t("decisions.note")}
            <textarea name="note" rows={2} maxLength={2000} placeholder={t("decisions.note_hint")} />
          </label>
        </div>
        <div className="row">
          <Button type="primary" htmlType="submit" loading={busy} disabled={(job !== "" && job !== last) || (!nothing && taken.length === 0)}>
            {nothing ? t("decisions.enter_nothing") : t("decisions.enter", { count: taken.length })}
          </Button>
          <span className="quiet">{t("decisions.kept")}</span>
        </div>
      </form>
      {error !== null && <Failed error={error} />}
    </section>
  );
}

/** The levers of the correction, each to be taken or left. */
function Levers({ of, left, change }: { of: Sheet; left: string[]; change: (left: string[]) => void }) {
  const { t } = useTranslation();
  const picked = usePicked();
  const columns = of.columns.filter((one) => one.key !== "lever" && one.key !== "title").map((one) => ({ ...one, ...measured(one.unit, one.shown, picked, mostOf(one.unit, of.columns, of.rows)), plain: one.unit }));
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label={of.title}>
      <table className="plain levers">
        <thead>
          <tr>
            <th scope="col">{t("decisions.lever")}</th>
            {columns.map((one) => (
              <th key={one.key} scope="col" className="right">
                {titled(one.title, one.unit)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {of.rows.map((row) => {
            const lever = String(row.lever);
            return (
              <tr key={lever}>
                <td>
                  <label className="row">
                    <input type="checkbox" checked={!left.includes(lever)} onChange={(event) => change(event.target.checked ? left.filter((one) => one !== lever) : [...left, lever])} /> {String(row.title)}
                  </label>
                </td>
                {columns.map((one) => (
                  <td key={one.key} className="right" title={exact(row[one.key], one.plain)}>
                    {written(row[one.key], one.shown, one.scale)}
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
