"""Files as plain cells: for tables that have a header of their own, unlike that of an activity table."""

from __future__ import annotations

import itertools
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from pathlib import Path

from tanheng.activity.clean import MERGED, NO_RESULT
from tanheng.activity.findings import Finding
from tanheng.activity.reading.books import grid, visible_sheets
from tanheng.activity.reading.formulas import Places, placeholders, unstored
from tanheng.activity.reading.hidden import Hidden, hidden_places, told_hidden
from tanheng.activity.reading.kinds import is_workbook
from tanheng.activity.reading.scan import TextScan, folded
from tanheng.activity.reading.sheets import uncomputed, unreadable
from tanheng.activity.reading.shortened import ROOM, shortened
from tanheng.activity.reading.titles import read_titles
from tanheng.workbooks import BROKEN, DAMAGED, opened


@dataclass(frozen=True)
class Cells:
    """One sheet as text: rows with their number as counted in the file.

    ``whole`` is whether these are all rows.
    ``bad`` holds rows that are no row of cells: number, code of the finding, text, fields. ``unstored`` are the cells (row
    and column from 1) with a formula that has no result, ``repeats`` those that only repeat the number of a merged range.
    """

    file: str
    sheet: str
    rows: list[tuple[int, list[str]]]
    bad: list[tuple[int, str, str, int]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    hidden: bool = False
    unstored: Places = field(default_factory=set)
    repeats: Places = field(default_factory=set)
    whole: bool = True

    @property
    def hollow(self) -> Places:
        """Cells that have no number of their own, whatever they show: an amount is not read from them."""
        return self.unstored | self.repeats

    def why_hollow(self, row: int, column: int) -> str:
        """What stands in place of a number that a cell has not of its own; empty where it has one."""
        if (row, column) in self.unstored:
            return NO_RESULT
        return MERGED if (row, column) in self.repeats else ""

    def titles(self, header: int) -> dict[str, str]:
        """What the name of the sheet and the cells above the row of headings state, see `read_titles`."""
        above = (cell for number, cells in self.rows if number < header for cell in cells if cell)
        return read_titles([self.sheet, *above])


def read_cells(path: Path, *, headings: Collection[str] = (), rows: int | None = None) -> list[Cells]:
    """Every sheet of a workbook, or the one sheet of a text file in any common encoding.

    Parameters
    ----------
    path : Path
        CSV (UTF-8, GBK, UTF-16; comma, tab, semicolon …) or Excel.
    headings : collection of str, optional
        Headings that are looked for: where there are some, they tell which character separates the cells of a text file.
    rows : int, optional
        At most so many rows of each sheet, and of a large file fewer (see `ROOM`): read in little time and memory.

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
        if is_workbook(path):
            return _of_workbook(path) if rows is None else _of_shortened(path, rows)
        return [_of_text(path, frozenset(map(folded, headings)), rows)]
    except OSError as cause:
        said = cause.strerror or type(cause).__name__
        raise unreadable(
            path.name,
            (f"打不开（{said}）", f"it cannot be opened ({said})"),
            ("请核对路径与权限", "Check path and permissions"),
        ) from cause


def _of_shortened(path: Path, rows: int) -> list[Cells]:
    try:
        with shortened(path, rows) as (copy, beyond):
            found = _of_workbook(copy, rows)
            return [replace(one, whole=one.whole and one.sheet not in beyond) for one in found]
    except BROKEN as cause:
        raise unreadable(path.name, *DAMAGED) from cause


def _of_workbook(path: Path, most: int | None = None) -> list[Cells]:
    with opened(path) as book:
        formulas, zeros, hides = unstored(path), placeholders(path), hidden_places(path)
        found = []
        for name, visible in visible_sheets(book).items():
            rows, repeats = grid(book, name, None if most is None else most + 1)
            whole = most is None or len(rows) <= most
            rows = rows[:most]
            found.append(
                Cells(
                    path.name, name, list(enumerate(rows, 1)), hidden=not visible,
                    findings=[
                        *uncomputed(path.name, name, zeros.get(name, ())),
                        *_hidden_in(path.name, name, rows, hides.get(name)),
                    ],
                    unstored=formulas.get(name, set()), repeats=repeats, whole=whole,
                )
            )  # fmt: skip
        return found


def _hidden_in(file: str, name: str, rows: list[list[str]], hidden: Hidden | None) -> list[Finding]:
    """What is told of the hidden rows and columns of a sheet that hold anything."""
    if hidden is None:
        return []
    columns = {at for row in rows for at, cell in enumerate(row, 1) if cell}
    return told_hidden(
        file, name, hidden, [at for at, row in enumerate(rows, 1) if any(row)], sorted(columns)
    )


def _of_text(path: Path, headings: Collection[str], most: int | None) -> Cells:
    scan = TextScan(path, headings, ROOM if most is not None else None)
    rows = list(itertools.islice(scan.rows(), most))
    whole = scan.ended and (most is None or len(rows) < most)
    told = Finding("A-121", {"file": path.name, "value": scan.encoding.upper()})
    findings = [] if scan.encoding == "utf-8-sig" else [told]
    return Cells(path.name, "", rows, scan.bad, findings, whole=whole)
