"""Limits beyond which a result comes with a warning, from packs/rules/statistics_limits.csv."""

from __future__ import annotations

import csv
import functools
from importlib.resources import files


@functools.cache
def limit(name: str) -> float:
    """A limit by name.

    Examples
    --------
    >>> limit("vif")
    10.0
    """
    with (files("tanheng.packs") / "rules" / "statistics_limits.csv").open(encoding="utf-8") as stream:
        return next(float(row["value"]) for row in csv.DictReader(stream) if row["limit"] == name)
