import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { useParams } from "react-router";
import { useParam } from "../../../shared/address";
import { get, post, query } from "../../../shared/api";
import { Copy } from "../../../shared/copy";
import { Progress } from "../../../shared/job";
import { Link } from "../../../shared/link";
import { count, useUnit, when } from "../../../shared/numbers";
import { Facts, Mark, Page, Panel } from "../../../shared/page";
import { Answered, Failed, Partial } from "../../../shared/states";
import { gasOf, lastYear, useRun, useTable, yearsOf } from "../inventory/ask";
import { Figure } from "../inventory/figure";
import { ProofDrawer } from "../inventory/proof";
import type { Seen } from "../inventory/types";
import { Exports } from "./exports";
import { State } from "./list";
import { Released } from "./released";
import type { Release } from "./types";

/** One release: who proposed, who decided, what it stands on, its figures, and what can be made of it. */
export default function One() {
  const { id = "" } = useParams();
  const { t } = useTranslation();
  const found = useQuery({ queryKey: ["release", id], queryFn: () => get<Release>(`/releases/${id}`) });
  const title = found.data ? [found.data.name, found.data.number ? `#${found.data.number}` : ""].filter(Boolean).join(" ") : t("section.releases");
  return (
    <Page title={title} crumbs={[{ word: t("section.releases"), to: "/gov/releases" }, { word: title }]} actions={<Copy />}>
      <Answered of={found}>{(release) => <Shown of={release} />}</Answered>
      <ProofDrawer />
    </Page>
  );
}

function Shown({ of }: { of: Release }) {
  const { t } = useTranslation();
  const { unit } = useUnit(gasOf(of.unit));
  const sealed = of.number > 0;
  const run = useRun(of.run);
  const last = run.data ? lastYear(run.data) : "";
  const years = useTable<Seen>(query(sealed ? `/releases/${of.id}/table` : `/runs/${of.run}/table`, { by: "period", limit: 200 }), last !== "");
  const total = years.data?.rows.find((row) => row.period === last)?.emission as number | undefined;
  const doubts = Object.entries(of.doubts ?? {}).filter(([, number]) => number > 0);
  return (
    <>
      {!of.complete && <Partial>{t("releases.incomplete")}</Partial>}
      {of.open_errors > 0 && <Partial>{t("releases.open_errors", { count: of.open_errors })}</Partial>}
      <Panel>
        <div className="headline">
          <div>
            <span>{last ? t("inventory.total_of", { period: last }) : of.about?.periods?.join(", ") || yearsOf(of) || t("inventory.total_plain")}</span>
            <Figure of={sealed ? `releases/${of.id}` : `runs/${of.run}`} cell={last ? { period: last } : {}} value={last ? total : of.total} large /> <small>{unit}</small>
          </div>
          <div>
            <span>{t("releases.state")}</span>
            <State of={of.state} />
          </div>
          <div>
            <span>{t("section.doubts")}</span>
            {doubts.length ? doubts.map(([state, number]) => <Mark key={state} kind={state === "open" ? "warning" : "plain"}>{`${t(`doubt.${state}`, { defaultValue: state })} ${count(number)}`}</Mark>) : <Mark kind="good">0</Mark>}
          </div>
        </div>
        <Facts
          of={[
            [t("releases.proposed_by"), <span key="p">{of.proposed_by} <span className="quiet">{when(of.made_at)}</span></span>],
            [t("releases.decided_by"), of.decided_by_name ? <span key="d">{of.decided_by_name} <span className="quiet">{when(of.decided_at)}</span></span> : t("releases.waiting")],
            [t("releases.why"), of.why || "–"],
            ...(of.said ? [[t("releases.said"), of.said] as [string, string]] : []),
            [t("proof.run"), <Link key="r" to={`/gov/inventory/${of.run}`}>{of.run_name}</Link>],
            [t("inventory.method"), <Link key="m" to={`/gov/methods/${of.method}`}>{of.method}</Link>],
            ["GWP", of.gwp || "–"],
            [t("proof.digest"), <code key="g" title={of.digest}>{of.digest.slice(0, 16)}</code>],
            ...(of.manifest ? [["SHA-256", <code key="s" title={of.manifest}>{of.manifest.slice(0, 16)}</code>] as [string, React.ReactNode]] : []),
          ]}
        />
      </Panel>
      {of.state === "proposed" && <Decide of={of} />}
      {sealed && <Released of={of} />}
      {sealed && <Verify of={of} />}
      <Exports release={sealed ? of.id : undefined} run={sealed ? undefined : of.run} />
      <Panel title={t("releases.chain")}>
        <ol className="chain">
          {of.audit.map((one) => (
            <li key={one.number} className="chosen">
              #{one.number} {t([`releases.action.${one.action.replace("release.", "")}`, `audit.actions.${one.action.replaceAll(".", "_")}`], { defaultValue: one.action })} · {one.login} <span className="quiet">{when(one.at)}</span>
            </li>
          ))}
        </ol>
        {of.made_from && of.made_from.length > 0 && (
          <>
            <h3>{t("releases.made_from")}</h3>
            <ol className="chain">
              {of.made_from.map((one) => (
                <li key={one.sha256}>
                  {t(`releases.kind.${one.kind}`, { defaultValue: one.kind })} #{one.number} <code title={one.sha256}>{one.sha256.slice(0, 16)}</code> <span className="quiet">{when(one.known_from)}</span>
                </li>
              ))}
            </ol>
          </>
        )}
      </Panel>
    </>
  );
}

/** Approving or rejecting, by somebody else than the one who proposed. */
function Decide({ of }: { of: Release }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [job, setJob] = useParam("job");
  const [error, setError] = useState<unknown>(null);
  if (job) return <Panel title={t("releases.freezing")}><Progress id={job} onDone={() => setJob("")} /></Panel>; // prettier-ignore
  if (!of.may_decide) return <Panel><p>{t("releases.another")}</p></Panel>; // prettier-ignore
  async function decide(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const asked = new FormData(event.currentTarget);
    const said = String(asked.get("said") ?? "").trim();
    const approves = (event.nativeEvent as SubmitEvent).submitter?.getAttribute("value") === "approve";
    setError(null);
    try {
      if (approves) setJob((await post<{ job: string }>(`/releases/${of.id}/approve`, { said })).job);
      else await post(`/releases/${of.id}/reject`, { said });
      await client.invalidateQueries();
    } catch (cause) {
      setError(cause);
    }
  }
  return (
    <Panel title={t("releases.decide")}>
      <form className="fields" onSubmit={(event) => void decide(event)}>
        <label style={{ gridColumn: "span 2" }}>
          {t("releases.said")}
          <input name="said" maxLength={500} placeholder={t("releases.said_hint")} />
        </label>
        <div className="row">
          <Button type="primary" htmlType="submit" value="approve">
            {t("releases.approve")}
          </Button>
          <Button danger htmlType="submit" value="reject">
            {t("releases.reject")}
          </Button>
        </div>
      </form>
      {error !== null && <Failed error={error} />}
    </Panel>
  );
}

/** Hash every byte and compute the figures anew. */
function Verify({ of }: { of: Release }) {
  const { t } = useTranslation();
  const [job, setJob] = useState("");
  const [done, setDone] = useState<Record<string, unknown> | null>(null);
  const [error, setError] = useState<unknown>(null);
  const start = () => {
    setDone(null);
    setError(null);
    post<{ job: string }>(`/releases/${of.id}/verify`).then((made) => setJob(made.job), setError);
  };
  const bad = done !== null && (done.ok === false || done.verified === false || (Array.isArray(done.problems) && done.problems.length > 0));
  return (
    <Panel title={t("releases.verify")} actions={<Button onClick={start}>{t("releases.verify_now")}</Button>}>
      <p className="quiet">{t("releases.verify_about")}</p>
      {error !== null && <Failed error={error} />}
      {job && <Progress key={job} id={job} onDone={(ended) => setDone(ended.done)} />}
      {done && (
        <p>
          <Mark kind={bad ? "error" : "good"}>{t(bad ? "releases.broken" : "releases.holds")}</Mark>
        </p>
      )}
    </Panel>
  );
}
