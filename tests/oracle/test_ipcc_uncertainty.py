"""IPCC approach 1 against the code of the Swiss inventory's uncertainty chapter (GuillevicMyriam, utils_compute.py, run on these figures)."""

from __future__ import annotations

import math
from pathlib import Path

import polars as pl
import pytest

import tanheng as th

#: emission of the base year, type A, type B, activity part, factor part of the trend
TREND = {
    "x_1a1": (10000, 0.021389, 0.638298, 1.805379, 0.064168),
    "x_1a3": (5000, 0.063773, 0.372340, 2.632844, 0.191320),
    "x_3a1": (2000, 0.043525, 0.079787, 1.128362, 1.305763),
    "x_3c4": (1000, 0.013800, 0.047872, 1.354034, 1.379981),
    "x_4a": (800, 0.028055, 0.021277, 0.601793, 1.402753),
}
#: column "variance": activity part squared and factor part squared, in percentage points squared
TREND_VARIANCE = {
    "x_1a1": 3.263511,
    "x_1a3": 6.968473,
    "x_3a1": 2.978219,
    "x_3c4": 3.737757,
    "x_4a": 2.329871,
}
METHOD = Path(__file__).parent / "packs" / "five-categories.yaml"
#: emission, U of the activity, U of the factor, combined U [%], contribution to the variance
TABLE = {
    "x_1a1": (12000, 2, 3, 3.605551),
    "x_1a3": (7000, 5, 3, 5.830952),
    "x_3a1": (1500, 10, 30, 31.622777),
    "x_3c4": (900, 20, 100, 101.980390),
    "x_4a": (400, 20, 50, 53.851648),
}


def account(*names: str, base: bool = False) -> th.Inventory:
    rows = [
        {
            "entity": "country",
            "region": "CN",
            "period": "1990" if base else "2020",
            "item": name,
            "amount": (TREND if base else TABLE)[name][0],
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


def test_trend_since_the_base_year() -> None:
    found = account(*TABLE).trend(account(*TABLE, base=True))
    assert (found.base, found.current) == (18800, 21800)
    assert found.change == pytest.approx(3000 / 18800 * 100)
    assert found.half_width == pytest.approx(4.390653, abs=5e-7)
    assert found.known_share == 100
    lines = {row["item"]: row for row in found.lines.to_dicts()}
    for name, (before, type_a, type_b, amount, factor) in TREND.items():
        row = lines[name]
        assert (row["base"], row["current"]) == pytest.approx((before, TABLE[name][0]))
        assert row["type_a"] == pytest.approx(type_a, abs=5e-7)
        assert row["type_b"] == pytest.approx(type_b, abs=5e-7)
        assert row["by_activity"] == pytest.approx(amount, abs=5e-7)
        assert row["by_factor"] == pytest.approx(factor, abs=5e-7)
        assert row["by_activity"] ** 2 + row["by_factor"] ** 2 == pytest.approx(
            TREND_VARIANCE[name], abs=5e-7
        )
    assert math.sqrt(sum(TREND_VARIANCE.values())) == pytest.approx(found.half_width, abs=1e-6)
