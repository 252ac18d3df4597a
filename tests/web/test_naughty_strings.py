"""The whole list of naughty strings, as names of files, sheets, firms, places and regions: on pages and in reports they are text."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET
from xml.sax.saxutils import quoteattr

import pytest
import xlsxwriter
from playwright.sync_api import Browser

from browsing import Api, Site, go, people, running, seen_by
from shared import SHARED, needs_shared

pytestmark = [needs_shared, pytest.mark.shared]
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_MARKS = """() => ({
  run: Object.keys(window).filter((one) => one.startsWith('hacked_')),
  made: [...document.querySelectorAll('img[src="x"], img[src^="javascript"], iframe, object, embed, video[src], audio[src], body script:not([src]), a[href^="javascript" i], [onerror], [onload], [onmouseover], [onclick]')]
    .map((one) => one.outerHTML.slice(0, 200)),
})"""


def strings() -> list[str]:
    """All of them, markup first: lists show their beginning."""
    assert SHARED is not None
    listed = json.loads((SHARED / "naughty-strings" / "blns.json").read_text(encoding="utf-8"))
    return sorted((one for one in dict.fromkeys(listed) if one.strip()), key=lambda one: "<" not in one)


def quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def book(names: list[str]) -> bytes:
    """A workbook whose sheets have these names, which no program would let somebody type."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as made:
        for number in range(len(names)):
            sheet = made.add_worksheet(f"s{number:04}")
            sheet.write_row(0, 0, ["主体", "时期", "品种", "数量", "单位"])
            sheet.write_row(1, 0, ["甲", "2021", "柴油", 1, "t"])
    out = io.BytesIO()
    with zipfile.ZipFile(stream) as source, zipfile.ZipFile(out, "w") as target:
        for one in source.namelist():
            content = source.read(one).decode() if one == "xl/workbook.xml" else source.read(one)
            if isinstance(content, str):
                for number, name in enumerate(names):
                    content = content.replace(f'name="s{number:04}"', f"name={quoteattr(_CONTROL.sub('', name))}")  # fmt: skip
            target.writestr(one, content)
    return out.getvalue()


@pytest.fixture(scope="module")
def naughty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("naughty")
    people(folder)
    with running(folder) as base:
        site = Site(base, folder)
        _put_in(site, strings())
        yield site
        site.close()


def _put_in(site: Site, words: list[str]) -> None:
    api = Api(site, "wang")
    rows = [f"{quoted(one)},{2020 + at % 2},煤品,{at + 1},t,{quoted(one)}" for at, one in enumerate(words)]
    doubtful = [f"{quoted(one)},2021,{quoted(one)},-1,{quoted(one)},x" for one in words]
    text = "entity,period,item,amount,unit,source\n" + "\n".join([*rows, *doubtful])
    site.ids["file"] = api.upload("naughty.csv", text.encode("utf-8", "replace"))
    site.ids["dataset"] = api.job("/datasets", {"upload": site.ids["file"], "name": words[0][:100]})["dataset"]  # fmt: skip
    asked = {
        "dataset": site.ids["dataset"],
        "method": "sichuan-park-2022",
        "name": "<script>hacked()</script>",
    }
    site.ids["run"] = api.job("/runs", asked)["run"]
    kept = set()
    for one in words:
        name = api.http.post("/uploads", files={"file": (one.encode("utf-8", "replace").decode(), b"a\n1\n")})
        assert name.status_code in (201, 422), name.text
        if name.status_code == 201:
            kept.add(name.json()["name"])
    assert len(kept) > 300
    assert not [name for name in kept if re.search(r'[/\\<>:"|?*\x00-\x1f\x7f\u202e]', name)]
    site.ids["book"] = api.upload("sheets.xlsx", book([*words[:250]]))
    site.ids["book2"] = api.upload("sheets2.xlsx", book([*words[250:]]))
    points = "entity,name,longitude,latitude,region\n" + "".join(f"{at},{quoted(one)},{100 + at / 100},30,四川省\n" for at, one in enumerate(words))  # fmt: skip
    placed = api.http.post("/places", json={"upload": api.upload("p.csv", points.encode("utf-8", "replace"))})
    site.states["places"] = placed.status_code
    areas = [_area(one.encode("utf-8", "replace").decode(), at) for at, one in enumerate(words)]
    drawn = json.dumps({"type": "FeatureCollection", "features": [*areas, _area("四川省", 0, code="510000")]})
    asked = {"upload": api.upload("m.geojson", drawn.encode()), "name": "<img src=x onerror=hacked()>", "publisher": words[20][:200] or "x",
             "licence": '"><script>hacked()</script>', "review": "<svg onload=hacked()>"}  # fmt: skip
    made = api.http.post("/maps", json=asked)
    assert made.status_code == 201, made.text
    asked = {"run": site.ids["run"], "forms": ["html", "word"], "period": "2021"}
    site.states["export"] = api.job("/exports", asked)
    listed = api.http.get("/jobs").json()["rows"]
    site.ids["export"] = next(one["id"] for one in listed if one["kind"] == "export")


def _area(name: str, at: int, code: str = "") -> dict[str, Any]:
    west = 97 + at % 100 / 10
    ring = [[west, 28], [west + 0.1, 28], [west + 0.1, 28.1], [west, 28]]
    return {"type": "Feature", "properties": {"name": name, "adcode": code or name}, "geometry": {"type": "Polygon", "coordinates": [ring]}}  # fmt: skip


def test_pages_show_them_as_text(naughty: Site, browser: Browser, shots: Path) -> None:
    one = naughty.ids
    data, run = f"/gov/data/{one['dataset']}", f"/gov/inventory/{one['run']}"
    explore = f"{run}/explore?rows=entity&levels=entity&unit=t&view="
    pages = [
        "/gov/data", f"/gov/data/upload/{one['file']}", f"/gov/data/upload/{one['book']}", f"/gov/data/upload/{one['book2']}",
        data, f"{data}/rows", f"{data}/refused", "/gov/doubts", "/gov/catalogue", run, *(explore + view for view in ("trend", "stacked", "treemap")),
        "/gov/map", "/gov/jobs",
    ]  # fmt: skip
    wrong = []
    with seen_by(naughty, browser, "wang") as page:
        for name in ("alert", "confirm", "prompt"):
            page.add_init_script(f"window.{name} = () => {{ window.hacked_{name} = true }}")
        page.add_init_script("window.hacked = () => { window.hacked_ran = true }")
        for number, path in enumerate(pages):
            go(page, naughty, path)
            page.screenshot(path=f"{shots}/naughty-{number:02}.png")
            found = page.evaluate(_MARKS)
            if found["run"] or found["made"]:
                wrong.append((path, found))
    assert wrong == []


def _files(site: Site) -> dict[str, bytes]:
    api = Api(site, "wang")
    assert "files" in site.states["export"], site.states["export"]
    return {
        one["name"]: api.http.get(f"/exports/{site.ids['export']}/files/{one['name']}").content
        for one in site.states["export"]["files"]
    }


def test_reports_hold_them_as_text(naughty: Site, browser: Browser, tmp_path: Path) -> None:
    files = _files(naughty)
    pages = {name: content for name, content in files.items() if name.endswith(".html")}
    assert pages
    for name, content in pages.items():
        (tmp_path / "report.html").write_bytes(content)
        page = browser.new_page()
        for word in ("alert", "confirm", "prompt", "hacked"):
            page.add_init_script(f"window.{word} = () => {{ window.hacked_{word} = true }}")
        page.goto(f"file://{tmp_path / 'report.html'}")
        found = page.evaluate(_MARKS)
        own = {one for one in found["made"] if not one.startswith("<script>")}
        assert (found["run"], own) == ([], set()), name
        assert "<script>alert(" in page.inner_text("body") or "alert(" in page.content()
        page.close()
    words = [content for name, content in files.items() if name.endswith(".docx")]
    assert words
    for content in words:
        with zipfile.ZipFile(io.BytesIO(content)) as made:
            for part in made.namelist():
                if part.endswith((".xml", ".rels")):
                    ET.fromstring(made.read(part))
            links = [one for one in made.namelist() if one.endswith(".rels")]
            assert not [one for one in links if b'TargetMode="External"' in made.read(one) and b"javascript" in made.read(one)]  # fmt: skip
            body = made.read("word/document.xml").decode()
            assert "instrText" not in body or "DDE" not in body
