"""The gate on any numbers: verdicts are monotone, offsets cost no more when there are more, views of steam and claims add up."""

from __future__ import annotations

import dataclasses
import itertools
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.unit.gate_places import change, option, project, road

from tanheng.pathways.gate import ClaimRegister, Lot, Steam, judge
from tanheng.pathways.gate.offsets import Option, cheapest, prices
from tanheng.pathways.gate.problems import ClaimTaken
from tanheng.pathways.gate.rules import Course

LESS = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
ORDER = {"admitted": 0, "admitted-with-offsets": 1, "refused": 2}
YEARS = np.arange(2025.0, 2031.0)
amounts = st.floats(0, 1000)


@st.composite
def options(draw: st.DrawFn) -> Option:
    return Option(
        name=draw(st.uuids()).hex, title={"zh": "", "en": ""}, cost=draw(st.floats(0, 1e6)), per_tonne=draw(st.booleans()),
        yearly=Course({2025: draw(amounts), 2030: draw(amounts)}), steam=None, available=draw(st.integers(2024, 2030)),
        until=draw(st.none() | st.integers(2026, 2031)), most=draw(st.integers(1, 5)), whole=draw(st.booleans()),
        additional=draw(st.sampled_from([True, True, False])), reason={"zh": "", "en": ""}, discount=draw(st.floats(0, 0.5)), source={},
    )  # fmt: skip


needs = st.lists(amounts, min_size=6, max_size=6).map(np.array)


@LESS
@given(st.lists(options(), max_size=4), options(), needs)
def test_more_offsets_never_cost_more_and_never_leave_more(few: list[Option], one: Option, need: Any) -> None:
    less, more = cheapest(few, YEARS, need), cheapest([*few, one], YEARS, need)
    scale = max(1.0, float(need.max()))
    assert more.gap.sum() <= less.gap.sum() + 1e-4 * scale
    if less.complete and more.complete:
        assert more.cost <= less.cost * (1 + 1e-4) + 1e-3 * max([1.0, *(each.cost for each in few)])
    np.testing.assert_allclose(more.covered + more.gap, np.maximum(need, 0), atol=1e-4 * scale)
    for place, each in enumerate(more.options):
        brought = each.tonnes(YEARS) * (1 - each.discount) * more.units[place]
        assert (more.used[place] <= brought + 1e-4 * scale).all()
        assert each.additional or not more.used[place].any()
        assert more.units[place] <= each.most + 1e-6


@LESS
@given(st.lists(options(), max_size=3), needs, st.floats(1.0, 1.2))
def test_a_larger_need_never_costs_less(few: list[Option], need: Any, times: float) -> None:
    less, more = cheapest(few, YEARS, need), cheapest(few, YEARS, need * times)
    scale = max(1.0, float(need.max()))
    assert more.gap.sum() >= less.gap.sum() - 1e-4 * scale
    if more.complete:
        assert more.cost >= less.cost * (1 - 1e-4) - 1e-3 * max([1.0, *(each.cost for each in few)])


@LESS
@given(st.lists(options(), min_size=1, max_size=3), needs)
def test_no_whole_units_are_cheaper(few: list[Option], need: Any) -> None:
    """Against every combination of whole units, tried one by one."""
    few = [dataclasses.replace(one, whole=True) for one in few]
    found = cheapest(few, YEARS, need)
    cost = prices(few, YEARS)
    brought = np.array([one.tonnes(YEARS) * (1 - one.discount) * one.additional for one in few])
    best = np.inf
    for units in itertools.product(*(range(int(one.most) + 1) for one in few)):
        if (np.array(units) @ brought >= need - 1e-9).all():
            best = min(best, float(np.array(units) @ cost))
    if found.complete:
        assert found.cost == pytest.approx(best, rel=1e-4, abs=1e-3)
    else:
        most = np.array([one.most for one in few]) @ brought
        np.testing.assert_allclose(
            found.gap.sum(), np.maximum(need - most, 0).sum(), atol=1 + 1e-3 * need.max()
        )


@LESS
@given(st.floats(0, 1500), st.floats(0, 1500), st.integers(50, 100), st.integers(50, 100))
def test_the_verdict_is_monotone_in_certainty_and_in_what_is_added(a: float, b: float, sure: int, surer: int) -> None:  # fmt: skip
    small, large = sorted((a, b))
    low, high = sorted((sure, surer))
    grades = []
    for certainty, amount in ((low, small), (low, large), (high, large)):
        place = road({"certainty": certainty}, coal_factor={"uncertainty": 10})
        found = judge(
            place,
            project(place, changes=[change(amount=amount)], offsets={"reed": option(tonnes=25)}),
            draws=200,
        )
        grades.append(ORDER[found.outcome])
    assert grades == sorted(grades)


number = st.floats(0.01, 10)


@given(number, st.floats(0.1, 1), number, st.floats(0, 0.9), number, number, number)
def test_views_of_steam_add_up_to_the_city_s(heat: float, boiler: float, fuel: float, loss: float, power: float, factor: float, bought: float) -> None:  # fmt: skip
    views = Steam(Course({0: heat}), boiler, Course({0: fuel}), loss, power, Course({0: factor}), Course({0: bought})).views([2030, 2031])  # fmt: skip
    assert np.array_equal(views.firm + views.plant, views.city)
    formula = heat * fuel / boiler - heat / (1 - loss) * power * factor
    np.testing.assert_allclose(
        -views.city, formula, rtol=1e-9, atol=1e-9 * (heat * fuel / boiler + abs(formula) + heat * bought)
    )
    even = views.break_even()[0]
    assert (views.city[0] < 0) == (even["factor"] > factor) or np.isclose(even["factor"], factor)


moves = st.lists(
    st.tuples(st.sampled_from(["plant", "mill", "yard"]), st.integers(1, 60), st.booleans()), max_size=12
)


@LESS
@given(moves)
def test_claims_conserve_tonnes(steps: list[tuple[str, int, bool]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        register = ClaimRegister(Path(folder) / "claims.sqlite")
        held: dict[str, tuple[int, int]] = {}
        for who, tonnes, gives in steps:
            if gives and who in held:
                register.release(held.pop(who)[0], "a test")
                continue
            free = 100 - sum(one for _, one in held.values())
            try:
                made = register.lock([Lot("wood", 2030, tonnes, 100)], project=who, place="p")
            except ClaimTaken:
                assert who in held or tonnes > free
            else:
                assert who not in held
                assert tonnes <= free
                held[who] = (made[0].id, tonnes)
        total = sum(one for _, one in held.values())
        assert sum(register.taken().values()) == total <= 100
        if steps and register.path.exists():
            assert register.verify().sound
