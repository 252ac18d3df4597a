import { Button } from "antd";
import { type FormEvent, type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { useGo, useParam } from "../../../shared/address";
import { post } from "../../../shared/api";
import { Progress } from "../../../shared/job";
import { Page, Panel } from "../../../shared/page";
import { Failed } from "../../../shared/states";
import type { Kind } from "./types";

/** A form that begins a check as a job and leads to what it found; `asked` is read when it is sent. */
export function Begin({ kind, ready, asked, children }: { kind: Kind; ready: boolean; asked: (form: FormData) => object; children: ReactNode }) {
  const { t } = useTranslation();
  const go = useGo();
  const [job, setJob] = useParam("job");
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      setJob((await post<{ job: string }>(`/sources/${kind}`, asked(new FormData(event.currentTarget)))).job);
    } catch (cause) {
      setError(cause);
    } finally {
      setBusy(false);
    }
  }
  const title = t(`sources.new_${kind}`);
  return (
    <Page title={title} about={t(`sources.about_${kind}`)} crumbs={[{ word: t("section.sources"), to: "/gov/sources" }, { word: title }]}>
      <Panel>
        {job && (
          <>
            <Progress key={job} id={job} onDone={(ended) => go(`/gov/sources/${String(ended.done.sources)}`, { replace: true })} />
            <Button onClick={() => setJob("")}>{t("sources.another")}</Button>
          </>
        )}
        <form className="fields" hidden={job !== ""} onSubmit={(event) => void submit(event)}>
          <label>
            {t("sources.name")}
            <input name="name" required maxLength={200} placeholder={t(`sources.name_${kind}`)} />
          </label>
          {children}
          <div className="whole">
            <Button type="primary" htmlType="submit" loading={busy} disabled={!ready}>
              {t("sources.start")}
            </Button>
          </div>
          {error !== null && (
            <div className="whole">
              <Failed error={error} />
            </div>
          )}
        </form>
      </Panel>
    </Page>
  );
}
