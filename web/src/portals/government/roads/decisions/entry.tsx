import { useTranslation } from "react-i18next";
import { useParam } from "../../../../shared/address";
import { Drawer } from "../../../../shared/drawer";
import { Link } from "../../../../shared/link";
import { usePicked } from "../../../../shared/measure";
import { full, percent, short, UNKNOWN, when } from "../../../../shared/numbers";
import { Facts } from "../../../../shared/page";
import { Answered } from "../../../../shared/states";
import { said } from "../../../../shared/words";
import { measured, titled } from "../shown";
import type { Road } from "../types";
import { type DecisionRow, type Entry, useEntry } from "./ask";

/** One decision as it was entered: levers with their effect, on what it rests, its hash and the one before. */
export function EntryDrawer({ road, rows }: { road: Road; rows: DecisionRow[] }) {
  const { t } = useTranslation();
  const [number] = useParam("decision");
  const row = rows.find((one) => String(one.number) === number);
  return (
    <Drawer name="decision" title={t("decisions.one", { number })} width={760}>
      {(shown) => row && <Found road={road} row={row} number={shown} />}
    </Drawer>
  );
}

function Found({ road, row, number }: { road: Road; row: DecisionRow; number: string }) {
  return <Answered of={useEntry(road.id, number)}>{(entry) => <Told road={road} row={row} of={entry} />}</Answered>;
}

function Told({ road, row, of }: { road: Road; row: DecisionRow; of: Entry }) {
  const { t } = useTranslation();
  const version = road.versions.find((one) => one.number === row.version);
  const main = of.cause?.main;
  const { scale, unit } = measured(row.unit, "amount", usePicked());
  const cell = main && main.cell !== "total" ? ` · ${main.cell}` : "";
  return (
    <div className="stack">
      <Facts
        of={[
          [t("decisions.who"), `${row.who} (${row.login})`],
          [t("decisions.at"), when(row.at)],
          [t("decisions.year"), String(row.year)],
          [t("decisions.share"), `${percent(row.share === null ? null : row.share * 100)} · ${row.verdict}`],
          [t("decisions.cause"), main ? `${road.facts.factors?.[main.factor] ?? main.factor}${cell} ${short(main.effect / scale, 4)} ${unit}` : UNKNOWN],
          [t("decisions.note"), row.note || UNKNOWN],
          [t("decisions.analysis"), version ? <Link key="a" to={`/gov/roads/${version.id}/deviation?kind=deviation&at.deviation=${row.analysis}`}>{t("decisions.open_analysis", { version: row.version })}</Link> : UNKNOWN],
          ...(row.review ? [[t("decisions.states.reviewed"), `${row.reviewed_in} · ${row.reviewed_by} · ${when(row.reviewed_at)}${row.review_note ? ` · ${row.review_note}` : ""}`] as [string, string]] : []),
        ]}
      />
      <h3>{of.levers.length > 0 ? t("decisions.levers") : t("decisions.nothing")}</h3>
      {of.levers.length > 0 && <Levers of={of} unit={unit} scale={scale} />}
      <Facts
        of={[
          [t("decisions.hash"), <code key="h" className="whole-hash">{of.hash}</code>],
          [t("decisions.previous"), of.previous ? <code key="p" className="whole-hash">{of.previous}</code> : UNKNOWN],
          ...Object.entries(of.files).map(([name, hash]) => [name, <code key={name} className="whole-hash">{hash}</code>] as [string, React.ReactNode]),
        ]}
      />
    </div>
  );
}

function Levers({ of, unit, scale }: { of: Entry; unit: string; scale: number }) {
  const { t } = useTranslation();
  const last = Math.max(...Object.keys(of.levers[0]?.effect ?? {}).map(Number));
  return (
    <table className="plain levers">
      <thead>
        <tr>
          <th scope="col">{t("decisions.lever")}</th>
          <th scope="col" className="right">{t("decisions.from")}</th>
          <th scope="col" className="right">{t("decisions.depth")}</th>
          <th scope="col" className="right">{titled(t("decisions.less", { year: last }), unit)}</th>
        </tr>
      </thead>
      <tbody>
        {of.levers.map((one) => (
          <tr key={one.lever}>
            <td>{said(one.title)}</td>
            <td className="right">{Object.entries(one.depth).find(([, depth]) => depth > 1e-7)?.[0] ?? UNKNOWN}</td>
            <td className="right">{percent(100 * Math.max(...Object.values(one.depth)))}</td>
            <td className="right" title={full(one.effect[last])}>{short((one.effect[last] ?? 0) / scale, 4)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
