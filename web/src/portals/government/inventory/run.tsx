import { Button } from "antd";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { Navigate, Route, Routes, useParams, useSearchParams } from "react-router";
import { kept, useGo, usePick } from "../../../shared/address";
import { query } from "../../../shared/api";
import { Copy } from "../../../shared/copy";
import { Link, SectionLink } from "../../../shared/link";
import { PlaceName } from "../../../shared/names";
import { count, percent, useUnit, when } from "../../../shared/numbers";
import { Mark, Page } from "../../../shared/page";
import { useSession } from "../../../shared/session";
import { Answered, Loading, Partial } from "../../../shared/states";
import { said, spoken } from "../../../shared/words";
import { gasOf, useRun, useTable, useYear, lastYear, yearsOf } from "./ask";
import { Figure } from "./figure";
import { ProofDrawer } from "./proof";
import { Resting } from "./resting";
import type { Row, Run, Seen } from "./types";

const Explore = lazy(() => import("./explore"));
const Quality = lazy(() => import("./quality"));
const Uncertainty = lazy(() => import("./uncertainty"));
const Standards = lazy(() => import("./standards"));
const Lists = lazy(() => import("./lists"));
const Gpc = lazy(() => import("./gpc"));
const TABS = ["explore", "uncertainty", "standards", "gpc", "quality"] as const;
const LISTS = ["coverage", "unmatched", "factors", "findings", "notation"] as const;

export default function One() {
  const { id = "" } = useParams();
  const { t } = useTranslation();
  const run = useRun(id);
  if (!run.data) {
    return (
      <Page title={t("section.inventory")} crumbs={[{ word: t("section.inventory"), to: "/gov/inventory" }]}>
        <Answered of={run}>{() => null}</Answered>
      </Page>
    );
  }
  return <Shown run={run.data} />;
}

function Shown({ run }: { run: Run }) {
  const { t } = useTranslation();
  const { may } = useSession();
  const [search] = useSearchParams();
  const go = useGo();
  const here = `/gov/inventory/${run.id}`;
  return (
    <Page
      title={run.name}
      crumbs={[{ word: t("section.inventory"), to: "/gov/inventory" }, { word: run.name }]}
      about={
        <>
          <Link to={`/gov/methods/${run.about.pack || run.method}`}>{said(run.method_version.title)}</Link> · {yearsOf(run)}
          {run.region && <> · <PlaceName region={run.region} /></>} · <Link to={`/gov/data/${run.dataset}`}>{t("inventory.dataset")}</Link> · {when(run.made_at)}
        </>
      }
      actions={
        <>
          <Button onClick={() => go(`/gov/inventory/compare?old=${run.id}`)}>{t("inventory.compare")}</Button>
          {may("release.propose") && <Button onClick={() => go(`/gov/releases/new?run=${run.id}`)}>{t("inventory.release")}</Button>}
          <Copy />
        </>
      }
    >
      {run.about.source && (
        <p className="quiet">
          {t("inventory.cited", { source: spoken(run.about.source) })}
          {run.about.licence && ` · ${t("inventory.licence", { licence: spoken(run.about.licence) })}`}
        </p>
      )}
      <Incomplete run={run} />
      <Head run={run} />
      <nav className="tabs" aria-label={t("inventory.tabs")}>
        {[...TABS, ...LISTS].filter((tab) => tab !== "gpc" || run.category_lists.includes("gpc")).map((tab) => (
          <SectionLink key={tab} to={`${here}/${tab}`}>
            {t(`inventory.tab.${tab}`)}
          </SectionLink>
        ))}
      </nav>
      <Suspense fallback={<Loading />}>
        <Routes>
          <Route index element={<Navigate to={through(kept(`${here}/explore`, search), search)} replace />} />
          <Route path="explore" element={<Explore run={run} />} />
          <Route path="quality" element={<Quality run={run} />} />
          <Route path="uncertainty" element={<Uncertainty run={run} />} />
          <Route path="standards" element={<Standards run={run} />} />
          <Route path="gpc" element={<Gpc run={run} />} />
          {LISTS.map((tab) => (
            <Route key={tab} path={tab} element={<Lists run={run} tab={tab} />} />
          ))}
          <Route path="*" element={<Navigate to={kept(`${here}/explore`, search)} replace />} />
        </Routes>
      </Suspense>
      <ProofDrawer />
    </Page>
  );
}

/** A link to a number of the run opens its drawer on the first tab too. */
function through(path: string, search: URLSearchParams): string {
  return query(path, Object.fromEntries(["proof", "rows", "cols", "view", "gwp", "cell"].map((name) => [name, name === "cell" ? search.getAll(name) : search.get(name)])));
}

function Incomplete({ run }: { run: Run }) {
  const { t } = useTranslation();
  if (run.complete) return null;
  const { unmatched = 0, refused = 0 } = run.about;
  return (
    <Partial>
      {t("inventory.left", { unmatched: count(unmatched), refused: count(refused) })}{" "}
      {unmatched > 0 && <Link to={`/gov/inventory/${run.id}/unmatched`}>{t("inventory.tab.unmatched")}</Link>}
    </Partial>
  );
}

function Head({ run }: { run: Run }) {
  const { t } = useTranslation();
  const [search] = useSearchParams();
  const [period] = usePick("period");
  const { year: judged } = useYear(run);
  const gwp = search.get("gwp") ?? "";
  const { unit } = useUnit(gasOf(run.unit));
  const one = /^\d{4}$/.test(period) && run.first_day.length === 4 && run.first_day <= period && period <= run.last_day;
  const year = one ? period : lastYear(run);
  const cell = year ? [`period=${year}`] : [];
  const whole = useTable<Seen>(query(`/runs/${run.id}/table`, { uncertainty: run.rows <= 20_000, gwp, cell }));
  const grades = useTable<{ title: string; rows: Row[] }>(query(`/runs/${run.id}/grades`, { period: judged }));
  const errors = useTable<{ total: number }>(query(`/runs/${run.id}/findings`, { where: "severity=error", limit: 1 }), run.findings > 0);
  const wrong = errors.data?.total ?? 0;
  const total = whole.data?.rows[0];
  return (
    <div className="headline panel">
      <div>
        <span>{year ? t("inventory.total_of", { period: year }) : t("inventory.total_plain")}</span>
        <Figure of={`runs/${run.id}`} cell={year ? { period: year } : {}} gwp={gwp} value={total ? (total.emission as number) : year ? null : run.total} large /> <small>{unit}</small>
      </div>
      <div>
        <span>{t("inventory.uncertainty")}</span>
        {total && typeof total.uncertainty === "number" ? <>±{percent(total.uncertainty)}</> : t("inventory.unknown_because", { share: percent((total?.known_share as number) ?? null) })}
      </div>
      <div>
        <span>{t("inventory.grade")}</span>
        <Mark>{/grade (\w)/.exec(grades.data?.title ?? "")?.[1] ?? "–"}</Mark>
      </div>
      <div>
        <span>{t("inventory.resting")}</span>
        {grades.data ? <Resting rows={grades.data.rows} /> : "–"}
      </div>
      <div>
        <span>{t("inventory.state")}</span>
        {run.complete ? <Mark kind="good">{t("inventory.complete")}</Mark> : <Mark kind="warning">{t("inventory.incomplete")}</Mark>}
      </div>
      <div>
        <span>{t("inventory.findings")}</span>
        <span className="row">
          <Link to={`/gov/inventory/${run.id}/findings`}>{count(run.findings)}</Link>
          {wrong > 0 && <Mark kind="error">{t("inventory.of_errors", { count: wrong, shown: count(wrong) })}</Mark>}
        </span>
      </div>
    </div>
  );
}
