"""Files as people bring them: by keyboard, by drag and drop, and of every kind that the data portal takes."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from browsing import Api, Site, drawn, go, seen_by
from tanheng.activity.balance.reading import read_balance
from tanheng.filings.ecrf import write_ecrf
from tanheng.inventory import account
from tanheng.inventory.reported.reading import read_reported

LONG = 30_000
BALANCE = """某省能源平衡表（实物量）—2021
项目,原煤（万吨）,汽油（万吨）,电力（亿千瓦时）
一、可供本地区消费的能源量,500,50,80
1.一次能源生产量,500,,80
2.外省（区、市）调入量,,50,
二、加工转换投入（-）产出（+）量,-200,,300
1.火力发电,-200,,300
三、损失量,,,20
四、终端消费量,300,50,360
1.农、林、牧、渔业,20,20,60
2.工业,240,10,200
3.建筑业,40,20,100
五、平衡差额,0,0,0
六、消费量合计,500,50,380
"""
REPORTED = (
    "reference,emission,unit,notation,reason,year\n"
    "I.1.1,120000,t CO2e,,,2021\nI.1.2,80000,t CO2e,,,2021\nI.4.4,70000,t CO2e,,,2021\nII.1.1,50000,t CO2e,,,2021\n"
    "II.1.3,5000,t CO2e,,,2021\nIII.1.1,20000,t CO2e,,,2021\nI.2.1,,,NO,没有这一活动,2021\n"
)
SPOTS = "单位,名称,经度,纬度,地区\n坐标甲厂,甲电厂,103.9,30.4,成都市\n坐标乙厂,乙水泥厂,103.9,30.41,成都市\n"
SOCIAL = "地区,年份,指标,数值,计量单位,出处\nCN-5119,2018,GDP,23042300,万元,巴中统计年鉴\nCN-5119,2018,常住人口,486,万人,巴中统计年鉴\n"
METHOD = (files("tanheng.packs") / "methods" / "sichuan-park-2022.yaml").read_text(encoding="utf-8")
DROP = """([name, text]) => {
  const given = new DataTransfer();
  given.items.add(new File([text], name, {type: 'text/csv'}));
  return given;
}"""


def _written(folder: Path, name: str, text: str) -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def _pick(page: Page, name: str, value: str) -> None:
    page.locator("label").filter(has_text=re.compile(f"^{name}")).locator("select").select_option(value)


def test_a_file_is_chosen_by_the_keyboard(site: Site, browser: Browser, tmp_path: Path) -> None:
    file = _written(tmp_path, "键盘.csv", "entity,period,item,amount,unit\n甲,2021,柴油,1,t\n")
    with seen_by(site, browser, "wang") as page:
        go(page, site, "/gov/data/upload")
        page.on("filechooser", lambda _: None)
        field = page.get_by_label("上传文件", exact=True)
        for _ in range(40):
            page.keyboard.press("Tab")
            if field.evaluate("one => one === document.activeElement"):
                break
        expect(field).to_be_focused()
        field.evaluate("one => one.addEventListener('click', () => one.setAttribute('data-asked', 'yes'))")
        page.keyboard.press("Enter")
        expect(field).to_have_attribute("data-asked", "yes")
        field.set_input_files(file)
        expect(page.get_by_role("heading", name="读取文件：键盘.csv")).to_be_visible(timeout=LONG)


def test_a_file_is_dropped_on_a_field_and_sent_with_its_form(site: Site, browser: Browser) -> None:
    with seen_by(site, browser, "wang") as page:
        go(page, site, "/gov/data/socio-economic")
        form = page.locator("form", has=page.get_by_role("button", name="检查并保存"))
        form.get_by_role("button", name="检查并保存").click()
        told = form.locator("input[type=file]").evaluate("one => one.validationMessage")
        assert told == "请先选择文件。"
        drop = form.locator("label.drop")
        given = page.evaluate_handle(DROP, ["人口.csv", "地区,年份,指标,数值,计量单位,出处\nCN-5108,2018,常住人口,267.4,万人,广元统计年鉴\n"])  # fmt: skip
        drop.dispatch_event("dragover", {"dataTransfer": given})
        expect(drop).to_have_class(re.compile("over"))
        drop.dispatch_event("drop", {"dataTransfer": given})
        expect(drop).to_contain_text("人口.csv")
        expect(drop).to_contain_text("B")
        form.get_by_role("button", name="检查并保存").click()
        expect(page.get_by_text("已保存 1 行。")).to_be_visible(timeout=LONG)
        expect(page.get_by_role("row", name=re.compile("广元"))).to_contain_text("267.4")


def test_what_a_large_file_loses_is_counted_in_a_job(site: Site, browser: Browser, tmp_path: Path) -> None:
    rows = "".join(f"甲厂,柴油,{at},{at + 1},1\n" for at in range(12_000)) + "乙厂,某物,7,8,2\n"
    file = _written(tmp_path, "大表.csv", "单位名称,燃料种类,2021年（吨）,2022年（吨）,年初库存\n" + rows)
    with seen_by(site, browser, "wang") as page:
        go(page, site, "/gov/data/upload")
        page.set_input_files("input[type=file]", file)
        read = page.get_by_role("button", name="读取并检查")
        expect(page.get_by_text("建议只看了每张工作表的前 10,000 行")).to_be_visible(timeout=LONG)
        expect(read).to_be_disabled()
        expect(page.locator(".checks li")).to_have_count(1)
        page.get_by_role("button", name="清点全部行").click()
        expect(page.locator(".checks li")).to_have_count(2, timeout=LONG)
        expect(page.get_by_role("region", name="不会读入的内容")).to_contain_text("年初库存")
        kept = page.get_by_role("region", name="照常读入、含义未定的名称")
        expect(kept).to_contain_text("“某物”没有认出，按原文读取；所用方法不认得时，核算不计入并列出")
        expect(kept).not_to_contain_text("不读")
        expect(page.get_by_text("12,001 行")).to_be_visible()
        expect(page.get_by_text("还有 2 项待确认")).to_be_visible()
        page.get_by_role("button", name="全部确认").click()
        read.click()
        expect(page.get_by_role("heading", name="大表 v1")).to_be_visible(timeout=LONG)
        page.get_by_role("link", name="数据行", exact=True).click()
        expect(page.get_by_text("共 24,002 行")).to_be_visible(timeout=LONG)


def test_coordinates_are_checked_kept_replaced_and_removed(site: Site, browser: Browser, tmp_path: Path) -> None:  # fmt: skip
    bad = _written(tmp_path, "错.csv", "单位,经度,纬度\n坐标丙厂,103.9,30.4\n坐标丁厂,x,30.4\n")
    good = _written(tmp_path, "坐标.csv", SPOTS)
    with seen_by(site, browser, "wang") as page:
        go(page, site, "/gov/data/places")
        page.set_input_files("input[type=file]", bad)
        page.get_by_role("button", name="检查并保存").click()
        told = page.get_by_role("alert")
        expect(told).to_contain_text("M-004", timeout=LONG)
        expect(told.locator("tbody tr").first).to_contain_text("3")
        page.locator("input[name=source]").fill("厂区测量")
        page.set_input_files("input[type=file]", good)
        for said in (
            "已保存 2 个位置，其中 0 个替换了原有坐标。",
            "已保存 2 个位置，其中 2 个替换了原有坐标。",
        ):
            page.get_by_role("button", name="检查并保存").click()
            expect(page.get_by_text(said)).to_be_visible(timeout=LONG)
        expect(told).to_have_count(0)
        row = page.get_by_role("row", name=re.compile("甲电厂"))
        for shown in ("103.900000", "30.400000", "成都", "厂区测量"):
            expect(row).to_contain_text(shown)
        expect(page.get_by_text("坐标丙厂")).to_have_count(0)
        page.on("dialog", lambda dialog: dialog.accept())
        for name in ("甲电厂", "乙水泥厂"):
            page.get_by_role("row", name=re.compile(name)).get_by_role("button", name="移除").click()
            expect(page.get_by_role("row", name=re.compile(name))).to_have_count(0, timeout=LONG)


def test_socio_economic_data_come_as_a_file(site: Site, browser: Browser, tmp_path: Path) -> None:
    bad = _written(tmp_path, "错.csv", SOCIAL.replace("486,万人", "486,亩"))
    good = _written(tmp_path, "巴中.csv", SOCIAL)
    with seen_by(site, browser, "wang") as page:
        go(page, site, "/gov/data/socio-economic")
        with page.expect_download() as template:
            page.get_by_role("button", name="下载 Excel 模板").click()
        assert template.value.path().read_bytes()[:2] == b"PK"
        page.set_input_files("input[type=file]", bad)
        page.get_by_role("button", name="检查并保存").click()
        told = page.get_by_role("alert")
        expect(told.locator("tbody tr").first).to_contain_text("3", timeout=LONG)
        expect(told).to_contain_text("计量单位")
        expect(page.get_by_role("row", name=re.compile("巴中"))).to_have_count(0)
        page.set_input_files("input[type=file]", good)
        page.get_by_role("button", name="检查并保存").click()
        expect(page.get_by_text("已保存 2 行。")).to_be_visible(timeout=LONG)
        rows = page.get_by_role("row", name=re.compile("巴中"))
        expect(rows.filter(has_text="地区生产总值")).to_contain_text("2,304")
        expect(rows.filter(has_text="人口")).to_contain_text("486")


def test_an_energy_balance_becomes_an_inventory(site: Site, browser: Browser, tmp_path: Path) -> None:
    file = _written(tmp_path, "平衡表.csv", BALANCE)
    known = account(read_balance(file, region="CN-51", electricity="final"), method="cn-energy-2011")
    total = known.total / 1e4
    with seen_by(site, browser, "wang") as page:
        go(page, site, "/gov/data/upload")
        page.set_input_files("input[type=file]", file)
        page.get_by_text("能源平衡表", exact=True).click(timeout=LONG)
        expect(page.get_by_text("行为平衡项目，列为能源品种")).to_be_visible()
        page.locator("input[name=name]").fill("四川能源平衡")
        page.locator("select[name=electricity]").select_option("final")
        page.get_by_role("button", name="读取并检查").click()
        expect(page.get_by_role("heading", name="四川能源平衡 v1")).to_be_visible(timeout=LONG)
        page.get_by_role("button", name="核算", exact=True).click()
        _pick(page, "方法", "cn-energy-2011")
        page.get_by_label("名称", exact=True).fill("四川能源平衡")
        page.get_by_role("button", name="开始核算").click()
        expect(page.get_by_role("heading", name="四川能源平衡", exact=True)).to_be_visible(timeout=LONG)
        drawn(page)
        expect(page.locator(".headline")).to_contain_text(f"合计（不含备查项）{total:,.1f} 万吨 CO2")
        page.get_by_role("button", name="English").click()
        expect(page.locator(".headline")).to_contain_text(f"{total:,.1f} 10⁴ t CO2", timeout=LONG)


def test_an_inventory_made_elsewhere_has_its_totals(site: Site, browser: Browser, tmp_path: Path) -> None:
    known = read_reported(_written(tmp_path, "city.csv", REPORTED))
    book = write_ecrf(known, tmp_path / "某市清单.xlsx")
    with seen_by(site, browser, "wang") as page:
        go(page, site, "/gov/data/reported")
        page.set_input_files("input[type=file]", book)
        page.locator("input[name=name]").fill("某市 eCRF")
        _pick(page, "格式", "ecrf-xlsx")
        page.locator("input[name=region]").fill("CN-5109")
        page.locator("input[name=source]").fill("某市统计局")
        page.get_by_role("button", name="读入").click()
        expect(page.get_by_role("heading", name="某市 eCRF")).to_be_visible(timeout=LONG)
        go(
            page,
            site,
            f"{page.url.removeprefix(site.base).split('?')[0].removesuffix('/explore')}/gpc?unit=t",
        )
        totals = page.locator(".gpc-totals")
        for name in ("basic_t", "basic_plus_t", "territorial_t"):
            expect(totals).to_contain_text(f"{known.totals()[name]:,.0f}")
        assert known.totals()["basic_t"] == pytest.approx(270_000)


def test_a_method_of_ones_own_is_checked_by_line_and_key(site: Site, browser: Browser, tmp_path: Path) -> None:  # fmt: skip
    own = METHOD.replace("id: sichuan-park-2022", "id: our-park", 1)
    wrong = own.replace("formula:", "formel:", 1)
    line = next(at for at, text in enumerate(wrong.splitlines(), 1) if "formel:" in text)
    with seen_by(site, browser, "wang") as page:
        go(page, site, "/gov/methods")
        page.locator("input[name=name]").fill("本单位方法")
        for text, said in ((wrong, "formel"), (own, "")):
            _pick(page, "文件", "+")
            page.set_input_files("input[type=file]", _written(tmp_path, "our-park.yaml", text))
            page.get_by_role("button", name="检查并保存").click()
            if said:
                told = page.get_by_role("alert")
                expect(told).to_contain_text("P-001", timeout=LONG)
                expect(told).to_contain_text(said)
                assert any(str(at) in told.inner_text() for at in range(line - 3, line + 1)), (
                    told.inner_text()
                )
        page.wait_for_url("**/gov/methods/our-park*", timeout=LONG)
        expect(page.get_by_role("heading", name="版本（1）")).to_be_visible(timeout=LONG)
        expect(page.locator("main code", has_text="our-park").first).to_be_visible()
        assert Api(site, "wang").http.get("/methods/our-park").json()["own"]
