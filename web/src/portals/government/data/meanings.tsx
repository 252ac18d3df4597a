import { useTranslation } from "react-i18next";
import { useNames } from "../../../shared/names";
import { Mark } from "../../../shared/page";
import { Partial } from "../../../shared/states";
import { said } from "../../../shared/words";
import type { MappedSheet } from "./types";

/** What the texts of the file mean: items and sectors by their codes, and values that hold for every row. */
export function Meanings({ sheet, change }: { sheet: MappedSheet; change: (sheet: MappedSheet) => void }) {
  const { t } = useTranslation();
  const known = { items: useNames("items").codes, sectors: useNames("sectors").codes };
  return (
    <div className="grid">
      {(["items", "sectors"] as const).map((list) => {
        const texts = Object.entries(sheet[list]);
        return (
          <section key={list} className="span-4">
            <h3>{t(`mapping.${list}`)}</h3>
            <datalist id={`codes-${list}`}>
              {known[list].map((one) => (
                <option key={one.code} value={one.code} label={said({ zh: one.name_zh, en: one.name_en })} />
              ))}
            </datalist>
            {texts.length === 0 && <p className="quiet">{t("mapping.no_texts")}</p>}
            {texts.map(([text, code]) => (
              <label key={text} className="row between meaning">
                <span>
                  {text} {sheet.guessed.includes(text) && <Mark kind="warning">{t("mapping.guess")}</Mark>}
                </span>
                <input value={code} list={`codes-${list}`} placeholder={t("mapping.code")} onChange={(event) => change({ ...sheet, guessed: sheet.guessed.filter((one) => one !== text), [list]: { ...sheet[list], [text]: event.target.value } })} />
              </label>
            ))}
          </section>
        );
      })}
      <section className="span-4">
        <h3>{t("mapping.fixed")}</h3>
        {["entity", "period", "region", "item", "unit", "sector"].map((name) => (
          <label key={name} className="row between meaning">
            {t(`column.${name}`)}
            <input
              value={sheet.fixed[name] ?? ""}
              onChange={(event) => {
                const { [name]: _, ...others } = sheet.fixed;
                change({ ...sheet, fixed: event.target.value ? { ...others, [name]: event.target.value } : others });
              }}
            />
          </label>
        ))}
      </section>
      {Object.keys(sheet.units).length > 0 && <p className="quiet">{t("mapping.units", { units: [...new Set(Object.values(sheet.units))].join("、") })}</p>}
      {Object.keys(sheet.titles).length > 0 && (
        <div className="span-12">
          <Partial>{t("mapping.titles", { titles: Object.values(sheet.titles).join("；") })}</Partial>
        </div>
      )}
    </div>
  );
}
