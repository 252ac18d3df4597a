import { useTranslation } from "react-i18next";
import { useParam } from "../../../shared/address";
import { query } from "../../../shared/api";
import { useUnit } from "../../../shared/numbers";
import { Empty } from "../../../shared/states";
import { type Column, DataTable } from "../../../shared/table";
import { gasOf } from "./ask";
import { nameOf } from "./look";
import type { Row } from "./types";

const NAMED = ["item", "gas"];
const CAUSES = ["activity", "factor", "method", "gwp"] as const;

/** Whether only what differs is shown, kept in the address; it is, unless the others are asked for. */
export function useChanged(): [boolean, (only: boolean) => void] {
  const [all, setAll] = useParam("all");
  return [all !== "1", (only) => setAll(only ? "" : "1")];
}

/** The choice to see what differs alone. */
export function OnlyChanged({ only, change }: { only: boolean; change: (only: boolean) => void }) {
  const { t } = useTranslation();
  return (
    <label>
      <input type="checkbox" className="tick" checked={only} onChange={(event) => change(event.target.checked)} /> {t("inventory.only_changed")}
    </label>
  );
}

/** Cells of two inventories or two releases with the cause of each difference, the largest first; what is the same after them. */
export function Differences({ name, label, path, unit, dimensions, height = 420 }: { name: string; label: string; path: string; unit: string; dimensions: string[]; height?: number }) {
  const { t } = useTranslation();
  const { unit: shown } = useUnit(gasOf(unit));
  const [only, setOnly] = useChanged();
  const amount = (key: string, title: string): Column<Row> => ({ key, title, kind: "tonnes", width: 110 });
  const cause = (key: string): Column<Row> => ({ ...amount(key, t(`inventory.cause.${key}`)), width: 105 });
  return (
    <DataTable<Row>
      name={name} label={label} path={query(path, { changed: only })} height={height} rowKey={(_, place) => String(place)}
      tools={
        <>
          <OnlyChanged only={only} change={setOnly} /> <span className="quiet">{shown}</span>
        </>
      }
      columns={[
        ...dimensions.map((one): Column<Row> => ({ key: NAMED.includes(one) ? `${one}_name` : one, ...(one === "sector" ? { sort: false } : { filter: true }), title: t(`dim.${one}`, { defaultValue: one }), width: 120, show: (row) => nameOf(row, one) || "–" })),
        amount("old", t("inventory.old")), amount("new", t("inventory.newer")), amount("difference", t("inventory.moved")),
        { key: "cause", title: t("inventory.by_cause"), width: 100, show: (row) => (row.cause ? t(`inventory.cause.${String(row.cause)}`) : t("inventory.same")) },
        ...CAUSES.map(cause),
      ]}
      empty={
        <>
          <OnlyChanged only={only} change={setOnly} />
          <Empty title={t("releases.no_change")} hint={t("releases.no_change_hint")} />
        </>
      }
    />
  ); // prettier-ignore
}
