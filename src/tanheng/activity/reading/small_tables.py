"""Small tables that are kept row by row, such as places and socio-economic data: each fault is named by row and column."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tanheng.activity.clean import is_blank
from tanheng.activity.reading.cells import read_cells
from tanheng.activity.reading.scan import folded
from tanheng.activity.reading.sheets import unreadable
from tanheng.activity.reading.shortened import ROOM
from tanheng.errors import InputUnreadable, language
from tanheng.workbooks import column_letters

Spellings = Mapping[str, Sequence[str]]
_HEAD_ROWS = 10


@dataclass
class SmallTable:
    """A table whose columns are known: rows with their number in the file, and the faults that were told of them.

    ``faults`` has file, sheet, row, column (letter and heading), value and what is expected there.
    """

    file: str
    sheet: str
    rows: list[tuple[int, dict[str, str]]]
    columns: dict[str, str]
    faults: list[dict[str, Any]] = field(default_factory=list)

    def fault(self, row: int, name: str, value: str, zh: str, en: str) -> None:
        """Say what is wrong in a cell, and what is expected there."""
        told = {"row": row, "column": self.columns.get(name, name), "value": value[:80]}
        sheet = {"sheet": self.sheet} if self.sheet else {}
        self.faults.append({**sheet, **told, "expected": zh if language() == "zh" else en})

    def first(self) -> dict[str, Any]:
        """The fields of a message about the faults: how many, and where the first stands."""
        one = self.faults[0]
        zh, en = (f" 工作表“{self.sheet}”", f", sheet '{self.sheet}'") if self.sheet else ("", "")
        return {
            "file": self.file, "count": len(self.faults), "rows": self.faults,
            "detail_zh": f"首处{zh}第 {one['row']} 行 {one['column']} 列“{one['value']}”，应为{one['expected']}",
            "detail_en": f"the first is{en} row {one['row']}, column {one['column']}, '{one['value']}'; expected {one['expected']}",
        }  # fmt: skip


def read_small(path: Path, spellings: Spellings, needed: Sequence[str], *, most: int) -> SmallTable:
    """The first sheet of a file that has the needed columns, in any order, under any of their spellings.

    Parameters
    ----------
    path : Path
        CSV or Excel.
    spellings : mapping of str to sequence of str
        Names that a column may have.
    needed : sequence of str
        Columns without which it is not this table.
    most : int
        Rows that are taken at most.

    Raises
    ------
    InputUnreadable
        When it is no table, has no such columns or too many rows.
    """
    pages = [page for page in read_cells(path, rows=most + _HEAD_ROWS) if not page.hidden]
    for page in pages:
        for at, (_, cells) in enumerate(page.rows[:_HEAD_ROWS]):
            places = _places(cells, spellings)
            if all(name in places for name in needed):
                rows = list(_rows(page.rows[at + 1 :], places))
                if len(rows) > most or not page.whole:
                    raise too_large(path.name, most, page.sheet)
                columns = {
                    name: f"{column_letters(place + 1)} {cells[place].strip()}"
                    for name, place in places.items()
                }
                return SmallTable(path.name, page.sheet, rows, columns)
    named = [cells for page in pages for _, cells in page.rows[:_HEAD_ROWS] if any(cells)]
    best = max(named, key=lambda cells: len(_places(cells, spellings)), default=[])
    lacking = [spellings[name][-1] for name in needed if name not in _places(best, spellings)]
    raise unreadable(
        path.name,
        (f"没有列 {'、'.join(lacking)}", f"it has no column {', '.join(lacking)}"),
        ("请下载模板，按其列名填写", "Download the template and use the names of its columns"),
    )


def too_large(file: str, most: int, sheet: str) -> InputUnreadable:
    """The error for a table with more rows than are taken, or so large that not all of it was looked at."""
    room = ROOM // 1_000_000
    return unreadable(
        file,
        (f"过大，最多读 {most:,} 行、{room} MB", f"it is too large: at most {most:,} rows and {room} MB are taken"),
        ("请分成几个文件", "Split it into several files"),
        sheet,
    )  # fmt: skip


def _places(cells: Sequence[str], spellings: Spellings) -> dict[str, int]:
    heads = [folded(cell) for cell in cells]
    known = {name: [folded(one) for one in spelled] for name, spelled in spellings.items()}
    found = {
        name: next((heads.index(one) for one in spelled if one in heads), -1)
        for name, spelled in known.items()
    }
    return {name: place for name, place in found.items() if place >= 0}


def _rows(
    rows: Sequence[tuple[int, list[str]]], places: Mapping[str, int]
) -> Iterator[tuple[int, dict[str, str]]]:
    for number, cells in rows:
        own = {name: cells[place].strip() if place < len(cells) else "" for name, place in places.items()}
        if not all(map(is_blank, own.values())):
            yield number, own
