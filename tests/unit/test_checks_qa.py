"""The checks of a method run on an inventory: tables are built from it, nothing is added to it."""

from __future__ import annotations

import polars as pl
import pytest

import tanheng as th
from tanheng.errors import InputUnreadable
from tanheng.inventory.methods.loading import method_files
from tanheng.inventory.quality.qa import run_qa

METHOD = "sichuan-park-2022"
ROWS = {
    "entity": ["某园区"] * 4,
    "period": ["2020", "2021", "2020", "2021"],
    "item": ["煤品", "煤品", "电力", "电力"],
    "sector": ["工业"] * 4,
    "amount": [10.0, 11.0, 500.0, 900.0],
    "unit": ["万吨", "万吨", "万kWh", "万kWh"],
}


def test_the_method_of_the_inventory_is_the_default():
    found = run_qa(th.account(ROWS, METHOD))
    assert [one.code for one in found] == ["Q-002"]
    assert found[0].rows[0]["item"] == "electricity"


def test_findings_point_at_the_file(tmp_path):
    file = tmp_path / "活动.csv"
    pl.DataFrame(ROWS).write_csv(file)
    found = run_qa(th.account(file, METHOD))
    assert found[0].message("zh").startswith("[Q-002] 活动.csv 第 5 行：“某园区 工业 电力”")


def test_data_on_disk_are_checked_by_their_cells(tmp_path):
    file = tmp_path / "activity.parquet"
    pl.DataFrame(ROWS).write_parquet(file)
    found = run_qa(th.account(file, METHOD))
    assert [one.code for one in found] == ["Q-002"]
    assert found[0].fields["change"] == "+80.0%"


def test_parts_beyond_their_total_are_found_and_not_added():
    whole = {name: values[1:2] for name, values in ROWS.items() if name != "sector"}
    parts = {**whole, "sector": ["工业"], "amount": [12.0]}
    inventory = th.account(whole, METHOD)
    before = inventory.total
    assert [one.code for one in run_qa(inventory, parts=parts)] == ["Q-003"]
    assert inventory.total == before == pytest.approx(110000 * 1.9812)


def test_refused_rows_of_the_parts_are_reported():
    whole = {name: values[1:2] for name, values in ROWS.items() if name != "sector"}
    parts = {**whole, "sector": ["工业"], "amount": ["many"]}
    assert "A-101" in [one.code for one in run_qa(th.account(whole, METHOD), parts=parts)]


def test_emissions_of_parts_answer_statements():
    whole = {name: values[1:2] for name, values in ROWS.items() if name != "sector"}
    parts = {**whole, "sector": ["工业"], "amount": [9.0]}
    said = {
        "subject": ["工业/煤品"],
        "period": ["2021"],
        "quantity": ["排放量"],
        "value": ["28.8"],
        "unit": ["万吨"],
    }
    found = run_qa(th.account(whole, METHOD), parts=parts, claims=said)
    assert [one.code for one in found if one.severity == "error"] == ["Q-025"]
    said["value"] = ["17.8"]
    assert [
        one.code
        for one in run_qa(th.account(whole, METHOD), parts=parts, claims=said)
        if one.severity == "error"
    ] == []


def test_an_incomplete_inventory_is_no_measure_of_its_text():
    rows = {name: [*values[1:2], values[1]] for name, values in ROWS.items()} | {"item": ["煤品", "神秘燃料"]}
    inventory = th.account(rows, METHOD)
    assert not inventory.complete
    said = {
        "subject": ["合计", "煤品"],
        "period": ["2021"] * 2,
        "quantity": ["排放量"] * 2,
        "value": ["99", "99"],
        "unit": ["万吨"] * 2,
    }
    found = [one for one in run_qa(inventory, claims=said) if one.code == "Q-025"]
    assert [one.rows[0]["subject"] for one in found] == ["煤品"]


def test_an_inventory_without_any_emission_is_checked_all_the_same():
    rows = {name: values[:2] for name, values in ROWS.items()} | {
        "item": ["神秘燃料"] * 2,
        "amount": [1.0, 9.0],
    }
    assert [one.code for one in run_qa(th.account(rows, METHOD), METHOD)] == ["Q-002"]


def test_claims_that_are_not_there(tmp_path):
    with pytest.raises(InputUnreadable):
        run_qa(th.account(ROWS, METHOD), claims=tmp_path / "none.csv")


def test_a_method_of_a_pack_file_is_checked_by_its_own_rules(tmp_path):
    text = method_files()[METHOD].read_text(encoding="utf-8")
    pack = tmp_path / "own.yaml"
    pack.write_text(text.replace(f"id: {METHOD}", "id: own"), encoding="utf-8")
    inventory = th.account(ROWS, pack)
    assert inventory.method["id"] == "own"
    assert [one.code for one in run_qa(inventory)] == ["Q-002"]
