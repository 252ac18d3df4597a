"""Redundant measurements against flows that must balance: proposed values, tests and suspects, never a change of data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from tanheng.activity.checks.base import figure
from tanheng.activity.findings import Finding
from tanheng.activity.reconciliation.constraints import (
    Constraint,
    ReconciliationInvalid,
    parse_constraint,
    read_measurements,
)
from tanheng.activity.reconciliation.least_squares import (
    Array,
    Solved,
    chi_square,
    chi_square_quantile,
    solve,
)
from tanheng.quantities import multiplier, parse_unit

_CONFLICT = 1e-8
_TURNED = (pl.col("adjusted") < -1e-9) & (pl.col("measured").fill_null(0.0) >= 0)
"""A flow that was not measured negative and is proposed to be."""
_ALIKE = 1e-6
"""Normalised residuals this near to each other, as a share, cannot be told apart by any data."""


@dataclass(frozen=True)
class Suspect:
    """A measurement that serial elimination set aside.

    ``size`` is its estimated gross error (measured minus what the others give) with ``uncertainty``, both in
    ``unit``; ``alike`` names the measurements that explain the gap just as well.
    """

    name: str
    size: float
    uncertainty: float
    unit: str
    residual: float
    alike: tuple[str, ...]


@dataclass(frozen=True)
class Reconciled:
    """What `reconcile_measurements` proposes; the measurements themselves stay as they are.

    ``table`` has one row a variable; ``chi_square`` is the global test's statistic with ``freedom`` degrees of
    freedom, ``limit`` its quantile and ``p`` the probability of a larger one where nothing is wrong; ``covariance``
    is of the adjusted values, in the order of the table and in the product of their units.
    """

    table: pl.DataFrame
    findings: list[Finding]
    suspects: list[Suspect]
    chi_square: float
    freedom: int
    limit: float
    p: float
    covariance: Array

    @property
    def consistent(self) -> bool:
        """Whether the measurements pass the global test."""
        return self.chi_square <= self.limit


@dataclass(frozen=True)
class _Case:
    """Measurements in canonical units; ``factors`` is how many of these one of the table's own units is."""

    names: list[str]
    units: list[str]
    factors: Array
    measured: Array
    sigma: Array
    matrix: Array
    constants: Array

    def solved(self, without: Sequence[int] = ()) -> Solved:
        measured = self.measured.copy()
        measured[list(without)] = np.nan
        found = solve(measured, self.sigma, self.matrix, self.constants)
        if found.conflict > _CONFLICT:
            raise ReconciliationInvalid(
                where_zh="约束",
                where_en="constraints",
                detail_zh="约束之间（或与不确定度为 0 的值）互相矛盾",
                detail_en="the constraints contradict each other, or values whose uncertainty is 0",
            )
        return found


def reconcile_measurements(measured: Any, constraints: Sequence[str], *, level: float = 0.05) -> Reconciled:
    """Propose the values nearest to redundant measurements that fulfil every constraint, and name gross errors.

    Parameters
    ----------
    measured : path or table
        One row a flow: ``name``, ``value`` (empty: not measured), ``unit``, ``uncertainty`` (one standard
        uncertainty, in ``unit``; 0 holds the value fixed; empty where nothing is measured); headings in Chinese or
        English.
    constraints : sequence of str
        Linear equations between the names, such as ``meter a + meter b = total`` or ``0.9 * in - out = 0``. A minus
        needs a space on either side; every name must stand in the table; numbers are in the unit of the equation's
        first name.
    level : float
        Probability of a false alarm of the global test, dimensionless.

    Returns
    -------
    Reconciled
        ``table`` with ``name, unit, measured, uncertainty, adjusted, adjusted_uncertainty, adjustment`` (adjusted
        minus measured), ``adjustability`` (share by which the uncertainty falls), ``normalised_residual``,
        ``beyond`` (the measurement test fails), ``status`` (adjusted, fixed, unchecked, observable, unobservable),
        ``suspect`` and ``without_suspects`` (adjusted without the suspects, in ``unit``).

    Raises
    ------
    InputUnreadable, ColumnMissing
        When there is no such table.
    ReconciliationInvalid
        For a row or constraint that cannot be used, and for constraints that contradict each other.
    UnknownUnit, IncompatibleUnit
        For a unit that is not known, or another dimension than the rest of its constraint.

    Notes
    -----
    Minimum of sum(((x - y) / u)²) under A x = b. The global test compares the minimum with chi-square; where it
    fails, the measurement of the largest normalised residual is taken out, one after the other, until it passes.
    The measurement test holds each residual against the normal quantile at 1 - (1 - level)^(1/k) for k checked
    measurements. An alarm says that measurements and constraints disagree: a constraint that leaves out a flow
    alarms as well.

    Source: S. Narasimhan, C. Jordache, Data Reconciliation and Gross Error Detection (2000), chapters 3, 7 and 8.

    Examples
    --------
    >>> meters = pl.DataFrame({
    ...     "name": ["a", "b", "total"], "value": [10.0, 20.0, 33.0], "unit": ["t"] * 3, "uncertainty": [1.0] * 3,
    ... })
    >>> found = reconcile_measurements(meters, ["a + b = total"])
    >>> found.table.get_column("adjusted").round(9).to_list(), round(found.chi_square, 9), found.consistent
    ([11.0, 21.0, 32.0], 3.0, True)
    """
    if not 0 < level < 1:
        raise ReconciliationInvalid(
            where_zh="level",
            where_en="level",
            detail_zh=f"{level} 应在 0 与 1 之间",
            detail_en=f"{level} should be between 0 and 1",
        )
    case = _case(measured, constraints)
    whole = case.solved()
    suspects, rest = _eliminate(case, whole, level)
    limit = chi_square_quantile(1 - level, whole.freedom) if whole.freedom else 0.0
    table = _table(case, whole, rest, suspects, level)
    return Reconciled(
        table=table,
        findings=_findings(table, whole, limit, suspects),
        suspects=suspects,
        chi_square=whole.objective if whole.freedom else 0.0,
        freedom=whole.freedom,
        limit=limit,
        p=1 - chi_square(whole.objective, whole.freedom) if whole.freedom else 1.0,
        covariance=whole.covariance / np.outer(case.factors, case.factors),
    )


def _case(table: Any, constraints: Sequence[str]) -> _Case:
    rows = read_measurements(table)
    names = [str(row["name"]) for row in rows]
    units = [str(row["unit"]) for row in rows]
    factors = np.array([parse_unit(unit).factor for unit in units], dtype=np.float64)
    equations = [parse_constraint(text, names) for text in constraints]
    if not equations:
        raise ReconciliationInvalid(
            where_zh="约束", where_en="constraints", detail_zh="没有约束", detail_en="there is none"
        )
    lines = [_line(one, names, units) for one in equations]
    return _Case(
        names,
        units,
        factors,
        _numbers(rows, "value") * factors,
        _numbers(rows, "uncertainty") * factors,
        np.array([line for line, _ in lines], dtype=np.float64),
        np.array([constant for _, constant in lines], dtype=np.float64),
    )


def _numbers(rows: list[dict[str, Any]], column: str) -> Array:
    return np.array([np.nan if row[column] is None else row[column] for row in rows], dtype=np.float64)


def _line(one: Constraint, names: list[str], units: list[str]) -> tuple[list[float], float]:
    """Coefficients and right-hand side in canonical units."""
    of = dict(zip(names, units, strict=True))
    first = of[next(iter(one.terms))]
    for name in one.terms:
        multiplier(of[name], first, where=f"{one.text}: ")
    return [one.terms.get(name, 0.0) for name in names], one.constant * parse_unit(first).factor


def _eliminate(case: _Case, whole: Solved, level: float) -> tuple[list[Suspect], Solved]:
    """Serial elimination: suspects in the order in which they were found, and the solution without them."""
    marked: list[tuple[int, float, tuple[str, ...]]] = []
    found = whole
    while found.freedom and found.objective > chi_square_quantile(1 - level, found.freedom):
        sizes = np.nan_to_num(np.abs(found.residuals))
        worst = int(np.argmax(sizes))
        alike = (n for n in np.flatnonzero(sizes >= sizes[worst] * (1 - _ALIKE)) if n != worst)
        marked.append((worst, float(found.residuals[worst]), tuple(case.names[n] for n in alike)))
        found = case.solved([n for n, *_ in marked])
    return [_suspect(case, found, *one) for one in marked], found


def _suspect(case: _Case, rest: Solved, n: int, residual: float, alike: tuple[str, ...]) -> Suspect:
    """Its size is seen from the measurements that are left, so that no other suspect blurs it."""
    factor = float(case.factors[n])
    size = float(case.measured[n] - rest.values[n]) / factor
    spread = float(np.hypot(case.sigma[n], rest.deviations[n])) / factor
    return Suspect(case.names[n], size, spread, case.units[n], residual, alike)


def _table(case: _Case, whole: Solved, rest: Solved, suspects: list[Suspect], level: float) -> pl.DataFrame:
    checked = int((np.nan_to_num(whole.redundancy) > 0).sum())
    each = 1 - (1 - level) ** (1 / max(checked, 1))
    critical = chi_square_quantile(1 - each, 1) ** 0.5
    with np.errstate(invalid="ignore", divide="ignore"):
        gain = 1 - whole.deviations / case.sigma
    named = {one.name for one in suspects}
    columns = {
        "name": case.names,
        "unit": case.units,
        "measured": case.measured / case.factors,
        "uncertainty": case.sigma / case.factors,
        "adjusted": whole.values / case.factors,
        "adjusted_uncertainty": whole.deviations / case.factors,
        "adjustment": (whole.values - case.measured) / case.factors,
        "adjustability": np.where(np.isnan(case.measured), np.nan, gain),
        "normalised_residual": whole.residuals,
        "beyond": np.nan_to_num(np.abs(whole.residuals)) > critical,
        "status": [_status(case, whole, n) for n in range(len(case.names))],
        "suspect": [name in named for name in case.names],
        "without_suspects": rest.values / case.factors,
    }
    return pl.DataFrame(columns).with_columns(pl.col(pl.Float64).fill_nan(None))


def _status(case: _Case, whole: Solved, n: int) -> str:
    if np.isnan(case.measured[n]):
        return "unobservable" if np.isnan(whole.values[n]) else "observable"
    if case.sigma[n] == 0:
        return "fixed"
    return "adjusted" if whole.redundancy[n] > 0 else "unchecked"


def _findings(table: pl.DataFrame, whole: Solved, limit: float, suspects: list[Suspect]) -> list[Finding]:
    findings: list[Finding] = []
    if whole.freedom and whole.objective > limit:
        fields = {"value": f"{whole.objective:.4g}", "limit": f"{limit:.4g}", "freedom": whole.freedom}
        findings.append(Finding("Q-055", fields))
    for one in suspects:
        alike_zh = f"与 {'、'.join(one.alike)} 无从区分。" if one.alike else ""
        alike_en = f" It cannot be told apart from {', '.join(one.alike)}." if one.alike else ""
        fields = {
            "subject": one.name,
            "value": figure(one.size),
            "spread": f"{one.uncertainty:.3g}",
            "unit": one.unit,
            "residual": f"{one.residual:.3g}",
            "alike": (alike_zh, alike_en),
        }
        findings.append(Finding("Q-056", fields))
    findings += [Finding("Q-060", _negative(row)) for row in table.filter(_TURNED).to_dicts()]
    for code, status in (("Q-057", "unobservable"), ("Q-058", "unchecked")):
        names = table.filter(pl.col("status") == status).get_column("name").to_list()
        if names:
            findings.append(Finding(code, {"names": ("、".join(names), ", ".join(names))}))
    return findings


def _negative(row: dict[str, Any]) -> dict[str, Any]:
    return {"subject": row["name"], "value": figure(row["adjusted"]), "unit": row["unit"]}
