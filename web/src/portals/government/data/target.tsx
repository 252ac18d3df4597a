import { useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { post } from "../../../shared/api";
import { Failed, Notice } from "../../../shared/states";

/** Kinds of targets with their units: the word of the catalogue, and how the server calls it. */
const UNITS = {
  intensity_target: [["socio.per_gdp", "t per 10^4 CNY"]],
  emission_target: [["unit.wan", "10^4 t"], ["unit.t", "t"], ["unit.yi", "10^8 t"]],
} as const; // prettier-ignore
type Kind = keyof typeof UNITS;

/** A target of a place, of the intensity or of the total, with its base year and the clause of the document that sets it. */
export function TargetForm({ region, entity, done }: { region: string; entity: string; done?: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [kind, setKind] = useState<Kind>("intensity_target");
  const [period, setPeriod] = useState("");
  const [error, setError] = useState<unknown>(null);
  const [kept, setKept] = useState(false);
  const [busy, setBusy] = useState(false);
  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = event.currentTarget;
    const given = new FormData(form);
    const text = (name: string) => String(given.get(name) ?? "").trim();
    const told = Object.fromEntries(["region", "entity", "quantity", "period", "unit", "base_year", "source", "clause"].map((name) => [name, text(name)]));
    setError(null);
    setKept(false);
    setBusy(true);
    try {
      await post("/targets", { ...told, value: Number(text("value")), synthetic: given.get("synthetic") === "on" });
      form.reset();
      setPeriod("");
      setKept(true);
      await client.invalidateQueries();
      done?.();
    } catch (cause) {
      setError(cause);
    } finally {
      setBusy(false);
    }
  }
  const field = (name: string, more: object = {}) => (
    <label>
      {t(`socio.${name}`)}
      <input name={name} maxLength={200} {...more} />
    </label>
  );
  const year = { inputMode: "numeric", pattern: "(19|20)\\d{2}", placeholder: "2030", title: t("socio.year_hint") };
  return (
    <form className="stack" onSubmit={(event) => void submit(event)}>
      <div className="fields">
        <label>
          {t("socio.target_kind")}
          <select name="quantity" value={kind} onChange={(event) => setKind(event.target.value as Kind)}>
            {Object.keys(UNITS).map((one) => (
              <option key={one} value={one}>
                {t(`socio.kinds.${one}`)}
              </option>
            ))}
          </select>
        </label>
        {field("region", { defaultValue: region, placeholder: "CN-51", required: !entity })}
        {field("entity", { defaultValue: entity })}
        {field("target_year", { ...year, name: "period", required: true, value: period, onChange: (event: { target: HTMLInputElement }) => setPeriod(event.target.value) })}
        {field("value", { type: "number", step: "any", min: 0, required: true })}
        <label>
          {t("socio.unit")}
          <select name="unit" key={kind}>
            {UNITS[kind].map(([word, value]) => (
              <option key={value} value={value}>
                {t(word)}
              </option>
            ))}
          </select>
        </label>
        {field("base_year", { type: "number", min: 1900, max: Number(period) - 1 || 2099, placeholder: t("socio.base_hint") })}
        {field("document", { name: "source", required: true, maxLength: 500 })}
        {field("clause")}
      </div>
      <label className="tick">
        <input type="checkbox" name="synthetic" /> {t("data.synthetic_tick")}
      </label>
      {error !== null && <Failed error={error} />}
      {kept && (
        <Notice kind="info" role="status">
          {t("socio.target_kept")}
        </Notice>
      )}
      <div>
        <Button type="primary" htmlType="submit" loading={busy}>
          {t("socio.set")}
        </Button>
      </div>
    </form>
  );
}
