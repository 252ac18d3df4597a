import { useDeferredValue, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useParam } from "../../../shared/address";
import { Link } from "../../../shared/link";
import { short, useUnit } from "../../../shared/numbers";
import { Panel } from "../../../shared/page";
import { Answered } from "../../../shared/states";
import { type Column, DataTable } from "../../../shared/table";
import { gasOf } from "../inventory/ask";
import { nameOf } from "../inventory/look";
import type { Row, Run } from "../inventory/types";
import { column, unplacedPath, useUnplaced, valuesPath } from "./ask";
import { less } from "./paint";
import { useCut, useShown } from "./shown";
import type { Cells, Layer, Of } from "./types";

type Asked = { run: Run; of: Of; layer: Layer; year: string };
const largest = (rows: Row[], by: string) => rows.sort((a, b) => Math.abs((b[by] as number) ?? 0) - Math.abs((a[by] as number) ?? 0) || Number(a[by] === null) - Number(b[by] === null));

/** What the map shows, as a table: the same figures, for the keyboard, for readers of screens and for export. */
export function Shown(asked: Asked) {
  const { t } = useTranslation();
  const year = useDeferredValue(asked.year);
  const { show, comparing, before, yearA, sources, path } = useShown(asked.of, asked.layer);
  const cut = useCut(asked.layer);
  const titled = (word: string) => [t("inventory.of_year", { title: t(word), year }), cut].filter(Boolean).join(" · ");
  if (show !== "regions")
    return (
      <Panel title={titled(`map.show.${show}`)}>
        <Sources {...asked} year={year} sources={sources} path={path} />
      </Panel>
    );
  return (
    <Panel title={titled("map.ranking")} actions={<Level layer={asked.layer} />}>
      {comparing ? <Compared {...asked} year={year} before={before} yearA={yearA} /> : <Ranking {...asked} year={year} />}
      <Rest {...asked} year={year} />
    </Panel>
  );
}

function Level({ layer }: { layer: Layer }) {
  const { t } = useTranslation();
  const [level, setLevel] = useParam("level");
  if ((layer.levels ?? []).length < 2) return null;
  return (
    <select value={level || layer.level} onChange={(event) => setLevel(event.target.value)} aria-label={t("map.level_of")}>
      {(layer.levels ?? []).map((one) => (
        <option key={one} value={one}>
          {t(`map.level.${one}`)}
        </option>
      ))}
    </select>
  );
}

/** Regions by their emissions; a press opens the place, also by keyboard. */
function Ranking({ run, of, layer, year }: Asked) {
  const { t } = useTranslation();
  const { unit } = useUnit(gasOf(run.unit));
  const open = useParam("place")[1];
  const named = useMemo(() => layer.rows.map((row) => ({ row, region: row.region, name: nameOf(row, "region") })), [layer]);
  const rows = useMemo(() => {
    const whole = layer.whole[year] || 1;
    return largest(named.map(({ row, region, name }) => ({ region, name, emission: row[year] ?? null, share: typeof row[year] === "number" ? (row[year] / whole) * 100 : null }) as Row), "emission");
  }, [named, layer, year]);
  const columns: Column<Row>[] = [
    { key: "name", title: t("dim.region"), width: 96, filter: true },
    { key: "emission", title: t("inventory.emission", { unit }), kind: "tonnes", width: 144 },
    { key: "share", title: t("inventory.share"), kind: "share", width: 76 },
  ];
  return <DataTable<Row> name="regions" label={t("map.ranking")} path={valuesPath(of, layer.level ?? "")} rows={rows} columns={columns} rowKey={(row) => String(row.region)} height={460} onRow={(row) => open(String(row.region))} />;
}

/** A and B of every region, and B less A where both are known. */
function Compared({ run, layer, year, before, yearA }: Asked & { before: Layer | undefined; yearA: string }) {
  const { t } = useTranslation();
  const { unit } = useUnit(gasOf(run.unit));
  const open = useParam("place")[1];
  const rows = useMemo(() => {
    const key = (row: Record<string, unknown>) => String(row.region);
    const [a, b] = [column(before, yearA, key), column(layer, year, key)];
    const names = new Map([...(before?.rows ?? []), ...layer.rows].map((row) => [String(row.region), nameOf(row, "region")]));
    return largest([...less(b, a)].map(([region, gap]): Row => ({ region, name: names.get(region) ?? region, a: a.get(region) ?? null, b: b.get(region) ?? null, gap })), "gap");
  }, [before, layer, year, yearA]);
  const columns: Column<Row>[] = [
    { key: "name", title: t("dim.region"), width: 86, filter: true },
    { key: "a", title: `A ${yearA}`, kind: "tonnes", width: 70 },
    { key: "b", title: `B ${year}`, kind: "tonnes", width: 70 },
    { key: "gap", title: "B − A", kind: "tonnes", width: 90 },
  ];
  return <DataTable<Row> name="compared" tools={<span className="quiet">{unit}</span>} label={t("map.comparing.change")} rows={rows} columns={columns} rowKey={(row) => String(row.region)} height={460} onRow={(row) => open(String(row.region))} />;
}

/** Points or cells by their emissions, and the sources that have no coordinates. */
function Sources({ run, of, layer, year, sources, path }: Asked & { sources: Cells | undefined; path: string }) {
  const { t } = useTranslation();
  const { unit } = useUnit(gasOf(run.unit));
  const celled = sources?.rows.some((row) => row.outline) ?? false;
  const rows = useMemo(() => {
    const whole = layer.whole[year] || 1;
    const shown = (sources?.rows ?? []).map((row) => ({ ...row, name: celled ? middle(row.outline as number[][]) : row.name, emission: row[year] ?? null, share: typeof row[year] === "number" ? (row[year] / whole) * 100 : null }) as Row);
    return largest(shown, "emission");
  }, [sources, celled, layer, year]);
  const columns: Column<Row>[] = [
    { key: "name", title: t(celled ? "map.middle" : "map.source"), width: 112, filter: !celled },
    { key: "emission", title: t("inventory.emission", { unit }), kind: "tonnes", width: 136 },
    celled ? { key: "sources", title: t("map.sources"), kind: "count", width: 68 } : { key: "share", title: t("inventory.share"), kind: "share", width: 68 },
  ];
  return (
    <>
      {rows.length > 0 && <DataTable<Row> name="sources" label={t(celled ? "map.cells" : "map.show.points")} path={path} rows={rows} columns={columns} rowKey={(_, at) => String(at)} height={360} />}
      <Unplaced run={run} of={of} year={year} />
    </>
  );
}

const middle = (ring: number[][]) => {
  const mean = (at: number) => ring.slice(1).reduce((sum, point) => sum + (point[at] ?? 0), 0) / Math.max(1, ring.length - 1);
  return `${mean(0).toFixed(2)}, ${mean(1).toFixed(2)}`;
};

/** Whose emissions are on no point because nobody said where they are. */
function Unplaced({ run, of, year }: { run: Run; of: Of; year: string }) {
  const { t } = useTranslation();
  const { unit } = useUnit(gasOf(run.unit));
  const found = useUnplaced(of);
  const columns: Column<Row>[] = [
    { key: "name", title: t("map.source"), width: 140, filter: true, show: (row) => String(row.entity || t("map.nobody")) },
    { key: year, title: t("inventory.emission", { unit }), kind: "tonnes", width: 130 },
  ];
  return (
    <Answered of={found} lines={2}>
      {({ rows }) =>
        rows.length === 0 ? (
          <p className="quiet">{t("map.all_placed")}</p>
        ) : (
          <details className="scales">
            <summary>{t("map.unplaced", { count: rows.length })}</summary>
            <Link to="/gov/data/places">{t("map.to_places")}</Link>
            <DataTable<Row> name="unplaced" label={t("map.unplaced", { count: rows.length })} path={unplacedPath(of)} rows={rows} columns={columns} rowKey={(row) => String(row.entity)} height={220} />
          </details>
        )
      }
    </Answered>
  );
}

/** Whether the regions sum to the inventory, or what is on none of them. */
function Rest({ run, layer, year }: Asked) {
  const { t } = useTranslation();
  const { unit, scale } = useUnit(gasOf(run.unit));
  const cut = useCut(layer);
  const rest = layer.rest[year];
  if (rest === null || rest === undefined) return <p className="quiet">{t("map.nothing_year", { year })}</p>;
  return <p className="quiet">{rest ? t("map.rest_regions", { amount: short(rest / scale), unit }) : t(cut ? "map.all_here_cut" : "map.all_here", { cut })}</p>;
}
