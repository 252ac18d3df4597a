import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { useNames } from "../../../shared/names";
import { said } from "../../../shared/words";

export type Stated = { item: string; text: string };

/** What an energy balance does not say of itself: its year and sheet, what counts as purchased electricity, measured parameters. */
export function Balance({ sheets, stated, change }: { sheets: string[]; stated: Stated[]; change: (stated: Stated[]) => void }) {
  const { t } = useTranslation();
  const { codes } = useNames("items");
  const put = (at: number, one: Partial<Stated>) => change(stated.map((old, place) => (place === at ? { ...old, ...one } : old)));
  return (
    <>
      <label>
        {t("data.year")}
        <input name="year" pattern="\d{4}" maxLength={4} placeholder="2021" />
        <small className="quiet">{t("balance.year_about")}</small>
      </label>
      {sheets.length > 1 && (
        <label>
          {t("balance.sheet")}
          <select name="sheet">
            <option value="">{t("balance.all_sheets")}</option>
            {sheets.map((one) => (
              <option key={one}>{one}</option>
            ))}
          </select>
        </label>
      )}
      <label>
        {t("data.electricity")}
        <select name="electricity">
          <option value="trade">{t("data.electricity_trade")}</option>
          <option value="final">{t("data.electricity_final")}</option>
        </select>
        <small className="quiet">{t("balance.electricity_about")}</small>
      </label>
      <fieldset className="plain-set">
        <legend>{t("balance.parameters")}</legend>
        <p className="quiet">{t("balance.parameters_about")}</p>
        <datalist id="balance-items">
          {codes.map((one) => (
            <option key={one.code} value={one.code} label={said({ zh: one.name_zh, en: one.name_en })} />
          ))}
        </datalist>
        {stated.map((one, at) => (
          <div className="row" key={at}>
            <input value={one.item} list="balance-items" placeholder={t("balance.item")} aria-label={t("balance.item")} onChange={(event) => put(at, { item: event.target.value })} />
            <input value={one.text} size={44} placeholder="ncv=20.9 GJ/t; oxidation=98 %" aria-label={t("balance.values")} onChange={(event) => put(at, { text: event.target.value })} />
            <Button onClick={() => change(stated.filter((_, place) => place !== at))}>{t("balance.drop")}</Button>
          </div>
        ))}
        <Button onClick={() => change([...stated, { item: "", text: "" }])}>{t("balance.add")}</Button>
      </fieldset>
    </>
  );
}
