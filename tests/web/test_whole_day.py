"""The analyst's whole day in Chinese, by the pages alone: from signing in to a release that another person approved, and the map."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import xlsxwriter
from playwright.sync_api import Browser, Page, expect

from browsing import Site, drawn, go, seen_by
from serving import PASSWORD, SICHUAN

LONG = 30_000
NAME = "四川省2021（全天）"


def _workbook(file: Path, gas: str) -> Path:
    """The Sichuan data as a workbook of Excel; the amount of natural gas as somebody typed it."""
    with SICHUAN.open(encoding="utf-8") as lines:
        rows = list(csv.reader(lines))
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet("活动数据")
        for place, row in enumerate(rows):
            typed = [gas if cell == "2854235.64" else cell for cell in row]
            for column, cell in enumerate(typed):
                number = rows[0][column] == "amount" and cell.replace(".", "").isdigit()
                sheet.write(place, column, float(cell) if number else cell)
    return file


def _uploaded(page: Page, site: Site, file: Path) -> None:
    go(page, site, "/gov/data/upload")
    page.set_input_files("input[type=file]", file)
    expect(page.get_by_text("列名都认得，可以直接读取")).to_be_visible(timeout=LONG)
    page.locator("input[name=name]").fill(NAME)
    page.get_by_role("button", name="读取并检查").click()


def _signed_in(page: Page, site: Site, login: str) -> None:
    page.goto(site.base)
    page.get_by_label("登录名").fill(login)
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("link", name="驾驶舱")).to_be_visible(timeout=LONG)


def test_the_whole_day(site: Site, browser: Browser, shots: Path, tmp_path: Path) -> None:
    def kept(page: Page, name: str) -> None:
        page.screenshot(path=shots / f"day-{name}.png")

    with seen_by(site, browser, None) as page:
        _signed_in(page, site, "wang")

        _uploaded(page, site, _workbook(tmp_path / "四川省活动数据.xlsx", "约285万"))
        expect(page.get_by_role("heading", name=f"{NAME} v1")).to_be_visible(timeout=LONG)
        expect(page.get_by_text("1 行被拒，未计入")).to_be_visible()
        page.get_by_role("link", name="查看被拒行").click()
        expect(page.locator("tbody")).to_contain_text("约285万")
        expect(page.locator("tbody")).to_contain_text("四川省活动数据.xlsx")
        kept(page, "refused")

        _uploaded(page, site, _workbook(tmp_path / "四川省活动数据.xlsx", "2854235.64"))
        expect(page.get_by_role("heading", name=f"{NAME} v2")).to_be_visible(timeout=LONG)
        expect(page.locator("tbody")).to_contain_text("已改正", timeout=LONG)
        kept(page, "mended")

        dataset = page.url
        for method in ("cn-energy-2011", "sichuan-park-2022"):
            go(page, site, dataset.removeprefix(site.base))
            page.get_by_role("button", name="核算", exact=True).click()
            page.locator("label").filter(has_text=re.compile("^方法")).locator("select").select_option(method)
            page.get_by_label("名称", exact=True).fill(f"{NAME} {method}")
            page.get_by_role("button", name="开始核算").click()
            expect(page.get_by_role("heading", name=f"{NAME} {method}")).to_be_visible(timeout=LONG)
            drawn(page)
        expect(page.locator(".headline")).to_contain_text("33,040")
        run = page.url

        page.get_by_role("link", name="15,450").first.click()
        proof = page.locator(".proof")
        expect(proof).to_contain_text("154,456,209.989172 t CO2", timeout=LONG)
        expect(proof).to_contain_text("四川省活动数据.xlsx")
        expect(proof).to_contain_text("活动数据")
        kept(page, "proof")

        go(page, site, "/gov/inventory/compare")
        for label, name in (("原来", "cn-energy-2011"), ("现在", "sichuan-park-2022")):
            choice = (
                page.locator(".pick-bar label")
                .filter(has_text=re.compile(f"^{label}"))
                .get_by_role("combobox")
            )
            choice.fill(f"{NAME} {name}")
            choice.press("Enter")
        drawn(page)
        expect(page.locator("main")).to_contain_text("33,040", timeout=LONG)
        kept(page, "compare")

        page.goto(run)
        drawn(page)
        page.get_by_role("link", name="提请发布").or_(page.get_by_role("button", name="提请发布")).click()
        page.get_by_label("名称").fill(NAME)
        page.get_by_label("理由").fill("年度清单")
        page.get_by_role("button", name="提请", exact=True).click()
        expect(page.get_by_text("提请人不能审批自己的提请")).to_be_visible(timeout=LONG)
        proposal = page.url

    with seen_by(site, browser, None) as page:
        _signed_in(page, site, "li")
        page.goto(proposal)
        page.get_by_role("button", name="批准发布").click()
        expect(page.get_by_role("heading", name=f"{NAME} #1")).to_be_visible(timeout=LONG)
        page.get_by_role("button", name="立即核验").click()
        expect(page.get_by_text("核验通过：字节与数字一致")).to_be_visible(timeout=LONG)
        kept(page, "release")

    with seen_by(site, browser, "wang") as page:
        page.goto(proposal)
        page.get_by_role("button", name="生成").click()
        with page.expect_download(timeout=LONG) as told:
            page.get_by_role("button", name="report.docx").click(timeout=LONG)
        assert told.value.path().read_bytes()[:2] == b"PK"
        kept(page, "exports")

        page.get_by_role("link", name="碳地图").click()
        drawn(page)
        expect(page.locator("main")).to_contain_text("四川省")
        kept(page, "map")
