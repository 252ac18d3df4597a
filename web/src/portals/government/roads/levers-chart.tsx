import { useQuery } from "@tanstack/react-query";
import { Segmented } from "antd";
import { useTranslation } from "react-i18next";
import { useParam } from "../../../shared/address";
import { ask } from "../../../shared/api";
import { percent, short, UNKNOWN } from "../../../shared/numbers";
import { Picture, type PictureData } from "../../../shared/picture";
import { Answered } from "../../../shared/states";
import type { Panel, Total, Wedges } from "./levers";
import { inMoney, useAmount } from "./levers-list";
import type { Road } from "./types";

const VIEWS = ["total", "wedges"] as const;
type Asked = { scenario: string; levers: Record<string, number | number[]> };

/** The total against path and baseline with its band, or what each group of levers takes off. */
export function Emission({ road, panel, total, asked }: { road: Road; panel: Panel; total: Total; asked: Asked }) {
  const { t } = useTranslation();
  const [see, look] = useParam("see");
  const view = see === "wedges" ? "wedges" : "total";
  const frame = { kind: "lines" as const, unit: panel.unit, factor: 1, scaled: panel.unit, monthly: false, x: total.years };
  const line = (name: string, values: (number | null)[], dashed = false) => ({ name, values, low: null, high: null, dashed, points: false });
  const shown: PictureData = {
    ...frame,
    title: t("levers.chart"),
    lines: [
      { ...line(t("levers.total"), total.total), low: total.p5, high: total.p95 },
      line(t("levers.baseline"), total.baseline, true),
      ...(total.path.some((one) => one !== null) ? [line(t("levers.path"), total.path)] : []),
    ],
    stacked: [],
  };
  return (
    <>
      <Segmented
        className="no-print"
        size="small"
        value={view}
        onChange={(value) => look(value === "wedges" ? "wedges" : "")}
        aria-label={t("levers.view")}
        options={VIEWS.map((value) => ({ value, label: t(`levers.see_${value}`) }))}
      />
      {view === "total" ? (
        <Picture data={shown} source={t("levers.source", { name: road.name, version: road.number, draws: total.draws })} name="levers-total" still />
      ) : (
        <Parts road={road} asked={asked} frame={frame} />
      )}
    </>
  );
}

type Framed = Pick<Extract<PictureData, { kind: "lines" }>, "kind" | "unit" | "factor" | "scaled" | "monthly" | "x">;

function Parts({ road, asked, frame }: { road: Road; asked: Asked; frame: Framed }) {
  const { t, i18n } = useTranslation();
  const found = useQuery({
    queryKey: ["road-wedges", road.id, i18n.language, asked],
    queryFn: ({ signal }) => ask<Wedges>(`/roads/${road.id}/wedges`, asked, signal),
    staleTime: Infinity,
    retry: false,
  });
  const line = (name: string, values: number[], dashed = false) => ({ name, values, low: null, high: null, dashed, points: false });
  return (
    <Answered of={found}>
      {({ baseline, total, parts, sampled }) => (
        <Picture
          data={{
            ...frame,
            title: t("levers.wedges"),
            lines: [line(t("levers.baseline"), baseline, true), line(t("levers.total"), total)],
            stacked: [...parts].reverse().map((one) => ({ name: one.title, values: one.less })),
          }}
          source={t("levers.source_wedges", { name: road.name, version: road.number })}
          notes={sampled ? [t("levers.sampled")] : []}
          name="levers-wedges"
          still
        />
      )}
    </Answered>
  );
}

/** Emission of a year, against baseline and path, and what it costs. */
export function Figures({ of, panel, year }: { of: Total; panel: Panel; year: number }) {
  const { t } = useTranslation();
  const { scale, unit, value } = useAmount(panel);
  const at = of.years.indexOf(year);
  const emission = of.total[at] ?? 0;
  const against = (other: number | null | undefined) => (other ? `${emission > other ? "+" : ""}${percent((100 * (emission - other)) / Math.abs(other))}` : UNKNOWN);
  const path = of.path[at];
  const rows: [string, string, string][] = [
    [t("levers.in", { year }), short(emission / scale), `${unit} · p5–p95 ${short((of.p5[at] ?? 0) / scale)} – ${short((of.p95[at] ?? 0) / scale)}`],
    [t("levers.against_baseline"), against(of.baseline[at]), value(of.baseline[at])],
    ...(panel.target === null ? [] : ([[t("levers.against_path"), against(path), typeof path === "number" ? value(path) : t("levers.no_path")]] as [string, string, string][])),
    ...(of.chance === null ? [] : ([[t("levers.chance", { year: panel.target }), percent(100 * of.chance), ""]] as [string, string, string][])),
    [t("levers.cost", { year }), inMoney(of.cost[at]), [t("levers.money"), panel.prices ? t("levers.prices", { year: panel.prices }) : ""].filter(Boolean).join(" · ")],
  ];
  return (
    <dl className="told-figures">
      {rows.map(([name, value, note]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            <strong>{value}</strong>
            {note && <small className="quiet">{note}</small>}
          </dd>
        </div>
      ))}
    </dl>
  );
}
