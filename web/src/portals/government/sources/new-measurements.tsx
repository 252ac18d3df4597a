import { useState } from "react";
import { useTranslation } from "react-i18next";
import { FileChoice } from "../../../shared/file-choice";
import { Begin } from "./begin";

/** Which measurements, the equations that they must fulfil, and how sure an alarm is to be. */
export default function Measurements() {
  const { t } = useTranslation();
  const [file, setFile] = useState("");
  const [text, setText] = useState("");
  const lines = text.split("\n").map((line) => line.trim()).filter((line) => line && !line.startsWith("#")); // prettier-ignore
  return (
    <Begin kind="measurements" ready={file !== "" && lines.length > 0} asked={(form) => ({ name: String(form.get("name")).trim(), level: Number(form.get("level")) / 100, measurements: file, constraints: lines })}>
      <FileChoice label={t("sources.meters")} value={file} change={setFile} accept=".csv,.xlsx,.xls,.ods" needed />
      <label>
        {t("sources.level")}
        <input name="level" type="number" min={0.01} max={50} step="any" defaultValue={5} required />
      </label>
      <div className="whole">
        <p className="quiet">{t("sources.meters_hint")}</p>
        <label>
          {t("sources.constraints")}
          <textarea rows={6} maxLength={100_000} value={text} onChange={(event) => setText(event.target.value)} placeholder={t("sources.constraints_example")} style={{ width: "100%" }} />
        </label>
        <p className="quiet">{t("sources.constraints_hint")}</p>
      </div>
    </Begin>
  );
}
