"""Wedges: what each group of levers contributes to a scenario, by Shapley's value, so that they add up exactly."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from tanheng.charts import Line, chart
from tanheng.codes.wording import unit_said
from tanheng.errors import language
from tanheng.inventory.table import Table
from tanheng.inventory.uncertainty.terms import Flags
from tanheng.pathways.tree.arithmetic import Floats
from tanheng.pathways.tree.effects import held_back
from tanheng.pathways.tree.levers import check_depths
from tanheng.pathways.tree.model import BASELINE, Scenario, Tree, evaluate_total

COURSES = "courses"
_EXACT = 10
_ORDERS = 500
_NAMES = {
    "energy": ("能源", "Energy"), "industry": ("工业", "Industry"), "transport": ("交通", "Transport"),
    "buildings": ("建筑", "Buildings"), "agriculture": ("农业", "Agriculture"), "waste": ("废弃物", "Waste"),
    "sinks": ("碳汇", "Sinks"), "other": ("其他", "Other"), COURSES: ("活动走势", "Courses of activity"),
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Wedges:
    """楔形 By group what lies between ``baseline`` and ``total`` (years,), in the unit of the total; the sum is exact.

    ``sampled`` says that the orders of more than ten groups were drawn, not all taken; the sum is exact even so.
    """

    tree: Tree
    scenario: Scenario
    baseline: Floats
    total: Floats
    parts: Mapping[str, Floats]
    sampled: bool

    def table(self) -> Table:
        """``wedge``, ``title``, ``year``, ``less`` [unit of the total]."""
        lang = language()
        frames = [
            pl.DataFrame({"year": self.tree.years.astype(int), "less": values}).select(
                pl.lit(name).alias("wedge"), pl.lit(wedge_named(name)).alias("title"), pl.all()
            )
            for name, values in self.parts.items()
        ]
        schema = {"wedge": pl.String, "title": pl.String, "year": pl.Int64, "less": pl.Float64}
        return Table(
            pl.concat(frames) if frames else pl.DataFrame(schema=schema),
            f"{self.tree.title[lang]} · {self.scenario.title[lang]} ({self.tree.unit})",
        )

    def chart(self) -> str:
        """The wedges between baseline and scenario, as an SVG."""
        lang = language()
        lines = [
            Line("基准" if lang == "zh" else "Baseline", self.baseline),
            Line(self.scenario.title[lang], self.total),
        ]
        parts = {wedge_named(name): values for name, values in reversed(list(self.parts.items()))}
        return chart(self.tree.title[lang], unit_said(self.tree.unit), self.tree.years, lines, parts)

    def _repr_html_(self) -> str:
        return self.chart() + self.table()._repr_html_()


def wedge_named(name: str) -> str:
    """What a wedge is called in the language of the run.

    Examples
    --------
    >>> from tanheng.errors import use_language
    >>> use_language("en")
    >>> wedge_named("sinks")
    'Sinks'
    """
    pair = _NAMES.get(name, (name, name))
    return pair[0 if language() == "zh" else 1]


def wedges(tree: Tree, scenario: str, *, seed: int = 2021) -> Wedges:
    """Split what a scenario saves against the baseline by groups of levers.

    Parameters
    ----------
    tree : Tree
    scenario : str
        Other courses of its leaves are a group of their own, ``courses``.
    seed : int
        Of the orders that are drawn where there are more than ten groups.

    Returns
    -------
    Wedges

    Raises
    ------
    NotFound, LeverInvalid

    Notes
    -----
    phi_i = sum over sets S without i of |S|! (n - |S| - 1)! / n! (E(S) - E(S + i)): the mean of what a group saves over all
    orders in which groups can be added. A lever whose needs are not in the set goes no deeper than they do.

    Source
    ------
    Shapley, L. S. (1953). A value for n-person games (recalled).

    Examples
    --------
    >>> from tanheng.pathways import load_tree
    >>> found = wedges(load_tree("examples/sichuan-road/tree.yaml"), "strong")
    >>> bool(np.allclose(sum(found.parts.values()), found.baseline - found.total, rtol=1e-12, atol=1e-3))
    True
    """
    chosen = tree.scenario(scenario)
    depths = tree.depths(chosen.levers)
    check_depths(tree.levers, depths)
    groups = list(dict.fromkeys(tree.levers[name].wedge for name in depths))
    groups += [COURSES] if chosen.courses else []
    sampled = len(groups) > _EXACT
    parts = _drawn(tree, chosen, depths, groups, seed) if sampled else _exact(tree, chosen, depths, groups)
    ends = _totals(tree, chosen, depths, groups, np.array([[False] * len(groups), [True] * len(groups)]))
    return Wedges(tree, chosen, ends[0], ends[1], dict(zip(groups, parts, strict=True)), sampled)


def _exact(tree: Tree, chosen: Scenario, depths: Mapping[str, Any], groups: list[str]) -> Floats:
    count = len(groups)
    if not count:
        return np.zeros((0, tree.years.size))
    sets = (np.arange(2**count)[:, None] >> np.arange(count) & 1).astype(bool)
    totals = _totals(tree, chosen, depths, groups, sets)
    sizes = sets.sum(axis=1)
    weight = np.array([math.factorial(size) * math.factorial(count - size - 1) / math.factorial(count) if size < count else 0.0
                       for size in range(count + 1)])  # fmt: skip
    found = []
    for place in range(count):
        without = np.flatnonzero(~sets[:, place])
        added = without + (1 << place)
        found.append(weight[sizes[without]] @ (totals[without] - totals[added]))
    return np.array(found)


def _drawn(tree: Tree, chosen: Scenario, depths: Mapping[str, Any], groups: list[str], seed: int) -> Floats:
    """Means over drawn orders; each order telescopes, so their sum is exact."""
    count, generator = len(groups), np.random.default_rng(seed)
    found = np.zeros((count, tree.years.size))
    for _ in range(_ORDERS):
        order = generator.permutation(count)
        sets = np.zeros((count + 1, count), dtype=bool)
        for step, place in enumerate(order):
            sets[step + 1 :, place] = True
        totals = _totals(tree, chosen, depths, groups, sets)
        found[order] += totals[:-1] - totals[1:]
    return found / _ORDERS


def _totals(
    tree: Tree, chosen: Scenario, depths: Mapping[str, Any], groups: list[str], sets: Flags
) -> Floats:
    """Totals (sets, years) with the groups of each set taken: all sets at once, in the place of draws."""
    alone: dict[str, Any] = {
        name: depth * sets[:, groups.index(tree.levers[name].wedge), None] for name, depth in depths.items()
    }
    before: dict[str, Any] = tree.leaf_arrays(tree.scenario(BASELINE))
    if COURSES in groups:
        other, flag = tree.leaf_arrays(chosen), sets[:, groups.index(COURSES), None]
        before |= {name: np.where(flag, other[name], before[name]) for name in chosen.courses}
    total = evaluate_total(tree, before, held_back(tree, alone))
    return np.broadcast_to(total, (sets.shape[0], tree.years.size))
