"""Every page in both languages and themes: drawn, readable by everyone, in its own language, and from this host alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from browsing import SMALL, Site, go, seen_again, seen_by
from looks import LOOKS, TEXTS, foreign, in_turns, looked_at, serious, settled
from web_pages import pages

ALL = ["data", "upload", "mapping", "mapping-plain", "dataset", "dataset-rows", "dataset-refused", "dataset-versions", "dataset-lineage", "places",
       "doubts", "sources", "sources-cells", "sources-meters", "sources-new", "sources-new-meters", "catalogue", "catalogue-one", "jobs", "me", "people", "roles", "tokens", "audit", "nothing"]  # fmt: skip


def test_every_page_is_looked_at(site: Site) -> None:
    assert [name for name, _, _ in pages(site)] == ALL


@pytest.mark.parametrize(("name", "lang", "dark"), in_turns(ALL))
def test_page(site: Site, browser: Browser, shots: Path, name: str, lang: str, dark: bool) -> None:
    login, path = next((login, path) for one, login, path in pages(site) if one == name)
    with seen_again(site, browser, login, lang=lang, dark=dark) as window:
        kept = shots / f"{name}-{lang}-{'dark' if dark else 'light'}"
        page = looked_at(window, site, path, str(kept), lang)
        assert page.locator("h1").count() == 1


@pytest.mark.parametrize(("lang", "dark"), LOOKS)
def test_signing_in(site: Site, browser: Browser, shots: Path, lang: str, dark: bool) -> None:
    with seen_by(site, browser, None, lang=lang, dark=dark) as page:
        go(page, site, "/gov/data")
        page.screenshot(path=shots / f"sign-in-{lang}-{'dark' if dark else 'light'}-{SMALL[0]}.png")
        assert serious(page) == []
        assert foreign(page.evaluate(TEXTS), "", lang) == set()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_drawers_are_readable_too(site: Site, browser: Browser, shots: Path, lang: str) -> None:
    openings = [
        ("doubt", "wang", f"/gov/data/{site.ids['mended']}", "table tbody tr >> nth=0"),
        ("job", "wang", "/gov/jobs", "table tbody tr >> nth=0"),
        ("person", "sec", "/gov/admin/people", "table tbody tr >> nth=0"),
    ]
    for name, login, path, row in openings:
        with seen_again(site, browser, login, lang=lang, dark=False) as window:
            page = window.page
            go(page, site, path)
            page.locator(row).press("Enter")
            page.locator(".ant-drawer-body h2, .ant-drawer-body dl").first.wait_for()
            settled(page)
            page.screenshot(path=shots / f"drawer-{name}-{lang}.png")
            assert serious(page) == []
            assert foreign(page.evaluate(TEXTS), window.sent(), lang) == set()
