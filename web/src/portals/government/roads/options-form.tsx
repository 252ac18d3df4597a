import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { Choices } from "../../../shared/choice";
import { offered, parted, type Served, texts, type Value, type Values } from "./options";
import { Pick } from "./pick";
import type { Choice, Option, Road } from "./types";

type Field = { of: Option; value: Value; change: (value: Value) => void; road: Road; offer: (source: string, more?: Values) => Choice[] | null };

const FIELDS: Partial<Record<Option["of"], (of: Field) => React.ReactNode>> = { levers: Depths, choices: Ticks, yes: Tick, texts: Several, pairs: Pairs };

/** The fields of an analysis, made of its options; `served` is what there is to choose from. */
export function OptionsForm({ options, values, change, road, served }: { options: Option[]; values: Values; change: (values: Values) => void; road: Road; served?: Served }) {
  const files = road.files.map((one) => one.name);
  const offer: Field["offer"] = (source, more) => offered(source, { ...values, ...more }, served, files);
  return (
    <div className="fields">
      {options.map((one) => {
        const Field = FIELDS[one.of] ?? Typed;
        return <Field key={one.name} of={one} value={values[one.name] ?? ""} change={(value) => change({ ...values, [one.name]: value })} road={road} offer={offer} />;
      })}
    </div>
  );
}

/** The choices of an option itself and those of a source. */
function joined(of: Option, found: Choice[] | null): Choice[] | null {
  return found === null && of.choices.length === 0 ? null : [...of.choices, ...(found ?? [])];
}

/** Whether a table or a column is chosen before it. */
const waits = (of: Option): boolean => /^(columns|values)/.test(of.source);

function Typed({ of, value, change, road, offer }: Field) {
  const { t } = useTranslation();
  const numeric = of.of === "year" || of.of === "count" || of.of === "number";
  const closed = of.of === "file" || of.of === "choice";
  const files = of.source ? null : road.files.map(({ name }) => ({ value: name, word: name }));
  const choices = of.of === "file" && files ? files : joined(of, offer(of.source));
  const usual = t(of.needed ? "roads.choose" : "roads.by_itself");
  return (
    <label>
      {of.word}
      <Pick
        value={String(value)}
        change={change}
        choices={choices}
        empty={choices === null && waits(of) ? t("roads.first") : choices?.some((one) => one.value === of.default) ? null : usual}
        required={of.needed}
        own={
          closed ? null
          : numeric ? { type: "number", min: of.least ?? undefined, max: of.most ?? undefined, step: of.of === "number" ? "any" : 1, placeholder: of.needed ? undefined : usual }
          : { maxLength: 2000, placeholder: of.needed ? undefined : usual }
        } // prettier-ignore
      />
    </label>
  );
}

/** Several of what a source offers, and what is typed. */
function Several({ of, value, change, offer }: Field) {
  const { t } = useTranslation();
  const choices = joined(of, offer(of.source));
  const hint = choices === null && waits(of) ? t("roads.first") : of.needed ? undefined : t("roads.by_itself");
  return <Choices own label={of.word} options={(choices ?? []).map((one) => ({ value: one.value, name: one.word, about: one.word === one.value ? undefined : one.value }))} values={texts(value)} change={change} needed={of.needed} hint={hint} />;
}

/** Names of a source, each with a value of its own. */
function Pairs({ of, value, change, offer }: Field) {
  const { t } = useTranslation();
  const held = texts(value);
  const put = (place: number, name: string, worth: string) => change(held.map((one, at) => (at === place ? `${name}${of.joint}${worth}` : one)));
  return (
    <div className="pairs" role="group" aria-label={of.word}>
      <span className="label">{of.word}</span>
      {held.map((one, at) => {
        const [name, worth] = parted(one, of.joint);
        const place = at + 1;
        const values = joined(of, of.then === "values" ? offer("values:this", { this: name }) : offer(of.then));
        return (
          <div className="pair" key={at}>
            <Pick aria-label={t("roads.pair_name", { word: of.word, place })} value={name} change={(next) => put(at, next, worth)} choices={offer(of.source)} empty={t("roads.choose")} own={{}} />
            {of.joint}
            <Pick aria-label={t("roads.pair_value", { word: of.word, place })} value={worth} change={(next) => put(at, name, next)} choices={values} empty={t("roads.choose")} own={{}} />
            <Button size="small" aria-label={t("roads.pair_out", { place })} onClick={() => change(held.filter((_, other) => other !== at))}>
              {t("data.take_out_short")}
            </Button>
          </div>
        );
      })}
      <div>
        <Button size="small" aria-label={`${t("roads.add_pair")} ${of.word}`} onClick={() => change([...held, of.joint])}>
          {t("roads.add_pair")}
        </Button>
      </div>
    </div>
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
