"""What holds of every forecast: nothing later is known, units do not matter, intervals widen, the same input gives the same answer."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tanheng.pathways.forecast import Series, forecast
from tanheng.pathways.forecast.backtest import past_of
from tanheng.pathways.forecast.intervals import unsteadiness, widths
from tanheng.pathways.forecast.models import FLOOR, MODELS

values = st.lists(st.floats(0.5, 1e6), min_size=12, max_size=25).map(np.array)
anything = st.lists(st.floats(-1e3, 1e3), min_size=12, max_size=25).map(np.array)


@settings(max_examples=40, deadline=None)
@given(values, st.sampled_from(sorted(MODELS)), st.integers(1, 5), st.data())
def test_what_comes_later_changes_no_earlier_forecast_nor_interval(
    own: np.ndarray, model: str, horizon: int, data: st.DataObject
) -> None:
    cut = data.draw(st.integers(9, len(own) - 1))
    other = own.copy()
    other[cut:] *= 3.0
    one, two = (past_of([Series(("a",), 2000, each)], MODELS[model], horizon) for each in (own, other))
    np.testing.assert_array_equal(one.forecasts[:, :cut], two.forecasts[:, :cut])
    first, second = (widths(each.errors, unsteadiness(each.errors), cut - 1, 0.8).half for each in (one, two))
    np.testing.assert_array_equal(first, second)


@settings(max_examples=30, deadline=None)
@given(values, st.floats(1e-3, 1e3))
def test_units_do_not_matter(own: np.ndarray, size: float) -> None:
    one = forecast([Series(("a",), 2000, own)], 3)
    two = forecast([Series(("a",), 2000, own * size)], 3)
    if np.diff(own).any():
        assert one.chosen == two.chosen or one.score.mase == pytest.approx(two.score.mase, rel=1e-6)
    if one.chosen == two.chosen:
        for row, other in zip(one.points, two.points, strict=True):
            assert other["value"] == pytest.approx(row["value"] * size, rel=1e-6)


@settings(max_examples=30, deadline=None)
@given(st.one_of(values, anything), st.integers(1, 12))
def test_intervals_hold_their_value_and_never_narrow(own: np.ndarray, horizon: int) -> None:
    found = forecast([Series(("a",), 2000, own)], horizon)
    told = [row for row in found.points if row["low"] is not None]
    assert all(row["low"] <= row["value"] <= row["high"] for row in told)
    widened = [
        np.log(row["high"] / row["low"]) if (own > 0).all() else row["high"] - row["low"] for row in told
    ]
    assert all(b >= a - 1e-9 * max(1.0, abs(a)) for a, b in itertools.pairwise(widened))
    assert [row["year"] for row in found.points] == list(range(2000 + len(own), 2000 + len(own) + horizon))


fallen = st.lists(st.floats(-3.0, 2.0), min_size=12, max_size=18).map(
    lambda steps: 1e3 * np.exp(np.cumsum(steps))
)


@settings(max_examples=60, deadline=None)
@given(fallen, st.sampled_from(sorted(MODELS)), st.integers(1, 6))
def test_every_model_is_held_above_the_floor_and_scored_on_every_point(
    own: np.ndarray, model: str, horizon: int
) -> None:
    found = forecast([Series(("a",), 2000, own)], horizon, model=model)
    for row in found.points:
        assert row["value"] >= FLOOR * own[-1] * (1 - 1e-12)
        if row["low"] is not None:
            assert row["low"] <= row["value"] <= row["high"]
    assert {one.points for one in found.scores} == {found.scores[0].points}
    assert {one.cases for one in found.scores} == {found.scores[0].cases}


def test_forecasts_below_zero_count_against_a_model() -> None:
    """GM(1,1) falls below zero here at three of 24 points; without them it would seem to beat the last value."""
    own = np.array([190.427, 313.284, 395.466, 164.453, 245.972, 162.435, 492.925, 899.109, 2273.209, 2029.951, 1226.59, 1726.123, 5582.924, 2838.73])  # fmt: skip
    found = {one.model: one for one in forecast([Series(("a",), 2000, own)], 3).scores}
    assert found["gm-1-1"].points == found["naive"].points == 24
    assert found["gm-1-1"].mase_naive == found["naive"].mase


@settings(max_examples=20, deadline=None)
@given(values)
def test_a_model_that_loses_to_the_last_value_gives_no_points_unless_asked_for(own: np.ndarray) -> None:
    series = [Series(("a",), 2000, own)]
    found = forecast(series, 2)
    assert found.chosen not in found.withheld
    assert all(one.loses == (one.model in found.withheld) for one in found.scores)
    for model in found.withheld:
        asked = forecast(series, 2, model=model)
        assert asked.chosen == model
        assert asked.score.loses


def test_intervals_of_many_steady_series_hold_as_often_as_they_say() -> None:
    random = np.random.default_rng(5)
    series = [
        Series((str(one),), 2000, 100 * np.exp(np.cumsum(random.normal(0.02, 0.05, 25)))) for one in range(80)
    ]
    past = past_of(series, MODELS["naive"], 3)
    scale = unsteadiness(past.errors)
    held = [
        (np.abs(past.errors[:, origin]) <= widths(past.errors, scale, origin, 0.8).half)[
            np.isfinite(past.errors[:, origin])
        ]
        for origin in range(10, 22)
    ]
    assert np.concatenate(held).mean() == pytest.approx(0.8, abs=0.03)
