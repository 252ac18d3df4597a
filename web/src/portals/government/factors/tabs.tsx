import { useTranslation } from "react-i18next";
import { SectionLink } from "../../../shared/link";

/** The ways into the library. */
export function Tabs() {
  const { t } = useTranslation();
  return (
    <nav className="tabs" aria-label={t("section.factors")}>
      {["", "/applies", "/documents", "/own"].map((part) => (
        <SectionLink key={part} to={`/gov/factors${part}`} end>
          {t(`factors.tab${part.replace("/", "_")}`)}
        </SectionLink>
      ))}
    </nav>
  );
}
