import { Button } from "antd";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { useGo, useParam } from "../../../shared/address";
import { post, send_file } from "../../../shared/api";
import { FileField } from "../../../shared/file-field";
import { type Job, Progress } from "../../../shared/job";
import { Page, Panel } from "../../../shared/page";
import { RegionField } from "../../../shared/region-field";
import { Failed } from "../../../shared/states";
import { Place, usePlaces } from "./place";
import type { Upload } from "./types";

const FORMS = ["citycatalyst-csv", "ecrf-xlsx", "long", "ceads", "rows"];

/** An inventory that was made elsewhere: a file, whose it is, and where it comes from. */
export default function Reported() {
  const { t } = useTranslation();
  const go = useGo();
  const [job, setJob] = useParam("job");
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const [place, setPlace] = useState("");
  const places = usePlaces();
  const chosen = places.find((one) => one.key === (place || places[0]?.key));
  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const asked = new FormData(event.currentTarget);
    const text = (name: string) => String(asked.get(name) ?? "").trim();
    const given = asked.get("file");
    if (!(given instanceof File)) return;
    setBusy(true);
    setError(null);
    try {
      const form = new FormData();
      const region = text("region") || (chosen?.region ?? "");
      const entity = text("entity") || (chosen?.entity ?? "");
      if (region) form.append("region", region);
      if (entity) form.append("entity", entity);
      form.append("file", given);
      const kept = await send_file<Upload>("/uploads", form, () => undefined, new AbortController().signal);
      const made = await post<{ job: string }>("/reported", {
        upload: kept.id, name: text("name"), region, entity, format: text("format"), year: text("year"),
        source: text("source"), licence: text("licence"), synthetic: asked.get("synthetic") === "on",
      }); // prettier-ignore
      setJob(made.job);
    } catch (cause) {
      setError(cause);
    } finally {
      setBusy(false);
    }
  }
  const field = (name: string, more: object = {}) => (
    <label>
      {t(`reported.${name}`)}
      <input name={name} maxLength={200} {...more} />
    </label>
  );
  return (
    <Page crumbs={[{ word: t("section.data"), to: "/gov/data" }, { word: t("reported.title") }]} title={t("reported.title")} about={t("reported.about")}>
      <Panel>
        {job ? (
          <>
            <Progress id={job} onDone={(ended: Job) => ended.done.run && go(`/gov/inventory/${String(ended.done.run)}`, { replace: true })} />
            <Button onClick={() => setJob("")}>{t("reported.another")}</Button>
          </>
        ) : (
          <form className="fields" onSubmit={(event) => void submit(event)}>
            <FileField label={t("reported.file")} name="file" needed accept=".csv,.tsv,.txt,.xlsx,.xlsm,.xls,.ods" />
            {field("name", { required: true })}
            <label>
              {t("reported.format")}
              <select name="format" defaultValue="">
                <option value="">{t("reported.found")}</option>
                {FORMS.map((one) => (
                  <option key={one} value={one}>
                    {t(`reported.forms.${one}`)}
                  </option>
                ))}
              </select>
            </label>
            {places.length > 1 && <Place places={places} value={chosen?.key ?? ""} change={setPlace} />}
            <RegionField name="region" label={t("reported.region")} />
            {field("entity")}
            {field("year", { pattern: "\\d{4}", placeholder: t("reported.year_hint") })}
            {field("source", { maxLength: 500 })}
            {field("licence")}
            <label>
              {t("data.synthetic_tick")}
              <input type="checkbox" name="synthetic" style={{ width: 20, alignSelf: "start" }} />
            </label>
            <div>
              <Button type="primary" htmlType="submit" loading={busy}>
                {t("reported.start")}
              </Button>
            </div>
            {error !== null && (
              <div style={{ gridColumn: "1 / -1" }}>
                <Failed error={error} />
              </div>
            )}
          </form>
        )}
      </Panel>
    </Page>
  );
}
