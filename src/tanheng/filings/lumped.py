"""Which values of a dimension a chart shows by themselves and which together: one rule for the web page and for Word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

BARS, REMOVALS = 12, 6
"""Bars of what is emitted, and of what is removed."""


@dataclass(frozen=True)
class Group:
    """What one mark of a chart stands for: a value (``code``), or under a sentence (``key``) the ``count`` others together."""

    code: str | None
    key: str
    count: int
    emission: float
    share: float | None
    removal: bool


def grouped(dimension: str, rows: Sequence[Mapping[str, Any]]) -> list[Group]:
    """The largest values, the others together; then each that lies below zero; then removals, the smaller ones together.

    Parameters
    ----------
    dimension : str
        Column of the rows with their codes.
    rows : sequence of mapping
        With ``emission`` [t], ``share`` [%] and ``removal``, the largest first.

    Examples
    --------
    >>> rows = [{"item": str(at), "emission": 20.0 - at, "share": None, "removal": False} for at in range(13)]
    >>> found = grouped("item", rows)
    >>> len(found), found[-1].key, found[-1].count, found[-1].emission
    (12, 'others', 2, 17.0)
    """
    above = [row for row in rows if not row["removal"] and row["emission"] >= 0]
    below = [row for row in rows if not row["removal"] and row["emission"] < 0]
    removed = [row for row in rows if row["removal"]]
    return [
        *_cut(dimension, above, BARS, "others"),
        *_cut(dimension, below, len(below), "others"),
        *_cut(dimension, removed, REMOVALS, "others_removed"),
    ]


def _cut(dimension: str, rows: Sequence[Mapping[str, Any]], most: int, key: str) -> Iterator[Group]:
    kept = len(rows) if len(rows) <= most else most - 1
    for row in rows[:kept]:
        yield Group(row[dimension], "", 1, row["emission"], row["share"], row["removal"])
    rest = rows[kept:]
    if rest:
        shares = [row["share"] for row in rest]
        share = None if None in shares else sum(shares)
        yield Group(None, key, len(rest), sum(row["emission"] for row in rest), share, rest[0]["removal"])
