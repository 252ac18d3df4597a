"""Excel: merged cells, notes, dates, formulas, several and hidden sheets, old and damaged files."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from bad_input import GOOD, HEAD, HEADINGS, ROW, codes, counted, said, workbook
from old_excel import locked, xls
from tanheng.activity import read_activity
from tanheng.errors import ColumnMissing, InputUnreadable


def _rows(path: Path, **options: Any) -> list[tuple[Any, ...]]:
    activity = read_activity(path, **options)
    assert activity.frame is not None
    return activity.frame.select("entity", "period", "item", "amount", "unit").rows()


PLAIN = ("四川省", "2021", "coal", 100.0, "t")


def test_titles_notes_and_merged_headers(tmp_path: Path) -> None:
    head = [
        ("四川省2021年能源消费",),
        ("地区", "年份", "能源消费", None, None),
        (None, None, "品种", "数量", "单位"),
    ]
    note = [("注：来源统计年鉴",), (None,), ("四川省", 2022, "煤品", -1, "t")]
    path = workbook(tmp_path, ("表", [*head, ROW, *note], ["A1:E1", "A2:A3", "B2:B3", "C2:E2", "A5:E5"]))
    activity = read_activity(path)
    assert _rows(path) == [PLAIN]
    assert "表.xlsx, sheet '表', row 7" in said(activity, "A-102")[1]
    assert "有 2 行是空行、注释或表头" in said(activity, "A-120")[0]
    assert counted(activity) == 4


def test_a_merged_entity_holds_for_its_rows_but_a_merged_amount_is_one_amount(tmp_path: Path) -> None:
    rows = [HEADINGS, ROW, (None, None, "石油", 5, "t"), ("四川省", 2021, "天然气", None, "万m3")]
    activity = read_activity(workbook(tmp_path, ("表", rows, ["A2:A3", "B2:B3", "D3:D4"])))
    assert activity.frame is not None
    assert activity.frame.select("entity", "amount").rows() == [("四川省", 100.0), ("四川省", 5.0)]
    assert "row 4" in said(activity, "A-198")[1]
    assert "合并单元格" in said(activity, "A-198")[0]


def test_a_table_that_starts_elsewhere(tmp_path: Path) -> None:
    rows = [(None,) * 7, (None, None, *HEADINGS), (None, None, *ROW)]
    assert _rows(workbook(tmp_path, ("表", rows, []))) == [PLAIN]


PERIODS = [
    (dt.date(2021, 6, 30), "2021-06-30"),
    (dt.datetime(2021, 7, 1, 12, 30), "2021-07-01"),  # noqa: DTZ001
    ("2021年8月", "2021-08"),
    (2021, "2021"),
    ("２０２１", "2021"),
    (2021.1, None),
    (44377, None),
]


@pytest.mark.parametrize(("cell", "period"), PERIODS, ids=[str(cell) for cell, _ in PERIODS])
def test_periods_in_cells(cell: object, period: str | None, tmp_path: Path) -> None:
    activity = read_activity(workbook(tmp_path, ("表", [HEADINGS, ("四川省", cell, "煤品", 1, "t")], [])))
    assert activity.frame is not None
    assert activity.frame.get_column("period").to_list() == ([period] if period else [])
    assert codes(activity) == ([] if period else ["A-105"])


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("=1+1", "A-197"),
        ("#DIV/0!", "A-103"),
        (None, "A-103"),
        (True, "A-101"),
        ("1,234.50 ", ""),
        (1e300, "A-109"),
    ],
)
def test_amounts_in_cells(cell: object, code: str, tmp_path: Path) -> None:
    activity = read_activity(
        workbook(tmp_path, ("表", [HEADINGS, ROW, ("四川省", 2022, "煤品", cell, "t")], []))
    )
    assert codes(activity) == ([code] if code else [])
    assert counted(activity) == 2


def test_a_formula_with_a_stored_result_is_its_result(tmp_path: Path) -> None:
    path = tmp_path / "表.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("表")
        sheet.write_row(0, 0, HEADINGS)
        sheet.write_row(1, 0, ROW[:3])
        sheet.write_formula(1, 3, "=40+60", None, 100)
        sheet.write(1, 4, "t")
        chart = book.add_chart({"type": "line"})
        chart.add_series({"values": "=表!$D$2:$D$2"})
        book.add_chartsheet("图").set_chart(chart)
    assert _rows(path) == [PLAIN]


OTHER = ("四川省", 2022, "煤品", 1, "t")


def test_every_sheet_with_the_header_is_read(tmp_path: Path) -> None:
    sheets = [
        ("甲", [HEADINGS, ROW], []),
        ("乙", [HEADINGS, OTHER], []),
        ("说明", [("说明",)], []),
        ("空", [], []),
        ("名录", [("名称", "单位"), ("煤", "t")], []),
    ]
    path = workbook(tmp_path, *sheets)
    assert len(_rows(path)) == 2
    assert codes(read_activity(path)) == ["A-122"] * 3
    assert _rows(path, sheet="甲") == [PLAIN]


def test_a_sheet_that_is_not_there_or_has_no_header(tmp_path: Path) -> None:
    path = workbook(tmp_path, ("甲", [HEADINGS, ROW], []), ("说明", [("说明",)], []))
    with pytest.raises(InputUnreadable, match="没有工作表“乙”，只有甲、说明"):
        read_activity(path, sheet="乙")
    with pytest.raises(InputUnreadable, match=re.escape("[说明]")):
        read_activity(path, sheet="说明")


def test_the_same_row_on_two_sheets_counts_once(tmp_path: Path) -> None:
    activity = read_activity(workbook(tmp_path, ("甲", [HEADINGS, ROW], []), ("乙", [HEADINGS, ROW], [])))
    assert "sheet '乙', row 2: the same as 表.xlsx, sheet '甲', row 2" in said(activity, "A-108")[1]


def test_a_sheet_that_lacks_a_column_is_refused_and_the_others_are_read(tmp_path: Path) -> None:
    lacking = [row[:4] for row in (HEADINGS, OTHER, ROW)]
    activity = read_activity(workbook(tmp_path, ("甲", [HEADINGS, ROW], []), ("乙", lacking, [])))
    assert activity.frame is not None
    assert (activity.frame.height, activity.refused.height) == (1, 2)
    assert "工作表“乙” 缺少列“单位 unit”，其 2 行已搁置" in said(activity, "A-126")[0]
    with pytest.raises(ColumnMissing, match="乙"):
        read_activity(workbook(tmp_path, ("乙", lacking, [])))


def test_a_hidden_sheet_is_told_and_read_only_when_named(tmp_path: Path) -> None:
    def hide(book: Any) -> None:
        book["旧"].sheet_state = "hidden"

    path = workbook(tmp_path, ("表", [HEADINGS, ROW], []), ("旧", [HEADINGS, OTHER], []), change=hide)
    assert _rows(path) == [PLAIN]
    assert "隐藏工作表“旧”有活动数据（1 行）" in said(read_activity(path), "A-127")[0]
    assert _rows(path, sheet="旧") == [("四川省", "2022", "coal", 1.0, "t")]


def test_only_hidden_data(tmp_path: Path) -> None:
    def hide(book: Any) -> None:
        book["旧"].sheet_state = "veryHidden"

    path = workbook(tmp_path, ("封面", [("封面",)], []), ("旧", [HEADINGS, ROW], []), change=hide)
    with pytest.raises(InputUnreadable, match="只有隐藏的工作表有数据：旧"):
        read_activity(path)


def test_a_wide_row_is_refused_with_its_place(tmp_path: Path) -> None:
    activity = read_activity(workbook(tmp_path, ("表", [HEADINGS, (*ROW, None, "旁注"), OTHER], [])))
    assert "sheet '表', row 2: has 7 fields where the header has 5" in said(activity, "A-110")[1]
    assert counted(activity) == 2


def test_excel_97(tmp_path: Path) -> None:
    (tmp_path / "表.xls").write_bytes(xls("表", [HEADINGS, ROW]))
    assert _rows(tmp_path / "表.xls") == [PLAIN]


def test_the_name_of_a_file_does_not_matter(tmp_path: Path) -> None:
    book = workbook(tmp_path, ("表", [HEADINGS, ROW], [])).read_bytes()
    (tmp_path / "表.csv").write_bytes(book)
    assert _rows(tmp_path / "表.csv") == [PLAIN]
    (tmp_path / "表.xlsx").write_text(HEAD + GOOD, encoding="utf-8")
    assert _rows(tmp_path / "表.xlsx") == [PLAIN]


def _damaged(folder: Path) -> dict[str, bytes]:
    whole = workbook(folder, ("表", [HEADINGS, ROW], [])).read_bytes()
    other = folder / "other.zip"
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("a.txt", "x")
    broken = bytearray(whole)
    at = whole.index(b"xl/worksheets/sheet1.xml") + 40
    broken[at : at + 20] = bytes(20)
    return {
        "cut": whole[: len(whole) // 2],
        "no workbook": other.read_bytes(),
        "torn inside": bytes(broken),
        "nonsense": b"PK\x03\x04nonsense",
        "old and nonsense": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
    }


@pytest.mark.parametrize("kind", ["cut", "no workbook", "torn inside", "nonsense", "old and nonsense"])
def test_a_damaged_workbook(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "坏.xlsx"
    path.write_bytes(_damaged(tmp_path)[kind])
    with pytest.raises(InputUnreadable, match=r"坏\.xlsx.*已损坏"):
        read_activity(path)


def test_a_locked_workbook(tmp_path: Path) -> None:
    path = tmp_path / "锁.xlsx"
    path.write_bytes(locked())
    with pytest.raises(InputUnreadable, match=r"锁\.xlsx.*密码"):
        read_activity(path)


def test_a_stray_cell_far_out_is_named_before_it_fills_the_memory(tmp_path: Path) -> None:
    def stray(book: Any) -> None:
        book["表"].cell(row=1_048_576, column=16_384).value = " "

    with pytest.raises(InputUnreadable, match="XFD1048576"):
        read_activity(workbook(tmp_path, ("表", [HEADINGS, ROW], []), change=stray))


def test_a_sheet_with_two_amounts_is_set_aside_and_the_others_are_read(tmp_path: Path) -> None:
    doubtful = [(*HEADINGS, "消费量"), (*ROW, 99)]
    path = workbook(tmp_path, ("甲", [HEADINGS, ROW], ()), ("乙", doubtful, ()))
    activity = read_activity(path)
    assert activity.frame is not None
    assert (activity.frame.height, activity.missing) == (1, 1)
    zh, en = said(activity, "A-129")
    assert "表.xlsx 的工作表“乙” 的列“数量”与“消费量”" in zh or "工作表“乙”" in zh
    assert "row 2: '100' and '99'" in en
