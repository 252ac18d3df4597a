"""Rows and columns that a workbook hides are read, and told by sheet, row and column."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from bad_input import codes, said
from tanheng.activity import read_activity
from tanheng.activity.reading.cells import read_cells
from tanheng.activity.reading.hidden import hidden_places

HEADER = ["主体", "时期", "品种", "数量", "单位", "备注"]
TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0"
OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"


def book(path: Path, rows: tuple[int, ...] = (), columns: str = "", name: str = "表 & 1") -> Path:
    """Five rows of activity (lines 2 to 6), some lines and columns of the sheet hidden."""
    with xlsxwriter.Workbook(path) as made:
        sheet = made.add_worksheet(name)
        sheet.write_row(0, 0, HEADER)
        for at, entity in enumerate("甲乙丙丁戊", 1):
            sheet.write_row(at, 0, [entity, "2021年", "煤品", at, "t", "x"])
        for row in rows:
            sheet.set_row(row - 1, None, None, {"hidden": True})
        if columns:
            sheet.set_column(columns, None, None, {"hidden": True})
    return path


def ods(path: Path, rows: str, columns: str = "") -> Path:
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content xmlns:office="{OFFICE}" xmlns:table="{TABLE}"'
        f' xmlns:text="{TEXT}"><office:body><office:spreadsheet><table:table table:name="表 &amp; 1">{columns}{rows}'
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        archive.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        )
    return path


def line(cells: list[object], about: str = "") -> str:
    """A row of an .ods."""
    told = "".join(
        f'<table:table-cell office:value-type="float" office:value="{cell}"><text:p>{cell}</text:p></table:table-cell>'
        if isinstance(cell, int)
        else f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>'
        for cell in cells
    )
    return f"<table:table-row {about}>{told}</table:table-row>"


def test_hidden_rows_and_columns_count_and_are_told(tmp_path: Path) -> None:
    read = read_activity(book(tmp_path / "藏.xlsx", rows=(3, 4, 6, 40), columns="F:H"))
    assert read.frame is not None
    assert read.frame.height == 5
    zh, en = said(read, "A-199")
    assert "藏.xlsx 的工作表“表 & 1” 隐藏了第 3-4、6 行（3 行）与 F 列，仍已读入" in zh
    assert "sheet '表 & 1' hides rows 3-4, 6 (3) and column F;" in en


def test_what_is_hidden_and_empty_is_not_told(tmp_path: Path) -> None:
    read = read_activity(book(tmp_path / "a.xlsx", rows=(9, 10), columns="H:XFD"))
    assert "A-199" not in codes(read)


def test_hidden_rows_of_an_ods_that_stand_for_many(tmp_path: Path) -> None:
    rows = [line(HEADER)]
    rows += [
        line(
            [entity, "2021年", "煤品", at, "t", "x"],
            'table:visibility="filter"' if at > 3 else 'table:style-name="ro1"',
        )
        for at, entity in enumerate("甲乙丙丁戊", 1)
    ]
    rows.append(
        '<table:table-row table:visibility="collapse" table:number-rows-repeated="1048000"><table:table-cell/></table:table-row>'
    )
    columns = '<table:table-column table:number-columns-repeated="5"/><table:table-column table:visibility="collapse"/>'
    path = ods(tmp_path / "藏.ods", "".join(rows), columns)
    read = read_activity(path)
    assert "hides rows 5-6 (2) and column F;" in said(read, "A-199")[1]
    assert hidden_places(path)["表 & 1"].rows == [(5, 1_048_006)]


def test_cells_of_other_tables_tell_them_too(tmp_path: Path) -> None:
    page = read_cells(book(tmp_path / "a.xlsx", rows=(3,)))[0]
    assert [one.code for one in page.findings] == ["A-199"]


@pytest.mark.parametrize("edge", range(4))
def test_a_tag_cut_by_the_end_of_a_block_is_found(edge: int, tmp_path: Path) -> None:
    tag = b'<row r="70000" hidden="1">'
    ahead = b"<sheetData>" + b" " * ((1 << 16) - 11 - edge * 7) + tag + b"</row></sheetData>"
    path = book(tmp_path / "a.xlsx")
    with zipfile.ZipFile(path) as archive:
        parts = {one: archive.read(one) for one in archive.namelist()}
    parts["xl/worksheets/sheet1.xml"] = b"<worksheet>" + ahead + b"</worksheet>"
    with zipfile.ZipFile(tmp_path / "b.xlsx", "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    assert hidden_places(tmp_path / "b.xlsx")["表 & 1"].rows == [(70_000, 70_000)]


def test_entities_are_never_expanded(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", rows=(3,))
    with zipfile.ZipFile(path) as archive:
        parts = {one: archive.read(one) for one in archive.namelist()}
    declared = b'<!DOCTYPE x [<!ENTITY yes "1"><!ENTITY far SYSTEM "file:///etc/hostname">]>'
    sheet = parts["xl/worksheets/sheet1.xml"].replace(b"<worksheet", declared + b"<worksheet", 1)
    parts["xl/worksheets/sheet1.xml"] = sheet.replace(
        b'<row r="4"', b'<row r="4" hidden="&yes;" spans="&far;"'
    )
    with zipfile.ZipFile(tmp_path / "b.xlsx", "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    assert hidden_places(tmp_path / "b.xlsx")["表 & 1"].rows == [(3, 3)]
