"""Cells that have no value of their own, in every kind of workbook: formulas never computed, numbers merged over rows."""

from __future__ import annotations

import itertools
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from bad_input import HEADINGS, ROW, codes, counted, said, workbook
from tanheng.activity import read_activity, read_balance
from tanheng.activity.clean import parse_parameters
from tanheng.activity.reading.cells import read_cells
from tanheng.activity.reading.formulas import unstored
from tanheng.activity.reading.named_tables import read_named
from tanheng.errors import InputUnreadable
from tanheng.filings import write_template

SHEET = "xl/worksheets/sheet1.xml"
BALANCE = [
    ("项目", "原煤（万吨）", "电力（亿千瓦时）"),
    ("1.一次能源生产量", 10, None),
    ("1.火力发电", -4, 8),
    ("三、损失量", 0, 0),
    ("四、终端消费量", 6, 6),
    ("2.工业", "=5+1", 6),
    ("3.建筑业", 0, 0),
]


def rewritten(path: Path, change: Callable[[str], str]) -> Path:
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[SHEET] = change(parts[SHEET].decode()).encode()
    made = path.with_name("changed.xlsx")
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return made


def prefixed(sheet: str) -> str:
    head, mark, body = sheet.rpartition("?>")
    body = re.sub(r"<(/?)(?=[a-zA-Z])", r"<\1x:", body)
    return head + mark + body.replace('xmlns="http://schemas', 'xmlns:x="http://schemas', 1)


def without_references(sheet: str) -> str:
    return re.sub(r' r="[A-Z]*\d+"', "", sheet)


def ods(folder: Path, rows: list[tuple[Any, ...]], name: str = "表.ods") -> Path:
    """An OpenDocument sheet whose formulas have no value; an empty line and repeated cells stand before the table."""

    def cell(value: Any) -> str:
        if value is None:
            return '<table:table-cell table:number-columns-repeated="1"/>'
        if isinstance(value, str) and value.startswith("="):
            return f'<table:table-cell table:formula="of:{value}"/>'
        if isinstance(value, str):
            return f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'
        return (
            f'<table:table-cell table:formula="of:=1" office:value-type="float" office:value="{value}">'
            f"<text:p>{value}</text:p></table:table-cell>"
        )

    lines = "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in rows)
    spaces = " ".join(
        f'xmlns:{one}="urn:oasis:names:tc:opendocument:xmlns:{one}:1.0"'
        for one in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces} office:version="1.2">'
        f'<office:body><office:spreadsheet><table:table table:name="表">'
        f'<table:table-row table:number-rows-repeated="2"><table:table-cell/></table:table-row>{lines}'
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    path = folder / name
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        '<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/></manifest:manifest>'
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", kind)
        archive.writestr("META-INF/manifest.xml", manifest)
        archive.writestr("content.xml", content)
    return path


@pytest.mark.parametrize(
    "change", [str, prefixed, without_references], ids=["plain", "prefixed", "without r"]
)
def test_formulas_without_a_result_are_found(change: Callable[[str], str], tmp_path: Path) -> None:
    path = rewritten(workbook(tmp_path, ("表", BALANCE, [])), change)
    assert unstored(path) == {"表": {(6, 2)}}
    assert "A-197" in codes(read_balance(path, "四川省", 2021))


def test_formulas_without_a_result_are_found_in_open_documents(tmp_path: Path) -> None:
    path = ods(tmp_path, BALANCE)
    assert unstored(path) == {"表": {(8, 2)}}
    assert read_cells(path)[0].rows[7][1][0] == "2.工业"
    assert "A-197" in codes(read_balance(path, "四川省", 2021))


@pytest.mark.parametrize(
    ("cell", "hollow"),
    [
        ('<c r="D2"><f>1+1</f><v></v></c>', True),
        ('<c r="D2"><f>1+1</f></c>', True),
        ('<c r="D2"><f>1+1</f><v>2</v></c>', False),
        ('<c r="D2" t="str"><f>IF(A1&gt;9,A1,"")</f><v></v></c>', False),
        ('<c r="D2" t="str"><f>IF(A1&gt;9,A1,"")</f><v/></c>', False),
        ('<c r="D2" t="e"><f>1/0</f><v>#DIV/0!</v></c>', False),
    ],
)
def test_what_is_a_result(cell: str, hollow: bool, tmp_path: Path) -> None:
    path = workbook(tmp_path, ("表", [HEADINGS, ROW], []))
    made = rewritten(path, lambda sheet: re.sub(r'<c r="D2".*?</c>', cell, sheet))
    assert unstored(made) == ({"表": {(2, 4)}} if hollow else {})


@pytest.mark.parametrize(("column", "name"), [("F", "参数"), ("G", "部门"), ("B", "年份"), ("H", "车间")])
def test_a_formula_in_any_column_that_is_read_refuses_the_row(column: str, name: str, tmp_path: Path) -> None:
    def change(book: Any) -> None:
        book["表"][f"{column}3"] = '="ncv="&42&" GJ/t"'

    rows = [
        (*HEADINGS, "参数", "部门", "车间"),
        (*ROW, "", "工业", "一"),
        ("四川省", 2022, "煤品", 1, "t", "", "工业", "二"),
    ]
    activity = read_activity(workbook(tmp_path, ("表", rows, []), change=change))
    assert f"第 3 行：列“{name}”是公式" in said(activity, "A-197")[0]
    assert (activity.to_polars().height, activity.missing, counted(activity)) == (1, 1, 2)


def test_a_total_whose_sum_was_never_computed_is_still_a_total(tmp_path: Path) -> None:
    rows = [HEADINGS, ROW, ("四川省", 2022, "煤品", 1, "t"), ("合计", None, None, "=SUM(D2:D3)", "t")]
    activity = read_activity(workbook(tmp_path, ("表", rows, [])))
    assert (codes(activity), activity.missing) == (["A-107"], 0)


def test_a_number_merged_over_cells_counts_once_in_a_balance_and_across_columns(tmp_path: Path) -> None:
    rows = [list(row) for row in BALANCE]
    rows[5] = ["2.工业", 6, None]
    page = read_cells(workbook(tmp_path, ("表", rows, ["B6:C6"])))[0]
    assert page.repeats == {(6, 3)}
    assert "A-198" in codes(read_balance(tmp_path / "表.xlsx", "四川省", 2021))
    rows = [
        ("主体", "时期", "品种", "数量", "单位"),
        ("甲", 2021, "煤品", 100, "t"),
        ("乙", 7, None, None, "t"),
    ]
    activity = read_activity(workbook(tmp_path, ("表", rows, ["B3:D3"])))
    assert activity.to_polars().get_column("amount").to_list() == [100]


def test_a_number_merged_over_lines_of_a_template_counts_once(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    write_template("cn-energy-2011", path)
    book = openpyxl.load_workbook(path)
    name = next(
        one
        for one in book.sheetnames
        if any(cell.value == "数量" for row in book[one].iter_rows(max_row=8) for cell in row)
    )
    sheet = book[name]
    head = next(row for row in sheet.iter_rows(max_row=8) if any(cell.value == "数量" for cell in row))
    at = {cell.value: cell.column for cell in head}
    lines = [row for row in range(head[0].row + 1, head[0].row + 60) if "#" in str(sheet.cell(row, 1).value)]
    for row in lines[:2]:
        for title, value in (("主体", "四川省"), ("时期", "2021")):
            sheet.cell(row, at[title]).value = value
    first, second = next((a, b) for a, b in itertools.pairwise(lines) if b == a + 1)
    sheet.cell(first, at["数量"]).value = 50
    sheet.merge_cells(start_row=first, end_row=second, start_column=at["数量"], end_column=at["数量"])
    book.save(path)
    activity = read_activity(path)
    assert activity.to_polars().get_column("amount").to_list() == [50]
    assert "A-198" in codes(activity)


def test_a_named_table_does_not_take_a_merged_number_twice(tmp_path: Path) -> None:
    rows = [("类别", "估算量", "来源"), ("1.A.1", 5, "x"), ("1.A.2", None, "x")]
    with pytest.raises(InputUnreadable, match="第 3 行“估算量”没有自己的数"):
        read_named(workbook(tmp_path, ("表", rows, ["B2:B3"])), "estimates")
    told: list[Any] = []
    read = read_named(
        {"类别": ["1.A.1"], "估算量": ["1 200"], "不确定性": ["0.3"], "来源": ["/"]}, "estimates", told=told
    )
    assert read.row(0)[2:4] == (1200.0, 0.3)
    assert [one.code for one in told] == ["A-135"]


@pytest.mark.parametrize(
    ("stated", "value"),
    [
        ("ncv=20 934 MJ/t", 20934.0),
        ("ncv=２０ ９３４ MJ/t", 20934.0),
        ("ncv=1 234 567.5 kJ/t", 1234567.5),
        ("ncv=20 93 MJ/t", None),
        ("ncv=20 9345 MJ/t", None),
        ("ncv=20.9 1 000 kJ/kg", None),
        ("ncv=20 10^3 kJ/kg", 20.0),
        ("ncv=20 ± 1 234 MJ/t", None),
    ],
)
def test_a_blank_in_a_measured_number(stated: str, value: float | None) -> None:
    found = parse_parameters(stated)
    assert (found and found["ncv"].value) == value
