"""A real server with people and data, and a browser that looks at it; `TANHENG_SHOTS=DIR` keeps the pictures."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, sync_playwright

from browsing import ARGUMENTS, STATIC, Site, chromium, people, seeded
from web_city import city


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """`tanheng serve` over a folder with people, data sets, doubts and a run."""
    folder = tmp_path_factory.mktemp("site")
    people(folder)
    with _serving(folder) as base:
        found = Site(base, folder)
        yield seeded(found)
        found.close()


@pytest.fixture(scope="session")
def shown(site: Site) -> Site:
    """The same server with a city in three years by two methods, all synthetic, and a proposal."""
    return city(site)


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Site]:
    """`tanheng serve` over a folder with nothing."""
    with _serving(tmp_path) as base:
        found = Site(base, tmp_path)
        yield found
        found.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = chromium()
    if path is None:
        pytest.skip("no Chromium: apt-get install chromium fonts-noto-cjk")
    with sync_playwright() as play:
        opened = play.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def shots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pictures of the pages go."""
    kept = os.environ.get("TANHENG_SHOTS")
    folder = Path(kept) if kept else tmp_path_factory.mktemp("shots")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@contextlib.contextmanager
def _serving(folder: Path, more: str = "") -> Iterator[str]:
    """A server over a folder; `more` are lines of its settings."""
    if not (STATIC / "index.html").is_file():
        pytest.skip("the web application is not built: make web")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = folder / "settings.toml"
    settings.write_text(
        f"rate_person = 0\nrate_source = 0\nrate_sign_in = 0\nrate_exports = 0\n{more}\n", encoding="utf-8"
    )
    command = [
        sys.executable, "-m", "tanheng", "serve", "--data", folder / "data", "--port", str(port), "--config", settings
    ]  # fmt: skip
    with (folder / "log.txt").open("w") as log:
        process = subprocess.Popen(
            command, stdout=log, stderr=log, env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
        )
        try:
            base = f"http://127.0.0.1:{port}"
            _wait(base, process, folder / "log.txt")
            yield base
        finally:
            process.terminate()
            process.wait(20)


def _wait(base: str, process: subprocess.Popen[bytes], log: Path) -> None:
    ends = time.monotonic() + 60
    while time.monotonic() < ends:
        if process.poll() is not None:
            break
        try:
            if httpx.get(f"{base}/api/v1/health", timeout=2).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError(log.read_text())
