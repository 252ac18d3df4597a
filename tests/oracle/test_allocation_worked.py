"""Worked cases of sharing a cap: entropy weights, the Shapley value of a saving game, ZSG-DEA (computed by other code before)."""

import numpy as np
import pytest

from tanheng.pathways.allocation import Participants, allocate
from tanheng.pathways.allocation.envelopment import efficiencies, one_round, zero_sum
from tanheng.pathways.allocation.methods import entropy
from tanheng.pathways.allocation.shapley import of_claims, shapley

CO2, OUTPUT = np.array([100.0, 150, 200, 250]), np.array([[50.0], [90], [110], [100]])


def test_entropy_weights() -> None:
    x = np.array([[100, 50, 3], [200, 40, 2], [300, 90, 5], [400, 20, 4]], float)
    who = Participants(
        tuple("abcd"), None, dict(zip("xyz", x.T, strict=True)), indicators=dict.fromkeys("xyz", 1)
    )
    found = entropy(who, 1)
    told = found.terms["indicators"].values()
    assert [round(one["entropy"], 6) for one in told] == [0.923220, 0.907490, 0.962087]
    assert [round(one["weight"], 6) for one in told] == [0.370556, 0.446470, 0.182974]
    assert found.values.round(6).tolist() == [0.187882, 0.189544, 0.377426, 0.245148]


def test_shapley_value_of_a_saving_game() -> None:
    worth = {0: 0, 1: 10, 2: 20, 3: 40, 4: 30, 5: 50, 6: 70, 7: 100}
    found = shapley(lambda who: np.array([worth[int(one @ [1, 2, 4])] for one in who.astype(int)], float), 3)
    assert found.round(9).tolist() == [20, 35, 45]


@pytest.mark.parametrize(
    ("estate", "shares"),
    [(100, [33.3333, 33.3333, 33.3333]), (200, [33.3333, 83.3333, 83.3333]), (300, [50, 100, 150])],
)
def test_claims_on_an_estate_of_the_talmud(estate: float, shares: list[float]) -> None:
    """Claims of 100, 200 and 300 by the random-arrival rule of O'Neill (1982) (recalled)."""
    found, error = of_claims([100, 200, 300], estate)
    assert found.round(4).tolist() == shares
    assert error == 0


def test_zero_sum_envelopment() -> None:
    first = efficiencies(CO2, OUTPUT)
    assert first.round(6).tolist() == [0.833333, 1, 0.916667, 0.666667]
    assert one_round(CO2, first).round(4).tolist() == [105.1852, 186.9444, 225.9259, 181.9444]
    assert zero_sum(CO2, OUTPUT)[0].round(4).tolist() == [100, 180, 220, 200]


@pytest.mark.parametrize("method", ["zsg-dea", "benchmark", "entropy"])
def test_with_one_output_three_ways_are_one(method: str) -> None:
    who = Participants(tuple("abcd"), CO2, {"y": OUTPUT[:, 0]}, {"y": 1.0}, ["y"], {"y": 1})
    assert allocate(who, 700, [method]).tonnes[method] == (100, 180, 220, 200)
