import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { Navigate, Route, Routes, useParams } from "react-router";
import { useGo } from "../../../shared/address";
import { type Answer, download, get } from "../../../shared/api";
import { Link, SectionLink } from "../../../shared/link";
import { PlaceName } from "../../../shared/names";
import { count, when } from "../../../shared/numbers";
import { Facts, Mark, Page, Panel } from "../../../shared/page";
import { useSession } from "../../../shared/session";
import { Answered, Loading, Partial, Stale } from "../../../shared/states";
import { spoken } from "../../../shared/words";
import { DoubtTable } from "../doubts/table";
import { Refused, Rows } from "./rows";
import { useVersions, Versions } from "./versions";

const Lineage = lazy(() => import("./lineage"));
type Found = Answer<"/datasets/{name}">;
const TABS = ["checks", "rows", "refused", "versions", "lineage"] as const;

/** One version of a data set: what the checks found, its rows, what was refused, its versions, where it comes from and goes. */
export default function Dataset() {
  const { id = "" } = useParams();
  const found = useQuery({ queryKey: ["dataset", id], queryFn: () => get<Found>(`/datasets/${id}`) });
  return <Answered of={found}>{(dataset) => <Shown of={dataset} />}</Answered>;
}

function Shown({ of: one }: { of: Found }) {
  const { t } = useTranslation();
  const { may } = useSession();
  const go = useGo();
  const base = `/gov/data/${one.id}`;
  const file = Object.keys(one.headings)[0];
  return (
    <Page
      crumbs={[{ word: t("section.data"), to: "/gov/data" }, { word: one.name }]}
      title={`${one.name} v${one.number}`}
      actions={
        <>
          {one.upload && <Button onClick={() => void download(`/uploads/${one.upload}/file`, file ?? one.name)}>{t("data.file_back")}</Button>}
          {may("data.write") && <Button onClick={() => go(`/gov/data/upload?name=${encodeURIComponent(one.name)}`)}>{t("data.mend")}</Button>}
          {may("run.create") && (
            <Button type="primary" onClick={() => go(`/gov/inventory/new?dataset=${one.id}`)}>
              {t("data.account")}
            </Button>
          )}
        </>
      }
    >
      {!one.newest && <Newer id={one.id} />}
      {one.rows_refused > 0 && (
        <Partial>
          {t("data.refused_some", { count: one.rows_refused, shown: count(one.rows_refused) })} <Link to={`${base}/refused`}>{t("data.see_refused")}</Link>
        </Partial>
      )}
      <Panel>
        <Facts
          of={[
            [t("data.good"), count(one.rows_good)],
            [t("data.refused"), count(one.rows_refused)],
            [t("section.doubts"), <Doubts key="doubts" of={one.doubts} />],
            [t("data.place"), <PlaceName key="place" region={one.region} entity={one.entity} none={t("data.tenant")} />],
            [t("data.made"), when(one.made_at)],
            [t("data.by"), one.made_by],
            [t("data.form"), t(`mapping.forms.${one.mapping ? "mapped" : one.form || "table"}`)],
            ["SHA-256", <span key="sha" title={one.manifest}>{one.manifest.slice(0, 12)}…</span>],
          ]}
        />
        {one.source && <p className="quiet">{[t("inventory.cited", { source: spoken(one.source) }), one.licence && t("inventory.licence", { licence: spoken(one.licence) })].filter(Boolean).join(" · ")}</p>}
      </Panel>
      <nav className="tabs" aria-label={one.name}>
        {TABS.map((tab) => (
          <SectionLink key={tab} to={tab === "checks" ? base : `${base}/${tab}`} end>
            {t(`data.${tab}`)}
          </SectionLink>
        ))}
      </nav>
      <Panel>
        <Suspense fallback={<Loading />}>
          <Routes>
            <Route index element={<DoubtTable path={`/datasets/${one.id}/doubts`} name="checks" clean={t("data.passed")} hint={t("data.passed_hint")} />} />
            <Route path="rows" element={<Rows id={one.id} />} />
            <Route path="refused" element={<Refused id={one.id} />} />
            <Route path="versions" element={<Versions id={one.id} />} />
            <Route path="lineage" element={<Lineage kind="dataset" id={one.id} />} />
            <Route path="*" element={<Navigate to={base} replace />} />
          </Routes>
        </Suspense>
      </Panel>
    </Page>
  );
}

function Doubts({ of }: { of: Record<string, number> }) {
  const { t } = useTranslation();
  const shown = Object.entries(of).filter(([, number]) => number > 0);
  if (shown.length === 0) return <Mark kind="good">{t("data.passed")}</Mark>;
  return (
    <span className="row">
      {shown.map(([state, number]) => (
        <Mark key={state} kind={state === "open" ? "warning" : "good"}>
          {t(`doubt.${state}`)} {count(number)}
        </Mark>
      ))}
    </span>
  );
}

function Newer({ id }: { id: string }) {
  const { t } = useTranslation();
  const found = useVersions(id);
  const newest = found.data?.rows[0];
  if (!newest) return null;
  return <Stale action={<Link to={`/gov/data/${newest.id}`}>{t("data.see_newer")}</Link>}>{t("data.newer", { number: newest.number })}</Stale>;
}
