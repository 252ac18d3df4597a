"""What is delivered: small enough for the first paint and nothing from another host."""

from __future__ import annotations

import gzip
import re

import pytest
from playwright.sync_api import Browser

from browsing import STATIC, Site, go, seen_by

BUDGET = 300_000
LOADS = re.compile(
    r"""\ssrc=["']?https?://|<link[^>]+href=["']?https?://|url\(\s*["']?https?://|@import\s+["']https?://|(?:import|fetch)\(\s*["'`]https?://"""
)


@pytest.mark.parametrize("path", ["/", "/gov/data"])
def test_the_first_paint_is_small(site: Site, browser: Browser, path: str) -> None:
    loaded: set[str] = set()
    with seen_by(site, browser, None if path == "/" else "wang") as page:
        page.on("request", lambda asked: loaded.add(asked.url.removeprefix(site.base)))
        go(page, site, path)
    files = [STATIC / one.lstrip("/") for one in loaded if one.startswith("/assets/")]
    size = sum(len(gzip.compress(one.read_bytes())) for one in [*files, STATIC / "index.html"])
    assert files
    assert size < BUDGET, f"{size} bytes"
    assert not [one for one in files if "chart" in one.name or "map" in one.name.split("-")[0:1]]


@pytest.mark.parametrize("path", ["/gov/overview", "/gov/overview/screen"])
def test_the_numbers_of_the_overview_stand_before_the_charts_are_loaded(
    site: Site, browser: Browser, path: str
) -> None:
    """First paint of these two is the total with its change: what began to load until then counts; the charts follow."""
    with seen_by(site, browser, "wang") as page:
        go(page, site, path)
        early = page.evaluate(
            "() => { const stands = performance.getEntriesByName('numbers')[0].startTime;"
            " return performance.getEntriesByType('resource').filter((one) => one.startTime < stands)"
            " .map((one) => new URL(one.name).pathname) }"
        )
        stands = page.evaluate("performance.getEntriesByName('numbers')[0].startTime")
    files = {STATIC / one.lstrip("/") for one in early if one.startswith("/assets/")}
    size = sum(len(gzip.compress(one.read_bytes())) for one in [*files, STATIC / "index.html"])
    print(f"{path}: {size} bytes, {stands:.0f} ms")
    assert files
    assert size < BUDGET, f"{size} bytes"
    assert not [one for one in files if "chart" in one.name]


def test_nothing_is_loaded_from_another_host() -> None:
    if not STATIC.is_dir():
        pytest.skip("the web application is not built: make web")
    texts = [one for one in STATIC.rglob("*") if one.suffix in (".html", ".js", ".css", ".mjs")]
    assert texts
    assert {
        one.name: found for one in texts if (found := LOADS.findall(one.read_text(encoding="utf-8")))
    } == {}
