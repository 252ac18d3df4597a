"""What is recovered or leaves in products is never more than what there is: told, not corrected."""

from __future__ import annotations

import pytest

import tanheng as th

PLACE = {"entity": "甲市", "period": "2021", "region": "四川省"}
WASTE = "食品垃圾占比=52%; 纸类占比=9%; 纺织品占比=3%; 木竹占比=3%; 庭园垃圾占比=2%"


def account(*rows: dict[str, object], method: str = "cn-provincial-2011") -> th.Inventory:
    names = (
        "entity",
        "period",
        "region",
        "item",
        "activity",
        "sector",
        "equipment",
        "amount",
        "unit",
        "parameters",
    )
    full = [PLACE | row for row in rows]
    return th.account({name: [row.get(name, "") for row in full] for name in names}, method)


def recovered(amount: float, **other: object) -> dict[str, object]:
    return {"item": "甲烷", "activity": "填埋气回收", "amount": amount, "unit": "t", **other}


def landfill(amount: float) -> dict[str, object]:
    return {
        "item": "城市生活垃圾",
        "activity": "填埋",
        "equipment": "管理型填埋场",
        "amount": amount,
        "unit": "t",
        "parameters": WASTE,
    }


def told(inventory: th.Inventory) -> list[str]:
    return [one.message("en") for one in inventory.findings if one.code == "I-125"]


@pytest.mark.parametrize("method", ["cn-provincial-2011", "gpc-cn"])
def test_more_methane_recovered_than_generated_is_told_with_category_and_amount(method: str) -> None:
    inventory = account(landfill(1000), recovered(100), method=method)
    generated = sum(
        row["mass"]
        for row in account(landfill(1000), method=method).by("gas").to_dicts()
        if row["gas"].startswith("CH4")
    )
    assert len(told(inventory)) == 1
    assert "甲市 2021 category P5.1 Solid waste" in told(inventory)[0]
    assert f"{generated - 90:,.6g} t CH4" in told(inventory)[0]


def test_what_is_within_what_there_is_is_not_told() -> None:
    assert told(account(landfill(1_000_000), recovered(100))) == []
    assert told(account(landfill(1_000_000))) == []


def test_each_entity_and_year_answers_for_itself() -> None:
    rows = [landfill(1_000_000), recovered(100), recovered(100, entity="乙市"), recovered(100, period="2022")]
    found = told(account(*rows))
    assert [one.split(" category")[0].removeprefix("[I-125] ") for one in found] == ["乙市 2021", "甲市 2022"]


def test_months_of_a_year_are_one_year() -> None:
    rows = [{**landfill(1_000_000), "period": "2021-01"}, recovered(100, period="2021-02")]
    assert told(account(*rows)) == []


def test_carbon_in_steel_above_that_of_the_iron_is_told() -> None:
    rows = [
        {"item": "生铁", "activity": "炼钢", "amount": 10, "unit": "t"},
        {"item": "钢材", "activity": "产量", "amount": 1_000_000, "unit": "t"},
    ]
    found = told(account(*rows))
    assert len(found) == 1
    assert "P2.3" in found[0]
    assert "CO2" in found[0]


def test_removals_and_electricity_sent_out_may_be_below_zero() -> None:
    forest = {"item": "乔木林蓄积量", "amount": 1e6, "unit": "m3", "parameters": "生长率=5%"}
    power = {"item": "电力", "activity": "调出", "amount": 40, "unit": "MWh"}
    assert told(account(forest, power)) == []
    sold = {"item": "电力", "activity": "外供电力", "amount": 40, "unit": "MWh"}
    assert told(account(sold, method="cn-enterprise-other")) == []
