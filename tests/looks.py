"""What every page is held to: it fits, everyone can read it, and its words are of its own language."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page

from browsing import AXE, LARGE, SMALL, Site, Window, drawn, go

LOOKS = [
    ("zh", False),
    ("en", True),
    pytest.param("zh", True, marks=pytest.mark.slow),
    pytest.param("en", False, marks=pytest.mark.slow),
]
"""Every look of a page; the last two by ``make test-all``."""


def in_turns(names: list[str]) -> list[Any]:
    """Every page in every look; the quick run sees each page in one, by turns Chinese and light or English and dark."""
    return [
        pytest.param(name, lang, dark, marks=[] if (lang, dark) == LOOKS[at % 2] else pytest.mark.slow)
        for at, name in enumerate(names)
        for lang, dark in [("zh", False), ("en", True), ("zh", True), ("en", False)]
    ]


HAN = re.compile(r"[\u4e00-\u9fff]+")
WORD = re.compile(r"[A-Za-z]{3,}")
NAMES = {
    "CSV",
    "XLSX",
    "PNG",
    "SVG",
    "Excel",
    "ODS",
    "Parquet",
    "SHA",
    "GPC",
    "CRF",
    "IPCC",
    "ISO",
    "GWP",
    "WGS",
    "CGCS",
    "GCJ",
    "GPS",
    "English",
    "Authorization",
    "Bearer",
}
TEXTS = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) {
    const inside = walker.currentNode.parentElement;
    if (!inside.closest('script,style,.raw,[lang]:not(html)')) found.push(walker.currentNode.textContent);
  }
  document.querySelectorAll('[placeholder],[aria-label],[title]').forEach((one) =>
    found.push(one.getAttribute('placeholder') || '', one.getAttribute('aria-label') || '', one.closest('[lang]:not(html),.raw') ? '' : one.title));
  return found.join('\\n');
}"""


def settled(page: Page) -> None:
    """Wait until what changed with the size of the window is drawn."""
    page.evaluate(
        "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))"
    )
    drawn(page)


def looked_at(window: Window, site: Site, path: str, kept: str, lang: str, names: frozenset[str] = frozenset()) -> Page:  # fmt: skip
    """Open a page, hold it to everything in both sizes, and keep the pictures."""
    page = window.page
    go(page, site, path)
    settled(page)
    page.screenshot(path=f"{kept}-{SMALL[0]}.png")
    fits(page)
    assert page.locator(".notice.error[role=alert]").count() == 0
    found = serious(page)
    assert found == [], found
    assert foreign(page.evaluate(TEXTS), window.sent(), lang) - names == set()
    page.set_viewport_size({"width": LARGE[0], "height": LARGE[1]})
    settled(page)
    page.screenshot(path=f"{kept}-{LARGE[0]}.png")
    fits(page)
    return page


def fits(page: Page) -> None:
    """No surprise to the right of the page."""
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate(
        "document.querySelector('main').scrollWidth <= document.querySelector('main').clientWidth"
    )


_STILL = """Promise.all(document.getAnimations()
  .filter((one) => one.effect?.getComputedTiming().iterations !== Infinity)
  .map((one) => one.finished.catch(() => null)))"""


def serious(page: Page) -> list[str]:
    page.evaluate(f"{_STILL}.then(() => null)")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{one['id']}: {node['target']}"
        for one in found["violations"]
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]


def foreign(text: str, sent: str, lang: str) -> set[str]:
    """Words of the other language that the API, asked in this one, did not send as data."""
    if lang == "en":
        return {found for found in HAN.findall(text) if found not in sent}
    return {found for found in WORD.findall(text) if found not in sent and found not in NAMES}
