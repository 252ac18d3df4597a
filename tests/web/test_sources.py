"""Sources against one another by mouse and keyboard: choosing by typing, the result, its doubts."""

from __future__ import annotations

from playwright.sync_api import Browser, expect

from browsing import Site, go, seen_by

LONG = 20_000


def test_enterprises_are_held_against_a_balance(site: Site, browser: Browser) -> None:
    with seen_by(site, browser, "wang", lang="en") as page:
        go(page, site, "/gov/sources")
        page.get_by_role("button", name="Enterprises against a balance").click()
        page.get_by_label("Name", exact=True).fill("By hand")
        page.get_by_label("Data set of the balance", exact=True).fill("四川2021")
        page.keyboard.press("Enter")
        firms = page.get_by_label("Data sets of enterprises", exact=True)
        firms.fill("台账")
        page.keyboard.press("Enter")
        page.keyboard.press("Escape")
        page.get_by_label("Tolerance").fill("10")
        page.get_by_role("button", name="Compare", exact=True).click()
        expect(page.get_by_role("heading", name="By hand", level=1)).to_be_visible(timeout=LONG)
        expect(page.get_by_text("10.0 %").first).to_be_visible()
        expect(
            page.get_by_role("table", name="Cell by cell").get_by_text("balance only").first
        ).to_be_visible()
        page.get_by_role("table", name="Doubts").locator("tbody").get_by_role("button").first.click()
        page.get_by_role("link", name="comparison of sources").click()
        expect(page.get_by_role("heading", name="By hand", level=1)).to_be_visible()


def test_meters_are_reconciled_and_a_misspelt_name_is_told(site: Site, browser: Browser) -> None:
    with seen_by(site, browser, "wang") as page:
        go(page, site, "/gov/sources/measurements")
        page.get_by_label("名称", exact=True).fill("手工表计")
        page.get_by_label("计量数据文件").select_option("表计.csv")
        page.get_by_label("约束等式").fill("一车间 + 三车间 = 总表")
        page.get_by_role("button", name="开始核对").click()
        expect(page.get_by_role("alert")).to_contain_text("三车间", timeout=LONG)
        page.get_by_label("约束等式").fill("# 全厂\n一车间 + 二车间 = 总表\n锅炉 + 窑 = 一车间")
        page.get_by_role("button", name="开始核对").click()
        expect(page.get_by_role("heading", name="手工表计", level=1)).to_be_visible(timeout=LONG)
        expect(page.get_by_text("一车间 可疑：估计多计 6.00 ± 1.4 t")).to_be_visible()
        expect(page.get_by_role("table", name="建议值").get_by_text("60.0")).to_be_visible()
