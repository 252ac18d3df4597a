import { Button } from "antd";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { download, post } from "../../../shared/api";
import { type Job, Progress } from "../../../shared/job";
import { bytes } from "../../../shared/numbers";
import { Panel } from "../../../shared/page";
import { Failed, Partial } from "../../../shared/states";
import { said } from "../../../shared/words";

export const FORMS = ["official", "workbook", "word", "html", "iamc", "ecrf", "csv", "parquet"] as const;
type File = { form: string; name: string; size: number };
type Refused = Record<string, { code: string; message: { zh: string; en: string } }>;

/** Official tables, reports and exchange forms, written as a job and then downloaded. */
export function Exports({ release, run }: { release?: string; run?: string }) {
  const { t } = useTranslation();
  const [job, setJob] = useState("");
  const [files, setFiles] = useState<File[]>([]);
  const [refused, setRefused] = useState<Refused>({});
  const [error, setError] = useState<unknown>(null);
  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const asked = new FormData(event.currentTarget);
    const forms = asked.getAll("forms").map(String);
    if (forms.length === 0) return;
    setError(null);
    setFiles([]);
    setRefused({});
    try {
      const made = await post<{ job: string }>("/exports", { release: release ?? "", run: run ?? "", forms, unit: String(asked.get("unit") ?? "t") });
      setJob(made.job);
    } catch (cause) {
      setError(cause);
    }
  }
  const done = (ended: Job) => {
    setFiles((ended.done.files as File[] | undefined) ?? []);
    setRefused((ended.done.refused as Refused | undefined) ?? {});
  };
  return (
    <Panel title={t("releases.exports")} id="exports">
      <form onSubmit={(event) => void submit(event)} className="stack">
        <fieldset style={{ border: 0, padding: 0, margin: 0 }}>
          <legend className="quiet">{t("releases.forms_about")}</legend>
          <div className="row">
            {FORMS.map((form) => (
              <label key={form} style={{ marginRight: 12 }}>
                <input type="checkbox" className="tick" name="forms" value={form} defaultChecked={form === "official" || form === "word"} /> {t(`releases.form.${form}`)}
              </label>
            ))}
          </div>
        </fieldset>
        <div className="row">
          <label>
            {t("releases.unit")}{" "}
            <select name="unit" defaultValue="t">
              <option value="t">t</option>
              <option value="万吨">{t("unit.wan")}</option>
            </select>
          </label>
          <Button htmlType="submit">{t("releases.write")}</Button>
        </div>
      </form>
      {error !== null && <Failed error={error} />}
      {job && <Progress key={job} id={job} onDone={done} />}
      {Object.entries(refused).map(([form, one]) => (
        <Partial key={form}>
          {t(`releases.form.${form}`)}: {said(one.message)}
        </Partial>
      ))}
      {files.length > 0 && (
        <ul>
          {files.map((one) => (
            <li key={one.name}>
              <Button type="link" onClick={() => void download(`/exports/${job}/files/${encodeURIComponent(one.name)}`, one.name).catch(setError)}>
                {one.name}
              </Button>{" "}
              <span className="quiet">
                {t(`releases.form.${one.form}`)} · {bytes(one.size)}
              </span>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
