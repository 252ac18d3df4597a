import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { lazy, Suspense, useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useParam } from "../../../shared/address";
import { get, type Page as Rows, query } from "../../../shared/api";
import { useUnit } from "../../../shared/numbers";
import { Page, Panel } from "../../../shared/page";
import { Answered, Empty, Failed, Loading, Partial, Synthetic } from "../../../shared/states";
import { type Column, DataTable } from "../../../shared/table";
import { gasOf, useTable, yearsOf } from "../inventory/ask";
import { sourceOf } from "../inventory/charts";
import { Figure, useProofAddress } from "../inventory/figure";
import { nameOf, proofKey } from "../inventory/look";
import { ProofDrawer } from "../inventory/proof";
import type { Row, Run, Seen } from "../inventory/types";
import { Link } from "../../../shared/link";
import { useNavigate } from "react-router";
import { useChosen } from "../overview/chosen";
import { Load } from "./load";
import { drop, kept, type Pack, placed } from "./pack";

const Drawn = lazy(() => import("./drawn"));
type Region = { code: string; name_zh: string; name_en: string; gb2260: string };

/** The carbon map: regions by their emissions; without outlines, how to load them, and the ranking. */
export default function Carbon() {
  const { t } = useTranslation();
  const { waiting, error, run, runs, pick } = useChosen();
  const client = useQueryClient();
  const pack = useQuery({ queryKey: ["map-pack"], queryFn: kept, retry: false, staleTime: Infinity });
  const again = () => void client.invalidateQueries({ queryKey: ["map-pack"] });
  const head = run && (
    <label className="row">
      {t("overview.run")}
      <select value={run.id} onChange={(event) => pick(event.target.value)} style={{ maxWidth: 280 }}>
        {runs.map((one) => (
          <option key={one.id} value={one.id}>
            {one.name} · {yearsOf(one)}
          </option>
        ))}
      </select>
    </label>
  );
  return (
    <Page title={t("section.map")} about={t("map.about")} actions={head}>
      {waiting || pack.isPending ? (
        <Loading />
      ) : error ? (
        <Failed error={error} />
      ) : !run ? (
        <Panel>
          <Empty title={t("overview.none")} hint={t("overview.none_hint")}>
            <Link to="/gov/inventory/new">{t("inventory.new")}</Link>
          </Empty>
        </Panel>
      ) : (
        <Shown key={run.id} run={run} pack={pack.data ?? null} again={again} />
      )}
      <ProofDrawer />
    </Page>
  );
}

function Shown({ run, pack, again }: { run: Run; pack: Pack | null; again: () => void }) {
  const { t } = useTranslation();
  const go = useNavigate();
  const address = useProofAddress();
  const { unit, scale } = useUnit(gasOf(run.unit));
  const years = useTable<Seen>(query(`/runs/${run.id}/table`, { by: "period", sort: "period", limit: 200 }));
  const known = years.data?.rows.map((row) => String(row.period)) ?? [];
  const [picked, setYear] = useParam("year");
  const year = known.includes(picked) ? picked : (known.at(-1) ?? "");
  const path = query(`/runs/${run.id}/table`, { by: "region", cell: known.length > 1 ? [`period=${year}`] : [] });
  const found = useTable<Seen>(query(path, { limit: 5000 }), year !== "");
  const regions = useQuery({ queryKey: ["regions"], staleTime: Infinity, enabled: pack !== null, queryFn: () => get<Rows<Region>>("/regions?limit=10000") });
  const rows = useMemo(() => found.data?.rows.filter((row) => row.region) ?? [], [found.data]);
  const places = useMemo(() => {
    const names = new Map(regions.data?.rows.map((one) => [one.code, [one.name_zh, one.name_en, one.gb2260]]));
    return rows.map((row) => ({ code: String(row.region), names: [...(names.get(String(row.region)) ?? []), String(row.region_name ?? "")], value: row.emission as number | null }));
  }, [rows, regions.data]);
  const fits = useMemo(() => (pack ? placed(pack.outlines, places) : []), [pack, places]);
  const cell = (region: string) => ({ region, ...(known.length > 1 ? { period: year } : {}) });
  const missing = pack ? rows.filter((row) => !fits.some((one) => one?.code === row.region)) : [];
  const columns: Column<Row>[] = [
    { key: "region_name", title: t("dim.region"), width: 110, show: (row) => nameOf(row, "region", ["region"]) || t("inventory.unstated") },
    { key: "emission", title: t("inventory.emission", { unit }), kind: "tonnes", width: 140, show: (row) => <Figure of={`runs/${run.id}`} cell={cell(String(row.region ?? ""))} value={row.emission as number | null} /> },
    { key: "share", title: t("inventory.share"), kind: "share", width: 70 },
  ]; // prettier-ignore
  return (
    <>
      {run.synthetic && <Synthetic />}
      {known.length > 1 && <Slider years={known} year={year} change={setYear} />}
      <div className="grid">
        <div className={pack ? "span-8" : "span-6"}>
          <Panel title={pack ? t("map.title", { year, unit }) : t("map.load")}>
            {pack ? (
              <>
                {missing.length > 0 && <Partial>{t("map.missing", { names: missing.map((row) => nameOf(row, "region")).join(", ") })}</Partial>}
                <Suspense fallback={<Loading height={480} />}>
                  <Drawn pack={pack} fits={fits} scale={scale} unit={unit} label={(code) => nameOf(rows.find((row) => row.region === code) ?? {}, "region") || code} open={(code) => void go(address(proofKey(`runs/${run.id}`, cell(code))))} />
                </Suspense>
                <p className="quiet">
                  {t("map.by", { publisher: pack.publisher, licence: pack.licence })} · {pack.review ? t("map.review", { number: pack.review }) : <strong>{t("map.no_review")}</strong>}
                </p>
                <p className="quiet">
                  {t("chart.source")}
                  {sourceOf(run)}{" "}
                  <Button type="link" size="small" onClick={() => void drop().then(again)}>
                    {t("map.drop")}
                  </Button>
                </p>
              </>
            ) : (
              <Load done={again} />
            )}
          </Panel>
        </div>
        <div className={pack ? "span-4" : "span-6"}>
          <Panel title={t("map.ranking")}>
            <Answered of={found}>{(answer) => <DataTable<Row> name="regions" label={t("map.ranking")} path={path} rows={answer.rows} columns={columns} rowKey={(row) => String(row.region)} height={460} />}</Answered>
          </Panel>
        </div>
      </div>
    </>
  );
}

/** The year that is shown; plays through them, unless the system asks for no motion. */
function Slider({ years, year, change }: { years: string[]; year: string; change: (year: string) => void }) {
  const { t } = useTranslation();
  const [plays, setPlays] = useState(false);
  const place = years.indexOf(year);
  useEffect(() => {
    if (!plays) return;
    if (place >= years.length - 1) return setPlays(false);
    const wait = setTimeout(() => change(years[place + 1] ?? ""), 900);
    return () => clearTimeout(wait);
  }, [plays, place, years, change]);
  const play = () => {
    if (!plays && place >= years.length - 1) change(years[0] ?? "");
    setPlays(!plays);
  };
  return (
    <div className="row">
      <Button onClick={play} aria-pressed={plays}>
        {t(plays ? "map.stop" : "map.play")}
      </Button>
      <input type="range" min={0} max={years.length - 1} value={place} onChange={(event) => change(years[Number(event.target.value)] ?? "")} aria-label={t("dim.period")} aria-valuetext={year} style={{ width: 320 }} />
      <strong>{year}</strong>
    </div>
  );
}

