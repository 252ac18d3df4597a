import { Button } from "antd";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { useGo, useParam } from "../../../shared/address";
import { post } from "../../../shared/api";
import { full } from "../../../shared/numbers";
import { Facts, Mark, Page, Panel } from "../../../shared/page";
import { Answered, Empty, Failed, Partial } from "../../../shared/states";
import { Link } from "../../../shared/link";
import { oneYear, useRuns } from "../inventory/ask";
import { RunChoice } from "../inventory/run-choice";
import type { RunRow } from "../inventory/types";

/** Propose an inventory for release; another person decides. */
export default function New() {
  const { t } = useTranslation();
  const runs = useRuns();
  return (
    <Page title={t("releases.propose")} about={t("releases.four_eyes")} crumbs={[{ word: t("section.releases"), to: "/gov/releases" }, { word: t("releases.propose") }]}>
      <Panel>
        <Answered of={runs}>
          {({ rows }) =>
            rows.length ? (
              <Form runs={rows} />
            ) : (
              <Empty title={t("inventory.none")} hint={t("inventory.none_hint")}>
                <Link to="/gov/inventory/new">{t("inventory.new")}</Link>
              </Empty>
            )
          }
        </Answered>
      </Panel>
    </Page>
  );
}

function Form({ runs }: { runs: RunRow[] }) {
  const { t } = useTranslation();
  const go = useGo();
  const [picked, pick] = useParam("run");
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const run = runs.find((one) => one.id === picked) ?? runs[0]!;
  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const asked = new FormData(event.currentTarget);
    setBusy(true);
    setError(null);
    try {
      const made = await post<{ id: string }>("/releases", { run: run.id, name: String(asked.get("name")).trim(), why: String(asked.get("why")).trim() });
      go(`/gov/releases/${made.id}`);
    } catch (cause) {
      setError(cause);
      setBusy(false);
    }
  }
  return (
    <>
      <form className="fields" onSubmit={(event) => void submit(event)}>
        <RunChoice label={t("section.inventory")} runs={runs} value={run.id} change={pick} />
        <label>
          {t("releases.name")}
          <input name="name" key={run.id} required maxLength={200} defaultValue={run.name.replace(/[@/]/g, " ")} pattern="[^@\/]+" title={t("releases.name_about")} />
        </label>
        <label>
          {t("releases.why")}
          <input name="why" required maxLength={500} />
        </label>
        <div>
          <Button type="primary" htmlType="submit" loading={busy}>
            {t("releases.send")}
          </Button>
        </div>
      </form>
      {error !== null && <Failed error={error} />}
      {!run.complete && <Partial>{t("releases.incomplete")}</Partial>}
      <Facts
        of={[
          [t("inventory.total_plain"), oneYear(run) ? `${full(run.total)} ${run.unit}` : <span key="t" title={t("inventory.each_year_hint")}>{t("inventory.each_year")}</span>],
          [t("inventory.method"), run.method],
          ["GWP", run.gwp || "–"],
          [t("inventory.state"), run.complete ? <Mark key="s" kind="good">{t("inventory.complete")}</Mark> : <Mark key="s" kind="warning">{t("inventory.incomplete")}</Mark>],
          [t("proof.digest"), <code key="d">{run.digest.slice(0, 16)}</code>],
        ]}
      />
    </>
  );
}
