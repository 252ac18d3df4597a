"""unit_slip 单位错位: a value about 10, 1000 or 10^4 times its like, or one of it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import polars as pl

from tanheng.activity.checks.base import (
    DIMENSION,
    NAMES,
    VALUE,
    CheckTables,
    Pair,
    Spec,
    factor_of,
    figure,
    label,
    present,
    shown_rows,
    where,
    with_values,
)
from tanheng.activity.claims.words import is_total
from tanheng.activity.findings import Finding

X, CENTRE, SPREAD, NEAREST, REFS, STEP = "__x", "__centre", "__spread", "__nearest", "__refs", "__step"
EARLIER, LATER = "__earlier", "__later"
FEWEST = 6
"""Entities that a comparison across entities needs."""


def check_unit_slip(spec: Spec, tables: CheckTables) -> list[Finding]:
    """Values off their like by one of the factors.

    Parameters
    ----------
    spec : mapping
        ``by``: columns that make data alike; ``factors`` of a slip; ``tolerance``: distance from a factor in powers of
        ten; ``per``: an item by whose amount the others are divided first (an intensity).
    tables : CheckTables
        Activity and parts; several rows of one cell are added up.

    Returns
    -------
    list of Finding
        Q-006 once for each cell, with what it was compared with.

    Notes
    -----
    On log10 of the values, in this order:

    - *series*: a value against the median of its two neighbours on either side. It is a slip if it is a factor away from
      that median and from each direct neighbour, and the neighbours agree with one another.
    - *step*: two neighbours a factor of 1000 or more apart (a unit changed from then on).
    - *like entities*: a value against the median of at least six entities in the same period, if it lies far outside
      their spread (scaled median absolute deviation) and dividing by the factor brings it back in; only where the
      series is too short to judge.
    - *part and whole*: a part at least three times its whole which a factor brings below it.

    Source
    ------
    Hampel identifier: Hampel 1974, The influence curve and its role in robust estimation, JASA 69.

    Examples
    --------
    >>> rows = pl.DataFrame({"item": ["coal"] * 4, "period": ["2018", "2019", "2020", "2021"],
    ...                      "amount": [5.0, 5.2, 51000.0, 5.1], "unit": ["万吨"] * 4})
    >>> spec = {"by": ["item"], "factors": [10, 1000, 10000], "tolerance": 0.3}
    >>> [(finding.code, finding.fields["factor"]) for finding in check_unit_slip(spec, CheckTables(rows))]
    [('Q-006', '10,000')]
    """
    findings: list[Finding] = []
    for frame in (tables.activity, tables.parts):
        if frame is not None and frame.height and "period" in frame.columns:
            findings += _in_frame(frame, spec)
    if tables.parts is not None and tables.parts.height:
        findings += _parts(tables, spec)
    return findings


def _in_frame(frame: pl.DataFrame, spec: Spec) -> list[Finding]:
    by = [name for name in present(["entity", *spec["by"]], frame) if name != "period"]
    by = list(dict.fromkeys(by))
    cells = _per(_cells(frame, by), spec)
    series = [*by, DIMENSION]
    like = [name for name in series if name != "entity"]
    measured = _measured(cells, series)
    seen: set[tuple[Any, ...]] = set()
    findings: list[Finding] = []
    kinds = [(_series(measured, spec), ("同一序列的邻近各期", "its neighbours in the series"))]
    kinds.append((_steps(measured, spec), ("上一期", "the period before")))
    if "entity" in by:
        alike = _like_entities(measured, like, spec)
        kinds.append((alike, ("同期同类主体的中位数", "the median of like entities")))
    for rows, words in kinds:
        for row in rows:
            key = tuple(row[name] for name in (*series, "period"))
            if key not in seen:
                seen.add(key)
                findings.append(_finding(row, words, spec))
    return findings


def _cells(frame: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    places = present(["__file", "__sheet", "__row"], frame)
    names = [name for name in present(NAMES, frame) if name not in {*by, "period"}]
    needed = dict.fromkeys([*by, "period", "amount", "unit", *names, *places])
    rows = (
        with_values(frame.select(*needed))
        .filter(pl.col(VALUE) > 0)
        .sort(VALUE, descending=True, maintain_order=True)
    )
    first = [pl.col(name).first() for name in ("unit", *names, *places)]
    return rows.group_by([*by, DIMENSION, "period"], maintain_order=True).agg(pl.col(VALUE).sum(), *first)


def _per(cells: pl.DataFrame, spec: Spec) -> pl.DataFrame:
    """Amounts as intensities, where the check says per which item."""
    if "per" not in spec or "item" not in cells.columns:
        return cells.with_columns(pl.col(VALUE).log10().alias(X))
    on = present(["entity", "period"], cells)
    base = cells.filter(pl.col("item") == spec["per"]).group_by(on).agg(pl.col(VALUE).sum().alias("__base"))
    joined = cells.filter(pl.col("item") != spec["per"]).join(base, on=on, how="inner")
    return joined.with_columns((pl.col(VALUE) / pl.col("__base")).log10().alias(X)).drop("__base")


def _measured(cells: pl.DataFrame, series: list[str]) -> pl.DataFrame:
    """Each cell with the centre, spread and distance of its neighbours in the series."""
    cells = cells.with_columns(pl.col("period").str.len_chars().alias("__kind")).sort(
        [*series, "__kind", "period"]
    )
    over = [*series, "__kind"]
    neighbours = [pl.col(X).shift(step).over(over) for step in (2, 1, -1, -2)]
    refs = pl.concat_list(neighbours).list.drop_nulls().alias(REFS)
    gaps = [pl.col(X) - pl.col(X).shift(step).over(over) for step in (1, -1)]
    farther = [
        (pl.col(X).shift(1).over(over) - pl.col(X).shift(2).over(over)).abs().alias(EARLIER),
        gaps[1].abs().alias(LATER),
    ]
    ordered = pl.col(REFS).list.sort()
    core = pl.when(pl.col(REFS).list.len() > 3).then(ordered.list.slice(1, 2)).otherwise(ordered)
    return cells.with_columns(
        refs, pl.concat_list(gaps).list.drop_nulls().alias(NEAREST), gaps[0].alias(STEP), *farther
    ).with_columns(
        pl.col(REFS).list.median().alias(CENTRE), (core.list.max() - core.list.min()).alias(SPREAD)
    )


def _powers(spec: Spec) -> list[tuple[float, float]]:
    return [(float(factor), math.log10(float(factor))) for factor in sorted(spec["factors"], reverse=True)]


def _series(measured: pl.DataFrame, spec: Spec) -> Iterator[dict[str, Any]]:
    tolerance = float(spec["tolerance"])
    away = pl.col(X) - pl.col(CENTRE)
    towards = pl.when(away > 0).then(pl.col(NEAREST).list.min()).otherwise(-pl.col(NEAREST).list.max())
    for factor, power in _powers(spec):
        agree = tolerance if power < 2 else 3 * tolerance
        hit = (
            (pl.col(REFS).list.len() > 1)
            & ((away.abs() - power).abs() <= tolerance)
            & (towards >= power - 2 * tolerance)
            & (pl.col(SPREAD) <= agree)
        )
        for row in measured.filter(hit).to_dicts():
            yield {**row, "__factor": factor}


def _steps(measured: pl.DataFrame, spec: Spec) -> Iterator[dict[str, Any]]:
    """A unit that changed from one period on: only large factors, for growth is no slip."""
    tolerance = float(spec["tolerance"])
    for factor, power in _powers(spec):
        if power >= 3:
            near = (pl.col(STEP).abs() - power).abs() <= tolerance
            lasting = (pl.col(EARLIER) <= 3 * tolerance) & (pl.col(LATER) <= 3 * tolerance)
            for row in measured.filter(near & (lasting | (pl.col(REFS).list.len() < 2))).to_dicts():
                yield {**row, "__factor": factor, CENTRE: row[X] - row[STEP]}


def _like_entities(measured: pl.DataFrame, like: list[str], spec: Spec) -> Iterator[dict[str, Any]]:
    group = [*like, "period"]
    deviation = (pl.col(X) - pl.col(CENTRE)).abs()
    rows = (
        measured.with_columns(
            pl.col(X).median().over(group).alias("__middle"), pl.len().over(group).alias("__many")
        )
        .filter((pl.col("__many") >= FEWEST) & (pl.col(REFS).list.len() < 2))
        .with_columns(pl.col("__middle").alias(CENTRE))
    )
    spread = (
        (measured.with_columns(pl.col(X).median().over(group).alias(CENTRE)))
        .group_by(group)
        .agg((deviation.median() * 1.4826).clip(lower_bound=0.1).alias("__scale"))
    )
    rows = rows.join(spread, on=group, how="left")
    away = (pl.col(X) - pl.col(CENTRE)).abs()
    for factor, power in _powers(spec):
        hit = (power >= 5 * pl.col("__scale")) & (away > 4 * pl.col("__scale"))
        back = (away - power).abs() <= 2.5 * pl.col("__scale")
        for row in rows.filter(hit & back).to_dicts():
            yield {**row, "__factor": factor}


def _parts(tables: CheckTables, spec: Spec) -> list[Finding]:
    assert tables.parts is not None
    parts = with_values(tables.parts)
    by = [
        name
        for name in ("entity", "period", "item")
        if name in parts.columns and name in tables.activity.columns
    ]
    whole = with_values(tables.activity)
    if "sector" in whole.columns:
        totals = [text for text in whole.get_column("sector").unique().to_list() if is_total(text or "")]
        only = whole.filter(pl.col("sector").is_in(totals))
        rest = whole.join(only, on=by, how="anti")
        whole = pl.concat([only, rest])
    sums = whole.group_by([*by, DIMENSION]).agg(pl.col(VALUE).sum().alias("__whole"))
    findings = []
    for row in parts.join(sums, on=[*by, DIMENSION], how="inner").to_dicts():
        times = row[VALUE] / row["__whole"] if row["__whole"] else 0.0
        factor = next((float(f) for f in sorted(spec["factors"]) if times <= f), None)
        if times >= 3 and factor is not None:
            row |= {"__factor": factor, CENTRE: math.log10(row["__whole"]), X: math.log10(row[VALUE])}
            findings.append(_finding(row, ("合计", "its whole"), {}))
    return findings


def _finding(row: dict[str, Any], like: Pair, spec: Spec) -> Finding:
    unit = row["unit"]
    value = row[VALUE] / factor_of(unit)
    fields = {
        "where": where(row),
        "subject": label(row, NAMES),
        "value": figure(value),
        "unit": unit,
        "like": like,
        "other_value": figure(float(f"{value * 10 ** (row[CENTRE] - row[X]):.4g}")),
        "factor": f"{row['__factor']:,.0f}",
    }
    helpers = {
        X,
        CENTRE,
        SPREAD,
        NEAREST,
        REFS,
        STEP,
        EARLIER,
        LATER,
        "__kind",
        "__middle",
        "__many",
        "__scale",
        "__whole",
        "__factor",
    }
    kept = {name: cell for name, cell in row.items() if name not in helpers}
    return Finding("Q-006", fields, shown_rows([{**kept, "amount": value}]))
