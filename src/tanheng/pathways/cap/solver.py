"""From a cap per year to the cheapest levers; what is not linear is linearised again at each solution and checked on the tree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from tanheng.errors import NotFound
from tanheng.pathways.cap.program import Answer, Question
from tanheng.pathways.cap.result import CapPlan, Relaxation, bindings, tonnes_of
from tanheng.pathways.cap.search import search, shortfall
from tanheng.pathways.tree.arithmetic import Floats
from tanheng.pathways.tree.model import MOST_MARK, Cap, Tree, evaluate_total
from tanheng.pathways.tree.problems import CapInvalid
from tanheng.pathways.tree.reading import too_large


def solve_cap(
    tree: Tree, *, marks: Mapping[int, float] | None = None, discount: float | None = None
) -> CapPlan:
    """The cheapest levers under a cap.

    Parameters
    ----------
    tree : Tree
    marks : mapping, optional
        Cap [unit of the total] by year, straight between and level after the last, instead of the tree's own.
    discount : float, optional
        Share per year, instead of the tree's own.

    Returns
    -------
    CapPlan
        Depths by lever and year, cost, shadow prices; where the cap cannot be reached the smallest gap by year, the bounds that
        bind, and the cheapest way to relax them.

    Raises
    ------
    NotFound
        When the tree has no cap and none is given.
    CapInvalid
        For marks that are no amounts, or of years that the tree has not.
    LibraryMissing
        Without highspy (extra ``road``).

    Notes
    -----
    min Σ c d subject to E(d) <= P, 0 <= d <= ramp, d never falling and no faster than built, groups and dependence. E is
    linearised at the last solution; after some rounds the steps are halved until they vanish. The solution is evaluated on
    the tree itself. Where levers work against each other a cheaper solution may hide: the optimum is a local one.

    Examples
    --------
    >>> from tanheng.pathways import load_tree
    >>> plan = solve_cap(load_tree("examples/sichuan-road/tree.yaml"), marks={2030: 430e6})
    >>> plan.reachable, round(float(plan.emission[9]))
    (True, 430000000)
    """
    cap = tree.cap
    if marks is not None:
        cap = Cap(_checked(tree, marks), cap.discount if cap else 0.0, cap.scenario if cap else "baseline")
    if cap is None:
        raise NotFound(what_zh="上限", what_en="cap", name=tree.id, known="cap: {years: {2030: …}}")
    if discount is not None:
        cap = replace(cap, discount=discount)
    scenario = tree.scenario(cap.scenario)
    rate = (1 + cap.discount) ** -(tree.years - tree.years[0])
    question = question_of(tree, cap.scenario, cap_of(cap, tree.years), cap.discount)
    before = tree.leaf_arrays(scenario)
    found, emission = search(tree, question, before)
    gap = shortfall(question, emission)
    relaxation = None
    if gap.any():
        relaxation = _relaxed(tree, question, before, found.depths)
    depths = found.depths
    return CapPlan(
        tree=tree,
        cap=question.cap,
        discount=cap.discount,
        baseline=evaluate_total(tree, before, {}),
        emission=emission,
        depths=dict(zip(tree.levers, depths, strict=True)),
        cost=question.cost * depths / rate,
        present_value=float((question.cost * depths).sum()),
        price=_prices(question, found, rate),
        gap=gap,
        binding=bindings(question, found, tonnes_of(tree.unit) if gap.any() else None),
        relaxation=relaxation,
    )


def _checked(tree: Tree, marks: Mapping[int, float]) -> Mapping[int, float]:
    first, last = int(tree.years[0]) + 1, int(tree.years[-1])
    if not marks:
        raise _unfit("–", "–", ("没有年份", "there is no year"), (f"请给出 {first} 至 {last} 之间的年份。", f"Give years from {first} to {last}."))  # fmt: skip
    for year, value in marks.items():
        if not first <= year <= last:
            raise _unfit(year, value, (f"不在 {first} 至 {last} 之间", f"the year is not from {first} to {last}"), ("请换一个年份。", "Take another year."))  # fmt: skip
        if not (isinstance(value, int | float | np.number) and abs(value) <= MOST_MARK):
            raise _unfit(year, value, *too_large(float(value) if isinstance(value, int | float | np.number) else float("nan")))  # fmt: skip
    return marks


def _unfit(year: object, value: object, detail: tuple[str, str], mend: tuple[str, str]) -> CapInvalid:
    return CapInvalid(year=year, value=value, detail=detail, mend=mend)


def question_of(tree: Tree, scenario: str, cap: Floats, discount: float) -> Question:
    """What is asked of the levers of a tree, under the courses of a scenario."""
    rate = (1 + discount) ** -(tree.years - tree.years[0])
    ramps = [one.ramp(tree.years) for one in tree.levers.values()]
    return Question(
        levers=tree.levers,
        years=tree.years,
        cap=cap,
        cost=tree.yearly_cost(tree.scenario(scenario)) * rate,
        ramp=np.array(ramps).reshape(len(ramps), tree.years.size),
    )


def cap_of(cap: Cap, years: Floats) -> Floats:
    """The cap (years,), infinite before its first mark.

    Examples
    --------
    >>> cap_of(Cap({2022: 80.0, 2024: 60.0}), np.arange(2021.0, 2026)).tolist()
    [inf, 80.0, 70.0, 60.0, 60.0]
    """
    order = sorted(cap.marks)
    values = np.interp(years, order, [cap.marks[year] for year in order])
    return np.where(years < order[0], np.inf, values)


def _prices(question: Question, found: Answer, rate: Floats) -> Floats:
    """Shadow price (years,) of the cap: CNY in that year for one unit of the total less; nan where there is no cap or it has a gap."""
    prices = np.full(question.years.size, np.nan)
    if found.gap.any():
        return prices
    for kind, _, year, dual in found.program.bound(found.solved.duals):
        if kind == "cap":
            prices[year] = -dual * found.cost_scale / found.total_scale / rate[year]
    return prices + 0.0


def _relaxed(tree: Tree, question: Question, before: Mapping[str, Any], start: Floats) -> Relaxation:
    """The cheapest way over the bounds of levers, up to what is physically possible, and the gap that remains even then."""
    parts = {name: replace(one, whole=False) for name, one in tree.levers.items()}
    free = replace(question, levers=parts, free=True)
    found, emission = search(tree, free, before, start)
    gap = shortfall(question, emission)
    held = bindings(free, found, tonnes_of(tree.unit)) if gap.any() else ()
    beyond = np.where(found.beyond > 1e-6, found.beyond, 0.0)
    return Relaxation(
        years=question.years,
        levers={name: row for name, row in zip(tree.levers, beyond, strict=True) if row.any()},
        ramps=dict(zip(tree.levers, question.ramp, strict=True)),
        cost=float((question.cost * beyond).sum()),
        gap=gap,
        held=tuple(one for one in held if one.kind in ("group", "needs", "moved", "bound")),
    )
