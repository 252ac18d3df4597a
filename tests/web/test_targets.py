"""Targets of a place: entered beside the overview or with its data, held against the years, on the big screen and in the alarms."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from browsing import LARGE, SMALL, Api, Site, drawn, go, seen_by
from looks import fits, serious

LONG = 30_000
PLACE = "CN-5107"
COAL = "entity,region,period,item,amount,unit\n" + "".join(
    f"绵阳市,{PLACE},{year},煤品,{amount},万吨\n"
    for year, amount in ((2019, 900), (2020, 1000), (2021, 1100))
)


@pytest.fixture(scope="module")
def city(site: Site) -> str:
    """A real city over synthetic GDP, without a target."""
    api = Api(site, "wang")
    data = {"upload": api.upload("绵阳.csv", COAL.encode()), "name": "绵阳", "region": PLACE}
    dataset = api.job("/datasets", data)["dataset"]
    gdp = {
        "region": PLACE,
        "period": "2021",
        "quantity": "gdp",
        "value": 3350,
        "source": "推算",
        "synthetic": True,
    }
    assert api.http.post("/socio-economic", json={"rows": [gdp]}).status_code == 201
    return str(api.job("/runs", {"dataset": dataset, "method": "sichuan-park-2022", "name": "绵阳"})["run"])


def _enter(page: Page, kind: str, value: str, unit: str) -> None:
    form = page.locator("form", has=page.locator("[name=clause]"))
    form.locator("[name=quantity]").select_option(kind)
    form.locator("[name=period]").fill("2025")
    form.locator("[name=value]").fill(value)
    form.locator("[name=unit]").select_option(unit)
    form.locator("[name=base_year]").fill("2019")
    form.locator("[name=source]").fill("绵阳市碳达峰实施方案")
    form.locator("[name=clause]").fill("二（一）")
    form.locator("button[type=submit]").click()
    expect(page.get_by_role("status").filter(has_text=re.compile("目标已录入|was entered"))).to_be_visible(
        timeout=LONG
    )


def test_an_approver_sets_targets_where_they_are_read(
    site: Site, city: str, browser: Browser, shots: Path
) -> None:
    with seen_by(site, browser, "li", size=SMALL) as page:
        go(page, site, f"/gov/overview?run={city}")
        panel = page.locator(".panel", has=page.get_by_role("heading", name="强度与目标"))
        expect(panel).to_contain_text("真实与合成混合", timeout=LONG)
        expect(panel).to_contain_text("没有录入目标")
        panel.get_by_role("button", name="录入目标").click()
        expect(page.locator("[name=region]")).to_have_value(PLACE)
        _enter(page, "emission_target", "1585", "10^4 t")
        page.screenshot(path=shots / "target-drawer.png")
        assert serious(page) == []
        page.get_by_role("button", name="关闭", exact=True).click()
        expect(panel).to_contain_text("2025 年总量目标 1,585 万吨 CO2（基准年 2019）")
        expect(panel).to_contain_text("高于目标路径")
        expect(panel).to_contain_text("绵阳市碳达峰实施方案 · 二（一）")
        page.screenshot(path=shots / "target-overview.png", full_page=True)
    with seen_by(site, browser, "li", lang="en", size=LARGE) as page:
        go(page, site, f"/gov/data/socio-economic?region={PLACE}")
        _enter(page, "intensity_target", "0.9", "t per 10^4 CNY")
        drawn(page)
        row = page.get_by_role("row", name=re.compile("Target of total emissions"))
        expect(row.first).to_contain_text("2019")
        page.screenshot(path=shots / "target-socio.png", full_page=True)
        fits(page)
        go(page, site, f"/gov/overview?run={city}")
        panel = page.locator(".panel", has=page.get_by_role("heading", name="Intensity and target"))
        expect(panel).to_contain_text("Target of the total of 2025", timeout=LONG)
        expect(panel).to_contain_text("Intensity target of 2025: 0.900 t per 10⁴ CNY (base year 2019)")
        expect(panel).to_contain_text("no path: the value of 2019 is unknown")
        alarm = page.locator(".alarms li", has_text="total above the target's path")
        alarm.get_by_role("link").click()
        page.wait_for_url(f"**/gov/data/socio-economic?region={PLACE}*")


@pytest.mark.parametrize("size", [SMALL, LARGE])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_big_screen_shows_the_targets(
    site: Site, city: str, browser: Browser, shots: Path, lang: str, size: tuple[int, int]
) -> None:
    with seen_by(site, browser, "wang", lang=lang, size=size) as page:
        go(page, site, f"/gov/overview/screen?run={city}")
        expect(page.locator(".screen .aim").last).to_contain_text("2025", timeout=LONG)
        page.wait_for_timeout(400)
        page.screenshot(path=shots / f"target-screen-{lang}-{size[0]}.png")
        over = "all => all.filter((one) => one.scrollHeight > one.clientHeight + 2).length"
        assert page.locator(".screen section").evaluate_all(over) == 0


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_approver_uploads_targets_as_a_table(site: Site, browser: Browser, shots: Path, lang: str) -> None:
    said = {
        "zh": ("目标表", "检查并保存", "已保存 1 行", "排放总量目标"),
        "en": ("Table of targets", "Check and keep", "1 row was kept", "Target of total emissions"),
    }
    field, keep, kept, quantity = said[lang]
    good = "地区,年份,指标,数值,计量单位,出处\n宜宾市,2035,排放总量目标,1234,万吨,方案\n".encode()
    with seen_by(site, browser, "li", lang=lang) as page:
        go(page, site, "/gov/data/socio-economic")
        for content, told in ((good.replace("排放总量目标".encode(), b"GDP"), "C 指标"), (good, kept)):
            page.get_by_label(field, exact=True).set_input_files(
                {"name": "a.csv", "mimeType": "text/csv", "buffer": content}
            )
            page.get_by_role("button", name=keep).click()
            expect(page.locator("main")).to_contain_text(told, timeout=LONG)
        rows = page.get_by_role("row", name=re.compile(quantity)).filter(has_text="12,340,000")
        expect(rows.first).to_contain_text("2035")
        expect(page.locator(".ant-btn-loading")).to_have_count(0)
        drawn(page)
        assert serious(page) == []
        page.screenshot(path=shots / f"targets-table-{lang}.png", full_page=True)
