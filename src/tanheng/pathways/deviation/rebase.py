"""The factor tree begun again in the year that was observed last: what was done is done, and the total is the observed one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from tanheng.inventory.methods.formula import Formula
from tanheng.pathways.tree.arithmetic import Floats
from tanheng.pathways.tree.leaf import Course, Leaf
from tanheng.pathways.tree.levers import Lever, applied
from tanheng.pathways.tree.model import Cap, Node, Scenario, Tree, evaluate_total

OFF = "off_tree"
"""Leaf that holds what was observed beyond what the tree says."""
_NONE = 1e-9


def rebased(
    tree: Tree, year: int, observed: float, *, done: Mapping[str, float], until: int, cap: Cap, scenario: str
) -> Tree:
    """A tree whose first year is ``year`` and whose total is there what was observed.

    Parameters
    ----------
    tree : Tree
    year, until : int
        First and last year; both are years of the tree.
    observed : float
        Total of the first year [unit of the total].
    done : mapping
        Lever to the depth (0 to 1) that was reached in that year.
    cap : Cap
        What may be emitted afterwards.
    scenario : str
        Whose courses of leaves hold.

    Returns
    -------
    Tree
        Leaves go on by their courses from where done levers have brought them. What the observed total has beyond the tree's stays
        as it is, in a leaf of its own. Levers begin in the next year at the earliest, and take what is left of them at their own speed
        and cost; of an exclusive group what is left of the group.
        What was moved to another leaf is no longer touched by levers of the leaf that it came from.

    Examples
    --------
    >>> from tanheng.pathways import load_tree
    >>> tree = load_tree("examples/sichuan-road/tree.yaml")
    >>> new = rebased(tree, 2024, 4.2e8, done={"clean-power": 0.2}, until=2030, cap=Cap({2030: 4e8}), scenario="baseline")
    >>> new.years.tolist()[0], round(float(new.evaluate().total[0, 0])), round(new.levers["clean-power"].most, 4)
    (2024.0, 420000000, -0.878)
    """
    at, end = int(year - tree.years[0]), int(until - tree.years[0])
    years = tree.years[at : end + 1]
    depths = {name: np.full(tree.years.size, share) for name, share in done.items()}
    base = _moved(tree, Scenario(scenario, {}, {}, tree.scenario(scenario).courses), depths)
    leaves = {name: _from(leaf, base[name][at : end + 1], years) for name, leaf in tree.leaves.items()}
    off = OFF
    while off in tree.leaves or off in tree.nodes:
        off += "_"
    total = f"{tree.total}_{off}"
    before = evaluate_total(tree, {name: values[None, :] for name, values in base.items()}, {})[at]
    leaves[off] = Leaf(
        off, {"zh": "核查总量与因子树之差", "en": "Observed beyond the tree"}, tree.unit, float(observed - before),
        source={"zh": f"{year} 年核查总量减因子树合计", "en": f"observed total of {year} less that of the tree"},
    )  # fmt: skip
    node = Node(total, tree.nodes[tree.total].title, tree.unit, Formula(f"{tree.total} + {off}"))
    return replace(
        tree, years=years, leaves=leaves, nodes={**tree.nodes, total: node}, total=total, scenarios={}, cap=cap,
        levers=_left(tree.levers, done, year),
    )  # fmt: skip


def _moved(tree: Tree, scenario: Scenario, depths: Mapping[str, Floats]) -> dict[str, Floats]:
    """Leaves (years,) with what was done of the levers."""
    arrays = tree.leaf_arrays(scenario)
    after = {**arrays, **applied(list(tree.levers.values()), tree.leaves, arrays, depths)}
    return {name: np.ravel(values) for name, values in after.items()}


def _from(leaf: Leaf, values: Floats, years: Floats) -> Leaf:
    marks = dict(zip(years.astype(int).tolist(), values.tolist(), strict=True))
    return replace(leaf, base=float(values[0]), course=Course("points", marks))


def _left(levers: Mapping[str, Lever], done: Mapping[str, float], year: int) -> dict[str, Lever]:
    """What is left of levers; one that is fully done is no lever any more."""
    groups: dict[str, float] = {}
    moved: dict[str, float] = {}
    for name, one in levers.items():
        if one.group:
            groups[one.group] = groups.get(one.group, 1.0) - done.get(name, 0.0)
        if one.kind == "move":
            moved[one.leaf] = moved.get(one.leaf, 0.0) + one.most * done.get(name, 0.0)
    found = {}
    for name, one in levers.items():
        share = done.get(name, 0.0)
        rest = min(1 - share, groups.get(one.group, 1.0))
        if rest <= _NONE:
            continue
        scale = {"relative": 1 + one.most * share, "move": 1 - moved.get(one.leaf, 0.0), "absolute": 1.0}[
            one.kind
        ]
        if scale <= _NONE:
            continue
        found[name] = replace(
            one, most=one.most * rest / scale, start=max(one.start, year + 1), build=max(1, round(one.build * rest)),
            ceiling=None if one.ceiling is None else (one.ceiling - share) / rest,
            cost=one.cost * rest if one.cost_per == "year" else one.cost,
        )  # fmt: skip
    return {
        name: replace(one, needs=tuple(need for need in one.needs if need in found))
        for name, one in found.items()
    }
