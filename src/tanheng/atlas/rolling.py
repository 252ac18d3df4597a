"""Emissions by place and year: rolled up along the tree of regions, in whole 10^-9 t, so that parts sum to the whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import polars as pl

from tanheng.codes import region
from tanheng.errors import TanhengError

NANO = 10**9
LEVELS = ("province", "city", "district")
"""Levels that a map of regions can show, from wide to fine."""


@dataclass(frozen=True)
class Layer:
    """A layer of a map: ``rows`` with a column [t] for each of ``years``; ``total`` and what is not on it, ``rest`` [t], by year.

    A year without any row has neither: None.
    """

    rows: pl.DataFrame
    years: list[str]
    total: dict[str, float | None]
    rest: dict[str, float | None]


def by_place(sums: pl.DataFrame, level: str, by: Sequence[str] = (), years: Sequence[str] = ()) -> Layer:
    """Emissions of every region of a level, with all that lies below it.

    Parameters
    ----------
    sums : DataFrame
        ``region`` (code; empty where none is stated), ``year``, ``emission_nano`` [10^-9 t], and the columns of ``by``.
    level : str
        province, city or district.
    by : sequence of str
        Columns that stay apart, such as the sector.
    years : sequence of str
        Years that are shown also where they have no row.

    Returns
    -------
    Layer
        ``region``, the columns of ``by``, and years; the largest of the last year first. What is stated for a wider region
        or for none is the rest. A year without a row is null, never zero.

    Examples
    --------
    >>> sums = pl.DataFrame({"region": ["CN-5101", "CN-510104", "CN-51"], "year": ["2020"] * 3, "emission_nano": [10**9, 2 * 10**9, 4 * 10**9]})
    >>> found = by_place(sums, "city")
    >>> found.rows.to_dicts(), found.total, found.rest
    ([{'region': 'CN-5101', '2020': 3.0}], {'2020': 7.0}, {'2020': 4.0})
    """
    above = {code: _above(code).get(level, "") for code in sums["region"].fill_null("").unique().to_list()}
    placed = sums.with_columns(
        pl.col("region").fill_null("").replace_strict(above or {"": ""}, return_dtype=pl.String)
    )
    return years_across(placed, ["region", *by], here=pl.col("region") != "", years=years)


def years_across(
    sums: pl.DataFrame, keys: Sequence[str], *, here: pl.Expr, years: Sequence[str] = ()
) -> Layer:
    """Sums with a column for each year; rows of which ``here`` does not hold are the rest.

    Examples
    --------
    >>> sums = pl.DataFrame({"entity": ["甲", ""], "year": ["2020", "2020"], "emission_nano": [3 * 10**9, 10**9]})
    >>> years_across(sums, ["entity"], here=pl.col("entity") != "").rest
    {'2020': 1.0}
    """
    with_rows = set(sums["year"].to_list())
    shown_years = sorted(with_rows | set(years))
    whole = sums.select("year", *keys, pl.col("emission_nano").cast(pl.Int128), here.alias("__here"))

    def told(part: pl.DataFrame) -> dict[str, float | None]:
        found = part.group_by("year").agg(pl.col("emission_nano").sum())
        by_year = dict(zip(found["year"].to_list(), found["emission_nano"].to_list(), strict=True))
        return {
            year: int(by_year.get(year) or 0) / NANO if year in with_rows else None for year in shown_years
        }

    shown = whole.filter("__here").group_by([*keys, "year"]).agg(pl.col("emission_nano").sum() / NANO)
    wide = shown.pivot(
        on="year",
        on_columns=shown_years,
        index=list(keys),
        values="emission_nano",
        aggregate_function="first",
    )
    last = shown_years[-1:]
    ordered = wide.sort(*last, *keys, descending=[True] * len(last) + [False] * len(keys), nulls_last=True)
    return Layer(ordered, shown_years, told(whole), told(whole.filter(~pl.col("__here"))))


def levels_of(codes: Sequence[str]) -> list[str]:
    """Levels at which some of the codes can be shown, from wide to fine."""
    found = {level for code in codes for level in _above(code)}
    return [level for level in LEVELS if level in found]


@lru_cache(maxsize=16_384)
def _above(code: str) -> dict[str, str]:
    """The region itself and those above it, by level."""
    found: dict[str, str] = {}
    while code:
        try:
            place = region(code)
        except TanhengError:
            break
        if place.level in LEVELS:
            found.setdefault(place.level, place.code)
        code = place.parent
    return found
