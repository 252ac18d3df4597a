"""Every page in both languages and themes: drawn, readable by everyone, in its own language, and from this host alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Response

from browsing import AXE, LARGE, SMALL, Site, go, seen_by
from web_pages import pages

LOOKS = [
    ("zh", False),
    ("en", True),
    pytest.param("zh", True, marks=pytest.mark.slow),
    pytest.param("en", False, marks=pytest.mark.slow),
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
_TEXTS = """() => {
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
ALL = ["data", "upload", "mapping", "mapping-plain", "dataset", "dataset-rows", "dataset-refused", "dataset-versions", "dataset-lineage", "places",
       "doubts", "sources", "sources-cells", "sources-meters", "sources-new", "sources-new-meters", "catalogue", "catalogue-one", "jobs", "me", "people", "roles", "tokens", "audit", "nothing"]  # fmt: skip


def test_every_page_is_looked_at(site: Site) -> None:
    assert [name for name, _, _ in pages(site)] == ALL


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize(("lang", "dark"), LOOKS)
def test_page(site: Site, browser: Browser, shots: Path, name: str, lang: str, dark: bool) -> None:
    login, path = next((login, path) for one, login, path in pages(site) if one == name)
    with seen_by(site, browser, login, lang=lang, dark=dark) as page:
        answers: list[str] = []
        page.on("response", lambda answer: answers.append(_said(answer)))
        go(page, site, path)
        kept = shots / f"{name}-{lang}-{'dark' if dark else 'light'}"
        page.screenshot(path=f"{kept}-{SMALL[0]}.png")
        _fits(page)
        assert _serious(page) == []
        assert _foreign(page.evaluate(_TEXTS), "\n".join(answers), lang) == set()
        assert page.locator("h1").count() == 1
        page.set_viewport_size({"width": LARGE[0], "height": LARGE[1]})
        page.screenshot(path=f"{kept}-{LARGE[0]}.png")
        _fits(page)


@pytest.mark.parametrize(("lang", "dark"), LOOKS)
def test_signing_in(site: Site, browser: Browser, shots: Path, lang: str, dark: bool) -> None:
    with seen_by(site, browser, None, lang=lang, dark=dark) as page:
        go(page, site, "/gov/data")
        page.screenshot(path=shots / f"sign-in-{lang}-{'dark' if dark else 'light'}-{SMALL[0]}.png")
        assert _serious(page) == []
        assert _foreign(page.evaluate(_TEXTS), "", lang) == set()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_drawers_are_readable_too(site: Site, browser: Browser, shots: Path, lang: str) -> None:
    openings = [
        ("doubt", "wang", f"/gov/data/{site.ids['mended']}", "table tbody tr >> nth=0"),
        ("job", "wang", "/gov/jobs", "table tbody tr >> nth=0"),
        ("person", "sec", "/gov/admin/people", "table tbody tr >> nth=0"),
    ]
    for name, login, path, row in openings:
        with seen_by(site, browser, login, lang=lang) as page:
            answers: list[str] = []
            page.on("response", lambda answer, kept=answers: kept.append(_said(answer)))
            go(page, site, path)
            page.locator(row).press("Enter")
            page.locator(".ant-drawer-body h2, .ant-drawer-body dl").first.wait_for()
            page.wait_for_timeout(400)
            page.screenshot(path=shots / f"drawer-{name}-{lang}.png")
            assert _serious(page) == []
            assert _foreign(page.evaluate(_TEXTS), "\n".join(answers), lang) == set()


def _said(answer: Response) -> str:
    if "/api/" not in answer.url or "/events" in answer.url or answer.status == 304:
        return ""
    try:
        return answer.text()
    except Exception:
        return ""


def _fits(page: Page) -> None:
    """No surprise to the right of the page."""
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate(
        "document.querySelector('main').scrollWidth <= document.querySelector('main').clientWidth"
    )


def _serious(page: Page) -> list[str]:
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{one['id']}: {node['target']}"
        for one in found["violations"]
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]


def _foreign(text: str, sent: str, lang: str) -> set[str]:
    """Words of the other language that the API, asked in this one, did not send as data."""
    if lang == "en":
        return {found for found in HAN.findall(text) if found not in sent}
    return {found for found in WORD.findall(text) if found not in sent and found not in NAMES}
