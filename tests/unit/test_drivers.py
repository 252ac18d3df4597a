"""Drivers: contributions sum to the change exactly, also at zeros; a supposition scales rows."""

from __future__ import annotations

import math

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tanheng.drivers import Change, DriversInvalid, contributions, log_mean, trace, what_if

AMOUNTS = st.one_of(st.just(0.0), st.floats(1e-3, 1e6))


@given(st.integers(1, 5).flatmap(lambda n: st.tuples(*[arrays(float, (n, 4), elements=AMOUNTS)] * 2)))
def test_contributions_sum_to_the_change_of_every_cell(factors: tuple[np.ndarray, np.ndarray]) -> None:
    before, after = factors
    effects = contributions(before, after)
    change = after.prod(axis=0) - before.prod(axis=0)
    scale = np.maximum(np.maximum(after.prod(axis=0), before.prod(axis=0)), 1e-12)
    assert np.all(np.abs(effects.sum(axis=0) - change) <= 1e-9 * scale)


def test_equal_totals_still_have_contributions() -> None:
    # the defect of PyLMDI: 10 to 10 with x1 doubled and x2 halved gives nothing there
    effects = contributions([[1.0], [10.0]], [[2.0], [5.0]])
    assert effects.ravel() == pytest.approx([10 * math.log(2), -10 * math.log(2)])


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ([2.0, 0.0], [4.0, 3.0], [0.0, 12.0]),
        ([4.0, 3.0], [2.0, 0.0], [0.0, -12.0]),
        ([0.0, 0.0], [4.0, 3.0], [6.0, 6.0]),
        ([0.0, 5.0], [0.0, 3.0], [0.0, 0.0]),
        ([0.0, 5.0], [7.0, 0.0], [0.0, 0.0]),
    ],
)
def test_zeros_are_the_limit_of_small_factors(
    before: list[float], after: list[float], expected: list[float]
) -> None:
    old, new = np.array(before)[:, None], np.array(after)[:, None]
    assert contributions(old, new).ravel() == pytest.approx(expected)
    small = contributions(np.where(old == 0, 1e-150, old), np.where(new == 0, 1e-150, new)).ravel()
    assert small == pytest.approx(expected, abs=0.01 * max(map(abs, expected), default=1) + 1e-9)


def test_the_logarithmic_mean_lies_between_the_geometric_and_the_arithmetic_and_is_exact_near_equality() -> (
    None
):
    one, two = np.array([3.0, 3.0, 3.0]), np.array([5.0, 3.0 * (1 + 1e-9), 3.0000001])
    found = log_mean(one, two)
    assert np.all(found >= np.sqrt(one * two) - 1e-12)
    assert np.all(found <= (one + two) / 2 + 1e-12)
    assert found[1] == pytest.approx(3 * (1 + 5e-10), rel=1e-14)


@pytest.mark.parametrize("bad", [[[math.nan]], [[math.inf]], [1.0]])
def test_missing_factors_and_other_shapes_are_refused(bad: object) -> None:
    with pytest.raises(DriversInvalid):
        contributions(bad, bad)


def cells(*rows: tuple[str, str, str, str, float, float]) -> pl.DataFrame:
    return pl.DataFrame(
        list(rows), schema=["year", "sector", "item", "unit", "amount", "emission"], orient="row"
    )


SERIES = cells(
    ("2015", "power", "coal", "t", 100.0, 200.0),
    ("2015", "power", "electricity", "MWh", 50.0, 30.0),
    ("2015", "forest", "stand", "hm2", 9.0, -12.0),
    ("2020", "power", "coal", "t", 80.0, 150.0),
    ("2020", "power", "gas", "m3", 500.0, 1.0),
    ("2020", "power", "electricity", "MWh", 60.0, 30.0),
    ("2020", "forest", "stand", "hm2", 9.0, -15.0),
)


def effects(**scales: tuple[float, float]) -> dict[str, float]:
    found = trace(SERIES, "2015", "2020", **scales)
    assert abs(found.residual) < 1e-9
    assert found.drivers["effect"].sum() == pytest.approx(found.after - found.before, abs=1e-9)
    return dict(found.drivers.iter_rows())


def test_a_place_is_traced_and_removals_stand_apart() -> None:
    found = effects()
    assert list(found) == ["activity", "structure", "factor", "rest"]
    assert found["rest"] == -3.0
    assert found["structure"] == pytest.approx(0, abs=1e-12)
    # by hand: coal L(150, 200) ln(80 / 100), electricity L(30, 30) ln(60 / 50), gas new as a unit
    coal = (150 - 200) / math.log(150 / 200)
    assert found["activity"] == pytest.approx(coal * math.log(0.8) + 30 * math.log(1.2) + 1)
    assert found["factor"] == pytest.approx(coal * math.log(1.875 / 2) + 30 * math.log(0.5 / 0.6))


def test_output_and_people_split_the_activity() -> None:
    whole = effects()
    both = effects(gdp=(10.0, 15.0), population=(2.0, 2.1))
    assert list(both)[:3] == ["population", "output_per_head", "activity_per_output"]
    assert sum(list(both.values())[:3]) == pytest.approx(whole["activity"])
    assert list(effects(gdp=(10.0, 15.0)))[:2] == ["output", "activity_per_output"]


def test_a_year_without_data_is_unknown_and_not_zero() -> None:
    with pytest.raises(DriversInvalid):
        trace(SERIES, "2015", "2016")
    with pytest.raises(DriversInvalid):
        trace(SERIES, "2015", "2020", gdp=(0.0, 1.0))


def test_a_supposition_scales_what_it_names_and_nothing_else() -> None:
    rows = pl.DataFrame({"sector": ["power", "industry", None], "emission": [100.0, 40.0, None]})
    found = what_if(rows, [Change({"sector": "power"}, activity=-10), Change({}, factor=100)])
    assert found["what_if"].to_list()[:2] == pytest.approx([180.0, 80.0])
    assert found["what_if"][2] is None
    assert found["difference"].to_list()[:2] == pytest.approx([80.0, 40.0])
    for change in (Change({"town": "x"}), Change({}, activity=-101)):
        with pytest.raises(DriversInvalid):
            what_if(rows, [change])
