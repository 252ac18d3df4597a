import { Button } from "antd";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { Balance, type Stated } from "./balance";
import { RegionField } from "../../../shared/region-field";
import { Place, usePlaces } from "./place";

/** How a file is read: by a mapping, as it stands (its own column names, or one of our templates), or as an energy balance. */
export type Form = "mapped" | "table" | "energy-balance";
export type Kept = { name: string; region: string; entity: string; why: string; synthetic: boolean; year?: string; electricity?: string; sheet?: string | null; parameters?: Record<string, string> };

type Asked = { file: string; name?: string; sheets?: string[]; place: { region: string; entity: string; synthetic: boolean }; own?: { region: string }; form: Form; busy: boolean; barred: boolean; keep: (kept: Kept) => void; word: string };

/** Under which name, for which place and why a file is kept as a data set. */
export function Details({ file, name = "", sheets = [], place: given, own = { region: "" }, form, busy, barred, keep, word }: Asked) {
  const { t } = useTranslation();
  const places = usePlaces();
  const [place, setPlace] = useState("");
  const [stated, setStated] = useState<Stated[]>([]);
  const chosen = places.find((one) => one.key === place) ?? places.find((one) => one.region === given.region && one.entity === given.entity) ?? places[0];
  const free = !chosen || chosen.key.startsWith("all");
  const balance = form === "energy-balance";
  const inside = !free && chosen.entity === "";
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const asked = new FormData(event.currentTarget);
    const text = (name: string) => String(asked.get(name) ?? "").trim();
    keep({
      name: text("name"),
      why: text("why"),
      synthetic: asked.get("synthetic") === "on",
      region: free || inside ? text("region") : chosen.region,
      entity: free ? text("entity") : chosen.entity,
      ...(balance ? { year: text("year"), electricity: text("electricity"), sheet: text("sheet") || null, parameters: Object.fromEntries(stated.filter((one) => one.item.trim()).map((one) => [one.item.trim(), one.text.trim()])) } : {}),
    });
  }
  return (
    <form className="details" onSubmit={submit} key={file}>
      <label>
        {t("data.name")}
        <input name="name" required maxLength={200} defaultValue={name || file.replace(/\.[^.]*$/, "")} aria-describedby="name-about" />
        <small id="name-about" className="quiet">
          {t("data.name_about")}
        </small>
      </label>
      {places.length > 1 && <Place places={places} value={chosen?.key ?? ""} change={setPlace} />}
      {free && (
        <>
          <RegionField name="region" label={t("data.region")} given={own.region || given.region} required={balance} />
          <label>
            {t("data.entity")}
            <input name="entity" maxLength={200} defaultValue={given.entity} />
          </label>
        </>
      )}
      {inside && <RegionField key={chosen.key} name="region" label={t("data.region")} given={own.region || chosen.region} required={balance} about={t("data.region_about")} />}
      {balance && <Balance sheets={sheets} stated={stated} change={setStated} />}
      <label>
        {t("data.why")}
        <input name="why" maxLength={500} />
      </label>
      <label className="tick">
        <input name="synthetic" type="checkbox" defaultChecked={given.synthetic} /> {t("data.synthetic_tick")}
      </label>
      <Button type="primary" htmlType="submit" loading={busy} disabled={barred}>
        {word}
      </Button>
    </form>
  );
}
