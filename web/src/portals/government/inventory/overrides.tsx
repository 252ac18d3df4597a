import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { get } from "../../../shared/api";
import { said } from "../../../shared/words";
import type { Two } from "./types";
import { useWords } from "./words";

export type Override = { rule: string; parameter: string; value: string; unit: string; source: string; uncertainty: string };
type Rules = { rules: { id: string; title: Two; parameters: Record<string, { units: string[]; measured: string }> }[] };
const NONE: Override = { rule: "", parameter: "", value: "", unit: "", source: "", uncertainty: "" };

/** Parameters of the method that were measured instead of looked up, each with its unit and source. */
export function Overrides({ method, list, change }: { method: string; list: Override[]; change: (list: Override[]) => void }) {
  const { t } = useTranslation();
  const found = useQuery({ queryKey: ["method", method], queryFn: () => get<Rules>(`/methods/${method}`), enabled: list.length > 0 });
  const words = useWords();
  const rules = found.data?.rules ?? [];
  const set = (at: number, part: Partial<Override>) => change(list.map((one, place) => (place === at ? { ...one, ...part } : one)));
  return (
    <fieldset className="plain-set">
      <legend>{t("inventory.overrides")}</legend>
      {list.map((one, at) => {
        const parameters = rules.find((rule) => rule.id === one.rule)?.parameters ?? {};
        return (
          <div className="fields" key={at}>
            <label>
              {t("dim.rule")}
              <select value={one.rule} required onChange={(event) => set(at, { rule: event.target.value, parameter: "", unit: "" })}>
                <option value="">–</option>
                {rules.map((rule) => (
                  <option key={rule.id} value={rule.id}>
                    {said(rule.title)}
                  </option>
                ))}
              </select>
            </label>
            <label>
              {t("factors.parameter")}
              <select value={one.parameter} required onChange={(event) => set(at, { parameter: event.target.value, unit: parameters[event.target.value]?.units[0] ?? "" })}>
                <option value="">–</option>
                {Object.keys(parameters).map((name) => (
                  <option key={name} value={name}>
                    {words.parameter(name)}
                  </option>
                ))}
              </select>
            </label>
            <label>
              {t("column.value")}
              <input type="number" step="any" required value={one.value} onChange={(event) => set(at, { value: event.target.value })} />
            </label>
            <label>
              {t("column.unit")}
              <input required maxLength={60} value={one.unit} onChange={(event) => set(at, { unit: event.target.value })} />
            </label>
            <label>
              {t("column.source")}
              <input required maxLength={500} value={one.source} onChange={(event) => set(at, { source: event.target.value })} />
            </label>
            <label>
              {t("inventory.plus_minus")}
              <input type="number" step="any" min={0} max={1000} value={one.uncertainty} onChange={(event) => set(at, { uncertainty: event.target.value })} />
            </label>
            <div>
              <Button onClick={() => change(list.filter((_, place) => place !== at))}>{t("inventory.take_out")}</Button>
            </div>
          </div>
        );
      })}
      <Button onClick={() => change([...list, NONE])}>{t("inventory.override")}</Button>
    </fieldset>
  );
}
