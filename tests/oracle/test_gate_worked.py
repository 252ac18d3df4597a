"""The chemical park in Sichuan, worked again beside the gate: offsets by scipy's own program, steam and certainty by plain arithmetic."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from tanheng.pathways.gate import Verdict, judge, load_project
from tanheng.pathways.road import load_road

FOLDER = Path(__file__).parents[2] / "examples" / "sichuan-road"


@pytest.fixture(scope="module")
def verdict() -> Verdict:
    road = load_road(FOLDER / "road.yaml")
    return judge(road, load_project(FOLDER / "project.yaml", road))


def test_offsets_are_those_of_a_program_in_units_alone(verdict: Verdict) -> None:
    """Without any column for use: sum r y >= need, straight from the numbers of the file."""
    plan = verdict.plan
    assert plan is not None
    years = np.arange(2027, 2031)
    planted = np.interp(years, [2027, 2030], [300e3, 800e3])
    wood = planted * 0.8
    grid = np.interp(years, [2025, 2035], [0.55, 0.35])
    heat = 30e6  # GJ
    steam = heat * 0.0947 / 0.78 - heat / (1 - 0.008 * 9) * 0.045 * grid
    rate = np.stack([steam, wood, np.full(4, 1.5e6)])
    cost = np.array([700e6, 65 * planted.sum(), 120 * 6e6])
    need = 1.1 * verdict.added.mean(axis=0)[-4:]
    found = milp(cost, constraints=LinearConstraint(rate.T, need), integrality=[1, 0, 0], bounds=Bounds(0, [1, 3, 4]))  # fmt: skip
    assert found.success
    assert plan.cost == pytest.approx(found.fun, rel=1e-6)
    assert plan.units[:3].tolist() == pytest.approx(found.x.tolist(), rel=1e-6)
    assert plan.units[3:].tolist() == [0, 0]


def test_what_the_project_adds_is_coal_power_and_haulage_times_the_factors_of_the_tree(
    verdict: Verdict,
) -> None:
    tree = verdict.road.tree
    state = tree.evaluate("strong", draws=verdict.draws, seed=verdict.seed)
    at = np.searchsorted(tree.years, verdict.years)
    parts = {
        "1": 2.6e6 * state["coal_factor"], "2": 36_000 * 10 * state["power_factor"], "induced": 12e4 * state["oil_factor"],
    }  # fmt: skip
    for scope, values in parts.items():
        told = verdict.scopes[scope]
        np.testing.assert_allclose(
            told, values.mean(axis=0)[at], rtol=0.01
        )  # the project's own draws have a mean of nearly 1


def test_the_share_of_draws_below_the_path(verdict: Verdict) -> None:
    with_it = (verdict.before + verdict.added)[:, -4:]
    path = np.interp(verdict.years, [2020, 2025, 2030], [392e6, 410e6, 415e6])
    assert verdict.checks[0].certainty is not None
    np.testing.assert_array_equal(verdict.checks[0].certainty, (with_it <= path).mean(axis=0))
    np.testing.assert_allclose(verdict.checks[0].value, np.sort(with_it, axis=0)[899])
