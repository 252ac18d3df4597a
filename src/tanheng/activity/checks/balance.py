"""balance 平衡: what comes in goes out (mass balance over activities or items)."""

from __future__ import annotations

import polars as pl

from tanheng.activity.checks.base import (
    DIMENSION,
    VALUE,
    CheckTables,
    Spec,
    factor_of,
    figure,
    label,
    percent,
    present,
    setting,
    shown_rows,
    with_values,
)
from tanheng.activity.findings import Finding
from tanheng.codes import normalise

_SIDE = "__side"


def check_balance(spec: Spec, tables: CheckTables) -> list[Finding]:
    """Groups whose inflows and outflows differ by more than the tolerance.

    Parameters
    ----------
    spec : mapping
        ``by``: columns of each balance; ``of``: column that holds the flows (``activity``); ``inflow`` and
        ``outflow``: its values on either side; ``tolerance``: of the larger side, a fraction.
    tables : CheckTables
        Activity rows.

    Returns
    -------
    list of Finding
        Q-007; a group without any inflow or without any outflow is no balance and is left alone.

    Notes
    -----
    production + import + opening stock = use + export + closing stock.

    Examples
    --------
    >>> rows = pl.DataFrame({"item": ["coal"] * 2, "activity": ["production", "use"], "amount": [5.0, 9.0], "unit": ["t"] * 2})
    >>> spec = {"by": ["item"], "inflow": ["production"], "outflow": ["use"], "tolerance": 0.02}
    >>> [finding.code for finding in check_balance(spec, CheckTables(rows))]
    ['Q-007']
    """
    frame, column = tables.activity, str(setting(spec, "balance", "of"))
    if column not in frame.columns or not frame.height:
        return []
    sides = {normalise(str(name)): 1 for name in spec["inflow"]}
    sides |= {normalise(str(name)): -1 for name in spec["outflow"]}
    side = {text: sides.get(normalise(text)) for text in frame.get_column(column).unique().to_list()}
    by = [name for name in present(spec["by"], frame) if name != column]
    flows = with_values(frame).with_columns(
        pl.col(column).replace_strict(side, return_dtype=pl.Int8).alias(_SIDE)
    )
    flows = flows.filter(pl.col(_SIDE).is_not_null())
    groups = flows.group_by([*by, DIMENSION], maintain_order=True)
    findings = (_balance(spec, column, by, group) for _, group in groups)
    return [finding for finding in findings if finding is not None]


def _balance(spec: Spec, column: str, by: list[str], group: pl.DataFrame) -> Finding | None:
    inflow = group.filter(pl.col(_SIDE) == 1).get_column(VALUE).to_list()
    outflow = group.filter(pl.col(_SIDE) == -1).get_column(VALUE).to_list()
    if not inflow or not outflow:
        return None
    gap, larger = abs(sum(inflow) - sum(outflow)), max(sum(inflow), sum(outflow))
    if gap <= float(spec["tolerance"]) * larger:
        return None
    first = group.row(0, named=True)
    factor = factor_of(first["unit"])
    there = {normalise(text) for text in group.get_column(column).to_list()}
    absent = [str(name) for name in (*spec["inflow"], *spec["outflow"]) if normalise(str(name)) not in there]
    fields = {
        "subject": label(first, by),
        "inflow": figure(sum(inflow) / factor),
        "outflow": figure(sum(outflow) / factor),
        "unit": first["unit"],
        "gap": figure(gap / factor),
        "share": percent(gap / larger),
        "missing": (f"表中没有：{'、'.join(absent)}。", f" Not in the table: {', '.join(absent)}.")
        if absent
        else ("", ""),
    }
    return Finding("Q-007", fields, shown_rows(group.drop(_SIDE).to_dicts(), most=20))
