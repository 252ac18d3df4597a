"""Sichuan 2021 (程强等 2024, tables attributed to the Sichuan yearbook 2022): the four fuels, the total and the shares."""

from __future__ import annotations

from pathlib import Path

import pytest

import tanheng as th

FILE = Path(__file__).parents[2] / "examples" / "sichuan-2021" / "activity.csv"

PUBLISHED = {
    "coal": (77_960_937.81, 154_456_209.99, 46.75),
    "petroleum": (26_600_528.13, 80_259_113.47, 24.29),
    "natural_gas": (2_854_235.64, 61_794_772.45, 18.70),
    "electricity": (32_862_777.7, 33_881_523.81, 10.25),
}


@pytest.fixture(scope="module")
def inventory() -> th.Inventory:
    return th.account(FILE, "sichuan-park-2022")


def test_the_total(inventory: th.Inventory) -> None:
    assert inventory.total == pytest.approx(330_391_619.72, abs=0.01)
    assert inventory.complete
    assert inventory.gas == "CO2"


@pytest.mark.parametrize("item", PUBLISHED)
def test_a_fuel(inventory: th.Inventory, item: str) -> None:
    amount, emission, share = PUBLISHED[item]
    row = next(row for row in inventory.to_dict()["rows"] if row["item"] == item)
    assert row["amount"] == amount
    assert row["emission"] == pytest.approx(emission, abs=0.01)
    assert round(row["share"], 2) == share
    assert inventory.proof(item=item).value == row["emission"]


def test_the_pinned_electricity_factor_is_not_the_official_one(inventory: th.Inventory) -> None:
    step = inventory.proof(item="electricity").steps[0]
    assert step["inputs"][0]["factor"] == "cn_51_pilot_electricity"
    assert "未按日期查找" in step["inputs"][0]["why_zh"]
    official = th.load_factors().lookup("electricity", "CN-51", 2021)
    assert 328_627_777 * official.value == pytest.approx(41.24e6, rel=1e-3)


def test_the_method_of_the_guideline_asks_for_more(inventory: th.Inventory) -> None:
    other = th.account(FILE, "cn-energy-2011")
    assert not other.complete, "its table has no coal as a whole and no petroleum as a whole"
    assert set(other.unmatched.get_column("item")) == {"coal", "petroleum", "natural_gas"}
    causes = other.compare(inventory).causes
    assert sum(causes.values()) == pytest.approx(other.total - inventory.total)
