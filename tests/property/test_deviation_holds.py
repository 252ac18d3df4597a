"""What must hold of deviations whatever the numbers: a path that is kept, shifts that are found, causes that add up."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st
from tests.property.test_tree_cap import trees
from tests.unit.test_deviation import road_data, tree_data
from tests.unit.test_tree import lever

from tanheng.pathways import Tree, deviation_of, road_of, solve_cap, tree_of
from tanheng.pathways.deviation import cusum, run_length
from tanheng.pathways.deviation.correction import effects_of
from tanheng.pathways.deviation.rebase import rebased
from tanheng.pathways.tree.model import Cap

value = st.floats(1, 1e6)
share = st.floats(0, 1)


@given(st.lists(st.floats(-0.5, 0.5), max_size=60))
def test_what_stays_within_the_allowance_never_alarms(z: list[float]) -> None:
    found = cusum(z)
    assert not found.alarms
    assert not np.any(found.high)


@given(st.integers(0, 20), st.floats(1.0, 10))
def test_a_shift_is_found_with_its_start(before: int, shift: float) -> None:
    found = cusum([0.0] * before + [shift] * 40)
    (alarm,) = found.alarms
    assert (alarm.side, alarm.start, alarm.stands) == ("over", before, True)
    steps = 4 / (shift - 0.5)
    assert np.floor(steps - 1e-9) <= alarm.first - before <= np.floor(steps + 1e-9)


@given(st.lists(st.floats(-2, 2), min_size=1, max_size=40), st.floats(0, 3), st.floats(0, 3))
def test_a_larger_shift_is_found_no_later(z: list[float], small: float, more: float) -> None:
    def first(shift: float) -> int:
        return next((one.first for one in cusum(np.array(z) + shift).alarms if one.side == "over"), len(z))

    assert first(small + more) <= first(small)


@given(st.lists(st.floats(-5, 5), min_size=1, max_size=40))
def test_the_sides_mirror_each_other(z: list[float]) -> None:
    one, other = cusum(z), cusum(-np.array(z))
    np.testing.assert_array_equal(one.high, other.low)
    assert {(a.side, a.first) for a in one.alarms} == {
        ({"over": "under", "under": "over"}[a.side], a.first) for a in other.alarms
    }


def test_false_alarms_are_rarer_the_higher_the_height() -> None:
    means = [run_length(0.5, h, runs=2000).mean or np.inf for h in (2.0, 3.0, 4.0, 5.0)]
    assert means == sorted(means)


@st.composite
def rows(draw: st.DrawFn) -> dict[str, list[Any]]:
    """Three years of two cells with two factors each, some of them zero."""
    use = [draw(st.one_of(value, st.just(0.0))) for _ in range(6)]
    use[0] = draw(value)
    rate = [draw(st.floats(0.01, 100)) for _ in range(6)]
    assume(
        use[0] * rate[0] != use[1] * rate[1]
    )  # a total that all cells have in common is that of them together
    return {
        "year": [2020, 2020, 2021, 2021, 2022, 2022], "cell": ["coal", "power"] * 3, "use": use, "rate": rate,
        "co2": [a * b for a, b in zip(use, rate, strict=True)],
    }  # fmt: skip


@settings(max_examples=50, deadline=None)
@given(rows(), st.floats(0.2, 2), st.floats(0.1, 2))
def test_cause_and_cells_sum_to_the_deviation(table: dict[str, list[Any]], first: float, last: float) -> None:
    base = sum(table["co2"][:2])
    path = {"unit": "t", "marks": {"2020": base * first, "2030": base * last}, "source": "a test"}
    road = road_of(road_data(path=path, deviation={"spread": 1}), tree=tree_of(tree_data()), observed=table)
    found = deviation_of(road, correct=False)
    size = max(table["co2"]) + base * max(first, last)
    assert found.cause is not None
    off = float(found.total.deviation[-1])
    np.testing.assert_allclose(found.cause.deviation, off, atol=1e-9 * size)
    np.testing.assert_allclose(sum(found.cause.by_cell.values()), off, atol=1e-9 * size)
    whole = sum(found.cause.by_factor.values()) + found.cause.asked.sum() + found.cause.stood.sum()
    np.testing.assert_allclose(whole, off, atol=1e-9 * size)
    np.testing.assert_allclose(
        sum(one.deviation for one in found.levels[1:]), found.total.deviation, atol=1e-9 * size
    )


@settings(max_examples=30, deadline=None)
@example(1.0, [1.0] * 9 + [2.0])
@given(st.floats(0.5, 2), st.lists(st.floats(0.5, 2), min_size=10, max_size=10))
def test_a_path_that_is_kept_exactly_never_alarms(level: float, course: list[float]) -> None:
    marks = {str(2020 + at): 500 * level * one for at, one in enumerate([1.0, *course])}
    table = {"year": [int(year) for year in marks], "co2": list(marks.values())}
    data = road_data(path={"unit": "t", "marks": marks, "source": "a test"})
    data["observed"] = {
        "file": "o",
        "period": "year",
        "total": "co2",
        "unit": "t",
        "uncertainty": 1,
        "source": "a test",
    }
    found = deviation_of(road_of(data, tree=tree_of(tree_data()), observed=table))
    assert not found.alarms_stand
    assert found.verdict == "cannot tell"
    np.testing.assert_allclose(found.total.cumulated, 0, atol=1e-12)


@settings(max_examples=40, deadline=None)
@given(share, share, st.floats(100, 1000), st.integers(2021, 2028))
def test_a_rebased_tree_begins_at_what_was_observed_and_ends_where_all_levers_lead(
    save: float, clean: float, observed: float, year: int
) -> None:
    tree = tree_of(tree_data())
    done = {"save": save, "clean": clean}
    new = rebased(tree, year, observed, done=done, until=2030, cap=Cap({2030: 1.0}), scenario="baseline")
    np.testing.assert_allclose(new.evaluate().total[0, 0], observed)
    at = year - 2020
    off = observed - tree.evaluate(levers={name: np.full(11, one) for name, one in done.items()}).total[0, at]
    np.testing.assert_allclose(new.leaves["off_tree"].base, off, atol=1e-9)
    full = new.evaluate(levers={name: np.ones(new.years.size) for name in new.levers}).total[0, -1]
    whole = tree.evaluate(levers={"save": np.ones(11), "clean": np.ones(11)}).total[0, -1]
    np.testing.assert_allclose(full - off, whole, atol=1e-6)


@settings(max_examples=40, deadline=None)
@given(share, st.floats(0.1, 0.9), st.floats(0.1, 0.9), st.floats(-0.9, -0.1))
def test_what_is_left_of_a_group_and_of_moves_is_what_was_not_done(
    done: float, one: float, other: float, saving: float
) -> None:
    levers = {
        "gas": lever("coal", one, kind="move", to="power", ratio=1, ratio_unit="MWh/t", group="heat"),
        "electric": lever("coal", other, kind="move", to="power", ratio=2, ratio_unit="MWh/t", group="heat"),
        "save": lever("coal", saving),
        "plant": lever("grid", -0.2, kind="absolute"),
    }
    tree = tree_of(tree_data(levers=levers))
    reached = {"gas": done, "save": 0.3, "plant": 0.5}
    new = rebased(tree, 2022, 500.0, done=reached, until=2030, cap=Cap({2030: 1.0}), scenario="baseline")
    off = new.leaves["off_tree"].base
    years = new.years.size

    def old(depths: dict[str, float]) -> float:
        return float(
            tree.evaluate(levers={name: np.full(11, depth) for name, depth in depths.items()}).total[0, -1]
        )

    np.testing.assert_allclose(new.evaluate().total[0, -1] - off, old(reached), atol=1e-6)
    for name, whole in (
        ("electric", {**reached, "electric": 1 - done}),
        ("plant", {**reached, "plant": 1.0}),
    ):
        if name in new.levers:
            found = new.evaluate(levers={name: np.ones(years)}).total[0, -1] - off
            np.testing.assert_allclose(found, old(whole), atol=1e-6)
    if "gas" in new.levers:
        full = new.evaluate(levers={"gas": np.ones(years)}).total[0, -1] - off
        np.testing.assert_allclose(full, old({**reached, "gas": 1.0}), atol=1e-6)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(trees(), st.floats(0.8, 1.2), st.floats(0.3, 1.1), st.integers(2020, 2024))
def test_the_correction_of_any_tree_is_what_the_tree_says_and_its_effects_add_up(
    tree: Tree, off: float, part: float, year: int
) -> None:
    observed = float(tree.evaluate().total[0, year - 2020]) * off
    cap = Cap({2025: observed, 2026: observed * part})
    new = rebased(tree, year, observed, done={"save": 0.25}, until=2026, cap=cap, scenario="baseline")
    plan = solve_cap(new)
    again = new.evaluate(levers=plan.depths).total[0]  # the tree itself refuses depths that cannot be
    np.testing.assert_allclose(again, plan.emission, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(plan.emission[0], observed, rtol=1e-9, atol=1e-9)
    effects = effects_of(new, plan.depths)
    saved = sum(effects.values()) if effects else np.zeros(new.years.size)
    np.testing.assert_allclose(
        saved, plan.baseline - plan.emission, atol=1e-4 * max(1.0, float(np.abs(plan.baseline).max()))
    )
