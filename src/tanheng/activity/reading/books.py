"""Workbooks as cells: every cell as text, merged ranges spread."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from tanheng.activity.clean import number_of
from tanheng.activity.reading.formulas import Places
from tanheng.activity.reading.sheets import unreadable
from tanheng.activity.text import one_line
from tanheng.errors import InputUnreadable


def visible_sheets(book: Any) -> dict[str, bool]:
    """Every sheet in order, and whether it is shown."""
    from python_calamine import SheetVisibleEnum

    return {one.name: one.visible == SheetVisibleEnum.Visible for one in book.sheets_metadata}


def no_sheet(file: str, wanted: str, names: Iterable[str]) -> InputUnreadable:
    """The error for a sheet that a workbook does not have."""
    shown, there = one_line(wanted, 40), [one_line(name, 40) for name in names]
    return unreadable(
        file,
        (
            f"没有工作表“{shown}”，只有{'、'.join(there)}",
            f"it has no sheet '{shown}', only {', '.join(there)}",
        ),
        ("请核对 --sheet（sheet=）", "Check --sheet (sheet=)"),
    )


def grid(book: Any, name: str, most: int | None = None) -> tuple[list[list[str]], Places]:
    """All cells of a sheet as text, merged ranges spread; and the cells that only repeat the number of a merged range.

    Such a number is one number: it stands in the first cell of its range. ``most`` is how many rows are wanted.
    """
    sheet = book.get_sheet_by_name(name)
    rows = list(itertools.islice(rows_of(sheet), most))
    merges = list(sheet.merged_cell_ranges or [])
    for _ in spread_rows(rows, merges):
        pass
    return rows, _repeats(rows, merges)


def _repeats(rows: Sequence[Sequence[str]], merges: Sequence[Any]) -> Places:
    found: Places = set()
    for (top, left), (bottom, right) in merges:
        if top < len(rows) and left < len(rows[top]) and number_of(rows[top][left]) is not None:
            found |= {
                (row + 1, column + 1)
                for row in range(top, min(bottom + 1, len(rows)))
                for column in range(left, min(right + 1, len(rows[row])))
                if (row, column) != (top, left)
            }
    return found


def spread_rows(rows: Iterable[list[str]], merges: Sequence[Any]) -> Iterator[list[str]]:
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


def rows_of(sheet: Any) -> Iterator[list[str]]:
    """Rows from the first line and column of the sheet, one after another: a large sheet is never held twice."""
    left = [""] * (sheet.start[1] if sheet.start else 0)
    for row in sheet.iter_rows():
        yield left + [cell_text(cell) for cell in row]


def cell_text(cell: Any) -> str:
    """What a cell holds as text: whole numbers without a point, moments as their date."""
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat()
    return str(cell).strip()
