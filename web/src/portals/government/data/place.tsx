import { useTranslation } from "react-i18next";
import { useRegions } from "../../../shared/names";
import { useSession } from "../../../shared/session";

export type Chosen = { key: string; label: string; region: string; entity: string };

/** The places in which a person may put data: their areas; none means the whole tenant. */
export function usePlaces(): Chosen[] {
  const { t } = useTranslation();
  const { me } = useSession();
  const areas = me?.areas ?? [];
  const name = useRegions(areas.flatMap((one) => (one.kind === "region" && one.code ? [one.code] : [])));
  return areas.map((one) => ({
    key: `${one.kind}:${one.code}`,
    label: (one.kind === "region" ? name(one.code ?? "") : one.code) || t("data.tenant"),
    region: one.kind === "region" ? (one.code ?? "") : "",
    entity: one.kind === "entity" ? (one.code ?? "") : "",
  }));
}

export function Place({ places, value, change }: { places: Chosen[]; value: string; change: (key: string) => void }) {
  const { t } = useTranslation();
  return (
    <label className="row">
      {t("data.place")}
      <select value={value} onChange={(event) => change(event.target.value)}>
        {places.map((one) => (
          <option key={one.key} value={one.key}>
            {one.label}
          </option>
        ))}
      </select>
    </label>
  );
}
