"""No cap is called out of reach that is not, and none costs less when it is tighter: levers that act on each other, bounds, min, max."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.unit.test_tree import leaf, lever, said

from tanheng.pathways import Tree, solve_cap, tree_of
from tanheng.pathways.cap.result import held_said
from tanheng.pathways.tree.model import evaluate_total

FIXED = settings(
    max_examples=30, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
GRID = np.linspace(0, 1, 5)
NEAR, CENT = 0.05, 0.01


@st.composite
def bent_trees(draw: st.DrawFn) -> Tree:
    """Electrify on a grid that gets clean, use less of the same fuel, a leaf with bounds, a max and a min."""

    def own(**more: Any) -> dict[str, Any]:
        return {"cost": round(draw(st.floats(1, 100)), 1), "cost_unit": "元", **more}

    def amount(low: float, high: float) -> float:
        return round(draw(st.floats(low, high)), 2)

    return tree_of(
        {
            "format": "tanheng-tree/1", "id": "bent", "title": said("弯"), "years": {"from": 2020, "to": 2021}, "total": "total",
            "leaves": {
                "oil": leaf(100, "t"), "factor": leaf(3, "tCO2/t"), "power": leaf(amount(0, 600), "MWh"),
                "grid": leaf(amount(0.3, 1.2), "tCO2/MWh"), "kiln": leaf(amount(50, 200), "tCO2", low=amount(0, 50)),
                "heat": leaf(amount(0, 150), "tCO2"), "rest": leaf(amount(0, 150), "tCO2"),
            },
            "nodes": {"total": {"title": said("合计"), "unit": "tCO2",
                                "formula": draw(st.sampled_from([
                                    "oil * factor + power * grid", "oil * factor + power * grid + kiln + max(heat, rest)",
                                    "max(oil * factor, heat) + power * grid + min(kiln, rest)", "max(oil * factor + power * grid, kiln + rest)"]))}},
            "levers": {
                "electrify": lever("oil", 0.9, kind="move", to="power", ratio=4, ratio_unit="MWh/t", **own()),
                "clean": lever("grid", -0.9, **own()), "less": lever("factor", -0.5, **own()),
                "kiln": lever("kiln", -amount(0.3, 1), **own()), "heat": lever("heat", -amount(0.3, 1), **own()),
            },
        }
    )  # fmt: skip


def on_a_grid(tree: Tree) -> tuple[Any, Any]:
    """Total and cost of the last year at every grid point of all levers."""
    points = np.array(list(itertools.product(GRID, repeat=len(tree.levers))))
    depths = {name: points[:, place : place + 1] * one.ramp(tree.years) for place, (name, one) in enumerate(tree.levers.items())}  # fmt: skip
    total = evaluate_total(tree, tree.leaf_arrays(tree.scenario("baseline")), depths)[:, -1]
    return total, points @ np.array([one.cost for one in tree.levers.values()])


@FIXED
@given(bent_trees())
def test_what_is_out_of_reach_is_so_and_what_is_dearer_is_tighter(tree: Tree) -> None:
    totals, costs = on_a_grid(tree)
    base, least = totals[0], totals.min()
    plans = [
        solve_cap(tree, marks={2021: float(least + part * (base - least))})
        for part in (1, 0.8, 0.5, 0.2, -0.05)
    ]
    for plan in plans:
        cap = float(plan.cap[-1])
        np.testing.assert_allclose(tree.evaluate(levers=plan.depths).total[0], plan.emission, rtol=1e-9)
        assert (plan.gap >= 0).all()
        fit = totals <= cap
        if plan.reachable:
            assert plan.emission[-1] <= cap + 1e-6 * abs(base)
            assert plan.present_value <= costs[fit].min(initial=np.inf) * (1 + NEAR) + CENT
        else:
            assert not fit.any()
            assert plan.gap[-1] <= least - cap + 1e-6 * abs(base)
    for loose, tight in itertools.pairwise(plans):
        assert loose.reachable or not tight.reachable
        assert loose.gap.sum() <= tight.gap.sum() + 1e-6 * abs(base)
        if tight.reachable:
            assert loose.present_value <= tight.present_value * (1 + NEAR) + CENT


def test_the_bound_of_a_leaf_is_what_binds_and_its_gap_is_no_larger() -> None:
    data = {
        "format": "tanheng-tree/1", "id": "low", "title": said("下限"), "years": {"from": 2020, "to": 2022}, "total": "total",
        "leaves": {"a": leaf(500, "tCO2", low=300), "b": leaf(500, "tCO2", low=300)},
        "nodes": {"total": {"title": said("合计"), "unit": "tCO2", "formula": "a + b"}},
        "levers": {"x": lever("a", -1, cost=100, cost_unit="元/tCO2"), "y": lever("b", -1, cost=100, cost_unit="元/tCO2")},
    }  # fmt: skip
    plan = solve_cap(tree_of(data), marks={2022: 500})
    assert plan.gap[-1] == pytest.approx(100)
    assert {(one.kind, one.name) for one in plan.binding} == {("bound", "a"), ("bound", "b")}


def test_the_larger_of_two_is_lowered_by_lowering_both() -> None:
    data = {
        "format": "tanheng-tree/1", "id": "max", "title": said("取大"), "years": {"from": 2020, "to": 2022}, "total": "total",
        "leaves": {"a": leaf(500, "tCO2"), "b": leaf(500, "tCO2")},
        "nodes": {"total": {"title": said("合计"), "unit": "tCO2", "formula": "max(a, b)"}},
        "levers": {"x": lever("a", -1, cost=10, cost_unit="元"), "y": lever("b", -1, cost=10, cost_unit="元")},
    }  # fmt: skip
    plan = solve_cap(tree_of(data), marks={2022: 100})
    assert plan.reachable
    assert (plan.depths["x"][-1], plan.depths["y"][-1]) == (pytest.approx(0.8), pytest.approx(0.8))


def test_a_lever_that_saves_nothing_alone_is_not_free() -> None:
    data = {
        "format": "tanheng-tree/1", "id": "dirty", "title": said("脏电网"), "years": {"from": 2020, "to": 2022}, "total": "total",
        "leaves": {"oil": leaf(100), "factor": leaf(3, "tCO2/t"), "power": leaf(1000, "MWh"), "grid": leaf(0.9, "tCO2/MWh")},
        "nodes": {"total": {"title": said("合计"), "unit": "tCO2", "formula": "oil * factor + power * grid"}},
        "levers": {
            "electrify": lever("oil", 0.9, kind="move", to="power", ratio=4, ratio_unit="MWh/t", cost=5000, cost_unit="元/tCO2"),
            "clean": lever("grid", -0.9, cost=100, cost_unit="元/tCO2"),
            "less": lever("factor", -0.5, cost=200, cost_unit="元/tCO2"),
        },
    }  # fmt: skip
    tree = tree_of(data)
    # With a clean grid and less in a tonne: 100 t of oil at 1.5 and 1000 MWh at 0.09 against 10 t and 1360 MWh.
    assert tree.yearly_cost(tree.scenario("baseline"))[0, -1] == pytest.approx(5000 * (240 - 15 - 122.4))
    assert "electrify" not in solve_cap(tree, marks={2022: 250}).chosen


def test_what_holds_beyond_the_courses_of_levers_is_named_and_the_gap_is_summed() -> None:
    data = {
        "format": "tanheng-tree/1", "id": "group", "title": said("组"), "years": {"from": 2020, "to": 2022}, "total": "total",
        "leaves": {"a": leaf(500, "tCO2"), "b": leaf(500, "tCO2")},
        "nodes": {"total": {"title": said("合计"), "unit": "tCO2", "formula": "a + b"}},
        "levers": {"x": lever("a", -1, group="g"), "y": lever("b", -1, group="g")},
    }  # fmt: skip
    plan = solve_cap(tree_of(data), marks={2022: 100})
    told = plan.to_dict()
    assert told["gap_t_total"] == pytest.approx(400)
    assert [(one["bound"], one["name"]) for one in told["relaxation"]["held"]] == [("group", "g")]
    assert plan.relaxation is not None
    assert "互斥组 g" in held_said(plan.relaxation, plan.tree, "400 t")
