"""series 序列: years that a series lacks, and jumps, with those across a gap told apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import polars as pl

from tanheng.activity.check_base import (
    DIMENSION,
    VALUE,
    CheckTables,
    Spec,
    factor_of,
    label,
    listed,
    present,
    shown_rows,
    where,
    with_values,
)
from tanheng.activity.check_jump import check_jump
from tanheng.activity.findings import Finding

JUMP, GAP, JUMP_ACROSS = "Q-002", "Q-040", "Q-041"
_SEASON, _EARLIER = "__season", "__earlier"


def check_series(spec: Spec, tables: CheckTables) -> list[Finding]:
    """Jumps and gaps of every series.

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
        Q-041 where years lie between them; and Q-040 for each gap, whatever the change across it. Months and quarters
        are compared with the same month or quarter of another year. A method needs this check or ``jump``, not both.

    Examples
    --------
    >>> rows = pl.DataFrame({"item": ["coal"] * 3, "period": ["2014", "2015", "2017"], "amount": [20.0, 21.0, 38.0], "unit": ["t"] * 3})
    >>> [(one.code, one.fields["period"]) for one in check_series({"by": ["item"], "limit": 0.5}, CheckTables(rows))]
    [('Q-041', '2017'), ('Q-040', '2017')]
    """
    jumps = [_across(finding) for finding in check_jump(spec, tables)]
    frames = [frame for frame in (tables.activity, tables.parts) if frame is not None and frame.height]
    return [*jumps, *(gap for frame in frames for gap in _gaps(frame, spec))]


def _across(finding: Finding) -> Finding:
    """The jump as one across a gap, where years lie between its two periods."""
    row = finding.rows[0]
    years = _missing(str(row["previous_period"]), str(row["period"]))
    if not years:
        return finding
    more = {"missing": _listed(years, str(row["period"])), "yearly": _yearly(row, len(years) + 1)}
    return replace(finding, code=JUMP_ACROSS, fields={**finding.fields, **more})


def _missing(earlier: str, later: str) -> list[int]:
    return list(range(int(earlier[:4]) + 1, int(later[:4])))


def _listed(years: list[int], period: str) -> tuple[str, str]:
    """The missing periods, a run of more than three by its ends."""
    names = [f"{year}{period[4:]}" for year in years]
    if len(names) > 3:
        return (f"{names[0]}–{names[-1]}",) * 2
    return "、".join(names), ", ".join(names)


def _yearly(row: Mapping[str, Any], years: int) -> str:
    before, now = row["previous_amount"], row["amount"]
    return f"{((now / before) ** (1 / years) - 1) * 100:+.1f}%" if before > 0 else "–"


def _gaps(frame: pl.DataFrame, spec: Spec) -> list[Finding]:
    by = [name for name in present(spec["by"], frame) if name != "period"]
    series = [*by, DIMENSION, _SEASON]
    places = present(["__file", "__sheet", "__row"], frame)
    year = pl.col("period").str.slice(0, 4).cast(pl.Int64)
    earlier = pl.col("period").shift(1).over(series)
    gaps = (
        with_values(frame)
        .with_columns(pl.col("period").str.slice(4).alias(_SEASON))
        .group_by([*series, "period"])
        .agg(pl.col(VALUE).sum(), pl.col("unit").first(), *(pl.col(name).first() for name in places))
        .sort([*series, "period"])
        .with_columns(earlier.alias(_EARLIER))
        .filter(year - pl.col(_EARLIER).str.slice(0, 4).cast(pl.Int64) > 1)
    )
    return listed(gaps, lambda row: _gap(row, by))


def _gap(row: dict[str, Any], by: list[str]) -> Finding:
    years = _missing(row[_EARLIER], row["period"])
    fields = {
        "where": where(row),
        "subject": label(row, by),
        "missing": _listed(years, row["period"]),
        "other_period": row[_EARLIER],
        "period": row["period"],
    }
    kept = {name: value for name, value in row.items() if name not in {_SEASON, _EARLIER}}
    kept |= {
        "amount": row[VALUE] / factor_of(row["unit"]),
        "previous_period": row[_EARLIER],
        "missing": len(years),
    }
    return Finding(GAP, fields, shown_rows([kept]))
