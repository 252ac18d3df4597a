"""Models over years, as linear operators: what a year's activity emits in each later year."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from tanheng.activity import Activity
from tanheng.activity.clean import canonical_parameters
from tanheng.errors import InputUnreadable
from tanheng.inventory.methods.additions import AGE
from tanheng.inventory.methods.matching import known_item, matches, near_items
from tanheng.inventory.methods.method import Method, Rule
from tanheng.quantities import parse_unit

_ASKED = ("item", "unit", "sector", "activity")
_STATED = "__stated_period"
"""Period of a row as read, where the row was spread over years."""


@dataclass(frozen=True)
class DecayYear:
    """One year of a landfill: carbon stored and decomposed, and where the carbon of the decomposed part went.

    All in the mass unit of the deposits: ``stored`` is decomposable carbon at the end of the year, ``decomposed`` carbon
    in the year; ``generated``, ``recovered``, ``oxidised`` and ``emitted`` are CH4.
    """

    year: int
    stored: float
    decomposed: float
    generated: float
    recovered: float
    oxidised: float
    emitted: float


def first_order_decay(
    deposits: Mapping[int, float],
    *,
    doc: float,
    docf: float,
    mcf: float,
    k: float,
    f: float,
    oxidation: float = 0.0,
    recovered: float = 0.0,
    until: int | None = None,
) -> list[DecayYear]:
    """State of a landfill year by year, by first-order decay that begins in the year after the deposit.

    Parameters
    ----------
    deposits : mapping of int to float
        Waste deposited by year, in any unit of mass (wet).
    doc, docf, mcf : float
        Degradable organic carbon [share of the waste], the share of it that decomposes, methane correction factor.
    k : float
        Decay rate, 1/year.
    f : float
        Share of CH4 in the landfill gas, by volume.
    oxidation, recovered : float
        Share of the CH4 not recovered that the cover oxidises; share of the CH4 generated that is recovered.
    until : int, optional
        Last year; that of the last deposit by default.

    Returns
    -------
    list of DecayYear
        From the first deposit on, in the unit of the deposits.

    Notes
    -----
    H(t) = D(t) + H(t-1) exp(-k); decomposed(t) = H(t-1) (1 - exp(-k)); CH4 = decomposed x 16/12 x F;
    emitted = CH4 (1 - R) (1 - OX).

    Source
    ------
    2006 IPCC Guidelines, volume 5, chapter 3, equations 3.1 to 3.6, delay of 13 months.

    Examples
    --------
    >>> years = first_order_decay({1950: 100.0}, doc=0.15, docf=0.7, mcf=0.7, k=0.185, f=0.5, until=1951)
    >>> [round(one.emitted, 4) for one in years]
    [0.0, 0.8276]
    """
    found: list[DecayYear] = []
    stored, kept = 0.0, math.exp(-k)
    for year in range(min(deposits), (until or max(deposits)) + 1):
        decomposed = stored * (1 - kept)
        stored = stored * kept + deposits.get(year, 0.0) * doc * docf * mcf
        generated = decomposed * 16 / 12 * f
        taken = generated * recovered
        burned = (generated - taken) * oxidation
        found.append(
            DecayYear(year, stored, decomposed, generated, taken, burned, generated - taken - burned)
        )
    return found


def spread(activity: Activity, method: Method) -> Activity:
    """The activity with every row of a rule over years repeated for each year of emission.

    Parameters
    ----------
    activity : Activity
    method : Method

    Returns
    -------
    Activity
        A row of year x stands once for each year of emission from x on, with that year as its period and the years
        passed as the parameter ``age``. Years of emission are those of all other rows; where there are none, those of
        the rows themselves. Rows keep the place where they were read.

    Raises
    ------
    InputUnreadable
        When the activity stays on disk (Parquet).

    Notes
    -----
    The emission of a year is the sum over earlier years of deposit x coefficient(age): the same exact multiplication as
    of any other rule, with the same proof.
    """
    rules = [rule for rule in method.rules if rule.model]
    if not rules:
        return activity
    if activity.frame is None:
        raise InputUnreadable(
            file=activity.name,
            sheet="",
            detail_zh=f"方法 {method.id} 有逐年模型，不能直接核算 Parquet",
            detail_en=f"method {method.id} has a model over years, which Parquet data cannot go through",
            mend_zh="请改用 CSV、Excel 或内存中的表。",
            mend_en="Use CSV, Excel or a table in memory.",
        )
    frame = activity.frame.with_row_index("__order")
    own = frame.filter(_of(frame, rules))
    if not own.height:
        return activity
    other = frame.join(own.select("__order"), on="__order", how="anti")
    reported = _years(other) or _years(own)
    rows = [grown for row in own.iter_rows(named=True) for grown in _grown(row, reported)]
    whole = pl.concat(
        [other, pl.DataFrame(rows, schema=_schema(own), infer_schema_length=None)], how="diagonal"
    )
    return replace(activity, frame=whole.sort("__order", "period").drop("__order"))


def gathered(frame: pl.DataFrame) -> pl.DataFrame:
    """The rows as they were read: what `spread` repeated stands once, in its own period.

    Examples
    --------
    >>> frame = pl.DataFrame({"period": ["2020", "2021"], "__order": [1, 1], "__stated_period": ["2019", "2019"]})
    >>> gathered(frame).get_column("period").to_list()
    ['2019']
    """
    if _STATED not in frame.columns:
        return frame
    place = [name for name in frame.columns if name.startswith("__") and name != _STATED]
    once = frame.filter(pl.col(_STATED).is_null() | pl.struct(*place, _STATED).is_first_distinct())
    return once.with_columns(pl.coalesce(_STATED, "period").alias("period")).drop(_STATED)


def copies(activity: Activity) -> int:
    """How many rows `spread` added to those that were read."""
    return 0 if activity.frame is None else activity.frame.height - gathered(activity.frame).height


def _schema(frame: pl.DataFrame) -> dict[str, Any]:
    return {**frame.schema, "parameters": pl.String, _STATED: pl.String}


def _of(frame: pl.DataFrame, rules: Sequence[Rule]) -> pl.Series:
    """Which rows a rule over years is for."""
    named = [name for name in _ASKED if name in frame.columns]
    known: dict[tuple[str, ...], bool] = {}
    for row in frame.select(named).unique().iter_rows():
        asked = dict(zip(named, row, strict=True))
        known[row] = near_items(asked["item"]) is None and any(
            matches(rule.when, known_item(asked["item"]), parse_unit(asked["unit"]).dimension,
                    asked.get("sector", ""), asked.get("activity", ""))
            for rule in rules
        )  # fmt: skip
    return pl.Series([known[row] for row in frame.select(named).iter_rows()], dtype=pl.Boolean)


def _years(frame: pl.DataFrame) -> list[int]:
    return sorted({int(text[:4]) for text in frame.get_column("period").to_list()})


def _grown(row: Mapping[str, Any], reported: Sequence[int]) -> list[dict[str, Any]]:
    """A row once for each year in which it emits, at least for its own."""
    year = int(row["period"][:4])
    stated = str(row.get("parameters") or "")
    return [
        {
            **row,
            "period": str(later),
            _STATED: row["period"],
            "parameters": canonical_parameters(f"{stated}; {AGE}={later - year} year"),
        }
        for later in [one for one in reported if one >= year] or [year]
    ]
