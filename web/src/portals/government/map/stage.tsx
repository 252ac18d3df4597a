import type { MapMouseEvent, Map as Plane } from "maplibre-gl";
import { type RefObject, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { busy } from "../../../shared/ready";
import { colours, useTheme } from "../../../shared/theme";
import { type Anchor, anchors, extent, type Label, type Pin } from "./anchors";
import { marks } from "./marks";
import { fill, FITTED, ink, known, made, raise, tallest } from "./plane";
import { called } from "./called";
import type { Alarm, Ink, Outlines, Pack, Show, Spot } from "./types";

type Asked = {
  pack: Pack;
  outlines: Outlines | null;
  label: string;
  show: Show;
  high: boolean;
  areas: Map<string, Ink>;
  cells: { data: unknown; inks: Map<string, Ink> };
  spots: Spot[];
  /** Codes by weight, with their names: the first ones are written first. */
  names: [string, string][];
  alarms: Alarm[];
  pinTitle: (pin: Pin) => string;
  onPin: (pin: Pin) => void;
  chosen: string;
  onPick: (kind: "areas" | "cells" | "spots", id: string) => void;
  onOver: (kind: "areas" | "cells" | "spots" | "", id: string) => void;
  /** Maps that move together. */
  planes: RefObject<Set<Plane>>;
  /** What is written on the map at present, for pictures. */
  written: RefObject<Map<Plane, Label[]>>;
};

const still = () => window.matchMedia("(prefers-reduced-motion: reduce)").matches;
const KINDS = ["spots", "cells-high", "cells", "areas-high", "areas"] as const;

/** One map: outlines with colours, columns, cells or circles; names and pins as elements of the page, without any glyph file. */
export default function Stage(asked: Asked) {
  const { pack, outlines, show, high, areas, cells, spots, planes, written } = asked;
  const { t } = useTranslation();
  const { dark } = useTheme();
  const own = colours(dark);
  const box = useRef<HTMLDivElement>(null);
  const [plane, setPlane] = useState<Plane | null>(null);
  const now = useRef(asked);
  now.current = asked;
  const drawn = useRef({ areas: new Map<string, Ink>(), cells: new Map<string, Ink>(), spots: new Map<string, Ink>() });
  const untiled = useMemo(() => (outlines ? anchors(outlines.features) : null), [outlines]);
  const [tiled, setTiled] = useState(new Map<string, Anchor>());
  const places = untiled ?? tiled;

  useEffect(() => {
    if (!box.current) return;
    const done = busy();
    const paint = { ground: own.raised, unknown: own.line, line: own.surface, chosen: own.text, spot: dark ? "#f0b75e" : "#b86a00" };
    const locale = { "NavigationControl.ZoomIn": t("map.zoom_in"), "NavigationControl.ZoomOut": t("map.zoom_out"), "NavigationControl.ResetBearing": t("map.north"), "Map.Title": asked.label, "Marker.Title": "" };
    const regions = asked.names.map(([code]) => code);
    const opened = untiled && extent(untiled, regions);
    const one = made(box.current, pack, outlines, paint, tallest(pack.about.bounds), opened ?? pack.about.bounds, locale);
    const group = planes.current;
    const late = setTimeout(done, 8000);
    drawn.current = { areas: new Map(), cells: new Map(), spots: new Map() };
    one.once("load", () => setPlane(one));
    const seen = () => void one.once("idle", () => setTimeout(done, 50));
    if (untiled) seen();
    else
      one.once("idle", () => {
        const found = extent(known(one, pack), regions);
        if (found) one.fitBounds(found, { ...FITTED, animate: false });
        one.triggerRepaint();
        seen();
      });
    if (!untiled) one.on("idle", () => setTiled((before) => known(one, pack, before)));
    one.on("move", (event) => {
      if ((event as { together?: boolean }).together) return;
      for (const other of group) if (other !== one) other.jumpTo({ center: one.getCenter(), zoom: one.getZoom(), bearing: one.getBearing(), pitch: one.getPitch() }, { together: true });
    });
    const hit = (event: MapMouseEvent) => {
      const [found] = one.queryRenderedFeatures(event.point, { layers: KINDS.filter((layer) => one.getLayer(layer)) });
      const kind = (found?.layer.id.replace("-high", "") ?? "") as "areas" | "cells" | "spots" | "";
      const raw = String(found?.id ?? "");
      return { kind, id: kind === "areas" ? (pack.about.codes?.[raw] ?? raw) : raw };
    };
    one.on("click", (event) => {
      const { kind, id } = hit(event);
      if (kind && id) now.current.onPick(kind, id);
    });
    let waiting = 0;
    one.on("mousemove", (event) => {
      cancelAnimationFrame(waiting);
      waiting = requestAnimationFrame(() => {
        if (one.isMoving()) return;
        const { kind, id } = hit(event);
        now.current.onOver(kind, id);
      });
    });
    one.on("mouseout", () => now.current.onOver("", ""));
    group.add(one);
    (window as { tanhengMaps?: Set<Plane> }).tanhengMaps = group;
    return () => {
      clearTimeout(late);
      cancelAnimationFrame(waiting);
      done();
      group.delete(one);
      written.current.delete(one);
      setPlane(null);
      one.remove();
    };
  }, []); // eslint-disable-line -- another pack, theme or language is another stage

  useEffect(() => {
    if (!plane) return;
    const inks = show === "regions" ? called(areas, pack) : new Map<string, Ink>();
    ink(plane, "areas", inks, drawn.current.areas, pack);
    drawn.current.areas = inks;
  }, [plane, areas, show, pack]);

  useEffect(() => {
    if (plane) fill(plane, "cells", cells.data);
  }, [plane, cells.data]);
  useEffect(() => {
    if (!plane) return;
    ink(plane, "cells", cells.inks, drawn.current.cells, pack);
    drawn.current.cells = cells.inks;
  }, [plane, cells.inks, pack]);

  const key = spots.map((one) => one.id).join("|");
  useEffect(() => {
    if (!plane) return;
    const features = spots.map((one) => ({ type: "Feature", properties: { key: one.id }, geometry: { type: "Point", coordinates: one.at } }));
    fill(plane, "spots", { type: "FeatureCollection", features });
  }, [plane, key]); // eslint-disable-line
  useEffect(() => {
    if (!plane) return;
    const inks = new Map(spots.map((one) => [one.id, one.ink]));
    ink(plane, "spots", inks, drawn.current.spots, pack);
    drawn.current.spots = inks;
  }, [plane, spots, pack]);

  const celled = show === "hexagon" || show === "square";
  useEffect(() => {
    if (plane) raise(plane, high && show !== "points", celled, still());
  }, [plane, high, celled, show]);

  useEffect(() => {
    if (!plane) return;
    const raws = pack.about.codes ? Object.keys(pack.about.codes).filter((raw) => pack.about.codes?.[raw] === asked.chosen) : [asked.chosen];
    const property = pack.kind === "pmtiles" ? pack.about.code_property : "code";
    plane.setFilter("chosen", ["in", ["to-string", ["get", property]], ["literal", raws.filter(Boolean)]]);
  }, [plane, asked.chosen, pack]);

  const over = useRef<ReturnType<typeof marks> | null>(null);
  useEffect(() => {
    if (!plane) return;
    const made = marks(plane);
    over.current = made;
    return () => {
      made.remove();
      over.current = null;
    };
  }, [plane]);
  useEffect(() => {
    if (!plane) return;
    const { pinTitle, onPin } = now.current;
    over.current?.show({ names: asked.names, alarms: asked.alarms, places, title: pinTitle, open: onPin, wrote: (names) => written.current.set(plane, names) });
  }, [plane, places, asked.names, asked.alarms]); // eslint-disable-line

  return <div ref={box} className="map-stage" role="application" aria-label={asked.label} />;
}
