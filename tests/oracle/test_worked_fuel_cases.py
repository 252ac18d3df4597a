"""56 worked cases of fuel combustion (CityCatalyst, stationary_energy_manual_data_v1), AR5, by a factor pack of the user."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import tanheng as th
from shared import SHARED, needs_shared
from tanheng.codes import items

pytestmark = needs_shared
METHOD = Path(__file__).parent / "packs" / "worked-fuel-cases.yaml"
GASES = {"CO2": "co2_ef", "CH4": "ch4_ef", "N2O": "n2o_ef"}


def cases() -> list[dict[str, str]]:
    assert SHARED is not None
    with (SHARED / "worked" / "citycatalyst_stationary_56.csv").open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def item_of(fuel: str) -> str:
    return items().find(fuel.replace("-", " ")).code


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The factors of the file as a pack of the user: one row for each case and gas."""
    rows = [
        {
            "编号": f"{case['case']}-{gas}", "名称": f"{case['fuel']} {gas}", "项目": item_of(case["fuel"]), "活动": "combustion", "类别": "stationary_combustion",
            "气体": gas, "数值": case[column], "单位": case["ef_unit"], "地区": "GLOBAL", "起始年": "2006", "来源文件": "worked-fuel-cases", "设备": case["case"],
        }
        for case in cases()
        for gas, column in GASES.items()
    ]  # fmt: skip
    path = tmp_path_factory.mktemp("pack") / "worked-fuel-cases.csv"
    pl.DataFrame(rows).write_csv(path)
    return th.load_factors(packs=[path])


@pytest.fixture(scope="module")
def inventory(library: Any) -> th.Inventory:
    rows = [
        {"entity": "city", "region": "CN", "period": "2020", "item": item_of(case["fuel"]), "equipment": case["case"], "amount": float(case["fuel_amount"]), "unit": case["fuel_unit"]}
        for case in cases()
    ]  # fmt: skip
    return th.account(pl.DataFrame(rows), METHOD, factors=library)


def test_every_case_within_a_hundredth_of_a_tonne(inventory: th.Inventory) -> None:
    assert inventory.complete, [finding.message("en") for finding in inventory.findings]
    found = {row["equipment"]: row["emission"] for row in inventory.by("equipment").to_dicts()}
    assert len(found) == 56
    wrong = {
        case["case"]: (found[case["case"]], case["expected_tco2e"])
        for case in cases()
        if abs(found[case["case"]] - float(case["expected_tco2e"])) > 0.01
    }
    assert wrong == {}
    assert inventory.total == pytest.approx(
        sum(float(case["expected_tco2e"]) for case in cases()), abs=0.01 * 56
    )


def test_the_factors_are_those_of_the_user(inventory: th.Inventory) -> None:
    assert set(inventory.emissions.get_column("check")) == {"user"}
    assert inventory.proof(equipment="CC-S01").steps[0]["inputs"][0]["source"]["pack"] == "worked-fuel-cases"
