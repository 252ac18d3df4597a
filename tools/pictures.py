"""Pictures of the web application for the documentation, of the demonstration as it stands: .venv/bin/python tools/pictures.py

Starts ``tanheng serve --demo`` on a folder of its own, opens each page of `PAGES` in Chromium in both languages, and writes
docs/assets/web/NAME-LANGUAGE.png. The web application must be built (`make web`).
"""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx
from playwright.sync_api import Browser, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
from browsing import ARGUMENTS, ROOT, SMALL, chromium, drawn

FOLDER = ROOT / "docs" / "assets" / "web"
PAGES = {
    "overview": ("analyst", "/gov/overview"),
    "screen": ("analyst", "/gov/overview/screen"),
    "map": ("analyst", "/gov/map"),
    "data": ("analyst", "/gov/data"),
    "upload": ("analyst", "/gov/data/upload"),
    "doubts": ("analyst", "/gov/doubts"),
    "catalogue": ("analyst", "/gov/catalogue"),
    "explorer": ("analyst", "/gov/inventory/{run}/explore?rows=item&view=bars"),
    "sankey": ("analyst", "/gov/inventory/{run}/explore?view=sankey"),
    "proof": ("analyst", "/gov/inventory/{run}/explore?proof=runs/{run}%3Fitem%3Dcoal"),
    "quality": ("analyst", "/gov/inventory/{run}/quality"),
    "releases": ("approver", "/gov/releases"),
    "factors": ("analyst", "/gov/factors"),
    "method": ("analyst", "/gov/methods/cn-provincial-2011"),
    "jobs": ("analyst", "/gov/jobs"),
    "people": ("security", "/gov/admin/people"),
    "audit": ("audit", "/gov/admin/audit"),
}


def main() -> None:
    """All pictures, or those that are named."""
    wanted = sys.argv[1:] or list(PAGES)
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        command = [sys.executable, "-m", "tanheng", "serve", "--demo", "--data", folder, "--port", str(port)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        try:
            password = _password(process)
            base = f"http://127.0.0.1:{port}"
            run = _run(base, password)
            with sync_playwright() as play:
                browser = play.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
                for login in dict.fromkeys(PAGES[name][0] for name in wanted):
                    for lang in ("zh", "en"):
                        page = _signed_in(browser, base, login, password, lang)
                        for name in wanted:
                            if PAGES[name][0] == login:
                                page.goto(base + PAGES[name][1].format(run=run))
                                drawn(page)
                                page.wait_for_timeout(800)
                                page.screenshot(path=FOLDER / f"{name}-{lang}.png")
                        page.context.close()
        finally:
            process.terminate()
            process.wait(20)


def _password(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    for line in process.stdout:
        if found := re.search(r"demo-[\w-]+", line):
            return found[0]
    raise SystemExit("the demonstration did not start")


def _run(base: str, password: str) -> str:
    """The inventory of Sichuan 2021."""
    ends = time.monotonic() + 60
    with httpx.Client(base_url=f"{base}/api/v1") as client:
        while time.monotonic() < ends:
            try:
                client.post("/session", json={"login": "analyst", "password": password})
                break
            except httpx.TransportError:
                time.sleep(0.2)
        runs = client.get("/runs", params={"where": "method=sichuan-park-2022"}).json()["rows"]
    return str(runs[0]["id"])


def _signed_in(browser: Browser, base: str, login: str, password: str, lang: str) -> Page:
    context = browser.new_context(
        viewport={"width": SMALL[0], "height": SMALL[1]},
        reduced_motion="reduce",
        locale="zh-CN" if lang == "zh" else "en-GB",
    )
    context.add_init_script(f"localStorage.setItem('tanheng-lang', '{lang}')")
    page = context.new_page()
    page.goto(base)
    page.locator("input[name=login], input").first.fill(login)
    page.locator("input[type=password]").fill(password)
    page.keyboard.press("Enter")
    page.wait_for_selector("nav", timeout=30_000)
    return page


if __name__ == "__main__":
    main()
