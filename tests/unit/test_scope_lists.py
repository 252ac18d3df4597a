"""ISO 14064-1 categories follow from the scopes of a method that does not name them."""

from __future__ import annotations

from pathlib import Path

import pytest

import tanheng as th
from tanheng.errors import CellNotFound
from tanheng.inventory import bridge
from tanheng.inventory.categories.scope_lists import following

ROOT = Path(__file__).parents[2]
ROWS = {
    "entity": ["四川省"] * 2, "period": ["2021"] * 2, "item": ["煤品", "电力"], "amount": [10, 20], "unit": ["t", "MWh"],
}  # fmt: skip


def test_scope_1_is_category_1_and_scope_2_is_category_2() -> None:
    inventory = th.account(ROWS, "sichuan-park-2022")
    scopes = {row["scope"]: row["emission"] for row in inventory.by("scope").to_dicts()}
    iso = {
        row["iso14064_categories"]: row["emission"] for row in inventory.by("iso14064_categories").to_dicts()
    }
    assert iso == scopes
    assert iso == pytest.approx({"1": 19.812, "2": 2.062})
    (electricity,) = inventory.select({"iso14064_categories": "2"}).to_dicts()
    assert electricity["item"] == "electricity"


@pytest.mark.parametrize("method", ["cn-energy-2011", "gpc-cn", "cn-provincial-2011"])
def test_fuel_of_scope_1_is_category_1_under_every_method(method: str) -> None:
    rows = {
        "entity": ["四川省"],
        "period": ["2021"],
        "item": ["柴油"],
        "amount": [1],
        "unit": ["t"],
        "sector": ["industry"],
    }
    found = th.account(rows, method).by("iso14064_categories", "gas").to_dicts()
    assert {row["iso14064_categories"] for row in found} == {"1"}
    assert next(row["mass"] for row in found if row["gas"] == "CO2") == pytest.approx(3.095909637)


def test_where_nothing_has_a_scope_there_is_no_such_list() -> None:
    rows = {"entity": ["甲厂"], "period": ["2021"], "item": ["蒸汽"], "amount": [3], "unit": ["t"]}
    with pytest.raises(CellNotFound):
        th.account(rows, "cn-energy-2011").by("iso14064_categories")


def test_a_list_that_the_method_names_is_the_methods_own() -> None:
    assert following(th.account(ROWS, "sichuan-park-2022")) == ["scopes", "iso14064_categories"]
    power = {
        "entity": ["甲厂"],
        "period": ["2023"],
        "item": ["电力"],
        "amount": [1],
        "unit": ["MWh"],
        "region": ["四川省"],
    }
    own = th.account(power | {"activity": ["外购电力"]}, "cn-enterprise-other")
    assert "iso14064_categories" in own.category_lists
    assert following(own) == []


def city() -> th.Inventory:
    rows = [("柴油", "工业", "", 1000, "t", ""), ("乔木林蓄积量", "", "", 1e6, "m3", "生长率=5%"),
            ("甲烷", "", "填埋气回收", 1, "t", ""), ("电力", "", "外购电力", 100, "MWh", ""), ("电力", "", "调出", 40, "MWh", "")]  # fmt: skip
    names = ("item", "sector", "activity", "amount", "unit", "parameters")
    table = {name: [row[at] for row in rows] for at, name in enumerate(names)}
    place = {"entity": ["某市"] * 5, "period": ["2021"] * 5, "region": ["四川省"] * 5}
    return th.account(place | table, "cn-provincial-2011")


def test_removals_of_a_city_are_no_emission_of_category_1_and_of_no_scope() -> None:
    inventory = city()
    total = {row["item"]: row["emission"] for row in inventory.by("item").to_dicts()}
    burned = total["diesel"] + total["ch4"]
    iso = {
        row["iso14064_categories"]: row["emission"] for row in inventory.by("iso14064_categories").to_dicts()
    }
    assert iso == pytest.approx({"1": burned, "1-removals": total["forest_stock_volume"]})
    scopes = {row["scopes"]: row["emission"] for row in inventory.by("scopes").to_dicts()}
    assert scopes == pytest.approx({"1": burned, "": total["forest_stock_volume"]})


def test_the_bridge_of_a_city_adds_what_is_brought_in_and_no_removals() -> None:
    inventory = city()
    steps = bridge(inventory, "scopes").to_dicts()
    assert [(row["step"], row["rule"]) for row in steps[1:-1]] == [
        ("left_out", "forest-growth"),
        ("added", "electricity-imported"),
    ]
    scope_1 = {row["scopes"]: row["emission"] for row in inventory.by("scopes").to_dicts()}["1"]
    assert steps[-1]["emission"] == pytest.approx(scope_1 + 12.55)
    assert bridge(inventory, "iso14064_categories").to_dicts()[-1]["emission"] == steps[-1]["emission"]


def test_a_view_without_a_place_for_anything_names_those_that_there_are() -> None:
    with pytest.raises(CellNotFound, match="scopes, iso14064_categories"):
        bridge(city(), "gpc")


def test_the_bridge_to_the_gpc_adds_nothing_that_the_gpc_keeps_apart() -> None:
    inventory = th.account(ROOT / "examples" / "provincial-city" / "activity.csv", "gpc-cn")
    steps = bridge(inventory, "gpc").to_dicts()
    territorial = inventory.by("gpc", memo=True).to_dicts()
    assert "I.4.4" in {row["gpc"] for row in territorial}
    assert steps[-1]["emission"] == pytest.approx(inventory.total, rel=1e-12)
