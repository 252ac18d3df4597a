import { lazy } from "react";
import { useTranslation } from "react-i18next";
import { Navigate, Route, Routes, useSearchParams } from "react-router";
import { kept } from "../../../shared/address";
import { SectionLink } from "../../../shared/link";
import { Page } from "../../../shared/page";
import { useSession } from "../../../shared/session";

const TABS = [
  { path: "people", permissions: ["people.read", "people.manage", "roles.manage", "areas.manage"], page: lazy(() => import("./people")) },
  { path: "roles", permissions: ["people.read", "people.manage", "roles.manage"], page: lazy(() => import("./roles")) },
  { path: "tokens", permissions: ["tokens.manage"], page: lazy(() => import("./tokens")) },
  { path: "backups", permissions: ["system.manage"], page: lazy(() => import("./backups")) },
  { path: "audit", permissions: ["audit.read"], page: lazy(() => import("./audit")) },
];

/** People, roles, tokens and the audit chain: each administrator sees what is theirs. */
export default function Admin() {
  const { t } = useTranslation();
  const { may } = useSession();
  const [search] = useSearchParams();
  const shown = TABS.filter((one) => one.permissions.some(may));
  return (
    <Page title={t("section.admin")} about={t("admin.about")}>
      <nav className="tabs" aria-label={t("section.admin")}>
        {shown.map((one) => (
          <SectionLink key={one.path} to={`/gov/admin/${one.path}`}>
            {t(`admin.${one.path}`)}
          </SectionLink>
        ))}
      </nav>
      <Routes>
        {shown.map(({ path, page: Tab }) => (
          <Route key={path} path={`${path}/*`} element={<Tab />} />
        ))}
        <Route index element={<Navigate to={kept(`/gov/admin/${shown[0]?.path ?? ""}`, search)} replace />} />
      </Routes>
    </Page>
  );
}
