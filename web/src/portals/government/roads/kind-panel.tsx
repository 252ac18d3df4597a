import { Button } from "antd";
import { type FormEvent, type ReactNode, useRef, useState } from "react";
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
import { holds, newestOf, ownOf, useAnalyses, useAnalysis, useChoices, useKinds } from "./ask";
import { DocumentView } from "./document-view";
import { asks, begun, type Values, wanted } from "./options";
import { OptionsForm } from "./options-form";
import { sentOnce } from "./sending";
import type { Analysis, AnalysisRow, Kind, Over, Road } from "./types";

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
  const [open, setOpen] = useState(asks(kind.options));
  const made = useAnalyses(road.id, kind.kind);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  async function run(values: Values, over: () => Promise<string[]>) {
    setBusy(true);
    setError(null);
    try {
      setJob((await post<{ job: string }>(`/roads/${road.id}/analyses`, { kind: kind.kind, options: wanted(kind.options, values), files: await over() })).job);
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
  const found = useAnalysis(shown);
  const row = rows.find((one) => one.id === shown) ?? found.data;
  // the form follows what is chosen, once it is known, and not what others run meanwhile: what was typed would be lost
  const from = useRef<{ chosen: string; row?: { id: string; options: Record<string, unknown> } }>(undefined);
  if (from.current?.chosen !== chosen && made.data && (row || !shown)) from.current = { chosen, row };
  const older = rows.length > 1 && <Older rows={rows} value={shown} choose={(id) => choose(id === usual ? "" : id)} />;
  return (
    <Panel title={kind.word}>
      {lacking && <p className="quiet">{t(`roads.needs.${kind.needs}`)}</p>}
      {lacking || !may(NEEDS)
        ? older
        : !made.isPending && <Form key={from.current?.row?.id} {...{ kind, road, open, setOpen, busy, run }} asked={from.current?.row?.options} over={overOf(found.data)} hidden={job !== "" && job !== last} beside={older} />}
      {error !== null && <Failed error={error} />}
      {job && <Progress key={job} id={job} onEnd={ended} />}
      <Answered of={made}>{() => <Found kind={kind} road={road} shown={shown} found={found} lacking={lacking} />}</Answered>
    </Panel>
  );
}

/** The files that an analysis had laid over its version. */
const overOf = (analysis: Analysis | undefined): Over[] => (analysis?.document.result.laid_over ?? []) as Over[];

/** The files that an option may name: those of the set, and those that are laid over it for this once. */
const laid = (road: Road, names: string[]): Road["files"] => [...road.files, ...names.filter((name) => !road.files.some((one) => one.name === name)).map((name) => ({ name, size: 0, sha256: "" }))];

type Running = {
  kind: Kind; road: Road; asked?: Record<string, unknown>; over: Over[]; open: boolean; setOpen: (open: boolean) => void; busy: boolean;
  run: (values: Values, over: () => Promise<string[]>) => Promise<void>; hidden: boolean; beside: ReactNode;
}; // prettier-ignore

/** What is asked, beginning with what the analysis that is shown was asked. */
function Form({ kind, road, asked, over, open, setOpen, busy, run, hidden, beside }: Running) {
  const { t } = useTranslation();
  const [values, setValues] = useState(() => begun(kind.options, asked));
  const [files, setFiles] = useState<File[]>([]);
  const [left, leave] = useState<string[]>([]);
  const again = over.filter((one) => !left.includes(one.upload) && !files.some((file) => file.name === one.file));
  const names = laid(road, [...again.map((one) => one.file), ...files.map((one) => one.name)]);
  const file = names.some((one) => one.name === values.file) ? String(values.file) : "";
  const uploads = async () => [...again.map((one) => one.upload), ...(await Promise.all(files.map((file) => sentOnce(file, road))))];
  const served = useChoices(road, kind, file, [...again.map((one) => one.upload), ...files.map(marked)], uploads);
  const ofFile = kind.options.some((one) => one.name === "file");
  /** A file that is brought is the one that is meant, in the place of one that was laid over before. */
  function bring(found: File[]) {
    const fresh = found.find((one) => !files.includes(one));
    setFiles(found);
    if (!fresh || !ofFile) return;
    leave([...left, ...over.filter((one) => one.file === values.file).map((one) => one.upload)]);
    setValues({ ...values, file: fresh.name });
  }
  function submit(event: FormEvent) {
    event.preventDefault();
    void run(values, uploads);
  }
  return (
    <form className="stack no-print" onSubmit={submit} onInvalidCapture={() => setOpen(true)} hidden={hidden} aria-label={kind.word}>
      {kind.options.length > 0 && (
        <details className="fold" open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
          <summary>{t("roads.options")}</summary>
          <div>
            <OptionsForm options={kind.options} values={values} change={setValues} road={{ ...road, files: names }} served={served} />
            {over.length > 0 && <OverAgain over={over} left={left} leave={leave} />}
            {kind.options.some((one) => one.of === "file") && <FileField label={t("claims.file")} hint={t("claims.file_hint")} accept={TAKEN} several={bring} />}
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

/** A file as it was chosen: changed since, it is another. */
const marked = ({ name, size, lastModified }: File): string => `${name} ${size} ${lastModified}`;

/** Files that were laid over the last time, to be laid over again. */
function OverAgain({ over, left, leave }: { over: Over[]; left: string[]; leave: (left: string[]) => void }) {
  const { t } = useTranslation();
  return (
    <div className="row" role="group" aria-label={t("roads.over_again")}>
      <span className="label">{t("roads.over_again")}</span>
      {over.map((one) => (
        <label key={one.upload} className="row">
          <input type="checkbox" checked={!left.includes(one.upload)} onChange={(event) => leave(event.target.checked ? left.filter((other) => other !== one.upload) : [...left, one.upload])} /> {one.file}
        </label>
      ))}
    </div>
  );
}

type Finding = { kind: Kind; road: Road; shown: string; found: ReturnType<typeof useAnalysis>; lacking: boolean };

/** One analysis of the kind, or what to do where there is none. */
function Found({ kind, road, shown, found, lacking }: Finding) {
  const { t } = useTranslation();
  const { may } = useSession();
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
