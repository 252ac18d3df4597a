import { useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { download, post, query, send_file } from "../../../shared/api";
import { FileField } from "../../../shared/file-field";
import { Panel } from "../../../shared/page";
import { useSession } from "../../../shared/session";
import { Failed, Notice } from "../../../shared/states";
import type { Upload } from "./types";

type Kept = { rows: number };

/** Socio-economic data as a file: the template with units and an example, and the filled table, all rows or none; of who only approves, targets alone. */
export function SocioFile() {
  const { t } = useTranslation();
  const { may } = useSession();
  const alone = !may("data.write");
  const client = useQueryClient();
  const [error, setError] = useState<unknown>(null);
  const [kept, setKept] = useState(0);
  const [busy, setBusy] = useState(false);
  const [round, setRound] = useState(0);
  async function attempt(what: () => Promise<void>) {
    setError(null);
    setKept(0);
    setBusy(true);
    try {
      await what();
    } catch (cause) {
      setError(cause);
    } finally {
      setBusy(false);
    }
  }
  const fetch_template = (form: string) => attempt(() => download(query("/socio-economic/template", { form, of: alone ? "targets" : "all" }), `socio-economic.${form}`));
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const asked = new FormData(event.currentTarget);
    const file = asked.get("file");
    const synthetic = asked.get("synthetic") === "on";
    if (!(file instanceof File)) return;
    void attempt(async () => {
      const form = new FormData();
      if (alone) form.append("synthetic", synthetic ? "yes" : "no");
      form.append("file", file);
      const send = <T,>(path: string) => send_file<T>(path, form, () => undefined);
      setKept((alone ? await send<Kept>("/targets/table") : await post<Kept>("/socio-economic/table", { upload: (await send<Upload>("/uploads")).id, synthetic })).rows);
      setRound(round + 1);
      await client.invalidateQueries();
    });
  }
  return (
    <Panel
      title={t(alone ? "socio.targets_by_file" : "socio.by_file")}
      actions={
        <>
          <Button onClick={() => void fetch_template("xlsx")}>{t("socio.template", { form: "Excel" })}</Button>
          <Button onClick={() => void fetch_template("csv")}>{t("socio.template", { form: "CSV" })}</Button>
        </>
      }
    >
      <form className="stack" onSubmit={submit} key={round}>
        <p className="quiet">{t("socio.file_about")} {t(alone ? "socio.targets_alone" : may("release.approve") ? "socio.file_targets" : "socio.file_no_targets")}</p>
        <FileField label={t(alone ? "socio.targets_file" : "socio.file")} name="file" accept=".csv,.tsv,.txt,.xlsx,.xlsm,.xls,.ods" needed />
        <label className="tick">
          <input type="checkbox" name="synthetic" /> {t("data.synthetic_tick")}
        </label>
        {error !== null && <Failed error={error} />}
        <div>
          <Button type="primary" htmlType="submit" loading={busy}>
            {t("socio.keep_file")}
          </Button>
        </div>
      </form>
      {kept > 0 && (
        <Notice kind="info" role="status">
          {t("socio.kept", { count: kept })}
        </Notice>
      )}
    </Panel>
  );
}
