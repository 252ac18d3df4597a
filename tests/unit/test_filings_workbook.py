"""The workbook: every table, numbers as numbers, text as text, and the same bytes for the same run."""

import datetime as dt

import polars as pl
import pytest
from openpyxl import load_workbook

import tanheng as th
from tanheng.inventory.views import spreadsheet, workbook
from tanheng.inventory.views.listings import label
from tanheng.inventory.views.workbook import write_workbook

METHOD = "sichuan-park-2022"
SHEETS = [
    "汇总 Summary",
    "明细 Emissions",
    "系数表 Coefficients",
    "因子与文件 Factors",
    "未计入 Unmatched",
    "检查 Findings",
    "被拒行 Refused",
]
FORMULAS = [
    "=1+1",
    "=cmd|' /C calc'!A0",
    "+1",
    "-1",
    "@SUM(A1)",
    '=HYPERLINK("http://example.org")',
    "http://example.org",
    "{=1}",
    "007",
]


def account(**columns):
    size = max(len(values) for values in columns.values())
    base = {"entity": ["四川省"], "period": ["2021"], "item": ["煤品"], "amount": [1.5], "unit": ["t"]}
    return th.account(
        {name: values * size if len(values) == 1 else values for name, values in (base | columns).items()},
        METHOD,
    )


def opened(inventory, tmp_path):
    return load_workbook(write_workbook(inventory, tmp_path / "book.xlsx"))


def column(sheet, name):
    heads = [cell.value.split("\n")[-1] for cell in sheet[1]]
    place = next(at for at, head in enumerate(heads) if head.split(" [")[0] == name)
    return [row[place] for row in sheet.iter_rows(min_row=2)]


def facts(book):
    return {
        row[0].value: row[1].value
        for row in book["汇总 Summary"].iter_rows(min_row=4, max_row=20)
        if row[0].value
    }


@pytest.fixture(scope="module")
def partly():
    return account(
        item=["煤品", "石油", "神秘物质", "煤品", "石油"],
        amount=[10.0, 4.0, 7.5, -3.0, 2.0],
        unit=["t", "t", "t", "t", "m3"],
    )


def test_sheets_heads_and_totals(partly, tmp_path):
    book = opened(partly, tmp_path)
    assert book.sheetnames == SHEETS
    assert facts(book)["合计 total [t CO2]"] == pytest.approx(partly.total)
    emissions = [cell.value for cell in column(book["明细 Emissions"], "emission")]
    assert sum(emissions) == pytest.approx(partly.total)
    assert [cell.value for cell in column(book["明细 Emissions"], "share")] == pytest.approx(
        [62.14, 37.86], abs=0.01
    )
    for sheet in book.worksheets[1:]:
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref
        for cell in sheet[1]:
            chinese, english = cell.value.split("\n")
            assert chinese
            assert english


def test_what_is_not_counted_is_listed_in_both_languages(partly, tmp_path):
    book = opened(partly, tmp_path)
    sheet = book["未计入 Unmatched"]
    assert {cell.value for cell in column(sheet, "item")} == {"神秘物质", "石油 Petroleum"}
    assert sorted(cell.value for cell in column(sheet, "amount")) == [2.0, 7.5]
    assert all("未计入" in cell.value for cell in column(sheet, "reason (zh)"))
    assert all("not counted" in cell.value for cell in column(sheet, "reason (en)"))
    assert facts(book)["完整性 completeness"].startswith("不完整 INCOMPLETE：2 项")
    refused = book["被拒行 Refused"]
    assert [cell.value for cell in column(refused, "code")] == ["A-102"]
    assert "为负" in column(refused, "reason (zh)")[0].value
    findings = book["检查 Findings"]
    assert {cell.value for cell in column(findings, "severity")} >= {"错误 error"}
    assert all(cell.value for cell in column(findings, "message (en)"))


def test_text_that_looks_like_a_formula_is_text(tmp_path):
    names = [f"{text}" for text in FORMULAS]
    inventory = account(source=names, amount=[float(n + 1) for n in range(len(names))])
    book = opened(inventory, tmp_path)
    cells = column(book["明细 Emissions"], "source")
    assert sorted(cell.value for cell in cells) == sorted(names)
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            assert not [cell.coordinate for cell in row if cell.data_type == "f" or cell.hyperlink]


def test_unknown_is_a_dash_and_never_a_zero(tmp_path):
    nothing = account(item=["神秘物质"])
    book = opened(nothing, tmp_path)
    said = facts(book)
    assert said["合计 total [t CO2]"] == "–"
    assert said["不确定性 uncertainty [±%, 95 %]"] == "–"
    assert book["明细 Emissions"].cell(2, 1).value == "无 none"
    known = opened(account(amount=[2.0]), tmp_path)
    assert [cell.value for cell in column(known["明细 Emissions"], "uncertainty")] == ["–"]


def test_the_factors_come_with_their_documents(partly, tmp_path):
    sheet = opened(partly, tmp_path)["因子与文件 Factors"]
    assert {cell.value for cell in column(sheet, "factor")} == {"cn_51_pilot_coal", "cn_51_pilot_petroleum"}
    assert {cell.value for cell in column(sheet, "page or table")} == {"section 1, table 1"}
    assert {cell.value for cell in column(sheet, "check")} == {"已核读 read"}
    assert [cell.value for cell in column(sheet, "value")] == [1.9812, 3.0172]


def test_the_same_run_gives_the_same_bytes(partly, tmp_path):
    one = write_workbook(partly, tmp_path / "one.xlsx").read_bytes()
    two = partly.to_xlsx(tmp_path / "two.xlsx").read_bytes()
    assert one == two
    made = load_workbook(tmp_path / "one.xlsx").properties.created
    assert made == dt.datetime.fromisoformat(partly.run["started"]).replace(tzinfo=None)


def test_a_sheet_that_is_too_long_says_so(monkeypatch, tmp_path):
    monkeypatch.setattr(spreadsheet, "ROWS", 10)
    monkeypatch.setattr(workbook, "_MANY", 5)
    inventory = account(entity=[f"厂{n}" for n in range(25)])
    sheet = opened(inventory, tmp_path)["明细 Emissions"]
    assert sheet.max_row == 12
    assert "15 more rows" in sheet.cell(12, 1).value


def test_a_saved_run_writes_the_same_tables(partly, tmp_path):
    from tanheng.inventory import load_run, save_run

    book = opened(load_run(save_run(partly, tmp_path / "run")), tmp_path)
    assert facts(book)["合计 total [t CO2]"] == pytest.approx(partly.total)
    assert column(book["被拒行 Refused"], "code")[0].value == "A-102"


def test_gases_have_mass_and_weight(tmp_path):
    rows = pl.DataFrame(
        {
            "entity": ["甲"],
            "period": ["2021"],
            "item": ["烟煤"],
            "amount": [100.0],
            "unit": ["t"],
            "sector": ["居民"],
        }
    )
    inventory = th.account(rows, "ipcc-2006-stationary")
    sheet = opened(inventory, tmp_path)["明细 Emissions"]
    mass, weight, emission = (
        [cell.value for cell in column(sheet, name)]
        for name in ("mass", "global warming potential", "emission")
    )
    assert len(mass) == 3
    assert [m * w for m, w in zip(mass, weight, strict=True)] == pytest.approx(emission, abs=1e-8)
    assert sum(emission) == pytest.approx(inventory.total)


def test_labels_name_codes_and_leave_text_alone():
    assert label("sector", "industry") == "工业 Industry"
    assert label("verdict", "not comparable") == "无从对照 not comparable"
    assert label("severity", "note") == "提示 note"
    assert label("item", "神秘物质") == "神秘物质"
    assert label("source", "coal") == "coal"
