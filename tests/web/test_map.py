"""The carbon map as an analyst uses it: loads a pack, plays, compares, opens a place, supposes, saves a picture."""

from __future__ import annotations

import json
import re
import struct
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from browsing import LARGE, ROOT, Api, Site, drawn, go, seen_again, seen_by
from looks import looked_at
from shared import SHARED

LONG = 30_000
NAMES = frozenset({"GeoJSON", "PMTiles", "LMDI", "api", "places", "entity", "name", "longitude", "latitude", "tanheng", "map", "demo"})  # fmt: skip
CITIES = {"510100": (103.0, 30.0), "510300": (104.6, 28.9), "510400": (101.2, 26.1), "510500": (105.0, 27.9), "510600": (103.9, 31.1), "510700": (104.2, 31.5)}  # fmt: skip
TILES = ROOT / "tests" / "api" / "files" / "squares.pmtiles"


def _pack() -> bytes:
    """Real outlines where they are beside the repository, for tests only; else squares."""
    if SHARED is not None:
        found = json.loads(
            (SHARED / "boundaries_cn_tianditu" / "cities_liaoning_sichuan.geojson").read_text("utf-8")
        )
        areas = [one for one in found["features"] if one["properties"]["province_adcode"] == "510000"]
        for one in areas:
            one["properties"] = {key: one["properties"][f"city_{key}"] for key in ("adcode", "name")}
        return json.dumps({"type": "FeatureCollection", "features": areas}).encode()
    areas = [
        {
            "type": "Feature",
            "properties": {"adcode": code, "name": code},
            "geometry": {"type": "Polygon", "coordinates": [[[x, y], [x + 1, y], [x + 1, y + 1], [x, y]]]},
        }
        for code, (x, y) in CITIES.items()
    ]
    return json.dumps({"type": "FeatureCollection", "features": areas}).encode()


def _rows() -> str:
    lines = ["entity,period,region,sector,item,amount,unit"]
    for at, code in enumerate(CITIES):
        for year in range(2015, 2021):
            if (at, year) == (5, 2015):
                continue
            for sector, item, amount, unit in (
                ("工业", "一般烟煤", 9000 - 900 * at + 300 * (year - 2015), "t"),
                ("工业", "电力", 5000 * (at + 1) * (1 + 0.1 * (year - 2015)), "MWh"),
                ("商业", "柴油", 400 + 50 * at - 20 * (year - 2015), "t"),
            ):
                lines.append(f"厂{code},{year},{code},{sector},{item},{amount:.6g},{unit}")
    return "\n".join(lines) + "\n"


@pytest.fixture(scope="module")
def mapped(site: Site) -> dict[str, str]:
    """Cities of six years, synthetic; a pack, coordinates of all but one plant, and doubts of one city."""
    api = Api(site, "wang")
    upload = api.upload("cities.csv", _rows().encode())
    data = api.job("/datasets", {"upload": upload, "name": "地图城市", "region": "CN-51", "synthetic": True})
    run = api.job("/runs", {"dataset": data["dataset"], "method": "gpc-cn", "name": "地图城市"})["run"]
    spots = ["entity,name,longitude,latitude,region"]
    spots += [
        f"厂{code},{code} 热电厂,{x + 0.6},{y + 0.3},{code}" for code, (x, y) in list(CITIES.items())[:5]
    ]
    table = api.upload("places.csv", ("\n".join(spots) + "\n").encode())
    answer = api.http.post("/places", json={"upload": table, "source": "synthetic"})
    assert answer.json()["places"] == 5, answer.text
    odd = api.upload(
        "odd.csv", "entity,period,item,amount,unit\n甲,2020,煤炭,1,t\n甲,2021,煤炭,x,t\n".encode()
    )
    api.job("/datasets", {"upload": odd, "name": "地图疑点", "region": "CN-5101"})
    pack = api.http.post("/maps", json={"upload": api.upload("sichuan.geojson", _pack()), "name": "测试用边界", "publisher": "测试", "licence": "仅供测试", "name_property": "name"})  # fmt: skip
    assert pack.status_code == 201, pack.text
    tiles = api.http.post("/maps", json={"upload": api.upload("squares.pmtiles", TILES.read_bytes()), "name": "瓦片", "publisher": "测试", "licence": "仅供测试", "review": "图审（2026）0001号"})  # fmt: skip
    assert tiles.status_code == 201, tiles.text
    return {"run": run, "pack": pack.json()["id"], "tiles": tiles.json()["id"]}


def _at(mapped: dict[str, str], pack: str = "pack", **more: str) -> str:
    asked = {"run": mapped["run"], "pack": mapped[pack], **more}
    return "/gov/map?" + "&".join(f"{key}={value}" for key, value in asked.items())


VIEWS: dict[str, dict[str, str]] = {
    "regions": {},
    "columns": {"high": "1"},
    "points": {"show": "points"},
    "hexagons": {"show": "hexagon", "size": "50"},
    "hexagon-columns": {"show": "hexagon", "size": "50", "high": "1"},
    "side": {"compare": "side", "year_a": "2015"},
    "change": {"compare": "change", "year_a": "2015"},
    "place": {"place": "CN-5101"},
    "tiles": {"pack": "tiles"},
    "squares": {"show": "square", "size": "100"},
    "sector": {"sector": "commerce", "gas": "CO2"},
    "unknown-year": {"year": "2015"},
    "pin": {"pin": "CN-5101"},
}


SEEN = [
    pytest.param(
        name,
        lang,
        dark,
        marks=[] if lang == "zh" or name in ("regions", "change", "place") else pytest.mark.slow,
    )
    for name in VIEWS
    for lang, dark in (("zh", False), ("en", True))
]
COLOURED = """() => [...window.tanhengMaps].flatMap((map) => ['areas', 'areas-high', 'cells', 'cells-high', 'spots']
              .filter((layer) => map.getLayoutProperty(layer, 'visibility') !== 'none')
              .flatMap((layer) => map.queryRenderedFeatures({layers: [layer]})).filter((one) => one.state.tall !== undefined)).length > 0"""
"""Whether features of a map have a colour or a size."""


@pytest.mark.parametrize(("name", "lang", "dark"), SEEN)
def test_every_view_of_the_map(
    site: Site, mapped: dict[str, str], browser: Browser, shots: Path, name: str, lang: str, dark: bool
) -> None:
    with seen_again(site, browser, "wang", lang=lang, dark=dark) as window:
        kept = shots / f"map-{name}-{lang}-{'dark' if dark else 'light'}"
        page = looked_at(window, site, _at(mapped, **VIEWS[name]), str(kept), lang, NAMES)
        page.wait_for_function(COLOURED)


def test_a_pack_is_loaded_with_who_published_it(site: Site, mapped: dict[str, str], browser: Browser, tmp_path: Path) -> None:  # fmt: skip
    file, wrong = tmp_path / "a.geojson", tmp_path / "b.geojson"
    file.write_bytes(_pack())
    wrong.write_text("{}", encoding="utf-8")
    with seen_by(site, browser, "wang", lang="en") as page:
        go(page, site, _at(mapped))
        expect(page.get_by_text("not for public display without a map review number")).to_be_visible()
        page.get_by_role("button", name="Load another").click()
        page.get_by_label("Name", exact=True).fill("mine")
        page.get_by_label("Publisher").fill("Survey <b>office</b>")
        page.get_by_label("Licence").fill("own use")
        page.get_by_label("Review number").fill("GS(2026)1")
        for given, said in ((wrong, "it is no FeatureCollection"), (file, "Survey <b>office</b>, own use")):
            page.set_input_files("input[type=file]", given)
            page.get_by_role("button", name="Load", exact=True).click()
            expect(page.get_by_text(said)).to_be_visible(timeout=LONG)
        expect(page.get_by_text("review number GS(2026)1")).to_be_visible()
        page.on("dialog", lambda dialog: dialog.accept())
        page.get_by_role("button", name="Remove").click()
        expect(page.get_by_text("Survey <b>office</b>, own use")).to_have_count(0, timeout=LONG)


def test_without_a_map_the_page_says_how_to_load_one_and_ranks(site: Site, mapped: dict[str, str], browser: Browser, shots: Path) -> None:  # fmt: skip
    with seen_by(site, browser, "li", lang="en") as page:
        page.route("**/api/v1/maps?*", lambda route: route.fulfill(json={"rows": [], "total": 0, "next": None}))  # fmt: skip
        go(page, site, f"/gov/map?run={mapped['run']}")
        expect(page.get_by_text("Ask an analyst to load one")).to_be_visible()
        expect(page.locator("table tbody tr[aria-rowindex]").first).to_be_visible()
    with seen_by(site, browser, "wang", lang="zh") as page:
        page.route("**/api/v1/maps?*", lambda route: route.fulfill(json={"rows": [], "total": 0, "next": None}))  # fmt: skip
        go(page, site, f"/gov/map?run={mapped['run']}")
        expect(page.get_by_label("审图号")).to_be_visible()
        page.screenshot(path=shots / "map-none-zh.png")


def test_the_years_play_and_the_ranking_works_by_keyboard(site: Site, mapped: dict[str, str], browser: Browser) -> None:  # fmt: skip
    with seen_by(site, browser, "wang", lang="en") as page:
        go(page, site, _at(mapped, year="2020"))
        page.get_by_role("button", name="Play").click()
        for year in ("2016", "2020"):
            expect(page).to_have_url(re.compile(f"year={year}"), timeout=LONG)
        expect(page.get_by_role("button", name="Play")).to_be_visible(timeout=LONG)
        row = page.locator("table tbody tr[aria-rowindex]").first
        row.focus()
        row.press("Enter")
        drawer = page.locator(".proof")
        expect(drawer).to_contain_text("Why it changed", timeout=LONG)
        expect(page).to_have_url(re.compile("place=CN-"))


def test_no_sky_is_drawn(site: Site, mapped: dict[str, str], browser: Browser) -> None:
    heard = """const given = WebGL2RenderingContext.prototype.shaderSource; window.shaders = [];
      WebGL2RenderingContext.prototype.shaderSource = function (shader, text) { shaders.push(text); return given.call(this, shader, text); }"""
    with seen_by(site, browser, "wang", lang="en") as page:
        page.add_init_script(heard)
        go(page, site, _at(mapped, high="1"))
        assert page.evaluate(
            "shaders.some((text) => text.includes('u_matrix') || text.includes('projectTile'))"
        )
        assert page.evaluate("shaders.filter((text) => text.includes('u_sky_color')).length") == 0


def test_the_map_moves_and_zooms_by_keyboard(site: Site, mapped: dict[str, str], browser: Browser) -> None:
    seen = "() => { const [map] = window.tanhengMaps; return [map.getZoom(), map.getCenter().lng]; }"
    with seen_by(site, browser, "wang", lang="en") as page:
        go(page, site, _at(mapped))
        zoom, lng = page.evaluate(seen)
        canvas = page.locator(".map-stage canvas")
        expect(canvas).to_have_accessible_name(re.compile("Carbon map"))
        canvas.focus()
        canvas.press("=")
        page.wait_for_timeout(600)
        canvas.press("ArrowRight")
        page.wait_for_timeout(600)
        nearer, east = page.evaluate(seen)
        assert nearer > zoom + 0.5
        assert east > lng
        expect(page.locator(".map-name").first).to_be_visible()


def test_a_click_opens_the_place_with_its_drivers_proof_and_what_if(site: Site, mapped: dict[str, str], browser: Browser) -> None:  # fmt: skip
    with seen_by(site, browser, "wang", lang="en", size=LARGE) as page:
        go(page, site, _at(mapped, unit="t"))
        at: dict[str, Any] = page.evaluate(
            "() => { const [map] = window.tanhengMaps; const p = map.project([103.9, 30.6]); const b = map.getCanvas().getBoundingClientRect(); return {x: p.x + b.x, y: p.y + b.y}; }"
        )
        page.mouse.click(at["x"], at["y"])
        drawer = page.locator(".proof")
        expect(drawer).to_contain_text("Chengdu", timeout=LONG)
        expect(drawer).to_contain_text("1 alarm in Chengdu")
        expect(drawer).to_contain_text("from 2015 to 2020", timeout=LONG)
        slider = drawer.get_by_label("Industry: Activity")
        before = drawer.locator(".suppose p[role=status]").inner_text()
        slider.focus()
        for _ in range(4):
            slider.press("ArrowLeft")
        expect(drawer.locator(".suppose p[role=status]")).not_to_have_text(before, timeout=LONG)
        expect(drawer).to_contain_text("Supposed, not an inventory")
        drawer.locator("a.figure").first.click()
        expect(page.locator(".proof").last).to_contain_text("cities.csv", timeout=LONG)


def test_a_pin_says_why_and_where(site: Site, mapped: dict[str, str], browser: Browser) -> None:
    with seen_by(site, browser, "wang", lang="en") as page:
        go(page, site, _at(mapped))
        pin = page.locator(".map-pin[data-regions='CN-5101']")
        expect(pin).to_have_accessible_name("1 alarm in Chengdu")
        pin.press("Enter")
        why = page.locator(".pin-why")
        expect(why).to_contain_text("地图疑点", timeout=LONG)
        expect(page.locator(".ant-drawer h3")).to_have_text("Chengdu")
        expect(page).to_have_url(re.compile("pin=CN-5101"))
        why.get_by_role("link", name="Where it is mended").click()
        page.wait_for_url("**/gov/doubts?*")


def test_the_map_is_cut_to_a_sector_and_a_gas_in_all_its_parts(site: Site, mapped: dict[str, str], browser: Browser) -> None:  # fmt: skip
    with seen_by(site, browser, "wang", lang="en", size=LARGE) as page:
        go(page, site, _at(mapped, year="2020", unit="t"))
        first = page.locator("table[aria-label='Ranking of regions'] tbody tr[aria-rowindex]").first
        before = first.inner_text()
        page.get_by_label("Sector").select_option(label="Commerce")
        expect(page.get_by_role("heading", name="Emissions by region in 2020 (t CO2e) · Commerce")).to_be_visible(timeout=LONG)  # fmt: skip
        expect(first).not_to_have_text(before, timeout=LONG)
        expect(page.get_by_text("The regions of this level sum to Commerce of the inventory")).to_be_visible()
        expect(page.locator(".legend li").first).to_have_text("Commerce · t CO2e")
        page.get_by_label("Gas").select_option("CH4_fossil")
        expect(page).to_have_url(re.compile("sector=commerce.*gas=CH4_fossil"))
        expect(page.locator(".legend li").first).to_have_text(
            re.compile("^Commerce · .*methane.* · t CO2e$", re.I), timeout=LONG
        )
        first.press("Enter")
        expect(page.locator(".proof .headline")).to_contain_text(
            re.compile("Commerce · .*methane", re.I), timeout=LONG
        )
        expect(page.locator(".proof table[aria-label='Parts, each with its proof'] tbody tr[aria-rowindex]")).to_have_count(1, timeout=LONG)  # fmt: skip


def test_the_map_opens_on_the_regions_of_the_inventory_and_names_regions_of_tiles(site: Site, mapped: dict[str, str], browser: Browser) -> None:  # fmt: skip
    with seen_by(site, browser, "wang", lang="en") as page:
        for pack in ("pack", "tiles"):
            go(page, site, _at(mapped, pack))
            west, south, east, north = page.evaluate("() => [...window.tanhengMaps][0].getBounds().toArray().flat()")  # fmt: skip
            assert 95 < west < 102.5
            assert 106 < east < 115
            assert 20 < south < 28
            assert 31 < north < 36
            expect(page.locator(".map-name", has_text="Zigong" if pack == "pack" else "Chengdu")).to_have_count(1, timeout=LONG)  # fmt: skip


def test_a_table_says_what_the_map_shows_and_what_is_not_on_it(site: Site, mapped: dict[str, str], browser: Browser) -> None:  # fmt: skip
    with seen_by(site, browser, "wang", lang="en") as page:
        go(page, site, _at(mapped, show="points", year="2020"))
        rows = page.locator("table[aria-label=Points] tbody tr[aria-rowindex]")
        expect(rows).to_have_count(5)
        page.get_by_text("1 source without coordinates, not on the map").click()
        expect(page.locator("table", has_text="厂510700")).to_be_visible()
        go(page, site, _at(mapped, compare="change", year="2020", year_a="2015"))
        table = page.locator("table[aria-label=Difference]")
        expect(table.locator("thead th")).to_have_count(4)
        expect(table.locator("tr", has_text="Mianyang").locator("td").nth(0)).to_have_text("–")
        with page.expect_download(timeout=LONG) as told:
            page.get_by_role("button", name="Export").click()
            page.get_by_role("menuitem", name="CSV").last.click()
        assert "B − A" in told.value.path().read_text("utf-8-sig").splitlines()[0]


def test_the_map_leads_to_the_coordinates_and_back(site: Site, mapped: dict[str, str], browser: Browser) -> None:  # fmt: skip
    with seen_by(site, browser, "wang", lang="en") as page:
        go(page, site, _at(mapped, show="points", year="2020"))
        page.get_by_text("1 source without coordinates, not on the map").click()
        page.get_by_role("link", name="Give coordinates").click()
        expect(page.get_by_text("show only who has coordinates here")).to_be_visible(timeout=LONG)
        page.get_by_role("link", name="See them on the carbon map").click()
        expect(page).to_have_url(re.compile(r"/gov/map\?.*show=points"))
    with seen_by(site, browser, "wang", lang="en") as page:
        page.route("**/api/v1/maps/points?*", lambda route: route.fulfill(json={"rows": [], "years": ["2020"], "total": 0, "next": None, "rest": {"2020": 1}, "whole": {"2020": 1}}))  # fmt: skip
        go(page, site, _at(mapped, show="points", year="2020"))
        empty = page.get_by_text("No enterprise or park has coordinates")
        expect(empty).not_to_contain_text("api")
        empty.get_by_role("link", name="Give coordinates").click()
        page.wait_for_url("**/gov/data/places*")


def test_the_picture_has_the_size_of_what_is_seen(site: Site, mapped: dict[str, str], browser: Browser, shots: Path) -> None:  # fmt: skip
    with seen_by(site, browser, "wang", lang="zh") as page:
        go(page, site, _at(mapped, compare="side", year_a="2015"))
        with page.expect_download(timeout=LONG) as told:
            page.get_by_role("button", name="PNG").click()
        content = told.value.path().read_bytes()
        (shots / "map-saved.png").write_bytes(content)
        assert content[:8] == b"\x89PNG\r\n\x1a\n"
        width, height = struct.unpack(">II", content[16:24])
        assert width > 1000
        assert height > 800
        drawn(page)
