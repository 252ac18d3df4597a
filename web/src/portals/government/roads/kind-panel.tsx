import { Button } from "antd";
import { type FormEvent, type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { useParam } from "../../../shared/address";
import { post } from "../../../shared/api";
import { FileField } from "../../../shared/file-field";
import { type Job, Progress } from "../../../shared/job";
import { Link } from "../../../shared/link";
import { when } from "../../../shared/numbers";
import { Panel } from "../../../shared/page";
import { useSession } from "../../../shared/session";
import { Answered, Empty, Failed, Stale } from "../../../shared/states";
import { holds, newestOf, ownOf, useAnalyses, useAnalysis, useKinds } from "./ask";
import { DocumentView } from "./document-view";
import { asks, begun, type Values, wanted } from "./options";
import { OptionsForm } from "./options-form";
import { sent } from "./sending";
import type { AnalysisRow, Kind, Road } from "./types";

const NEEDS = "run.create";
const TAKEN = ".yaml,.yml,.csv,.xlsx";

/** An analysis of a road: what to ask, asking it, and what was found, now or earlier. */
export function KindPanel({ kind, road }: { kind: string; road: Road }) {
  const kinds = useKinds();
  return <Answered of={kinds}>{(rows) => rows.filter((one) => one.kind === kind).map((one) => <Asked key={`${kind}-${road.id}`} kind={one} road={road} />)}</Answered>;
}

function Asked({ kind, road }: { kind: Kind; road: Road }) {
  const { t } = useTranslation();
  const { may } = useSession();
  const [job, setJob] = useParam(`job.${kind.kind}`);
  const [chosen, choose] = useParam(`at.${kind.kind}`);
  const [last, setLast] = useState("");
  const made = useAnalyses(road.id, kind.kind);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  async function run(values: Values, files: File[]) {
    setBusy(true);
    setError(null);
    try {
      const over = await sent(files, road);
      setJob((await post<{ job: string }>(`/roads/${road.id}/analyses`, { kind: kind.kind, options: wanted(kind.options, values), files: over })).job);
    } catch (cause) {
      setError(cause);
    } finally {
      setBusy(false);
    }
  }
  function ended({ id, state, done }: Job) {
    setLast(id);
    if (state === "done") choose(String(done.analysis));
    if (state === "done") setJob("");
  }
  const lacking = !holds(road, kind.needs);
  const rows = made.data?.rows ?? [];
  const usual = ownOf(rows) || rows[0]?.id || "";
  const shown = chosen || usual;
  const older = rows.length > 1 && <Older rows={rows} value={shown} choose={(id) => choose(id === usual ? "" : id)} />;
  return (
    <Panel title={kind.word}>
      {lacking && <p className="quiet">{t(`roads.needs.${kind.needs}`)}</p>}
      {lacking || !may(NEEDS) ? older : <Form kind={kind} road={road} busy={busy} run={run} hidden={job !== "" && job !== last} beside={older} />}
      {error !== null && <Failed error={error} />}
      {job && <Progress key={job} id={job} onEnd={ended} />}
      <Answered of={made}>{() => <Found kind={kind} road={road} shown={shown} lacking={lacking} />}</Answered>
    </Panel>
  );
}

/** The files that an option may name: those of the set, and those that are laid over it for this once. */
const laid = (road: Road, files: File[]): Road["files"] => [...road.files, ...files.filter((one) => !road.files.some((other) => other.name === one.name)).map(({ name, size }) => ({ name, size, sha256: "" }))];

type Running = { kind: Kind; road: Road; busy: boolean; run: (values: Values, files: File[]) => Promise<void>; hidden: boolean; beside: ReactNode };

function Form({ kind, road, busy, run, hidden, beside }: Running) {
  const { t } = useTranslation();
  const [values, setValues] = useState(() => begun(kind.options));
  const [files, setFiles] = useState<File[]>([]);
  const [open, setOpen] = useState(asks(kind.options));
  function submit(event: FormEvent) {
    event.preventDefault();
    void run(values, files);
  }
  return (
    <form className="stack no-print" onSubmit={submit} onInvalidCapture={() => setOpen(true)} hidden={hidden} aria-label={kind.word}>
      {kind.options.length > 0 && (
        <details className="fold" open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
          <summary>{t("roads.options")}</summary>
          <div>
            <OptionsForm options={kind.options} values={values} change={setValues} road={{ ...road, files: laid(road, files) }} />
            {kind.options.some((one) => one.of === "file") && <FileField label={t("claims.file")} hint={t("claims.file_hint")} accept={TAKEN} several={setFiles} />}
          </div>
        </details>
      )}
      <div className="row running">
        <Button type="primary" htmlType="submit" loading={busy}>
          {t("roads.run")}
        </Button>
        {beside}
      </div>
    </form>
  );
}

/** One analysis of the kind, or what to do where there is none. */
function Found({ kind, road, shown, lacking }: { kind: Kind; road: Road; shown: string; lacking: boolean }) {
  const { t } = useTranslation();
  const { may } = useSession();
  const found = useAnalysis(shown);
  const newest = newestOf(road);
  if (!shown) return lacking ? null : <Empty title={t("roads.no_analysis")} hint={t(!may(NEEDS) ? "roads.no_analysis_read" : asks(kind.options) ? "roads.fill_first" : "roads.no_analysis_hint")} />;
  return (
    <Answered of={found}>
      {(analysis) => (
        <>
          {analysis.version < newest.number && (
            <Stale action={!road.newest && <Link to={`/gov/roads/${newest.id}/${kind.tab}?kind=${kind.kind}`}>{t("roads.see_newest")}</Link>}>
              {t("roads.stale", { version: analysis.version, newest: newest.number })}
            </Stale>
          )}
          <DocumentView of={analysis} />
        </>
      )}
    </Answered>
  );
}

/** Earlier analyses, one of which the address keeps. */
function Older({ rows, value, choose }: { rows: AnalysisRow[]; value: string; choose: (id: string) => void }) {
  const { t } = useTranslation();
  return (
    <label className="older no-print">
      {t("roads.analyses", { count: rows.length })}
      <select value={value} onChange={(event) => choose(event.target.value)}>
        {rows.map((one) => (
          <option key={one.id} value={one.id}>
            {[when(one.made_at), `v${one.version}`, one.made_by, one.laid_over && t("roads.laid_over"), one.headline].filter(Boolean).join(" · ")}
          </option>
        ))}
      </select>
    </label>
  );
}
