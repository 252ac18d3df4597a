"""The factor tree: one model object of leaves, nodes in the order of their dependence, levers and scenarios."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from tanheng.errors import NotFound
from tanheng.inventory.methods.formula import Formula
from tanheng.pathways.tree.arithmetic import Floats, compiled, partials
from tanheng.pathways.tree.leaf import Course, Leaf
from tanheng.pathways.tree.levers import Lever, applied, check_depths
from tanheng.pathways.tree.problems import lever_wrong
from tanheng.steps import step

if TYPE_CHECKING:
    from tanheng.pathways.tree.evaluation import Evaluation

BASELINE = "baseline"


@dataclass(frozen=True)
class Node:
    """节点 A quantity that a formula computes; ``scale`` turns the formula's number into its unit."""

    name: str
    title: Mapping[str, str]
    unit: str
    formula: Formula
    scale: float = 1.0
    sector: str = "other"
    iamc: str = ""

    @functools.cached_property
    def compute(self) -> Callable[[Mapping[str, Any]], Any]:
        """The value from arrays by name."""
        plain = compiled(self.formula.tree)
        scale = self.scale
        return plain if scale == 1.0 else lambda arrays: plain(arrays) * scale


@dataclass(frozen=True)
class Scenario:
    """情景 A set of parameters: how far levers are taken (0 to 1 of their course), and other courses of leaves."""

    name: str
    title: Mapping[str, str]
    levers: Mapping[str, float] = field(default_factory=dict)
    courses: Mapping[str, Course] = field(default_factory=dict)


MOST_MARK = 1e15
"""Beyond this, in any unit, a mark of a cap or of a path is a mistake and not an amount; a convention of ours."""


@dataclass(frozen=True)
class Cap:
    """上限 Marks [unit of the total] by year, straight between; ``discount`` as a share per year."""

    marks: Mapping[int, float]
    discount: float = 0.0
    scenario: str = BASELINE


@dataclass(frozen=True, eq=False)
class Tree:
    """因子树 The whole model; ``nodes`` stand in the order in which they are computed."""

    id: str
    title: Mapping[str, str]
    years: Floats
    leaves: Mapping[str, Leaf]
    nodes: Mapping[str, Node]
    total: str
    levers: Mapping[str, Lever] = field(default_factory=dict)
    scenarios: Mapping[str, Scenario] = field(default_factory=dict)
    cap: Cap | None = None
    region: str = ""
    prices: int | None = None
    notes: Mapping[str, str] | None = None

    @property
    def unit(self) -> str:
        """Unit of the total."""
        return self.nodes[self.total].unit

    @functools.cached_property
    def _above(self) -> dict[str, frozenset[str]]:
        """Leaf to the nodes that it reaches."""
        found: dict[str, set[str]] = {name: set() for name in self.leaves}
        below: dict[str, frozenset[str]] = {name: frozenset({name}) for name in self.leaves}
        for name, node in self.nodes.items():
            below[name] = frozenset().union(*(below[one] for one in node.formula.names))
            for leaf in below[name]:
                found[leaf].add(name)
        return {leaf: frozenset(names) for leaf, names in found.items()}

    def reached(self, leaves: Iterable[str]) -> list[Node]:
        """The nodes that some leaves reach, in the order in which they are computed."""
        names = frozenset().union(*(self._above[name] for name in leaves))
        return [node for name, node in self.nodes.items() if name in names]

    def scenario(self, name: str) -> Scenario:
        """A scenario by name; ``baseline`` is there without being written.

        Raises
        ------
        NotFound
        """
        if name == BASELINE and name not in self.scenarios:
            return Scenario(BASELINE, {"zh": "基准", "en": "Baseline"})
        if name not in self.scenarios:
            known = ", ".join(dict.fromkeys([BASELINE, *self.scenarios]))
            raise NotFound(what_zh="情景", what_en="scenario", name=name, known=known)
        return self.scenarios[name]

    def depths(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        """Depth (years,) of each lever: a number is a share of its `Lever.ramp`, an array stands as it is.

        Raises
        ------
        NotFound, LeverInvalid
        """
        found = {}
        for name, value in settings.items():
            if name not in self.levers:
                raise NotFound(
                    what_zh="杠杆", what_en="lever", name=name, known=", ".join(self.levers) or "–"
                )
            one = self.levers[name]
            if np.ndim(value) == 0:
                share = float(value)
                if not 0 <= share <= 1:
                    raise lever_wrong(
                        name,
                        (f"{share:g} 不在 0 到 1 之间", f"{share:g} is not between 0 and 1"),
                        ("0 为不做，1 为按走势做满。", "0 is not at all, 1 is along its course in full."),
                    )
                if one.whole and share not in {0.0, 1.0}:
                    raise lever_wrong(
                        name,
                        ("只能整个做（1）或不做（0）", "it is taken whole (1) or not (0)"),
                        ("请写 0 或 1。", "Write 0 or 1."),
                    )
                found[name] = share * one.ramp(self.years)
            else:
                found[name] = np.asarray(value, dtype=np.float64)
        return {name: value for name, value in found.items() if np.any(value)}

    def evaluate(
        self, scenario: str = BASELINE, *, levers: Mapping[str, Any] | None = None, draws: int = 0, seed: int = 2021
    ) -> Evaluation:  # fmt: skip
        """Compute every node bottom-up.

        Parameters
        ----------
        scenario : str
            Its courses of leaves and settings of levers hold.
        levers : mapping, optional
            Settings that replace those of the scenario: 0 to 1, or a depth for each year.
        draws : int
            Draws of the uncertain leaves; 0 for their values alone.
        seed : int
            The same seed gives the same draws.

        Returns
        -------
        Evaluation

        Raises
        ------
        NotFound, LeverInvalid, TreeNoNumber
        """
        from tanheng.pathways.tree.evaluation import evaluate

        return evaluate(self, self.scenario(scenario), levers=levers, draws=draws, seed=seed)

    def leaf_arrays(self, scenario: Scenario, draws: int = 0, seed: int = 2021) -> dict[str, Floats]:
        """Arrays (1 or draws, years) of every leaf before levers."""
        return {
            name: leaf.drawn(self.years, draws, seed, scenario.courses.get(name))
            for name, leaf in self.leaves.items()
        }

    def gradient(self, before: Mapping[str, Floats], depths: Mapping[str, Floats]) -> tuple[Floats, Floats]:
        """The total (years,) at some depths of all levers, and its derivative (levers, years) by each depth; see `linear`."""
        from tanheng.pathways.tree.linear import linear

        found = linear(self, before, depths)
        return found.total, found.whole

    def elasticities(self, before: Mapping[str, Floats], depths: Mapping[str, Floats]) -> dict[str, Floats]:
        """By how many percent the total (years,) changes for one percent of each leaf, at some depths of levers; exact.

        Leaves that the total does not rest on are left out; where the total is zero there is none.
        """
        arrays = {**before, **applied(list(self.levers.values()), self.leaves, before, depths)}
        total, weight = self._slopes(arrays)
        if not np.all(total):
            return {}
        found = {
            name: np.ravel(weight[name] * arrays[name] / total) for name in self.leaves if name in weight
        }
        return {name: value for name, value in found.items() if np.any(value)}

    def _slopes(self, arrays: Mapping[str, Any]) -> tuple[Any, dict[str, Any]]:
        """The total and its derivative by every leaf and node, from the leaves."""
        known = dict(arrays)
        by: dict[str, dict[str, Any]] = {}
        for name, node in self.nodes.items():
            value, slopes = partials(node.formula.tree, known)
            known[name] = value * node.scale
            by[name] = {one: slope * node.scale for one, slope in slopes.items()}
        weight: dict[str, Any] = {self.total: 1.0}
        for name in reversed(list(self.nodes)):
            if name in weight:
                for below, slope in by[name].items():
                    weight[below] = weight.get(below, 0.0) + weight[name] * slope
        return known[self.total], weight

    def yearly_cost(self, scenario: Scenario) -> Floats:
        """What each lever (levers, years) costs a year at depth 1 [CNY of the price year].

        Costs per unit of the leaf count what it changes of the leaf before any lever; costs per unit of the total what it
        saves alone or, where that is nothing, beside what it needs, or as the last of all levers; where none saves, what it adds:
        no lever with a price is free.
        """
        before = self.leaf_arrays(scenario)
        baseline = evaluate_total(self, before, {})
        found = np.zeros((len(self.levers), self.years.size))
        for place, one in enumerate(self.levers.values()):
            amount: Any = 1.0
            if one.cost_per == "leaf":
                leaf = np.ravel(before[one.leaf])
                amount = abs(one.most) * (1.0 if one.kind == "absolute" else np.abs(leaf))
            elif one.cost_per == "total":
                alone = baseline - evaluate_total(self, before, {one.name: np.ones(self.years.size)})
                amount = alone if (alone > 0).all() else self._saved_in_context(one, before, alone)
            found[place] = one.cost * amount
        return found

    def _saved_in_context(self, lever: Lever, before: Mapping[str, Floats], alone: Floats) -> Floats:
        """What a lever saves (years,) beside those that it needs or as the last of all, for years in which it saves nothing alone."""
        from tanheng.pathways.tree.effects import needed

        others = [
            name for name, one in self.levers.items()
            if name != lever.name and lever.name not in needed(self, name) and not (one.group and one.group == lever.group)
        ]  # fmt: skip
        saved = alone
        full = np.ones(self.years.size)
        groups = Counter(one.group for one in self.levers.values() if one.group)
        for context in (sorted(needed(self, lever.name)), others):
            depths = {name: full / (groups[self.levers[name].group] or 1) for name in context}
            own = {**depths, lever.name: full}
            more = evaluate_total(self, before, depths) - evaluate_total(self, before, own)
            saved = np.where(saved > 0, saved, more)
        return np.where(saved > 0, saved, np.abs(alone))


def evaluate_total(tree: Tree, before: Mapping[str, Floats], depths: Mapping[str, Any]) -> Floats:
    """The total (runs, years) or (years,) from leaves and depths alone, without anything kept."""
    step()
    touched = applied(list(tree.levers.values()), tree.leaves, before, depths)
    arrays: dict[str, Any] = {**before, **touched}
    for name, node in tree.nodes.items():
        arrays[name] = node.compute(arrays)
    total = np.broadcast_to(
        arrays[tree.total], np.broadcast_shapes(np.shape(arrays[tree.total]), (1, tree.years.size))
    )
    return total[0] if total.shape[0] == 1 else total


def checked(tree: Tree, depths: Mapping[str, Any]) -> Mapping[str, Any]:
    """The depths, unless levers cannot be so together."""
    check_depths(tree.levers, depths)
    return depths
