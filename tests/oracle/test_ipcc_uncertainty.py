"""IPCC approach 1 against the code of the Swiss inventory's uncertainty chapter (GuillevicMyriam, utils_compute.py, run on these figures)."""

from __future__ import annotations

import math
from pathlib import Path

import polars as pl
import pytest

import tanheng as th

METHOD = Path(__file__).parent / "packs" / "five-categories.yaml"
#: emission, U of the activity, U of the factor, combined U [%], contribution to the variance
TABLE = {
    "x_1a1": (12000, 2, 3, 3.605551),
    "x_1a3": (7000, 5, 3, 5.830952),
    "x_3a1": (1500, 10, 30, 31.622777),
    "x_3c4": (900, 20, 100, 101.980390),
    "x_4a": (400, 20, 50, 53.851648),
}


def account(*names: str) -> th.Inventory:
    rows = [
        {
            "entity": "country",
            "region": "CN",
            "period": "2020",
            "item": name,
            "amount": TABLE[name][0],
            "unit": "tCO2e",
            "uncertainty": TABLE[name][1],
        }
        for name in names
    ]
    return th.account(pl.DataFrame(rows), METHOD)


@pytest.mark.parametrize("name", TABLE)
def test_combined_uncertainty_of_a_category(name: str) -> None:
    found = account(name).uncertainty()
    assert found.relative == pytest.approx(TABLE[name][3], abs=5e-7)
    assert found.known_share == 100


def test_uncertainty_of_the_total() -> None:
    inventory = account(*TABLE)
    assert inventory.total == 21800
    found = inventory.uncertainty()
    assert found.relative == pytest.approx(5.557089, abs=5e-7)
    assert found.half_width == pytest.approx(
        math.sqrt(sum((emission * combined / 100) ** 2 for emission, _, _, combined in TABLE.values())),
        rel=1e-6,
    )


def test_draws_come_to_the_same() -> None:
    draws = account(*TABLE).monte_carlo(draws=100_000, seed=1)
    assert draws.mean == pytest.approx(21800, rel=0.002)
    assert float(draws.draws.std()) * 1.959964 / 21800 * 100 == pytest.approx(5.557089, rel=0.02)
