"""Process emissions of cement, aluminium, chemicals and petrochemicals; carbonates; water. Cases M1, M2, A1, A2, C1."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

import tanheng as th

CO2 = 44 / 12


def account(method: str, *rows: dict[str, Any], **options: Any) -> th.Inventory:
    base = {
        "entity": "厂",
        "region": "四川省",
        "period": "2023",
        "activity": "",
        "parameters": "",
        "equipment": "",
    }
    inventory = th.account(pl.DataFrame([base | row for row in rows]), f"cn-enterprise-{method}", **options)
    assert inventory.complete, [finding.message("en") for finding in inventory.findings]
    return inventory


def masses(inventory: th.Inventory) -> dict[str, float]:
    return {row["gas"]: row["mass"] for row in inventory.by("gas").to_dicts()}


@pytest.mark.parametrize(
    ("item", "factor"),
    [
        ("limestone", 0.43971),
        ("magnesite", 0.52197),
        ("dolomite", 0.47732),
        ("siderite", 0.37987),
        ("rhodochrosite", 0.38286),
        ("soda_ash", 0.41492),
    ],
)
def test_m1_carbonates(item: str, factor: float) -> None:
    row = {"item": item, "amount": 1000, "unit": "t", "activity": "消耗"}
    assert account("other", row).total == pytest.approx(1000 * factor, abs=1e-6)
    half = account("other", {**row, "parameters": "purity=50 %"})
    assert half.total == pytest.approx(500 * factor, abs=1e-6)


def test_m2_clinker_by_its_oxides() -> None:
    stated = "cao=65 %; cao_other=0; mgo=0; mgo_other=0"
    inventory = account(
        "cement", {"item": "熟料", "amount": 1, "unit": "t", "activity": "产量", "parameters": stated}
    )
    assert round(inventory.total, 2) == 0.51
    assert inventory.total == pytest.approx(0.65 * 44 / 56, abs=1e-9)


def test_clinker_by_oxides_takes_off_what_is_not_from_carbonates() -> None:
    stated = "cao=65.2 %; cao_other=1.1 %; mgo=2.4 %; mgo_other=0.3 %"
    row = {"item": "熟料", "amount": 1_000_000, "unit": "t", "activity": "产量"}
    measured = account("cement", {**row, "parameters": stated}).total
    assert measured == pytest.approx(1e6 * (0.641 * 44 / 56 + 0.021 * 44 / 40), rel=1e-9)
    assert account("cement", row).total == pytest.approx(538_000, abs=1e-6)


def test_raw_meal_carbon_and_kiln_dust() -> None:
    meal = {
        "item": "生料",
        "amount": 1_500_000,
        "unit": "t",
        "activity": "消耗",
        "parameters": "organic_carbon=0.2 %",
    }
    dust = {"item": "熟料", "amount": 20_000, "unit": "t", "activity": "窑炉粉尘"}
    assert account("cement", meal, dust).total == pytest.approx(3000 * CO2 + 20_000 * 0.538, rel=1e-9)


def test_a1_slope_method_of_uk_mets() -> None:
    stated = "slope=1 kg/(t*min); aem=100 min; weight_fraction=10; collected=10 %"
    row = {"item": "原铝", "amount": 1, "unit": "t", "activity": "产量", "parameters": stated}
    inventory = account("aluminium", row, gwp="AR4")
    found = masses(inventory)
    assert found["CF4"] * 0.1 == pytest.approx(0.1, abs=5e-6)
    assert found["C2F6"] * 0.1 == pytest.approx(1, abs=5e-6)
    gases = {row["gas"]: row["emission"] for row in inventory.by("gas").to_dicts()}
    assert gases["CF4"] + gases["C2F6"] == pytest.approx(129_390, abs=5e-6)


def test_a2_slope_method_of_the_ipcc_default() -> None:
    stated = "slope=0.143 kg/(t*min); aem=0.5 min; weight_fraction=0.121"
    row = {"item": "原铝", "amount": 200_000, "unit": "t", "activity": "产量", "parameters": stated}
    inventory = account("aluminium", row, gwp="AR5")
    found = masses(inventory)
    assert (found["CF4"] * 1000, found["C2F6"] * 1000) == pytest.approx((14_300, 1_730.3))
    gases = {row["gas"]: row["emission"] for row in inventory.by("gas").to_dicts()}
    assert gases["CF4"] + gases["C2F6"] == pytest.approx(114_015.33, abs=0.005)


def test_aluminium_defaults_are_marked_unverified() -> None:
    inventory = account("aluminium", {"item": "原铝", "amount": 1000, "unit": "t", "activity": "产量"})
    assert masses(inventory) == pytest.approx(
        {"CO2": 1000 * 0.42 * (1 - 0.02 - 0.004) * CO2, "CF4": 0.034, "C2F6": 0.0034}
    )
    assert set(inventory.emissions.get_column("check")) == {"recalled"}


def test_c1_hfc23_by_fluorine_and_carbon_balance() -> None:
    row = {"item": "HCFC-22", "amount": 1000, "unit": "t", "activity": "产量"}
    for content, factor in (("0.54", 0.03888), ("0.81", 0.05832)):
        stated = f"balance=92 %; loss=0.9; content={content} t/t"
        assert masses(account("chemical", {**row, "parameters": stated})) == pytest.approx(
            {"HFC23": 1000 * factor}
        )
    assert masses(account("chemical", row)) == pytest.approx({"HFC23": 29.2})


def test_carbon_balance_of_feedstock_and_product() -> None:
    rows = [
        {
            "item": "天然气",
            "amount": 1000,
            "unit": "万Nm3",
            "activity": "原料",
            "parameters": "carbon=5.9 tC/万Nm3",
        },
        {"item": "甲醇", "amount": 9000, "unit": "t", "activity": "产品", "parameters": "carbon=0.375 tC/t"},
    ]
    assert account("chemical", *rows).total == pytest.approx((5900 - 3375) * CO2, rel=1e-9)


def test_nitric_and_adipic_acid_with_removal() -> None:
    nitric = {"item": "硝酸", "amount": 1000, "unit": "t", "activity": "产量", "equipment": "medium_pressure"}
    adipic = {"item": "己二酸", "amount": 1000, "unit": "t", "activity": "产量", "parameters": "removal=90 %"}
    found = {
        row["item"]: row["mass"] for row in account("chemical", nitric, adipic).by("item", "gas").to_dicts()
    }
    assert found == pytest.approx({"nitric_acid": 11.77, "adipic_acid": 29.3})


def test_catalyst_coke_and_flare() -> None:
    coke = {
        "item": "催化剂烧焦",
        "amount": 1000,
        "unit": "t",
        "activity": "烧焦",
        "parameters": "carbon_ar=95 %",
    }
    flare = {
        "item": "火炬气",
        "amount": 10,
        "unit": "万Nm3",
        "activity": "火炬",
        "parameters": "carbon=5.6 tC/万Nm3",
    }
    assert account("petrochemical", coke, flare).total == pytest.approx((950 + 56) * 0.98 * CO2, rel=1e-9)


def test_wastewater_and_recovered_gas() -> None:
    rows = [
        {"item": "工业废水COD", "amount": 1000, "unit": "t", "activity": "厌氧处理", "parameters": "mcf=0.8"},
        {"item": "甲烷", "amount": 120, "unit": "t", "activity": "沼气回收"},
        {
            "item": "二氧化碳",
            "amount": 2,
            "unit": "万Nm3",
            "activity": "CO2回收",
            "parameters": "purity=99 %",
        },
        {"item": "二氧化碳", "amount": 50, "unit": "t", "activity": "回收", "parameters": "purity=99.9 %"},
    ]
    found = masses(account("other", *rows))
    assert found == pytest.approx({"CH4_biogenic": 80, "CO2": -2 * 19.7 * 0.99 - 50 * 0.999})


def test_the_generic_guide_burns_by_the_transcribed_standard() -> None:
    row = {"item": "柴油", "amount": 100, "unit": "t", "activity": "燃烧"}
    assert account("other", row).total == pytest.approx(100 * 42.652 * 0.0202 * 0.98 * CO2, rel=1e-9)
    wood = account("other", {"item": "薪柴", "amount": 100, "unit": "t", "activity": "燃烧"})
    assert wood.total == 0
    assert {row["gas"] for row in wood.by("gas", memo=True).to_dicts()} == {"CO2_biogenic"}
