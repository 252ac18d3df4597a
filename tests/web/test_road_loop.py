"""The loop as somebody works with it: the deviation, a decision on it by who approves, and the review a year later."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from tests.a_town import town

from browsing import Api, Site, go, people, running, seen_by

SETS = {"name": "镇", "region": "CN-51"}


@pytest.fixture(scope="module")
def loop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A server with a road that is off its path, analysed."""
    folder = tmp_path_factory.mktemp("loop")
    people(folder)
    with running(folder) as base:
        site = Site(base, folder)
        site.ids["road"] = version(Api(site, "wang"), later=False)
        site.ids["deviation"] = Api(site, "wang").job(
            f"/roads/{site.ids['road']}/analyses", {"kind": "deviation", "options": {"draws": 20}}
        )["analysis"]
        yield site
        site.close()


def version(api: Api, *, later: bool) -> str:
    files = [api.upload(name, content) for name, content in town(later=later).items()]
    return str(api.job("/roads", {**SETS, "files": files})["road"])


def test_a_decision_is_taken_and_reviewed_a_year_later(loop: Site, browser: Browser, shots: Path) -> None:
    road = loop.ids["road"]
    with seen_by(loop, browser, "wang") as page:
        go(page, loop, f"/gov/roads/{road}/deviation")
        expect(page.locator(".headline-said .mark.error")).to_be_visible()
        expect(page.get_by_role("heading", name="CUSUM · 总量")).to_be_visible()
        expect(page.get_by_text("由审批员记入决策。")).to_be_visible()
        assert page.get_by_role("button", name="记入决策").count() == 0
    with seen_by(loop, browser, "li") as page:
        go(page, loop, f"/gov/roads/{road}/deviation")
        form = page.locator("#decisions form")
        boxes = form.get_by_role("checkbox")
        expect(boxes).to_have_count(2)
        boxes.nth(1).uncheck()
        form.get_by_label("由谁决策").fill("发展改革委")
        form.get_by_label("说明").fill("先做一条")
        form.get_by_role("button", name="记入决策（1 个杠杆）").click()
        row = page.locator("#decisions .data-table tbody tr")
        expect(row).to_have_count(1, timeout=60_000)
        expect(row).to_contain_text("先做一条")
        expect(row).to_contain_text("待下一年")
        form.get_by_role("radio", name="不采取行动").check()
        form.get_by_role("button", name="记入：不采取行动").click()
        expect(row).to_have_count(2, timeout=60_000)
        page.locator("#decisions .data-table tbody tr", has_text="先做一条").click()
        drawer = page.get_by_role("dialog")
        expect(drawer.get_by_text("发展改革委 (li)")).to_be_visible()
        expect(drawer.locator("table.levers tbody tr")).to_have_count(1)
        page.screenshot(path=shots / "road-decision.png")
    later = version(Api(loop, "wang"), later=True)
    with seen_by(loop, browser, "li") as page:
        go(page, loop, f"/gov/roads/{later}/deviation")
        expect(page.locator(".to-log")).to_contain_text("待回看 2 条")
        expect(page.locator("#decisions")).to_contain_text("请先在最新版上做")
    with seen_by(loop, browser, "wang") as page:
        go(page, loop, f"/gov/roads/{later}/deviation?kind=review")
        page.get_by_role("button", name="运行分析").click()
        expect(page.locator(".headline-said")).to_contain_text("到 2024 年回看 2 条决策", timeout=60_000)
    with seen_by(loop, browser, "li", lang="en") as page:
        go(page, loop, f"/gov/roads/{later}/deviation?kind=review")
        sign = page.get_by_role("form", name="Sign the review of decision 1")
        sign.get_by_label("Remark of the review").fill("go on")
        sign.get_by_role("button").click()
        expect(page.locator("#decisions .data-table tbody tr", has_text="先做一条")).to_contain_text(
            "reviewed", timeout=60_000
        )
        expect(page.locator(".to-log")).to_contain_text("1 due for review")
        page.screenshot(path=shots / "road-review-en.png")


def test_levers_are_tried_from_the_form(loop: Site, browser: Browser) -> None:
    with seen_by(loop, browser, "wang") as page:
        go(page, loop, f"/gov/roads/{loop.ids['road']}/deviation?kind=deviation")
        page.locator("form details summary").click()
        page.locator("form").get_by_role("group").get_by_role("spinbutton").first.fill("100")
        page.get_by_role("button", name="运行分析").click()
        expect(page.get_by_role("heading", name="模拟逐年")).to_be_visible(timeout=60_000)
