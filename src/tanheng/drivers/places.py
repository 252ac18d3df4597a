"""Why places differ: the difference of a place from a peer, or from the mean of its peers, as effects of factors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl

from tanheng.activity import Finding
from tanheng.charts import Bar, bars
from tanheng.codes.wording import column_said
from tanheng.drivers.lmdi import (
    FORMS,
    METHODS,
    DriversInvalid,
    Floats,
    Form,
    Method,
    as_ratios,
    contributions,
    residuals,
)
from tanheng.drivers.series import Series, factor_said, parse_factors, read_series, settled
from tanheng.drivers.tables import name_of, read_frame
from tanheng.errors import NotFound, language
from tanheng.inventory import Table

MEAN = "mean"
_NOW = "__now"


@dataclass(frozen=True)
class PlaceDifference:
    """How a place differs from the reference: ``difference`` of the totals (a ratio in the multiplicative form), ``effects``."""

    place: str
    value: float
    difference: float
    effects: dict[str, float]
    residual: float

    def to_dict(self) -> dict[str, Any]:
        """The difference as plain data."""
        return dict(vars(self))


@dataclass(frozen=True)
class PlaceComparison:
    """Places against one reference: a place, or the mean of the peers."""

    total: str
    reference: str
    reference_value: float
    factors: list[str]
    method: Method
    form: Form
    places: dict[str, PlaceDifference]
    findings: list[Finding]

    def between(self, one: str, other: str) -> dict[str, float]:
        """Effects of ``one`` against ``other`` by way of the reference: they are transitive over any number of places.

        Raises
        ------
        NotFound
            For a place that is not there.
        """
        for name in (one, other):
            if name not in self.places:
                raise NotFound(what_zh="地区", what_en="place", name=name, known=", ".join(self.places))
        first, second = self.places[one].effects, self.places[other].effects
        ratio = self.form == "multiplicative"
        return {
            name: first[name] / second[name] if ratio else first[name] - second[name] for name in self.factors
        }

    def table(self) -> Table:
        """One row for each place and factor: place, value, difference, factor, effect, residual."""
        rows = [
            (one.place, one.value, one.difference, name, effect, one.residual)
            for one in self.places.values()
            for name, effect in one.effects.items()
        ]
        names = ["place", "value", "difference", "factor", "effect", "residual"]
        return Table(pl.DataFrame(rows, schema=names, orient="row"), f"{self.total} · {self.reference}")

    def charts(self) -> list[str]:
        """Effects of every place against the reference, as SVG; none of ratios."""
        if self.form != "additive":
            return []
        zh = language() == "zh"
        reference = (
            ("各地区平均" if zh else "the mean of the places") if self.reference == MEAN else self.reference
        )
        total = column_said(self.total)
        title = f"{total}：与{reference}之差" if zh else f"{total}: difference from {reference}"
        return [
            bars(
                title,
                "",
                [
                    Bar(one.place, {factor_said(name): effect for name, effect in one.effects.items()})
                    for one in self.places.values()
                ],
                stacked=True,
            )
        ]

    def _repr_html_(self) -> str:
        return "".join(self.charts()) + self.table()._repr_html_()

    def to_dict(self) -> dict[str, Any]:
        """The whole as plain data."""
        told = {name: value for name, value in vars(self).items() if name not in ("places", "findings")}
        return told | {
            "places": [one.to_dict() for one in self.places.values()],
            "findings": [finding.to_dict() for finding in self.findings],
        }


def compare_places(
    table: Any,
    *,
    total: str,
    factors: Sequence[str],
    place: str,
    by: Sequence[str] = (),
    against: str = MEAN,
    peers: Sequence[str] = (),
    where: Mapping[str, str] | None = None,
    method: Method = "lmdi-2",
    form: Form = "additive",
) -> PlaceComparison:
    """Why the total of places differs from that of a reference.

    Parameters
    ----------
    table : path or table
        One row for each place and cell, of one period.
    total : str
        Column of the total, any unit.
    factors : sequence of str
        As of `decompose`; quotients are better than columns of quotients, for the mean of the peers is made of the columns.
    place, by
        Column of the place, columns of the cells.
    against : str
        A place, or ``mean``: the arithmetic mean of every column over the peers.
    peers : sequence of str
        Places of which the mean is made; all unless told.
    where : mapping of str to str, optional
        Columns and the value that rows must have, such as the year.
    method, form : str

    Returns
    -------
    PlaceComparison

    Raises
    ------
    InputUnreadable, ColumnMissing, NotFound
        For a table, column or place that is not there.
    DriversInvalid, ProductDiffers
        As of `decompose`.

    Notes
    -----
    Two places against each other by way of the mean (`PlaceComparison.between`) are transitive, which pairs compared
    directly are not. Source: Ang, B.W., Xu, X.Y. and Su, B. (2015): Multi-country comparisons of energy performance. Energy
    Economics 47, 68-76 (recalled).

    Examples
    --------
    >>> data = {"city": ["a", "b"], "people": [1.0, 3.0], "co2": [4.0, 6.0]}
    >>> found = compare_places(data, total="co2", factors=["people", "co2/people"], place="city")
    >>> found.reference_value, {name: round(one.difference, 3) for name, one in found.places.items()}
    (5.0, {'a': -1.0, 'b': 1.0})
    >>> {name: round(effect, 3) for name, effect in found.between("b", "a").items()}
    {'people': 5.33, 'co2/people': -3.33}
    """
    if method not in METHODS or form not in FORMS:
        raise NotFound(
            what_zh="分解方法", what_en="method of decomposition", name=f"{method}, {form}", known=", ".join([*METHODS, *FORMS])
        )  # fmt: skip
    held = _read(table, total, factors, place, by, where or {})
    chosen = [*(peers or held.places)] if against == MEAN else [against]
    for name in chosen:
        if name not in held.places:
            raise NotFound(what_zh="地区", what_en="place", name=name, known=", ".join(held.places[:30]))
    among = [held.places.index(name) for name in chosen]
    old, new = settled(*_sides(held, among))
    parts = contributions(old, new, method=method).sum(axis=2)
    low = old.prod(axis=-2).sum(axis=-1)
    high = held.total.sum(axis=(1, 2))
    ratio = form == "multiplicative"
    effects = as_ratios(parts, low, high, method=method) if ratio else parts
    change = high / low if ratio else high - low
    rest = residuals(change, effects, np.maximum(np.abs(low), np.abs(high)), method, ratio=ratio)
    found = {
        name: PlaceDifference(
            name,
            float(high[at]),
            float(change[at]),
            dict(zip(held.names, effects[at].tolist(), strict=True)),
            float(rest[at]),
        )
        for at, name in enumerate(held.places)
    }
    return PlaceComparison(total, against, float(low[0]), held.names, method, form, found, held.findings)


def _read(
    table: Any, total: str, factors: Sequence[str], place: str, by: Sequence[str], where: Mapping[str, str]
) -> Series:  # fmt: skip
    keys = list(dict.fromkeys([place, *by, *where]))
    frame = read_frame(table, keys)
    parsed = parse_factors(factors, frame.columns)
    for column, value in where.items():
        frame = frame.filter(pl.col(column) == value)
    if frame.is_empty():
        said = ", ".join(f"{name}={value}" for name, value in where.items())
        raise DriversInvalid(
            detail_zh=f"{name_of(table)} 中没有符合条件的行（{said or '…'}）", detail_en=f"{name_of(table)} has no row that fits ({said or '…'})",
            mend_zh="请核对所取的行与起止时期。", mend_en="Check which rows and periods are taken.",
        )  # fmt: skip
    numbers = [total, *(column for factor in parsed for column in factor.columns)]
    frame = read_frame(frame, keys, numbers=numbers, name=name_of(table)).with_columns(pl.lit("").alias(_NOW))
    return read_series(frame, total=total, factors=parsed, period=_NOW, by=by, place=place)


def _sides(held: Series, among: Sequence[int]) -> tuple[Floats, Floats]:
    """Factors of the reference, once for each place, and of the places: places x factors x cells."""
    columns = {name: values[among].mean(axis=0, keepdims=True) for name, values in held.columns.items()}
    rest = None if held.rest is None else held.rest[among].mean(axis=0, keepdims=True)
    new = held.values()[:, 0]
    old = replace(held, columns=columns, rest=rest).values()[:, 0]
    return np.broadcast_to(old, new.shape), new
