import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { useGo, useParam } from "../../../shared/address";
import { get, type Page as Rows, post } from "../../../shared/api";
import { type Job, Progress } from "../../../shared/job";
import { Link } from "../../../shared/link";
import { Page, Panel } from "../../../shared/page";
import { Answered, Empty, Failed } from "../../../shared/states";

type Dataset = { id: string; name: string; number: number; region: string; rows_good: number };
type Method = { id: string; title: string; version: string; gas: string };
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
  const [method, setMethod] = useState(methods[0]?.id ?? "");
  const [dataset, setDataset] = useState(search.get("dataset") || (datasets[0]?.id ?? ""));
  const chosen = datasets.find((one) => one.id === dataset);
  const weighed = methods.find((one) => one.id === method)?.gas === "CO2e";
  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const asked = new FormData(event.currentTarget);
    const text = (name: string) => String(asked.get(name) ?? "").trim();
    setBusy(true);
    setError(null);
    try {
      const made = await post<{ job: string }>("/runs", { dataset, method, name: text("name"), gwp: weighed ? text("gwp") : "", region: text("region"), why: text("why") });
      setJob(made.job);
    } catch (cause) {
      setError(cause);
    } finally {
      setBusy(false);
    }
  }
  if (job) {
    const done = (ended: Job) => ended.done.run && go(`/gov/inventory/${String(ended.done.run)}`);
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
          {methods.map((one) => (
            <option key={one.id} value={one.id}>
              {one.title} · {one.id} {one.version}
            </option>
          ))}
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
      <label>
        {t("inventory.region")}
        <input name="region" maxLength={40} key={chosen?.region} defaultValue={chosen?.region} placeholder="CN-51" />
      </label>
      <label>
        {t("inventory.why")}
        <input name="why" maxLength={500} />
      </label>
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
