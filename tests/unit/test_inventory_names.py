"""Names that people give to columns and values: what they mean, what is refused, and what a proof lists beside a number."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import tanheng as th
from small import COAL, activity, use
from tanheng.codes import AmbiguousName
from tanheng.errors import CellNotFound, use_language
from tanheng.inventory import ArgumentInvalid, Inventory, load_run

STATIONARY = "ipcc-2006-stationary"
PLANTS = {
    "企业名称": ["甲厂", "乙厂"], "地区": ["四川省", "北京市"], "年份": ["2021", "2021"], "品种": ["柴油", "柴油"],
    "数量": [100, 200], "单位": ["t", "吨"], "部门": ["工业", "工业"],
}  # fmt: skip


@pytest.fixture(scope="module")
def mixed() -> Inventory:
    """Counted diesel and wood, coal of which the shares are not stated, and an unknown item of another year."""
    rows = activity(
        use("柴油", 10, "t", sector="交通"),
        use("柴油", 20, "t", sector="industry"),
        use("原煤", 400, "t", sector="industry"),
        use("独角兽", 5, "t", sector="industry", period="2022"),
    )
    return th.account(rows, "cn-energy-2011")


@pytest.fixture(scope="module")
def nothing() -> Inventory:
    return th.account(activity(use("独角兽", 1, "t")), STATIONARY)


def test_a_name_of_several_codes_is_never_summed(mixed: Inventory) -> None:
    for ask in (mixed.select, lambda cell: mixed.proof(**cell)):
        with pytest.raises(AmbiguousName) as caught:
            ask({"ipcc2006": "交通运输"})
        for lang in ("zh", "en"):
            assert "1.A.3" in caught.value.message(lang)
            assert "1.B.2.a.iii.3" in caught.value.message(lang)
    assert mixed.proof(ipcc2006="1.A.3").value == mixed.proof(sector="transport").value


@pytest.mark.parametrize(
    "cell",
    [{"ipcc2006": "1"}, {"ipcc2006": "1.A.2"}, {"scope": "1"}, {"rule": "combustion-co2"}, {"gas": "CO2"}],
    ids=str,
)
def test_unmatched_activity_is_listed_where_a_rule_would_place_it(
    mixed: Inventory, cell: dict[str, str]
) -> None:
    found = mixed.proof(**cell)
    assert found.value
    assert found.unmatched_count == 2
    assert mixed.proof(**cell, period="2022").value is None
    assert mixed.proof(**cell, period="2022").unmatched_count == 1
    use_language("en")
    said = "listed for every value" in found.text()
    use_language("zh")
    assert said == (cell != {"gas": "CO2"})


def test_a_split_item_may_come_of_unmatched_activity(mixed: Inventory) -> None:
    found = mixed.proof(part="烟煤", period="2021")
    assert (found.value, found.unmatched_count) == (None, 1)


@pytest.mark.parametrize("cell", [{"ipcc2006": "2.A"}, {"scope": "3"}, {"rule": "no-such"}], ids=str)
def test_unmatched_activity_is_not_listed_where_the_method_places_nothing(
    mixed: Inventory, cell: dict[str, str]
) -> None:
    with pytest.raises(CellNotFound):
        mixed.proof(**cell)


@pytest.mark.parametrize("value", ["", " ", None])
def test_an_empty_value_is_no_cell(mixed: Inventory, value: Any) -> None:
    for column in ("ipcc2006", "sector"):
        with pytest.raises(ArgumentInvalid) as caught:
            mixed.proof(**{column: value})
        assert column in caught.value.message("en")


def test_the_label_names_the_gases_that_are_counted() -> None:
    rows = activity(
        use("柴油", 10, "t", sector="industry"), use("木柴", 10, "t", sector="industry", region="CN-11")
    )
    inventory = th.account(rows, STATIONARY)
    assert {"CO2", "CO2_biogenic"} <= set(inventory.rows.get_column("gas"))
    found = inventory.proof(gas="CO2")
    assert (dict(found.cell), found.memo_count) == ({"gas": "CO2"}, 1)
    beside = inventory.proof(gas="CO2_biogenic")
    assert (dict(beside.cell), beside.memo) == ({"gas": "CO2_biogenic"}, True)
    use_language("en")
    assert "not in this number: 1 step\n" in found.text()
    use_language("zh")


def test_a_heading_means_the_column_that_it_was_read_as(tmp_path: Path) -> None:
    inventory = th.account(PLANTS, STATIONARY)
    inventory.save(tmp_path / "run")
    for one in (inventory, load_run(tmp_path / "run")):
        assert one.by("地区").to_polars().columns[0] == "region"
        assert {row["region"] for row in one.by("地区").to_dicts()} == {"CN-51", "CN-11"}
        assert dict(one.proof(地区="四川").cell) == {"region": "CN-51"}
        assert dict(one.proof(地区="甲厂").cell) == {"entity": "甲厂"}
    alone = {name: column for name, column in PLANTS.items() if name != "企业名称"}
    assert th.account(alone, STATIONARY).by("地区").to_polars().columns[0] == "entity"


@pytest.mark.parametrize(
    "name", ["mass", "emission", "排放量", "emission_nano", "cell", "memo", "factors", "coefficient_row"]
)
def test_tables_are_grouped_by_dimensions_alone(mixed: Inventory, name: str) -> None:
    with pytest.raises(CellNotFound):
        mixed.by("gas", name)
    with pytest.raises(CellNotFound):
        mixed.select({"item": "diesel", "排放量": "1"})


@pytest.mark.parametrize("name", [1, None, "", " "])
def test_what_is_no_name_is_refused(mixed: Inventory, name: Any) -> None:
    with pytest.raises(ArgumentInvalid):
        mixed.by(name)


@pytest.mark.parametrize(
    ("by", "kept"),
    [
        ("地区", ["region"]),
        ("item", ["item"]),
        ("品种，地区、部门", ["item", "region", "sector"]),
        ("item,,", ["item"]),
        (["品种", " ", "品种"], ["item"]),
        (("企业名称",), ["entity"]),
        ([], []),
    ],
)
def test_dimensions_to_keep_are_named_as_people_write_them(by: Any, kept: list[str]) -> None:
    inventory = th.account(PLANTS, STATIONARY, by=by)
    assert inventory.run["by"] == kept
    assert ("entity" in inventory.dimensions) == ("entity" in kept)
    assert inventory.total == th.account(PLANTS, STATIONARY).total


@pytest.mark.parametrize("by", ["", ",，", [""], ["数量"], "颜色", [1]])
def test_dimensions_that_there_are_not(by: Any) -> None:
    with pytest.raises(ArgumentInvalid) as caught:
        th.account(PLANTS, STATIONARY, by=by)
    assert "by" in caught.value.message("en")


def test_the_lists_of_a_method_are_known_where_nothing_is_counted(nothing: Inventory) -> None:
    assert nothing.category_lists == ["ipcc2006"]
    assert nothing.by("ipcc2006").to_dicts() == []
    assert nothing.table("by-category").to_dicts() == []
    found = nothing.proof(ipcc2006="1.A")
    assert (found.value, found.unmatched_count) == (None, 1)


def test_units_and_regions_answer_to_their_names() -> None:
    rows = activity(
        use("柴油", 1, "t", sector="industry"), use("柴油", 2, "t", sector="industry", entity="四川省")
    )
    inventory = th.account(rows, STATIONARY)
    assert inventory.proof(单位="吨").value == inventory.total
    assert dict(inventory.proof(单位="吨").cell) == {"unit": "t"}
    for text in ("510000", "四川", "CN-51"):
        assert dict(inventory.proof(主体=text).cell) == {"entity": "四川省"}
    with pytest.raises(CellNotFound):
        inventory.proof(单位="kg")


PACK = """
format: tanheng-method/1
id: both
version: "1"
title: {zh: 试算, en: Trial}
document: {title: {zh: 中文标题, en: English title}, publisher: {zh: 某部, en: Ministry}, year: 2021}
gas: CO2
rules:
  - id: one
    title: {zh: 甲, en: A}
    clause: "1"
    when: {items: [diesel]}
    gases: [CO2]
    formula: ef
    parameters:
      ef: {unit: tCO2/t, value: 3}
"""


def test_a_proof_names_documents_in_the_language_of_the_run(tmp_path: Path) -> None:
    pack = tmp_path / "both.yaml"
    pack.write_text(PACK, encoding="utf-8")
    text = th.account(activity(use("柴油", 1, "t")), pack).proof(item="diesel")
    use_language("en")
    english = text.text()
    use_language("zh")
    assert "Emission factor (ef) = 3 t CO₂/t  (method)  English title, Ministry, 2021" in english
    assert "中文标题" not in english
    assert "中文标题, 某部, 2021" in text.text()


def test_reasons_stand_in_both_languages_whatever_the_run_spoke(tmp_path: Path) -> None:
    use_language("en")
    inventory = th.account(activity(use("原煤", 4, "t", sector="industry")), "cn-energy-2011")
    inventory.save(tmp_path / "run")
    use_language("zh")
    for one in (inventory, load_run(tmp_path / "run")):
        row = one.to_dict()["unmatched"][0]
        assert row["reason"] == row["reason_zh"]
        assert row["reason_zh"].startswith(f"[{row['code']}]")
        assert "原煤" in row["reason_zh"]
        assert "Raw coal" in row["reason_en"]
    counted = th.account(activity(use("原煤", 4, "t", parameters=COAL)), "cn-energy-2011")
    assert counted.to_dict()["unmatched"] == []
