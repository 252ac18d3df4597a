"""Files as sheets of text, whatever their name ends in: what a file is, its first bytes say."""

from __future__ import annotations

from pathlib import Path

from tanheng.activity.reading.delimited import read_delimited
from tanheng.activity.reading.kinds import is_workbook
from tanheng.activity.reading.sheets import ROW, Sheet, unreadable
from tanheng.activity.reading.workbooks import Progress, quiet, read_workbook
from tanheng.activity.text import one_line
from tanheng.errors import InputUnreadable


def read_sheets(path: Path, sheet: str | None = None, tell: Progress = quiet) -> list[Sheet]:
    """Every sheet of a file that has the header of an activity table.

    Raises
    ------
    InputUnreadable
        When the file is missing, empty, damaged or of an unknown kind, or no sheet has a header.
    """
    if is_workbook(path):
        return read_workbook(path, sheet, tell)
    if sheet is not None:
        raise sheetless(path.name, sheet)
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
