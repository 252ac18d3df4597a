"""Why a total changed: the change of each step, and of the whole span, as effects of factors."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl

from tanheng.activity import Finding
from tanheng.drivers.draws import Ranges, Spread, draw_effects
from tanheng.drivers.lmdi import (
    FORMS,
    METHODS,
    DriversInvalid,
    Floats,
    Form,
    Method,
    as_ratios,
    by_shapley,
    contributions,
    residuals,
)
from tanheng.drivers.prices import check_breaks, check_money
from tanheng.drivers.results import Decomposition, Step
from tanheng.drivers.series import Pairs, Series, pairs_of, parse_factors, read_series
from tanheng.drivers.tables import between, deflated, name_of, read_frame
from tanheng.errors import NotFound


def decompose(
    table: Any,
    *,
    total: str,
    factors: Sequence[str],
    period: str,
    by: Sequence[str] = (),
    place: str = "",
    method: Method = "lmdi-1",
    form: Form = "additive",
    first: str | None = None,
    last: str | None = None,
    where: Mapping[str, str] | None = None,
    real: Collection[str] = (),
    nominal: Collection[str] = (),
    deflators: Mapping[str, str] | None = None,
    breaks: Collection[str] = (),
    uncertainty: Mapping[str, Spread | float] | None = None,
    draws: int = 2000,
    seed: int = 0,
) -> Decomposition:
    """Decompose the change of a total into effects of its factors, step by step and over the whole span.

    Parameters
    ----------
    table : path or table
        One row for each period, place and cell (CSV, Excel, Polars, pandas, Arrow, a mapping of columns).
    total : str
        Column of the total of a cell, any unit; or of all cells together, the same in each of their rows.
    factors : sequence of str
        Columns whose product is the total of a cell, or quotients of columns, ``["p", "gdp/p", "intensity=co2/gdp"]``.
    period : str
        Column of the period.
    by : sequence of str
        Columns that tell the cells (sectors, fuels) apart; effects are rolled up along each.
    place : str
        Column of the place, each of which is decomposed apart.
    method : str
        ``lmdi-1``, ``lmdi-2``, ``shapley`` or ``laspeyres``.
    form : str
        ``additive`` or ``multiplicative``.
    first, last : str, optional
        Periods from and to which is looked.
    where : mapping of str to str, optional
        Columns and the value that rows must have.
    real, nominal : collection of str
        Columns of money at constant prices, and those that are taken at current prices all the same.
    deflators : mapping of str to str, optional
        Columns of money to the column of their price index (any base).
    breaks : collection of str
        First periods of a new series, which are not crossed.
    uncertainty : mapping of str to `Spread` or float, optional
        Half-width of the 95 % interval of a column, as a share; see `draw_effects`.
    draws, seed : int
        Number of draws, and where they begin.

    Returns
    -------
    Decomposition

    Raises
    ------
    InputUnreadable, ColumnMissing, NotFound
        When the table cannot be read, or has no such column or row.
    DriversInvalid, ProductDiffers
        For numbers that are missing, cells said twice, fewer than two periods, and a product that is not the total.
    NominalMoney, SeriesBreak
        For money at current prices, and across a break of the series.

    Notes
    -----
    See `contributions`. ``chained`` adds up the steps (multiplies them in the multiplicative form); ``unchained`` compares the
    last period with the first. Residuals above 10⁻⁹ of the total are an error, but for Laspeyres.

    Examples
    --------
    >>> data = {"year": [2015, 2020], "people": [2.0, 4.0], "each": [5.0, 2.5], "co2": [10.0, 10.0]}
    >>> found = decompose(data, total="co2", factors=["people", "each"], period="year")
    >>> {name: round(effect, 4) for name, effect in found.chained[""].effects.items()}
    {'people': 6.9315, 'each': -6.9315}
    """
    if method not in METHODS or form not in FORMS:
        raise NotFound(
            what_zh="分解方法", what_en="method of decomposition", name=f"{method}, {form}", known=", ".join([*METHODS, *FORMS])
        )  # fmt: skip
    held = _read(
        table, total=total, factors=factors, period=period, by=by, place=place, first=first, last=last, where=where or {},
        deflators=deflators or {},
    )  # fmt: skip
    return decompose_series(
        held, total=total, method=method, form=form, real=real, nominal=nominal, deflated=list(deflators or {}), breaks=breaks,
        uncertainty=uncertainty, draws=draws, seed=seed,
    )  # fmt: skip


def decompose_series(
    held: Series, *, total: str, method: Method = "lmdi-1", form: Form = "additive", real: Collection[str] = (),
    nominal: Collection[str] = (), deflated: Collection[str] = (), breaks: Collection[str] = (),
    uncertainty: Mapping[str, Spread | float] | None = None, draws: int = 2000, seed: int = 0,
) -> Decomposition:  # fmt: skip
    """As `decompose`, of a series that is at hand, such as what a road has observed.

    Parameters
    ----------
    held : Series
    total : str
        What the total is called.
    method, form, real, nominal, breaks, uncertainty, draws, seed
        As of `decompose`.
    deflated : collection of str
        Columns of money that were deflated.

    Raises
    ------
    NotFound, DriversInvalid, NominalMoney, SeriesBreak
        As `decompose`.

    Examples
    --------
    >>> from tanheng.pathways import load_road
    >>> held = load_road("examples/sichuan-road/road.yaml").observed.series
    >>> found = decompose_series(held.between("2005", "2024"), total="emission", real=["gdp"])
    >>> found.factors, found.chained[""].effects["gdp"] > 0
    (['gdp', 'structure', 'intensity', 'factor'], True)
    """
    if method not in METHODS or form not in FORMS:
        raise NotFound(
            what_zh="分解方法", what_en="method of decomposition", name=f"{method}, {form}", known=", ".join([*METHODS, *FORMS])
        )  # fmt: skip
    used = [column for factor in held.factors for column in factor.columns]
    told = check_money(used, held.periods, real=real, nominal=nominal, deflated=deflated)
    check_breaks(breaks, held.periods)
    if all(there.sum() < 2 for there in held.there):
        raise DriversInvalid(
            detail_zh=f"只有一个时期（{'、'.join(held.periods)}）", detail_en=f"only one period ({', '.join(held.periods)})",
            mend_zh="至少需要两个时期。", mend_en="Two periods are needed.",
        )  # fmt: skip
    spreads = {
        name: value if isinstance(value, Spread) else Spread(value)
        for name, value in (uncertainty or {}).items()
    }
    return _decomposed(held, total, method, form, [*held.findings, *told], spreads, draws, seed)


def _read(
    table: Any, *, total: str, factors: Sequence[str], period: str, by: Sequence[str], place: str, first: str | None,
    last: str | None, where: Mapping[str, str], deflators: Mapping[str, str],
) -> Series:  # fmt: skip
    keys = list(dict.fromkeys([*([place] if place else []), period, *by, *where]))
    frame = read_frame(table, keys)
    parsed = parse_factors(factors, frame.columns)
    numbers = [total, *(column for factor in parsed for column in factor.columns)]
    for column, value in where.items():
        frame = frame.filter(pl.col(column) == value)
    frame = between(frame, period, first, last)
    if frame.is_empty():
        said = ", ".join(
            [*(f"{name}={value}" for name, value in where.items()), f"{first or '…'}–{last or '…'}"]
        )
        raise DriversInvalid(
            detail_zh=f"{name_of(table)} 中没有符合条件的行（{said}）", detail_en=f"{name_of(table)} has no row that fits ({said})",
            mend_zh="请核对所取的行与起止时期。", mend_en="Check which rows and periods are taken.",
        )  # fmt: skip
    frame = read_frame(frame, keys, numbers=numbers, name=name_of(table))
    frame = deflated(frame, deflators, list(dict.fromkeys(numbers[1:])), name_of(table))
    return read_series(frame, total=total, factors=parsed, period=period, by=by, place=place)


def _decomposed(
    held: Series, total: str, method: Method, form: Form, told: list[Finding], spreads: Mapping[str, Spread], draws: int,
    seed: int,
) -> Decomposition:  # fmt: skip
    pairs = pairs_of(held)
    before, after = pairs.sides(held.values())
    parts = contributions(before, after, method=method)
    signed = by_shapley(before, after)
    if signed.any() and method.startswith("lmdi"):
        cells = sorted({" ".join(held.cells[at]) or "–" for at in np.flatnonzero(signed.any(axis=0))})
        told = [*told, Finding("D-103", {"cells": ", ".join(cells[:5])}, count=1)]
    told = [*told, Finding("D-108")] if spreads and held.by else told
    whole = held.total.sum(axis=2)
    low, high = whole[pairs.place, pairs.start], whole[pairs.place, pairs.end]
    ranges = (
        draw_effects(held, pairs, spreads, method=method, form=form, draws=draws, seed=seed)
        if spreads
        else None
    )
    return _told(held, pairs, parts, low, high, total, method, form, told, ranges)


def _told(
    held: Series, pairs: Pairs, parts: Floats, low: Floats, high: Floats, total: str, method: Method, form: Form,
    told: list[Finding], ranges: Ranges | None,
) -> Decomposition:  # fmt: skip
    names = held.names
    ratio = form == "multiplicative"
    groups = {
        column: {value: [at for at, cell in enumerate(held.cells) if cell[place] == value] for value in
                 sorted({cell[place] for cell in held.cells})}
        for place, column in enumerate(held.by)
    }  # fmt: skip
    sums = parts.sum(axis=2)
    effects = as_ratios(sums, low, high, method=method) if ratio else sums
    change = high / low if ratio else high - low
    rest = residuals(change, effects, np.maximum(np.abs(low), np.abs(high)), method, ratio=ratio)
    shown = _groups(parts, low, high, groups, method, ratio=ratio)
    steps: dict[str, list[Step]] = {}
    unchained: dict[str, Step] = {}
    rows = zip(
        pairs.place.tolist(), pairs.start.tolist(), pairs.end.tolist(), pairs.whole.tolist(), change.tolist(), effects.tolist(),
        rest.tolist(), strict=True,
    )  # fmt: skip
    for at, (number, start, end, whole, moved, own, left) in enumerate(rows):
        by = {
            column: {value: dict(zip(names, one[at], strict=True)) for value, one in values.items()}
            for column, values in shown.items()
        }
        step = Step(
            held.periods[start], held.periods[end], moved, dict(zip(names, own, strict=True)), left, by,
            ranges.of(at, names) if ranges is not None else {},
        )  # fmt: skip
        if whole:
            unchained[held.places[number]] = step
        else:
            steps.setdefault(held.places[number], []).append(step)
    chains = {
        place: _chain(
            own, names, ratio=ratio, ranges=ranges.chain(number, names) if ranges is not None else {}
        )
        for number, place in enumerate(held.places)
        if (own := steps.get(place))
    }
    totals = {
        held.places[pairs.place[at]]: (float(low[at]), float(high[at])) for at in np.flatnonzero(pairs.whole)
    }
    return Decomposition(total, names, method, form, steps, chains, unchained, told, totals)


def _groups(
    parts: Floats, low: Floats, high: Floats, groups: Mapping[str, Mapping[str, list[int]]], method: Method, *, ratio: bool
) -> dict[str, dict[str, list[list[float]]]]:  # fmt: skip
    found: dict[str, dict[str, list[list[float]]]] = {}
    for column, values in groups.items():
        for value, cells in values.items():
            sums = parts[:, :, cells].sum(axis=2)
            shown = as_ratios(sums, low, high, method=method) if ratio else sums
            found.setdefault(column, {})[value] = shown.tolist()
    return found


def _chain(
    steps: Sequence[Step], names: Sequence[str], *, ratio: bool, ranges: dict[str, dict[str, float]]
) -> Step:
    over: Callable[[Iterable[float]], float] = math.prod if ratio else math.fsum

    by = {
        column: {
            value: {name: over(step.by[column][value][name] for step in steps) for name in names}
            for value in steps[0].by[column]
        }
        for column in steps[0].by
    }
    effects = {name: over(step.effects[name] for step in steps) for name in names}
    change = over(step.change for step in steps)
    return Step(steps[0].start, steps[-1].end, change, effects, change - over(effects.values()), by, ranges)
