"""A table of a report before it is on a page: heads, cells in both languages, what is cut; the web page and Word draw it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from tanheng.codes.wording import Both
from tanheng.filings.numbers import Scale
from tanheng.filings.page.markup import Content, Markup, tag
from tanheng.filings.page.tables import Column, table
from tanheng.filings.words import said

ROWS = 60
"""Rows of a table that a report shows unless it says otherwise."""


@dataclass(frozen=True)
class Mass:
    """An emission [t] in the display unit of the report; on the web page it opens its place."""

    value: float | None
    href: str = ""


Cell: TypeAlias = "str | int | Both | Mass"


@dataclass(frozen=True)
class Head:
    """Head of a column: its name, unit, kind (text, name, wide, unit or number) and width beside the others."""

    name: Both
    width: float = 1.0
    unit: Both | None = None
    kind: str = "text"


@dataclass(frozen=True)
class Grid:
    """A table with its caption; ``strong`` rows are sums, ``indents`` the depth of each row's first cell.

    ``count`` is how many rows there are, where only the first of them are held.
    """

    caption: Both
    heads: Sequence[Head]
    rows: Sequence[Sequence[Cell]]
    strong: Sequence[int] = ()
    indents: Sequence[int] = ()
    most: int = ROWS
    count: int = 0
    small: bool = False
    notes: Sequence[Both] = field(default=())


def number(name: Both, width: float = 1.2, unit: Both | None = None) -> Head:
    """Head of a column of numbers."""
    return Head(name, width, unit, "number")


def draw(grid: Grid, scale: Scale) -> Markup:
    """The table on the web page, with its notes and a line that says what is cut."""
    columns = [
        Column([head.name, " ", tag("small", head.unit)] if head.unit else head.name, head.kind)
        for head in grid.heads
    ]
    shown = grid.rows[: grid.most]
    rows = [[_drawn(cell, scale) for cell in row] for row in shown]
    for at, depth in enumerate(grid.indents[: grid.most]):
        if depth:
            rows[at][0] = tag("span", rows[at][0], class_=f"deep-{depth}")
    for at in grid.strong:
        if at < len(rows):
            rows[at] = [tag("b", cell) for cell in rows[at]]
    notes = [tag("p", note, class_="note") for note in grid.notes]
    return Markup(table(columns, rows, more=max(grid.count, len(grid.rows)) - len(shown)) + "".join(notes))


def _drawn(cell: Cell, scale: Scale) -> Content:
    if not isinstance(cell, Mass):
        return cell
    if cell.href and cell.value is not None:
        return tag("a", scale.mass(cell.value), href=cell.href)
    return scale.mass(cell.value)


def cut(shown: int, count: int) -> Both:
    """The line below a table that was cut."""
    return said("docx_more", shown=shown, count=count)
