"""The tables that describe formats (packs/schemas); nothing else is imported, so that help can read them quickly."""

from __future__ import annotations

import csv
import functools
from importlib.resources import files


@functools.cache
def schema_rows(name: str) -> tuple[dict[str, str], ...]:
    """The rows of one table of packs/schemas.

    Examples
    --------
    >>> schema_rows("tables.csv")[0]["column"]
    'entity'
    """
    with (files("tanheng.packs") / "schemas" / name).open(encoding="utf-8") as stream:
        return tuple(csv.DictReader(stream))


def gwp_sets() -> tuple[str, ...]:
    """Names of the GWP sets that a method or a user may choose.

    Examples
    --------
    >>> gwp_sets()[:3]
    ('SAR', 'AR4', 'AR5')
    """
    row = next(row for row in schema_rows("method_format.csv") if row["path"] == "gwp")
    return tuple(row["allowed"].split("|"))
