"""A page tells nobody to do what their role may not do, also where there is nothing yet; amounts obey the unit at the top."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from browsing import PASSWORD, TENANT, Site, go, people, running, seen_by
from tanheng.access import add_person
from tanheng.access.people import tenant_id
from tanheng.access.roles import permissions_of
from tanheng.record.platform import Platform

LONG = 30_000
ROLES = ("analyst", "reviewer", "approver", "enterprise")
EMPTY = ("overview", "map", "data", "catalogue", "inventory", "releases", "sources", "doubts", "factors/own")
NEEDS = {
    "/gov/data/upload": "data.write",
    "/gov/inventory/new": "run.create",
    "/gov/releases/new": "release.propose",
    "/gov/sources/bottom-up": "data.write",
}
TOLD = {
    "data.write": ("上传", "选一个文件"),
    "run.create": ("并核算一次", "开始第一次核算", "选一个文件"),
    "release.propose": ("提请发布",),
}


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Somebody for every role, and no data."""
    folder = tmp_path_factory.mktemp("bare")
    people(folder)
    platform = Platform(folder / "data", None)
    with platform.writing() as connection:
        tenant = tenant_id(connection, TENANT)
        for role in ROLES:
            add_person(
                connection, tenant=tenant, login=role, name=role, password=PASSWORD, roles=[role],
                areas=[("entity", "某厂") if role == "enterprise" else ("region", "CN-51")],
            )  # fmt: skip
    with running(folder) as base:
        found = Site(base, folder)
        yield found
        found.close()


@pytest.mark.parametrize("role", ROLES)
def test_an_empty_page_asks_only_for_what_the_role_may_do(bare: Site, browser: Browser, shots: Path, role: str) -> None:  # fmt: skip
    may = permissions_of([role])
    with seen_by(bare, browser, role) as page:
        for section in EMPTY:
            go(page, bare, f"/gov/{section}")
            expect(page.locator("h1")).to_be_visible(timeout=LONG)
            page.screenshot(path=shots / f"empty-{role}-{section.replace('/', '-')}.png")
            links = [one.get_attribute("href") or "" for one in page.locator("main a").all()]
            asked = {path for path in NEEDS for link in links if link.startswith(path)}
            assert {path for path in asked if NEEDS[path] not in may} == set(), section
            text = page.locator("main .empty").all_inner_texts()
            barred = [word for one, words in TOLD.items() if one not in may for word in words]
            assert [word for word in barred if any(word in one for one in text)] == [], section


def test_targets_are_asked_of_who_may_set_them(bare: Site, browser: Browser) -> None:
    with seen_by(bare, browser, "approver") as page:
        go(page, bare, "/gov/data/socio-economic")
        expect(page.get_by_role("button", name="录入目标")).to_be_visible(timeout=LONG)
        expect(page.locator("main")).not_to_contain_text("粘贴表格")
        expect(page.get_by_role("heading", name="上传目标")).to_be_visible()
    with seen_by(bare, browser, "analyst") as page:
        go(page, bare, "/gov/data/socio-economic")
        expect(page.locator("main")).to_contain_text("目标不在此上传，由审批员在本页录入。", timeout=LONG)
        expect(page.get_by_role("button", name="录入目标")).to_have_count(0)


def _amount(page: Page, name: str) -> float:
    head = page.get_by_role("columnheader").filter(has_text=name)
    place = page.locator("main th[scope=col]").all_inner_texts()
    at = next(number for number, one in enumerate(place) if name in one)
    expect(head.first).to_be_visible(timeout=LONG)
    shown = page.locator("main tbody tr:not([aria-hidden])").all()
    cells = [row.locator("th, td").nth(at).inner_text().replace(",", "") for row in shown]
    return max(float(one) for one in cells if one.replace(".", "").isdigit())


@pytest.mark.parametrize(("tab", "name"), [("coverage", "排放量"), ("quality", "净排放")])
def test_coverage_and_quality_obey_the_unit(site: Site, browser: Browser, shots: Path, tab: str, name: str) -> None:  # fmt: skip
    with seen_by(site, browser, "wang") as page:
        found = {}
        for unit, word in (("t", "（吨"), ("wan", "（万吨")):
            go(page, site, f"/gov/inventory/{site.ids['run']}/{tab}?unit={unit}")
            expect(page.get_by_role("columnheader").filter(has_text=f"{name}{word}").first).to_be_visible(
                timeout=LONG
            )
            found[unit] = _amount(page, name) if tab == "quality" else 0.0
            page.screenshot(path=shots / f"unit-{tab}-{unit}.png")
        assert found["t"] == pytest.approx(1e4 * found["wan"], rel=1e-3)
