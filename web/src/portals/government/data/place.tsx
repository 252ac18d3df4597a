import { useTranslation } from "react-i18next";
import { useSession } from "../../../shared/session";

export type Chosen = { key: string; label: string; region: string; entity: string };

/** The places in which a person may put data: their areas; none means the whole tenant. */
export function usePlaces(): Chosen[] {
  const { t } = useTranslation();
  const { me } = useSession();
  return (me?.areas ?? []).map((one) => ({
    key: `${one.kind}:${one.code}`,
    label: one.code || t("data.tenant"),
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
