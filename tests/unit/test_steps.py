"""Long loops end where whoever began them ends them: between their parts, and within the solver."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from tests.small_road import tree_data

from tanheng.drivers import cluster, decompose
from tanheng.pathways import solve_cap, tree_of, wedges
from tanheng.pathways.composite import audit_composite, flat, units_of
from tanheng.pathways.forecast import Series, forecast, peaks
from tanheng.programs import Program
from tanheng.steps import Ended, looked_at, step

CITY = Series(("城市",), 2005, 100 + 3.0 * np.arange(15) + np.tile([1.0, -1, 2], 5))
PLACES = {"city": list("abcdefgh"), "coal": [9, 8, 7, 1, 2, 3, 5, 4], "gas": [1, 2, 3, 9, 8, 7, 5, 6]}
YEARS = {"year": [2015, 2020], "people": [2.0, 4.0], "each": [5.0, 2.5], "co2": [10.0, 10.0]}


def _audit() -> Any:
    rows = [{"city": at, "a": at, "b": at * at, "c": -at} for at in range(1, 6)]
    return audit_composite(
        units_of(rows, unit="city", columns=["a", "b", "c"]), flat({"a": 1, "b": 1, "c": 1}), runs=200
    )


LOOPS: dict[str, Callable[[], Any]] = {
    "tree": lambda: tree_of(tree_data()).evaluate(draws=50),
    "cap": lambda: solve_cap(tree_of(tree_data()), marks={2030: 150.0}),
    "wedges": lambda: wedges(tree_of(tree_data(scenarios={"all": {"title": {"zh": "全", "en": "All"}, "levers": {"save": 1}}})), "all"),
    "backtest": lambda: forecast([CITY], 3),
    "peak": lambda: peaks([CITY], 3, draws=100),
    "audit": _audit,
    "clusters": lambda: cluster(PLACES, place="city", shares=["coal", "gas"], draws=20),
    "drivers": lambda: decompose(YEARS, total="co2", factors=["people", "each"], period="year", uncertainty={"each": 0.1}, draws=500),
}  # fmt: skip


@pytest.mark.parametrize("name", LOOPS)
def test_every_long_loop_can_be_ended(name: str) -> None:
    def end() -> None:
        raise Ended

    with pytest.raises(Ended), looked_at(end):
        LOOPS[name]()


def test_nobody_is_asked_where_nobody_looks() -> None:
    step()
    seen: list[int] = []
    with looked_at(lambda: seen.append(1)):
        step()
    step()
    assert seen == [1]


def test_the_solver_ends_between_its_iterations_and_answers_the_same_when_looked_at() -> None:
    """A transport problem of many iterations: the first look is before the solver, the others are within it."""
    size, random = 40, np.random.default_rng(1)
    cost = random.integers(1, 1000, size * size).astype(float)
    program = Program(np.zeros(size * size), np.full(size * size, np.inf), cost)
    every = np.arange(size * size).reshape(size, size)
    program.add("from", "", np.arange(size), every, 1.0, 1.0, 1.0)
    program.add("to", "", np.arange(size), every.T, 1.0, 1.0, 1.0)
    alone = program.solve()
    looks: list[int] = []

    def end_at_the_third() -> None:
        looks.append(1)
        if len(looks) == 3:
            raise Ended

    with pytest.raises(Ended), looked_at(end_at_the_third):
        program.solve()
    assert len(looks) == 3
    with looked_at(lambda: looks.append(1)):
        looked = program.solve()
    assert alone is not None
    assert looked is not None
    assert len(looks) > 10
    assert looked.values.tolist() == alone.values.tolist()
    assert looked.duals.tolist() == alone.duals.tolist()
