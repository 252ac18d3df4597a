"""Pictures of the web application for the documentation, of the demonstration as it stands: .venv/bin/python tools/pictures.py

Starts ``tanheng serve --demo`` on a folder of its own, opens each page of `PAGES` in Chromium in both languages, and writes
docs/assets/web/NAME-LANGUAGE.png. The web application must be built (`make web`). No outlines ship, so the map is of shapes that
are made here around the synthetic enterprises of each city, and says so; the enterprises are held against the cities.
"""

from __future__ import annotations

import json
import math
import re
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx
import polars as pl
from playwright.sync_api import Browser, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
from a_road import flat
from browsing import ARGUMENTS, ROOT, SMALL, chromium, drawn
from tanheng.serve.demo_data import PACK

Point = tuple[float, float]
OTHERS = {"CN-2106": (124.3, 40.5), "CN-2107": (121.2, 41.3), "CN-2109": (121.9, 42.0), "CN-2113": (120.4, 41.7), "CN-2114": (120.7, 40.7)}  # fmt: skip
"""Made-up middles of the cities without enterprises."""
SOURCES = {
    "合成：企业能源消费": """entity,period,item,amount,unit
甲厂（合成）,2022,煤炭,61000,t
乙厂（合成）,2022,煤炭,36500,t
甲厂（合成）,2022,柴油,940,t
乙厂（合成）,2022,焦炭,21800,t
甲厂（合成）,2022,天然气,52,万m3
甲厂（合成）,2023,煤炭,60200,t
乙厂（合成）,2023,煤炭,41900,t
甲厂（合成）,2023,柴油,955,t
乙厂（合成）,2023,焦炭,22600,t
""",
    "合成：能源平衡表": """entity,period,item,amount,unit
合成市,2022,煤炭,99800,t
合成市,2022,柴油,980,t
合成市,2022,焦炭,19500,t
合成市,2022,天然气,71,万m3
合成市,2023,煤炭,101300,t
合成市,2023,柴油,1210,t
合成市,2023,焦炭,22900,t
""",
}
CITIES, PLANTS = "合成：辽宁各市 2014–2023", "合成：辽宁重点企业 2014–2023"
FOLDER = ROOT / "docs" / "assets" / "web"
PAGES = {
    "overview": ("analyst", "/gov/overview"),
    "screen": ("analyst", "/gov/overview/screen"),
    "alarms": ("analyst", "/gov/overview/alarms"),
    "map": ("analyst", "/gov/map?run={cities}"),
    "map-columns": ("analyst", "/gov/map?run={cities}&high=1"),
    "map-points": ("analyst", "/gov/map?run={plants}&show=points"),
    "map-cells": ("analyst", "/gov/map?run={plants}&show=hexagon&size=50"),
    "data": ("analyst", "/gov/data"),
    "places": ("analyst", "/gov/data/places"),
    "upload": ("analyst", "/gov/data/upload"),
    "doubts": ("analyst", "/gov/doubts"),
    "sources": ("analyst", "/gov/sources/{sources}"),
    "catalogue": ("analyst", "/gov/catalogue"),
    "explorer": ("analyst", "/gov/inventory/{run}/explore?rows=item&view=bars"),
    "sankey": ("analyst", "/gov/inventory/{run}/explore?view=sankey"),
    "proof": ("analyst", "/gov/inventory/{run}/explore?proof=runs/{run}%3Fitem%3Dcoal"),
    "gpc": ("analyst", "/gov/inventory/{cities}/gpc?entity=沈阳市"),
    "quality": ("analyst", "/gov/inventory/{run}/quality"),
    "releases": ("approver", "/gov/releases"),
    "road": ("analyst", "/gov/roads/{road}/summary"),
    "factors": ("analyst", "/gov/factors"),
    "method": ("analyst", "/gov/methods/cn-provincial-2011"),
    "jobs": ("analyst", "/gov/jobs"),
    "people": ("security", "/gov/admin/people"),
    "audit": ("audit", "/gov/admin/audit"),
}


def main() -> None:
    """All pictures, or those that are named."""
    wanted = sys.argv[1:] or list(PAGES)
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        command = [sys.executable, "-m", "tanheng", "serve", "--demo", "--data", folder, "--port", str(port)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        try:
            password = _password(process)
            base = f"http://127.0.0.1:{port}"
            ids = _ids(base, password)
            with sync_playwright() as play:
                browser = play.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
                for login in dict.fromkeys(PAGES[name][0] for name in wanted):
                    for lang in ("zh", "en"):
                        page = _signed_in(browser, base, login, password, lang)
                        for name in wanted:
                            if PAGES[name][0] == login:
                                page.goto(base + PAGES[name][1].format(**ids))
                                drawn(page)
                                page.wait_for_timeout(800)
                                page.screenshot(path=FOLDER / f"{name}-{lang}.png")
                        page.context.close()
        finally:
            process.terminate()
            process.wait(20)


def _password(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    for line in process.stdout:
        if found := re.search(r"demo-[\w-]+", line):
            return found[0]
    raise SystemExit("the demonstration did not start")


def _ids(base: str, password: str) -> dict[str, str]:
    """The inventory of Sichuan 2021, those of the synthetic cities and enterprises, and what is made here of these."""
    ends = time.monotonic() + 60
    with httpx.Client(base_url=f"{base}/api/v1", timeout=60) as client:
        while time.monotonic() < ends:
            try:
                me = client.post("/session", json={"login": "analyst", "password": password})
                break
            except httpx.TransportError:
                time.sleep(0.2)
        client.headers["x-csrf-token"] = me.json()["csrf"]
        runs = {one["name"]: one["id"] for one in client.get("/runs").json()["rows"]}
        plants, balance = (_done(client, "/datasets", {"upload": _upload(client, f"{name}.csv", rows), "name": name, "region": "CN-21", "synthetic": True})["dataset"] for name, rows in SOURCES.items())  # fmt: skip
        sources = _done(client, "/sources/bottom-up", {"name": "合成：企业之和与平衡表", "enterprises": [plants], "balance": balance})["sources"]  # fmt: skip
        pack = {"upload": _upload(client, "shapes.geojson", json.dumps(_shapes())), "name": "合成形状", "publisher": "碳衡文档", "licence": "CC0，合成，不是真实边界", "review": "不适用：合成形状"}  # fmt: skip
        client.post("/maps", json=pack).raise_for_status()
        road = _road(client)
    return {"run": runs["四川省 2021"], "cities": runs[CITIES], "plants": runs[PLANTS], "sources": sources, "road": road}  # fmt: skip


def _road(client: httpx.Client) -> str:
    """The example of Sichuan with the newest of its analyses."""
    files = [_upload(client, name, content.decode()) for name, content in flat().items()]
    road = _done(client, "/roads", {"name": "四川省路径（示例）", "files": files, "region": "CN-51"})["road"]
    for kind in ("index", "deviation", "scenarios", "cap", "gate", "finance"):
        _done(client, f"/roads/{road}/analyses", {"kind": kind})
    return road


def _upload(client: httpx.Client, name: str, content: str) -> str:
    return str(client.post("/uploads", files={"file": (name, content.encode())}).json()["id"])


def _done(client: httpx.Client, path: str, asked: dict[str, Any]) -> dict[str, str]:
    job = client.post(path, json=asked).json()["job"]
    while (found := client.get(f"/jobs/{job}").json())["state"] not in ("done", "failed"):
        time.sleep(0.2)
    return dict(found["done"])


def _shapes() -> dict[str, Any]:
    """A made-up shape for each synthetic city: what is nearer to the middle of its enterprises than to that of any other's."""
    plants = (
        pl.read_csv(PACK / "synthetic_enterprises.csv")
        .group_by("region")
        .agg(pl.mean("longitude", "latitude"))
        .sort("region")
    )
    spots = OTHERS | {
        one["region"]: (one["longitude"], one["latitude"]) for one in plants.iter_rows(named=True)
    }
    features = []
    for region, (x, y) in spots.items():
        ring = [(x + 0.9 * math.cos(at * math.tau / 24), y + 0.7 * math.sin(at * math.tau / 24)) for at in range(24)]  # fmt: skip
        for other in spots.values():
            if other != (x, y):
                ring = _nearer(ring, (x, y), other)
        drawn = {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}
        features.append({"type": "Feature", "properties": {"code": region.removeprefix("CN-") + "00"}, "geometry": drawn})  # fmt: skip
    return {"type": "FeatureCollection", "features": features}


def _nearer(ring: list[Point], here: Point, there: Point) -> list[Point]:
    """The part of a convex ring that is nearer to one point than to another."""
    line = [there[0] - here[0], there[1] - here[1]]
    middle = (sum(one * one for one in there) - sum(one * one for one in here)) / 2
    beyond = [one[0] * line[0] + one[1] * line[1] - middle for one in ring]
    kept = []
    for at, one in enumerate(ring):
        after = (at + 1) % len(ring)
        if beyond[at] <= 0:
            kept.append(one)
        if (beyond[at] < 0) != (beyond[after] < 0):
            part = beyond[at] / (beyond[at] - beyond[after])
            kept.append((one[0] + part * (ring[after][0] - one[0]), one[1] + part * (ring[after][1] - one[1])))  # fmt: skip
    return kept


def _signed_in(browser: Browser, base: str, login: str, password: str, lang: str) -> Page:
    context = browser.new_context(
        viewport={"width": SMALL[0], "height": SMALL[1]},
        reduced_motion="reduce",
        locale="zh-CN" if lang == "zh" else "en-GB",
    )
    context.add_init_script(f"localStorage.setItem('tanheng-lang', '{lang}')")
    page = context.new_page()
    page.goto(base)
    page.locator("input[name=login], input").first.fill(login)
    page.locator("input[type=password]").fill(password)
    page.keyboard.press("Enter")
    page.wait_for_selector("nav", timeout=30_000)
    return page


if __name__ == "__main__":
    main()
