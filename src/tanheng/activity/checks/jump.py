"""jump 突变: a series that changes too much from one period to the next one known."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl

from tanheng.activity.checks.base import (
    DIMENSION,
    VALUE,
    CheckTables,
    Spec,
    factor_of,
    figure,
    label,
    listed,
    present,
    shown_rows,
    where,
    with_values,
)
from tanheng.activity.findings import Finding

SEASON = "__season"


def check_jump(spec: Spec, tables: CheckTables) -> list[Finding]:
    """Year-on-year changes beyond a limit, also across missing years.

    Parameters
    ----------
    spec : mapping
        ``by``: columns that make a series; ``limit``: largest relative change, a fraction.
    tables : CheckTables
        Activity and parts; several rows of one series and period are added up.

    Returns
    -------
    list of Finding
        Q-002 for each change from a known period to the next known one, whatever the gap between them. Months and
        quarters are compared with the same month or quarter of another year.

    Examples
    --------
    >>> rows = pl.DataFrame({"item": ["coal"] * 2, "period": ["2015", "2017"], "amount": [20.0, 38.0], "unit": ["t"] * 2})
    >>> [finding.code for finding in check_jump({"by": ["item"], "limit": 0.5}, CheckTables(rows))]
    ['Q-002']
    """
    return [
        found for known, by in series_in(tables, spec) for found in jumps(known, by, float(spec["limit"]))
    ]


def series_in(tables: CheckTables, spec: Spec) -> Iterator[tuple[pl.DataFrame, list[str]]]:
    """Points of the series in activity and in parts, and the columns that make a series.

    One row a series, dimension and period: the sum in canonical units, the unit of the first row and where it stands.
    """
    for frame in (tables.activity, tables.parts):
        if frame is not None and frame.height:
            by = [name for name in present(spec["by"], frame) if name != "period"]
            kept = ["unit", *present(["__file", "__sheet", "__row"], frame)]
            points = with_values(frame.select(*by, "period", "amount", *kept)).group_by(
                [*by, DIMENSION, "period"]
            )
            yield points.agg(pl.col(VALUE).sum(), *(pl.col(name).first() for name in kept)), by


def jumps(known: pl.DataFrame, by: list[str], limit: float) -> list[Finding]:
    """The jumps among points, as `check_jump` tells them."""
    series = [*by, DIMENSION, SEASON]
    steps = (
        known.with_columns(pl.col("period").str.slice(4).alias(SEASON))
        .sort([*series, "period"])
        .with_columns(
            pl.col(VALUE).shift(1).over(series).alias("__before"),
            pl.col("period").shift(1).over(series).alias("__earlier"),
        )
        .filter(pl.col("__before").is_not_null())
    )
    moved = (pl.col(VALUE) - pl.col("__before")).abs()
    beyond = steps.filter(moved > limit * pl.col("__before") * (1 + 1e-12))
    return listed(beyond, lambda row: _finding(row, by, limit))


def _finding(row: dict[str, Any], by: list[str], limit: float) -> Finding:
    factor = factor_of(row["unit"])
    before, now = row["__before"] / factor, row[VALUE] / factor
    change: Any = f"{(now / before - 1) * 100:+.1f}%" if before else ("由零起", "from zero")
    fields = {
        "where": where(row),
        "subject": label(row, by),
        "other_period": row["__earlier"],
        "other_value": figure(before),
        "period": row["period"],
        "value": figure(now),
        "unit": row["unit"],
        "change": change,
        "limit": f"{limit:.0%}",
    }
    kept = {**row, "amount": now, "previous_period": row["__earlier"], "previous_amount": before}
    drop = ("__before", "__earlier", SEASON)
    return Finding("Q-002", fields, shown_rows([{k: v for k, v in kept.items() if k not in drop}]))
