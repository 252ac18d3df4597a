import { Button, Dropdown, Segmented } from "antd";
import { BarChart, CustomChart, LineChart, SankeyChart, ScatterChart, TreemapChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, MarkLineComponent, TooltipComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { LabelLayout } from "echarts/features";
import { CanvasRenderer, SVGRenderer } from "echarts/renderers";
import type { EChartsOption } from "echarts";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { download, query, save } from "./api";
import { type Column, csv } from "./columns";
import { busy } from "./ready";
import { labelled, useLabel } from "./synthetic";
import { DataTable } from "./table";
import { colours, printing, useTheme } from "./theme";

echarts.use([
  BarChart, CustomChart, LineChart, SankeyChart, ScatterChart, TreemapChart,
  AriaComponent, GridComponent, LegendComponent, MarkLineComponent, TooltipComponent,
  CanvasRenderer, LabelLayout, SVGRenderer,
]); // prettier-ignore

export type ChartOption = EChartsOption;
type Row = Record<string, unknown>;

type Asked = {
  /** Says what is seen. */
  title: string;
  option: ChartOption;
  /** The same numbers as a table. */
  columns: Column<Row>[];
  rows: Row[];
  /** Sentences beneath the chart, also in the pictures that are saved: what it leaves out, where its series breaks. */
  notes?: string[];
  /** Where they come from, with the number of the release. */
  source: string;
  /** Name of the files that are saved, and of the table in the address. */
  name: string;
  /** The API's table of the same numbers: gives XLSX. */
  path?: string;
  height?: number;
  onPick?: (event: { name: string; seriesName?: string; dataIndex: number; data: unknown }) => void;
};

export default function Drawn({ title, option, columns, rows, notes = [], source, name, path, height = 360, onPick }: Asked) {
  const { t, i18n } = useTranslation();
  const { dark } = useTheme();
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<echarts.ECharts | null>(null);
  const [table, setTable] = useState(false);
  const label = useLabel();
  const pick = useRef(onPick);
  pick.current = onPick;
  const whole = complete(option, title, dark);
  const text = JSON.stringify([whole, dark, i18n.language], (_, value: unknown) => (typeof value === "function" ? String(value) : value));

  useEffect(() => {
    if (table || !box.current) return;
    const made = echarts.init(box.current, dark ? "dark" : undefined, { renderer: "canvas" });
    chart.current = made;
    made.on("click", (event) => pick.current?.({ name: event.name, seriesName: event.seriesName, dataIndex: event.dataIndex, data: event.data }));
    const fit = new ResizeObserver(() => made.resize());
    fit.observe(box.current);
    return () => {
      fit.disconnect();
      made.dispose();
      chart.current = null;
    };
  }, [dark, table]);

  useEffect(() => {
    const made = chart.current;
    if (!made) return;
    const done = busy();
    made.on("finished", done);
    made.setOption(whole, { notMerge: true });
    if (printing()) made.getZr().flush();
    const late = setTimeout(done, 1500);
    return () => {
      clearTimeout(late);
      if (!made.isDisposed()) made.off("finished", done);
      done();
    };
  }, [text, dark, table]); // eslint-disable-line

  async function keep(form: string) {
    if (form === "csv" || (form === "xlsx" && !path)) {
      const cells = rows.map((row) => columns.map((one) => row[one.key]));
      const [heads, lines] = labelled(columns.map((one) => one.title), cells, label); // prettier-ignore
      save(new Blob([csv(heads, lines)], { type: "text/csv;charset=utf-8" }), `${name}.csv`);
    } else if (form === "xlsx" && path) {
      await download(query(path, { format: "xlsx" }), `${name}.xlsx`);
    } else {
      const image = await picture(whole, { title, foot: [...notes, source], label: label?.word ?? "", dark, form, width: box.current?.clientWidth ?? 960, height });
      save(image, `${name}.${form}`);
    }
  }

  const forms = ["png", "svg", path ? "xlsx" : "csv"].map((key) => ({ key, label: key.toUpperCase() }));
  return (
    <figure className="chart" aria-label={title}>
      <div className="row between">
        <h3>{title}</h3>
        <div className="row no-print">
          <Segmented
            size="small"
            value={table ? "table" : "chart"}
            onChange={(value) => setTable(value === "table")}
            aria-label={t("chart.view")}
            options={["chart", "table"].map((value) => ({ value, label: t(`chart.${value}`) }))}
          />
          <Dropdown menu={{ items: forms, onClick: ({ key }) => void keep(key) }} trigger={["click"]}>
            <Button size="small">{t("chart.save")}</Button>
          </Dropdown>
        </div>
      </div>
      {table ? (
        <DataTable name={`chart-${name}`} label={title} columns={columns} rows={rows} path={path} rowKey={(_, place) => String(place)} height={height} />
      ) : (
        <div ref={box} role="img" aria-label={`${title}. ${t("chart.as_table")}`} style={{ height, width: "100%" }} />
      )}
      {notes.map((one) => (
        <p key={one} className="note">
          {one}
        </p>
      ))}
      <figcaption className="quiet">
        {t("chart.source")}
        {source}
      </figcaption>
    </figure>
  );
}

/** What every chart has: colours of the theme, no ground of its own, text for those who cannot see it, no motion where none is wanted. */
function complete(option: ChartOption, title: string, dark: boolean): ChartOption {
  const own = colours(dark);
  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const line = { lineStyle: { color: own.line } };
  const axis = (one: unknown): unknown =>
    Array.isArray(one)
      ? one.map(axis)
      : one && {
          ...(one as object),
          axisLine: { ...line, ...(one as { axisLine?: object }).axisLine },
          splitLine: { ...line, ...(one as { splitLine?: object }).splitLine },
          axisLabel: { color: own.quiet, ...(one as { axisLabel?: object }).axisLabel },
          nameTextStyle: { color: own.quiet, ...(one as { nameTextStyle?: object }).nameTextStyle },
        };
  return {
    backgroundColor: "transparent",
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily.replaceAll('"', "'"), color: own.text },
    animation: !still && !printing(),
    animationDuration: 300,
    aria: { enabled: true, label: { description: title } },
    ...option,
    tooltip: option.tooltip && { backgroundColor: own.surface, borderColor: own.line, textStyle: { color: own.text }, confine: true, ...option.tooltip },
    ...(option.xAxis ? { xAxis: axis(option.xAxis) as ChartOption["xAxis"] } : {}),
    ...(option.yAxis ? { yAxis: axis(option.yAxis) as ChartOption["yAxis"] } : {}),
  };
}

type Picture = { title: string; foot: string[]; label: string; dark: boolean; form: string; width: number; height: number };

/** The chart with its title, its notes and source line, and the mark of synthetic data, as SVG or, drawn from it, as PNG at twice the size. */
async function picture(option: ChartOption, { title, foot, label, dark, form, width, height }: Picture): Promise<Blob> {
  const own = colours(dark);
  const made = echarts.init(null, dark ? "dark" : undefined, { renderer: "svg", ssr: true, width, height });
  made.setOption({ ...option, animation: false });
  const inner = made.renderToSVGString();
  made.dispose();
  const safe = (text: string) => text.replace(/[&<>]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[sign] ?? "");
  const lines = foot.flatMap((one) => wrapped(one, width - 32));
  const tall = height + 52 + 18 * lines.length;
  const mark = label && `<text x="${width - 16}" y="28" font-size="14" font-weight="600" text-anchor="end" fill="${own.warning}">${safe(label)}</text>`;
  const beneath = lines.map((one, place) => `<text x="16" y="${height + 58 + 18 * place}" font-size="12" fill="${own.quiet}">${safe(one)}</text>`).join("");
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${tall}" font-family="sans-serif">
<rect width="100%" height="100%" fill="${own.surface}"/><text x="16" y="28" font-size="16" font-weight="600" fill="${own.text}">${safe(title)}</text>${mark}
<g transform="translate(0,40)">${inner}</g>${beneath}</svg>`;
  const vector = new Blob([svg], { type: "image/svg+xml" });
  if (form === "svg") return vector;
  const image = new Image();
  image.src = URL.createObjectURL(vector);
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = width * 2;
  canvas.height = tall * 2;
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  URL.revokeObjectURL(image.src);
  return new Promise((done, fail) => canvas.toBlob((blob) => (blob ? done(blob) : fail(new Error("PNG"))), "image/png"));
}

/** A sentence in lines of a width in pixels: letters of 12 px, Chinese ones as wide as high, others about half. */
export function wrapped(text: string, width: number): string[] {
  const lines = [""];
  let at = 0;
  for (const word of text.match(/[\u2e80-\uffef]|[^\u2e80-\uffef\s]+\s*|\s+/g) ?? []) {
    const size = [...word].reduce((sum, letter) => sum + (/[\u2e80-\uffef]/.test(letter) ? 12 : 6.6), 0);
    if (at + size > width && at > 0) {
      lines.push("");
      at = 0;
    }
    lines[lines.length - 1] += word;
    at += size;
  }
  return lines;
}
