import { useTranslation } from "react-i18next";
import { Link } from "../../../shared/link";
import { lang } from "../../../shared/words";
import type { Tried } from "./types";

/** Where a factor was looked for, nearest place first, and which one was taken. */
export function Chosen({ tried }: { tried: Tried[] }) {
  const { t } = useTranslation();
  const english = lang() === "en";
  return (
    <ol className="chain" aria-label={t("factors.tried")}>
      {tried.map((one, place) => (
        <li key={place} className={one.outcome === "chosen" ? "chosen" : undefined}>
          {english ? one.name_en : one.name_zh} <span className="quiet">{english ? one.note_en : one.note_zh}</span>{" "}
          {one.ids.map((id) => (
            <Link key={id} to={`/gov/factors/${id}`}>
              {id}{" "}
            </Link>
          ))}
          {one.others && one.others.length > 0 && <span className="quiet">{t("factors.others", { count: one.others.length })}</span>}
        </li>
      ))}
    </ol>
  );
}
