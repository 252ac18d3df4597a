import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import type { FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { get, type Page as Rows, query } from "../../../shared/api";
import { Link } from "../../../shared/link";
import { PlaceName } from "../../../shared/names";
import { Page, Panel } from "../../../shared/page";
import { Answered, Empty, Partial } from "../../../shared/states";
import { lang, said } from "../../../shared/words";
import { Chosen } from "../inventory/chosen";
import { Checked } from "../inventory/proof-step";
import { useWords } from "../inventory/words";
import { Tabs } from "./tabs";
import { type Answered as Answer, years } from "./types";

const FIELDS = ["item", "region", "date", "property", "activity", "gas", "sector", "equipment"] as const;
const PROPERTIES = ["emission_factor", "ncv", "carbon_content", "oxidation_rate"];
type Item = { code: string; name_zh: string; name_en: string };

/** Which factor applies to an item at a place and a time, where it was looked for, and why it was taken. */
export default function Applies() {
  const { t } = useTranslation();
  const [search, change] = useSearchParams();
  const asked = Object.fromEntries(FIELDS.map((name) => [name, search.get(name) ?? ""]));
  const full = Boolean(asked.item && asked.region && asked.date);
  const items = useQuery({ queryKey: ["items"], staleTime: Infinity, queryFn: () => get<Rows<Item>>("/codes/items?limit=5000") });
  const found = useQuery({ queryKey: ["applies", asked], enabled: full, queryFn: () => get<Answer>(query("/factors/answer", asked)) });
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    change((old) => {
      const made = new URLSearchParams(old);
      for (const name of FIELDS) {
        const value = String(form.get(name) ?? "").trim();
        if (value) made.set(name, value);
        else made.delete(name);
      }
      return made;
    });
  }
  const field = (name: (typeof FIELDS)[number], hint: string, needed = false) => (
    <label key={name}>
      {t(`factors.fields.${name}`)}
      <input name={name} defaultValue={asked[name]} placeholder={hint} required={needed} maxLength={100} list={name === "item" ? "factor-items" : undefined} />
    </label>
  );
  return (
    <Page title={t("factors.applies")} about={t("factors.applies_about")} crumbs={[{ word: t("section.factors"), to: "/gov/factors" }, { word: t("factors.applies") }]}>
      <Tabs />
      <Panel>
        <form className="fields" onSubmit={submit} key={search.toString()}>
          {field("item", t("factors.item_hint"), true)}
          <datalist id="factor-items">
            {items.data?.rows.map((one) => (
              <option key={one.code} value={one.code}>
                {said({ zh: one.name_zh, en: one.name_en })}
              </option>
            ))}
          </datalist>
          {field("region", "CN-51", true)}
          {field("date", "2021", true)}
          <label>
            {t("factors.property")}
            <select name="property" defaultValue={asked.property || "emission_factor"}>
              {[...new Set([...PROPERTIES, asked.property].filter(Boolean))].map((one) => (
                <option key={one} value={one}>
                  {t(`factors.properties.${one}`, { defaultValue: one })}
                </option>
              ))}
            </select>
          </label>
          {field("activity", "")}
          {field("gas", "CO2")}
          {field("sector", "")}
          {field("equipment", "")}
          <div>
            <Button type="primary" htmlType="submit">
              {t("factors.ask")}
            </Button>
          </div>
        </form>
      </Panel>
      {full ? (
        <Answered of={found}>{(answer) => <Found of={answer} />}</Answered>
      ) : (
        <Panel>
          <Empty title={t("factors.ask_first")} hint={t("factors.ask_hint")} />
        </Panel>
      )}
    </Page>
  );
}

function Found({ of }: { of: Answer }) {
  const { t } = useTranslation();
  const words = useWords();
  return (
    <Panel>
      <div className="headline">
        <div>
          <span>{said({ zh: of.name_zh, en: of.name_en })}</span>
          <Link to={`/gov/factors/${of.id}`} className="figure large">
            {of.text}
          </Link>{" "}
          <small>{words.unit(of.unit)}</small>
        </div>
        <div>
          <span>{t("factors.state")}</span>
          <Checked state={of.check} />
        </div>
        <div>
          <span>{t("column.region")}</span>
          <PlaceName region={of.region} />
        </div>
        <div>
          <span>{t("factors.years")}</span>
          {years(of)}
        </div>
      </div>
      {of.check === "recalled" && <Partial>{t("factors.recalled_about")}</Partial>}
      {of.carried_from && <Partial>{t("factors.carried", { year: of.carried_from })}</Partial>}
      <p>
        <strong>{t("factors.why")}</strong> {lang() === "en" ? of.why_en : of.why_zh}
      </p>
      <p className="quiet">{of.said.cited}</p>
      <h3>{t("factors.tried")}</h3>
      <Chosen tried={of.tried} />
    </Panel>
  );
}
