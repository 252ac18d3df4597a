"""Excel workbooks as sheets of text: merged cells, several sheets, hidden sheets."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from tanheng.activity.clean import MERGED, NO_RESULT, number_of
from tanheng.activity.findings import Finding
from tanheng.activity.reading.books import (
    grid,
    no_sheet,
    rows_of,
    spread_rows,
    visible_sheets,
)
from tanheng.activity.reading.formulas import Places, placeholders, unstored
from tanheng.activity.reading.headers import HEAD_ROWS, find_header
from tanheng.activity.reading.hidden import hidden_places, told_hidden
from tanheng.activity.reading.sheets import ROW, Sheet, apart, uncomputed, unreadable, without_hollow
from tanheng.activity.reading.titles import read_titles
from tanheng.activity.schema import map_header
from tanheng.activity.template import META, filled_sheets, marks_of
from tanheng.errors import InputUnreadable
from tanheng.workbooks import DAMAGED, opened

Progress = Callable[[str, str], None]
"""Called with (zh, en) while a large file is read."""


def quiet(zh: str, en: str) -> None:
    """Progress that nobody watches."""


_BATCH = 50_000


def read_workbook(path: Path, wanted: str | None = None, tell: Progress = quiet) -> list[Sheet]:
    """Every visible sheet that has the header of an activity table, or the one that is asked for.

    Raises
    ------
    InputUnreadable
        When the file is damaged or locked, there is no such sheet, or no sheet has a header.
    """
    with opened(path) as book:
        about = visible_sheets(book)
        if wanted is not None and wanted not in about:
            raise no_sheet(path.name, wanted, about)
        formulas = unstored(path)
        marks = marks_of(grid(book, META)[0]) if META in about else None
        if marks:
            shown = [
                name for name, visible in about.items() if name == wanted or (visible and wanted is None)
            ]
            read = dict.fromkeys([*shown, marks["about"]])
            grids = {name: grid(book, name) for name in read if name in about}
            hollow = {
                name: dict.fromkeys(repeats, MERGED) | dict.fromkeys(formulas.get(name, ()), NO_RESULT)
                for name, (_, repeats) in grids.items()
            }
            sheets = filled_sheets(
                path.name, {name: rows for name, (rows, _) in grids.items()}, marks, hollow
            )
        else:
            sheets = _chosen(path, book, about, wanted, formulas, tell)
    zeros, hides = placeholders(path), hidden_places(path)
    for one in sheets:
        if one.sheet in hides:
            named = [] if marks else [at for at, name in enumerate(one.headings, 1) if name.strip()]
            rows = sorted(one.frame.get_column(ROW).to_list())
            one.findings.extend(told_hidden(path.name, one.sheet, hides[one.sheet], rows, named))
        amount = map_header(one.headings).get("amount", -1) + 1
        held = set(one.frame.get_column(ROW).to_list()) if one.sheet in zeros else set()
        doubtful = {
            cell for cell in zeros.get(one.sheet, ()) if cell[0] in held and (cell[1] == amount or marks)
        }
        one.findings.extend(uncomputed(path.name, one.sheet, doubtful))
    return sheets


def _chosen(
    path: Path,
    book: Any,
    about: dict[str, bool],
    wanted: str | None,
    formulas: Mapping[str, Places],
    tell: Progress,
) -> list[Sheet]:
    found: list[Sheet] = []
    notes: list[Finding] = []
    problem: InputUnreadable | None = None
    for name in about if wanted is None else [wanted]:
        try:
            one = _sheet(path, book, name, formulas.get(name, set()), tell)
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
        raise problem or unreadable(path.name, *DAMAGED)
    found[0].findings.extend(notes)
    return found


def _sheet(path: Path, book: Any, name: str, formulas: Places, tell: Progress) -> Sheet:
    sheet = book.get_sheet_by_name(name)
    merges = list(sheet.merged_cell_ranges or [])
    rows = spread_rows(rows_of(sheet), merges)
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
    frame, misfits = _laid_out(_gathered(below, merges, at, amount, formulas), len(headings), name, tell)
    apart_rows, findings = apart(path.name, name, misfits, len(headings))
    titles = read_titles([name, *(cell for row in top[:at] for cell in row)])
    return without_hollow(
        Sheet(path.name, name, headings, frame, findings, apart_rows, titles=titles), formulas
    )


def _gathered(
    rows: Iterable[tuple[int, list[str]]],
    merges: Sequence[Any],
    header: int,
    amount: int | None,
    formulas: Places,
) -> Iterator[tuple[int, list[str]]]:
    """A merged amount is one amount: it stands in the first cell of its range only; a formula without a result has none."""
    later = {
        number
        for (top, left), (bottom, right) in merges
        if amount is not None and left <= amount <= right
        for number in range(max(top + (left == amount), header + 1) + 1, bottom + 2)
    }
    for number, row in rows:
        if amount is not None and amount < len(row):
            if number in later:
                row[amount] = MERGED if number_of(row[amount]) is not None else ""
            elif (number, amount + 1) in formulas:
                row[amount] = NO_RESULT
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
