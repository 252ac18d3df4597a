"""Rows of a file one after another: a large file is never held whole."""

from __future__ import annotations

import csv
import io
import itertools
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from tanheng.activity.reading.books import rows_of, spread_rows
from tanheng.activity.reading.delimited import DELIMITERS, LOST, encoding_of, open_text, split_rows
from tanheng.activity.reading.headers import HEAD_ROWS
from tanheng.activity.reading.kinds import is_workbook
from tanheng.activity.reading.sheets import unreadable
from tanheng.workbooks import opened

_SAMPLE = 65_536
Row = tuple[int, list[str]]
Bad = list[tuple[int, str, str, int]]
"""Rows that are no row of cells: number, code of the finding, text, fields."""


def scan_cells(path: Path) -> Iterator[tuple[str, Iterator[Row], Bad]]:
    """Every sheet of a file with its rows, as `read_cells` has them; ``Bad`` is filled while they are read.

    Raises
    ------
    InputUnreadable
        As `read_cells`.
    """
    if not is_workbook(path):
        scan = TextScan(path)
        yield "", scan.rows(), scan.bad
        return
    with opened(path) as book:
        for one in book.sheets_metadata:
            sheet = book.get_sheet_by_name(one.name)
            merges = list(sheet.merged_cell_ranges or [])
            yield one.name, enumerate(spread_rows(rows_of(sheet), merges), 1), []


def folded(text: str) -> str:
    r"""A heading as it is compared: one width, one case, no spaces.

    Examples
    --------
    >>> folded("ＧＰＣ Reference\nNumber")
    'gpcreferencenumber'
    """
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


class TextScan:
    """The rows of a text file, one after another.

    Parameters
    ----------
    path : Path
    headings : collection of str
        Folded; where there are some, they tell which character separates the cells.
    room : int, optional
        Bytes that are read at most.

    Attributes
    ----------
    bad : list
        Rows that are no row of cells, as they were met: number, code of the finding, text, fields.
    ended : bool
        Whether the end of the file was reached.
    """

    def __init__(self, path: Path, headings: Collection[str] = (), room: int | None = None) -> None:
        self.path, self._room = path, room
        self.encoding, self._lossy = encoding_of(path, room)
        self.bad: list[tuple[int, str, str, int]] = []
        self.ended = False
        with open_text(path, self.encoding) as stream:
            self._delimiter = _delimiter(stream.read(_SAMPLE), headings)

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Each row with the line on which it begins.

        Raises
        ------
        InputUnreadable
            When a line is no text.
        """
        with open_text(self.path, self.encoding) as stream:
            for number, row, said in split_rows(self._lines(stream), self._delimiter):
                if row is None:
                    self.bad.append((number, "A-116", said, 0))
                elif self._lossy and any(LOST in cell for cell in row):
                    self.bad.append((number, "A-115", self._delimiter.join(row), 0))
                else:
                    yield number, [cell.strip() for cell in row]

    def _lines(self, stream: Iterable[str]) -> Iterator[str]:
        read = 0
        for line in stream:
            if "\x00" in line:
                raise unreadable(
                    self.path.name,
                    ("内容不是文本", "it is not text"),
                    ("请存为 CSV 或 XLSX", "Save it as CSV or XLSX"),
                )
            read += len(line)
            if self._room is not None and read > self._room:
                return
            yield line
        self.ended = True


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
