"""ISO 14064-1 categories follow from the scopes of a method that does not name them."""

from __future__ import annotations

import pytest

import tanheng as th
from tanheng.errors import CellNotFound
from tanheng.inventory.scope_lists import following

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
    (row,) = th.account(rows, method).by("iso14064_categories").to_dicts()
    assert row["iso14064_categories"] == "1"
    assert row["emission"] == pytest.approx(3.095909637)


def test_where_nothing_has_a_scope_there_is_no_such_list() -> None:
    rows = {"entity": ["甲厂"], "period": ["2021"], "item": ["蒸汽"], "amount": [3], "unit": ["t"]}
    with pytest.raises(CellNotFound):
        th.account(rows, "cn-energy-2011").by("iso14064_categories")


def test_a_list_that_the_method_names_is_the_methods_own() -> None:
    assert following(th.account(ROWS, "sichuan-park-2022")) == ["iso14064_categories"]
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
