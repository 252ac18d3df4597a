import { Segmented } from "antd";
import { type ExpressionSpecification, Map as Plane, NavigationControl, setWorkerUrl, type StyleSpecification } from "maplibre-gl";
import worker from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";
import "maplibre-gl/dist/maplibre-gl.css";
import { useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { short } from "../../../shared/numbers";
import { busy } from "../../../shared/ready";
import { colours, useTheme } from "../../../shared/theme";
import { bounds, classes, type Pack, type Place } from "./pack";

setWorkerUrl(worker);
/** One hue, light to dark; turned in the dark theme. */
const HUE = ["#d3ebe4", "#9fd2c4", "#63b3a0", "#2b8a76", "#0b5446"];

type Asked = { pack: Pack; fits: (Place | null)[]; scale: number; unit: string; label: (code: string) => string; open: (code: string) => void };

/** Outlines coloured by their amount, flat or as columns; a click opens the proof of the place. */
export default function Drawn({ pack, fits, scale, unit, label, open }: Asked) {
  const { t } = useTranslation();
  const { dark } = useTheme();
  const box = useRef<HTMLDivElement>(null);
  const plane = useRef<Plane | null>(null);
  const press = useRef(open);
  press.current = open;
  const [high, setHigh] = useState(false);
  const [over, setOver] = useState("");
  const own = colours(dark);
  const steps = useMemo(() => classes(fits.flatMap((one) => (one?.value && one.value > 0 ? [one.value] : []))), [fits]);
  const hue = useMemo(() => (dark ? [...HUE].reverse() : HUE).slice(-Math.max(1, steps.length)), [dark, steps]);
  const data = useMemo(() => {
    const top = steps.at(-1) ?? 1;
    const tint = (value: number | null | undefined) => (value && value > 0 ? (hue[steps.findIndex((end) => value <= end)] ?? "#888888") : own.line);
    return {
      type: "FeatureCollection" as const,
      features: pack.outlines.features.map((one, at) => ({ ...one, properties: { code: fits[at]?.code ?? "", tint: tint(fits[at]?.value), tall: Math.max(0, fits[at]?.value ?? 0) / top } })),
    };
  }, [pack, fits, steps, hue, own.line]);

  useEffect(() => {
    if (!box.current) return;
    const done = busy();
    const style: StyleSpecification = { version: 8, sources: {}, layers: [{ id: "ground", type: "background", paint: { "background-color": own.raised } }] };
    const made = new Plane({ container: box.current, style, bounds: bounds(pack.outlines), fitBoundsOptions: { padding: 24 }, attributionControl: false, fadeDuration: 0 });
    plane.current = made;
    made.addControl(new NavigationControl({ visualizePitch: true }));
    const late = setTimeout(done, 6000);
    made.once("idle", done);
    made.on("click", "areas", (event) => {
      const code = String(event.features?.[0]?.properties.code ?? "");
      if (code) press.current(code);
    });
    made.on("mousemove", "areas", (event) => setOver(String(event.features?.[0]?.properties.code ?? "")));
    made.on("mouseleave", "areas", () => setOver(""));
    return () => {
      clearTimeout(late);
      done();
      made.remove();
      plane.current = null;
    };
  }, [pack, dark]); // eslint-disable-line

  useEffect(() => {
    const made = plane.current;
    if (!made) return;
    const draw = () => {
      for (const layer of ["columns", "lines", "areas"]) if (made.getLayer(layer)) made.removeLayer(layer);
      if (made.getSource("areas")) made.removeSource("areas");
      made.addSource("areas", { type: "geojson", data: data as never });
      const tint: ExpressionSpecification = ["get", "tint"];
      made.addLayer({ id: "areas", type: "fill", source: "areas", paint: { "fill-color": tint } });
      made.addLayer({ id: "lines", type: "line", source: "areas", paint: { "line-color": own.surface, "line-width": 1 } });
      if (high) {
        const box = bounds(pack.outlines);
        const most = Math.max(box[2] - box[0], box[3] - box[1]) * 16_000;
        made.addLayer({ id: "columns", type: "fill-extrusion", source: "areas", paint: { "fill-extrusion-color": tint, "fill-extrusion-height": ["*", ["get", "tall"], most], "fill-extrusion-opacity": 0.9 } });
      }
      made.easeTo({ pitch: high ? 50 : 0, duration: window.matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 400 });
    };
    if (made.isStyleLoaded()) draw();
    else made.once("load", draw);
  }, [data, high, own.surface, pack]);

  const named = fits.find((one) => one?.code === over);
  return (
    <>
      <div className="row between">
        <span role="status">{named ? `${label(named.code)}: ${short((named.value ?? NaN) / scale)} ${unit}` : t("map.point")}</span>
        <Segmented size="small" value={high ? "3d" : "2d"} onChange={(value) => setHigh(value === "3d")} options={[{ value: "2d", label: t("map.flat") }, { value: "3d", label: t("map.columns") }]} />
      </div>
      <div ref={box} role="application" aria-label={t("map.label")} style={{ height: "max(420px, calc(100vh - 420px))" }} />
      <ul className="row plain-list" aria-label={t("map.legend")} style={{ listStyle: "none", padding: 0, margin: 0 }}>
        {steps.map((end, at) => (
          <li key={end} className="row">
            <span aria-hidden="true" style={{ width: 22, height: 12, background: hue[at] }} /> ≤ {short(end / scale)}
          </li>
        ))}
        <li className="row">
          <span aria-hidden="true" style={{ width: 22, height: 12, background: own.line }} /> {t("map.unknown")}
        </li>
        <li className="quiet">{unit}</li>
      </ul>
    </>
  );
}
