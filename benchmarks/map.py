"""The carbon map with 3,000 districts and 20 years, drawn by software: frames a second while panning, zooming and playing.

    .venv/bin/python benchmarks/map.py [--districts 3000] [--years 20] [--points 60] [--pictures FOLDER]

Both windows of the tests, flat and as columns, in one run. Districts bear real codes; their outlines are made here: a jagged grid over the country with shared borders, so many points
to a side as told; their figures are given to the page in place of the server's answer. The server is a process of its own, the browser Debian's Chromium with SwiftShader. Frames are
counted by MapLibre's own event of a drawn frame while centre or zoom change a little with every one; a year is timed from the
press to the frame in which the colours have changed. The time of the processor that all of the browser took for a frame tells
what a machine without other work would reach.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import json
import math
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
import polars as pl
from playwright.sync_api import Page, sync_playwright

from browsing import ARGUMENTS, LARGE, SMALL, chromium
from processes import Served, prepared
from tanheng.atlas import by_place
from tanheng.codes import regions

WEST, SOUTH, EAST, NORTH = 75.0, 19.0, 133.0, 52.0
FLOOR = 30.0
MOVE = """async ([seconds, zooms]) => {
  const [map] = window.tanhengMaps;
  const centre = map.getCenter(), zoom = map.getZoom();
  let frames = 0, longest = 0, last = performance.now();
  const count = () => { const now = performance.now(); longest = Math.max(longest, now - last); last = now; frames += 1; };
  map.on('render', count);
  const began = performance.now();
  await new Promise((done) => {
    const step = () => {
      const at = (performance.now() - began) / 1000;
      if (at > seconds) return done();
      map.jumpTo(zooms ? {zoom: zoom + 1 - Math.cos(at * 2)} : {center: [centre.lng + 2 * Math.sin(at * 2), centre.lat + Math.cos(at * 2)]});
      requestAnimationFrame(step);
    };
    step();
  });
  map.off('render', count);
  map.jumpTo({center: centre, zoom});
  return {frames, fps: frames / ((performance.now() - began) / 1000), longest_ms: longest};
}"""
YEARS = """async () => {
  const [map] = window.tanhengMaps;
  const slider = document.querySelector('.map-slide input');
  const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set;
  const times = [];
  for (let year = 0; year <= Number(slider.max); year += 1) {
    const began = performance.now();
    const drawn = new Promise((done) => { const wait = () => { map.once('render', () => done()); }; wait(); });
    set.call(slider, String(year));
    slider.dispatchEvent(new Event('input', {bubbles: true}));
    slider.dispatchEvent(new Event('change', {bubbles: true}));
    await Promise.race([drawn, new Promise((done) => setTimeout(done, 3000))]);
    times.push(performance.now() - began);
    await new Promise((done) => setTimeout(done, 150));
  }
  return times.slice(1).sort((a, b) => a - b);
}"""


def side(first: tuple[float, float], last: tuple[float, float], points: int) -> list[list[float]]:
    """A jagged line that is the same from both ends."""
    turned = first > last
    one, two = (last, first) if turned else (first, last)
    chance = random.Random(f"{one}{two}")
    step = math.dist(one, two) / 12
    inner = [
        [one[0] + (two[0] - one[0]) * at / points + chance.uniform(-step, step), one[1] + (two[1] - one[1]) * at / points + chance.uniform(-step, step)]
        for at in range(1, points)
    ]  # fmt: skip
    line = [list(one), *inner, list(two)]
    return line[::-1] if turned else line


def outlines(codes: list[str], points: int) -> bytes:
    columns = math.ceil(math.sqrt(len(codes) * 1.6))
    lines = math.ceil(len(codes) / columns)
    chance = random.Random(4)
    corner = {
        (x, y): (WEST + (EAST - WEST) * (x + chance.uniform(-0.25, 0.25)) / columns, SOUTH + (NORTH - SOUTH) * (y + chance.uniform(-0.25, 0.25)) / lines)
        for x in range(columns + 1)
        for y in range(lines + 1)
    }  # fmt: skip
    features = []
    for at, code in enumerate(codes):
        x, y = at % columns, at // columns
        around = [corner[x, y], corner[x + 1, y], corner[x + 1, y + 1], corner[x, y + 1], corner[x, y]]
        ring = [around[0], *(point for one, two in itertools.pairwise(around) for point in side(one, two, points)[1:])]  # fmt: skip
        features.append({"type": "Feature", "properties": {"adcode": code}, "geometry": {"type": "Polygon", "coordinates": [[[round(a, 5), round(b, 5)] for a, b in ring]]}})  # fmt: skip
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def values(codes: list[str], years: int) -> dict[str, Any]:
    """What the server would answer for a layer of districts: a walk of each over the years."""
    chance = random.Random(5)
    spans = [str(year) for year in range(2020 - years + 1, 2021)]
    rows = []
    for code in codes:
        amount = chance.lognormvariate(8, 1)
        row: dict[str, Any] = {"region": f"CN-{code}", "region_name": code}
        for year in spans:
            amount *= chance.uniform(0.93, 1.1)
            row[year] = amount
        rows.append(row)
    whole = {year: sum(row[year] for row in rows) for year in spans}
    return {"unit": "t CO2e", "gwp": "AR5", "runs": [], "synthetic": True, "level": "district", "levels": ["district"],
            "years": spans, "whole": whole, "rest": dict.fromkeys(spans, 0.0), "rows": rows, "total": len(rows), "next": None}  # fmt: skip


def rolled(codes: list[str], years: int) -> float:
    """Seconds in which the server adds up as many rows by place and year; the best of five."""
    sums = pl.DataFrame([(f"CN-{code}", str(2020 - year), 10**12 + year) for code in codes for year in range(years)],
                        schema=["region", "year", "emission_nano"], orient="row")  # fmt: skip
    times = []
    for _ in range(5):
        began = time.perf_counter()
        by_place(sums, "district")
        times.append(time.perf_counter() - began)
    return round(min(times), 3)


def filled(served: Served, codes: list[str], asked: argparse.Namespace) -> dict[str, Any]:
    def upload(name: str, content: bytes) -> str:
        answer = served.client.post("/uploads", files={"file": (name, content)})
        answer.raise_for_status()
        return str(answer.json()["id"])

    def job(path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = served.client.post(path, json=body)
        answer.raise_for_status()
        found = served.job(answer.json()["job"], "done", "failed", seconds=600, every=0.2)
        assert found["state"] == "done", found
        return dict(found["done"])

    table = upload(
        "one.csv", f"entity,period,region,item,amount,unit\n甲,2020,{codes[0]},柴油,1,t\n".encode()
    )
    data = job("/datasets", {"upload": table, "name": "one", "synthetic": True})["dataset"]
    run = job("/runs", {"dataset": data, "method": "ipcc-2006-stationary", "name": "one"})["run"]
    content = outlines(codes, asked.points)
    pack = upload("districts.geojson", content)
    began = time.perf_counter()
    made = served.client.post("/maps", json={"upload": pack, "name": "synthetic", "publisher": "benchmark", "licence": "none", "code_property": "adcode"})  # fmt: skip
    made.raise_for_status()
    checked = time.perf_counter() - began
    return {"run": run, "pack": made.json()["id"], "pack_mb": round(len(content) / 1e6, 1),
            "pack_check_s": round(checked, 2), "places": made.json()["places"], "roll_up_s": rolled(codes, asked.years)}  # fmt: skip


def moved(page: Page, name: str, seconds: float, *, zooms: bool = False) -> dict[str, Any]:
    """Frames a second while it moves, the longest of them, and the time of the processor for one."""
    began = processor()
    found = page.evaluate(MOVE, [seconds, zooms])
    spent = 1000 * (processor() - began) / max(found["frames"], 1)
    return {f"{name}_fps": round(found["fps"], 1), f"{name}_longest_ms": round(found["longest_ms"]), f"{name}_cpu_ms": round(spent, 1)}  # fmt: skip


def processor() -> float:
    """Seconds of the processor that the browser with all its processes has taken; it is below this one."""
    parents, spent, names = {}, {}, {}
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            name, fields = (folder / "stat").read_text().rsplit(")", 1)
            told = fields.split()
            parents[folder.name], names[folder.name] = told[1], name.partition("(")[2]
            spent[folder.name] = (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")
    mine = [str(os.getpid())]
    for one in mine:
        mine += [child for child, parent in parents.items() if parent == one]
    return sum(spent[one] for one in mine if "chrom" in names.get(one, ""))


def shown(page: Page, served: Served, held: dict[str, Any], *, high: bool) -> dict[str, Any]:
    began = time.perf_counter()
    more = "&high=1" if high else ""
    page.goto(f"http://127.0.0.1:{served.port}/gov/map?run={held['run']}&pack={held['pack']}{more}")
    page.wait_for_selector("html[data-ready=yes]", state="attached", timeout=120_000)
    page.wait_for_timeout(1500)
    found = {"ready_s": round(time.perf_counter() - began - 1.5, 1), **moved(page, "pan", 8), **moved(page, "zoom", 8, zooms=True)}  # fmt: skip
    page.wait_for_timeout(1000)
    years = page.evaluate(YEARS)
    page.get_by_role("button", name="Play").click()
    return {**found, "year_ms": round(years[len(years) // 2]), "year_p95_ms": round(years[int(len(years) * 0.95)]), **moved(page, "play", 10)}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--districts", type=int, default=3000)
    parser.add_argument("--years", type=int, default=20)
    parser.add_argument("--points", type=int, default=15, help="points to a side of a district")
    parser.add_argument("--pictures", type=Path)
    asked = parser.parse_args()
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False).stdout.strip()  # fmt: skip
    known = [one.gb2260 for one in regions("district") if one.gb2260]
    codes = known[: asked.districts]
    seen: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as play:
        data = Path(folder) / "data"
        prepared(data)
        with Served(data, rate_person=0, rate_source=0) as served:
            held = filled(served, codes, asked)
            browser = play.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
            layer = values(codes, asked.years)
            for (width, height), high in itertools.product((SMALL, LARGE), (False, True)):
                context = browser.new_context(viewport={"width": width, "height": height}, locale="en-GB")
                context.add_init_script("localStorage.setItem('tanheng-lang', 'en')")
                context.add_cookies([{"name": one.name, "value": one.value or "", "domain": "127.0.0.1", "path": "/"} for one in served.client.cookies.jar])  # fmt: skip
                page = context.new_page()
                page.route("**/api/v1/maps/values*", lambda route: route.fulfill(json=layer))
                told = {"window": f"{width}x{height}", "form": "columns" if high else "flat", "load": round(os.getloadavg()[0], 1)}  # fmt: skip
                seen.append(told | shown(page, served, held, high=high))
                if asked.pictures:
                    page.screenshot(path=asked.pictures / f"map-{width}-{told['form']}.png")
                context.close()
            version = browser.version
            browser.close()
    print("| " + " | ".join(seen[0]) + " |\n|" + " --- |" * len(seen[0]))
    for one in seen:
        print("| " + " | ".join(map(str, one.values())) + " |")
    print(json.dumps({"commit": commit, "chromium": version, "cores": os.cpu_count(), "districts": len(codes), "years": asked.years, **held}, indent=1))  # fmt: skip
    sys.exit(min(one[f"{name}_fps"] for one in seen for name in ("pan", "zoom", "play")) < FLOOR)


if __name__ == "__main__":
    main()
