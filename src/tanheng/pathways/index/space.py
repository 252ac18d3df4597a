"""Part 3, reachable space: what all levers can reach by the target year, against what the path asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from tanheng.errors import language
from tanheng.pathways.cap.curve import cost_curve, single_year
from tanheng.pathways.cap.program import Question
from tanheng.pathways.cap.result import CapPlan
from tanheng.pathways.cap.search import search
from tanheng.pathways.cap.solver import solve_cap
from tanheng.pathways.index.choices import Choices, interval
from tanheng.pathways.road import Road
from tanheng.pathways.tree.arithmetic import Floats
from tanheng.pathways.tree.model import Tree, evaluate_total

_POINTS = 9
"""Points of the supply curve H(c)."""
_LOW, _NEAR = 1e-9, 1e-6


@dataclass(frozen=True, eq=False)
class Cheapest:
    """Levers of a year: depths by name and as an array (levers, 1), total [unit], cost [CNY a year], price of the cap [CNY per unit].

    ``price`` is not a number where the cap is not ``reached``.
    """

    depths: Mapping[str, Floats]
    array: Floats
    total: float
    cost: float
    reached: bool
    price: float


@dataclass(frozen=True, eq=False)
class Target:
    """The target year of a tree by itself: the question to its levers, its leaves (1, 1), and those with draws (draws, 1)."""

    tree: Tree
    only: Tree
    question: Question
    leaves: Mapping[str, Floats]
    drawn: Mapping[str, Floats]
    held: Mapping[str, Any]
    scenario: str
    cap: float

    def total(self, depths: Mapping[str, Any]) -> float:
        """The total [unit] at some depths of levers."""
        return float(evaluate_total(self.only, self.leaves, depths)[0])

    def totals(self, depths: Mapping[str, Any], draws: int) -> Floats:
        """The total (draws,) [unit] at some depths of levers, leaves being uncertain."""
        return np.broadcast_to(np.ravel(evaluate_total(self.only, self.drawn, depths)), (draws,))

    def cheapest(self, cap: float, start: Floats | None = None) -> Cheapest:
        """The cheapest levers under a cap, or those that reach the least, from some depths (levers, 1) on."""
        found, total = search(self.only, replace(self.question, cap=np.array([cap])), self.leaves, start)
        met = float(total[0]) <= cap + _NEAR * abs(cap)
        duals = found.program.bound(found.solved.duals)
        price = next((-dual for kind, _, _, dual in duals if kind == "cap"), np.nan)
        return Cheapest(
            depths=dict(zip(self.only.levers, found.depths, strict=True)), array=found.depths, total=float(total[0]),
            cost=float((self.question.cost * found.depths).sum()), reached=met,
            price=float(price * found.cost_scale / found.total_scale) + 0.0 if met else np.nan,
        )  # fmt: skip

    def plan(self) -> CapPlan:
        """The years up to the target, with what binds and what would have to give way where it cannot be reached."""
        cap = None if self.tree.cap is None else replace(self.tree.cap, scenario=self.scenario)
        return solve_cap(replace(self.tree, cap=cap), marks={int(self.only.years[0]): self.cap})


@dataclass(frozen=True, eq=False)
class ReachableSpace:
    """可达空间 Of the target year, in ``unit``: reference, the least that levers reach, and the path.

    ``value`` 0 to 100 with its draws; ``space`` H [1] is None where the reference meets the target, and ``headroom`` N is then what is
    left for new projects below the 90th percentile of the reference.
    """

    target: Target
    value: float
    draws: Floats
    reference: float
    reference_draws: Floats
    least: float
    least_draws: Floats
    least_depths: Mapping[str, Floats]
    unlimited: float
    budget: float | None
    budget_source: Mapping[str, str] | None
    curve: tuple[Mapping[str, Any], ...]
    year: int

    @property
    def path(self) -> float:
        """The target [unit]."""
        return self.target.cap

    @property
    def space(self) -> float | None:
        """H = (E_ref - E_min) / (E_ref - P_T) [1]."""
        need = self.reference - self.path
        return (self.reference - self.least) / need if need > 0 else None

    @property
    def headroom(self) -> float | None:
        """N = P_T - P90(E_ref) [unit], below zero where the reference is too uncertain to leave any."""
        return (
            None if self.reference > self.path else self.path - float(np.quantile(self.reference_draws, 0.9))
        )

    @property
    def gap(self) -> float:
        """What even all levers lack [unit]."""
        return max(0.0, self.least - self.path)

    def to_dict(self) -> dict[str, Any]:
        """Value, interval and every number behind them; a gap with what binds and what would have to give way."""
        low, high = interval(self.draws)
        near, far = interval(self.reference_draws)
        plan: Mapping[str, Any] = (
            self.target.plan().to_dict() if self.gap else {"binding": [], "relaxation": None}
        )
        lang = language()
        return {
            "value": self.value, "p5": low, "p95": high, "year": self.year, "unit": self.target.tree.unit, "tree": self.target.tree.id,
            "scenario": self.target.scenario, "target": self.path, "reference": self.reference, "reference_p5": near,
            "reference_p95": far, "least": self.least, "space": self.space, "headroom": self.headroom, "gap": self.gap,
            "budget": self.budget, "least_without_budget": self.unlimited, "budget_source": None if self.budget_source is None else self.budget_source[lang],
            "least_levers": [
                {"lever": name, "title": self.target.only.levers[name].title[lang], "depth": float(depth[0])}
                for name, depth in self.least_depths.items() if depth[0] > _LOW
            ],
            "binding": plan["binding"], "relaxation": plan["relaxation"],
            "supply": [dict(one) for one in self.curve],
        }  # fmt: skip


def target_of(road: Road, scenario: str, budget: float, draws: int, seed: int) -> Target:
    """The target year of a road's tree, with the cheapest way under its path."""
    year, tree = road.path.target, road.tree
    short = replace(tree, years=tree.years[tree.years <= year])
    only, question, leaves = single_year(tree, year, scenario, budget=budget, in_parts=False)
    own = tree.scenario(scenario)
    return Target(
        tree=short, only=only, question=question, leaves=leaves,
        drawn={name: values[:, -1:] for name, values in short.leaf_arrays(own, draws, seed).items()},
        held={name: depth[-1:] for name, depth in short.depths(own.levers).items()}, scenario=scenario,
        cap=float(road.path.at(year)),
    )  # fmt: skip


def reachable_space(
    target: Target, year: int, draws: int, choices: Choices, budget_source: Mapping[str, str] | None
) -> ReachableSpace:
    """Hold what levers reach by the target year against what is needed.

    Notes
    -----
    H = (E_ref - E_min) / (E_ref - P_T) where E_ref > P_T, RS = 100 min(1, H / 1.25); else RS = 100 and N = P_T - P90(E_ref).
    E_min is the least total within courses, exclusive groups, dependence and, where there is one, the budget of the year; its
    levers are held while leaves are drawn.
    """
    reference = target.total(target.held)
    below = -10 * abs(reference) - 1.0
    found = target.cheapest(below)
    free = found
    if np.isfinite(target.question.budget):
        free = replace(target, question=replace(target.question, budget=np.inf)).cheapest(below)
    depths, least = found.depths, found.total
    many, few = target.totals(target.held, draws), target.totals(depths, draws)
    return ReachableSpace(
        target=target, value=float(choices.space_score(reference, least, target.cap)), draws=choices.space_score(many, few, target.cap),
        reference=reference, reference_draws=many, least=least, least_draws=few, least_depths=depths,
        unlimited=free.total, budget=target.question.budget if np.isfinite(target.question.budget) else None, budget_source=budget_source,
        curve=_supply(target, reference, year), year=year,
    )  # fmt: skip


def _supply(target: Target, reference: float, year: int) -> tuple[dict[str, Any], ...]:
    """H at each price: what levers reach that cost no more than c for the next unit."""
    if not target.only.levers:
        return ()
    need = reference - target.cap
    rows = cost_curve(target.tree, year, points=_POINTS, scenario=target.scenario).to_dicts()
    return tuple(
        {"price": row["price"], "total": row["total"], "cost": row["cost"], "space": (reference - row["total"]) / need if need > 0 else None}
        for row in rows
    )  # fmt: skip
