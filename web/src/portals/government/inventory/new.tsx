import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { type FormEvent, type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { useGo, useParam } from "../../../shared/address";
import { get, type Page as Rows, post } from "../../../shared/api";
import { type Job, Progress } from "../../../shared/job";
import { Link } from "../../../shared/link";
import { FileChoice } from "../../../shared/file-choice";
import { Page, Panel } from "../../../shared/page";
import { Answered, Empty, Failed } from "../../../shared/states";
import { RegionField } from "../../../shared/region-field";
import { type Override, Overrides } from "./overrides";

type Dataset = { id: string; name: string; number: number; region: string; rows_good: number };
type Method = { id: string; title: string; version: string; gas: string; own: boolean; number: number | null };
type Pack = { id: string; name: string; number: number; kind: string; method: string };
/** Files that are checked beside the data, or that hold the tables of these names. */
const BESIDE = ["parts", "claims", "parameters", "entities"] as const;
const BY = ["entity", "period", "region", "sector", "item", "gas"] as const;
const SETS = ["SAR", "AR4", "AR5", "AR5_CCF", "AR6"];

/** A new inventory: a data set, a method, and in which weights. */
export default function New() {
  const { t } = useTranslation();
  const datasets = useQuery({ queryKey: ["datasets", "all"], queryFn: () => get<Rows<Dataset>>("/datasets?limit=500") });
  const methods = useQuery({ queryKey: ["methods"], queryFn: () => get<Rows<Method>>("/methods?limit=500") });
  return (
    <Page title={t("inventory.new")} about={t("inventory.new_about")} crumbs={[{ word: t("section.inventory"), to: "/gov/inventory" }, { word: t("inventory.new") }]}>
      <Panel>
        <Answered of={datasets}>
          {(found) =>
            found.rows.length === 0 ? (
              <Empty title={t("inventory.no_data")} hint={t("inventory.no_data_hint")}>
                <Link to="/gov/data/upload">{t("inventory.upload")}</Link>
              </Empty>
            ) : (
              <Answered of={methods}>{(known) => <Form datasets={found.rows} methods={known.rows} />}</Answered>
            )
          }
        </Answered>
      </Panel>
    </Page>
  );
}

function Form({ datasets, methods }: { datasets: Dataset[]; methods: Method[] }) {
  const { t } = useTranslation();
  const [search] = useSearchParams();
  const go = useGo();
  const [job, setJob] = useParam("job");
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const [method, setMethod] = useState(methods.find((one) => !one.own)?.id ?? "");
  const [dataset, setDataset] = useState(search.get("dataset") || (datasets[0]?.id ?? ""));
  const [beside, setBeside] = useState<Record<string, string>>({});
  const [overrides, setOverrides] = useState<Override[]>([]);
  const packs = useQuery({ queryKey: ["packs"], queryFn: () => get<Rows<Pack>>("/packs?limit=500") }).data?.rows ?? [];
  const releases = useQuery({ queryKey: ["factor-releases"], queryFn: () => get<Rows<{ name: string }>>("/factor-releases") }).data?.rows ?? [];
  const laid = packs.filter((one) => one.kind === "factors");
  const own = methods.filter((one) => one.own);
  const chosen = datasets.find((one) => one.id === dataset);
  const weighed = methods.find((one) => one.id === method)?.gas === "CO2e";
  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const asked = new FormData(event.currentTarget);
    const text = (name: string) => String(asked.get(name) ?? "").trim();
    setBusy(true);
    setError(null);
    try {
      const measured = overrides.map((one) => ({ ...one, value: Number(one.value), uncertainty: one.uncertainty === "" ? null : Number(one.uncertainty) }));
      const made = await post<{ job: string }>("/runs", {
        dataset, method, name: text("name"), gwp: weighed ? text("gwp") : "", region: text("region"), why: text("why"), factors: text("factors"),
        packs: asked.getAll("packs").map(String), by: asked.getAll("by").map(String), overrides: measured, ...beside,
      }); // prettier-ignore
      setJob(made.job);
    } catch (cause) {
      setError(cause);
    } finally {
      setBusy(false);
    }
  }
  if (job) {
    const done = (ended: Job) => ended.done.run && go(`/gov/inventory/${String(ended.done.run)}`, { replace: true });
    return (
      <>
        <Progress id={job} onDone={done} />
        <Button onClick={() => setJob("")}>{t("inventory.another")}</Button>
      </>
    );
  }
  return (
    <form className="fields" onSubmit={(event) => void submit(event)}>
      <label>
        {t("inventory.dataset")}
        <select value={dataset} onChange={(event) => setDataset(event.target.value)}>
          {datasets.map((one) => (
            <option key={one.id} value={one.id}>
              {one.name} v{one.number}
            </option>
          ))}
        </select>
      </label>
      <label>
        {t("inventory.method")}
        <select value={method} onChange={(event) => setMethod(event.target.value)}>
          {methods.filter((one) => !one.own).map((one) => (
            <option key={one.id} value={one.id}>
              {one.title} · {one.id} {one.version}
            </option>
          ))}
          {own.length > 0 && (
            <optgroup label={t("factors.own")}>
              {own.map((one) => (
                <option key={one.id} value={one.id}>
                  {one.title} · {one.id} v{one.number}
                </option>
              ))}
            </optgroup>
          )}
        </select>
      </label>
      {weighed && (
        <label>
          GWP
          <select name="gwp" defaultValue="">
            <option value="">{t("inventory.gwp_own")}</option>
            {SETS.map((one) => (
              <option key={one}>{one}</option>
            ))}
          </select>
        </label>
      )}
      <label>
        {t("inventory.name")}
        <input name="name" required maxLength={200} key={chosen?.id} defaultValue={chosen?.name} />
      </label>
      <RegionField name="region" label={t("inventory.region")} key={chosen?.region} given={chosen?.region} />
      <label>
        {t("inventory.why")}
        <input name="why" maxLength={500} />
      </label>
      <details className="fold whole">
        <summary>{t("inventory.more")}</summary>
        <div className="stack">
          <div className="fields">
            <label>
              {t("inventory.factor_release")}
              <select name="factors">
                <option value="">{t("inventory.newest")}</option>
                {releases.map((one) => (
                  <option key={one.name}>{one.name}</option>
                ))}
              </select>
            </label>
            {BESIDE.map((role) => (
              <FileChoice key={role} label={t(`inventory.beside.${role}`)} value={beside[role] ?? ""} change={(id) => setBeside((old) => ({ ...old, [role]: id }))} />
            ))}
          </div>
          <Ticks legend={t("inventory.packs")} name="packs" of={laid.map((one) => [one.id, `${one.name} v${one.number}`])} none={<Link to="/gov/factors/own">{t("inventory.no_packs")}</Link>} />
          <Ticks legend={t("inventory.keep_by")} name="by" of={BY.map((one) => [one, t(`dim.${one}`)])} />
          <Overrides method={method} list={overrides} change={setOverrides} />
        </div>
      </details>
      <div>
        <Button type="primary" htmlType="submit" loading={busy}>
          {t("inventory.start")}
        </Button>
      </div>
      {error !== null && (
        <div style={{ gridColumn: "1 / -1" }}>
          <Failed error={error} />
        </div>
      )}
    </form>
  );
}

function Ticks({ legend, name, of, none }: { legend: string; name: string; of: [string, string][]; none?: ReactNode }) {
  return (
    <fieldset className="ticks">
      <legend>{legend}</legend>
      {of.map(([value, word]) => (
        <label key={value}>
          <input type="checkbox" name={name} value={value} /> {word}
        </label>
      ))}
      {of.length === 0 && none}
    </fieldset>
  );
}
