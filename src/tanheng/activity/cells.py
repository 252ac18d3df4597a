"""Files as plain cells: for tables that have a header of their own, unlike that of an activity table."""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tanheng.activity.delimited import _DELIMITERS, _LOST, _encoding, _open, _rows
from tanheng.activity.findings import Finding
from tanheng.activity.grids import _OTHERS, _WEB, _WORKBOOK
from tanheng.activity.headers import HEAD_ROWS
from tanheng.activity.sheets import unreadable
from tanheng.activity.workbooks import (
    _BROKEN,
    _DAMAGED,
    _LOCKED,
    _opened,
    _refuse_vast,
    _spread,
    _text,
)

_SAMPLE = 65_536


@dataclass(frozen=True)
class Cells:
    """One sheet as text: rows with their number as counted in the file.

    ``bad`` holds rows that are no row of cells: number, code of the finding, text, fields.
    """

    file: str
    sheet: str
    rows: list[tuple[int, list[str]]]
    bad: list[tuple[int, str, str, int]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    hidden: bool = False


def read_cells(path: Path) -> list[Cells]:
    """Every sheet of a workbook, or the one sheet of a text file in any common encoding.

    Parameters
    ----------
    path : Path
        CSV (UTF-8, GBK, UTF-16; comma, tab, semicolon …) or Excel.

    Returns
    -------
    list of Cells
        In the order of the workbook, hidden sheets marked.

    Raises
    ------
    InputUnreadable
        When the file is missing, empty, damaged or of another kind.
    """
    try:
        start = _first_bytes(path)
        return _of_workbook(path) if start.startswith(_WORKBOOK) else [_of_text(path)]
    except OSError as cause:
        said = cause.strerror or type(cause).__name__
        raise unreadable(
            path.name,
            (f"打不开（{said}）", f"it cannot be opened ({said})"),
            ("请核对路径与权限", "Check path and permissions"),
        ) from cause


def _first_bytes(path: Path) -> bytes:
    """The first bytes of a file that may be a table."""
    if not path.is_file():
        raise unreadable(
            path.name, ("没有这个文件", "there is no such file"), ("请核对路径", "Check the path")
        )
    with path.open("rb") as stream:
        start = stream.read(512)
    if not start.strip(b"\xef\xbb\xbf \t\r\n"):
        raise unreadable(
            path.name, ("文件为空", "it is empty"), ("请提供带表头的数据", "Give data with a header")
        )
    for signature, what, mend in _OTHERS:
        if start.startswith(signature):
            raise unreadable(path.name, what, mend)
    if start.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_WEB):
        raise unreadable(
            path.name,
            ("其实是网页（HTML 或 XML）", "it is really a web page (HTML or XML)"),
            ("请用 Excel 打开后另存为 .xlsx", "Open it in Excel and save it as .xlsx"),
        )
    return start


def _of_workbook(path: Path) -> list[Cells]:
    from python_calamine import CalamineError, PasswordError, SheetVisibleEnum

    found = []
    try:
        _refuse_vast(path)
        book = _opened(path)
        for about in book.sheets_metadata:
            sheet = book.get_sheet_by_name(about.name)
            rows = [[_text(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
            _spread(rows, list(sheet.merged_cell_ranges or []))
            hidden = about.visible != SheetVisibleEnum.Visible
            found.append(Cells(path.name, about.name, list(enumerate(rows, 1)), hidden=hidden))
    except PasswordError as cause:
        raise unreadable(path.name, *_LOCKED) from cause
    except (CalamineError, *_BROKEN) as cause:
        raise unreadable(path.name, *_DAMAGED) from cause
    return found


def _of_text(path: Path) -> Cells:
    encoding, lossy = _encoding(path)
    with _open(path, encoding) as stream:
        text = stream.read()
    if "\x00" in text:
        raise unreadable(
            path.name,
            ("内容不是文本", "it is not text"),
            ("请存为 CSV 或 XLSX", "Save it as CSV or XLSX"),
        )
    delimiter = _delimiter(text[:_SAMPLE])
    rows: list[tuple[int, list[str]]] = []
    bad: list[tuple[int, str, str, int]] = []
    for number, row, said in _rows(io.StringIO(text, newline=""), delimiter):
        if row is None:
            bad.append((number, "A-116", said, 0))
        elif lossy and any(_LOST in cell for cell in row):
            bad.append((number, "A-115", delimiter.join(row), 0))
        else:
            rows.append((number, [cell.strip() for cell in row]))
    told = Finding("A-121", {"file": path.name, "value": encoding.upper()})
    return Cells(path.name, "", rows, bad, [] if encoding == "utf-8-sig" else [told])


def _delimiter(sample: str) -> str:
    """The separator that makes most cells of the first rows."""

    def cells(delimiter: str) -> int:
        reader: Iterator[list[str]] = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
        return sum(len(row) for row in itertools.islice(reader, HEAD_ROWS))

    return max(_DELIMITERS, key=cells)
