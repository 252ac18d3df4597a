"""Overview, big screen and charts: alarms, breaks, removals, the mark of synthetic data, paper, and a network that is cut."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Browser, Page, expect

from browsing import LARGE, SMALL, Api, Site, _signed_in, drawn, go, seen_by
from looks import fits, serious

LONG = 30_000
POWER = "entity,region,period,sector,item,activity,amount,unit\n" + "".join(
    f"沈阳市,CN-2101,{year},商业,电力,终端消费,{amount},MWh\n沈阳市,CN-2101,{year},工业,柴油,,{amount / 9:.0f},t\n"
    for year, amount in ((2019, 900_000), (2020, 1_000_000), (2021, 1_100_000))
)
OVERLAPS = """() => {
  const boxes = [...document.querySelectorAll('.panel')].map((one) => one.getBoundingClientRect()).filter((one) => one.height);
  const apart = (a, b) => a.right <= b.left + 1 || b.right <= a.left + 1 || a.bottom <= b.top + 1 || b.bottom <= a.top + 1;
  const wide = [...document.querySelectorAll('.chart canvas')].filter((one) => {
    const [own, around] = [one.getBoundingClientRect(), one.closest('.panel').getBoundingClientRect()];
    return own.right > around.right + 1 || own.bottom > around.bottom + 1;
  });
  return boxes.flatMap((a, at) => boxes.slice(at + 1).filter((b) => !apart(a, b))).length + wide.length;
}"""


@pytest.fixture(scope="session")
def broken(site: Site) -> str:
    """A synthetic city whose factors of electricity change their document in 2020 and 2021, over real GDP."""
    api = Api(site, "wang")
    data = {
        "upload": api.upload("沈阳.csv", POWER.replace("CN-2101", "CN-5133").encode()),
        "name": "断点市",
        "region": "CN-5133",
        "synthetic": True,
    }
    dataset = api.job("/datasets", data)["dataset"]
    gdp = {
        "region": "CN-5133",
        "period": "2020",
        "quantity": "gdp",
        "value": 17_717,
        "source": "甘孜统计年鉴",
    }
    assert api.http.post("/socio-economic", json={"rows": [gdp]}).status_code == 201
    return str(api.job("/runs", {"dataset": dataset, "method": "gpc-cn", "name": "断点市"})["run"])


def _numbers(text: str) -> list[float]:
    return [
        float(one.replace(",", "")) for one in re.findall(r"-?\d[\d,]*(?:\.\d+)?", text.replace("−", "-"))
    ]


@pytest.mark.parametrize("view", ["treemap&rows=sector,item", "sankey&rows=item,sector"])
def test_what_a_chart_draws_apart_makes_the_total_of_the_table_with_the_rest(
    shown: Site, browser: Browser, shots: Path, view: str
) -> None:
    with seen_by(shown, browser, "wang", lang="en") as page:
        go(page, shown, f"/gov/inventory/{shown.ids['city']}/explore?unit=t&view={view}&cell=period%3D2021")
        note = page.locator(".chart .note")
        expect(note).to_contain_text("removals and deductions", timeout=LONG)
        page.screenshot(path=shots / f"apart-{view[:6]}.png")
        gross, removed, net = _numbers(note.inner_text())[:3]
        total = Api(shown, "wang").http.get(
            f"/runs/{shown.ids['city']}/table", params={"cell": "period=2021"}
        )
        assert removed < 0
        assert gross + removed == pytest.approx(net, rel=1e-3)
        assert net == pytest.approx(total.json()["rows"][0]["emission"], rel=1e-3)


@pytest.mark.parametrize(("lang", "word"), [("zh", "合成数据"), ("en", "synthetic data")])
def test_pictures_of_synthetic_numbers_say_so_and_tell_the_break(
    site: Site, broken: str, browser: Browser, lang: str, word: str
) -> None:
    with seen_by(site, browser, "wang", lang=lang, size=LARGE) as page:
        page.emulate_media(reduced_motion="no-preference")
        go(page, site, f"/gov/inventory/{broken}/explore?view=trend&rows=sector")
        expect(page.locator(".notice").first).to_contain_text("合成" if lang == "zh" else "synthetic")
        expect(page.locator(".chart .note").nth(1)).to_contain_text("0.117 tCO2/MWh", timeout=LONG)
        page.get_by_role("button", name="保存" if lang == "zh" else "Save").click()
        with page.expect_download() as told:
            page.get_by_role("menuitem", name="SVG").click()
        svg = told.value.path().read_text(encoding="utf-8")
        ElementTree.fromstring(svg)
        assert f'text-anchor="end" fill="#8a5200">{word}</text>' in svg
        assert "0.1255 tCO2/MWh" in svg
        drawn(page)
        page.reload()
        drawn(page)
        page.get_by_role("button", name="保存" if lang == "zh" else "Save").click()
        with page.expect_download() as told:
            page.get_by_role("menuitem", name="PNG").click()
        assert told.value.path().read_bytes()[:4] == b"\x89PNG"


def test_the_overview_tells_alarms_breaks_and_doubts_of_its_own_inventory(
    site: Site, broken: str, browser: Browser, shots: Path
) -> None:
    with seen_by(site, browser, "wang", lang="en") as page:
        go(page, site, f"/gov/overview?run={broken}")
        expect(page.get_by_role("heading", name=re.compile("with breaks of the series"))).to_be_visible(
            timeout=LONG
        )
        expect(page.get_by_text("other factors in between: not comparable")).to_be_visible()
        expect(page.get_by_text("synthetic over real")).to_be_visible()
        expect(page.get_by_text("断点市 · 2021")).to_be_visible()
        doubts = page.locator(".panel", has=page.get_by_role("heading", name="Open doubts"))
        expect(doubts.locator("li").first).to_contain_text("Q-045")
        assert "企业台账" not in doubts.inner_text()
        page.screenshot(path=shots / "overview-alarms.png", full_page=True)
        alarm = page.locator(".alarms li", has_text="break of the series by other factors")
        alarm.get_by_role("link").click()
        page.wait_for_url(f"**/gov/doubts?run={broken}*")
        drawn(page)
        expect(page.get_by_role("row").nth(1)).to_contain_text("Q-045")
        go(page, site, "/gov/overview/alarms?area=CN-5133")
        expect(page.get_by_role("row", name=re.compile("断点市"))).to_contain_text("1.00 %")
        assert serious(page) == []
        fits(page)


@pytest.mark.parametrize(
    ("size", "lang", "dark"),
    [
        ((1920, 1080), "zh", True),
        ((3840, 2160), "en", False),
        pytest.param((1920, 1080), "en", False, marks=pytest.mark.slow),
        pytest.param((3840, 2160), "zh", True, marks=pytest.mark.slow),
    ],
)
def test_the_big_screen_holds_alarms_and_breaks(
    site: Site, broken: str, browser: Browser, shots: Path, size: tuple[int, int], lang: str, dark: bool
) -> None:
    with seen_by(site, browser, "wang", lang=lang, dark=dark, size=size) as page:
        go(page, site, f"/gov/overview/screen?run={broken}")
        expect(page.locator(".screen .alarms li")).to_have_count(1, timeout=LONG)
        page.wait_for_timeout(400)
        page.screenshot(path=shots / f"screen-alarms-{lang}-{size[0]}.png")
        expect(page.locator(".screen .note").first).to_contain_text("2020")
        over = "all => all.filter((one) => one.scrollHeight > one.clientHeight + 2).length"
        assert page.locator(".screen section").evaluate_all(over) == 0


def test_on_paper_the_overview_is_light_and_nothing_lies_on_anything(
    site: Site, broken: str, browser: Browser, shots: Path
) -> None:
    with seen_by(site, browser, "wang", dark=True) as page:
        go(page, site, f"/gov/overview?run={broken}")
        expect(page.locator(".alarms li")).to_have_count(1, timeout=LONG)
        pdf = page.pdf(path=shots / "overview.pdf", format="A4", print_background=True)
        assert pdf[:5] == b"%PDF-"
        assert page.evaluate("document.documentElement.dataset.theme") == "dark"
        page.set_viewport_size({"width": 688, "height": 970})
        page.emulate_media(media="print")
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        page.wait_for_timeout(300)
        page.screenshot(path=shots / "overview-paper.png", full_page=True)
        assert page.evaluate("document.documentElement.dataset.theme") == "light"
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        assert page.evaluate(OVERLAPS) == 0
        page.evaluate("dispatchEvent(new Event('afterprint'))")
        assert page.evaluate("document.documentElement.dataset.theme") == "dark"


@pytest.mark.parametrize(
    ("lang", "said", "again"),
    [("zh", "连不上服务器", "重试"), ("en", "The server cannot be reached", "Try again")],
)
def test_a_cut_network_is_told_once_and_mended_by_one_button(
    site: Site, broken: str, browser: Browser, shots: Path, lang: str, said: str, again: str
) -> None:
    context = browser.new_context(
        viewport={"width": SMALL[0], "height": SMALL[1]}, storage_state=_signed_in(site, "wang")
    )
    context.add_init_script(f"localStorage.setItem('tanheng-lang', '{lang}')")
    page = context.new_page()
    try:
        go(page, site, f"/gov/overview?run={broken}")
        context.set_offline(True)
        page.locator("select").first.select_option(site.ids["run"])
        alert = page.get_by_role("alert")
        expect(alert).to_have_count(1, timeout=LONG)
        expect(alert).to_contain_text(said)
        page.screenshot(path=shots / f"cut-{lang}.png")
        _raw(page)
        context.set_offline(False)
        page.get_by_role("button", name=again).click()
        expect(alert).to_have_count(0, timeout=LONG)
        expect(page.locator(".figure.large")).to_contain_text("33,040", timeout=LONG)
        context.set_offline(True)
        page.get_by_role("link", name="核算方法" if lang == "zh" else "Methods", exact=True).click()
        expect(alert.first).to_contain_text(said, timeout=LONG)
        _raw(page)
        page.set_viewport_size({"width": LARGE[0], "height": LARGE[1]})
        page.screenshot(path=shots / f"cut-page-{lang}.png")
    finally:
        context.close()


def _raw(page: Page) -> None:
    """Nothing of what browsers and libraries say among themselves."""
    text = page.locator("body").inner_text()
    assert not re.search(r"Failed to fetch|TypeError|dynamically|\[NET\]|HTTP \d", text)
