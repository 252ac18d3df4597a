"""Files as sheets of text, whatever their name ends in: what a file is, its first bytes say."""

from __future__ import annotations

from pathlib import Path

from tanheng.activity.delimited import read_delimited
from tanheng.activity.sheets import ROW, Sheet, unreadable
from tanheng.activity.text import one_line
from tanheng.activity.workbooks import Progress, quiet, read_workbook
from tanheng.errors import InputUnreadable

_WORKBOOK = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
_OTHERS = (
    (b"%PDF", ("是 PDF 文件", "it is a PDF"), ("请把表存为 CSV 或 XLSX", "Save the table as CSV or XLSX")),
    (
        b"PAR1",
        ("是 Parquet 文件", "it is a Parquet file"),
        ("请把扩展名改为 .parquet", "Rename it to .parquet"),
    ),
    (b"\x1f\x8b", ("是压缩文件", "it is compressed"), ("请先解压", "Unpack it first")),
    (b"Rar!", ("是压缩文件", "it is compressed"), ("请先解压", "Unpack it first")),
    (b"7z\xbc\xaf", ("是压缩文件", "it is compressed"), ("请先解压", "Unpack it first")),
    (b"\x89PNG", ("是图片", "it is a picture"), ("请把表存为 CSV 或 XLSX", "Save the table as CSV or XLSX")),
    (
        b"\xff\xd8\xff",
        ("是图片", "it is a picture"),
        ("请把表存为 CSV 或 XLSX", "Save the table as CSV or XLSX"),
    ),
)
_WEB = (b"<html", b"<!doctype", b"<table", b"<?xml", b"mime-version")


def read_sheets(path: Path, sheet: str | None = None, tell: Progress = quiet) -> list[Sheet]:
    """Every sheet of a file that has the header of an activity table.

    Raises
    ------
    InputUnreadable
        When the file is missing, empty, damaged or of an unknown kind, or no sheet has a header.
    """
    if not path.exists():
        raise unreadable(path.name, ("文件不存在", "it does not exist"), ("请核对路径", "Check the path"))
    if not path.is_file():
        raise unreadable(path.name, ("不是文件", "it is not a file"), ("请给出文件", "Name a file"))
    with path.open("rb") as stream:
        start = stream.read(512)
    if not start:
        raise unreadable(
            path.name, ("文件为空", "it is empty"), ("请提供带表头的数据", "Give data with a header")
        )
    if start.startswith(_WORKBOOK):
        return read_workbook(path, sheet, tell)
    for signature, what, mend in _OTHERS:
        if start.startswith(signature):
            raise unreadable(path.name, what, mend)
    if sheet is not None:
        raise sheetless(path.name, sheet)
    if start.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_WEB):
        raise unreadable(
            path.name,
            ("其实是网页（HTML 或 XML）", "it is really a web page (HTML or XML)"),
            ("请用 Excel 打开后另存为 .xlsx", "Open it in Excel and save it as .xlsx"),
        )
    return [read_delimited(path)]


def sheetless(file: str, sheet: str) -> InputUnreadable:
    """The error for a sheet that is asked of data that have none."""
    shown = one_line(sheet, 40)
    return unreadable(
        file,
        (f"它不是工作簿，没有工作表“{shown}”", f"it is no workbook and has no sheet '{shown}'"),
        ("请去掉 --sheet（sheet=）", "Leave out --sheet (sheet=)"),
    )


__all__ = ["ROW", "Sheet", "read_sheets", "sheetless"]
