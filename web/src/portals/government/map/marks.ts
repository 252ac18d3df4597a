import type { LngLat, Map as Plane } from "maplibre-gl";
import { type Anchor, apart, gathered, type Label, type Pin, standing } from "./anchors";
import type { Alarm } from "./types";

/** What is written over a map: names by weight, alarms, and where regions stand. */
export type Marked = {
  names: [string, string][];
  alarms: Alarm[];
  places: Map<string, Anchor>;
  title: (pin: Pin) => string;
  open: (pin: Pin) => void;
  wrote: (names: Label[]) => void;
};
const REST = 120;

/** Names and pins as elements of the page: one layer that is shifted while the map is dragged, and written anew when it rests. */
export function marks(plane: Plane): { show: (marked: Marked) => void; remove: () => void } {
  const layer = document.createElement("div");
  layer.className = "map-marks";
  plane.getCanvasContainer().append(layer);
  let shown: Marked | null = null;
  let stood: { centre: LngLat; zoom: number; bearing: number; x: number; y: number };
  let waiting: ReturnType<typeof setTimeout> | undefined;

  function write() {
    const centre = plane.getCenter();
    stood = { centre, zoom: plane.getZoom(), bearing: plane.getBearing(), ...plane.project(centre) };
    layer.style.cssText = "";
    if (!shown) return;
    const { clientWidth: width, clientHeight: height } = plane.getContainer();
    const { names, alarms, places, title, open, wrote } = shown;
    const at = (code: string) => {
      const place = standing(places, code);
      return place && plane.project(place);
    };
    const pins = gathered(alarms.flatMap((alarm) => [at(alarm.region)].flatMap((spot) => (spot ? [{ alarm, x: spot.x, y: spot.y }] : []))), width, height);
    const wanted = names.flatMap(([code, text]): Label[] => [at(code)].flatMap((spot) => (spot ? [{ text, x: spot.x, y: spot.y }] : [])));
    const kept = apart(wanted, width, height, pins.map((pin) => pin.box));
    const held = layer.contains(document.activeElement) ? document.activeElement?.getAttribute("data-regions") : null;
    layer.replaceChildren(...kept.map(nameOf), ...pins.map((pin) => pinOf(pin, title(pin), () => open(pin))));
    if (held) layer.querySelector<HTMLElement>(`[data-regions="${held}"]`)?.focus();
    wrote(kept);
  }
  function move() {
    const dragged = plane.getPitch() === 0 && plane.getZoom() === stood.zoom && plane.getBearing() === stood.bearing;
    const { x, y } = plane.project(stood.centre);
    layer.style.cssText = dragged ? `transform: translate(${x - stood.x}px, ${y - stood.y}px)` : "opacity: 0";
    clearTimeout(waiting);
    waiting = setTimeout(write, REST);
  }
  write();
  plane.on("move", move);
  plane.on("resize", move);
  return {
    show: (marked) => {
      shown = marked;
      write();
    },
    remove: () => {
      clearTimeout(waiting);
      plane.off("move", move);
      plane.off("resize", move);
      layer.remove();
    },
  };
}

function nameOf({ text, x, y }: Label): HTMLElement {
  const element = document.createElement("span");
  element.className = "map-name";
  element.textContent = text;
  element.setAttribute("aria-hidden", "true");
  element.style.transform = `translate(${x}px, ${y}px) translate(-50%, -50%)`;
  return element;
}

function pinOf(pin: Pin, title: string, open: () => void): HTMLElement {
  const element = document.createElement("button");
  element.type = "button";
  element.className = `map-pin ${pin.errors ? "error" : "warning"}`;
  element.textContent = String(pin.alarms);
  element.title = title;
  element.dataset.regions = pin.regions.join(",");
  element.setAttribute("aria-label", title);
  element.style.transform = `translate(${pin.box[0]}px, ${pin.box[1]}px)`;
  element.addEventListener("click", (event) => {
    event.stopPropagation();
    open();
  });
  return element;
}
