"""range 范围: a single amount that lies outside what can be."""

from __future__ import annotations

from typing import Any

import polars as pl

from tanheng.activity.checks.base import (
    DIMENSION,
    NAMES,
    VALUE,
    CheckTables,
    Spec,
    figure,
    label,
    listed,
    shown_rows,
    where,
    with_values,
)
from tanheng.activity.findings import Finding
from tanheng.quantities import parse_unit


def check_range(spec: Spec, tables: CheckTables) -> list[Finding]:
    """Rows of an item or sector whose amount is below ``low`` or above ``high``.

    Parameters
    ----------
    spec : mapping
        ``item``, ``sector`` (optional), ``low``, ``high`` in ``unit``, ``source``.
    tables : CheckTables
        Activity and parts, one row an amount.

    Returns
    -------
    list of Finding
        Q-001 for each row outside; amounts of another dimension than ``unit`` are left alone.

    Examples
    --------
    >>> rows = pl.DataFrame({"item": ["coal"], "amount": [2.0], "unit": ["万吨"]})
    >>> found = check_range({"high": 1, "unit": "万吨"}, CheckTables(rows))
    >>> [finding.code for finding in found]
    ['Q-001']
    """
    unit = parse_unit(str(spec["unit"]))
    low = float(spec.get("low", float("-inf")))
    high = float(spec.get("high", float("inf")))
    findings: list[Finding] = []
    for frame in (tables.activity, tables.parts):
        if frame is None:
            continue
        rows = with_values(frame).filter(pl.col(DIMENSION) == unit.canonical)
        for name in ("item", "sector"):
            if name in spec:
                rows = rows.filter(pl.col(name) == str(spec[name])) if name in rows.columns else rows.clear()
        value = pl.col(VALUE) / unit.factor
        outside = rows.filter((value < low) | (value > high))
        findings += listed(outside, lambda row: _finding(row, spec, row[VALUE] / unit.factor))
    return findings


def _finding(row: dict[str, Any], spec: Spec, value: float) -> Finding:
    source = spec.get("source")
    fields = {
        "where": where(row),
        "subject": label(row, NAMES),
        "value": figure(value),
        "unit": spec["unit"],
        "low": figure(float(spec["low"])) if "low" in spec else "−∞",
        "high": figure(float(spec["high"])) if "high" in spec else "+∞",
        "source": (f"（界限出处：{source}）", f" (Bounds: {source}.)") if source else ("", ""),
    }
    return Finding("Q-001", fields, shown_rows([row]))
