import { useTranslation } from "react-i18next";
import { Link } from "../../../shared/link";
import { Amount } from "../../../shared/numbers";
import { Mark } from "../../../shared/page";
import { lang, said } from "../../../shared/words";
import { useNames } from "../inventory/names";
import { useWords } from "../inventory/words";
import { cited } from "../inventory/proof-ends";
import { Checked } from "../inventory/proof-step";
import type { Source, Two } from "../inventory/types";

type Parameter = { units: string[]; property: string; pin: Record<string, string>; value: number | null; source: Source | null; reason: string | Two; measured: string; defaults: unknown[] };
export type Rule = {
  id: string;
  title: Two;
  clause: string;
  clause_en: string;
  when: Record<string, unknown>;
  gases: string[];
  scope: string;
  memo: boolean;
  effect: string;
  formula: string;
  parameters: Record<string, Parameter>;
};

/** One rule: to what it applies, its formula and clause, and where each parameter comes from. */
export function OneRule({ rule }: { rule: Rule }) {
  const { t } = useTranslation();
  const named = useNames();
  const words = useWords();
  const items = Array.isArray(rule.when.items) ? (rule.when.items as string[]) : [];
  const comma = lang() === "zh" ? "、" : ", ";
  return (
    <details>
      <summary>
        <span>
          {said(rule.title)} <span className="quiet">{rule.id}</span>
        </span>
        <span>
          {rule.memo && <Mark kind="info">{t("methods.memo")}</Mark>} <Mark>{rule.gases.join(", ")}</Mark> {rule.scope && <Mark>{t("methods.scope", { scope: rule.scope })}</Mark>}
        </span>
      </summary>
      <div>
        <p className="formula">
          {t("proof.coefficient")} = {rule.formula}
        </p>
        <p>
          <span className="quiet">{t("methods.clause")}</span> {(lang() === "en" ? rule.clause_en : rule.clause) || "–"}
        </p>
        {items.length > 0 && (
          <p>
            <span className="quiet">{t("dim.item")}</span> {items.map((one) => named("item", one)).join(comma)}
          </p>
        )}
        {Object.entries(rule.parameters).map(([name, one]) => (
          <div key={name} className="panel" style={{ padding: "8px 12px" }}>
            <div className="row between">
              <span>
                <span title={name}>{words.parameter(name)}</span>{" "}
                <span className="quiet">
                  <code>{name}</code> {one.units.length > 0 && `(${one.units.map(words.unit).join(" / ")})`}
                </span>
                {one.value !== null && (
                  <>
                    {" = "}
                    <Amount value={one.value} digits={8} />
                  </>
                )}
              </span>
              <Mark>{t(`methods.measured.${one.measured}`, { defaultValue: one.measured })}</Mark>
            </div>
            {one.source && <p className="quiet">{cited(one.source)} {one.source.check && <Checked state={one.source.check} />}</p>}
            {one.reason && <p className="quiet">{typeof one.reason === "string" ? one.reason : said(one.reason)}</p>}
            {Object.keys(one.pin).length > 0 && (
              <p>
                {t("methods.pinned")}{" "}
                {Object.entries(one.pin).map(([item, factor]) => (
                  <span key={item} style={{ marginRight: 12, whiteSpace: "nowrap" }}>
                    {item === "*" ? "" : `${named("item", item)}: `}
                    <Link to={`/gov/factors/${factor}`}>{factor}</Link>
                  </span>
                ))}
              </p>
            )}
          </div>
        ))}
      </div>
    </details>
  );
}
