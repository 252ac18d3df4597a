"""Excel workbooks as sheets of text: merged cells, several sheets, hidden sheets."""

from __future__ import annotations

import datetime as dt
import itertools
import math
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import polars as pl

from tanheng.activity.findings import Finding
from tanheng.activity.formulas import unstored
from tanheng.activity.headers import HEAD_ROWS, find_header
from tanheng.activity.schema import map_header
from tanheng.activity.sheets import ROW, Sheet, apart, unreadable
from tanheng.activity.template import META, filled_sheets, marks_of
from tanheng.errors import InputUnreadable

Progress = Callable[[str, str], None]
"""Called with (zh, en) while a large file is read."""


def quiet(zh: str, en: str) -> None:
    """Progress that nobody watches."""


_BATCH = 50_000
MOST_BYTES, MOST_TIMES, SMALL = 4_000_000_000, 200, 200_000_000
"""A part that unpacks to more bytes than the first, or to more than the last and so many times its packed size, is none
that a spreadsheet wrote."""
_TRUSTED = 8_000_000
"""In archives up to so many bytes sizes are counted and not believed: a small file that grows vast is made by hand."""
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


def read_workbook(path: Path, wanted: str | None = None, tell: Progress = quiet) -> list[Sheet]:
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
        if META in about and (marks := marks_of(_grid(book, META))):
            shown = [
                name for name, visible in about.items() if name == wanted or (visible and wanted is None)
            ]
            grids = {
                name: _grid(book, name) for name in dict.fromkeys([*shown, marks["about"]]) if name in about
            }
            return filled_sheets(path.name, grids, marks, unstored(path))
        return _chosen(path, book, about, wanted, tell)
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
        _refuse_bomb(path, archive)
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


def _refuse_bomb(path: Path, archive: zipfile.ZipFile) -> None:
    """Refuse an archive that unpacks to far more than any workbook, before anything is unpacked into memory."""
    counted = path.stat().st_size <= _TRUSTED
    for part in archive.infolist():
        packed = max(part.compress_size, 1)
        most = min(MOST_BYTES, max(SMALL, MOST_TIMES * packed))
        size = _unpacked(path, part, most) if counted else part.file_size
        if size > most:
            raise unreadable(
                path.name,
                (
                    f"内部的 {part.filename} 展开后超过 {size / 1e6:,.0f} MB，不像是表格文件（压缩炸弹）",
                    f"its part {part.filename} unpacks to more than {size / 1e6:,.0f} MB; no spreadsheet does (a zip bomb)",
                ),
                (
                    "请核对文件来源；确是数据时用 Excel 打开后另存，或存为 CSV",
                    "Check where it comes from; if it is data, save it again in Excel or as CSV",
                ),
            )


def _unpacked(path: Path, part: zipfile.ZipInfo, enough: int) -> int:
    """Bytes that a part really unpacks to, counted up to a bound; what the archive says of itself may be false."""
    if part.compress_type != zipfile.ZIP_DEFLATED:
        return part.file_size
    with path.open("rb") as stream:
        stream.seek(part.header_offset + 26)
        lengths = stream.read(4)
        stream.seek(int.from_bytes(lengths[:2], "little") + int.from_bytes(lengths[2:], "little"), 1)
        unpack, size, left = zlib.decompressobj(-15), 0, part.compress_size
        while left > 0 and size <= enough and not unpack.eof:
            block = stream.read(min(left, 1 << 14))
            if not block:
                break
            left -= len(block)
            size += len(unpack.decompress(block))
    return size


def _letters(column: bytes) -> int:
    number = 0
    for letter in column:
        number = number * 26 + letter - 64
    return number


def _chosen(path: Path, book: Any, about: dict[str, bool], wanted: str | None, tell: Progress) -> list[Sheet]:
    found: list[Sheet] = []
    notes: list[Finding] = []
    problem: InputUnreadable | None = None
    for name in about if wanted is None else [wanted]:
        try:
            one = _sheet(path, book, name, tell)
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


def _grid(book: Any, name: str) -> list[list[str]]:
    sheet = book.get_sheet_by_name(name)
    grid = [[_text(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
    _spread(grid, list(sheet.merged_cell_ranges or []))
    return grid


def _sheet(path: Path, book: Any, name: str, tell: Progress) -> Sheet:
    sheet = book.get_sheet_by_name(name)
    merges = list(sheet.merged_cell_ranges or [])
    rows = _spread_rows(_rows(sheet), merges)
    top = list(itertools.islice(rows, HEAD_ROWS))
    if not any(map(any, top)) and not any(map(any, rows)):
        raise unreadable(
            path.name,
            ("工作表为空", "the sheet is empty"),
            ("请提供带表头的数据", "Give data with a header"),
            name,
        )
    at, headings = find_header(path.name, name, top)
    while headings and not headings[-1]:
        headings.pop()
    below = enumerate(itertools.chain(top[at + 1 :], rows), at + 2)
    amount = map_header(headings).get("amount")
    frame, misfits = _laid_out(_gathered(below, merges, at, amount), len(headings), name, tell)
    apart_rows, findings = apart(path.name, name, misfits, len(headings))
    return Sheet(path.name, name, headings, frame, findings, apart_rows)


def _rows(sheet: Any) -> Iterator[list[str]]:
    """Rows from the first line and column of the sheet, one after another: a large sheet is never held twice."""
    left = [""] * (sheet.start[1] if sheet.start else 0)
    for row in sheet.iter_rows():
        yield left + [_text(cell) for cell in row]


def _spread_rows(rows: Iterable[list[str]], merges: list[Any]) -> Iterator[list[str]]:
    """A merged range shows its value in each of its cells."""
    begins: dict[int, list[Any]] = {}
    for merge in merges:
        begins.setdefault(merge[0][0], []).append(merge)
    held: list[tuple[int, int, int, str]] = []
    for at, row in enumerate(rows):
        held = [one for one in held if one[0] >= at]
        held += [
            (last[0], first[1], last[1], row[first[1]])
            for first, last in begins.get(at, ())
            if first[1] < len(row)
        ]
        for _, left, right, value in held:
            row[left : right + 1] = [value] * (min(right + 1, len(row)) - left)
        yield row


def _spread(grid: list[list[str]], merges: list[Any]) -> None:
    """Merged ranges of a small sheet, in place."""
    for _ in _spread_rows(grid, merges):
        pass


def _gathered(
    rows: Iterable[tuple[int, list[str]]], merges: list[Any], header: int, amount: int | None
) -> Iterator[tuple[int, list[str]]]:
    """A merged amount is one amount: it stands in its first row only."""
    later = {
        number
        for (top, left), (bottom, right) in merges
        if amount is not None and left <= amount <= right
        for number in range(max(top, header + 1) + 2, bottom + 2)
    }
    for number, row in rows:
        if number in later and amount is not None:
            row[amount] = ""
        yield number, row


def _laid_out(
    rows: Iterable[tuple[int, list[str]]], width: int, name: str, tell: Progress
) -> tuple[pl.DataFrame, list[tuple[int, str, str, int]]]:
    """Rows in columns, a batch at a time, and those that do not fit the header."""
    schema = {ROW: pl.Int64, **{f"c{at}": pl.String for at in range(width)}}
    frames = [pl.DataFrame(schema=schema)]
    batch: list[list[object]] = []
    misfits: list[tuple[int, str, str, int]] = []
    for number, row in rows:
        if any(row[width:]) and len({cell for cell in row if cell}) > 1:
            misfits.append(
                (number, "A-110", " | ".join(row), max(n for n, cell in enumerate(row, 1) if cell))
            )
        else:
            batch.append([number, *row[:width], *[""] * (width - len(row))])
        if len(batch) == _BATCH:
            frames.append(pl.DataFrame(batch, schema=schema, orient="row"))
            batch = []
            tell(f"工作表“{name}”已读 {number:,} 行", f"Sheet '{name}': {number:,} rows read")
    return pl.concat([*frames, pl.DataFrame(batch, schema=schema, orient="row")]), misfits


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
