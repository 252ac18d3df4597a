import { Button } from "antd";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { Navigate, Route, Routes, useParams, useSearchParams } from "react-router";
import { kept, useGo } from "../../../shared/address";
import { Copy } from "../../../shared/copy";
import { Link, SectionLink } from "../../../shared/link";
import { PlaceName } from "../../../shared/names";
import { when } from "../../../shared/numbers";
import { Page } from "../../../shared/page";
import { useSession } from "../../../shared/session";
import { Answered, Loading, Stale } from "../../../shared/states";
import { newestOf, useKinds, useRoad } from "./ask";
import type { Road } from "./types";

/** What stands on each tab; a tab without an analysis is not shown. */
const TABS = {
  summary: lazy(() => import("./tabs/summary")),
  index: lazy(() => import("./tabs/index")),
  deviation: lazy(() => import("./tabs/deviation")),
  tree: lazy(() => import("./tabs/tree")),
  gate: lazy(() => import("./tabs/gate")),
  projects: lazy(() => import("./tabs/projects")),
  forecast: lazy(() => import("./tabs/forecast")),
  tables: lazy(() => import("./tabs/tables")),
};

export default function One() {
  const { id = "" } = useParams();
  const { t } = useTranslation();
  const found = useRoad(id);
  if (!found.data) {
    return (
      <Page title={t("section.roads")} crumbs={[{ word: t("section.roads"), to: "/gov/roads" }]}>
        <Answered of={found}>{() => null}</Answered>
      </Page>
    );
  }
  return <Shown road={found.data} />;
}

function Shown({ road }: { road: Road }) {
  const { t } = useTranslation();
  const { may } = useSession();
  const [search] = useSearchParams();
  const kinds = useKinds();
  const go = useGo();
  const here = `/gov/roads/${road.id}`;
  const held = new Set(["summary", ...(kinds.data ?? []).map((one) => one.tab)]);
  return (
    <Page
      title={`${road.name} v${road.number}`}
      crumbs={[{ word: t("section.roads"), to: "/gov/roads" }, { word: `${road.name} v${road.number}` }]}
      about={
        <>
          {(road.region || road.entity) && <><PlaceName region={road.region} entity={road.entity} /> · </>}
          {when(road.made_at)} · {road.made_by}
        </>
      }
      actions={
        <>
          {may("data.write") && <Button onClick={() => go(`/gov/roads/new?after=${road.id}`)}>{t("roads.new_version")}</Button>}
          <Copy />
        </>
      }
    >
      {!road.newest && (
        <Stale action={<Link to={`/gov/roads/${newestOf(road).id}`}>{t("roads.see_newest")}</Link>}>{t("roads.older", { version: road.number, newest: newestOf(road).number })}</Stale>
      )}
      <nav className="tabs" aria-label={t("roads.tabs")}>
        {Object.keys(TABS).filter((tab) => held.has(tab)).map((tab) => (
          <SectionLink key={tab} to={`${here}/${tab}`}>
            {t(`roads.tab.${tab}`)}
          </SectionLink>
        ))}
      </nav>
      <Answered of={kinds}>
        {() => (
          <Suspense fallback={<Loading />}>
            <Routes>
              {Object.entries(TABS).filter(([tab]) => held.has(tab)).map(([tab, Tab]) => (
                <Route key={tab} path={tab} element={<Tab road={road} />} />
              ))}
              <Route path="*" element={<Navigate to={kept(`${here}/summary`, search)} replace />} />
            </Routes>
          </Suspense>
        )}
      </Answered>
    </Page>
  );
}
