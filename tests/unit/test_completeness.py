"""Completeness by share: ranges from like items, estimates of the user, and what stays unknown."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import polars as pl
import pytest

import tanheng as th
from small import WEIGHTED, activity, pack, use
from tanheng.errors import CellNotFound, ColumnMissing, InputUnreadable, UnknownCode, use_language
from tanheng.inventory.quality.estimated_share import completeness

RULES = """
  - {id: coke, title: &t {zh: 燃料, en: Fuel}, clause: "1", when: {items: [coke]}, gases: [CO2], category: {ipcc2006: 1.A.2}, formula: ef, parameters: {ef: {unit: tCO2/t, value: 3}}}
  - {id: lignite, title: *t, clause: "2", when: {items: [lignite]}, gases: [CO2], category: {ipcc2006: 1.A.2}, formula: ef, parameters: {ef: {unit: tCO2/t, value: 1}}}
  - {id: gas, title: *t, clause: "3", when: {items: [natural_gas]}, gases: [CO2], category: {ipcc2006: 1.A.4.b}, formula: ef, parameters: {ef: {unit: tCO2/m³, value: 0.002}}}
  - {id: cement, title: *t, clause: "4", when: {items: [clinker]}, gases: [CO2], category: {ipcc2006: 2.A.1}, formula: ef, parameters: {ef: {unit: tCO2/t, value: 50}}}
"""
KNOWN = (use("焦炭", 100, "t"), use("褐煤", 100, "t"))


@pytest.fixture
def account(tmp_path: Path):
    path = pack(tmp_path, "fuels", RULES, gas=WEIGHTED)
    return lambda *rows: th.account(activity(*rows), path)


def test_what_lacks_nothing_is_covered_whole(account) -> None:
    found = completeness(account(*KNOWN))
    assert (found.total, found.low, found.high, found.unknown) == (400, 100, 100, 0)
    assert found.lines.height == 0


def test_an_amount_without_coefficient_has_the_range_of_like_items(account) -> None:
    """10 万 kg of another solid fuel: between lignite (1 t/t) and coke (3 t/t), whatever clinker and gas emit."""
    inventory = account(*KNOWN, use("天然气", 1000, "m³"), use("熟料", 1, "t"), use("无烟煤", 100_000, "kg"))
    found = completeness(inventory)
    line = found.lines.row(0, named=True)
    assert (line["low"], line["high"], line["basis"]) == (pytest.approx(100), pytest.approx(300), "similar")
    assert "焦炭" in line["stands_on"]
    assert "熟料" not in line["stands_on"]
    assert found.total == inventory.total == 452
    assert found.low == pytest.approx(452 / 752 * 100)
    assert found.high == pytest.approx(452 / 552 * 100)


def test_another_unit_dimension_or_kind_is_no_measure(account) -> None:
    found = completeness(account(*KNOWN, use("无烟煤", 100, "GJ"), use("水泥", 5, "t")))
    assert found.lines.get_column("basis").to_list() == ["unknown", "unknown"]
    assert found.lines.select("low", "high").null_count().row(0) == (2, 2)
    assert (found.low, found.high, found.unknown) == (None, None, 2)


def test_wood_is_no_measure_for_coal(account) -> None:
    found = completeness(account(use("焦炭", 100, "t"), use("木材", 5, "t"), use("无烟煤", 1, "t")))
    basis = dict(found.lines.select("missing", "basis").iter_rows())
    assert basis["anthracite"] == "similar"
    assert [state for item, state in basis.items() if item != "anthracite"] == ["unknown"]


def test_one_unknown_leaves_only_the_most_that_can_be_covered(account) -> None:
    found = completeness(account(*KNOWN, use("无烟煤", 100, "t"), use("不明燃料", 1, "t")))
    assert found.low is None
    assert found.high == pytest.approx(400 / 500 * 100)
    assert found.to_dict()["unknown"] == 1
    assert "至多 80.00 %" in found.sentence()
    assert repr(found).startswith("覆盖多少未知：1 项")


def test_an_estimate_of_the_user_wins(account) -> None:
    inventory = account(*KNOWN, use("无烟煤", 100, "t"), use("不明燃料", 1, "t"))
    given = {
        "类别": ["无烟煤", "不明燃料"],
        "估算量": [150, 50],
        "不确定性": [20, None],
        "来源": ["台账", "电话核实"],
    }
    found = completeness(inventory, estimates=given)
    assert found.lines.select("missing", "low", "high", "basis", "stands_on").rows() == [
        ("anthracite", 120.0, 180.0, "estimate", "台账"),
        ("不明燃料", 50.0, 50.0, "estimate", "电话核实"),
    ]
    assert found.low == pytest.approx(400 / 630 * 100)
    assert found.high == pytest.approx(400 / 570 * 100)
    assert inventory.total == 400


def test_refused_rows_are_unknown_until_estimated(account) -> None:
    inventory = account(*KNOWN, use("无烟煤", -5, "t"), use("焦炭", 5, "筐"))
    assert inventory.refused == 2
    found = completeness(inventory)
    assert found.lines.select("kind", "rows", "basis").rows() == [("refused", 2, "unknown")]
    assert (found.low, found.high) == (None, None)
    given = {"category": ["refused"], "estimate_t": [100], "source": ["台账"]}
    assert completeness(inventory, estimates=given).low == pytest.approx(80)


def test_estimates_that_cannot_be_used_are_told(account) -> None:
    given = {
        "category": ["焦炭", "1.A.2", "4.A", "5.A", ""], "estimate_t": [1, 1, None, 1, 1], "source": ["a", "a", "a", "", "a"],
    }  # fmt: skip
    found = completeness(account(*KNOWN), by="ipcc2006", estimates=given)
    assert [finding.code for finding in found.findings] == ["I-232", "I-232", "I-233", "I-233", "I-233"]
    assert "it has no source" in found.findings[3].message("en")
    with pytest.raises(ColumnMissing, match="source"):
        completeness(account(*KNOWN), estimates={"category": ["4.A"], "estimate_t": [1]})
    with pytest.raises(InputUnreadable, match="many"):
        completeness(
            account(*KNOWN), estimates={"category": ["4.A"], "estimate_t": ["many"], "source": ["a"]}
        )


def test_what_was_estimated_is_not_estimated_again(account) -> None:
    """The second row of a thing, by its code or its name, would be counted beside the first."""
    inventory = account(*KNOWN, use("无烟煤", 100, "t"))
    names = ["无烟煤", "anthracite", "湿地", "湿地 "]
    found = completeness(
        inventory, estimates={"category": names, "estimate_t": [50] * 4, "source": ["a"] * 4}
    )
    assert [(one.code, one.fields["row"]) for one in found.findings] == [("I-234", 2), ("I-234", 4)]
    assert found.lines.get_column("low").to_list() == [50.0, 50.0]
    assert found.low == found.high == pytest.approx(80)


def test_an_estimate_of_something_else_is_missing_too(account) -> None:
    given = {"category": ["湿地"], "estimate_t": [-100], "source": ["文献"]}
    found = completeness(account(*KNOWN), estimates=given)
    assert found.lines.select("kind", "missing", "low").rows() == [("estimate", "湿地", 100.0)]
    assert found.low == pytest.approx(80)


def test_categories_not_estimated_or_unanswered_are_missing(account) -> None:
    inventory = account(*KNOWN)
    notation = pl.DataFrame(
        {"category": ["4.A", "1.A.4.b"], "notation": ["NE", "NO"], "reason": ["无数据", "没有"]}
    )
    found = completeness(inventory, by="ipcc2006", notation=notation)
    kinds = {(row["missing"], row["kind"]): row for row in found.lines.to_dicts()}
    assert {kind for _, kind in kinds} == {"NE", "unanswered"}
    assert kinds["4.A", "NE"]["stands_on"] == "无数据"
    # an emission or a key of a wider category answers for those below it
    assert not [code for code, _ in kinds if code.startswith(("1.A.4.b", "4.A."))]
    assert not found.lines.filter(
        pl.col("missing").str.starts_with("1.A.2") & (pl.col("gas") == "CO2")
    ).height
    assert "NOx" not in found.lines.get_column("gas").to_list()
    assert all(row["low"] is None and row["basis"] == "unknown" for row in kinds.values())
    assert found.low is None
    with pytest.raises(CellNotFound):
        completeness(inventory, by="gpc")
    with pytest.raises(CellNotFound):
        completeness(inventory, notation=notation)


def test_what_the_method_leaves_open_is_not_estimated() -> None:
    inventory = th.account(activity(use("石灰", 1000, "t")), "cn-provincial-2011")
    found = completeness(inventory, by="provincial2011")
    declared = [one for one in inventory.method["notation"] if one["key"] == "NE"]
    kinds = found.lines.get_column("kind").to_list()
    assert declared
    assert kinds.count("NE") >= 1
    assert kinds.count("unanswered") > 10
    within = completeness(inventory, by="provincial2011", within="P0").lines.get_column("missing").to_list()
    assert within
    assert all(code.startswith("P") for code in within)
    with pytest.raises(UnknownCode):
        completeness(inventory, by="provincial2011", within="P99")


def test_a_gas_that_is_lacking_is_measured_by_that_gas_of_others() -> None:
    fuels = (use("柴油", 100, "t", sector="工业"), use("汽油", 10, "t", sector="工业"))
    inventory = th.account(activity(*fuels, use("原煤", 100, "t", sector="工业")), "cn-energy-2011")
    line = completeness(inventory).lines.row(0, named=True)
    each = {row["item"]: row["emission"] / row["amount"] for row in inventory.cells().to_dicts()}
    assert (line["missing"], line["basis"]) == ("raw_coal", "similar")
    assert line["low"] == pytest.approx(100 * min(each.values()))
    assert line["high"] == pytest.approx(100 * max(each.values()))


def test_removals_count_by_their_size(account) -> None:
    inventory = account(*KNOWN)
    sign = pl.when(pl.col("item") == "lignite").then(-1).otherwise(1)
    sinks = dataclasses.replace(inventory, emissions=inventory.emissions.with_columns(pl.col("nano") * sign))
    assert sinks.total == 200
    found = completeness(sinks)
    assert (found.total, found.size) == (200, 400)
    assert (found.to_dict()["total"], found.to_dict()["absolute_size"]) == (200, 400)


def test_words_are_in_the_language_of_the_run(account) -> None:
    inventory = account(*KNOWN, use("无烟煤", 100, "t"))
    use_language("en")
    try:
        line = completeness(inventory).lines.row(0, named=True)
    finally:
        use_language("zh")
    assert (line["name"], line["stands_on"]) == ("Anthracite", "similar coefficients 1–3 t/t: Coke, Lignite")


def test_one_product_is_no_measure_for_another() -> None:
    table = {
        "entity": ["甲市"] * 2, "region": ["CN-35"] * 2, "period": ["2021"] * 2, "item": ["己二酸", "水泥"], "amount": [3, 3], "unit": ["t", "t"],
    }  # fmt: skip
    found = completeness(th.account(table, "cn-provincial-2011"))
    line = next(one for one in found.lines.to_dicts() if one["missing"] == "cement")
    assert (line["basis"], line["low"]) == ("unknown", None)
