"""Every page about inventories in both languages and themes."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from browsing import Site, seen_again
from looks import in_turns, looked_at
from web_city import city_pages

NAMES = frozenset({"Word", "HTML", "IAMC", "eCRF", "BASIC", "GHG", "Protocol", "copy", "kgce", "YAML", "GeoJSON", "PMTiles", "CGCS", "WGS", "tanheng", "map", "demo"})  # fmt: skip
"""Names that stand in the Chinese pages as they are."""
ALL = ["overview", "screen", "inventory", "inventory-new", "explore", "explore-pivot", "explore-standard", "explore-bars", "explore-stacked",
       "explore-trend", "explore-sankey", "explore-treemap", "explore-change", "gpc", "proof", "quality", "coverage", "unmatched", "values", "findings", "notation",
       "compare-causes", "compare-years", "factors", "factor", "factors-compare", "applies", "documents", "document", "methods", "method",
       "releases", "release-new", "release", "map", "uncertainty", "uncertainty-trend", "standards", "packs", "template"]  # fmt: skip


def test_every_page_is_looked_at(shown: Site) -> None:
    assert sorted(city_pages(shown)) == sorted(ALL)


@pytest.mark.parametrize(("name", "lang", "dark"), in_turns(ALL))
def test_page(shown: Site, browser: Browser, shots: Path, name: str, lang: str, dark: bool) -> None:
    with seen_again(shown, browser, "wang", lang=lang, dark=dark) as window:
        kept = shots / f"{name}-{lang}-{'dark' if dark else 'light'}"
        looked_at(window, shown, city_pages(shown)[name], str(kept), lang, NAMES)
