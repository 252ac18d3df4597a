import { useQuery } from "@tanstack/react-query";
import { Button, Segmented } from "antd";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { useParams, useSearchParams } from "react-router";
import { useGo } from "../../../shared/address";
import { type Answer, ApiError, get, post } from "../../../shared/api";
import { type Job, Progress } from "../../../shared/job";
import { Link } from "../../../shared/link";
import { PlaceName } from "../../../shared/names";
import { count, when } from "../../../shared/numbers";
import { Facts, Mark, Page, Panel } from "../../../shared/page";
import { Answered, Failed, Partial, Stale } from "../../../shared/states";
import { joined } from "../../../shared/words";
import { Details, type Form, type Kept } from "./details";
import { Losses } from "./losses";
import { change, missing, plain, still, unsure } from "./mapped";
import { Meanings } from "./meanings";
import { Sample } from "./sample";
import { Columns } from "./sheet-columns";
import type { Loss, MappedSheet, Suggestion } from "./types";

type Upload = Answer<"/uploads/{name}">;

/** What each column of the file is: suggested with its confidence, confirmed by the user; then the file becomes a data set. */
export default function Mapping() {
  const { t } = useTranslation();
  const { upload = "" } = useParams();
  const file = useQuery({ queryKey: ["upload", upload], queryFn: () => get<Upload>(`/uploads/${upload}`), staleTime: Infinity });
  const found = useQuery({ queryKey: ["mapping", upload], queryFn: () => get<Suggestion>(`/uploads/${upload}/mapping`), staleTime: Infinity });
  const name = file.data?.name ?? "";
  return (
    <Page
      crumbs={[{ word: t("section.data"), to: "/gov/data" }, { word: t("data.upload"), to: "/gov/data/upload" }, { word: name }]}
      title={t("mapping.title", { file: name })}
      about={t("mapping.about")}
    >
      <Answered of={file}>{(kept) => (found.isError ? <Unread of={kept} error={found.error} /> : <Answered of={found}>{(one) => (one.template ? <Filled key={upload} upload={kept} found={one} /> : <Confirm key={upload} upload={kept} found={one} />)}</Answered>)}</Answered>
    </Page>
  );
}

/** A file for which no mapping can be suggested: Parquet and very large ones may still be read as they stand. */
function Unread({ of, error }: { of: Upload; error: unknown }) {
  const { t } = useTranslation();
  const whole = of.name.toLowerCase().endsWith(".parquet") || (error instanceof ApiError && error.problem.code === "W-018");
  return (
    <>
      <Failed error={error} />
      {!whole && <Link to="/gov/data/upload">{t("data.upload")}</Link>}
      {whole && <Read upload={of} form="table" ready confirm={() => Promise.resolve(undefined)} />}
    </>
  );
}

/** One of our templates needs no mapping: whose it is stands in it. */
function Filled({ upload, found }: { upload: Upload; found: Suggestion }) {
  const { t } = useTranslation();
  const { method, entity, period, region } = found.template ?? { method: "", entity: "", period: "", region: "" };
  return (
    <>
      <Panel title={t("mapping.template")}>
        <p className="quiet">{t("mapping.template_about")}</p>
        <Facts
          of={[
            [t("inventory.method"), <Link key="method" to={`/gov/methods/${method}`}>{method}</Link>],
            [t("column.entity"), entity || "–"],
            [t("column.period"), period || "–"],
            [t("column.region"), <PlaceName key="region" region={region} />],
          ]}
        />
      </Panel>
      <Read upload={upload} form="table" ready own={{ region }} confirm={() => Promise.resolve(undefined)} />
    </>
  );
}

function Confirm({ upload, found }: { upload: Upload; found: Suggestion }) {
  const { t } = useTranslation();
  const [mapping, setMapping] = useState(found.mapping);
  const [losses, setLosses] = useState<Loss[]>(found.losses);
  const [accepted, setAccepted] = useState<string[]>([]);
  const [sampled, setSampled] = useState(found.sampled);
  const [counting, setCounting] = useState("");
  const [uncounted, setUncounted] = useState<unknown>(null);
  const asIs = plain(found);
  const [form, setForm] = useState<Form>(asIs ? "table" : "mapped");
  const used = mapping.sheets.filter((one) => one.use);
  const lacking = used.flatMap((one) => missing(one).map((what) => `${one.sheet ? `${one.sheet}: ` : ""}${t(`column.${what}`, { defaultValue: what })}`));
  const standing = still(losses, mapping);
  const left = standing.filter((one) => !accepted.includes(one.key));
  const replace = (at: number, sheet: MappedSheet) => setMapping(change(mapping, at, sheet));

  async function confirm(name: string): Promise<string | undefined> {
    if (form !== "mapped") return undefined;
    try {
      const taken = standing.filter((one) => accepted.includes(one.key)).map((one) => one.key);
      return (await post<{ id: string }>(`/uploads/${upload.id}/mapping`, { mapping, accepted: taken, name })).id;
    } catch (error) {
      const keys = error instanceof ApiError && error.problem.code === "W-019" ? (error.problem.where?.losses as string[] | undefined) : undefined;
      if (keys) setLosses(keys.map((key) => losses.find((one) => one.key === key) ?? { key, what: key, read: false }));
      throw error;
    }
  }

  async function count_all() {
    setUncounted(null);
    try {
      setCounting((await post<{ job: string }>(`/uploads/${upload.id}/mapping/count`, { mapping })).job);
    } catch (error) {
      setUncounted(error);
    }
  }

  function counted(job: Job) {
    const done = job.done as unknown as Pick<Suggestion, "mapping" | "losses">;
    setMapping(done.mapping);
    setLosses(done.losses);
    setSampled(0);
  }

  return (
    <>
      <Panel>
        <div className="row between">
          <div>
            <Segmented
              value={form}
              onChange={(value) => setForm(value as Form)}
              aria-label={t("mapping.form")}
              options={(["mapped", "table", "energy-balance"] as const).map((value) => ({ value, label: t(`mapping.forms.${value}`) }))}
            />
          </div>
          <span className="quiet">{t(`mapping.forms_about.${form}`)}</span>
        </div>
        {asIs && form === "table" && <p className="quiet">{t("mapping.as_is")}</p>}
        {found.kept && form !== "energy-balance" && <Stale>{t("mapping.known", { by: found.kept.made_by, name: found.kept.name, at: when(found.kept.made_at) })}</Stale>}
      </Panel>
      {form === "mapped" && sampled > 0 && (
        <Panel>
          <Stale action={!counting && <Button type="primary" onClick={() => void count_all()}>{t("mapping.count")}</Button>}>{t("mapping.sampled", { shown: count(sampled) })}</Stale>
          {Boolean(uncounted) && <Failed error={uncounted} />}
          {counting && <Progress id={counting} onDone={counted} onEnd={() => setCounting("")} />}
        </Panel>
      )}
      {form === "mapped" && used.length === 0 && <Partial>{t("mapping.no_sheet")}</Partial>}
      {mapping.sheets.map((sheet, at) => (
        <Panel key={sheet.sheet} title={<SheetHead sheet={sheet} file={upload.name} fixed={form !== "mapped"} change={(next) => replace(at, next)} />}>
          {sheet.reason && <p className="quiet">{sheet.reason}</p>}
          {form === "mapped" && sheet.use && (
            <>
              {missing(sheet).length > 0 && <Partial>{t("mapping.lacking", { what: joined(missing(sheet).map((one) => t(`column.${one}`, { defaultValue: one }))) })}</Partial>}
              {sheet.doubts.slice(sheet.missing.length).map((one) => (
                <Partial key={one}>{one}</Partial>
              ))}
              <Columns sheet={sheet} change={(next) => replace(at, next)} />
            </>
          )}
          {form === "mapped" && sheet.use && (
            <details className="fold" open={found.mapping.sheets.some((one) => one.use && (unsure(one).length > 0 || missing(one).length > 0))}>
              <summary>{t("mapping.meanings", { count: Object.keys(sheet.items).length + Object.keys(sheet.sectors).length })}</summary>
              <div>
                <Meanings sheet={sheet} change={(next) => replace(at, next)} />
              </div>
            </details>
          )}
          <details className="fold" open={form !== "mapped"}>
            <summary>{t("mapping.sample")}</summary>
            <div>
              <Sample of={found.sample.find((one) => one.sheet === sheet.sheet)} header={sheet.header} />
            </div>
          </details>
        </Panel>
      ))}
      {form === "mapped" && standing.length > 0 && <Losses of={standing} accepted={accepted} accept={setAccepted} />}
      <Read upload={upload} sheets={found.sample.filter((one) => !one.hidden).map((one) => one.sheet)} form={form} ready={form !== "mapped" || (sampled === 0 && lacking.length === 0 && left.length === 0 && used.length > 0)} confirm={confirm}>
        {form === "mapped" && lacking.length > 0 && <Partial>{t("mapping.missing", { what: joined(lacking) })}</Partial>}
        {form === "mapped" && sampled > 0 && <Partial>{t("mapping.uncounted")}</Partial>}
        {form === "mapped" && left.length > 0 && <Partial>{t("mapping.unaccepted", { count: left.length })}</Partial>}
      </Read>
    </>
  );
}

function SheetHead({ sheet, file, fixed, change: set }: { sheet: MappedSheet; file: string; fixed: boolean; change: (sheet: MappedSheet) => void }) {
  const { t } = useTranslation();
  const name = sheet.sheet || file;
  return (
    <span className="row">
      {fixed ? (
        name
      ) : (
        <label className="row">
          <input type="checkbox" checked={sheet.use} onChange={(event) => set({ ...sheet, use: event.target.checked })} />
          {name}
        </label>
      )}
      <Mark>{t("mapping.rows", { count: sheet.rows, shown: count(sheet.rows) })}</Mark>
      {sheet.header > 0 && <Mark>{t("mapping.header", { row: sheet.header })}</Mark>}
    </span>
  );
}

type Reading = { upload: Upload; sheets?: string[]; own?: { region: string }; form: Form; ready: boolean; confirm: (name: string) => Promise<string | undefined>; children?: ReactNode };

/** The last step: a name and a place, then the job that reads and checks every row. */
function Read({ upload, sheets, own, form, ready, confirm, children }: Reading) {
  const { t } = useTranslation();
  const go = useGo();
  const [search] = useSearchParams();
  const [job, setJob] = useState("");
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);

  async function keep(kept: Kept) {
    setBusy(true);
    setError(null);
    setJob("");
    try {
      const mapping = await confirm(kept.name);
      const asked = { upload: upload.id, ...kept, form: form === "energy-balance" ? form : "table", ...(mapping ? { mapping } : {}) };
      setJob((await post<{ job: string }>("/datasets", asked)).job);
    } catch (cause) {
      setError(cause);
      setBusy(false);
    }
  }

  return (
    <Panel title={t("mapping.keep")}>
      {children}
      {Boolean(error) && <Failed error={error} />}
      {job && <Progress id={job} onDone={(done) => go(`/gov/data/${String(done.done.dataset)}`)} onEnd={() => setBusy(false)} />}
      <Details file={upload.name} name={search.get("name") ?? ""} sheets={sheets} place={upload} own={own} form={form} busy={busy} barred={!ready} keep={(kept) => void keep(kept)} word={t("mapping.go")} />
    </Panel>
  );
}
