"""Power generation facilities: measured and default carbon (case F68), dated values, purchased power in and out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

import tanheng as th
from tanheng.inventory import load_method

PACK = "cn-enterprise-power"
CO2 = 44 / 12


def account(*rows: dict[str, Any], year: str = "2023", method: str = PACK, **options: Any) -> th.Inventory:
    base = {"entity": "1号机组", "region": "四川省", "period": year, "activity": "", "parameters": ""}
    return th.account(pl.DataFrame([base | row for row in rows]), method, **options)


def coal(amount: float, unit: str, parameters: str = "") -> dict[str, Any]:
    return {"item": "烟煤", "amount": amount, "unit": unit, "activity": "燃烧", "parameters": parameters}


@pytest.mark.parametrize(
    ("year", "factor"),
    [pytest.param("2023", 0.1119855, id="0.03085"), pytest.param("2021", 0.1218228, id="former 0.03356")],
)
def test_f68_default_carbon_per_heat_is_dated(year: str, factor: float) -> None:
    inventory = account(coal(1_000_000, "GJ"), year=year)
    assert inventory.complete, inventory.findings
    assert inventory.total / 1e6 == pytest.approx(factor, abs=5e-8)


def test_coal_without_measured_carbon_takes_its_calorific_value() -> None:
    inventory = account(coal(1000, "t", "ncv=21.5 GJ/t"))
    assert inventory.total == pytest.approx(1000 * 21.5 * 0.03085 * 0.99 * CO2, rel=1e-9)
    assert [one["check"] for one in inventory.proof(item="bituminous_coal").steps[0]["inputs"]] == [
        "measured", "read", "read", "exact",
    ]  # fmt: skip


def test_measured_carbon_as_received() -> None:
    assert account(coal(1000, "t", "carbon_ar=56.12 %")).total == pytest.approx(
        1000 * 0.5612 * 0.99 * CO2, rel=1e-9
    )


def test_air_dried_carbon_is_converted_by_both_moistures() -> None:
    inventory = account(coal(1000, "t", "carbon_ad=60.5 %; moisture_ar=12.4 %; moisture_ad=3.1 %"))
    as_received = 60.5 * (100 - 12.4) / (100 - 3.1) / 100
    assert inventory.total == pytest.approx(1000 * as_received * 0.99 * CO2, rel=1e-9)


@pytest.mark.parametrize(
    ("parameters", "missing"),
    [("carbon_ad=60.5 %; moisture_ar=12.4 %", "moisture_ad"), ("", "ncv")],
)
def test_what_was_not_measured_is_not_guessed(parameters: str, missing: str) -> None:
    inventory = account(coal(1000, "t", parameters))
    assert (inventory.total, inventory.complete) == (0, False)
    assert missing in inventory.findings[0].message("en")


def test_oxidation_from_2026_is_looked_up_and_never_a_literal(tmp_path: Path) -> None:
    row = coal(1000, "t", "carbon_ar=56.12 %")
    without = account(row, year="2026")
    assert without.unmatched.get_column("code").to_list() == ["I-103"]
    pack = tmp_path / "database.csv"
    pl.DataFrame(
        {"编号": ["nfd_coal_of_2026"], "项目": ["烟煤"], "参数": ["oxidation_rate"], "数值": ["98.5"], "单位": ["percent"], "地区": ["CN"],
         "起始年": ["2026"], "来源文件": ["国家温室气体排放因子数据库（示例）"]}
    ).write_csv(pack)  # fmt: skip
    found = account(row, year="2026", factors=th.load_factors(packs=[pack]))
    assert found.complete, found.findings
    assert found.total == pytest.approx(1000 * 0.5612 * 0.985 * CO2, rel=1e-9)
    assert account(row, year="2025").total == pytest.approx(1000 * 0.5612 * 0.99 * CO2, rel=1e-9)


def test_oil_and_gas_take_the_printed_defaults() -> None:
    inventory = account(
        {"item": "柴油", "amount": 10, "unit": "t"}, {"item": "天然气", "amount": 5, "unit": "万Nm3"}
    )
    diesel, gas = 10 * 42.652 * 0.0202 * 0.98 * CO2, 5 * 389.31 * 0.01532 * 0.99 * CO2
    assert inventory.total == pytest.approx(diesel + gas, rel=1e-9)


def test_purchased_power_leaves_the_total_in_2026() -> None:
    row = {"item": "电力", "amount": 1000, "unit": "MWh", "activity": "外购电力"}
    assert account(row, year="2022").total == pytest.approx(570.3, rel=1e-9)
    assert account(row, year="2025").total > 0
    later = account(row, year="2026")
    assert (later.total, later.complete) == (0, True)
    assert {one["rule"] for one in later.by("rule", memo=True).to_dicts()} == {
        "electricity-auxiliary", "electricity-market-residual",
    }  # fmt: skip


@pytest.mark.parametrize(("year", "location"), [("2019", 610.1), ("2025", 570.3), ("2026", 530.6)])
def test_purchased_power_takes_the_national_factor_in_every_year(year: str, location: float) -> None:
    row = {"item": "电力", "amount": 1000, "unit": "MWh", "activity": "外购电力"}
    inventory = account(row, year=year)
    shown = [*inventory.by("scopes").to_dicts(), *inventory.by("scopes", memo=True).to_dicts()]
    found = {one["scopes"]: one["emission"] for one in shown}
    assert found["2-location"] == pytest.approx(location)
    assert found["2-market"] >= found["2-location"], "without a contract the market is never below the grid"


def test_power_sent_to_the_grid_is_not_deducted() -> None:
    row = {"item": "电力", "amount": 1000, "unit": "MWh", "activity": "外供电力"}
    assert account(coal(1000, "t", "carbon_ar=56.12 %"), row).total == pytest.approx(
        1000 * 0.5612 * 0.99 * CO2, rel=1e-9
    )


def test_a_value_measured_for_the_method_wins_over_the_table() -> None:
    method = load_method(PACK).with_parameter(
        "coal-measured", "oxidation", value=99.6, unit="percent", source="2023 test"
    )
    inventory = account(coal(1000, "t", "carbon_ar=56.12 %"), method=method)
    assert inventory.total == pytest.approx(1000 * 0.5612 * 0.996 * CO2, rel=1e-9)
