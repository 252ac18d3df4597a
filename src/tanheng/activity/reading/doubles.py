"""Two columns of one meaning: which one was read, and whether the other says something else."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from tanheng.activity.clean import (
    Stated,
    gas_of,
    is_blank,
    item_of,
    number_of,
    parse_parameters,
    percent_of,
    region_of,
    sector_of,
    unit_of,
)
from tanheng.activity.findings import Finding, catalogue
from tanheng.activity.periods import parse_period
from tanheng.activity.reading.sheets import CODE, ROW, Sheet, unreadable
from tanheng.activity.schema import columns, meanings
from tanheng.activity.text import one_line
from tanheng.codes import codelist, items
from tanheng.errors import IncompatibleUnit, InputUnreadable
from tanheng.quantities import gases, multiplier

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
    return [
        Double(meant, places[meant], at, (headings[places[meant]], heading))
        for at, heading in enumerate(headings)
        if at not in places.values()
        for meant in meanings(heading)
        if meant in places
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
            about = {"file": sheet.file, "sheet": sheet.where, "count": count, "detail": _said(one, pair)}
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
    entry = catalogue()["A-129"]
    mend = entry["remedy_zh"].rstrip("。"), entry["remedy_en"].rstrip(".")
    return unreadable(file, _said(one, pair), mend, sheet)


def set_apart(frame: pl.DataFrame) -> pl.DataFrame:
    """The rows of a sheet that is undecided."""
    return frame.with_columns(pl.lit("A-129").alias(CODE))


def _said(one: Double, pair: tuple[int, str, str]) -> tuple[str, str]:
    """Which columns differ and in which row, in both languages."""
    taken, left = (one_line(text) for text in one.headings)
    row, (first, second) = pair[0], (one_line(text, 40) for text in pair[1:])
    return (
        f"列“{taken}”与“{left}”都可作“{columns()[one.column]['name_zh']}”，内容却不同（第 {row} 行为“{first}”与“{second}”）",
        f"columns '{taken}' and '{left}' may both be the {one.column} and differ (row {row}: '{first}' and '{second}')",
    )


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


def _other_region(taken: str, left: str) -> bool:
    """A city beside its province is no contradiction."""
    one, other = region_of(taken), region_of(left)
    return other is not None and (one is None or not (one.startswith(other) or other.startswith(one)))


def _other_sector(taken: str, left: str) -> bool:
    """A branch beside its sector is no contradiction, nor is a label."""
    sectors = codelist("sectors")
    one, other = sector_of(taken), sector_of(left)
    if other not in sectors:
        return False
    return one not in sectors or not (sectors.is_under(one, other) or sectors.is_under(other, one))


def _other_gas(taken: str, left: str) -> bool:
    """Methane beside methane of fossil origin is no contradiction, nor is a label."""
    one, other = gas_of(taken), gas_of(left)
    if other not in gases():
        return False
    wider = {one, gases()[one]["family"]} if one in gases() else set()
    return other not in wider and one != gases()[other]["family"]


def _other_parameters(taken: str, left: str) -> bool:
    """The same values in another order or unit are no contradiction, nor is a text that names no parameters."""
    one, other = (parse_parameters(text) or {} for text in (taken, left))
    if not other:
        return False
    return any(name not in one or not _same(one[name], value) for name, value in other.items())


def _same(one: Stated, other: Stated) -> bool:
    if one.half_width != other.half_width:
        return False
    try:
        return math.isclose(one.value, other.value * multiplier(other.unit, one.unit), rel_tol=1e-12)
    except IncompatibleUnit:
        return False


def _other_uncertainty(taken: str, left: str) -> bool:
    """A word beside the number is no contradiction."""
    other = percent_of(left)
    return other is not None and other != percent_of(taken)


_OTHER: dict[str, Callable[[str, str], bool]] = {
    "amount": _other_amount,
    "unit": _other_unit,
    "item": _other_item,
    "period": _other_period,
    "region": _other_region,
    "sector": _other_sector,
    "gas": _other_gas,
    "parameters": _other_parameters,
    "uncertainty": _other_uncertainty,
}
