"""Forms of the analyses of roads: what the set names is chosen and not typed, and what was asked stands there when it is asked again."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from a_road import EXAMPLE, flat
from browsing import Api, Site, go, seen_by
from looks import serious
from web_roads import roads

LONG = 60_000
HEADS = "城市,年份,排放,人口,产值_不变价"
TABLE = f"{HEADS}\n" + "".join(
    f"{city},{2010 + step},{(9 + at) * 1.03**step:.4f},{30 + at + step % 3},{(15 + at) * 1.06**step:.4f}\n"
    for at, city in enumerate("甲乙丙")
    for step in range(10)
)


@pytest.fixture(scope="module")
def tables(site: Site) -> str:
    """A set that holds a table alone."""
    api = Api(site, "wang")
    files = [api.upload("城市.csv", TABLE.encode())]
    return str(api.job("/roads", {"name": "城市表", "files": files, "region": "CN-51"})["road"])


def offered(field: Locator) -> list[str]:
    return field.locator("option").all_inner_texts()


def field(within: Page | Locator, name: str | re.Pattern[str]) -> Locator:
    return within.get_by_role("combobox", name=name, exact=True)


def several(page: Page, label: str, *names: str) -> None:
    """Choose several by the keyboard."""
    box = page.get_by_role("combobox", name=label)
    box.focus()
    for name in names:
        box.press_sequentially(name)
        box.press("Enter")
    box.press("Escape")


def run(page: Page, word: str = "运行分析") -> None:
    page.get_by_role("button", name=word).click()


def test_columns_are_chosen_and_what_was_asked_is_asked_again(
    site: Site, browser: Browser, tables: str, shots: Path
) -> None:
    with seen_by(site, browser, "wang") as page:
        go(page, site, f"/gov/roads/{tables}/tables?kind=stirpat")
        form = page.get_by_role("form", name="STIRPAT 弹性")
        impact = field(form, "排放列")
        assert offered(impact) == ["先选数据表或列", "其他（自己写）…"]
        field(form, "数据表").select_option("城市.csv")
        expect(impact.locator("option")).to_have_text(["请选择", *HEADS.split(","), "其他（自己写）…"])
        impact.select_option("排放")
        run(page)
        expect(page.locator(".job")).to_have_count(0)
        several(page, "因子：列或两列之商", "人口", "产值_不变价/人口")
        field(form, "时期列").select_option("年份")
        field(form, "起始时期").select_option("2011")
        form.get_by_role("button", name="添加 只取这些行").click()
        field(form, "只取这些行：列=值：第 1 项的名称").select_option("城市")
        field(form, "只取这些行：列=值：第 1 项的值").select_option("乙")
        assert serious(page) == []
        page.screenshot(path=shots / "road-form.png", full_page=True)
        run(page)
        said = page.locator(".headline-said")
        expect(said).to_contain_text("9 行", timeout=LONG)
        expect(field(form, "起始时期")).to_have_value("2011")
        expect(form.locator(".ant-select-selection-item")).to_have_text(["人口", "产值_不变价/人口"])
        expect(field(form, "只取这些行：列=值：第 1 项的值")).to_have_value("乙")
        field(form, "起始时期").select_option("2012")
        run(page)
        expect(said).to_contain_text("8 行", timeout=LONG)
        page.reload()
        expect(field(form, "起始时期")).to_have_value("2012")
        page.get_by_label("历次分析（2）").select_option(index=1)
        expect(said).to_contain_text("9 行", timeout=LONG)
        expect(field(form, "起始时期")).to_have_value("2011")


def test_what_is_typed_instead_is_refused_in_words(site: Site, browser: Browser, tables: str) -> None:
    with seen_by(site, browser, "wang", lang="en") as page:
        go(page, site, f"/gov/roads/{tables}/tables?kind=table-forecast")
        form = page.get_by_role("form", name="Forecast of a column")
        field(form, "table").select_option("城市.csv")
        value = form.get_by_label(re.compile("^column that is forecast"))
        expect(value.locator("option")).to_have_count(7)
        value.select_option(label="other (type it) …")
        page.keyboard.type("emission")
        expect(value).to_have_value("emission")
        run(page, "Run the analysis")
        expect(page.locator(".job .error-text")).to_contain_text("emission", timeout=LONG)
        expect(page.locator(".job .error-text")).to_contain_text("产值_不变价")
        value.fill("")
        page.keyboard.press("Tab")
        value.select_option("排放")
        several(page, "columns of the groups", "城市")
        several(page, "only these groups", "乙")
        run(page, "Run the analysis")
        expect(page.locator(".document")).to_be_visible(timeout=LONG)


def test_a_file_that_is_laid_over_offers_its_columns_and_may_be_used_again(
    site: Site, browser: Browser, tables: str, tmp_path: Path
) -> None:
    own = tmp_path / "own.csv"
    own.write_text("name,co2\nA,10\nB,30\n", encoding="utf-8")
    with seen_by(site, browser, "wang") as page:
        go(page, site, f"/gov/roads/{tables}/tables?kind=allocate")
        form = page.get_by_role("form", name="分配总量")
        form.locator("input[type=file]").set_input_files(own)
        field(form, "数据表").select_option("own.csv")
        field(form, "参与者的列").select_option("name")
        field(form, "历史排放的列，吨").select_option("co2")
        form.get_by_label("总量，吨").fill("20")
        run(page)
        expect(page.locator(".headline-said")).to_contain_text("20 吨", timeout=LONG)
        again = form.get_by_role("group", name="用上次替换的文件")
        expect(again.get_by_label("own.csv")).to_be_checked()
        expect(field(form, "参与者的列")).to_have_value("name")
        form.get_by_label("总量，吨").fill("40")
        run(page)
        expect(page.locator(".headline-said")).to_contain_text("40 吨", timeout=LONG)


def test_scenarios_nodes_and_years_of_the_set_are_chosen(site: Site, browser: Browser) -> None:
    road = roads(site).ids["road"]
    with seen_by(site, browser, "wang", dark=True) as page:
        go(page, site, f"/gov/roads/{road}/tree")
        form = page.get_by_role("form", name="因子树")
        form.locator("summary").click()
        known = Api(site, "wang").http.get(f"/roads/{road}/choices").json()["listed"]
        expect(field(form, "情景").locator("option")).to_have_text(
            [*(one["word"] for one in known["scenarios"]), "其他（自己写）…"]
        )
        node = known["nodes"][0]
        several(page, "另看的节点或叶", node["word"])
        assert serious(page) == []
        run(page)
        expect(page.get_by_role("heading", name="所看的节点")).to_be_visible(timeout=LONG)
        expect(form.locator(".ant-select-selection-item")).to_have_text([node["word"]])
        go(page, site, f"/gov/roads/{road}/index")
        page.get_by_role("form").locator("summary").click()
        years = field(page, "评价年；空为文件里的或最后核查年")
        expect(years.locator("option")).to_have_text(["默认", *(one["word"] for one in known["observed"]), "其他（自己写）…"])  # fmt: skip


def test_inventories_that_fit_are_bound_to_a_year(site: Site, browser: Browser, tmp_path: Path) -> None:
    api = Api(site, "wang")
    data = api.job("/datasets", {"upload": api.upload("其余.csv", (EXAMPLE / "other.csv").read_bytes()), "name": "其余"})  # fmt: skip
    api.job("/runs", {"dataset": data["dataset"], "method": "cn-provincial-2011", "name": "其余清单"})
    files = flat()
    lines = files["road.yaml"].decode().splitlines()
    at = lines.index("  inventories:")
    files["road.yaml"] = "\n".join(lines[:at] + lines[at + 4 :]).encode()
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    with seen_by(site, browser, "wang") as page:
        go(page, site, "/gov/roads/new")
        page.set_input_files("input[type=file]", [tmp_path / name for name in files])
        page.locator("input[name=name]").fill("绑定的路径")
        page.get_by_role("button", name="绑定一年").click()
        page.get_by_role("spinbutton", name="年份").fill("2021")
        several(page, "清单或发布版", "四川2021", "其余清单")
        page.get_by_role("button", name="检查并保存").click()
        expect(page.get_by_role("heading", name="绑定的路径 v1")).to_be_visible(timeout=LONG)
        page.locator("nav.tabs").get_by_role("link", name="双碳指数").click()
        page.locator("details.fold summary").click()
        page.get_by_role("spinbutton", name=re.compile("抽样次数")).fill("200")
        run(page)
        proofs = page.locator(".sheet", has_text="四川2021")
        expect(proofs).to_contain_text("其余清单", timeout=LONG)
        expect(proofs).to_contain_text("2021")
