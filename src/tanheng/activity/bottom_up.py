"""Bottom-up against top-down: what enterprises report beside what a balance or yearbook says, cell by cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from tanheng.activity.activity import Activity, read_activity
from tanheng.activity.check_base import (
    DIMENSION,
    VALUE,
    capped,
    factor_of,
    figure,
    label,
    percent,
    with_values,
)
from tanheng.activity.findings import Finding
from tanheng.errors import ColumnMissing

_CODES = {"excess": "Q-050", "unlisted": "Q-051", "uncovered": "Q-052", "short": "Q-053", "units": "Q-054"}
_ROUNDING = 1e-9


@dataclass(frozen=True)
class BottomUp:
    """Both sources side by side; neither is changed and nothing is added to a total."""

    table: pl.DataFrame
    findings: list[Finding]


def bottom_up(
    activity: Any, balance: Any, *, by: Sequence[str] = ("period", "item"), tolerance: float = 0.05
) -> BottomUp:
    """Hold sums of enterprises' rows against a balance or yearbook, cell by cell.

    Parameters
    ----------
    activity : Activity, path or table
        Rows of enterprises, facilities or meters, in any unit of the item's dimension.
    balance : Activity, path or table
        Rows of the balance or yearbook; several rows of one cell are added up.
    by : sequence of str
        Columns of a cell, such as ``("period", "item", "sector")``.
    tolerance : float
        Largest difference that agrees, as a fraction of the balance.

    Returns
    -------
    BottomUp
        ``table`` with the columns of ``by``, ``unit`` (the balance's, where it has the cell), ``enterprises`` and
        ``balance`` in it, ``rows`` (of enterprises), ``difference`` (enterprises minus balance), ``share``
        (difference as a fraction of the balance) and ``verdict``: agrees, excess, short, uncovered (balance only),
        unlisted (enterprises only), units (dimensions differ, not compared). ``findings`` holds those of reading both
        sources and one for each cell that does not agree.

    Raises
    ------
    ColumnMissing
        When a source lacks a column of ``by``.

    Examples
    --------
    >>> head = {"entity": ["A", "B"], "period": ["2021"] * 2, "item": ["diesel"] * 2, "unit": ["t"] * 2}
    >>> plants = pl.DataFrame(head | {"amount": [700.0, 400.0]})
    >>> whole = pl.DataFrame({"entity": ["城"], "period": ["2021"], "item": ["diesel"], "amount": [0.1], "unit": ["万t"]})
    >>> found = bottom_up(plants, whole)
    >>> found.table.select("enterprises", "balance", "verdict").row(0)
    (0.11, 0.1, 'excess')
    """
    below, above = (
        read_activity(activity, name="enterprises"),
        read_activity(balance, name="balance"),
    )
    keys = list(by)
    cells = _cells(_rows(below), keys, "enterprises").join(
        _cells(_rows(above), keys, "balance"), on=[*keys, DIMENSION], how="full", coalesce=True
    )
    rows = [_compared(row, tolerance) for row in _ordered(cells, keys).to_dicts()]
    shown = [*keys, "unit", "enterprises", "balance", "rows", "difference", "share", "verdict"]
    kinds: dict[str, Any] = dict.fromkeys(keys, pl.String) | {
        "unit": pl.String,
        "rows": pl.Int64,
        "verdict": pl.String,
    }
    schema = {name: kinds.get(name, pl.Float64) for name in shown}
    made = [_finding(row, keys, tolerance) for row in rows if row["verdict"] in _CODES]
    made = [found for code in _CODES.values() for found in capped([one for one in made if one.code == code])]
    return BottomUp(pl.DataFrame(rows, schema=schema), [*below.findings, *above.findings, *made])


def _rows(source: Activity) -> pl.DataFrame:
    """Good rows under canonical names; Parquet on disk has names of its own."""
    if source.frame is not None:
        return source.frame
    return source.to_polars().select(pl.col(there).alias(name) for name, there in source.mapping.items())


def _cells(frame: pl.DataFrame, keys: list[str], side: str) -> pl.DataFrame:
    """One row a cell and dimension: its sum in canonical units, how many rows, the unit of the first."""
    for name in keys:
        if name not in frame.columns:
            raise ColumnMissing(
                file=side, sheet="", column=name, header=" | ".join(frame.columns), names=", ".join(keys)
            )
    texts = frame.with_columns(pl.col(keys).cast(pl.String).fill_null(""))
    return (
        with_values(texts)
        .group_by([*keys, DIMENSION], maintain_order=True)
        .agg(
            pl.col(VALUE).sum().alias(side),
            pl.len().cast(pl.Int64).alias(f"rows_{side}"),
            pl.col("unit").first().alias(f"unit_{side}"),
        )
    )


def _ordered(cells: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """Cells in order, and whether each is present in another dimension on the other side."""
    both = (pl.col("enterprises").is_not_null().any() & pl.col("balance").is_not_null().any()).over(keys)
    alone = pl.col("enterprises").is_null() | pl.col("balance").is_null()
    return cells.with_columns((both & alone).alias("apart")).sort([*keys, DIMENSION])


def _compared(row: dict[str, Any], tolerance: float) -> dict[str, Any]:
    unit = row["unit_balance"] or row["unit_enterprises"]
    below, above = (
        None if row[side] is None else row[side] / factor_of(unit) for side in ("enterprises", "balance")
    )
    gap = None if below is None or above is None else below - above
    compared = {
        "unit": unit,
        "enterprises": below,
        "balance": above,
        "rows": row["rows_enterprises"] or 0,
        "difference": gap,
        "share": gap / above if gap is not None and above else None,
        "verdict": _verdict(below, above, tolerance) if not row["apart"] else "units",
    }
    return row | compared


def _verdict(below: float | None, above: float | None, tolerance: float) -> str:
    if below is None:
        return "uncovered"
    if above is None:
        return "unlisted"
    if abs(below - above) <= abs(above) * (tolerance + _ROUNDING):
        return "agrees"
    return "excess" if below > above else "short"


def _finding(row: dict[str, Any], keys: list[str], tolerance: float) -> Finding:
    shown = {
        key: figure(row[key]) for key in ("enterprises", "balance", "difference") if row[key] is not None
    }
    fields: dict[str, Any] = shown | {
        "subject": label(row, keys),
        "unit": row["unit"],
        "share": percent(row["share"]) if row["share"] is not None else "–",
        "covered": percent(row["enterprises"] / row["balance"])
        if row["verdict"] == "short" and row["balance"]
        else "–",
        "limit": percent(tolerance),
        "number": row["rows"],
    }
    kept = {key: row[key] for key in [*keys, "unit", "enterprises", "balance"] if row[key] is not None}
    return Finding(_CODES[row["verdict"]], fields, (kept,))
