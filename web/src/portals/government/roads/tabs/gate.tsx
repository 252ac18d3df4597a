import { useTranslation } from "react-i18next";
import { Claims } from "../claims";
import { Kinds } from "../kinds";
import type { Road } from "../types";

export default function Gate({ road }: { road: Road }) {
  const { t } = useTranslation();
  return (
    <>
      <nav className="kinds no-print" aria-label={t("claims.title")}>
        <a href="#claims">{t("claims.jump")}</a>
      </nav>
      <Kinds tab="gate" road={road} />
      <Claims road={road} />
    </>
  );
}
