import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { query } from "../../../shared/api";
import { Link } from "../../../shared/link";
import { PlaceName } from "../../../shared/names";
import { Page, Panel } from "../../../shared/page";
import { Answered, Empty } from "../../../shared/states";
import { useTable } from "../inventory/ask";
import { useNames } from "../inventory/names";
import { Checked } from "../inventory/proof-step";
import { useWords } from "../inventory/words";

type Line = { field: string; same: boolean } & Record<string, string | boolean>;

/** Factors beside one another; what differs stands out. */
export default function Beside() {
  const { t } = useTranslation();
  const named = useNames();
  const words = useWords();
  const word = (field: string, value: string) => (field === "unit" ? words.unit(value) : field === "property" ? t(`factors.properties.${value}`, { defaultValue: value }) : named(field, value));
  const [search] = useSearchParams();
  const ids = search.getAll("factor");
  const found = useTable<{ rows: Line[] }>(query("/factors/compare", { factor: ids, limit: 100 }), ids.length > 0);
  return (
    <Page title={t("factors.beside")} crumbs={[{ word: t("section.factors"), to: "/gov/factors" }, { word: t("factors.beside") }]}>
      <Panel>
        {ids.length === 0 ? (
          <Empty title={t("factors.none_chosen")} hint={t("factors.none_chosen_hint")}>
            <Link to="/gov/factors">{t("section.factors")}</Link>
          </Empty>
        ) : (
          <Answered of={found}>
            {({ rows }) => (
              <div className="scroll" tabIndex={0} role="region" aria-label={t("factors.beside")}>
                <table className="plain wrap">
                  <thead>
                    <tr>
                      <th scope="col">{t("factors.field")}</th>
                      {ids.map((id) => (
                        <th key={id} scope="col" style={{ minWidth: 200 }}>
                          <Link to={`/gov/factors/${id}`}>{id}</Link>
                        </th>
                      ))}
                    </tr>
                  </thead>
                  <tbody>
                    {rows.filter((row) => row.field !== "id" && ids.some((id) => row[id] !== "")).map((row) => (
                      <tr key={row.field} className={row.same ? "quiet" : undefined}>
                        <th scope="row">{t(`factors.fields.${row.field}`, { defaultValue: row.field })}</th>
                        {ids.map((id) => (
                          <td key={id} style={row.same ? undefined : { fontWeight: 600 }}>
                            {row.field === "check" ? <Checked state={String(row[id])} /> : row.field === "region" && row[id] ? <PlaceName region={String(row[id])} /> : word(row.field, String(row[id] ?? "")) || "–"}
                          </td>
                        ))}
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
            )}
          </Answered>
        )}
      </Panel>
    </Page>
  );
}
