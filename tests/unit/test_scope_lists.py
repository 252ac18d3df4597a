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


FOREST = [
    ("柴油", "工业", "", 1000, "t", ""), ("乔木林蓄积量", "", "", 1e6, "m3", "生长率=5%"), ("活立木消耗量", "", "消耗", 30_000, "m3", ""),
    ("经济林", "", "面积减少", 100, "ha", ""),
]  # fmt: skip


@pytest.mark.parametrize("method", ["cn-provincial-2011", "gpc-cn"])
def test_felled_wood_stands_with_removals_outside_the_scopes_and_is_an_emission_of_category_1(
    method: str,
) -> None:
    names = ("item", "sector", "activity", "amount", "unit", "parameters")
    table = {name: [row[at] for row in FOREST] for at, name in enumerate(names)}
    place = {"entity": ["某市"] * 4, "period": ["2021"] * 4, "region": ["四川省"] * 4}
    inventory = th.account(place | table, method)
    by = {row["provincial2011"]: row["emission"] for row in inventory.by("provincial2011").to_dicts()}
    lost = by["P4.1.6"] + by["P4.1.2"]
    assert by["P4.1.1"] < 0 < lost
    scopes = {row["scopes"]: row["emission"] for row in inventory.by("scopes").to_dicts()}
    assert scopes == pytest.approx({"1": by["P1.1.3"], "": by["P4.1.1"] + lost})
    iso = {
        row["iso14064_categories"]: row["emission"] for row in inventory.by("iso14064_categories").to_dicts()
    }
    assert iso == pytest.approx({"1": by["P1.1.3"] + lost, "1-removals": by["P4.1.1"]})
    assert bridge(inventory, "scopes").to_dicts()[-1]["emission"] == pytest.approx(by["P1.1.3"])


def test_methane_of_burned_forest_is_of_scope_1_and_its_co2_is_not() -> None:
    stated = "biomass_loss=50 t/ha; burned=20%; decayed=30%; oxidation=90%; ch4_ratio=1.2%; nitrogen_ratio=1%; n2o_ratio=0.7%"
    row = {"item": "竹林", "activity": "森林转化", "amount": 100, "unit": "ha", "parameters": stated}
    place = {"entity": "某市", "period": "2021", "region": "四川省"}
    inventory = th.account({name: [value] for name, value in (place | row).items()}, "cn-provincial-2011")
    assert inventory.complete, inventory.findings
    found = {(one["scopes"], one["gas"]) for one in inventory.by("scopes", "gas").to_dicts()}
    assert found == {("", "CO2"), ("1", "CH4_biogenic"), ("1", "N2O")}


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
