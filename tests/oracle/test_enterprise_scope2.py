"""Scope 2 by location and by market in one run, a factor for each row, and the views of GHG Protocol and ISO 14064-1."""

from __future__ import annotations

import datetime as dt
import random
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

import tanheng as th
from tanheng.activity import with_parameters
from tanheng.errors import CellNotFound, NotFound
from tanheng.inventory import bridge

BASE = "cn-enterprise-base"
MARKET = """format: tanheng-method/1
id: by-market
version: "1"
extends: cn-enterprise-base
title: {zh: 基于市场计入合计, en: Market-based in the total}
rules:
  - {id: electricity-location, memo: true}
  - {id: electricity-market-contract, memo: false}
  - {id: electricity-market-residual, memo: false}
  - {id: electricity-market-grid, memo: false}
"""


def power(
    amount: float, parameters: str = "", year: str = "2023", activity: str = "外购电力"
) -> dict[str, Any]:
    return {"entity": "厂", "region": "四川省", "period": year, "item": "电力", "activity": activity, "amount": amount, "unit": "MWh", "parameters": parameters}  # fmt: skip


def other(item: str, amount: float, unit: str, activity: str, parameters: str = "") -> dict[str, Any]:
    return {**power(amount, parameters, activity=activity), "item": item, "unit": unit}


def account(*rows: dict[str, Any], method: Any = BASE) -> th.Inventory:
    inventory = th.account(pl.DataFrame(list(rows)), method)
    assert inventory.complete, [finding.message("en") for finding in inventory.findings]
    return inventory


def views(inventory: th.Inventory) -> dict[str, float]:
    found = [*inventory.by("scopes").to_dicts(), *inventory.by("scopes", memo=True).to_dicts()]
    return {row["scopes"]: row["emission"] for row in found}


def test_both_bases_in_one_run_and_one_in_the_total() -> None:
    inventory = account(power(1000))
    assert views(inventory) == {"2-location": 156.4, "2-market": 609.6}
    assert inventory.total == 156.4


def test_memo_figures_of_two_bases_are_never_added() -> None:
    """Purchased power of a power plant from 2026 is a memo item on both bases."""
    plant = th.account(pl.DataFrame([power(1000, year="2026")]), "cn-enterprise-power")
    both = {one["rule"]: one["emission"] for one in plant.by("item", memo=True).to_dicts()}
    assert len(both) == 2
    assert plant.by(memo=True).to_polars().sort("rule").get_column("rule").to_list() == sorted(both)
    in_json = {one["rule"]: one["emission"] for one in plant.to_dict()["memo"]}
    assert in_json == both
    assert not any("share" in one for one in plant.to_dict()["memo"])


def test_a_contract_factor_serves_the_market_only() -> None:
    inventory = account(power(600, "supplier_ef=0 tCO2/MWh"), power(400))
    assert views(inventory) == {"2-location": 156.4, "2-market": pytest.approx(400 * 0.6096)}
    rules = {row["rule"]: row["emission"] for row in inventory.by("rule", memo=True).to_dicts()}
    assert rules["electricity-market-contract"] == 0


def test_before_the_first_residual_mix_the_grid_stands_in_and_the_proof_says_so() -> None:
    inventory = account(power(1000, year="2018"))
    found = views(inventory)
    assert found["2-market"] == found["2-location"] > 0
    assert [row["rule"] for row in inventory.by("rule", memo=True).to_dicts()] == ["electricity-market-grid"]


def test_a_pack_of_five_lines_puts_the_market_into_the_total(tmp_path: Any) -> None:
    pack = tmp_path / "by-market.yaml"
    pack.write_text(MARKET, encoding="utf-8")
    inventory = account(power(600, "supplier_ef=0.02 tCO2/MWh"), power(400), method=pack)
    assert inventory.total == pytest.approx(600 * 0.02 + 400 * 0.6096)
    assert views(inventory)["2-location"] == 156.4


def test_8760_hours_with_grid_factors_of_their_own_add_up_exactly() -> None:
    draw = random.Random(2023)
    hours = [(draw.randrange(1, 50_000), draw.randrange(500, 9_000)) for _ in range(8760)]
    first = dt.datetime(2023, 1, 1, tzinfo=dt.UTC)
    times = [f"{first + dt.timedelta(hours=hour):%Y-%m-%d %H:%M}" for hour in range(8760)]
    used = pl.DataFrame(
        [{**power(kwh / 1000), "period": time} for time, (kwh, _) in zip(times, hours, strict=True)]
    )
    factors = {
        "时期": times, "品种": ["电力"] * 8760, "参数": ["ef"] * 8760,
        "数值": [factor / 10_000 for _, factor in hours], "单位": ["tCO2/MWh"] * 8760,
    }  # fmt: skip
    inventory = th.account(with_parameters(th.read_activity(used), factors), BASE)
    exact = sum(Decimal(kwh) * factor for kwh, factor in hours) / Decimal(10**7)
    counted = inventory.rows.filter(~pl.col("memo"))
    assert counted.get_column("period").n_unique() == inventory.rows_read == 8760
    assert Decimal(sum(int(one) for one in counted.get_column("nano"))).scaleb(-9) == exact
    average = sum(factor for _, factor in hours) / 8760 / 10_000
    assert inventory.total != pytest.approx(sum(kwh for kwh, _ in hours) / 1000 * average, rel=1e-6)


WORKS = [
    other("柴油", 100, "t", "燃烧"),
    other("薪柴", 50, "t", "燃烧"),
    other("石灰石", 20, "t", "消耗"),
    power(1000, "supplier_ef=0.05 tCO2/MWh"),
    power(100, activity="外供电力"),
    other("热力", 300, "GJ", "外购热力"),
    other("蒸汽", 10, "t", "外供蒸汽", "enthalpy=2763.3 kJ/kg"),
    other("二氧化碳", 5, "t", "回收", "purity=99.9 %"),
]


def steps(inventory: th.Inventory, view: str, base: str = "location") -> list[dict[str, Any]]:
    found = bridge(inventory, view, base=base).to_dicts()
    assert sum(Decimal(str(row["emission"])) for row in found[:-1]) == pytest.approx(
        Decimal(str(found[-1]["emission"])), abs=Decimal("1e-8")
    )
    assert found[0]["emission"] == inventory.total
    return found


def test_scopes_and_iso_categories_come_to_the_same_total() -> None:
    inventory = account(*WORKS)
    scopes = steps(inventory, "scopes")
    categories = steps(inventory, "iso14064_categories")
    assert scopes[-1]["emission"] == categories[-1]["emission"]
    direct = 100 * 42.652 * 0.0202 * 0.98 * 44 / 12 + 20 * 0.43971
    indirect = 156.4 + 300 * 0.11
    assert scopes[-1]["emission"] == pytest.approx(direct + indirect)
    by_category = {
        row["iso14064_categories"]: row["emission"] for row in inventory.by("iso14064_categories").to_dicts()
    }
    assert (by_category["1"], by_category["2"]) == pytest.approx((direct, indirect))


def test_the_bridge_names_what_the_guideline_deducts_and_the_view_does_not() -> None:
    inventory = account(*WORKS)
    found = {row["rule"]: row["emission"] for row in steps(inventory, "scopes") if row["step"] == "left_out"}
    steam = 10 * (2763.3 - 83.74) / 1000 * 0.11
    assert found == pytest.approx(
        {"electricity-delivered": 15.64, "steam-delivered": steam, "co2-recovered-by-mass": 4.995}
    )


def test_market_based_scope_2_is_a_bridge_of_its_own() -> None:
    inventory = account(*WORKS)
    found = steps(inventory, "scopes", "market")
    changes = {(row["step"], row["rule"]): row["emission"] for row in found}
    assert changes["added", "electricity-market-contract"] == pytest.approx(50)
    assert changes["left_out", "electricity-location"] == -156.4


def test_power_purchased_by_a_facility_is_out_of_the_guideline_and_in_scope_2() -> None:
    coal = {**other("烟煤", 1000, "t", "消耗")}
    inventory = account(coal, power(1000), method="cn-enterprise-steel")
    found = steps(inventory, "scopes")
    assert [(row["step"], row["rule"]) for row in found[1:-1]] == [("added", "electricity-location")]
    assert found[-1]["emission"] - found[0]["emission"] == pytest.approx(156.4)


def test_a_view_that_the_method_does_not_know_is_refused() -> None:
    with pytest.raises(CellNotFound):
        bridge(account(power(1)), "gpc")


def test_location_and_market_are_never_added() -> None:
    inventory = account(power(100), power(10, activity="外供电力"))
    assert steps(inventory, "scopes")[-1]["emission"] == pytest.approx(15.64)
    assert steps(inventory, "scopes", "market")[-1]["emission"] == pytest.approx(60.96)
    with pytest.raises(NotFound, match="location, market"):
        bridge(inventory, "scopes", base="both")


def test_delivered_power_and_heat_belong_to_no_scope() -> None:
    inventory = account(
        other("热力", 100, "GJ", "外购热力"),
        other("热力", 300, "GJ", "外供热力"),
        method="cn-enterprise-other",
    )
    scope = {row["scope"]: row["emission"] for row in inventory.by("scope").to_dicts()}
    view = {row["scopes"]: row["emission"] for row in inventory.by("scopes").to_dicts()}
    assert scope == view == pytest.approx({"2": 11.0, "": -33.0})
