"""Files as plain cells: for tables that have a header of their own, unlike that of an activity table."""

from __future__ import annotations

import csv
import io
import itertools
import unicodedata
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

from tanheng.activity.clean import MERGED, NO_RESULT
from tanheng.activity.findings import Finding
from tanheng.activity.reading.books import grid, visible_sheets
from tanheng.activity.reading.delimited import DELIMITERS, LOST, encoding_of, open_text, split_rows
from tanheng.activity.reading.formulas import Places, placeholders, unstored
from tanheng.activity.reading.headers import HEAD_ROWS
from tanheng.activity.reading.hidden import Hidden, hidden_places, told_hidden
from tanheng.activity.reading.kinds import is_workbook
from tanheng.activity.reading.sheets import uncomputed, unreadable
from tanheng.activity.reading.titles import read_titles
from tanheng.workbooks import opened

_SAMPLE = 65_536


@dataclass(frozen=True)
class Cells:
    """One sheet as text: rows with their number as counted in the file.

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


def read_cells(path: Path, *, headings: Collection[str] = ()) -> list[Cells]:
    """Every sheet of a workbook, or the one sheet of a text file in any common encoding.

    Parameters
    ----------
    path : Path
        CSV (UTF-8, GBK, UTF-16; comma, tab, semicolon …) or Excel.
    headings : collection of str, optional
        Headings that are looked for: where there are some, they tell which character separates the cells of a text file.

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
        return _of_workbook(path) if is_workbook(path) else [_of_text(path, frozenset(map(folded, headings)))]
    except OSError as cause:
        said = cause.strerror or type(cause).__name__
        raise unreadable(
            path.name,
            (f"打不开（{said}）", f"it cannot be opened ({said})"),
            ("请核对路径与权限", "Check path and permissions"),
        ) from cause


def _of_workbook(path: Path) -> list[Cells]:
    with opened(path) as book:
        formulas, zeros, hides = unstored(path), placeholders(path), hidden_places(path)
        found = []
        for name, visible in visible_sheets(book).items():
            rows, repeats = grid(book, name)
            found.append(
                Cells(
                    path.name, name, list(enumerate(rows, 1)), hidden=not visible,
                    findings=[
                        *uncomputed(path.name, name, zeros.get(name, ())),
                        *_hidden_in(path.name, name, rows, hides.get(name)),
                    ],
                    unstored=formulas.get(name, set()), repeats=repeats,
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


def folded(text: str) -> str:
    r"""A heading as it is compared: one width, one case, no spaces.

    Examples
    --------
    >>> folded("ＧＰＣ Reference\nNumber")
    'gpcreferencenumber'
    """
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def _of_text(path: Path, headings: Collection[str]) -> Cells:
    encoding, lossy = encoding_of(path)
    with open_text(path, encoding) as stream:
        text = stream.read()
    if "\x00" in text:
        raise unreadable(
            path.name,
            ("内容不是文本", "it is not text"),
            ("请存为 CSV 或 XLSX", "Save it as CSV or XLSX"),
        )
    delimiter = _delimiter(text[:_SAMPLE], headings)
    rows: list[tuple[int, list[str]]] = []
    bad: list[tuple[int, str, str, int]] = []
    for number, row, said in split_rows(io.StringIO(text, newline=""), delimiter):
        if row is None:
            bad.append((number, "A-116", said, 0))
        elif lossy and any(LOST in cell for cell in row):
            bad.append((number, "A-115", delimiter.join(row), 0))
        else:
            rows.append((number, [cell.strip() for cell in row]))
    told = Finding("A-121", {"file": path.name, "value": encoding.upper()})
    return Cells(path.name, "", rows, bad, [] if encoding == "utf-8-sig" else [told])


def _delimiter(sample: str, headings: Collection[str]) -> str:
    """The separator that shows most of the headings in one row; else the one that makes most rows alike, of most cells."""

    def regular(delimiter: str) -> tuple[int, int, int]:
        reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
        rows = list(itertools.islice(reader, HEAD_ROWS))
        known = (
            max((sum(folded(cell) in headings for cell in row) for row in rows), default=0) if headings else 0
        )
        widths = Counter(len(row) for row in rows if len(row) > 1)
        return known, *max(((count, width) for width, count in widths.items()), default=(0, 0))

    return max(DELIMITERS, key=regular)
