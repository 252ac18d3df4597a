"""Menus open inside the window, also where the system asks for no motion."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from browsing import LARGE, SMALL, Site, go, seen_by

PAGES = ("/gov/overview?run={run}", "/gov/map?run={run}", "/gov/inventory/{run}/explore?rows=item&view=bars")
OPEN = ".ant-dropdown:not(.ant-dropdown-hidden)"


@pytest.mark.parametrize("size", [SMALL, LARGE], ids=["small", "large"])
@pytest.mark.parametrize("path", PAGES)
def test_every_menu_opens_inside_the_window(
    site: Site, browser: Browser, size: tuple[int, int], path: str
) -> None:
    with seen_by(site, browser, "wang", lang="en", size=size) as page:
        assert page.evaluate("matchMedia('(prefers-reduced-motion: reduce)').matches")
        go(page, site, path.format(run=site.ids["run"]))
        menus = page.locator("main .ant-dropdown-trigger:visible")
        assert menus.count() > 0
        for menu in menus.all():
            menu.click()
            expect(page.locator(OPEN).get_by_role("menuitem").last).to_be_in_viewport(ratio=1, timeout=2000)
            page.keyboard.press("Escape")
            expect(page.locator(OPEN)).to_have_count(0)
