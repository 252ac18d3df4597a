"""The road on the platform as a person meets it: files are brought, analysed, read, brought again and held against what was found before."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from a_road import flat, zipped
from browsing import Api, Site, drawn, go, seen_by
from looks import fits, settled
from tanheng.pathways import dual_carbon_index
from tanheng.pathways.road import load_road
from web_roads import NAME, roads

LONG = 60_000


@pytest.fixture(scope="module")
def laid(site: Site) -> Site:
    """The server of the tests with a road of two versions."""
    return roads(site)


def _written(folder: Path, files: dict[str, bytes]) -> list[Path]:
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return [folder / name for name in files]


def _keep(page: Page, files: list[Path], name: str = "") -> None:
    page.set_input_files("input[type=file]", files)
    if name:
        page.locator("input[name=name]").fill(name)
    page.get_by_role("button", name="检查并保存").click()


def _run(page: Page) -> None:
    page.get_by_role("button", name="运行分析").click()


def test_a_set_is_brought_analysed_and_brought_again(site: Site, browser: Browser, tmp_path: Path) -> None:
    files = _written(tmp_path / "set", flat())
    known = dual_carbon_index(load_road(tmp_path / "set" / "road.yaml"), draws=300)
    with seen_by(site, browser, "wang") as page:
        go(page, site, "/gov/roads/new")
        page.set_input_files("input[type=file]", files[:2])
        page.set_input_files("input[type=file]", files)
        listed = page.locator("ul.files li")
        expect(listed).to_have_count(len(files))
        _keep(page, files, "王工的路径")
        expect(page.get_by_role("heading", name="王工的路径 v1")).to_be_visible(timeout=LONG)
        expect(page.locator(".facts")).to_contain_text("2020–2030")
        with page.expect_download() as kept:
            page.get_by_role("button", name="下载 observed.csv").click()
        assert kept.value.path().read_bytes() == flat()["observed.csv"]

        page.locator("nav.tabs").get_by_role("link", name="双碳指数").click()
        expect(page.get_by_text("还没有做过这项分析")).to_be_visible(timeout=LONG)
        page.locator("details.fold summary").click()
        page.get_by_role("spinbutton", name=re.compile("抽样次数")).fill("300")
        _run(page)
        said = page.locator(".document")
        expect(said).to_be_visible(timeout=LONG)
        expect(said.locator(".headline-said")).to_contain_text(f"{known.value:.1f}")
        expect(said.locator(".headline-said")).to_contain_text("合成数据")
        expect(said.locator("figure.chart").first).to_be_visible(timeout=LONG)
        with page.expect_download() as kept:
            page.get_by_role("button", name="下载 JSON").click()
        assert json.loads(kept.value.path().read_text(encoding="utf-8"))["year"] == known.year
        _table_as_csv(page)

        page.get_by_role("spinbutton", name=re.compile("抽样次数")).fill("200")
        _run(page)
        older = page.get_by_label("历次分析（2）")
        expect(older).to_be_visible(timeout=LONG)
        first = older.locator("option").nth(1).get_attribute("value")
        older.select_option(first or "")
        page.wait_for_url(re.compile(rf"at\.index={first}"))
        page.reload()
        drawn(page)
        expect(page.get_by_label("历次分析（2）")).to_have_value(first or "")

        page.get_by_role("button", name="上传新版本").click()
        changed = flat()["road.yaml"].replace(b"2030: 41500", b"2030: 40000")
        _keep(page, _written(tmp_path / "changed", {"road.yaml": changed}))
        expect(page.get_by_role("heading", name="王工的路径 v2")).to_be_visible(timeout=LONG)
        expect(page.get_by_role("row", name=re.compile("双碳指数"))).to_contain_text("已有新版")
        page.locator("nav.tabs").get_by_role("link", name="双碳指数").click()
        expect(page.get_by_text("这次分析用的是第 1 版文件")).to_be_visible(timeout=LONG)
        _run(page)
        expect(page.get_by_text("这次分析用的是第 1 版文件")).to_have_count(0, timeout=LONG)
        expect(page.locator(".document")).to_contain_text("王工的路径 v2")


def _table_as_csv(page: Page) -> None:
    """The first table of the document as a file: what it shows stands in it."""
    sheet = page.locator(".sheet").first
    shown = sheet.locator("tbody th").all_inner_texts()
    sheet.get_by_role("button", name="导出").click()
    with page.expect_download() as kept:
        page.get_by_role("menuitem", name=re.compile("CSV")).click()
    lines = list(csv.reader(io.StringIO(kept.value.path().read_text(encoding="utf-8-sig"))))
    assert shown
    assert {one for line in lines for one in line} >= set(shown)


def test_a_set_that_cannot_be_used_says_why(site: Site, browser: Browser, tmp_path: Path) -> None:
    lacking = {name: content for name, content in flat().items() if name != "observed.csv"}
    broken = {**flat(), "road.yaml": flat()["road.yaml"].replace(b"peak: 2030", b"peak: soon")}
    with seen_by(site, browser, "wang") as page:
        go(page, site, "/gov/roads/new")
        page.get_by_role("button", name="检查并保存").click()
        expect(page.get_by_role("heading", name="新建路径")).to_be_visible()
        _keep(page, _written(tmp_path / "lacking", lacking), "缺文件的路径")
        told = page.locator(".job .error-text")
        expect(told).to_contain_text("W-070", timeout=LONG)
        expect(told).to_contain_text("observed.csv")
        page.set_input_files("input[type=file]", _written(tmp_path / "broken", broken))
        page.get_by_role("button", name="检查并保存").click()
        expect(told).to_contain_text("road.yaml", timeout=LONG)
        expect(told).not_to_contain_text("observed.csv")
        archive = tmp_path / "set.zip"
        archive.write_bytes(zipped(flat()))
        for name in {**lacking, **broken}:
            page.get_by_role("button", name=f"移除 {name}").click()
        _keep(page, [archive])
        expect(page.get_by_role("heading", name="缺文件的路径 v1")).to_be_visible(timeout=LONG)


def test_tables_alone_may_be_asked_for_what_needs_no_road(site: Site, browser: Browser, tmp_path: Path) -> None:  # fmt: skip
    with seen_by(site, browser, "wang") as page:
        go(page, site, "/gov/roads/new")
        _keep(page, _written(tmp_path / "table", {"observed.csv": flat()["observed.csv"]}), "只有表格")
        expect(page.get_by_role("heading", name="只有表格 v1")).to_be_visible(timeout=LONG)
        page.locator("nav.tabs").get_by_role("link", name="双碳指数").click()
        expect(page.get_by_text("这项分析需要 road.yaml，这组文件里没有。")).to_be_visible()
        expect(page.get_by_role("button", name="运行分析")).to_have_count(0)


def test_an_option_that_cannot_be_is_told_beside_the_form(laid: Site, browser: Browser) -> None:
    with seen_by(laid, browser, "wang") as page:
        go(page, laid, f"/gov/roads/{laid.ids['road']}/index")
        page.locator("details.fold summary").click()
        page.get_by_label(re.compile("^评价年")).select_option(label="其他（自己写）…")
        page.get_by_role("spinbutton", name=re.compile("^评价年")).fill("1950")
        _run(page)
        expect(page.locator(".job .error-text")).to_contain_text("1950", timeout=LONG)
        expect(page.get_by_role("button", name="运行分析")).to_be_visible()


def test_who_may_only_read_reads(laid: Site, browser: Browser) -> None:
    with seen_by(laid, browser, "li") as page:
        go(page, laid, "/gov/roads")
        expect(page.get_by_role("button", name="新建路径")).to_have_count(0)
        page.get_by_role("link", name=NAME).click()
        page.locator("nav.tabs").get_by_role("link", name="双碳指数").click()
        expect(page.locator(".document")).to_be_visible(timeout=LONG)
        expect(page.get_by_role("button", name="运行分析")).to_have_count(0)
        expect(page.get_by_role("button", name="上传新版本")).to_have_count(0)


def test_english_and_narrow(laid: Site, browser: Browser) -> None:
    told = Api(laid, "wang").http.get(
        f"/road-analyses/{laid.ids['index']}", headers={"Accept-Language": "en"}
    )
    with seen_by(laid, browser, "wang", lang="en", size=(1280, 720)) as page:
        go(page, laid, f"/gov/roads/{laid.ids['road']}/index")
        expect(page.locator(".headline-said")).to_contain_text(told.json()["document"]["headline"])
        fits(page)
        page.set_viewport_size({"width": 1024, "height": 720})
        settled(page)
        fits(page)


def test_the_whole_way_by_the_keyboard(laid: Site, browser: Browser) -> None:
    with seen_by(laid, browser, "wang") as page:
        go(page, laid, "/gov/roads")
        page.get_by_role("row", name=re.compile(NAME)).press("Enter")
        expect(page.get_by_role("heading", name=f"{NAME} v2")).to_be_visible(timeout=LONG)
        page.locator("nav.tabs").get_by_role("link", name="因子树与情景").press("Enter")
        page.locator("nav.kinds").get_by_role("link", name="情景").press("Enter")
        page.wait_for_url(re.compile("kind=scenarios"))
        expect(page.locator(".document")).to_be_visible(timeout=LONG)
        drawn(page)
        page.locator("details.fold summary").press("Enter")
        expect(page.locator("details.fold[open]")).to_have_count(1)


def test_inventories_that_may_be_bound_are_told_by_the_names_of_their_places(laid: Site, browser: Browser) -> None:  # fmt: skip
    with seen_by(laid, browser, "wang") as page:
        go(page, laid, "/gov/roads/new")
        page.get_by_role("button", name="绑定一年").click()
        page.get_by_role("combobox", name="清单或发布版").click()
        about = page.locator(".option small")
        expect(about.filter(has_text="四川省").first).to_be_visible()
        assert not [one for one in about.all_inner_texts() if "CN-51 " in f"{one} "]


def test_charts_and_tables_are_in_the_unit_that_was_picked(laid: Site, browser: Browser) -> None:
    with seen_by(laid, browser, "wang") as page:
        for picked, word in (("", "万吨"), ("yi", "亿吨"), ("t", "吨")):
            go(page, laid, f"/gov/roads/{laid.ids['road']}/index?unit={picked}")
            document = page.locator(".document")
            expect(document.locator("figure.chart h3").first).to_contain_text(f"({word} CO₂e)", timeout=LONG)
            expect(
                document.locator(".sheet thead").filter(has_text=f"排放 ({word} CO₂e)").first
            ).to_be_attached()
