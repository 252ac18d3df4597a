"""Every page about roads in both languages and themes."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from browsing import Site, seen_again
from looks import LOOKS, looked_at
from web_roads import road_pages, roads

NAMES = frozenset({"yaml", "road", "tree", "zip", "JSON"})
"""Names that stand in the Chinese pages as they are."""
ALL = ["roads", "road-new", "road-next", "road", "road-old", "road-index", "road-index-old", "road-tree", "road-scenarios", "road-cap", "road-gate",
       "road-projects", "road-finance", "road-forecast", "road-drivers", "road-tables", "road-tables-asked"]  # fmt: skip


@pytest.fixture(scope="module")
def laid(site: Site) -> Site:
    """The server of the tests with a road of two versions and its analyses."""
    return roads(site)


def test_every_page_is_looked_at(laid: Site) -> None:
    assert list(road_pages(laid)) == ALL


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize(("lang", "dark"), LOOKS)
def test_page(laid: Site, browser: Browser, shots: Path, name: str, lang: str, dark: bool) -> None:
    with seen_again(laid, browser, "wang", lang=lang, dark=dark) as window:
        kept = shots / f"{name}-{lang}-{'dark' if dark else 'light'}"
        page = looked_at(window, laid, road_pages(laid)[name], str(kept), lang, NAMES)
        assert page.locator("h1").count() == 1
