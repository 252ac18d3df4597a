import { useTranslation } from "react-i18next";
import { count, percent } from "../../../shared/numbers";
import { Mark } from "../../../shared/page";
import { changeColumn, KEEP, letters, PART, USES } from "./mapped";
import type { MappedColumn, MappedSheet } from "./types";

/** One line for each column of a sheet: its heading, what it is, how sure that is, and for amounts their item, period and unit. */
export function Columns({ sheet, change }: { sheet: MappedSheet; change: (sheet: MappedSheet) => void }) {
  const { t } = useTranslation();
  const set = (column: number, changed: Partial<MappedColumn>) => change(changeColumn(sheet, column, changed));
  const name = (use: string) => (use === "" ? t("mapping.unused") : use === KEEP ? t("mapping.kept") : use === PART ? t("mapping.part") : t(`column.${use}`));
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label={t("mapping.columns")}>
      <table className="plain wrap">
        <thead>
          <tr>
            {["column", "heading", "filled", "use", "confidence", "values"].map((key) => (
              <th key={key} scope="col" className={key === "filled" ? "right" : undefined}>
                {t(`mapping.${key}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {sheet.columns.map((one) => (
            <tr key={one.column}>
              <td>{letters(one.column)}</td>
              <th scope="row">{one.heading || "–"}</th>
              <td className="right">{count(one.filled ?? 0)}</td>
              <td>
                <select
                  value={one.use}
                  aria-label={t("mapping.use_of", { heading: one.heading || letters(one.column) })}
                  onChange={(event) => set(one.column, { use: event.target.value })}
                >
                  {["", ...USES, KEEP, PART].map((use) => (
                    <option key={use} value={use}>
                      {name(use)}
                    </option>
                  ))}
                </select>
              </td>
              <td>
                <Sure of={one} />
              </td>
              <td>
                {one.use === "amount" && (
                  <span className="row">
                    {(["item", "period", "unit", "activity"] as const).map((field) => (
                      <input
                        key={field}
                        size={7}
                        value={one[field] ?? ""}
                        placeholder={t(`column.${field}`)}
                        aria-label={`${one.heading}: ${t(`column.${field}`)}`}
                        onChange={(event) => set(one.column, { [field]: event.target.value })}
                      />
                    ))}
                  </span>
                )}
                {one.use === PART && (
                  <span className="row">
                    <input
                      size={16}
                      value={one.activity ?? ""}
                      placeholder={t("column.activity")}
                      aria-label={`${one.heading}: ${t("column.activity")}`}
                      onChange={(event) => set(one.column, { activity: event.target.value })}
                    />
                    <select value={one.of ?? 0} aria-label={t("mapping.part_of", { heading: one.heading })} onChange={(event) => set(one.column, { of: Number(event.target.value) })}>
                      {[0, ...sheet.columns.filter((other) => other.use === "amount").map((other) => other.column)].map((column) => (
                        <option key={column} value={column}>
                          {column ? letters(column) : "–"}
                        </option>
                      ))}
                    </select>
                  </span>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Sure({ of: { use, confidence = 0, reason, filled = 0 } }: { of: MappedColumn }) {
  const { t } = useTranslation();
  if (!use && !confidence) return filled ? <Mark kind="warning">{t("mapping.will_be_lost")}</Mark> : <span className="quiet">–</span>;
  return (
    <>
      <Mark kind={confidence >= 0.9 ? "good" : confidence >= 0.6 ? "info" : "warning"}>{percent(confidence * 100)}</Mark>{" "}
      <span className="quiet">{reason}</span>
    </>
  );
}
