"""The pages about inventories: overview, explorer, proof, comparison, factors, methods and releases, as people see them."""

from __future__ import annotations

import re
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from browsing import LARGE, Api, Site, drawn, go, seen_by
from web_city import OWN, city_pages

LONG = 30_000


def _pick(page: Page, name: str) -> Locator:
    return page.locator("label").filter(has_text=re.compile(f"^{name}")).locator("select")


def test_a_number_opens_its_proof_down_to_the_cell_and_the_document(shown: Site, browser: Browser) -> None:
    with seen_by(shown, browser, "wang", lang="en") as page:
        go(page, shown, f"/gov/inventory/{shown.ids['run']}/explore?rows=item&unit=t")
        page.get_by_role("link", name="154,500,000").click()
        proof = page.locator(".proof")
        expect(proof).to_contain_text("154,456,209.989172 t CO2", timeout=LONG)
        expect(proof).to_contain_text("1.9812")
        row = proof.get_by_role("row").nth(1)
        expect(row).to_contain_text("activity.csv")
        expect(row).to_contain_text("77,960,937.81")
        address = page.url
        page.goto(address)
        drawn(page)
        expect(page.locator(".proof")).to_contain_text("154,456,209.989172 t CO2")
        page.locator(".proof").get_by_role("link", name="cn_51_pilot_coal").click()
        expect(page.locator("main")).to_contain_text("section 1, table 1", timeout=LONG)
        page.go_back()
        page.locator(".proof").get_by_role("link", name="activity.csv").first.click()
        expect(page.locator("main table tbody tr[aria-rowindex]")).to_have_count(1, timeout=LONG)


def test_the_whole_is_the_sum_whatever_stands_in_rows_and_columns(shown: Site, browser: Browser) -> None:
    with seen_by(shown, browser, "wang", lang="en") as page:
        go(page, shown, f"/gov/inventory/{shown.ids['city']}/explore?unit=t")
        before = page.locator(".headline .figure.large").inner_text()
        _pick(page, "Rows").select_option("sector")
        _pick(page, "Columns").select_option("gas")
        drawn(page)
        expect(page.get_by_role("columnheader", name="Carbon dioxide")).to_be_visible(timeout=LONG)
        assert "rows=sector" in page.url
        assert "cols=gas" in page.url
        page.get_by_role("button", name="Power generation").click()
        drawn(page)
        assert "cell=sector%3Dpower" in page.url
        expect(page.get_by_text("Sector: power")).to_be_visible()
        assert page.locator(".headline .figure.large").inner_text() == before


def test_a_new_inventory_is_a_job(shown: Site, browser: Browser) -> None:
    with seen_by(shown, browser, "wang", lang="en") as page:
        go(page, shown, f"/gov/inventory/new?dataset={shown.ids['sichuan']}")
        _pick(page, "Method").select_option("sichuan-park-2022")
        page.get_by_label("Name", exact=True).fill("Sichuan again")
        page.get_by_role("button", name="Account").click()
        expect(page.get_by_role("heading", name="Sichuan again")).to_be_visible(timeout=LONG)
        expect(page.locator(".headline")).to_contain_text("33,040")


def test_a_pack_with_a_fault_is_told_by_line_and_a_good_one_is_used(
    shown: Site, browser: Browser, tmp_path: Path
) -> None:
    (tmp_path / "wrong.csv").write_text(OWN.replace("tCO2/MWh", "袋"), encoding="utf-8")
    with seen_by(shown, browser, "wang", lang="en") as page:
        go(page, shown, "/gov/factors/own")
        page.locator("input[name=name]").fill("wrong")
        _pick(page, "File").select_option("+")
        page.locator("input[type=file]").set_input_files(tmp_path / "wrong.csv")
        page.get_by_role("button", name="Check and keep").click()
        told = page.get_by_role("alert")
        expect(told).to_contain_text("W-060", timeout=LONG)
        expect(told.locator("tbody tr").first).to_contain_text("wrong.csv")
        api = Api(shown, "wang")
        rows = "entity,region,period,sector,item,amount,unit\n甲厂,四川省,2021,商业,电力,100,MWh\n"
        power = api.job("/datasets", {"upload": api.upload("电.csv", rows.encode()), "name": "甲厂用电"})
        go(page, shown, f"/gov/inventory/new?dataset={power['dataset']}")
        _pick(page, "Method").select_option("gpc-cn")
        page.locator("input[name=name]").fill("with a pack")
        page.get_by_text("More: factor release").click()
        page.get_by_label("实测电 v1").check()
        page.get_by_role("button", name="Account").click()
        expect(page.get_by_role("heading", name="with a pack")).to_be_visible(timeout=LONG)
        page.goto(f"{page.url.split('?')[0].removesuffix('/explore')}/factors")
        expect(page.get_by_role("link", name="own.power")).to_be_visible(timeout=LONG)


def test_a_filled_template_becomes_an_inventory_without_a_mapping(
    shown: Site, browser: Browser, tmp_path: Path
) -> None:
    with seen_by(shown, browser, "wang", lang="en") as page:
        go(page, shown, "/gov/methods/sichuan-park-2022/template")
        page.locator("input[name=entity]").first.fill("甲园区")
        page.locator("input[name=region]").first.fill("CN-51")
        page.locator("input[name=year]").fill("2021")
        with page.expect_download() as saved:
            page.get_by_role("button", name="Download").click()
        file = tmp_path / "template.xlsx"
        saved.value.save_as(file)
        _filled(file)
        _pick(page, "Filled template").select_option("+")
        page.locator("input[type=file]").set_input_files(file)
        page.locator("input[name=name]").fill("From the template")
        page.get_by_role("button", name="Read and account").click()
        expect(page.get_by_role("heading", name="From the template")).to_be_visible(timeout=2 * LONG)


def _filled(file: Path) -> None:
    """Write an amount into the first line of the sheet of activity, whatever its language."""
    book = openpyxl.load_workbook(file)
    sheet = book.worksheets[1]
    number, _, _, code, _, amount = range(1, 7)
    lines = [row for row in range(1, sheet.max_row + 1) if "#" in str(sheet.cell(row, number).value or "")]
    line = next(row for row in lines if sheet.cell(row, code).value)
    sheet.cell(line, amount).value = 100
    book.save(file)


def test_draws_are_a_job_whose_result_has_an_address(shown: Site, browser: Browser) -> None:
    with seen_by(shown, browser, "wang", lang="en") as page:
        go(page, shown, f"/gov/inventory/{shown.ids['city']}/uncertainty")
        page.get_by_label("Draws").fill("300")
        page.get_by_role("button", name="Draw", exact=True).click()
        expect(page.get_by_text("95 % interval").last).to_be_visible(timeout=LONG)
        assert "draws=" in page.url


def test_two_people_make_a_release(shown: Site, browser: Browser) -> None:
    with seen_by(shown, browser, "wang", lang="en") as page:
        go(page, shown, f"/gov/releases/new?run={shown.ids['run']}")
        page.get_by_label("Name").fill("Sichuan by two")
        page.get_by_label("Why").fill("first")
        page.get_by_role("button", name="Propose").click()
        expect(page.get_by_text("nobody approves their own")).to_be_visible(timeout=LONG)
        address = page.url
    with seen_by(shown, browser, "li", lang="en") as page:
        page.goto(address)
        drawn(page)
        page.get_by_role("button", name="Approve").click()
        expect(page.get_by_role("heading", name="Sichuan by two #1")).to_be_visible(timeout=LONG)
        page.get_by_role("button", name="Verify now").click()
        expect(page.get_by_text("It holds: bytes and figures agree")).to_be_visible(timeout=LONG)
        page.get_by_role("button", name="Write").click()
        with page.expect_download(timeout=LONG) as told:
            page.get_by_role("button", name="report.docx").click(timeout=LONG)
        assert told.value.path().read_bytes()[:2] == b"PK"
        expect(page.get_by_text("Official tables (Excel): [I-005]")).to_be_visible()
        page.locator("a.figure.large").click()
        expect(page.locator(".proof")).to_contain_text("330,391,619.7", timeout=LONG)


@pytest.mark.parametrize("size", [(1920, 1080), (3840, 2160)])
def test_the_big_screen_has_six_panels_and_nothing_to_scroll(
    shown: Site, browser: Browser, shots: Path, size: tuple[int, int]
) -> None:
    with seen_by(shown, browser, "wang", size=size) as page:
        go(page, shown, city_pages(shown)["screen"])
        page.wait_for_timeout(500)
        page.screenshot(path=shots / f"screen-{size[0]}.png")
        screen = page.locator(".screen")
        assert screen.evaluate(
            "one => one.scrollHeight <= one.clientHeight && one.scrollWidth <= one.clientWidth"
        )
        assert screen.locator("section").count() == 6
        over = "all => all.filter((one) => one.scrollHeight > one.clientHeight + 2).length"
        assert screen.locator("section").evaluate_all(over) == 0
        expect(screen.get_by_role("status").first).to_contain_text("刷新")
        smallest = "all => Math.min(...all.map((one) => parseFloat(getComputedStyle(one).fontSize)))"
        assert screen.locator("h1, h2, h3, p, li, small").evaluate_all(smallest) >= 16 * size[0] / 1920


def test_a_big_screen_that_waits_for_its_charts_is_not_cut_and_not_called_ready(shown: Site, browser: Browser) -> None:  # fmt: skip
    over = "() => [...document.querySelectorAll('.screen section')].filter((one) => one.scrollHeight > one.clientHeight + 2).length"
    with seen_by(shown, browser, "wang", size=LARGE) as page:
        held: list[Route] = []
        page.route("**/assets/*.js", lambda one: held.append(one) if re.search("/(six|chart-drawn)-", one.request.url) else one.continue_())  # fmt: skip
        page.goto(f"{shown.base}{city_pages(shown)['screen']}")
        for panels, waiting in ((1, "six"), (6, "chart-drawn")):
            expect(page.locator(".screen section")).to_have_count(panels, timeout=LONG)
            page.wait_for_timeout(600)
            assert page.evaluate(over) == 0
            assert page.evaluate("document.documentElement.dataset.ready") == "no"
            assert waiting in held[-1].request.url
            held.pop().continue_()
        drawn(page)
        assert page.evaluate(over) == 0


def test_an_inventory_that_is_not_complete_says_so(shown: Site, browser: Browser) -> None:
    with seen_by(shown, browser, "wang", lang="en") as page:
        go(page, shown, f"/gov/inventory/{shown.ids['city-energy']}")
        expect(page.get_by_text("The inventory is incomplete")).to_be_visible()
        expect(page.get_by_text("Holds synthetic (test) data")).to_be_visible()


def test_an_address_that_is_no_proof_is_told_and_asks_nothing(shown: Site, browser: Browser) -> None:
    asked: list[str] = []
    with seen_by(shown, browser, "wang", lang="en") as page:
        page.on("request", lambda one: asked.append(one.url))
        go(page, shown, f"/gov/inventory/{shown.ids['run']}/explore?proof=people/../audit")
        expect(page.get_by_text("No such proof")).to_be_visible()
    assert not [
        one for one in asked if "audit" in one.split("?")[0].removeprefix(shown.base) and "/api/" in one
    ]
