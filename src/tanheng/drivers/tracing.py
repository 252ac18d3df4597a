"""The drivers of a place: why its emissions changed between two years."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import polars as pl

from tanheng.drivers.lmdi import DriversInvalid, contributions

_KEYS = ("sector", "item", "unit")


@dataclass(frozen=True)
class Trace:
    """Drivers of a change: ``drivers`` (driver, effect [t]), the emissions before and after [t], the residual [t]."""

    drivers: pl.DataFrame
    before: float
    after: float
    residual: float


def trace(
    cells: pl.DataFrame,
    start: str,
    end: str,
    *,
    gdp: tuple[float, float] | None = None,
    population: tuple[float, float] | None = None,
) -> Trace:
    """Decompose the change of a place's emissions between two years by LMDI-I.

    Parameters
    ----------
    cells : DataFrame
        ``year``, ``sector``, ``item``, ``unit`` (of the amount), ``amount`` and ``emission`` [t], one row for each cell and
        year.
    start, end : str
        The two years.
    gdp : tuple of float, optional
        Output in both years at constant prices, any one unit.
    population : tuple of float, optional
        People in both years, any one unit.

    Returns
    -------
    Trace
        Drivers in the order of the chain: population, output per head (or output alone), activity per output; activity,
        where neither is given; then ``structure``, ``factor``, and ``rest``, what has no activity or is a removal.

    Raises
    ------
    DriversInvalid
        When a year has no emission at all, since unknown is not zero, or when output or population is not positive.

    Notes
    -----
    For every unit u of amounts, E = Σ_u Σ_i A_u · (A_i / A_u) · (E_i / A_i): amounts of different units are never added
    up. With output G and population P, A_u = P · (G / P) · (A_u / G). A cell that is not there in one of the years changes
    the structure; a unit that is not there changes the activity.

    Examples
    --------
    >>> rows = [("2019", "industry", "coal", "t", 10.0, 20.0), ("2020", "industry", "coal", "t", 20.0, 36.0)]
    >>> names = ["year", "sector", "item", "unit", "amount", "emission"]
    >>> found = trace(pl.DataFrame(rows, schema=names, orient="row"), "2019", "2020")
    >>> [(row["driver"], round(row["effect"], 3)) for row in found.drivers.to_dicts()]
    [('activity', 18.868), ('structure', 0.0), ('factor', -2.868), ('rest', 0.0)]
    """
    for year in (start, end):
        if cells.filter(pl.col("year") == year).is_empty():
            raise DriversInvalid(
                detail_zh=f"{year} 年没有排放数据", detail_en=f"there is no emission of {year}"
            )
    table = _both(cells, start, end)
    plain = pl.all_horizontal(
        ((pl.col(f"a{side}") > 0) & (pl.col(f"e{side}") >= 0))
        | ((pl.col(f"a{side}") == 0) & (pl.col(f"e{side}") == 0))
        for side in (0, 1)
    )
    inside, outside = table.filter(plain), table.filter(~plain)
    names, levels = _levels(inside, gdp, population)
    factors = [np.vstack([levels[side], _within(inside, side)]) for side in (0, 1)]
    effects = contributions(*factors).sum(axis=1) if inside.height else np.zeros(len(names) + 2)
    rest = float(outside["e1"].sum()) - float(outside["e0"].sum())
    shown = pl.DataFrame(
        {"driver": [*names, "structure", "factor", "rest"], "effect": [*effects.tolist(), rest]}
    )
    before, after = float(table["e0"].sum()), float(table["e1"].sum())
    return Trace(shown, before, after, after - before - float(shown["effect"].sum()))


def _both(cells: pl.DataFrame, start: str, end: str) -> pl.DataFrame:
    """A row for each cell with amount (a) and emission (e) of both years; what is not there is 0 for this purpose only."""
    sums = [
        pl.col(name).filter(pl.col("year") == year).sum().fill_null(0.0).alias(f"{short}{side}")
        for side, year in enumerate((start, end))
        for short, name in (("a", "amount"), ("e", "emission"))
    ]
    keyed = cells.filter(pl.col("year").is_in([start, end])).with_columns(pl.col(_KEYS).fill_null(""))
    return keyed.group_by(_KEYS).agg(sums).sort(_KEYS)


def _levels(
    table: pl.DataFrame, gdp: tuple[float, float] | None, population: tuple[float, float] | None
) -> tuple[list[str], list[list[np.ndarray]]]:
    """The factors above the structure, for both years: quotients of the scales that are known, down to the activity."""
    given = [(name, pair) for name, pair in (("population", population), ("output", gdp)) if pair is not None]
    for name, pair in given:
        if not min(pair) > 0:
            raise DriversInvalid(detail_zh=f"{name} 须为正数", detail_en=f"{name} must be positive")
    unit = table.select(pl.col("a0", "a1").sum().over("unit")) if table.height else table.select("a0", "a1")
    found: list[list[np.ndarray]] = []
    for side in (0, 1):
        scales = [
            *(np.full(table.height, float(pair[side])) for _, pair in given),
            unit[f"a{side}"].to_numpy(),
        ]
        found.append([scales[0], *(lower / upper for upper, lower in pairwise(scales))])
    words = {"population": ["population"], "output": ["output"], "": ["activity"]}
    if len(given) == 2:
        return ["population", "output_per_head", "activity_per_output"], found
    names = words[given[0][0]] + [f"activity_per_{given[0][0]}"] if given else words[""]
    return names, found


def _within(table: pl.DataFrame, side: int) -> np.ndarray:
    """Share of each cell in its unit's amount, and its emission per amount; of the other year where it is not known."""

    def quotients(at: int) -> list[np.ndarray]:
        amount = table[f"a{at}"].to_numpy()
        unit = table.select(pl.col(f"a{at}").sum().over("unit")).to_series().to_numpy()
        with np.errstate(divide="ignore", invalid="ignore"):
            return [amount / unit, table[f"e{at}"].to_numpy() / amount]

    own, other = quotients(side), quotients(1 - side)
    known = [np.where(np.isnan(one), two, one) for one, two in zip(own, other, strict=True)]
    return np.asarray(np.nan_to_num(np.vstack(known)))
