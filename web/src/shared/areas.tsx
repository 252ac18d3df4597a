import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { get, type Page, query } from "./api";
import { PlaceName } from "./names";
import { useSession } from "./session";
import { said } from "./words";

type Region = { code: string; name_zh: string; name_en: string };

/** The areas of the person; with a few letters typed, the regions within them. */
export default function Areas({ chosen, choose }: { chosen: string; choose: (code: string) => void }) {
  const { t } = useTranslation();
  const { me } = useSession();
  const [text, setText] = useState("");
  const areas = me?.areas ?? [];
  const own = areas.filter((one) => one.kind === "region").map((one) => one.code ?? "");
  const within = (code: string) => areas.some((one) => one.kind === "all" || (one.kind === "region" && code.startsWith(one.code ?? "?")));
  const found = useQuery({
    queryKey: ["regions", text],
    enabled: text.trim() !== "",
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => get<Page<Region>>(query("/regions", { q: text.trim(), limit: 200 }), signal),
  });
  const held = text.trim() ? (found.data?.rows ?? []).filter((one) => within(one.code)).slice(0, 40) : [];
  const entry = (code: string, name: ReactNode) => (
    <li key={code}>
      <button type="button" aria-pressed={chosen === code} onClick={() => choose(code)}>
        {name}
      </button>
    </li>
  );
  return (
    <div className="stack">
      <input type="search" value={text} onChange={(event) => setText(event.target.value)} aria-label={t("frame.find_area")} placeholder={t("frame.find_area")} autoFocus />
      <ul className="choices" aria-label={t("frame.area")}>
        {!text && entry("", t("frame.all_areas"))}
        {!text && own.map((code) => entry(code, <PlaceName region={code} />))}
        {held.map((one) => entry(one.code, <span title={one.code}>{said({ zh: one.name_zh, en: one.name_en })}</span>))}
        {text && found.data && held.length === 0 && <li className="quiet">{t("frame.no_area")}</li>}
      </ul>
    </div>
  );
}
