"""What a statistician asks of an index: do the indicators hang together, does one speak for two, is it only wealth, can years be compared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from tanheng.activity.findings import Finding
from tanheng.errors import language
from tanheng.inventory.table import Table
from tanheng.pathways.composite.aggregating import ranks
from tanheng.pathways.composite.choices import Settings
from tanheng.pathways.composite.framework import Framework
from tanheng.pathways.composite.index import Composite, composite_index
from tanheng.pathways.composite.limits import limit
from tanheng.pathways.composite.problems import (
    CompositeInvalid,
    MethodUnfit,
    ValuesMissing,
    composite_invalid,
)
from tanheng.pathways.composite.units import Units
from tanheng.pathways.composite.weighing import correlations
from tanheng.pathways.tree.arithmetic import Floats

FEWEST = 5
"""Pairs of indicators are flagged over at least so many units that have both. A convention of ours."""


def cronbach(values: Floats) -> float | None:
    """Cronbach's alpha of columns, over the pairs of values that are there; None for one column, none that differ, and where
    gaps make it more than 1.

    Parameters
    ----------
    values : array (n, k)
        In one scale and direction, or it means little.

    Notes
    -----
    k^2 c / S with c the mean covariance of two columns and S the sum of all (co)variances, as COINr 1.1 has it; for complete data the same
    as k / (k - 1) (1 - sum of variances / variance of the sum).

    Examples
    --------
    >>> round(cronbach(np.array([[1, 1.0], [2, 3], [3, 2]])), 6)
    0.666667
    """
    size = values.shape[1]
    if size < 2:
        return None
    own = np.ma.masked_invalid(values)
    matrix = np.array(
        [[_covariance(own[:, one], own[:, other]) for other in range(size)] for one in range(size)]
    )
    whole = np.nansum(matrix)
    mean = (whole - np.nansum(np.diag(matrix))) / (size * (size - 1))
    alpha = float(size**2 * mean / whole) if whole > 0 else None
    return alpha if alpha is not None and alpha <= 1 + 1e-9 else None


def _covariance(one: Any, other: Any) -> float:
    both = ~(np.ma.getmaskarray(one) | np.ma.getmaskarray(other))
    a, b = np.asarray(one)[both], np.asarray(other)[both]
    return float(((a - a.mean()) * (b - b.mean())).sum() / (a.size - 1)) if a.size > 1 else np.nan


@dataclass(frozen=True, eq=False)
class Diagnosis:
    """What was looked at: a row for each indicator, alpha by group, pairs that stand out, and wealth where it was asked for."""

    indicators: Table
    alpha: dict[str, float | None]
    pairs: Table
    wealth: dict[str, float] | None
    findings: tuple[Finding, ...]

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "indicators": self.indicators.to_dicts(), "cronbach_alpha": self.alpha, "pairs": self.pairs.to_dicts(),
            "wealth": self.wealth, "findings": [one.to_dict() for one in self.findings],
        }  # fmt: skip

    def _repr_html_(self) -> str:
        return self.indicators._repr_html_() + self.pairs._repr_html_()


def diagnose(own: Composite, wealth: str = "") -> Diagnosis:
    """Diagnose an index.

    Parameters
    ----------
    own : Composite
    wealth : str, optional
        A column of the data, or a quotient such as ``GDP/Population``, with which the index is correlated.

    Returns
    -------
    Diagnosis
        ``indicators``: code, weight among its siblings, effective weight [share], correlation with the index; ``pairs``: indicators of one
        group whose correlation is above the limit (one speaks for two) or below (they cancel out); ``wealth``: Pearson's and Spearman's
        correlation, and r squared.
    """
    top, framework = own.index, own.framework
    codes = [one.code for one in framework.indicators]
    with_index = correlations(np.column_stack([own.normalised, top]))[-1, :-1]
    effective = own.effective
    frame = pl.DataFrame({
        "code": codes, "name": [framework.nodes[code].name for code in codes], "parent": [framework.nodes[code].parent for code in codes],
        "weight": [float(own.weights[code]) for code in codes], "effective": [effective[code] for code in codes],
        "correlation": with_index,
    })  # fmt: skip
    pairs = _pairs(own, codes)
    alpha = {
        code: cronbach(own.normalised[:, [codes.index(leaf) for leaf in framework.below(code)]])
        for code in framework.upward
    }
    rich = _wealth(own, wealth) if wealth else None
    zh = language() == "zh"
    return Diagnosis(
        Table(frame, "指标" if zh else "Indicators"),
        alpha,
        Table(pairs, "相关过高或相反的指标" if zh else "Indicators that say the same or the reverse"),
        rich,
        tuple(_told(pairs, rich, wealth)),
    )


def _pairs(own: Composite, codes: list[str]) -> pl.DataFrame:
    found = correlations(own.normalised)
    rows = []
    for group, children in own.framework.children.items():
        leaves = [codes.index(code) for code in children if code in codes]
        for place, one in enumerate(leaves):
            for other in leaves[place + 1 :]:
                both = np.isfinite(own.normalised[:, [one, other]]).all(axis=1).sum()
                r = float(found[one, other]) if both >= FEWEST else 0.0
                if r > limit("redundant") or r < limit("opposed"):
                    rows.append((group, codes[one], codes[other], r, "redundant" if r > 0 else "opposed"))
    frame = pl.DataFrame(rows, schema=["group", "first", "second", "correlation", "kind"], orient="row")
    return frame.sort(pl.col("correlation").abs(), descending=True) if rows else frame


def _wealth(own: Composite, name: str) -> dict[str, float]:
    column = own.units.column(name)
    both = np.isfinite(column) & np.isfinite(own.index)
    if both.sum() < 3 or not np.ptp(column[both]) > 0:
        raise composite_invalid(
            (f"的财富列“{name}”", f", wealth '{name}'"), ("可比的单元少于三个，或各单元相同", "fewer than three units can be compared, or all are the same"),
            ("请核对该列", "Check the column"),
        )  # fmt: skip
    pair = np.column_stack([own.index[both], column[both]])
    r = float(correlations(pair)[0, 1])
    ranked = np.column_stack([_middle_ranks(pair[:, 0]), _middle_ranks(pair[:, 1])])
    return {
        "pearson": r,
        "r_squared": r * r,
        "spearman": float(correlations(ranked)[0, 1]),
        "units": float(both.sum()),
    }


def _middle_ranks(values: Floats) -> Floats:
    """Ranks, equal values sharing the mean of theirs."""
    return (ranks(values) - ranks(-values)) / 2


def _told(pairs: pl.DataFrame, wealth: dict[str, float] | None, name: str) -> list[Finding]:
    found = []
    if pairs.height:
        first = pairs.row(0, named=True)
        told = {
            "number": pairs.height,
            "first": first["first"],
            "second": first["second"],
            "r": f"{first['correlation']:.3f}",
        }
        found.append(Finding("L-178", told))
    if wealth is not None and abs(wealth["spearman"]) > limit("redundant"):
        found.append(Finding("L-179", {"name": name, "r": f"{wealth['spearman']:.3f}"}))
    return found


@dataclass(frozen=True)
class Rewriting:
    """How the last year rewrites those before it: the largest change of their scores, and how many of their ranks change."""

    year: int
    score: float
    ranks: int
    of: int

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        return dict(vars(self))


def rewriting(units: Units, framework: Framework, settings: Settings | None = None) -> Rewriting | None:
    """Make the index with and without the last year, and look what becomes of the years before; None where these make no
    index of their own.

    A way that depends on the set of units and years (min-max, z-score, ranks, entropy weights) rewrites history with every new year;
    fixed goalposts do not.

    Examples
    --------
    >>> from tanheng.pathways.composite import flat, units_of
    >>> rows = [{"city": city, "year": year, "x": year - 2019 + at} for at, city in enumerate("AB") for year in (2020, 2021)]
    >>> cities = units_of(rows, unit="city", year="year", columns=["x"])
    >>> rewriting(cities, flat({"x": 1})).score
    50.0
    >>> rewriting(cities, flat({"x": 1}, low=0, high=10), Settings(normalisation="goalposts")).score
    0.0
    """
    if len(units.span) < 2 or units.years is None:
        return None
    before = units.years < units.span[-1]
    earlier = units.where(before)
    chosen = settings or Settings()
    whole = composite_index(units, framework, chosen)
    try:
        alone = composite_index(earlier, framework, chosen)
    except (CompositeInvalid, MethodUnfit, ValuesMissing):
        return None
    score = float(np.nanmax(np.abs(whole.index[before] - alone.index)))
    moved = int((whole.ranks[before] != alone.ranks).sum())
    return Rewriting(units.span[-1], score, moved, len(earlier))
