"""The digest of an inventory: one hash of its canonical rows."""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Iterable, Iterator, Sequence

import polars as pl

_UNSIGNED = {"cell", "reason_zh", "reason_en"}
"""What of unmatched activity is a number of ours or a wording, which the code stands for."""
_BLOCK = 100_000
"""Rows that are written out at a time."""


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
    missing = [
        json.dumps({k: v for k, v in row.items() if k not in _UNSIGNED}, sort_keys=True, default=str)
        for row in unmatched.to_dicts()
    ]
    found = hashlib.sha256("\x1f".join(fields).encode())
    for line in itertools.chain(_lines(emissions, fields), sorted(missing)):
        found.update(b"\n")
        found.update(line.encode())
    return found.hexdigest()


def _lines(emissions: pl.DataFrame, fields: Sequence[str], at: int = 0) -> Iterator[str]:
    """The rows as texts in order, some at a time: those of many rows are larger than all the rest.

    A text of one field never begins another, as each ends in a mark that none holds: rows in order by one field, with the
    mark, and then among themselves, are in order as a whole.
    """
    if emissions.height <= _BLOCK or at == len(fields):
        whole = pl.concat_str([_written(emissions, name) for name in fields], separator="\x1f")
        yield from emissions.select(whole).to_series().sort()
        return
    field = emissions.select(_written(emissions, fields[at]) + "\x1f").to_series()
    for texts in _batches(field.value_counts(sort=False).sort(field.name)):
        inside = emissions.filter(field.is_in(texts))
        yield from _lines(inside, fields, at + 1)


def _batches(counts: pl.DataFrame) -> Iterator[list[str]]:
    """Texts in order, as many at a time as stand in `_BLOCK` rows, and at least one."""
    batch: list[str] = []
    rows = 0
    for text, count in counts.iter_rows():
        if batch and rows + count > _BLOCK:
            yield batch
            batch, rows = [], 0
        batch.append(text)
        rows += count
    if batch:
        yield batch


def _written(frame: pl.DataFrame, name: str) -> pl.Expr:
    """A column as text that is the same everywhere and holds no separator; floats in full as hexadecimal."""
    column = pl.col(name)
    if frame.schema[name] == pl.Float64:
        table = {value: value.hex() for value in frame.get_column(name).unique().drop_nulls().to_list()}
        return column.replace_strict(table, default="", return_dtype=pl.String)
    if frame.schema[name] == pl.String:
        return column.fill_null("").str.replace_many(["\\", "\x1f", "\n"], ["\\\\", "\\u", "\\n"])
    return column.cast(pl.String).fill_null("")
