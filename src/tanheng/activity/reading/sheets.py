"""A sheet of text: what every reader of files and tables hands on, and which of its rows are no data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace

import polars as pl

from tanheng.activity.findings import Finding, place
from tanheng.activity.reading.filled import Filled
from tanheng.activity.reading.reasons import UNSTORED
from tanheng.activity.schema import map_header
from tanheng.activity.text import one_line
from tanheng.errors import InputUnreadable
from tanheng.workbooks import column_letters

ROW = "__row"
CODE, TEXT = "__code", "__text"
SHOWN = 20
"""Findings of one kind that are listed singly; the last one counts the rest."""
APART = {ROW: pl.Int64, CODE: pl.String, TEXT: pl.String}


@dataclass(frozen=True)
class Sheet:
    """One sheet as text: its column headings and a frame with ``__row`` (as counted in the file) and c0, c1, ...

    ``apart`` holds rows that could not be laid out in columns, with the code of the finding and their text; their
    findings are among ``findings``. ``filled`` is what a sheet of a template answers beside its rows, ``titles`` what its
    name and the lines above the header state (see `read_titles`). ``amounts`` says in which column of the file (counted from
    1) the amounts stand, where that is not the place of their heading: by item or period, or under the empty text for all;
    nothing where it is not known.
    """

    file: str
    sheet: str
    headings: list[str]
    frame: pl.DataFrame
    findings: list[Finding]
    apart: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=APART))
    filled: Filled | None = None
    titles: Mapping[str, str] = field(default_factory=dict)
    amounts: Mapping[str, int] | None = None

    @property
    def letters(self) -> dict[str, str]:
        """The letters of the columns with amounts, by item or period as `amounts`."""
        at = map_header(self.headings).get("amount")
        known = self.amounts if self.amounts is not None else {} if at is None else {"": at + 1}
        return {what: column_letters(place) for what, place in known.items()}

    @property
    def where(self) -> tuple[str, str]:
        """How a message names the sheet after the file."""
        return (f" 的工作表“{self.sheet}”", f" sheet '{self.sheet}'") if self.sheet else ("", "")


def unreadable(file: str, what: tuple[str, str], mend: tuple[str, str], sheet: str = "") -> InputUnreadable:
    """The error for a file that is no table, from (zh, en) pairs."""
    return InputUnreadable(
        file=one_line(file),
        sheet=f"[{one_line(sheet)}]" if sheet else "",
        detail_zh=what[0],
        detail_en=what[1],
        mend_zh=f"{mend[0]}。",
        mend_en=f"{mend[1]}.",
    )


def settled(sheet: Sheet) -> Sheet:
    """The sheet without rows that are no data: blank ones, notes of one cell, the header again; they are counted."""
    doubtful = sheet.frame.filter(~_surely_data(sheet))
    if not doubtful.height:
        return sheet
    cells = [_cell(at) for at in range(len(sheet.headings))]
    filled = [pl.when(cell != "").then(cell) for cell in cells]
    first = pl.coalesce(filled)
    note = first.is_null() | pl.all_horizontal(cell.eq_missing(first) | cell.is_null() for cell in filled)
    again = pl.all_horizontal(
        cell == heading.strip() for cell, heading in zip(cells, sheet.headings, strict=True)
    )
    skipped = doubtful.filter(note | again).select(ROW, first.fill_null("").alias("first"))
    if not skipped.height:
        return sheet
    frame = sheet.frame.filter(~pl.col(ROW).is_in(skipped.get_column(ROW).implode()))
    return replace(sheet, frame=frame, findings=[*sheet.findings, _skipped(sheet, skipped)])


def _cell(at: int) -> pl.Expr:
    return pl.col(f"c{at}").fill_null("").str.strip_chars()


def _surely_data(sheet: Sheet) -> pl.Expr:
    """Two cells that are filled and differ make a row of data: a cheap test that spares nearly all rows the full one."""
    named = [at for at, heading in enumerate(sheet.headings) if heading.strip()][:3]
    if len(named) < 2:
        return pl.lit(value=not sheet.headings)
    one, *others = (_cell(at) for at in named)
    differ = pl.any_horizontal((other != "") & (one != other) for other in others)
    return (one != "") & differ & (one != sheet.headings[named[0]].strip())


def _skipped(sheet: Sheet, skipped: pl.DataFrame) -> Finding:
    rows = skipped.sort(pl.col("first") == "", maintain_order=True).head(5).to_dicts()
    return Finding(
        "A-120",
        {
            "file": sheet.file,
            "sheet": sheet.where,
            "count": skipped.height,
            "row": rows[0][ROW],
            "value": rows[0]["first"],
        },
        tuple({"row": row[ROW], "text": one_line(row["first"])} for row in rows),
        skipped.height,
    )


def apart(
    file: str, sheet: str, rows: Sequence[tuple[int, str, str, int]], width: int
) -> tuple[pl.DataFrame, list[Finding]]:
    """Rows (number, code, text, fields) that do not fit the header, as a frame and as findings."""
    frame = pl.DataFrame([row[:3] for row in rows], schema=APART, orient="row")
    findings: list[Finding] = []
    for code in dict.fromkeys(row[1] for row in rows):
        same = [row for row in rows if row[1] == code]
        for at, (number, _, text, fields) in enumerate(same[:SHOWN]):
            shown = one_line(text, 200)
            about = {
                "where": place(file, sheet, number),
                "value": fields,
                "expected": width,
                "text": one_line(text, 60),
            }
            count = len(same) - at if at == SHOWN - 1 else 1
            findings.append(
                Finding(code, about, ({"file": file, "sheet": sheet, "row": number, "text": shown},), count)
            )
    return frame, findings


def hollow(
    file: str, sheet: str, rows: Sequence[tuple[int, str, str, str]]
) -> tuple[pl.DataFrame, list[Finding]]:
    """Rows (number, column, text, code) that cannot be read because a cell has no value, as a frame and as findings.

    Such a cell holds a formula without a stored result (A-197), or repeats the number of a merged range (A-198).

    Examples
    --------
    >>> hollow("a.xlsx", "", [(3, "ncv", "甲厂 | 柴油", "A-197")])[1][0].code
    'A-197'
    """
    frame = pl.DataFrame([(row, code, text) for row, _, text, code in rows], schema=APART, orient="row")
    findings = []
    for column, code in dict.fromkeys((column, code) for _, column, _, code in rows):
        same = [(row, text) for row, name, text, why in rows if (name, why) == (column, code)]
        for at, (row, text) in enumerate(same[:SHOWN]):
            about = {"where": place(file, sheet, row), "column": one_line(column, 80)}
            shown = {"file": file, "sheet": sheet, "row": row, "column": column, "text": one_line(text, 200)}
            findings.append(Finding(code, about, (shown,), len(same) - at if at == SHOWN - 1 else 1))
    return frame, findings


def uncomputed(file: str, sheet: str, cells: Iterable[tuple[int, int]]) -> list[Finding]:
    """A warning for cells (row and column from 1) with a formula whose 0 may be no result.

    Examples
    --------
    >>> [one.count for one in uncomputed("a.xlsx", "", {(2, 4), (3, 4)})]
    [2]
    """
    found = sorted(cells)
    if not found:
        return []
    shown = tuple({"file": file, "sheet": sheet, "row": row, "column": column} for row, column in found[:5])
    about = {"where": place(file, sheet, found[0][0]), "column": column_letters(found[0][1])}
    return [Finding("A-147", about, shown, len(found))]


def without_hollow(sheet: Sheet, cells: Set[tuple[int, int]]) -> Sheet:
    """The sheet without rows in which a column that is read, other than the amount, has no value in one of ``cells``.

    A missing amount is left to the checks of rows, which know rows of totals.
    """
    amount = map_header(sheet.headings).get("amount")
    read = {at: name for at, name in enumerate(sheet.headings) if name.strip() and at != amount}
    first: dict[int, int] = {}
    for row, column in sorted(cells):
        if column - 1 in read:
            first.setdefault(row, column - 1)
    lost = sheet.frame.filter(pl.col(ROW).is_in(list(first))) if first else sheet.frame.clear()
    if not lost.height:
        return sheet
    texts = [" | ".join(cell or "" for cell in row[1:]) for row in lost.iter_rows()]
    numbers = lost.get_column(ROW).to_list()
    told = [(row, read[first[row]], text, UNSTORED) for row, text in zip(numbers, texts, strict=True)]
    apart_rows, findings = hollow(sheet.file, sheet.sheet, told)
    return replace(
        sheet,
        frame=sheet.frame.filter(~pl.col(ROW).is_in(numbers)),
        findings=[*sheet.findings, *findings],
        apart=pl.concat([sheet.apart, apart_rows]),
    )
