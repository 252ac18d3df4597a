"""The way back and forward of the browser: what was filtered, sorted and opened is there again."""

from __future__ import annotations

from playwright.sync_api import Browser, expect

from browsing import Site, drawn, go, seen_by

LONG = 30_000


def test_filters_and_an_open_drawer_survive_going_back_and_forward(site: Site, browser: Browser) -> None:
    with seen_by(site, browser, "wang") as page:
        go(page, site, f"/gov/data/{site.ids['doubtful']}")
        rows = page.locator("main table tbody tr[aria-rowindex]")
        every = rows.count()
        page.get_by_role("button", name="筛选“代码”").click()
        page.locator(".ant-popover input").fill("A-104")
        page.locator(".ant-popover input").press("Enter")
        expect(rows).not_to_have_count(every, timeout=LONG)
        some = rows.count()
        assert some > 0
        rows.first.press("Enter")
        drawer = page.locator(".ant-drawer-body")
        expect(drawer.get_by_role("heading").first).to_be_visible(timeout=LONG)
        opened, address = drawer.get_by_role("heading").first.inner_text(), page.url
        go(page, site, "/gov/jobs")
        page.go_back()
        drawn(page)
        assert page.url == address
        expect(drawer.get_by_role("heading").first).to_have_text(opened, timeout=LONG)
        expect(rows).to_have_count(some)
        page.go_forward()
        expect(page.get_by_role("heading", name="任务", level=1)).to_be_visible(timeout=LONG)
        page.go_back()
        drawn(page)
        expect(drawer.get_by_role("heading").first).to_have_text(opened, timeout=LONG)
        page.get_by_role("button", name="关闭").click()
        expect(drawer).to_have_count(0, timeout=LONG)
        expect(rows).to_have_count(some)


def test_a_proof_that_was_left_by_a_link_is_open_again(shown: Site, browser: Browser) -> None:
    with seen_by(shown, browser, "wang") as page:
        go(page, shown, f"/gov/inventory/{shown.ids['run']}/explore?rows=item&unit=t")
        page.get_by_role("link", name="154,500,000").click()
        proof = page.locator(".proof")
        expect(proof).to_contain_text("154,456,209.989172 t CO2", timeout=LONG)
        proof.get_by_role("link", name="cn_51_pilot_coal").click()
        expect(page.locator("main h1")).not_to_contain_text("四川2021", timeout=LONG)
        page.go_back()
        drawn(page)
        expect(proof).to_contain_text("154,456,209.989172 t CO2", timeout=LONG)
        expect(page.get_by_role("columnheader").first).to_be_visible()
        assert "rows=item" in page.url
        page.get_by_role("button", name="关闭").click()
        expect(proof).to_have_count(0)
