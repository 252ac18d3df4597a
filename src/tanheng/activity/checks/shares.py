"""shares 占比: shares of one whole that do not add up to 100 %."""

from __future__ import annotations

import polars as pl

from tanheng.activity.checks.base import (
    DIMENSION,
    VALUE,
    CheckTables,
    Spec,
    label,
    names_of,
    percent,
    present,
    shown_rows,
    with_values,
)
from tanheng.activity.findings import Finding

_PARTS = ("sector", "item", "activity", "equipment")


def check_shares(spec: Spec, tables: CheckTables) -> list[Finding]:
    """Groups of rows given in % that do not make 100 %.

    Parameters
    ----------
    spec : mapping
        ``by``: columns of each group; ``tolerance``: of the sum, a fraction.
    tables : CheckTables
        Activity rows; only amounts in a share unit (%, ‰, fraction) are looked at.

    Returns
    -------
    list of Finding
        Q-026 for each group.

    Examples
    --------
    >>> rows = pl.DataFrame({"item": ["bus", "car"], "period": ["2021"] * 2, "amount": [60.0, 50.0], "unit": ["%"] * 2})
    >>> [finding.code for finding in check_shares({"by": ["period"], "tolerance": 0.005}, CheckTables(rows))]
    ['Q-026']
    """
    frame = tables.activity
    if not frame.height:
        return []
    by = present(spec["by"], frame)
    rows = with_values(frame).filter(pl.col(DIMENSION) == "fraction")
    findings: list[Finding] = []
    for _, group in rows.group_by(by or [DIMENSION], maintain_order=True):
        total = float(group.get_column(VALUE).sum())
        if abs(total - 1) <= float(spec["tolerance"]) * (1 + 1e-9):
            continue
        first = group.row(0, named=True)
        differs = next(
            (name for name in _PARTS if name in group.columns and group.get_column(name).n_unique() > 1),
            "item",
        )
        fields = {
            "subject": label(first, [name for name in by if name != "period"]),
            "period": first.get("period", ""),
            "names": names_of(differs, group.get_column(differs).to_list()),
            "actual": percent(total),
            "evidence": ("", ""),
        }
        findings.append(Finding("Q-026", fields, shown_rows(group.to_dicts(), most=20)))
    return findings
