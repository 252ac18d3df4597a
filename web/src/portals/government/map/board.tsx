import { Button, Segmented } from "antd";
import type { Map as Plane } from "maplibre-gl";
import { lazy, type ReactNode, Suspense, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useParam } from "../../../shared/address";
import { Link } from "../../../shared/link";
import { short, useUnit } from "../../../shared/numbers";
import { Panel } from "../../../shared/page";
import { Failed, Loading, Partial } from "../../../shared/states";
import { colours, useTheme } from "../../../shared/theme";
import { gasOf, yearsOf } from "../inventory/ask";
import { sourceOf } from "../inventory/chart-words";
import { nameOf } from "../inventory/look";
import type { Run, RunRow } from "../inventory/types";
import { PinDrawer } from "./alarms";
import type { Label, Pin } from "./anchors";
import { column, every } from "./ask";
import { Cuts } from "./cuts";
import { classNames, Legend } from "./legend";
import { Printed } from "./packs";
import { amounts, differences, inks, less, type Scale } from "./paint";
import { runOf, useCut, useShown } from "./shown";
import { Slider } from "./slider";
import { type Alarm, type Ink, type Layer, type Of, type Outlines, type Pack, type Show, SHOWS, type Spot } from "./types";

const Stage = lazy(() => import("./stage"));
type Asked = { run: Run; runs: RunRow[]; of: Of; layer: Layer; year: string; setYear: (year: string) => void; pack: Pack; outlines: Outlines | null; alarms: Alarm[]; tools: ReactNode };
type Drawn = { title: string; areas: Map<string, Ink>; cells: { data: unknown; inks: Map<string, Ink> }; spots: Spot[] };
const region = (row: Record<string, unknown>) => String(row.region);
const spot = (row: Record<string, unknown>) => String(row.entity ?? `${row.column}/${row.row}`);

/** The map with what is chosen on it: layer, year, flat or high, and a second year or inventory beside it. */
export function Board({ run, runs, of, layer, year, setYear, pack, outlines, alarms, tools }: Asked) {
  const { t, i18n } = useTranslation();
  const { dark } = useTheme();
  const { unit, scale: by } = useUnit(gasOf(run.unit));
  const setShow = useParam("show")[1];
  const [high, setHigh] = useParam("high");
  const setSize = useParam("size")[1];
  const [compare, setCompare] = useParam("compare");
  const setOtherYear = useParam("year_a")[1];
  const setOtherRun = useParam("run_a")[1];
  const cut = useCut(layer);
  const [place, open] = useParam("place");
  const why = useParam("pin")[1];
  const [over, setOver] = useState("");
  const planes = useRef(new Set<Plane>());
  const written = useRef(new Map<Plane, Label[]>());

  const { show, width, comparing, otherRun, first, before, yearA, sources, found, celled } = useShown(of, layer);

  const still: Scale = useMemo(() => amounts(show === "regions" ? [...every(layer), ...(comparing ? every(before) : [])] : every(sources), dark), [show, layer, comparing, before, sources, dark]);
  const gaps = useMemo(() => (comparing === "change" ? less(column(layer, year, region), column(before, yearA, region)) : null), [comparing, layer, year, before, yearA]);
  const scale: Scale = useMemo(() => (gaps ? differences([...gaps.values()], dark) : still), [gaps, still, dark]);
  const outlinesOfCells = useMemo(
    () => ({ type: "FeatureCollection", features: celled ? (sources?.rows ?? []).map((row) => ({ type: "Feature", properties: { key: spot(row) }, geometry: { type: "Polygon", coordinates: [row.outline] } })) : [] }),
    [celled, sources],
  );
  const drawn = useMemo<Drawn[]>(() => {
    const none = new Map<string, Ink>();
    const of = (title: string, values: Map<string, number | null>): Drawn => ({ title, areas: inks(values, scale), cells: { data: outlinesOfCells, inks: none }, spots: [] });
    if (gaps) return [of("", gaps)];
    if (comparing === "side") return [of(`A · ${yearA}`, column(before, yearA, region)), of(`B · ${year}`, column(layer, year, region))];
    if (show === "regions") return [of("", column(layer, year, region))];
    const inked = inks(column(sources, year, spot), scale);
    const top = Math.max(...every(sources).map((one) => one ?? 0), 0) || 1;
    const spots = show !== "points" ? [] : (sources?.rows ?? []).flatMap((row): Spot[] => (typeof row[year] === "number" ? [{ id: spot(row), name: String(row.name), at: [row.longitude as number, row.latitude as number], ink: { tint: "", tall: Math.max(0, row[year] as number) / top } }] : []));
    return [{ title: "", areas: none, cells: { data: outlinesOfCells, inks: celled ? inked : none }, spots }];
  }, [gaps, comparing, layer, year, before, yearA, show, sources, scale, celled, outlinesOfCells]);

  const names = useMemo(() => {
    const shown = layer.rows.map((row): [string, string, number] => [region(row), nameOf(row, "region"), (row[year] as number | null) ?? -Infinity]);
    return shown.sort((a, b) => b[2] - a[2]).map(([code, name]): [string, string] => [code, name]);
  }, [layer]); // eslint-disable-line
  const missing = useMissing(layer, pack, outlines);
  const told = useTold({ layer, sources, show, year, before, yearA, unit, by, outlines });
  function restOf() {
    if (!sources?.rows.length && !cut) return (
        <>
          {t("map.no_points")} <Link to="/gov/data/places">{t("map.to_places")}</Link>
        </>
      );
    const [rest, whole] = [sources?.rest[year], sources?.whole[year]];
    if (typeof rest !== "number" || typeof whole !== "number") return t("map.nothing_year", { year });
    return t(cut ? "map.rest_points_cut" : "map.rest_points", { amount: short(rest / by), unit, whole: short(whole / by), cut });
  }
  const heading = comparing ? t(`map.title_${comparing}`, { year_a: yearA, year, unit }) : t(`map.title.${show}`, { year, unit });
  const title = [heading, cut].filter(Boolean).join(" · ");
  const printed = [
    `${t("chart.source")}${[...new Set((comparing && !otherRun ? [yearA, year] : [year]).map((one) => sourceOf(runOf(one, of.run, runs) ?? run)))].join("；")}${run.synthetic ? ` · ${t("state.synthetic")}` : ""}`,
    `${t("map.by", { name: pack.name, publisher: pack.publisher, licence: pack.licence })} · ${pack.crs} · ${pack.review ? t("map.review", { number: pack.review }) : t("map.no_review")}`,
  ];
  const called = useCalled(layer, alarms);
  const pinTitle = (pin: Pin) => t("map.alarm", { count: pin.alarms, name: pin.regions.map(called).join(t("map.and")) });
  async function png() {
    const own = colours(dark);
    const { picture } = await import("./picture");
    const classes = scale.ends.length ? classNames(scale, by).map((name, at): [string, string] => [scale.hue[at] ?? "", name]) : [];
    const legend: [string, string][] = show === "points" ? [] : [...classes, [own.line, t("map.unknown")]];
    const told = comparing === "side" ? `${title} ${drawn.map((one) => one.title).join(" | ")}` : title;
    await picture(planes.current, written.current, { title: told, lines: printed, legend, unit: [cut, unit].filter(Boolean).join(" · "), ground: own.surface, text: own.text, quiet: own.quiet, name: `map-${year}` });
  }
  return (
    <Panel
      title={title}
      actions={
        <>
          {tools}
          <Button size="small" onClick={() => void png()}>
            PNG
          </Button>
        </>
      }
    >
      <div className="row no-print">
        <Segmented size="small" value={show} aria-label={t("map.layer")} onChange={(value) => setShow(value === "regions" ? "" : value)} options={SHOWS.map((value) => ({ value, label: t(`map.show.${value}`) }))} />
        <Segmented size="small" value={high ? "3d" : "2d"} aria-label={t("map.form")} disabled={show === "points"} onChange={(value) => setHigh(value === "3d" ? "1" : "")} options={[{ value: "2d", label: t("map.flat") }, { value: "3d", label: t("map.columns") }]} />
        {show === "regions" && <Segmented size="small" value={compare || "one"} aria-label={t("map.compare")} onChange={(value) => setCompare(value === "one" ? "" : value)} options={["one", "side", "change"].map((value) => ({ value, label: t(`map.comparing.${value}`) }))} />}
        {celled && (
          <label className="row">
            {t("map.width")}
            <select value={width} onChange={(event) => setSize(event.target.value)}>
              {["10", "25", "50", "100", "200"].map((one) => (
                <option key={one} value={one}>
                  {one} km
                </option>
              ))}
            </select>
          </label>
        )}
        <Cuts layer={layer} />
        <Slider years={layer.years} year={year} change={setYear} />
      </div>
      {comparing && (
        <div className="row no-print">
          <label className="row">
            A
            <select value={otherRun} onChange={(event) => setOtherRun(event.target.value)} style={{ maxWidth: 260 }} aria-label={t("map.first_run")}>
              <option value="">{t("map.same_run")}</option>
              {runs
                .filter((one) => one.id !== run.id && one.unit === run.unit)
                .map((one) => (
                  <option key={one.id} value={one.id}>
                    {one.name} · {yearsOf(one)}
                  </option>
                ))}
            </select>
          </label>
          <select value={yearA} onChange={(event) => setOtherYear(event.target.value)} aria-label={t("map.first_year")}>
            {(before?.years ?? []).map((one) => (
              <option key={one}>{one}</option>
            ))}
          </select>
          <span className="quiet">B {year}</span>
        </div>
      )}
      {comparing && first.isError && <Failed error={first.error} />}
      {found.isError && <Failed error={found.error} />}
      {missing.length > 0 && <Partial>{t("map.missing", { names: missing.slice(0, 8).join(", "), count: missing.length })}</Partial>}
      <p className="quiet" role="status" style={{ margin: 0, minHeight: 20 }}>
        {told(over) || t("map.point")}
      </p>
      <Suspense fallback={<Loading height={480} />}>
        <div className={drawn.length > 1 ? "map-whole map-pair" : "map-whole"}>
          {drawn.map((one, at) => (
            <div key={at}>
              {one.title && <h3>{one.title}</h3>}
              <Stage key={`${pack.id} ${dark} ${i18n.language}`} pack={pack} outlines={outlines} label={t("map.label")} show={show} high={high !== ""} areas={one.areas} cells={one.cells} spots={one.spots} names={names} alarms={alarms} pinTitle={pinTitle} onPin={(pin) => why(pin.regions.join(","))} chosen={place} onPick={(kind, id) => kind === "areas" && layer.rows.some((row) => row.region === id) && open(id)} onOver={(kind, id) => setOver(kind && `${kind}:${id}`)} planes={planes} written={written} />
            </div>
          ))}
          <div className="map-foot">
            {show === "points" ? <p>{[cut, t("map.circles", { unit })].filter(Boolean).join(" · ")}</p> : <Legend scale={scale} by={by} unit={unit} cut={cut} />}
            <Printed pack={pack} />
          </div>
        </div>
      </Suspense>
      {sources && <p className="quiet">{restOf()}</p>}
      <PinDrawer called={called} />
      <p className="quiet">{printed[0]}</p>
    </Panel>
  );
}

/** Names of regions by their codes. */
function useCalled(layer: Layer, alarms: Alarm[]): (code: string) => string {
  const names = useMemo(() => new Map([...alarms, ...layer.rows].map((row) => [String(row.region), nameOf(row, "region")])), [layer, alarms]);
  return (code) => names.get(code) || code;
}

/** Regions with a figure that the pack does not have. */
function useMissing(layer: Layer, pack: Pack, outlines: Outlines | null): string[] {
  return useMemo(() => {
    const known = new Set(pack.about.codes ? Object.values(pack.about.codes) : (outlines?.features.map((one) => one.properties.code) ?? []));
    return layer.rows.filter((row) => !known.has(region(row))).map((row) => nameOf(row, "region"));
  }, [layer, pack, outlines]);
}

type Telling = { layer: Layer; sources: { rows: Record<string, unknown>[] } | undefined; show: Show; year: string; before: Layer | undefined; yearA: string; unit: string; by: number; outlines: Outlines | null };

/** What is said of what the pointer is over. */
function useTold({ layer, sources, show, year, before, yearA, unit, by, outlines }: Telling): (over: string) => string {
  const { t } = useTranslation();
  const amount = (row: Record<string, unknown> | undefined, of: string) => short(((row?.[of] as number | null) ?? NaN) / by);
  return (over) => {
    const [kind = "", id = ""] = over.split(/:(.*)/s);
    if (!id) return "";
    if (kind === "areas") {
      const row = layer.rows.find((one) => one.region === id);
      const name = (row && nameOf(row, "region")) || outlines?.features.find((one) => one.properties.code === id)?.properties.name || id;
      if (show !== "regions") return name;
      const old = before && `${yearA} ${amount(before.rows.find((one) => one.region === id), yearA)} → `;
      return `${name}: ${old ?? ""}${year} ${amount(row, year)} ${unit}`;
    }
    const row = sources?.rows.find((one) => spot(one) === id);
    const name = kind === "cells" ? t("map.cell", { count: Number(row?.sources ?? 0) }) : String(row?.name ?? id);
    return `${name}: ${amount(row, year)} ${unit}`;
  };
}
