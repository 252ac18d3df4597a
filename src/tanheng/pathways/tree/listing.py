"""What a tree holds, as plain data: leaves, nodes and levers with their units, sources and costs."""

from __future__ import annotations

from typing import Any

from tanheng.pathways.tree.model import BASELINE, Tree, evaluate_total


def described(tree: Tree) -> dict[str, Any]:
    """Leaves with value, source and proof, nodes with formula, and the names of levers and scenarios.

    Examples
    --------
    >>> from tanheng.pathways import load_tree
    >>> found = described(load_tree("examples/sichuan-road/tree.yaml"))
    >>> found["total"], found["years"], found["scenarios"]
    ('emission', [2021, 2060], ['general', 'strong'])
    """
    return {
        "id": tree.id,
        "title": dict(tree.title),
        "region": tree.region,
        "years": [int(tree.years[0]), int(tree.years[-1])],
        "total": tree.total,
        "unit": tree.unit,
        "leaves": [
            {"name": one.name, "title": dict(one.title), "unit": one.unit, "sector": one.sector, "value": one.base,
             "uncertainty_percent": None if one.uncertainty is None else round(one.uncertainty * 100, 6),
             "source": one.source, "check": one.check, "proof": one.proof}
            for one in tree.leaves.values()
        ],
        "nodes": [
            {"name": one.name, "title": dict(one.title), "unit": one.unit, "sector": one.sector, "formula": one.formula.text}
            for one in tree.nodes.values()
        ],
        "levers": list(tree.levers),
        "scenarios": list(tree.scenarios),
    }  # fmt: skip


def origin_of(leaf: dict[str, Any], lang: str) -> str:
    """Where the value of a leaf of `described` came from: the cell of an inventory, or its source."""
    if leaf["proof"]:
        cell = ", ".join(f"{key}={value}" for key, value in leaf["proof"]["cell"].items())
        return f"{leaf['proof']['inventory']}: {cell} ({leaf['proof']['take']})"
    return str(leaf["source"][lang]) if leaf["source"] else "–"


def levers_listed(tree: Tree) -> list[dict[str, Any]]:
    """Levers with size, course, cost, exclusive group and dependence, and what each would save alone in the last year.

    ``saves_alone_last_year`` stands in the unit of the total, ``cost_last_year`` in CNY of the tree's price year at depth 1.
    """
    before = tree.leaf_arrays(tree.scenario(BASELINE))
    start = evaluate_total(tree, before, {})
    costs = tree.yearly_cost(tree.scenario(BASELINE))
    alone = {
        name: start - evaluate_total(tree, before, {name: one.ramp(tree.years)})
        for name, one in tree.levers.items()
    }
    return [
        {"lever": name, "title": dict(one.title), "leaf": one.leaf, "kind": one.kind, "most": one.most, "to": one.to or None,
         "from": one.start, "build": one.build, "shape": one.shape, "group": one.group or None, "needs": list(one.needs),
         "whole": one.whole, "cost": one.cost, "cost_per": one.cost_per, "source": one.source, "check": one.check,
         "saves_alone_last_year": round(float(alone[name][-1]), 6), "cost_last_year": round(float(cost[-1]), 2)}
        for (name, one), cost in zip(tree.levers.items(), costs, strict=True)
    ]  # fmt: skip
