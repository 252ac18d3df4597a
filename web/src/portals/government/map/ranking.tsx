import { useDeferredValue, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useParam } from "../../../shared/address";
import { short, useUnit } from "../../../shared/numbers";
import { Panel } from "../../../shared/page";
import { type Column, DataTable } from "../../../shared/table";
import { gasOf } from "../inventory/ask";
import { nameOf } from "../inventory/look";
import type { Row, Run } from "../inventory/types";
import { valuesPath } from "./ask";
import type { Layer } from "./types";

/** Regions by their emissions; a press opens the place, also by keyboard. */
export function Ranking({ run, ids, layer, year }: { run: Run; ids: string[]; layer: Layer; year: string }) {
  const { t } = useTranslation();
  const { unit, scale } = useUnit(gasOf(run.unit));
  const open = useParam("place")[1];
  const [level, setLevel] = useParam("level");
  const shown = useDeferredValue(year);
  const named = useMemo(() => layer.rows.map((row) => ({ row, region: row.region, name: nameOf(row, "region") })), [layer]);
  const rows = useMemo(() => {
    const whole = layer.whole[shown] || 1;
    const ranked = named.map(({ row, region, name }) => ({ region, name, emission: row[shown] ?? null, share: typeof row[shown] === "number" ? (row[shown] / whole) * 100 : null }) as Row);
    return ranked.sort((a, b) => ((b.emission as number) ?? -Infinity) - ((a.emission as number) ?? -Infinity));
  }, [named, layer, shown]);
  const rest = layer.rest[year] ?? 0;
  const levels = layer.levels ?? [];
  const columns: Column<Row>[] = [
    { key: "name", title: t("dim.region"), width: 96, filter: true },
    { key: "emission", title: t("inventory.emission", { unit }), kind: "tonnes", width: 130 },
    { key: "share", title: t("inventory.share"), kind: "share", width: 76 },
  ];
  const pick = levels.length > 1 && (
    <select value={level || layer.level} onChange={(event) => setLevel(event.target.value)} aria-label={t("map.level_of")}>
      {levels.map((one) => (
        <option key={one} value={one}>
          {t(`map.level.${one}`)}
        </option>
      ))}
    </select>
  );
  return (
    <Panel title={t("inventory.of_year", { title: t("map.ranking"), year })} actions={pick}>
      <DataTable<Row> name="regions" label={t("map.ranking")} path={valuesPath(ids, layer.level ?? "")} rows={rows} columns={columns} rowKey={(row) => String(row.region)} height={460} onRow={(row) => open(String(row.region))} />
      <p className="quiet">{rest ? t("map.rest_regions", { amount: short(rest / scale), unit }) : t("map.all_here")}</p>
    </Panel>
  );
}
