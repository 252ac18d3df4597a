"""Backtest on the thirty provinces of CEADs 1997-2019: origins 2008 to 2016, one to three years ahead, 810 points."""

import numpy as np
import pytest

from shared import ceads, needs_shared
from tanheng.activity.reading.panel import read_panel
from tanheng.pathways.forecast import Series, series_of
from tanheng.pathways.forecast.backtest import Past, past_of, score
from tanheng.pathways.forecast.models import MODELS, grey_fit

ORIGINS = (2008, 2016)


@pytest.fixture(scope="module")
def provinces() -> list[Series]:
    path = ceads("provinces_30_by_fuel_1997_2019.csv")
    return series_of(read_panel(path, values=["Scope_1_Total_mtco2"], by=["province"]), "Scope_1_Total_mtco2")


@pytest.fixture(scope="module")
def naive(provinces: list[Series]) -> Past:
    return past_of(provinces, MODELS["naive"], 3)


@needs_shared
@pytest.mark.shared
def test_one_model_has_both_the_error_and_the_coverage(provinces: list[Series], naive: Past) -> None:
    found = score(
        "combination", past_of(provinces, MODELS["combination"], 3), naive, level=0.8, origins=ORIGINS
    )
    assert (found.points, found.covered) == (810, 810)
    assert round(found.mape, 4) <= 0.077
    assert 0.75 <= found.coverage <= 0.87
    assert all(0.75 <= one <= 0.87 for one in found.by_step)
    assert not found.loses


@needs_shared
@pytest.mark.shared
def test_intervals_of_95_percent_hold_as_often_as_they_say(provinces: list[Series], naive: Past) -> None:
    found = score(
        "combination", past_of(provinces, MODELS["combination"], 3), naive, level=0.95, origins=ORIGINS
    )
    assert found.coverage == pytest.approx(0.95, abs=0.02)


@needs_shared
@pytest.mark.shared
@pytest.mark.parametrize(
    ("model", "mape", "mae"),
    [("naive", 9.07, 28.15), ("drift", 8.35, 25.51), ("damped", 7.80, 23.64), ("combination", 7.65, 23.07), ("gm-1-1", 23.65, None), ("gm-1-1-recent", 11.44, None)],
)  # fmt: skip
def test_errors_are_those_computed_before_by_other_code(
    provinces: list[Series], naive: Past, model: str, mape: float, mae: float | None
) -> None:
    found = score(model, past_of(provinces, MODELS[model], 3), naive, level=0.8, origins=ORIGINS)
    assert round(found.mape * 100, 2) == mape
    assert mae is None or round(found.mae, 2) == mae
    assert found.loses == (model.startswith("gm"))


def test_the_grey_model_of_the_textbook() -> None:
    """Liu, S.F. and Lin, Y., Grey Systems: a = -0.0372, b = 3.0654; simulated 3.2320, 3.3545, 3.4817, 3.6137 (recalled, recomputed)."""
    past = np.array([2.874, 3.278, 3.337, 3.390, 3.679])
    a, b = grey_fit(past)
    simulated = (1 - np.exp(a)) * (past[0] - b / a) * np.exp(-a * np.arange(1, 5))
    assert simulated.round(4).tolist() == [3.2320, 3.3545, 3.4817, 3.6137]
