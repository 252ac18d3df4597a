"""Every entry of the menu as every role, in both languages, over the demonstration: nothing refused, broken, untranslated or raw."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, Response

from browsing import ROOT, STATIC, Site, go, seen_by, state_of
from tanheng.serve.demo import ENTERPRISE, PEOPLE

LOGINS = [login for login, *_ in PEOPLE]
WORDS = {path.stem for path in (ROOT / "web" / "src" / "i18n" / "zh").glob("*.json")}
KEY = re.compile(rf"\b(?:{'|'.join(sorted(WORDS))})\.(?!csv\b)[a-z][\w.-]*\b")
RAW = re.compile(
    r"\b[0-9a-f]{32}\b|\b(?:undefined|NaN|\[object Object\])\b|\b[a-z]+_[a-z_]+\b|\b[a-z]+\.(?:read|write|manage)\b"
)
SEEN = [
    *((login, "zh") for login in LOGINS),
    *(pytest.param(login, "en", marks=[] if login == "analyst" else pytest.mark.slow) for login in LOGINS),
]
NAMES = {"bare_flat"}
"""What a factor release has in a name of its own."""
_SHOWN = """() => {
  const walker = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) if (!walker.currentNode.parentElement.closest('script,style,code,.raw')) found.push(walker.currentNode.textContent);
  return found.join('\\n');
}"""


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """`tanheng serve --demo`, with the logins and the password that it prints."""
    if not (STATIC / "index.html").is_file():
        pytest.skip("the web application is not built: make web")
    folder = tmp_path_factory.mktemp("demo")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    limits = {f"TANHENG_RATE_{name}": "0" for name in ("PERSON", "SOURCE", "SIGN_IN", "EXPORTS")}
    command = [
        sys.executable,
        "-m",
        "tanheng",
        "serve",
        "--demo",
        "--data",
        folder / "data",
        "--port",
        str(port),
    ]
    with (folder / "log.txt").open("w") as log:
        process = subprocess.Popen(
            command, stdout=log, stderr=log, env={**os.environ, **limits, "PYTHONDONTWRITEBYTECODE": "1"}
        )
        try:
            yield _ready(Site(f"http://127.0.0.1:{port}", folder), process, folder / "log.txt")
        finally:
            process.terminate()
            process.wait(20)


def _ready(site: Site, process: subprocess.Popen[bytes], log: Path) -> Site:
    ends = time.monotonic() + 180
    while time.monotonic() < ends and process.poll() is None:
        try:
            httpx.get(f"{site.base}/api/v1/health", timeout=2)
        except httpx.TransportError:
            time.sleep(0.2)
            continue
        said = log.read_text()
        assert all(login in said for login in LOGINS)
        password = re.search(r"demo-[\w-]+", said)
        assert password is not None
        for login in LOGINS:
            site.states[login] = _state(site, login, password[0])
        return site
    raise AssertionError(log.read_text())


def _state(site: Site, login: str, password: str) -> Any:
    with httpx.Client(base_url=f"{site.base}/api/v1") as client:
        assert client.post("/session", json={"login": login, "password": password}).status_code == 201
        return state_of(client)


@pytest.mark.parametrize(("login", "lang"), SEEN)
def test_every_entry_of_the_menu_opens(
    demo: Site, browser: Browser, shots: Path, login: str, lang: str
) -> None:
    with seen_by(demo, browser, login, lang=lang) as page:
        refused: list[str] = []
        page.on("response", lambda answer: refused.extend(_refused(answer)))
        go(page, demo, "/gov")
        entries = [one.get_attribute("href") or "" for one in page.locator("aside nav a").all()]
        assert entries
        for entry in [*entries, "/gov/me"]:
            go(page, demo, entry)
            page.screenshot(path=shots / f"role-{login}-{entry.split('?')[0].rsplit('/', 1)[-1]}-{lang}.png")
            _opens(page, entry)
        assert refused == []


def _refused(answer: Response) -> list[str]:
    return [f"{answer.status} {answer.url}"] if "/api/" in answer.url and answer.status >= 400 else []


def _opens(page: Page, entry: str) -> None:
    assert page.locator("h1").count() == 1, entry
    assert page.locator(".notice.error").all_text_contents() == [], entry
    text = page.evaluate(_SHOWN)
    assert KEY.findall(text) == [], entry
    assert set(RAW.findall(text)) <= NAMES, entry
    for table in page.locator("main table tbody").all():
        assert table.locator("tr").count() > 0, f"{entry}: an empty table says nothing"


def test_the_enterprise_sees_itself_alone(demo: Site, browser: Browser) -> None:
    with seen_by(demo, browser, "enterprise") as page:
        seen: list[str] = []
        page.on("response", lambda answer: seen.extend(_entities(answer)))
        for entry in ("overview", "data", "inventory", "doubts", "map"):
            go(page, demo, f"/gov/{entry}")
        assert set(seen) == {ENTERPRISE}


def _entities(answer: Response) -> list[str]:
    if "/api/" not in answer.url or "application/json" not in answer.headers.get("content-type", ""):
        return []
    body = answer.json()
    rows = body.get("rows", []) if isinstance(body, dict) else []
    return [
        row["entity"]
        for row in rows
        if isinstance(row, dict) and "entity" in row and json.dumps(row["entity"]) != '""'
    ]
