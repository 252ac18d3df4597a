import { useTranslation } from "react-i18next";
import type { Value, Values } from "./options";
import type { Option, Road } from "./types";

type Field = { of: Option; value: Value; change: (value: Value) => void; road: Road };

/** The fields of an analysis, made of its options. */
export function OptionsForm({ options, values, change, road }: { options: Option[]; values: Values; change: (values: Values) => void; road: Road }) {
  return (
    <div className="fields">
      {options.map((one) => {
        const Field = one.of === "levers" ? Depths : one.of === "choices" ? Ticks : one.of === "yes" ? Tick : Typed;
        return <Field key={one.name} of={one} value={values[one.name] ?? ""} change={(value) => change({ ...values, [one.name]: value })} road={road} />;
      })}
    </div>
  );
}

function Typed({ of, value, change, road }: Field) {
  const { t } = useTranslation();
  const given = { value: String(value), required: of.needed, onChange: (event: { target: { value: string } }) => change(event.target.value) };
  const numeric = of.of === "year" || of.of === "count" || of.of === "number";
  const listed = of.of === "file" ? road.files.map(({ name }) => ({ value: name, word: name })) : of.of === "choice" ? of.choices : null;
  return (
    <label>
      {of.word}
      {listed ? (
        <select {...given}>
          {!listed.some((one) => one.value === of.default) && <option value="">{t(of.needed ? "roads.choose" : "roads.by_itself")}</option>}
          {listed.map((one) => (
            <option key={one.value} value={one.value}>
              {one.word}
            </option>
          ))}
        </select>
      ) : numeric ? (
        <input {...given} type="number" min={of.least ?? undefined} max={of.most ?? undefined} step={of.of === "number" ? "any" : 1} placeholder={of.needed ? undefined : t("roads.by_itself")} />
      ) : (
        <input {...given} maxLength={2000} placeholder={of.needed ? undefined : t("roads.by_itself")} />
      )}
    </label>
  );
}

function Tick({ of, value, change }: Field) {
  return (
    <label className="row">
      <input type="checkbox" checked={value === true} onChange={(event) => change(event.target.checked)} /> {of.word}
    </label>
  );
}

function Ticks({ of, value, change }: Field) {
  const held = Array.isArray(value) ? value : [];
  return (
    <div className="whole" role="group" aria-label={of.word}>
      <span className="label">{of.word}</span>
      <div className="row">
        {of.choices.map((one) => (
          <label key={one.value} className="row">
            <input type="checkbox" checked={held.includes(one.value)} onChange={(event) => change(event.target.checked ? [...held, one.value] : held.filter((other) => other !== one.value))} />{" "}
            {one.word}
          </label>
        ))}
      </div>
    </div>
  );
}

/** Depths of levers in per cent of what each can do; empty leaves a lever out. */
function Depths({ of, value, change, road }: Field) {
  const { t } = useTranslation();
  const levers = road.facts.levers ?? [];
  const held = typeof value === "object" && !Array.isArray(value) ? value : {};
  return (
    <div className="whole" role="group" aria-label={of.word}>
      <span className="label">{t("roads.depths", { word: of.word })}</span>
      {levers.length === 0 && <p className="quiet">{t("roads.no_levers")}</p>}
      <div className="fields">
        {levers.map((one) => (
          <label key={one.id}>
            <span title={one.id}>{one.title}</span>
            <input type="number" min={0} max={100} step="any" value={held[one.id] ?? ""} onChange={(event) => change({ ...held, [one.id]: event.target.value })} />
          </label>
        ))}
      </div>
    </div>
  );
}
