"""Notation keys of the user and of the method: who wins, where they stand, and that none is lost on the way."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest

import tanheng as th
from tanheng.activity import Activity, read_activity
from tanheng.activity.reading.filled import ANSWERS, UNANSWERED, Filled, framed
from tanheng.errors import UnknownCode
from tanheng.filings.official.workbook import write_official
from tanheng.inventory import load_method, load_run
from tanheng.inventory.categories.answers import (
    line_answers,
    notation_of,
    notation_rows,
    template_doubts,
    uncounted,
)
from tanheng.inventory.categories.official import official_table, table_keys
from tanheng.inventory.reported.from_account import from_inventory
from tanheng.inventory.views.workbook import write_workbook

PROVINCIAL = "provincial2011"
KEYS = [("P1.3", "NO", "无煤矿"), ("P2.10", "NO", "无半导体厂"), ("P4.1.4", "NE", "没有灌木林面积"), ("P3", "NO", "没有农业"),
        ("P3.1", "IE", "计入 P3.2")]  # fmt: skip


def rows(**more: list[Any]) -> dict[str, list[Any]]:
    count = len(next(iter(more.values())))
    fixed = {
        "entity": "甲市",
        "period": "2021",
        "region": "福建省",
        "item": "石灰",
        "activity": "",
        "amount": 1000,
        "unit": "t",
    }
    return {name: more.get(name, [value] * count) for name, value in fixed.items()}


def answered(table: dict[str, list[Any]], keys: list[tuple[str, str, str]], **more: Any) -> Activity:
    answers = [
        {"category": code, "item": "", "sector": "", "activity": "", "notation": key, "reason": why, "sheet": "s", "row": at}
        for at, (code, key, why) in enumerate(keys, 5)
    ]  # fmt: skip
    filled = Filled("cn-provincial-2011", "2011", "d", "h", PROVINCIAL, framed(answers, ANSWERS), **more)
    return replace(read_activity(table), filled=filled)


@pytest.fixture(scope="module")
def city() -> th.Inventory:
    lines = framed(
        [{"category": "P5.1", "item": "sewage_sludge", "sector": "", "activity": "", "sheet": "s", "row": 9}],
        UNANSWERED,
    )
    activity = answered(rows(amount=[1000]), KEYS, unanswered=lines, stated=frozenset({"P2.2"}))
    return th.account(activity, "cn-provincial-2011")


def test_the_users_key_wins_and_a_heading_answers_its_leaves(city: th.Inventory) -> None:
    found = notation_of(city, PROVINCIAL)
    assert [found["P2.10", gas].reason for gas in ("HFCs", "PFCs", "SF6")] == ["无半导体厂"] * 3
    assert (found["P2.10", "SF6"].key, found["P2.10", "SF6"].by) == ("NO", "user")
    assert (found["P2.12", "HFCs"].key, found["P2.12", "HFCs"].by) == ("NE", "method")
    assert (found["P3.1", "CH4"].key, found["P3.1", "CH4"].at) == ("IE", "P3.1")
    assert (found["P3.4", "N2O"].key, found["P3.4", "N2O"].at) == ("NO", "P3")
    assert ("P2.2", "CO2") not in found


def test_keys_given_beside_an_inventory_win_over_all(city: th.Inventory) -> None:
    more = pl.DataFrame({"category": ["P1.3"], "notation": ["保密"], "reason": ["一矿"]})
    assert notation_of(city, PROVINCIAL, notation=more)["P1.3", "CH4"].key == "C"
    with pytest.raises(UnknownCode):
        notation_of(city, PROVINCIAL, notation=more.with_columns(pl.lit("RN").alias("notation")))


def test_keys_stand_in_coverage_completeness_and_the_official_table(city: th.Inventory) -> None:
    cells = {(row["category"], row["gas"]): row for row in city.coverage(PROVINCIAL).to_polars().to_dicts()}
    assert (cells["P1.3", "CH4"]["state"], cells["P1.3", "CH4"]["reason"]) == ("NO", "无煤矿")
    missing = {row["missing"]: row["kind"] for row in city.completeness(by=PROVINCIAL).lines.to_dicts()}
    assert not {"P1.3", "P2.10", "P3", "P3.4"} & set(missing)
    assert (missing["P4.1.4"], missing["P2.12"]) == ("NE", "NE")
    table = {row["code"]: row["notation"] for row in official_table(city).to_dicts()}
    assert (table["P1.3"], table["P2.10"]) == ("CH4: NO", "HFCs: NO; PFCs: NO; SF6: NO")
    assert table["P3"] == "N2O: NO"
    assert table_keys(city, PROVINCIAL)["P3", "N2O"].key == "NO"


def test_keys_come_back_with_the_run_and_stand_in_the_workbooks(city: th.Inventory, tmp_path: Path) -> None:
    again = load_run(city.save(tmp_path / "run"))
    assert again.activity.filled is not None
    assert again.activity.filled.to_dict() == city.activity.filled.to_dict()  # type: ignore[union-attr]
    assert notation_of(again, PROVINCIAL) == notation_of(city, PROVINCIAL)
    assert [row["reason"] for row in line_answers(again)] == [why for *_, why in KEYS]
    for path in (
        write_official(again, tmp_path / "official.xlsx"),
        write_workbook(again, tmp_path / "inventory.xlsx"),
    ):
        book = openpyxl.load_workbook(path)
        said = {str(cell.value) for page in book for line in page.iter_rows() for cell in line}
        assert {"无煤矿", "无半导体厂", "没有灌木林面积", "没有农业"} <= said, path.name


def test_a_category_whose_activity_waits_for_a_factor_is_unmatched_and_not_open(tmp_path: Path) -> None:
    table = rows(item=["石灰", "沥青"], activity=["", "非能源利用"])
    found = th.account(table, "cn-provincial-2011")
    assert set(uncounted(found, PROVINCIAL)) == {("P1.5", "CO2")}
    assert ("P1.5", "CO2") not in notation_of(found, PROVINCIAL)
    cells = {(row["category"], row["gas"]): row["state"] for row in found.coverage(PROVINCIAL).to_polars().to_dicts()}  # fmt: skip
    assert cells["P1.5", "CO2"] == "unmatched"
    assert found.coverage(PROVINCIAL).counts()["unmatched"] == 1
    missing = [row["kind"] for row in found.completeness(by=PROVINCIAL).lines.to_dicts() if row["missing"] in {"P1.5", "bitumen"}]  # fmt: skip
    assert missing == ["unmatched"]


def test_a_key_over_amounts_is_set_aside_and_no_key_stands_twice(tmp_path: Path) -> None:
    activity = answered(rows(amount=[1000]), [("P2.2", "NO", "误"), ("P1.3", "NO", "无煤矿"), ("wetland", "NO", "内陆")], stated=frozenset({"P2.2"}))  # fmt: skip
    found = th.account(activity, "cn-provincial-2011")
    table = {row["code"]: row for row in official_table(found).to_dicts()}
    assert (table["P2.2"]["CO2"], table["P2.2"]["notation"]) == (683.0, "")
    page = openpyxl.load_workbook(write_official(found, tmp_path / "official.xlsx"))["标记符号"]
    told = [row for row in page.iter_rows(min_row=4, values_only=True) if row[4] == "填报者"]
    assert [(row[0], row[3], row[5]) for row in told] == [
        ("P1.3 煤炭开采逃逸", "无煤矿", "s 6"),
        ("湿地和蓝碳（信息项）", "内陆", "s 7"),
        ("P2.2 石灰生产过程", "不作数，该类别有数量。误", "s 5"),
    ]
    kept = [row for row in notation_rows(found) if row["stated_by"] == "user"]
    assert [row["reason"] for row in kept] == ["无煤矿", "内陆", "不作数，该类别有数量：误"]


def test_keys_of_a_provincial_template_are_carried_to_the_gpc_or_named() -> None:
    keys = [("P1.3", "NO", "无煤矿"), ("P1.4", "NE", "无管网数据"), ("P2.10", "NO", "无"), ("P3.3", "NO", "无畜"), ("P3.4", "NO", "无畜"),
            ("P5.2", "IE", "计入 P5.1")]  # fmt: skip
    activity = answered(rows(amount=[1000]), keys, stated=frozenset({"P2.2"}))
    found = th.account(activity, "gpc-cn")
    said = {code: one for (code, _), one in notation_of(found, "gpc").items() if one.by == "user"}
    assert {code: (one.key, one.reason) for code, one in said.items()} == {
        "I.7.1": ("NO", "无煤矿 (P1.3)"), "I.8.1": ("NE", "无管网数据 (P1.4)"), "V.1": ("NO", "无畜 (P3.3); 无畜 (P3.4)"),
    }  # fmt: skip
    row = from_inventory(found).frame.filter(pl.col("category") == "I.7.1").row(0, named=True)
    assert (row["notation"], row["reason"]) == ("NO", "无煤矿 (P1.3)")
    told = [one for one in template_doubts(activity, load_method("gpc-cn")) if one.code == "I-223"]
    assert [one.fields["value"] for one in told] == ["P2.10 NO 无; P5.2 IE 计入 P5.1"]
    assert not list(template_doubts(activity, load_method("cn-provincial-2011")))


def test_completeness_says_the_same_with_and_without_the_list(city: th.Inventory) -> None:
    plain, listed = city.completeness(), city.completeness(by=PROVINCIAL)
    assert plain.sentence() == listed.sentence()
    assert {"P4.1.4", "P2.12"} <= set(plain.lines.filter(pl.col("kind") == "NE").get_column("missing"))
    assert plain.low is None


def test_keys_of_the_method_reach_a_list_without_gases() -> None:
    found = th.account(rows(item=["柴油"]) | {"sector": ["工业"]}, "gpc-cn")
    keys = notation_of(found, "gpc")
    assert (keys["II.1.3", ""].key, keys["II.1.3", ""].by) == ("NE", "method")
    assert found.coverage("gpc").counts()["NE"] == len(keys) > 5
