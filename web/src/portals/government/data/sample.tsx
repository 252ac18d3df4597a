import { useTranslation } from "react-i18next";
import { letters } from "./mapped";
import type { Suggestion } from "./types";

/** The first rows of a sheet as they stand in the file. */
export function Sample({ of, header }: { of: Suggestion["sample"][number] | undefined; header: number }) {
  const { t } = useTranslation();
  const wide = Math.max(0, ...(of?.rows ?? []).map((one) => one.cells.length));
  if (!of || wide === 0) return <p className="quiet">{t("mapping.no_texts")}</p>;
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label={t("mapping.sample")}>
      <table className="plain">
        <thead>
          <tr>
            <th scope="col">{t("column.row")}</th>
            {Array.from({ length: wide }, (_, place) => (
              <th key={place} scope="col">
                {letters(place + 1)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {of.rows.map((one) => (
            <tr key={one.row} className={one.row === header ? "header" : undefined}>
              <th scope="row">{one.row}</th>
              {Array.from({ length: wide }, (_, place) => (
                <td key={place}>{one.cells[place]}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
