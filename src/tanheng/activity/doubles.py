"""Two columns of one meaning: which one was read, and whether the other says something else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from tanheng.activity.clean import is_blank, item_of, number_of, unit_of
from tanheng.activity.findings import Finding
from tanheng.activity.periods import parse_period
from tanheng.activity.schema import canonical_column, columns
from tanheng.activity.sheets import CODE, ROW, Sheet, unreadable
from tanheng.activity.text import one_line
from tanheng.codes import items
from tanheng.errors import InputUnreadable

NUMBERS = ("amount", "unit")
"""Columns of which a second one is no label: it is not kept as a dimension."""


@dataclass(frozen=True)
class Double:
    """The headings of two columns that may both be ``column``, with their places; ``taken`` is read."""

    column: str
    taken: int
    left: int
    headings: tuple[str, str]

    @property
    def fields(self) -> dict[str, object]:
        """How messages name the columns."""
        named = (f"{columns()[self.column]['name_zh']} {self.column}", self.column)
        return {"value": one_line(self.headings[1]), "other": one_line(self.headings[0]), "column": named}


def doubles(headings: Sequence[str], places: Mapping[str, int]) -> list[Double]:
    """The columns of a header that mean what another one was read as.

    Examples
    --------
    >>> [one.column for one in doubles(["年份", "数量", "消费量"], {"period": 0, "amount": 1})]
    ['amount']
    """
    free = ((at, canonical_column(name)) for at, name in enumerate(headings) if at not in places.values())
    return [
        Double(meant, places[meant], at, (headings[places[meant]], headings[at]))
        for at, meant in free
        if meant is not None and meant in places
    ]


def differs(column: str, pairs: Iterable[tuple[int, str, str]]) -> tuple[int, str, str] | None:
    """The first (row, text taken, text left) that are not the same thing to a column."""
    other = _OTHER.get(column)
    if other is None:
        return None
    return next((pair for pair in pairs if not is_blank(pair[2]) and other(pair[1], pair[2])), None)


def undecided(sheet: Sheet, found: Sequence[Double]) -> tuple[Finding, InputUnreadable] | None:
    """What to say of a sheet in which two columns of one meaning differ: as a finding, and as an error."""
    for one in found:
        cells = sheet.frame.select(ROW, pl.col(f"c{one.taken}", f"c{one.left}").fill_null("")).filter(
            pl.col(f"c{one.taken}") != pl.col(f"c{one.left}")
        )
        pair = differs(
            one.column, cells.unique(cells.columns[1:], keep="first", maintain_order=True).iter_rows()
        )
        if pair:
            count = sheet.frame.height
            about = {**one.fields, "file": sheet.file, "sheet": sheet.where, "count": count, **_shown(pair)}
            rows = (
                {
                    "file": sheet.file,
                    "sheet": sheet.sheet,
                    "row": pair[0],
                    **dict(zip(one.headings, pair[1:], strict=True)),
                },
            )
            return Finding("A-129", about, rows, count), contradiction(sheet.file, one, pair, sheet.sheet)
    return None


def contradiction(file: str, one: Double, pair: tuple[int, str, str], sheet: str = "") -> InputUnreadable:
    """The error for a table in which two columns of one meaning differ."""
    taken, left = (one_line(text) for text in one.headings)
    shown = _shown(pair)
    zh, en = one_line(columns()[one.column]["name_zh"]), one.column
    return unreadable(
        file,
        (
            f"列“{taken}”与“{left}”都可作“{zh}”，内容却不同（第 {pair[0]} 行为“{shown['first']}”与“{shown['second']}”），无从取舍",
            f"columns '{taken}' and '{left}' may both be the {en} and differ (row {pair[0]}: '{shown['first']}' and '{shown['second']}')",
        ),
        ("请只保留一列，或把另一列改名", "Keep one of them, or rename the other"),
        sheet,
    )


def set_apart(frame: pl.DataFrame) -> pl.DataFrame:
    """The rows of a sheet that is undecided."""
    return frame.with_columns(pl.lit("A-129").alias(CODE))


def _shown(pair: tuple[int, str, str]) -> dict[str, object]:
    return {"row": pair[0], "first": one_line(pair[1], 40), "second": one_line(pair[2], 40)}


def _other_amount(taken: str, left: str) -> bool:
    one, other = number_of(taken), number_of(left)
    return one != other if one is not None or other is not None else taken.strip() != left.strip()


def _other_unit(taken: str, left: str) -> bool:
    one, other = unit_of(taken), unit_of(left)
    if one is None or other is None:
        return taken.strip() != left.strip()
    return (one.factor, one.canonical) != (other.factor, other.canonical)


def _other_item(taken: str, left: str) -> bool:
    """A label beside the item says nothing else; another item of the catalogue does."""
    return len(items().codes.match(left)) == 1 and item_of(left) != item_of(taken)


def _other_period(taken: str, left: str) -> bool:
    """A month beside its year is no contradiction, nor is a number of a month."""
    one, other = parse_period(taken), parse_period(left)
    if other is None:
        return False
    return one is None or not (one.startswith(other) or other.startswith(one))


_OTHER: dict[str, Callable[[str, str], bool]] = {
    "amount": _other_amount,
    "unit": _other_unit,
    "item": _other_item,
    "period": _other_period,
}
