import { Button, Dropdown, Segmented } from "antd";
import { BarChart, CustomChart, LineChart, SankeyChart, TreemapChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { CanvasRenderer, SVGRenderer } from "echarts/renderers";
import type { EChartsOption } from "echarts";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { download, query, save } from "./api";
import { type Column, csv } from "./columns";
import { busy } from "./ready";
import { DataTable } from "./table";
import { colours, useTheme } from "./theme";

echarts.use([
  BarChart, CustomChart, LineChart, SankeyChart, TreemapChart,
  AriaComponent, GridComponent, LegendComponent, TooltipComponent,
  CanvasRenderer, SVGRenderer,
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
  /** Where they come from, with the number of the release. */
  source: string;
  /** Name of the files that are saved, and of the table in the address. */
  name: string;
  /** The API's table of the same numbers: gives XLSX. */
  path?: string;
  height?: number;
  onPick?: (event: { name: string; seriesName?: string; dataIndex: number; data: unknown }) => void;
};

export default function Drawn({ title, option, columns, rows, source, name, path, height = 360, onPick }: Asked) {
  const { t, i18n } = useTranslation();
  const { dark } = useTheme();
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<echarts.ECharts | null>(null);
  const [table, setTable] = useState(false);
  const pick = useRef(onPick);
  pick.current = onPick;
  const whole = complete(option, title, dark);
  const text = JSON.stringify([whole, dark, i18n.language], (_, value: unknown) => (typeof value === "function" ? String(value) : value));

  useEffect(() => {
    if (table || !box.current) return;
    const done = busy();
    const made = echarts.init(box.current, dark ? "dark" : undefined, { renderer: "canvas" });
    chart.current = made;
    made.on("finished", done);
    made.on("click", (event) => pick.current?.({ name: event.name, seriesName: event.seriesName, dataIndex: event.dataIndex, data: event.data }));
    made.setOption(whole);
    const late = setTimeout(done, 1500);
    const fit = new ResizeObserver(() => made.resize());
    fit.observe(box.current);
    return () => {
      clearTimeout(late);
      done();
      fit.disconnect();
      made.dispose();
      chart.current = null;
    };
  }, [text, table]); // eslint-disable-line

  async function keep(form: string) {
    if (form === "csv" || (form === "xlsx" && !path)) {
      const cells = rows.map((row) => columns.map((one) => row[one.key]));
      save(new Blob([csv(columns.map((one) => one.title), cells)], { type: "text/csv;charset=utf-8" }), `${name}.csv`);
    } else if (form === "xlsx" && path) {
      await download(query(path, { format: "xlsx" }), `${name}.xlsx`);
    } else {
      const image = await picture(whole, { title, source, dark, form, width: box.current?.clientWidth ?? 960, height });
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
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: own.text },
    animation: !still,
    animationDuration: 300,
    aria: { enabled: true, label: { description: title } },
    ...option,
    tooltip: option.tooltip && { backgroundColor: own.surface, borderColor: own.line, textStyle: { color: own.text }, confine: true, ...option.tooltip },
    ...(option.xAxis ? { xAxis: axis(option.xAxis) as ChartOption["xAxis"] } : {}),
    ...(option.yAxis ? { yAxis: axis(option.yAxis) as ChartOption["yAxis"] } : {}),
  };
}

type Picture = { title: string; source: string; dark: boolean; form: string; width: number; height: number };

/** The chart with its title and source line, as SVG or, drawn from it, as PNG at twice the size. */
async function picture(option: ChartOption, { title, source, dark, form, width, height }: Picture): Promise<Blob> {
  const own = colours(dark);
  const made = echarts.init(null, dark ? "dark" : undefined, { renderer: "svg", ssr: true, width, height });
  made.setOption({ ...option, animation: false });
  const inner = made.renderToSVGString();
  made.dispose();
  const safe = (text: string) => text.replace(/[&<>]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[sign] ?? "");
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height + 76}" font-family="sans-serif">
<rect width="100%" height="100%" fill="${own.surface}"/><text x="16" y="28" font-size="16" font-weight="600" fill="${own.text}">${safe(title)}</text>
<g transform="translate(0,40)">${inner}</g><text x="16" y="${height + 62}" font-size="12" fill="${own.quiet}">${safe(source)}</text></svg>`;
  const vector = new Blob([svg], { type: "image/svg+xml" });
  if (form === "svg") return vector;
  const image = new Image();
  image.src = URL.createObjectURL(vector);
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = width * 2;
  canvas.height = (height + 76) * 2;
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  URL.revokeObjectURL(image.src);
  return new Promise((done, fail) => canvas.toBlob((blob) => (blob ? done(blob) : fail(new Error("PNG"))), "image/png"));
}
