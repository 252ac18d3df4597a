"""Tables drawn into a workbook: formats, widths, frozen heads, numbers as numbers and everything else as text.

Text is written as text, so that a cell of the input that begins with ``=`` is never a formula.
"""

from __future__ import annotations

import functools
import json
import math
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import xlsxwriter

from tanheng.inventory.paper import on_paper
from tanheng.inventory.views.listings import head, label

Row: TypeAlias = Mapping[str, Any]
DASH = "–"
TEXT = 32_000
"""Characters that one cell takes; Excel ends at 32,767."""
ROWS = 1_000_000
"""Rows that one sheet takes; Excel ends at 1,048,576."""
_NUMBERS = {
    "amount": "#,##0.00####", "coefficient": "0.0000####", "canonical": "0.00E+00", "mass": "#,##0.00####", "gwp": "0.##",
    "emission": "#,##0.00####", "share": "0.00", "value": "0.######", "uncertainty": "0.0", "count": "0", "row": "0",
    "printed_value": "#,##0.00##", "ours": "#,##0.00##", "difference": "#,##0.00##", "relative": "0.00",
    "low": "#,##0.00####", "high": "#,##0.00####",
}  # fmt: skip
_WIDEST, _LEAST, _SAMPLE = 60, 8, 300
_LINE, _TALL, _FITTED = 14, 12, 5_000


@dataclass(frozen=True)
class Sheet:
    """One sheet: names of its columns and its rows as mappings."""

    title: str
    columns: Sequence[str]
    rows: Iterable[Row]
    count: int


class Writer:
    """Writes sheets into one workbook with its formats."""

    def __init__(self, book: xlsxwriter.Workbook, gas: str) -> None:
        self.book, self.gas = book, gas
        base = {"font_name": "Microsoft YaHei", "font_size": 10, "valign": "top"}
        self.text = book.add_format({**base, "text_wrap": True})
        self.plain = book.add_format(base)
        self.title = book.add_format({**base, "bold": True, "font_size": 14})
        self.heading = book.add_format(
            {**base, "bold": True, "text_wrap": True, "bg_color": "#E8EDF3", "bottom": 1, "valign": "vcenter"}
        )
        self.alarm = book.add_format({**base, "bold": True, "font_color": "#B00020", "text_wrap": True})
        self.dash = book.add_format({**base, "align": "right", "font_color": "#777777"})
        self.number = functools.cache(lambda shape: book.add_format({**base, "num_format": shape}))
        self.fact = functools.cache(
            lambda shape: book.add_format({**base, "num_format": shape, "align": "left", "bold": True})
        )
        self.label = functools.lru_cache(maxsize=4096)(label)

    def sheet(self, sheet: Sheet) -> None:
        """One table: frozen head, filter, widths after the first rows."""
        page = self.book.add_worksheet(sheet.title)
        rows, sample = _peek(sheet.rows, _SAMPLE)
        widths = [
            _width(head(name, self.gas), (self.shown(name, row.get(name)) for row in sample))
            for name in sheet.columns
        ]
        for place, width in enumerate(widths):
            page.set_column(place, place, width)
        page.set_row(0, 2.3 * _LINE)
        for place, name in enumerate(sheet.columns):
            page.write_string(0, place, head(name, self.gas), self.heading)
        page.freeze_panes(1, 0)
        on_paper(page, widths)
        written = 0
        for line, row in enumerate(rows, start=1):
            if line > ROWS:
                more = sheet.count - ROWS
                page.write_string(
                    line,
                    0,
                    f"另有 {more} 行，见 Parquet。{more} more rows: see the Parquet file.",
                    self.alarm,
                )
                break
            if sheet.count <= _FITTED:
                texts = (self.shown(name, row.get(name)) for name in sheet.columns)
                lines = max(map(_lines, texts, widths), default=1)
                if lines > 1:
                    page.set_row(line, _LINE * min(lines, _TALL))
            for place, name in enumerate(sheet.columns):
                self.cell(page, line, place, row.get(name), name)
            written = line
        if sheet.columns:
            page.autofilter(0, 0, max(written, 1), len(sheet.columns) - 1)
        if not written:
            page.write_string(1, 0, "无 none", self.text)

    def cell(self, page: Any, line: int, place: int, value: Any, column: str) -> None:
        """One value: a number as a number, everything else as text."""
        if value is None or value == "" or (isinstance(value, float) and not math.isfinite(value)):
            shown = DASH if column in _NUMBERS else ""
            page.write_string(line, place, shown, self.dash)
        elif isinstance(value, bool):
            page.write_string(line, place, "是 yes" if value else "", self.text)
        elif isinstance(value, int | float):
            page.write_number(line, place, value, self.number(_NUMBERS.get(column, "General")))
        else:
            page.write_string(line, place, self.shown(column, value)[:TEXT], self.text)

    def shown(self, column: str, value: Any) -> str:
        """A value as text."""
        if value is None or isinstance(value, int | float):
            return "" if value is None else f"{value:,.4f}"
        if column == "scope":
            return str(value)
        return self.label(
            column, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
        )


def _peek(rows: Iterable[Row], count: int) -> tuple[Iterator[Row], list[Row]]:
    """The rows again, and the first of them."""
    stream = iter(rows)
    first = [row for _, row in zip(range(count), stream, strict=False)]

    def again() -> Iterator[Row]:
        yield from first
        yield from stream

    return again(), first


def _width(heading: str, values: Iterable[str]) -> float:
    longest = max(_letters(text[:_WIDEST]) for text in (*heading.split("\n"), *values))
    return float(min(max(longest + 2, _LEAST), _WIDEST))


def _lines(text: str, width: float) -> int:
    """Lines that a text takes in a column."""
    return sum(max(1, math.ceil(_letters(part) / (width - 1))) for part in text.split("\n"))


def _letters(text: str) -> int:
    """Width of a text in Latin letters; Chinese ones take two."""
    return (
        len(text)
        if text.isascii()
        else sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
    )
