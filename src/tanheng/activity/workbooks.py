"""Excel workbooks as sheets of text: merged cells, several sheets, hidden sheets."""

from __future__ import annotations

import datetime as dt
import math
import re
import zipfile
import zlib
from pathlib import Path
from typing import Any

import polars as pl

from tanheng.activity.findings import Finding
from tanheng.activity.headers import find_header
from tanheng.activity.schema import map_header
from tanheng.activity.sheets import ROW, Sheet, apart, unreadable
from tanheng.errors import InputUnreadable

MOST_CELLS = 60_000_000
"""Cells from the corner to the last used one; a stray cell far out would fill the memory."""
_DIMENSION = re.compile(rb'<dimension ref="[A-Z]+\d+:([A-Z]+)(\d+)"')
_BROKEN = (OSError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error)
_DAMAGED = (
    ("不是有效的 Excel 文件，或已损坏", "it is not a valid Excel file, or it is damaged"),
    ("请用 Excel 打开后重新另存为 .xlsx", "Open it in Excel and save it again as .xlsx"),
)
_LOCKED = (
    ("有密码保护", "it is protected by a password"),
    ("请在 Excel 中取消密码后另存", "Remove the password in Excel and save it"),
)


def read_workbook(path: Path, wanted: str | None = None) -> list[Sheet]:
    """Every visible sheet that has the header of an activity table, or the one that is asked for.

    Raises
    ------
    InputUnreadable
        When the file is damaged or locked, there is no such sheet, or no sheet has a header.
    """
    from python_calamine import CalamineError, PasswordError, SheetVisibleEnum

    try:
        _refuse_vast(path)
        book = _opened(path)
        about = {one.name: one.visible == SheetVisibleEnum.Visible for one in book.sheets_metadata}
        if wanted is not None and wanted not in about:
            raise unreadable(
                path.name,
                (
                    f"没有工作表“{wanted}”，只有{'、'.join(about)}",
                    f"it has no sheet '{wanted}', only {', '.join(about)}",
                ),
                ("请核对 --sheet", "Check --sheet"),
            )
        return _chosen(path, book, about, wanted)
    except PasswordError as cause:
        raise unreadable(path.name, *_LOCKED) from cause
    except (CalamineError, *_BROKEN) as cause:
        raise unreadable(path.name, *_DAMAGED) from cause


def _opened(path: Path) -> Any:
    from python_calamine import CalamineWorkbook

    return CalamineWorkbook.from_path(str(path))


def _refuse_vast(path: Path) -> None:
    """Refuse a sheet whose used range would not fit the memory, before it is laid out."""
    if not zipfile.is_zipfile(path):
        return
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                with archive.open(name) as stream:
                    match = _DIMENSION.search(stream.read(4096))
                if match and _letters(match[1]) * int(match[2]) > MOST_CELLS:
                    used = f"{match[1].decode()}{match[2].decode()}"
                    raise unreadable(
                        path.name,
                        (
                            f"有工作表一直用到单元格 {used}，过大",
                            f"a sheet is used up to cell {used}, which is too large",
                        ),
                        (
                            "请删去表外的空行、空列后另存",
                            "Delete the empty rows and columns around the table and save it",
                        ),
                    )


def _letters(column: bytes) -> int:
    number = 0
    for letter in column:
        number = number * 26 + letter - 64
    return number


def _chosen(path: Path, book: Any, about: dict[str, bool], wanted: str | None) -> list[Sheet]:
    found: list[Sheet] = []
    notes: list[Finding] = []
    problem: InputUnreadable | None = None
    for name in about if wanted is None else [wanted]:
        try:
            one = _sheet(path, book, name)
        except InputUnreadable as error:
            problem = problem or error
            if about[name]:
                notes.append(Finding("A-122", {"file": path.name, "value": name}))
            continue
        if about[name] or wanted is not None:
            found.append(one)
        else:
            notes.append(Finding("A-127", {"file": path.name, "value": name, "count": one.frame.height}))
    if not found:
        hidden = [note.fields["value"] for note in notes if note.code == "A-127"]
        if hidden:
            raise unreadable(
                path.name,
                (
                    f"只有隐藏的工作表有数据：{'、'.join(hidden)}",
                    f"only hidden sheets hold data: {', '.join(hidden)}",
                ),
                ("请取消隐藏，或用 --sheet 指定", "Show the sheet, or name it with --sheet"),
            )
        raise problem or unreadable(path.name, *_DAMAGED)
    found[0].findings.extend(notes)
    return found


def _sheet(path: Path, book: Any, name: str) -> Sheet:
    sheet = book.get_sheet_by_name(name)
    grid = [[_text(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
    if not any(any(row) for row in grid):
        raise unreadable(
            path.name,
            ("工作表为空", "the sheet is empty"),
            ("请提供带表头的数据", "Give data with a header"),
            name,
        )
    merges = list(sheet.merged_cell_ranges or [])
    _spread(grid, merges)
    at, headings = find_header(path.name, name, grid)
    while headings and not headings[-1]:
        headings.pop()
    _gather(grid, merges, at, map_header(headings).get("amount"))
    frame, misfits = _laid_out(grid, at, len(headings))
    rows, findings = apart(path.name, name, misfits, len(headings))
    return Sheet(path.name, name, headings, frame, findings, rows)


def _spread(grid: list[list[str]], merges: list[Any]) -> None:
    """A merged range shows its value in each of its cells."""
    for (top, left), (bottom, right) in merges:
        if top < len(grid) and left < len(grid[top]):
            value = grid[top][left]
            for row in grid[top : bottom + 1]:
                row[left : right + 1] = [value] * (min(right + 1, len(row)) - left)


def _gather(grid: list[list[str]], merges: list[Any], header: int, amount: int | None) -> None:
    """A merged amount is one amount: it stands in its first row only."""
    for (top, left), (bottom, right) in merges:
        if amount is not None and left <= amount <= right:
            for row in grid[max(top, header + 1) + 1 : bottom + 1]:
                row[amount] = ""


def _laid_out(
    grid: list[list[str]], header: int, width: int
) -> tuple[pl.DataFrame, list[tuple[int, str, str, int]]]:
    fitting: list[list[object]] = []
    misfits: list[tuple[int, str, str, int]] = []
    for number, row in enumerate(grid[header + 1 :], header + 2):
        filled = {cell for cell in row if cell}
        if len(filled) > 1 and any(row[width:]):
            misfits.append(
                (number, "A-110", " | ".join(row), max(n for n, cell in enumerate(row, 1) if cell))
            )
        else:
            fitting.append([number, *row[:width], *[""] * (width - len(row))])
    schema = {ROW: pl.Int64, **{f"c{at}": pl.String for at in range(width)}}
    return pl.DataFrame(fitting, schema=schema, orient="row"), misfits


def _text(cell: Any) -> str:
    if isinstance(cell, bool):
        return str(cell)
    if isinstance(cell, float):
        return (
            str(int(cell)) if math.isfinite(cell) and cell.is_integer() and abs(cell) < 1e15 else repr(cell)
        )
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat()
    return str(cell).strip()
