import { Button } from "antd";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { useGo } from "../../../shared/address";
import { query } from "../../../shared/api";
import { Link } from "../../../shared/link";
import { Page, Panel } from "../../../shared/page";
import { Failed, Loading, Partial } from "../../../shared/states";
import { said } from "../../../shared/words";
import { useAboutRun } from "../inventory/ask";
import { useChosen } from "./chosen";
import { NoInventory } from "./no-inventory";
import { Total } from "./total";
import "./overview.css";

const Grid = lazy(() => import("./grid"));

/** The overview: what the place emits, how it moves, how sure that is, and what waits for somebody. */
export default function Dashboard() {
  const { t } = useTranslation();
  const go = useGo();
  const [shown, setShown] = useState(false);
  const { waiting, error, run, runs, release, pick } = useChosen();
  const aboutRun = useAboutRun(runs);
  if (waiting) return <Page title={t("section.overview")}><Loading /></Page>; // prettier-ignore
  if (error) return <Page title={t("section.overview")}><Failed error={error} /></Page>; // prettier-ignore
  if (!run) {
    return (
      <Page title={t("section.overview")}>
        <Panel>
          <NoInventory />
        </Panel>
      </Page>
    );
  }
  const asked = { run, runs, release };
  return (
    <Page
      title={t("section.overview")}
      about={t("overview.about", { name: run.name, method: said(run.method_version.title) })}
      actions={
        <>
          <label className="row no-print">
            {t("overview.run")}
            <select value={run.id} onChange={(event) => pick(event.target.value)} style={{ maxWidth: 280 }}>
              {runs.map((one) => (
                <option key={one.id} value={one.id}>
                  {one.name} · {aboutRun(one)}
                </option>
              ))}
            </select>
          </label>
          <span className="row no-print">
            <Button onClick={() => go(`/gov/inventory/${run.id}`)}>{t("overview.explore")}</Button>
            <Button onClick={() => go(query("/gov/overview/screen", { run: run.id }))}>{t("overview.screen")}</Button>
            <Button onClick={() => window.print()}>{t("overview.print")}</Button>
          </span>
        </>
      }
    >
      {!run.complete && (
        <Partial>
          {t("inventory.left", { unmatched: run.about.unmatched ?? 0, refused: run.about.refused ?? 0 })} <Link to={`/gov/inventory/${run.id}/unmatched`}>{t("inventory.tab.unmatched")}</Link>
        </Partial>
      )}
      <Panel>
        <Total {...asked} onShown={() => setShown(true)} />
      </Panel>
      {shown && (
        <Suspense fallback={<Loading />}>
          <Grid {...asked} />
        </Suspense>
      )}
    </Page>
  ); // prettier-ignore
}
