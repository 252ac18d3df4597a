"""Levers of a road moved in the browser: the total follows, bounds are told, and the link keeps what was moved."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from a_road import flat
from browsing import Api, Site, go, seen_by

LONG = 30_000


@pytest.fixture(scope="module")
def road(site: Site) -> str:
    api = Api(site, "wang")
    files = [api.upload(name, content) for name, content in flat().items()]
    asked = {"name": "四川路径", "files": files, "region": "CN-51"}
    return str(api.job("/roads", asked)["road"])


def at(page: Page, name: str) -> str:
    """The figure of a name."""
    return page.locator(".told-figures > div", has=page.get_by_text(name, exact=True)).first.locator("strong").inner_text()  # fmt: skip


def test_a_slider_moves_the_total_and_the_link_keeps_it(site: Site, browser: Browser, road: str) -> None:
    with seen_by(site, browser, "wang") as page:
        go(page, site, f"/gov/roads/{road}/tree")
        power = page.get_by_role("slider", name="清洁电力", exact=True)
        expect(page.get_by_text("2030 年排放", exact=True)).to_be_visible(timeout=LONG)
        before = at(page, "2030 年排放")
        power.focus()
        page.keyboard.press("End")
        expect(page.get_by_label("清洁电力：做到的程度（%）")).to_have_value("100")
        expect(page).to_have_url(re.compile(r"levers=clean-power%3A100"))
        expect(page.locator(".lever", has_text="清洁电力").get_by_text("2030 年少")).to_be_visible(
            timeout=LONG
        )
        after = at(page, "2030 年排放")
        assert float(after.replace(",", "")) < float(before.replace(",", ""))
        page.get_by_label("清洁电力：做到的程度（%）").fill("50")
        expect(page).to_have_url(re.compile(r"levers=clean-power%3A50\b"))
        page.get_by_label("看哪一年").select_option("2060")
        expect(page.get_by_text("2060 年排放", exact=True)).to_be_visible()
        link = page.url
        with seen_by(site, browser, "wang", lang="en") as other:
            other.goto(link.replace("lang=zh", "lang=en"))
            expect(other.get_by_label("Clean electricity: how far it is taken (%)")).to_have_value(
                "50", timeout=LONG
            )
            expect(other.get_by_text("Emission in 2060", exact=True)).to_be_visible(timeout=LONG)
        page.get_by_role("button", name="恢复起点").click()
        expect(page.get_by_label("清洁电力：做到的程度（%）")).to_have_value("0")


def test_scenarios_begin_and_bounds_are_told(site: Site, browser: Browser, road: str) -> None:
    with seen_by(site, browser, "wang") as page:
        go(page, site, f"/gov/roads/{road}/tree?from=general")
        expect(page.get_by_label("工业煤改气：做到的程度（%）")).to_have_value("30", timeout=LONG)
        page.get_by_label("工业煤改电：做到的程度（%）").fill("90")
        told = page.get_by_role("alert").filter(has_text="K-001")
        expect(told).to_contain_text("杠杆“工业煤改电”：互斥组 industry-heat", timeout=LONG)
        page.get_by_label("工业煤改电：做到的程度（%）").fill("60")
        expect(page.get_by_role("alert")).to_contain_text("依赖 清洁电力", timeout=LONG)
        page.get_by_label("工业煤改电：做到的程度（%）").fill("40")
        expect(told).to_have_count(0, timeout=LONG)
        page.get_by_text("按组归因").click()
        expect(page.get_by_role("figure", name="各组杠杆的减排")).to_be_visible(timeout=LONG)


def test_the_path_is_solved_and_fills_the_sliders(site: Site, browser: Browser, road: str) -> None:
    with seen_by(site, browser, "wang") as page:
        go(page, site, f"/gov/roads/{road}/tree")
        page.get_by_role("button", name="求解路径").click()
        expect(page).to_have_url(re.compile("plan="), timeout=2 * LONG)
        expect(page.get_by_text("按上限的解逐年").first).to_be_visible(timeout=LONG)
        expect(page.get_by_label("工业节能：做到的程度（%）")).to_have_value("100")
        expect(page.get_by_text("上限达不到", exact=True)).to_be_visible()
        page.get_by_label("工业节能：做到的程度（%）").fill("40")
        expect(page).to_have_url(re.compile(r"levers=coal-saving%3A40\b"))
