"""Limits and tables of composite indices, each with its source, from packs/rules/composite_limits.csv and ahp_random_index.csv."""

from __future__ import annotations

import csv
import functools
from importlib.resources import files


def _rows(name: str) -> list[dict[str, str]]:
    with (files("tanheng.packs") / "rules" / name).open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


@functools.cache
def limit(name: str) -> float:
    """A limit by name.

    Examples
    --------
    >>> limit("skew"), limit("consistency")
    (2.0, 0.1)
    """
    return next(float(row["value"]) for row in _rows("composite_limits.csv") if row["limit"] == name)


@functools.cache
def random_index(count: int) -> float | None:
    """Mean consistency index of random judgements on so many things; None beyond the table.

    Examples
    --------
    >>> random_index(5), random_index(99)
    (1.12, None)
    """
    return next(
        (float(row["index"]) for row in _rows("ahp_random_index.csv") if int(row["size"]) == count), None
    )
