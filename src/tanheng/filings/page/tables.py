"""Tables of a report: heads with units, numbers in columns, the first rows of a long one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tanheng.filings.page.markup import Content, Markup, tag
from tanheng.filings.words import said

SHOWN = 200
"""Rows of a table that a page shows; the workbook has all."""


@dataclass(frozen=True)
class Column:
    """Head of a column; ``kind`` is text, name, number, unit, code or wide."""

    head: Content
    kind: str = "text"


def table(
    columns: Sequence[Column], rows: Sequence[Sequence[Content]], *, ids: Sequence[str] = (), more: int = 0
) -> Markup:
    """A table in a frame that scrolls by itself where the page is narrow.

    Parameters
    ----------
    columns : sequence of Column
    rows : sequence of sequence of Content
        Cells in the order of the columns.
    ids : sequence of str
        Anchor of each row.
    more : int
        How many rows there are beyond those shown; said below the table.
    """
    head = tag("tr", [tag("th", column.head, class_=column.kind, scope="col") for column in columns])
    anchors = [*ids, *[None] * (len(rows) - len(ids))]
    body = [
        tag(
            "tr",
            [tag("td", cell, class_=column.kind) for column, cell in zip(columns, row, strict=True)],
            id=anchor,
        )
        for row, anchor in zip(rows, anchors, strict=True)
    ]
    framed = tag("div", tag("table", tag("thead", head), tag("tbody", body)), class_="frame", tabindex="0")
    return Markup(framed + tag("p", said("rows_more", count=more), class_="more")) if more > 0 else framed
