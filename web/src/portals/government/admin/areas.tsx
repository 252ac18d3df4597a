import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { RegionField } from "../../../shared/region-field";

type Pair = [kind: string, code: string];
const KINDS = ["region", "entity", "all"];

/** `region:CN-51` as a pair; `all` alone is the whole organisation. */
export function pairOf(text: string): Pair {
  const at = text.indexOf(":");
  if (at >= 0) return [text.slice(0, at), text.slice(at + 1)];
  return text === "" || text === "all" || text === "*" ? ["all", ""] : ["region", text];
}

/** Areas of responsibility: regions with all below them, single parks and enterprises, or the whole organisation. */
export function Areas({ held, save }: { held: string[]; save: (areas: Pair[]) => void }) {
  const { t } = useTranslation();
  const [areas, setAreas] = useState<Pair[]>(held.map(pairOf));
  const set = (at: number, pair: Pair) => setAreas(areas.map((one, place) => (place === at ? pair : one)));
  return (
    <section className="stack">
      <h2>{t("admin.areas")}</h2>
      {areas.length === 0 && <p className="quiet">{t("admin.no_area")}</p>}
      {areas.map(([kind, code], at) => (
        <div className="row" key={at}>
          <select value={kind} aria-label={t("admin.area_kind")} onChange={(event) => set(at, [event.target.value, event.target.value === "all" ? "" : code])}>
            {KINDS.map((one) => (
              <option key={one} value={one}>
                {t(`admin.kinds.${one}`)}
              </option>
            ))}
          </select>
          {kind === "entity" && <input value={code} aria-label={t("admin.area_code")} onChange={(event) => set(at, [kind, event.target.value])} />}
          {kind === "region" && <RegionField bare label={t("admin.area_code")} given={code} change={(text) => set(at, [kind, text])} />}
          <Button size="small" onClick={() => setAreas(areas.filter((_, place) => place !== at))}>
            {t("admin.remove")}
          </Button>
        </div>
      ))}
      <div className="row">
        <Button onClick={() => setAreas([...areas, ["region", ""]])}>{t("admin.add_area")}</Button>
        <Button type="primary" onClick={() => save(areas.filter(([kind, code]) => kind === "all" || code.trim()))}>
          {t("admin.save_areas")}
        </Button>
      </div>
    </section>
  );
}
