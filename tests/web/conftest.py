"""A real server with people and data, and a browser that looks at it; `TANHENG_SHOTS=DIR` keeps the pictures."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from browsing import ARGUMENTS, Site, chromium, people, running, seeded
from web_city import city


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """`tanheng serve` over a folder with people, data sets, doubts and a run."""
    folder = tmp_path_factory.mktemp("site")
    people(folder)
    with running(folder) as base:
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
    with running(tmp_path) as base:
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
