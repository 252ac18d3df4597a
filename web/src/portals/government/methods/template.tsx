import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { useParams } from "react-router";
import { useGo } from "../../../shared/address";
import { download, get, post, query } from "../../../shared/api";
import { FileChoice } from "../../../shared/file-choice";
import { Progress } from "../../../shared/job";
import { Page, Panel } from "../../../shared/page";
import { Failed } from "../../../shared/states";
import { said } from "../../../shared/words";
import { RegionField } from "../../../shared/region-field";
import type { Two } from "../inventory/types";

/** The workbook to fill in for a method, and the filled one on its way to a data set and an inventory: it needs no mapping. */
export default function Template() {
  const { id = "" } = useParams();
  const { t } = useTranslation();
  const found = useQuery({ queryKey: ["method", id], queryFn: () => get<{ title: Two }>(`/methods/${id}`) });
  const title = said(found.data?.title) || id;
  return (
    <Page title={t("methods.template_of", { title })} about={t("methods.template_about")} crumbs={[{ word: t("section.methods"), to: "/gov/methods" }, { word: title, to: `/gov/methods/${id}` }, { word: t("methods.template") }]}>
      <Panel title={t("methods.step_download")}>
        <Download method={id} />
      </Panel>
      <Panel title={t("methods.step_upload")}>
        <Filled method={id} />
      </Panel>
    </Page>
  );
}

function Download({ method }: { method: string }) {
  const { t } = useTranslation();
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const asked = Object.fromEntries([...new FormData(event.currentTarget)].map(([name, value]) => [name, String(value).trim()]));
    setBusy(true);
    setError(null);
    try {
      await download(query(`/methods/${method}/template`, asked), `${[method, asked.entity, asked.year].filter(Boolean).join("-")}.xlsx`);
    } catch (cause) {
      setError(cause);
    } finally {
      setBusy(false);
    }
  }
  return (
    <form className="fields" onSubmit={(event) => void submit(event)}>
      <label>
        {t("data.entity")}
        <input name="entity" maxLength={200} />
      </label>
      <RegionField name="region" label={t("data.region")} />
      <label>
        {t("data.year")}
        <input name="year" pattern="\d{4}" maxLength={4} placeholder="2021" />
      </label>
      <label>
        {t("methods.lines_by")}
        <select name="by">
          <option value="year">{t("methods.by_year")}</option>
          <option value="month">{t("methods.by_month")}</option>
        </select>
      </label>
      <div>
        <Button htmlType="submit" loading={busy}>
          {t("methods.template")}
        </Button>
      </div>
      {error !== null && <Failed error={error} />}
    </form>
  );
}

type Stage = { job: string; name: string; run: boolean };

function Filled({ method }: { method: string }) {
  const { t } = useTranslation();
  const go = useGo();
  const [upload, setUpload] = useState("");
  const [stage, setStage] = useState<Stage | null>(null);
  const [error, setError] = useState<unknown>(null);
  async function begin(path: string, asked: object, name: string, run: boolean) {
    setError(null);
    try {
      setStage({ job: (await post<{ job: string }>(path, asked)).job, name, run });
    } catch (cause) {
      setStage(null);
      setError(cause);
    }
  }
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const asked = new FormData(event.currentTarget);
    const [name, region] = ["name", "region"].map((one) => String(asked.get(one) ?? "").trim());
    void begin("/datasets", { upload, name, region, form: "table" }, name ?? "", false);
  }
  if (stage) {
    return (
      <>
        <p>{t(stage.run ? "methods.accounting" : "methods.reading")}</p>
        <Progress
          key={stage.job}
          id={stage.job}
          onDone={(job) => (stage.run ? go(`/gov/inventory/${String(job.done.run)}`) : void begin("/runs", { dataset: job.done.dataset, method, name: stage.name }, stage.name, true))}
        />
        <Button onClick={() => setStage(null)}>{t("methods.other_file")}</Button>
      </>
    );
  }
  return (
    <form className="fields" onSubmit={submit}>
      <FileChoice label={t("methods.filled")} value={upload} change={setUpload} accept=".xlsx,.xlsm" needed />
      <label>
        {t("data.name")}
        <input name="name" required maxLength={200} />
      </label>
      <RegionField name="region" label={t("data.region")} />
      <div>
        <Button type="primary" htmlType="submit" disabled={!upload}>
          {t("methods.to_inventory")}
        </Button>
      </div>
      {error !== null && <Failed error={error} />}
    </form>
  );
}
