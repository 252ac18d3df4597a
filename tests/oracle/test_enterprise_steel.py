"""Steel works by CETS-AG-03.01-V01-2024 (cases A6 and A7): every printed line, the totals and the remainder of equation 4."""

from __future__ import annotations

import csv
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

import tanheng as th
from shared import SHARED, needs_shared
from tanheng.codes import items
from tanheng.inventory import load_method, official_figures, remainder, rounded

PACK = "cn-enterprise-steel"
FUELS = [
    ("洗精煤", "消耗", 1_500_000.00, "t", "3681705.72"),
    ("无烟煤", "消耗", 450_000.00, "t", "1135051.10"),
    ("天然气", "消耗", 2_000.00, "万Nm3", "43737.68"),
    ("焦炭", "外销", 30_000.00, "t", "-92021.35"),
]
MATERIALS = [
    ("石灰石", "消耗", 600_000, "t", "264000.00"),
    ("白云石", "消耗", 250_000, "t", "119000.00"),
    ("电极", "消耗", 4_000, "t", "14652.00"),
    ("废钢", "外购", 500_000, "t", "18500.00"),
    ("生铁", "外购", 200_000, "t", "34400.00"),
]
PRODUCTS = [
    ("粗钢", "产量", 3_200_000, "t", "-118400.00"),
    ("焦油", "产量", 30_000, "t", "-80970.00"),
    ("粗苯", "产量", 9_000, "t", "-30438.00"),
]
BLAST_FURNACE = [
    ("焦炭", "消耗", 900_000, "t", "2760640.41"),
    ("烟煤", "消耗", 350_000, "t", "797474.22"),
    ("高炉煤气", "消耗", 25_000, "万Nm3", "214170.00"),
    ("高炉煤气", "输出", 380_000, "万Nm3", "-3255384.00"),
]


def rows(lines: list[tuple[str, str, float, str, str]], entity: str = "钢厂") -> list[dict[str, Any]]:
    names = ("item", "activity", "amount", "unit")
    return [{"entity": entity, "region": "CN", "period": "2024", **dict(zip(names, line[:4], strict=True))} for line in lines]  # fmt: skip


def account(*lines: list[dict[str, Any]], method: str = PACK) -> th.Inventory:
    inventory = th.account(pl.DataFrame([row for part in lines for row in part]), method)
    assert inventory.complete, [finding.message("en") for finding in inventory.findings]
    return inventory


def printed(inventory: th.Inventory) -> dict[tuple[str, str], str]:
    return {(row["item"], row["activity"]): row["emission"] for row in official_figures(inventory).to_dicts()}


def expected(lines: list[tuple[str, str, float, str, str]], total: str) -> dict[tuple[str, str], str]:
    return {(items().find(line[0]).code, line[1]): line[4] for line in lines} | {("", ""): total}


def test_a7_every_line_and_the_total() -> None:
    lines = [*FUELS, *MATERIALS, *PRODUCTS]
    inventory = account(rows(lines))
    assert printed(inventory) == expected(lines, "4989217")
    assert inventory.total == pytest.approx(4_989_217.16, abs=0.005)
    assert inventory.total / 3_200_000 == pytest.approx(1.5591, abs=5e-5)


@pytest.mark.parametrize(
    ("lines", "total"), [(FUELS, 4_768_473.16), (MATERIALS, 450_552.00), (PRODUCTS, -229_808.00)]
)
def test_a7_sums_of_unrounded_lines(lines: list[tuple[str, str, float, str, str]], total: float) -> None:
    assert account(rows(lines)).total == pytest.approx(total, abs=0.005)


def test_a7_amounts_and_parameters_have_the_digits_of_the_guideline() -> None:
    lines = official_figures(account(rows(FUELS))).to_dicts()
    gas = next(line for line in lines if line["item"] == "natural_gas")
    assert (gas["amount"], gas["parameters"]) == ("2000.00", "ncv=389.310; carbon_content=0.01532")


def test_amounts_are_printed_in_the_units_of_the_guideline() -> None:
    line = rows([("洗精煤", "消耗", 0.123456789, "万吨", "")])
    first = official_figures(account(line)).to_dicts()[0]
    assert (first["amount"], first["unit"]) == ("1234.57", "t")


def test_a7_blast_furnace_by_equation_2() -> None:
    inventory = account(rows(BLAST_FURNACE))
    assert printed(inventory) == expected(BLAST_FURNACE, "516901")
    assert inventory.total == pytest.approx(516_900.63, abs=0.005)


def test_a7_remainder_is_the_enterprise_less_its_processes() -> None:
    inventory = account(rows([*FUELS, *MATERIALS, *PRODUCTS]), rows(BLAST_FURNACE, "1号高炉"))
    left, findings = remainder(inventory, "钢厂", ["1号高炉"])
    assert left == pytest.approx(4_989_217.16 - 516_900.63, abs=0.01)
    assert findings == []


def test_a7_a_negative_remainder_is_a_finding() -> None:
    inventory = account(rows(FUELS[:1]), rows(FUELS[:1], "1号高炉"), rows(FUELS[1:2], "2号高炉"))
    left, findings = remainder(inventory, "钢厂", ["1号高炉", "2号高炉"])
    assert left == pytest.approx(-float(FUELS[1][4]), abs=0.01)
    assert [(one.code, one.severity) for one in findings] == [("I-120", "error")]


def test_a6_the_factor_of_tar_is_that_of_its_note() -> None:
    exact = Decimal("33.453") * Decimal("0.02200") * 44 / 12
    assert rounded(exact, 3) == Decimal("2.699")


def test_only_power_units_have_an_oxidation_rate() -> None:
    row = rows([("烟煤", "消耗", 1000, "t", "")])
    works = account(row).total
    unit = account([{**row[0], "sector": "发电"}]).total
    assert works == pytest.approx(1000 * 23.736 * 0.02618 * 44 / 12, rel=1e-12)
    assert unit == pytest.approx(works * 0.99, rel=1e-12)


def test_purchased_power_is_outside_the_total() -> None:
    inventory = account(rows([("电力", "外购电力", 100, "MWh", "")]))
    assert inventory.total == 0
    assert {row["scopes"] for row in inventory.by("scopes", memo=True).to_dicts()} == {
        "2-location",
        "2-market",
    }


def test_a_fuel_without_a_default_must_be_measured() -> None:
    row = rows([("煤矸石", "消耗", 10, "t", "")])[0]
    assert account([row]).total == pytest.approx(10 * 8.374 * 0.02541 * 44 / 12, rel=1e-9)
    inventory = th.account(pl.DataFrame([{**row, "item": "raw_coal"}]), PACK)
    assert inventory.unmatched.get_column("code").to_list() == ["I-102"]


@needs_shared
def test_the_pack_holds_tables_a1_and_a2_as_they_were_read() -> None:
    assert SHARED is not None
    tables = load_method(PACK).data["defaults"]
    with (SHARED / "codes" / "cn_steel_cets_2024_fuel_defaults.csv").open(encoding="utf-8") as stream:
        fuels = {items().find(row["fuel_zh"].split("（")[0]).code: row for row in csv.DictReader(stream)}
    with (SHARED / "codes" / "cn_steel_cets_2024_other_defaults.csv").open(encoding="utf-8") as stream:
        materials = {items().find(row["item_zh"]).code: row["tco2_per_t"] for row in csv.DictReader(stream)}
    columns = {"fuel-ncv": "ncv_gj_per_unit", "fuel-carbon": "carbon_tc_per_gj", "power-oxidation": "oxidation_pct"}  # fmt: skip
    for table, column in columns.items():
        held = {code: float(text.split()[0]) for code, text in tables[table]["items"].items()}
        assert held.pop("coking_coal") == held["cleaned_coal"]
        assert held == {code: float(row[column]) for code, row in fuels.items()}, table
    assert {code: text.split()[0] for code, text in tables["materials"]["items"].items()} == materials


def test_a_line_can_be_recomputed_from_what_it_prints() -> None:
    (row,) = rows([("洗精煤", "消耗", 1_500_000.004, "t", "")])
    inventory = account([row | {"parameters": "ncv=26.3444 GJ/t"}])
    line = official_figures(inventory).to_dicts()[0]
    assert (line["amount"], line["parameters"]) == ("1500000.00", "ncv=26.344; carbon_content=0.02541")
    by_hand = Decimal("1500000.00") * Decimal("26.344") * Decimal("0.02541") * 44 / 12
    assert line["emission"] == str(rounded(by_hand, 2)) == "3681705.72"
    stated = inventory.proof(item="cleaned_coal").to_dict()["steps"][0]["inputs"][0]
    assert (stated["value"], stated["published"]) == (26.344, "26.3444 GJ/t")
