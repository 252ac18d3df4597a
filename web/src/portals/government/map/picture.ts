import type { Map as Plane } from "maplibre-gl";
import { save } from "../../../shared/api";
import type { Label } from "./anchors";

type Told = { title: string; lines: string[]; legend: [string, string][]; unit: string; ground: string; text: string; quiet: string; name: string };

/** The maps as they are seen, with title, legend, source, publisher and review number, as PNG. */
export async function picture(planes: Iterable<Plane>, written: Map<Plane, Label[]>, told: Told): Promise<void> {
  const shots = await Promise.all([...planes].map((plane) => shot(plane)));
  const width = shots.reduce((sum, one) => sum + one.width, 0) + 32;
  const tall = Math.max(...shots.map((one) => one.height), 0);
  const ratio = 2;
  const sheet = document.createElement("canvas");
  sheet.width = width * ratio;
  sheet.height = (tall + 84 + told.lines.length * 18) * ratio;
  const pen = sheet.getContext("2d");
  if (!pen) return;
  pen.scale(ratio, ratio);
  pen.fillStyle = told.ground;
  pen.fillRect(0, 0, width, sheet.height);
  const family = getComputedStyle(document.body).fontFamily;
  const write = (text: string, x: number, y: number, colour: string, font = `12px ${family}`) => {
    pen.font = font;
    pen.fillStyle = colour;
    pen.fillText(text, x, y);
  };
  write(told.title, 16, 28, told.text, `600 16px ${family}`);
  let left = 16;
  for (const one of shots) {
    pen.drawImage(one.canvas, left, 40, one.width, one.height);
    pen.textAlign = "center";
    for (const { text, x, y } of written.get(one.plane) ?? []) {
      pen.font = `12px ${family}`;
      pen.strokeStyle = told.ground;
      pen.lineWidth = 3;
      pen.strokeText(text, left + x, 44 + y);
      write(text, left + x, 44 + y, told.text);
    }
    pen.textAlign = "left";
    left += one.width;
  }
  let at = 16;
  const below = tall + 62;
  write(told.unit, at, below, told.quiet);
  at += pen.measureText(told.unit).width + 14;
  for (const [colour, name] of told.legend) {
    pen.fillStyle = colour;
    pen.fillRect(at, below - 10, 20, 12);
    write(name, at + 26, below, told.text);
    at += 40 + pen.measureText(name).width;
  }
  told.lines.forEach((line, place) => write(line, 16, below + 22 + place * 18, told.quiet));
  const made = await new Promise<Blob | null>((done) => sheet.toBlob(done, "image/png"));
  if (made) save(made, `${told.name}.png`);
}

/** The canvas of a map right after it was drawn: later its buffer is empty. */
function shot(plane: Plane): Promise<{ plane: Plane; canvas: HTMLCanvasElement; width: number; height: number }> {
  return new Promise((done) => {
    plane.once("render", () => {
      const from = plane.getCanvas();
      const canvas = document.createElement("canvas");
      canvas.width = from.width;
      canvas.height = from.height;
      canvas.getContext("2d")?.drawImage(from, 0, 0);
      done({ plane, canvas, width: from.clientWidth, height: from.clientHeight });
    });
    plane.triggerRepaint();
  });
}
