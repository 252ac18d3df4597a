"""What the tables say about a fact: emissions, amounts and coefficients of any subject and period."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from typing import Any

import polars as pl

from tanheng.activity.checks.base import VALUE as CANONICAL
from tanheng.activity.checks.base import CheckTables, with_values
from tanheng.activity.claims.model import VALUE, Fact, Figure
from tanheng.activity.claims.numbers import Interval, Printed, parse_printed
from tanheng.activity.claims.subjects import Context, Place
from tanheng.activity.claims.units import MASS, claim_unit, same_dimension
from tanheng.activity.claims.words import is_total
from tanheng.codes import CodeList, codelist, items
from tanheng.errors import IncompatibleUnit, UnknownUnit
from tanheng.quantities import multiplier

_KEY = ["entity", "period", "item", "sector"]
KIND = "__kind"


class TableFacts:
    """Figures that the tables give; a figure that the tables do not hold whole is not given at all.

    Parameters
    ----------
    tables : CheckTables
        Activity and parts with their emissions [t] and coefficients [t per unit].
    """

    def __init__(self, tables: CheckTables) -> None:
        self._activity = _prepared(tables.activity)
        self._parts = _prepared(tables.parts)
        self._emissions = _prepared(tables.emissions)
        self._parts_emissions = _prepared(tables.parts_emissions)
        self._coefficients = tables.coefficients
        self.context = Context(
            tuple(_unique(self._activity, "entity")),
            frozenset(_unique(self._activity, "sector") + _unique(self._parts, "sector")) - {""},
            frozenset(_unique(self._activity, "item") + _unique(self._parts, "item")),
            tuple(_unique(self._activity, "period")),
        )

    @functools.lru_cache(maxsize=4096)  # noqa: B019  (lives as long as one check)
    def figure(self, fact: Fact) -> Figure | None:
        """The tables' figure for an emission [t], amount or coefficient; None where they do not hold all of it."""
        if fact.measure == "coefficient" and fact.form == VALUE:
            return self._per_unit(fact)
        if fact.form != VALUE or fact.measure not in {"emission", "amount"}:
            return None
        found = [self._one(fact, place) for place in fact.subject.places]
        if not found or any(one is None for one in found):
            return None
        numbers = [one for one in found if one is not None]
        value, half = sum(one[0] for one in numbers), sum(one[1] for one in numbers)
        number = Printed(f"{value:.15g}", f"{value:.15g}", value, half)
        return Figure(fact, number, exact=all(one[2] for one in numbers))

    def _one(self, fact: Fact, place: Place) -> tuple[float, float, bool] | None:
        """Value, half width and whether it is one row of this very item."""
        if place.name:
            return None
        main = _covering(self._activity, place, fact.period)
        if main.height:
            return self._emitted(fact, place) if fact.measure == "emission" else _amount(main, fact, place)
        parts = _covering(self._parts, place, fact.period)
        if not (place.sector and place.item and parts.height):
            return None
        if fact.measure == "amount":
            return _amount(parts, fact, place, rounded=True)
        emitted = _covering(self._parts_emissions, place, fact.period)
        if parts.height != emitted.height or fact.dimension != MASS:
            return None
        value = float(emitted.get_column("emission").sum())
        return value, value * _relative_half(parts), False

    def _emitted(self, fact: Fact, place: Place) -> tuple[float, float, bool] | None:
        rows = _covering(self._activity, place, fact.period).select(_KEY).unique()
        emitted = _covering(self._emissions, place, fact.period)
        if fact.dimension != MASS or rows.join(emitted, on=_KEY, how="anti").height or not emitted.height:
            return None
        return float(emitted.get_column("emission").sum()), 0.0, False

    def _per_unit(self, fact: Fact) -> Figure | None:
        """Coefficient of an item in the unit of the fact; None where its rows have several."""
        place = fact.subject.place
        if place.sector or not place.item or not self._coefficients.height:
            return None
        values: set[float] = set()
        for row in self._coefficients.filter(pl.col("item") == place.item).to_dicts():
            try:
                per = multiplier(f"tCO2/{row['unit']}", fact.dimension)
            except (UnknownUnit, IncompatibleUnit):
                continue
            values.add(float(f"{row['coefficient'] * per:.12g}"))
        if len(values) != 1:
            return None
        value = values.pop()
        return Figure(fact, Printed(f"{value:.15g}", f"{value:.15g}", value, 0.0))

    def units(self, place: Place) -> list[str]:
        """Units in which the tables count an item."""
        found: list[str] = []
        for frame in (self._activity, self._parts):
            for code in _within(items().codes, place.item, _unique(frame, "item")):
                found += _unique(frame.filter(pl.col("item") == code), "unit")
        return list(dict.fromkeys(found))

    def dimensions(self, place: Place) -> list[str]:
        """Dimensions in which the tables count an item."""
        return list(dict.fromkeys(same_dimension(unit) for unit in self.units(place)))

    def coefficient(self, item: str, dimension: str) -> tuple[Interval, str, float] | None:
        """Emission [t] per canonical unit of an item; with the unit it is shown per, and its value per that unit."""
        if not self._coefficients.height:
            return None
        rows = self._coefficients.filter(pl.col("item") == item).to_dicts()
        fitting = [row for row in rows if same_dimension(row["unit"]) == dimension]
        values = [row["coefficient"] / claim_unit(row["unit"]).factor for row in fitting]
        if not values:
            return None
        return Interval(min(values), max(values)), fitting[0]["unit"], float(fitting[0]["coefficient"])

    def listed(self, place: Place, period: str, column: str) -> list[str]:
        """Sectors or items under which the activity of a subject falls; empty if a row names none."""
        found = _unique(_covering(self._activity, place, period, sectors=False), column)
        return [] if any(is_total(code) for code in found) else found


def _prepared(frame: pl.DataFrame | None) -> pl.DataFrame:
    """Cells of a table: all key columns, words for the total made empty, amounts also in canonical units."""
    if frame is None or not frame.height:
        return pl.DataFrame(schema=dict.fromkeys([*_KEY, "unit", KIND], pl.String))
    missing = [name for name in _KEY if name not in frame.columns]
    frame = frame.with_columns(pl.lit("").alias(name) for name in missing)
    totals = [text for text in _unique(frame, "sector") if is_total(text)]
    blank = pl.when(pl.col("sector").is_in(totals)).then(pl.lit("")).otherwise(pl.col("sector"))
    frame = frame.with_columns(blank.alias("sector"))
    units = {unit: same_dimension(unit) for unit in _unique(frame, "unit")}
    kind = pl.col("unit").replace_strict(units, return_dtype=pl.String).alias(KIND)
    sums = [name for name in ("amount", CANONICAL, "emission") if name == CANONICAL or name in frame.columns]
    rows = with_values(frame).with_columns(kind)
    return rows.group_by([*_KEY, "unit", KIND], maintain_order=True).agg(pl.col(name).sum() for name in sums)


def _unique(frame: pl.DataFrame, column: str) -> list[str]:
    return [str(text) for text in frame.get_column(column).unique(maintain_order=True).to_list()]


def _within(listed: CodeList, code: str, present: Iterable[str]) -> list[str]:
    """Those codes that are a code or stand below it."""
    return [
        other for other in present
        if other == code or (code in listed and other in listed and listed.is_under(other, code))
    ]  # fmt: skip


def _covering(frame: pl.DataFrame, place: Place, period: str, *, sectors: bool = True) -> pl.DataFrame:
    """Rows that together are the subject; none where some of it may stand under no sector."""
    rows = frame
    if period:
        whole = rows.filter(pl.col("period") == period)
        rows = whole if whole.height else rows.filter(pl.col("period").str.starts_with(f"{period}-"))
    elif len(_unique(rows, "period")) > 1:
        return rows.clear()
    if place.entity:
        rows = rows.filter(pl.col("entity") == place.entity)
    if place.item:
        rows = rows.filter(pl.col("item").is_in(_within(items().codes, place.item, _unique(rows, "item"))))
    if not place.sector or not sectors:
        return rows
    if rows.filter(pl.col("sector") == "").height:
        return rows.clear()
    return rows.filter(
        pl.col("sector").is_in(_within(codelist("sectors"), place.sector, _unique(rows, "sector")))
    )


def _amount(
    rows: pl.DataFrame, fact: Fact, place: Place, *, rounded: bool = False
) -> tuple[float, float, bool] | None:
    if not place.item or set(_unique(rows, KIND)) != {fact.dimension}:
        return None
    value = float(rows.get_column(CANONICAL).sum())
    exact = rows.height == 1 and rows.get_column("item").item(0) == place.item
    return value, value * _relative_half(rows) if rounded else 0.0, exact


def _relative_half(rows: pl.DataFrame) -> float:
    """Relative half width of amounts as they are printed in the table: 76460000 is rounded to 10^4."""
    total = half = 0.0
    for amount in rows.get_column("amount").to_list():
        printed: Any = parse_printed(f"{amount:.15g}" if amount < 1e15 else f"{amount:.0f}")
        total += amount
        half += printed[0].half if printed else 0.0
    return half / total if total else 0.0
