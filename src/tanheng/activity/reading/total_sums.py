"""Rows of totals held against the rows that they add up: a difference may be a row that is missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import polars as pl

from tanheng.activity.clean import is_total, unit_of
from tanheng.activity.findings import Finding
from tanheng.activity.reading.layout import FILE, SHEET
from tanheng.activity.reading.sheets import SHOWN

DIFFERS = "A-195"
_KEYS = (FILE, SHEET, "entity", "period", "item", "region", "sector", "activity", "gas", "equipment")
_MOST_ROUNDED = 20
"""Roundings that may add up; more of them cancel out."""
_FRACTION = r"\.(\d*[1-9])"


def total_sums(totals: pl.DataFrame, column: str, others: pl.DataFrame) -> Iterator[dict[str, Any]]:
    """Rows of totals that are not the sum of the rows with the same keys, each with ``parts`` and ``count`` of these.

    Parameters
    ----------
    totals, others : DataFrame
        Rows with ``amount`` in ``unit`` and columns that tell rows apart; an empty text says nothing.
    column : str
        The column of ``totals`` that names totals.

    Notes
    -----
    Compared is where all rows with the keys that the total states have units of its dimension. Of several totals with the
    same keys the largest, or all of them, must be the sum; that of all rows of the sheet does as well. Half a unit of the
    last digit is allowed for each number.

    Examples
    --------
    >>> rows = pl.DataFrame({"item": ["diesel", "gasoline"], "amount": [100.0, 50.0], "unit": ["t", "t"]})
    >>> total = pl.DataFrame({"entity": ["合计"], "item": [""], "amount": [180.0], "unit": ["t"]})
    >>> [(one["amount"], one["parts"], one["count"]) for one in total_sums(total, "entity", rows)]
    [(180.0, 150.0, 2)]
    """
    keys = [name for name in _KEYS if name in totals.columns and name in others.columns and name != column]
    rows, said = _measured(others), _measured(totals)
    for name in keys:
        words = [text for text in said.get_column(name).unique().to_list() if not text or is_total(text)]
        said = said.with_columns(
            pl.when(pl.col(name).is_in(words)).then(None).otherwise(pl.col(name)).alias(name)
        )
    stated = pl.concat_str(pl.col(name).is_not_null().cast(pl.Int8) for name in keys) if keys else pl.lit("")
    for _, alike in said.group_by(stated.alias("__stated"), maintain_order=True):
        on = [name for name in keys if alike.get_column(name).null_count() == 0]
        yield from _differing(alike, rows, on)


def differing(
    row: Mapping[str, Any], value: str, where: tuple[str, str], evidence: Mapping[str, Any]
) -> Finding:
    """The doubt about a row that `total_sums` gives."""
    fields = {
        "where": where,
        "value": value,
        "unit": row["unit"],
        "count": row["count"],
        "amount": f"{row['amount']:,.12g}",
        "parts": f"{row['parts']:,.12g}",
        "gap": f"{row['amount'] - row['parts']:+,.12g}",
    }
    return Finding(DIFFERS, fields, ({**evidence, "amount": row["amount"], "parts": row["parts"]},))


def listed(found: Sequence[Finding]) -> list[Finding]:
    """The first of some findings; the last of them counts the rest."""
    shown = list(found[:SHOWN])
    if len(found) > SHOWN:
        shown[-1] = replace(shown[-1], count=len(found) - SHOWN + 1)
    return shown


def _measured(frame: pl.DataFrame) -> pl.DataFrame:
    """Rows with ``__value`` in the canonical unit, its ``__dimension`` and ``__step``, one of the last digit that is written."""
    units = {text: unit_of(text) for text in frame.get_column("unit").unique().to_list()} or {"": None}
    factors = {text: unit.factor if unit else None for text, unit in units.items()}
    dimensions = {text: unit.canonical if unit else None for text, unit in units.items()}
    factor = pl.col("unit").replace_strict(factors, return_dtype=pl.Float64)
    digits = pl.col("amount").cast(pl.String).str.extract(_FRACTION).str.len_chars().fill_null(0)
    return frame.with_columns(
        (pl.col("amount") * factor).alias("__value"),
        pl.col("unit").replace_strict(dimensions, return_dtype=pl.String).alias("__dimension"),
        (factor * pl.lit(10.0).pow(-digits.cast(pl.Float64))).alias("__step"),
    ).filter(pl.col("__value").is_finite())


def _differing(totals: pl.DataFrame, rows: pl.DataFrame, on: list[str]) -> Iterator[dict[str, Any]]:
    marked = [*on, "__dimension"]
    largest = totals.sort("__value", descending=True, maintain_order=True).group_by(
        marked, maintain_order=True
    )
    tops = largest.agg(pl.all().exclude(marked).first(), pl.col("__value").sum().alias("__together"))
    both = _beside(tops, rows, on, "")
    here = [name for name in (FILE, SHEET) if name in on]
    both = _beside(both, rows, here, "_here") if here != on else both
    alike = (pl.col("__kinds") == 1) & (pl.col("__of") == pl.col("__dimension"))
    ends = [end for end in ("", "_here") if f"__sum{end}" in both.columns]
    off = [_away(name, end) for name in ("__value", "__together") for end in ends]
    for row in both.filter(alike, *off).iter_rows(named=True):
        yield {**row, "parts": row["__sum"] * row["amount"] / row["__value"]}


def _beside(totals: pl.DataFrame, rows: pl.DataFrame, on: list[str], end: str) -> pl.DataFrame:
    """Totals with what the rows of the same keys add up to."""
    sums = [
        pl.col("__value").sum().alias(f"__sum{end}"),
        pl.len().alias(f"count{end}"),
        pl.col("__dimension").n_unique().alias(f"__kinds{end}"),
        pl.col("__dimension").first().alias(f"__of{end}"),
        pl.col("__step").min().alias(f"__finest{end}"),
    ]
    if on:
        return totals.join(rows.group_by(on).agg(sums), on=on, how="inner", maintain_order="left")
    return totals.join(rows.select(sums), how="cross")


def _away(name: str, end: str) -> pl.Expr:
    """Whether a total is not the sum, beyond what the rounding of each number explains."""
    step = pl.min_horizontal("__step", f"__finest{end}")
    allowed = pl.min_horizontal(pl.col(f"count{end}") + 1, _MOST_ROUNDED) * step / 2
    return (pl.col(name) - pl.col(f"__sum{end}")).abs() > allowed + 1e-9 * pl.col(f"__sum{end}")
