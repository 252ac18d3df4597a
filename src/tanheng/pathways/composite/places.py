"""Auditing parts that were made elsewhere: a table of places with scores that are already between fixed ends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from tanheng.pathways.composite.audit import Assumptions, audit_composite, usual
from tanheng.pathways.composite.audited import Audit
from tanheng.pathways.composite.choices import Settings
from tanheng.pathways.composite.framework import flat
from tanheng.pathways.composite.problems import composite_invalid
from tanheng.pathways.composite.units import units_of


def audit_places(
    table: Any, *, place: str, parts: Sequence[str] | Mapping[str, int], weights: Sequence[float] | None = None,
    low: float = 0.0, high: float = 100.0, settings: Settings | None = None, assumptions: Assumptions | None = None,
    runs: int = 10_000, seed: int = 0,
) -> Audit:  # fmt: skip
    """Audit an index of several places whose parts are at hand, such as the parts of the dual-carbon index.

    Parameters
    ----------
    table : DataFrame, Table or sequence of mapping
        A row for each place.
    place : str
        Column of the place.
    parts : sequence of str, or mapping of str to int
        Columns of the parts; more is better, or +1 and -1 by column. A gap is None or NaN.
    weights : sequence of float, optional
        Of the parts; equal without.
    low, high : float
        The ends between which the parts lie: scores stand fixed whichever places are compared.
    settings : Settings, optional
        Geometric mean of the parts between 1 and 100 unless stated.
    assumptions, runs, seed
        As in `audit_composite`.

    Returns
    -------
    Audit

    Raises
    ------
    CompositeInvalid
        For columns that are not there, places that stand twice and fewer than two places.
    LibraryMissing
        Without SALib.

    Examples
    --------
    >>> rows = [{"city": "A", "PC": 90, "RD": 40, "FC": 70}, {"city": "B", "PC": 60, "RD": 80, "FC": 50}, {"city": "C", "PC": 30, "RD": 20, "FC": 10}]
    >>> found = audit_places(rows, place="city", parts=["PC", "RD", "FC"], runs=500)
    >>> found.table().to_dicts()[-1]["code"], found.table().to_dicts()[-1]["p5"]
    ('C', 3.0)
    """
    signs = dict(parts) if isinstance(parts, Mapping) else dict.fromkeys(parts, 1)
    if not signs:
        raise composite_invalid(
            ("的审计", ", audit"),
            ("没有写明各部分", "no parts are named"),
            ("请写明部分的列", "Name their columns"),
        )
    framework = flat(signs, weights=weights, low=low, high=high)
    units = units_of(_rows(table), unit=place, columns=list(signs))
    own = settings or Settings(normalisation="goalposts:1,100", aggregation="geometric")
    return audit_composite(
        units, framework, own, assumptions or usual(units, framework, own), runs=runs, seed=seed
    )


def _rows(table: Any) -> list[dict[str, Any]]:
    if hasattr(table, "to_dicts"):
        return list(table.to_dicts())
    if hasattr(table, "__arrow_c_stream__"):
        return pl.DataFrame(table).to_dicts()
    return [dict(row) for row in table]
