"""series 序列: periods that a series lacks, jumps with those across a gap told apart, and changes of dimension."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import polars as pl

from tanheng.activity.checks.base import (
    DIMENSION,
    VALUE,
    CheckTables,
    Pair,
    Spec,
    factor_of,
    label,
    listed,
    shown_rows,
    where,
)
from tanheng.activity.checks.jump import jumps, series_in
from tanheng.activity.findings import Finding
from tanheng.activity.periods import period_at, place_of

GAP, JUMP_ACROSS, DIMENSION_CHANGE = "Q-040", "Q-041", "Q-044"
_A_YEAR = {"year": 1, "quarter": 4, "month": 12}
"""Periods of a kind in a year: no series is taken for one of every second year."""
_KIND, _PLACE, _EARLIER, _STEP = "__kind", "__place", "__earlier", "__step"


def check_series(spec: Spec, tables: CheckTables) -> list[Finding]:
    """Jumps, gaps and changes of dimension of every series.

    Parameters
    ----------
    spec : mapping
        ``by``: columns that make a series; ``limit``: largest relative change, a fraction.
    tables : CheckTables
        Activity and parts; several rows of one series and period are added up.

    Returns
    -------
    list of Finding
        The changes that `check_jump` finds, from one known period to the next: Q-002 where the two follow one another,
        Q-041 where years lie between them that the series lacks; Q-040 for each gap, whatever the change across it; Q-044
        where a series goes on in a unit of another dimension, which is not compared. Jumps of months and quarters are
        those against the same month or quarter of another year; a gap is a step left out, the step being the smallest
        between two periods of the series and a year at most. A method needs this check or ``jump``, not both.

    Examples
    --------
    >>> rows = pl.DataFrame({"item": ["coal"] * 3, "period": ["2014", "2015", "2017"], "amount": [20.0, 21.0, 38.0], "unit": ["t"] * 3})
    >>> [(one.code, one.fields["period"]) for one in check_series({"by": ["item"], "limit": 0.5}, CheckTables(rows))]
    [('Q-041', '2017'), ('Q-040', '2017')]
    """
    findings: list[Finding] = []
    for points, by in series_in(tables, spec):
        known = _placed(points, by)
        findings += _told_apart(jumps(points, by, float(spec["limit"])), known, by)
        findings += listed(_gaps(known, by), functools.partial(_gap, by=by))
        findings += _dimensions(known, by)
    return findings


def _placed(known: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    """The points in their order, with kind and place of their periods."""
    texts = known.get_column("period").unique().to_list()
    places = {text: place_of(text) for text in texts} or {"": ("", 0)}
    kinds = {text: kind for text, (kind, _) in places.items()}
    numbers = {text: place for text, (_, place) in places.items()}
    return known.with_columns(
        pl.col("period").replace_strict(kinds, return_dtype=pl.String).alias(_KIND),
        pl.col("period").replace_strict(numbers, return_dtype=pl.Int64).alias(_PLACE),
    ).sort([*by, _KIND, _PLACE, DIMENSION])


def _told_apart(found: list[Finding], known: pl.DataFrame, by: list[str]) -> list[Finding]:
    """Jumps, those across years that the series lacks by a code of their own."""
    if not found:
        return []
    there = {tuple(str(cell or "") for cell in row) for row in known.select(*by, "period").iter_rows()}
    return [_across(finding, there, by) for finding in found]


def _across(finding: Finding, there: set[tuple[str, ...]], by: list[str]) -> Finding:
    row = finding.rows[0]
    earlier, later = str(row["previous_period"]), str(row["period"])
    series = tuple(str(row.get(name) or "") for name in by)
    between = [f"{year}{later[4:]}" for year in range(int(earlier[:4]) + 1, int(later[:4]))]
    missing = [name for name in between if _exists(name) and (*series, name) not in there]
    if not missing:
        return finding
    years = int(later[:4]) - int(earlier[:4])
    more = {"missing": _named(missing), "yearly": _yearly(row, years)}
    return replace(finding, code=JUMP_ACROSS, fields={**finding.fields, **more})


def _exists(period: str) -> bool:
    """Whether the calendar has a period: not every year has a 29 February."""
    try:
        place_of(period)
    except ValueError:
        return False
    return True


def _named(names: list[str]) -> Pair:
    """The missing periods, a run of more than three by its ends."""
    if len(names) > 3:
        return (f"{names[0]}–{names[-1]}",) * 2
    return "、".join(names), ", ".join(names)


def _yearly(row: Mapping[str, Any], years: int) -> str:
    before, now = row["previous_amount"], row["amount"]
    return f"{((now / before) ** (1 / years) - 1) * 100:+.1f}%" if before > 0 else "–"


def _gaps(known: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    """Periods that come two steps or more after the one before, in whatever unit that is."""
    series = [*by, _KIND]
    distance = pl.col(_PLACE) - pl.col(_PLACE).shift(1).over(series)
    most = pl.col(_KIND).replace_strict(_A_YEAR, default=None, return_dtype=pl.Int64)
    return (
        known.unique([*series, _PLACE], keep="first", maintain_order=True)
        .with_columns(pl.col("period").shift(1).over(series).alias(_EARLIER), distance.alias("__distance"))
        .with_columns(pl.min_horizontal(pl.col("__distance").min().over(series), most).alias(_STEP))
        .filter(pl.col("__distance") >= 2 * pl.col(_STEP))
        .drop("__distance")
    )


def _gap(row: dict[str, Any], by: list[str]) -> Finding:
    start = place_of(row[_EARLIER])[1]
    missing = [period_at(row[_KIND], at) for at in range(start + row[_STEP], row[_PLACE], row[_STEP])]
    fields = {
        "where": where(row),
        "subject": label(row, by),
        "missing": _named(missing),
        "other_period": row[_EARLIER],
        "period": row["period"],
    }
    kept = {name: value for name, value in row.items() if name not in {_KIND, _PLACE, _EARLIER, _STEP}}
    kept |= {
        "amount": row[VALUE] / factor_of(row["unit"]),
        "previous_period": row[_EARLIER],
        "missing": len(missing),
    }
    return Finding(GAP, fields, shown_rows([kept]))


def _dimensions(known: pl.DataFrame, by: list[str]) -> list[Finding]:
    """Where a series has another dimension than in the period before."""
    mixed = known.filter(pl.col(DIMENSION).n_unique().over([*by, _KIND]) > 1)
    found: list[Finding] = []
    for _, series in mixed.group_by([*by, _KIND], maintain_order=True):
        before: list[dict[str, Any]] = []
        for _, now in series.group_by(_PLACE, maintain_order=True):
            rows = now.to_dicts()
            if before and not {row[DIMENSION] for row in rows} & {row[DIMENSION] for row in before}:
                found.append(_dimension(rows[0], before[0], by))
            before = rows
    return found


def _dimension(row: dict[str, Any], before: dict[str, Any], by: list[str]) -> Finding:
    fields = {
        "where": where(row),
        "subject": label(row, by),
        "period": row["period"],
        "unit": row["unit"],
        "other_period": before["period"],
        "expected": before["unit"],
    }
    kept = {name: value for name, value in row.items() if name not in {_KIND, _PLACE}}
    kept |= {"amount": row[VALUE] / factor_of(row["unit"]), "previous_period": before["period"]}
    return Finding(DIMENSION_CHANGE, fields, shown_rows([kept]))
