import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { searchNow } from "../../../shared/address";
import { Link } from "../../../shared/link";
import { useKinds } from "./ask";
import { KindPanel } from "./kind-panel";
import type { Road } from "./types";

/** The analyses of a tab; where there are several, one at a time, which the address keeps. */
export function Kinds({ tab, road }: { tab: string; road: Road }) {
  const { t } = useTranslation();
  const [search] = useSearchParams();
  const rows = useKinds().data?.filter((one) => one.tab === tab) ?? [];
  const shown = rows.find((one) => one.kind === search.get("kind")) ?? rows[0];
  if (!shown) return null;
  return (
    <>
      {rows.length > 1 && (
        <nav className="kinds no-print" aria-label={t("roads.kinds")}>
          {rows.map((one) => (
            <Link key={one.kind} to={`?${with_kind(one.kind)}`} replace aria-current={one === shown ? "page" : undefined}>
              {one.word}
            </Link>
          ))}
        </nav>
      )}
      <KindPanel key={shown.kind} kind={shown.kind} road={road} />
    </>
  );
}

function with_kind(name: string): string {
  const made = searchNow();
  made.set("kind", name);
  return made.toString();
}
