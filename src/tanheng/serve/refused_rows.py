"""Why rows were refused, in a sentence beside each."""

from __future__ import annotations

import polars as pl

from tanheng.activity.findings import place
from tanheng.activity.reading.reasons import refusal
from tanheng.errors import language

_LONGEST = 500


def with_reasons(frame: pl.DataFrame) -> pl.DataFrame:
    """Refused rows with ``__reason``: what was wrong with which cell and how it is mended, in the language of messages.

    Examples
    --------
    >>> from tanheng.errors import use_language
    >>> use_language("en")
    >>> row = {"__file": ["a.csv"], "__row": [2], "__code": ["A-102"], "__column": ["amount"], "amount": ["-1"]}
    >>> with_reasons(pl.DataFrame(row)).get_column("__reason").item()[:53]
    "[A-102] a.csv, row 2: column 'amount': -1 is negative"
    """
    if "__code" not in frame.columns:
        return frame
    lang = language()
    said = []
    for row in frame.iter_rows(named=True):
        if known := row.get(f"reason_{lang}"):
            said.append(known)
            continue
        column = row.get("__column") or ""
        where = place(row.get("__file") or "", row.get("__sheet") or "", row.get("__row"))
        found = refusal(
            row["__code"], column, (), where=where, value=row.get(column) or row.get("text") or "",
            unit=row.get("unit") or "", other=("另一行", "another row"),
        )  # fmt: skip
        said.append(found.message(lang)[:_LONGEST])
    return frame.with_columns(pl.Series("__reason", said, dtype=pl.String))
