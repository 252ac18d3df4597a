"""Bottom-up equals top-down: what the cap solver chooses is evaluated on the tree itself, on trees of any kind."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.unit.test_tree import leaf, lever, said

from tanheng.pathways import Tree, solve_cap, tree_of, wedges

share = st.floats(0.1, 0.9)
price = st.floats(-50, 500)
LESS = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def trees(draw: st.DrawFn) -> Tree:
    """Two uses of energy with a shared factor: products of levers, a move, a group, dependence, one lever taken whole."""

    def costs() -> dict[str, Any]:
        return {"cost": draw(price), "cost_unit": "元/tCO2", "from": draw(st.integers(2021, 2023)), "build": draw(st.integers(1, 4))}  # fmt: skip

    data = {
        "format": "tanheng-tree/1", "id": "any", "title": said("任意"), "years": {"from": 2020, "to": 2026}, "total": "total",
        "leaves": {
            "use": leaf(draw(st.floats(10, 1000)), growth={"2026": draw(st.floats(-3, 6))}), "intensity": leaf(1, "1"),
            "factor": leaf(draw(st.floats(0.5, 3)), "tCO2/t"), "power": leaf(draw(st.floats(0, 500)), "MWh"),
            "grid": leaf(draw(st.floats(0.1, 1)), "tCO2/MWh"), "sink": leaf(draw(st.floats(0, 50)), "tCO2"),
        },
        "nodes": {"total": {"title": said("合计"), "unit": "tCO2", "formula": "use * intensity * factor + power * grid - sink"}},
        "levers": {
            "save": lever("intensity", -draw(share), **costs()),
            "shift": lever("use", draw(share), kind="move", to="power", ratio=1.0, ratio_unit="MWh/t", group="g", **costs()),
            "clean": lever("grid", -draw(share), **costs()),
            "burn": lever("use", -draw(share), group="g", needs=["save"], **costs()),
            "plant": lever("sink", 20, kind="absolute", ceiling=2, whole=True, **costs()),
        },
        "scenarios": {"all": {"title": said("全"), "levers": {"save": 1, "clean": 1, "plant": 1}}},
    }  # fmt: skip
    return tree_of(data)


@LESS
@given(trees(), st.floats(-0.2, 1.1), st.floats(-0.2, 1.1))
def test_the_solution_meets_the_cap_or_tells_by_how_much_it_does_not(
    tree: Tree, first: float, last: float
) -> None:
    base = tree.evaluate().total[0]
    plan = solve_cap(tree, marks={2023: float(base[3] * first), 2026: float(base[6] * last)})
    total = tree.evaluate(levers=plan.depths).total[0]  # the tree itself refuses depths that cannot be
    np.testing.assert_allclose(total, plan.emission, rtol=1e-9, atol=1e-9)
    over = np.maximum(total - plan.cap, 0.0)
    np.testing.assert_allclose(over, plan.gap, atol=2e-6 * np.abs(total).max())
    for name, depth in plan.depths.items():
        assert (depth <= tree.levers[name].ramp(tree.years) + 1e-7).all()
        assert (np.diff(depth) >= -1e-7).all()
    if plan.reachable:
        assert plan.relaxation is None
    else:
        assert plan.relaxation is not None
        assert plan.relaxation.gap.sum() <= plan.gap.sum() * (1 + 1e-6) + 1e-6 * np.abs(total).max()


@LESS
@given(trees(), st.floats(0.3, 0.95))
def test_no_grid_of_depths_is_cheaper_in_a_single_year(tree: Tree, part: float) -> None:
    from dataclasses import replace

    two = {name: tree.levers[name] for name in ("save", "clean")}
    small = replace(tree, levers={name: replace(one, start=2021, build=1) for name, one in two.items()})
    base = small.evaluate().total[0]
    cap = float(base[-1] * part)
    plan = solve_cap(small, marks={2026: cap})
    costs = small.yearly_cost(small.scenario("baseline"))
    if not plan.reachable:
        return
    grid = np.linspace(0, 1, 41)
    cheapest = np.inf
    for one, other in itertools.product(grid, grid):
        depths = {
            "save": np.where(small.years > 2025, one, 0.0),
            "clean": np.where(small.years > 2025, other, 0.0),
        }
        if small.evaluate(levers=depths).total[0, -1] <= cap:
            cheapest = min(cheapest, one * costs[0, -1] + other * costs[1, -1])
    found = sum(float(plan.depths[name][-1]) * costs[place, -1] for place, name in enumerate(small.levers))
    assert found <= cheapest + 0.02 * np.abs(costs[:, -1]).sum() + 1e-6


@LESS
@given(trees())
def test_wedges_add_up_on_any_tree(tree: Tree) -> None:
    found = wedges(tree, "all")
    np.testing.assert_allclose(sum(found.parts.values()), found.baseline - found.total, rtol=1e-9, atol=1e-7)


@LESS
@given(trees(), st.floats(0.4, 0.9))
def test_the_same_question_has_the_same_answer(tree: Tree, part: float) -> None:
    marks = {2026: float(tree.evaluate().total[0, -1] * part)}
    one, other = solve_cap(tree, marks=marks), solve_cap(tree, marks=marks)
    assert one.to_dict() == other.to_dict()
