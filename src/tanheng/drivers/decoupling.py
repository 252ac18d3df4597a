"""Decoupling of emissions from output 脱钩: Tapio's elasticity and its eight states."""

from __future__ import annotations

import csv
import functools
from collections.abc import Collection, Mapping
from importlib.resources import files
from itertools import pairwise
from typing import Any

import numpy as np
import polars as pl

from tanheng.charts import Curve, Point, points
from tanheng.codes.wording import column_said
from tanheng.drivers.lmdi import DriversInvalid
from tanheng.drivers.prices import check_breaks, check_money
from tanheng.drivers.tables import between, deflated, name_of, one_each, order, read_frame
from tanheng.errors import language
from tanheng.inventory.table import Pictured

_DIGITS = 12
"""Decimals of the elasticity that is held against the bounds: 0.8 computed from rounded data stays 0.8."""


@functools.cache
def states() -> dict[str, dict[str, str]]:
    """The states by code, with signs, bounds (above, up to and with) and source.

    Examples
    --------
    >>> states()["WD"]["to"], states()["EC"]["above"]
    ('0.8', '0.8')
    """
    with (files("tanheng.packs") / "rules" / "decoupling_states.csv").open(encoding="utf-8") as stream:
        return {row["state"]: row for row in csv.DictReader(stream)}


def state_of(emission: float, output: float) -> tuple[float | None, str]:
    """Elasticity and state of a pair of relative changes.

    Parameters
    ----------
    emission, output : float
        Relative changes of both (0.05 is +5 %).

    Returns
    -------
    tuple
        Elasticity, None where output does not change; the state, empty where the published table has none: without a change
        of either.

    Examples
    --------
    >>> state_of(0.04, 0.05), state_of(0.06, 0.05), state_of(-0.01, 0.05), state_of(0.01, 0.0)
    ((0.8, 'WD'), (1.2, 'EC'), (-0.2, 'SD'), (None, ''))
    """
    if output == 0:
        return None, ""
    elasticity = round(emission / output, _DIGITS)
    signs = "+" if emission > 0 else "-" if emission < 0 else "0", "+" if output > 0 else "-"
    for code, row in states().items():
        if (row["emission"], row["output"]) != signs:
            continue
        low, high = float(row["above"] or "-inf"), float(row["to"] or "inf")
        if low < elasticity <= high:
            return elasticity, code
    return elasticity, ""


def decouple(
    table: Any,
    *,
    emission: str,
    output: str,
    period: str,
    place: str = "",
    first: str | None = None,
    last: str | None = None,
    real: Collection[str] = (),
    nominal: Collection[str] = (),
    deflators: Mapping[str, str] | None = None,
    breaks: Collection[str] = (),
) -> tuple[Pictured, list[Any]]:
    """Elasticity and state of decoupling of each step, and of the whole span.

    Parameters
    ----------
    table : path or table
        One row for each period and place.
    emission, output : str
        Columns, any units; output at constant prices.
    period, place : str
        Columns.
    first, last : str, optional
        Periods from and to which is looked.
    real, nominal : collection of str
        Columns at constant prices, and those taken at current prices all the same.
    deflators : mapping of str to str, optional
        The column of output to that of its price index (any base).
    breaks : collection of str
        First periods of a new series.

    Returns
    -------
    Pictured
        ``place``, ``kind`` (step or span), ``from``, ``to``, ``emission_change``, ``output_change`` [share of the earlier value],
        ``elasticity``, ``state``, ``name``.
    list of Finding

    Raises
    ------
    InputUnreadable, ColumnMissing, DriversInvalid
        For a table that cannot be used; a period is never two rows and a value before the step is above zero.
    NominalMoney, SeriesBreak
        For money at current prices, and across a break.

    Source
    ------
    Bounds: PMC10559243, table 3; packs/rules/decoupling_states.csv.

    Examples
    --------
    >>> data = {"year": [2010, 2011, 2012], "co2": [100.0, 104.0, 103.0], "output": [100.0, 105.0, 110.0]}
    >>> found, _ = decouple(data, emission="co2", output="output", period="year")
    >>> found.to_polars()["state"].to_list()
    ['WD', 'SD', 'WD']
    """
    keys = [*([place] if place else []), period]
    frame = read_frame(table, keys, numbers=[emission, output], positive=True)
    frame = deflated(between(frame, period, first, last), deflators or {}, [output], name_of(table))
    periods = order(frame[period].unique().to_list())
    told = check_money([output], periods, real=real, nominal=nominal, deflated=list(deflators or {}))
    check_breaks(breaks, periods)
    rows = []
    for name in order(frame[place].unique().to_list()) if place else [""]:
        own = one_each(frame.filter(pl.col(place) == name) if place else frame, period)
        known = [one for one in periods if one in own]
        spans = [("step", pair) for pair in pairwise(known)]
        spans += [("span", (known[0], known[-1]))] if len(known) > 2 else []
        for kind, (one, two) in spans:
            change = [own[two][column] / own[one][column] - 1 for column in (emission, output)]
            elasticity, state = state_of(*change)
            rows.append((name, kind, one, two, *change, elasticity, state, _name(state)))
    if not rows:
        raise DriversInvalid(
            detail_zh="没有哪个地区有两个时期", detail_en="no place has two periods",
            mend_zh="至少要两个时期；请核对起止时期。", mend_en="Two periods are needed at least; check the first and the last.",
        )  # fmt: skip
    names = ["place", "kind", "from", "to", "emission_change", "output_change", "elasticity", "state", "name"]
    numbers = {"emission_change", "output_change", "elasticity"}
    schema = {one: pl.Float64 if one in numbers else pl.String for one in names}
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    title = f"{emission} / {output}"
    return Pictured(frame, title, lambda: _picture(frame, emission, output)), told


def _name(state: str) -> str:
    if not state:
        return "表中无此状态" if language() == "zh" else "no state of the table"
    return states()[state][f"name_{language()}"]


def _picture(frame: pl.DataFrame, emission: str, output: str) -> str:
    """Both changes of every step, by state, beside the elasticities that bound the states."""
    places = frame["place"].n_unique() > 1
    found = [
        Point(
            " ".join(filter(None, [row["place"] if places else "", f"{row['from']}–{row['to']}"])),
            row["output_change"], row["emission_change"], _name(row["state"]),
        )
        for row in frame.iter_rows(named=True)
        if row["kind"] == "step"
    ]  # fmt: skip
    bounds = sorted({float(row["to"]) for row in states().values() if row["to"]} - {0.0})
    reach = np.array([-10.0, 10.0])
    named = "弹性" if language() == "zh" else "elasticity"
    curves = [Curve(f"{named} {bound:g}", reach, reach * bound) for bound in bounds]
    zh = language() == "zh"
    emission, output = column_said(emission), column_said(output)
    axes = (f"{output}变化率", f"{emission}变化率") if zh else (f"{output} change", f"{emission} change")
    title = f"{emission} / {output}：脱钩" if zh else f"{emission} / {output}: decoupling"
    return points(title, axes, found, curves, percent=True)
