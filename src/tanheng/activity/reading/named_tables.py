"""Small tables that a user writes beside the activity: estimates, reasons, categories with their emissions."""

from __future__ import annotations

import csv
import functools
import math
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import polars as pl

from tanheng.activity.clean import is_blank, number_of, percent_of
from tanheng.activity.findings import Finding
from tanheng.activity.reading.cells import read_cells
from tanheng.activity.reading.formulas import Places
from tanheng.activity.reading.frames import read_table
from tanheng.activity.reading.refusals import percent_cells
from tanheng.activity.reading.sheets import ROW, unreadable
from tanheng.activity.reading.small_tables import too_large
from tanheng.activity.schema import squeeze
from tanheng.activity.text import one_line
from tanheng.errors import ColumnMissing

_ABOVE = 10
"""Rows that may stand above the first row of data."""
Described = dict[str, dict[str, str]]
Numbered = Sequence[tuple[int, Sequence[str]]]


@functools.cache
def named_columns(table: str) -> Described:
    """Description of every column of a table, in order, from packs/schemas/named_tables.csv.

    Examples
    --------
    >>> list(named_columns("estimates"))
    ['category', 'estimate_t', 'uncertainty', 'source']
    """
    with (files("tanheng.packs") / "schemas" / "named_tables.csv").open(encoding="utf-8") as stream:
        return {row["column"]: row for row in csv.DictReader(stream) if row["table"] == table}


def read_named(
    source: Any, table: str, *, told: list[Finding] | None = None, most: int | None = None
) -> pl.DataFrame:
    """A table of the user's with its columns under their own names.

    Parameters
    ----------
    source : path or table
        CSV or Excel (first sheet), or a table in memory; headings in Chinese or English.
    table : str
        Which table of packs/schemas/named_tables.csv.
    told : list of Finding, optional
        Takes what is doubtful and was read all the same: percentages that may be fractions.
    most : int, optional
        Rows of a file that are taken at most.

    Returns
    -------
    DataFrame
        Every column of the description: text without blanks around it, numbers as Float64 with null where empty; and
        ``__row``, the row as counted in the file.

    Raises
    ------
    ColumnMissing
        When a required column is not there.
    InputUnreadable
        When the file is no table, or a cell is no number where one is needed: a text, a formula without a stored result,
        a cell that repeats the number of a merged range.

    Examples
    --------
    >>> read_named({"类别": ["1.A.1"], "估算量": ["1,200"], "来源": ["统计年鉴"]}, "estimates").row(0)
    (1, '1.A.1', 1200.0, None, '统计年鉴')
    """
    name, headings, rows, hollow = (
        _of_file(Path(source), most) if isinstance(source, str | Path) else _of_memory(source, table)
    )
    described = named_columns(table)
    places = _places(headings, described)
    for column, about in described.items():
        if about["required"] == "yes" and column not in places:
            raise _missing(name, headings, about)
    kept = [(number, cells) for number, cells in rows if any(cell.strip() for cell in cells)]
    columns: dict[str, pl.Series] = {ROW: pl.Series(ROW, [number for number, _ in kept], dtype=pl.Int64)}
    for column, about in described.items():
        at = places.get(column)
        texts = [cells[at].strip() if at is not None and at < len(cells) else "" for _, cells in kept]
        empty = {row for row, _ in kept if at is not None and (row, at + 1) in hollow}
        if about["type"] in {"number", "percent"}:
            for row in sorted(empty):
                raise unreadable(name, *_no_value(row, about))
            if about["type"] == "percent" and told is not None:
                told += percent_cells(
                    name, "", [(row, text) for text, (row, _) in zip(texts, kept, strict=True)]
                )
            numbers = [_number(text, name, row, about) for text, (row, _) in zip(texts, kept, strict=True)]
            columns[column] = pl.Series(column, numbers, dtype=pl.Float64)
        else:
            columns[column] = pl.Series(column, texts, dtype=pl.String)
    return pl.DataFrame(columns)


def _of_file(path: Path, most: int | None) -> tuple[str, list[str], Numbered, Places]:
    cells = read_cells(path, rows=None if most is None else most + _ABOVE)
    sheet = next((one for one in cells if not one.hidden), None)
    if most is not None and sheet is not None and not sheet.whole:
        raise too_large(path.name, most, sheet.sheet)
    if sheet is not None and sheet.bad:
        number, _, text, _ = sheet.bad[0]
        what = (
            f"第 {number} 行无法分列：{one_line(text, 60)}",
            f"row {number} is no row of cells: {one_line(text, 60)}",
        )
        raise unreadable(path.name, what, ("请核对该行的引号与编码", "Check its quotes and its encoding"))
    filled = [
        (number, cells) for number, cells in (sheet.rows if sheet else []) if any(map(str.strip, cells))
    ]
    if not filled:
        raise unreadable(
            path.name, ("没有表头", "it has no header"), ("请提供带表头的表", "Give a table with a header")
        )
    hollow = sheet.hollow if sheet else set()
    return path.name, [cell.strip() for cell in filled[0][1]], filled[1:], hollow


def _of_memory(source: Any, table: str) -> tuple[str, list[str], Numbered, Places]:
    sheet = read_table(source, table)
    return (
        table,
        list(sheet.headings),
        [(int(row[0]), [str(cell) for cell in row[1:]]) for row in sheet.frame.iter_rows()],
        set(),
    )


def _places(headings: Sequence[str], described: Described) -> dict[str, int]:
    """Place of each column; a column's own name goes before its aliases, then the leftmost heading."""
    squeezed = [squeeze(heading) for heading in headings]
    found: dict[str, int] = {}
    for column, about in described.items():
        for spelling in (column, about["name_zh"], about["name_en"], *about["aliases"].split("|")):
            at = squeezed.index(squeeze(spelling)) if spelling and squeeze(spelling) in squeezed else None
            if at is not None and at not in found.values():
                found.setdefault(column, at)
    return found


def _missing(name: str, headings: Sequence[str], about: dict[str, str]) -> ColumnMissing:
    return ColumnMissing(
        file=name,
        sheet="",
        column=f"{about['name_zh']} {about['column']}",
        header=" | ".join(heading for heading in headings if heading),
        names=", ".join(filter(None, [about["column"], about["name_zh"], *about["aliases"].split("|")])),
    )


def _number(text: str, name: str, row: int, about: dict[str, str]) -> float | None:
    percent = about["type"] == "percent"
    if is_blank(text):
        return None
    value = percent_of(text) if percent else number_of(text)
    if value is not None and math.isfinite(value) and not (percent and value < 0):
        return value
    shown = one_line(text, 60)
    wanted = ("不小于 0 的百分数", "a percentage of 0 or more") if percent else ("数", "a number")
    what_zh = f"第 {row} 行“{about['name_zh']}”的“{shown}”不是{wanted[0]}"
    what_en = f"row {row}, {about['column']}: '{shown}' is not {wanted[1]}"
    mend = ("请只写数字，未知则留空", "Write digits only, or nothing where it is unknown")
    raise unreadable(name, (what_zh, what_en), mend)


def _no_value(row: int, about: dict[str, str]) -> tuple[tuple[str, str], tuple[str, str]]:
    what = (
        f"第 {row} 行“{about['name_zh']}”没有自己的数（未存结果的公式，或合并单元格）",
        f"row {row}, {about['column']}: it has no number of its own (a formula without a stored result, or a merged cell)",
    )
    mend = ("请写数字，未知则留空", "Write digits, or nothing where it is unknown")
    return what, mend
