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


def test_nothing_is_loaded_from_another_host() -> None:
    if not STATIC.is_dir():
        pytest.skip("the web application is not built: make web")
    texts = [one for one in STATIC.rglob("*") if one.suffix in (".html", ".js", ".css", ".mjs")]
    assert texts
    assert {
        one.name: found for one in texts if (found := LOADS.findall(one.read_text(encoding="utf-8")))
    } == {}
