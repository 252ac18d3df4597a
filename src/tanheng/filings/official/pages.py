"""Sheets of the official workbook: formats, heads, rows of numbers and texts; text is always written as text."""

from __future__ import annotations

import functools
import math
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import xlsxwriter

from tanheng.inventory.paper import on_paper

_HEAD, _LINE = 34, 16
_GREY, _WARM, _HEADS, _STRONG = "#EFEFEF", "#FDF0D5", "#E8EDF3", "#F5F7FA"
_TALLEST = 12
_FACTOR = "[>=0.001]#,##0.0000##;[<=-0.001]-#,##0.0000##;0.000E+00"


@dataclass(frozen=True)
class Column:
    """A column with its heading and width in letters."""

    head: str
    width: int


@dataclass(frozen=True)
class Cell:
    """A value with its shape: ``text``, ``number``, ``amount``, ``factor``, ``key``, ``absent`` or a number format that begins with #; ``part`` marks one that is not all."""

    value: str | float | None
    shape: str = "text"
    strong: bool = False
    depth: int = 0
    part: bool = False


class Book:
    """The formats of one workbook, and its sheets drawn with them."""

    def __init__(self, book: xlsxwriter.Workbook, *, decimals: int) -> None:
        self.book, self.decimals = book, decimals
        self.base = {"font_name": "宋体", "font_size": 10.5, "valign": "vcenter", "border": 1}
        plain = {"font_name": "宋体", "font_size": 10.5, "text_wrap": True, "valign": "top"}
        black = {"font_name": "黑体", "bold": True, "align": "center", "valign": "vcenter"}
        self.title = book.add_format({**black, "font_size": 16})
        self.note = book.add_format(plain)
        self.alarm = book.add_format({**plain, "bold": True, "font_color": "#B00020"})
        self.head = book.add_format({**self.base, **black, "text_wrap": True, "bg_color": _HEADS})
        self.format = functools.cache(self._format)

    def _format(self, shape: str, *, strong: bool, depth: int, part: bool) -> Any:
        found = {**self.base, "bold": strong, **({"bg_color": _WARM} if part else {})}
        if shape == "text":
            found |= {"text_wrap": True, "indent": depth}
        elif shape == "absent":
            found |= {"bg_color": _GREY}
        elif shape == "key":
            found |= {"align": "center"}
        elif shape == "factor":
            found |= {"num_format": _FACTOR, "align": "right"}
        elif shape.startswith("#"):
            found |= {"num_format": shape, "align": "right"}
        elif shape == "amount":
            found |= {"num_format": "#,##0.####", "align": "right"}
        else:
            found |= {"num_format": f"#,##0.{'0' * self.decimals}", "align": "right"}
        return self.book.add_format(found)

    def page(
        self,
        name: str,
        title: str,
        columns: Sequence[Column],
        rows: Sequence[Sequence[Cell]],
        *,
        above: Sequence[str] = (),
        alarms: Sequence[str] = (),
        below: Sequence[str] = (),
        fixed: int = 1,
    ) -> None:
        """One sheet: title, alarms and notes above, heads, rows, notes below; laid out for A4."""
        page = self.book.add_worksheet(name)
        for at, column in enumerate(columns):
            page.set_column(at, at, column.width)
        width, last = sum(column.width for column in columns), len(columns) - 1
        line = self._across(page, 0, last, title, self.title, 30)
        for text in alarms:
            line = self._across(page, line, last, text, self.alarm, _tall([text], [width], 1.1))
        for text in above:
            line = self._across(page, line, last, text, self.note, _tall([text], [width]))
        for at, column in enumerate(columns):
            page.write_string(line, at, column.head, self.head)
        page.set_row(line, max(_HEAD, _tall([one.head for one in columns], [one.width for one in columns])))
        head = line
        for line, row in enumerate(rows, head + 1):
            self._row(page, line, row, columns)
        line = head + 1 + len(rows)
        for text in below:
            line = self._across(page, line, last, text, self.note, _tall([text], [width]))
        page.freeze_panes(head + 1, fixed)
        on_paper(page, [column.width for column in columns], head=head, fixed=fixed)
        page.print_area(0, 0, max(line - 1, head), last)

    def _across(self, page: Any, line: int, last: int, text: str, shape: Any, height: float) -> int:
        """A text over the whole width; the line below it."""
        if last:
            page.merge_range(line, 0, line, last, "", shape)
        page.write_string(line, 0, text, shape)
        page.set_row(line, height)
        return line + 1

    def _row(self, page: Any, line: int, row: Iterable[Cell], columns: Sequence[Column]) -> None:
        cells = list(row)
        texts = [cell.value if isinstance(cell.value, str) else "" for cell in cells]
        widths = [column.width - 2 * cell.depth for column, cell in zip(columns, cells, strict=True)]
        page.set_row(line, _tall(texts, widths))
        for at, cell in enumerate(cells):
            shape = self.format(cell.shape, strong=cell.strong, depth=cell.depth, part=cell.part)
            if isinstance(cell.value, str) and cell.value:
                page.write_string(line, at, cell.value[:32_000], shape)
            elif isinstance(cell.value, int | float) and math.isfinite(cell.value):
                page.write_number(line, at, cell.value, shape)
            else:
                page.write_blank(line, at, None, shape)


def _tall(texts: Sequence[str], widths: Sequence[float], scale: float = 1.0) -> float:
    """Height of a row of wrapped texts."""
    lines = max((_lines(text, width) for text, width in zip(texts, widths, strict=True)), default=1)
    return _LINE * min(max(lines, 1), _TALLEST) * scale


def _lines(text: str, width: float) -> int:
    return sum(max(1, math.ceil(letters(part) / (0.9 * max(width, 4)))) for part in text.split("\n"))


def letters(text: str) -> int:
    """Width of a text in Latin letters; Chinese ones take two.

    Examples
    --------
    >>> letters("CO2 排放")
    8
    """
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
