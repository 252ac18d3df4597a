import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useParam } from "../../../shared/address";
import { Page, Panel } from "../../../shared/page";
import { Answered, Failed, Loading } from "../../../shared/states";
import { useAboutRun } from "../inventory/ask";
import { ProofDrawer } from "../inventory/proof";
import type { Run, RunRow } from "../inventory/types";
import { useChosen } from "../overview/chosen";
import { NoInventory } from "../overview/no-inventory";
import { useAlarms, useOutlines, useValues } from "./ask";
import { Board } from "./board";
import { Load, Packs, useMaps } from "./packs";
import { PlaceDrawer } from "./place";
import { useCell } from "./shown";
import { Shown as Tabled } from "./table";
import type { Layer, Of, Pack } from "./types";
import "./map.css";

/** The carbon map: regions, points and cells over the years; without outlines, how to load them, and the ranking. */
export default function Carbon() {
  const { t } = useTranslation();
  const { waiting, error, run, runs, pick } = useChosen();
  const aboutRun = useAboutRun(runs);
  const head = run && (
    <label className="row">
      {t("overview.run")}
      <select value={run.id} onChange={(event) => pick(event.target.value)} style={{ maxWidth: 280 }}>
        {runs.map((one) => (
          <option key={one.id} value={one.id}>
            {one.name} · {aboutRun(one)}
          </option>
        ))}
      </select>
    </label>
  );
  return (
    <Page title={t("section.map")} about={t("map.about")} actions={head}>
      {waiting ? (
        <Loading />
      ) : error ? (
        <Failed error={error} />
      ) : !run ? (
        <Panel>
          <NoInventory />
        </Panel>
      ) : (
        <Shown key={run.id} run={run} runs={runs} />
      )}
      <ProofDrawer />
    </Page>
  );
}

function Shown({ run, runs }: { run: Run; runs: RunRow[] }) {
  const [level] = useParam("level");
  const of = { run: run.series, cell: useCell() };
  const values = useValues(of, level);
  return (
    <>
      <Answered of={values}>{(layer) => <Mapped run={run} runs={runs} of={of} layer={layer} />}</Answered>
    </>
  );
}

type Asked = { run: Run; runs: RunRow[]; of: Of; layer: Layer };

function Mapped({ run, runs, of, layer }: Asked) {
  const { t } = useTranslation();
  const maps = useMaps();
  const alarms = useAlarms();
  const [picked, setYear] = useParam("year");
  const [wanted, choose] = useParam("pack");
  const [adding, setAdding] = useState(false);
  const packs = maps.data?.rows ?? [];
  const pack = choice(packs, wanted, layer.level ?? "");
  const outlines = useOutlines(pack);
  const own = run.last_day.slice(0, 4);
  const year = [picked, own].find((one) => layer.years.includes(one)) ?? layer.years.at(-1) ?? "";
  const loaded = (made?: Pack) => {
    setAdding(false);
    if (made) choose(made.id);
  };
  const drawn = pack && !adding;
  return (
    <>
      <div className="grid">
        <div className={drawn ? "span-8" : "span-6"}>
          {maps.isPending ? (
            <Loading height={480} />
          ) : maps.isError ? (
            <Failed error={maps.error} />
          ) : !drawn ? (
            <Panel title={t("map.load")}>
              <Load done={loaded} />
            </Panel>
          ) : outlines.isFetching && !outlines.data ? (
            <Loading height={480} />
          ) : outlines.isError ? (
            <Failed error={outlines.error} />
          ) : (
            <Board {...{ run, runs, of, layer, year, setYear, pack, outlines: outlines.data ?? null, alarms: alarms.data?.rows ?? [] }} tools={<Packs packs={packs} pack={pack} choose={choose} add={() => setAdding(true)} />} />
          )}
        </div>
        <div className={drawn ? "span-4" : "span-6"}>
          <Tabled run={run} of={of} layer={layer} year={year} />
        </div>
      </div>
      <PlaceDrawer run={run} of={of} runs={runs} layer={layer} year={year} alarms={alarms.data?.rows ?? []} />
    </>
  );
}

/** The pack that was picked, else the newest one that has regions of the level, else the newest. */
function choice(packs: Pack[], wanted: string, level: string): Pack | null {
  return packs.find((one) => one.id === wanted) ?? packs.find((one) => (one.about.levels[level] ?? 0) > 0) ?? packs[0] ?? null;
}
