"""The digest of an inventory: one hash of its canonical rows."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable

import polars as pl

_UNSIGNED = {"cell", "reason_zh", "reason_en"}
"""What of unmatched activity is a number of ours or a wording, which the code stands for."""


def digest_of(emissions: pl.DataFrame, unmatched: pl.DataFrame, dimensions: Iterable[str]) -> str:
    """SHA-256 of the sorted rows, without run id and time.

    Parameters
    ----------
    emissions, unmatched : DataFrame
        As in `Inventory`.
    dimensions : iterable of str
        Columns of ``emissions`` that tell its cells apart.
    """
    fields = [*sorted(dimensions), "amount_micro", "memo", "coefficient", "nano", "factors"]
    lines = emissions.select(
        pl.concat_str([_written(emissions, name) for name in fields], separator="\x1f")
    ).to_series()
    missing = [
        json.dumps({k: v for k, v in row.items() if k not in _UNSIGNED}, sort_keys=True, default=str)
        for row in unmatched.to_dicts()
    ]
    text = "\n".join(["\x1f".join(fields), *lines.sort().to_list(), *sorted(missing)])
    return hashlib.sha256(text.encode()).hexdigest()


def _written(frame: pl.DataFrame, name: str) -> pl.Expr:
    """A column as text that is the same everywhere and holds no separator; floats in full as hexadecimal."""
    column = pl.col(name)
    if frame.schema[name] == pl.Float64:
        table = {value: value.hex() for value in frame.get_column(name).unique().drop_nulls().to_list()}
        return column.replace_strict(table, default="", return_dtype=pl.String)
    if frame.schema[name] == pl.String:
        return column.fill_null("").str.replace_many(["\\", "\x1f", "\n"], ["\\\\", "\\u", "\\n"])
    return column.cast(pl.String).fill_null("")
