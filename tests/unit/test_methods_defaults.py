"""A document's own tables of default values, rules for stated parameters and for years: what is taken, what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

import tanheng as th
from tanheng.errors import PackInvalid
from tanheng.inventory import load_method
from tanheng.inventory.methods.loading import method_of

PACK = """format: tanheng-method/1
id: tables
version: "1"
title: {zh: 表, en: Tables}
document: {title: 某指南, publisher: 某部, year: 2020}
gas: CO2
defaults:
  old: {source: 某指南, locator: 表 1, check: recalled, until: 2019, items: {diesel: 3.0 tCO2/t}}
  new: {source: 某指南, locator: 表 2, check: read, since: 2020, until: 2022, items: {diesel: 3.1 tCO2/t, natural_gas: 21.65 tCO2/万Nm3}}
rules:
  - id: measured
    title: {zh: 实测, en: Measured}
    clause: 一
    when: {items: [diesel], stated: [lab]}
    gases: [CO2]
    formula: lab
    parameters: {lab: {unit: tCO2/t, measured: required}}
  - id: by-table
    title: {zh: 缺省, en: Default}
    clause: 二
    when: {items: [diesel, natural_gas, gasoline], since: 2015}
    gases: [CO2]
    formula: ef
    parameters: {ef: {unit: [tCO2/t, tCO2/万Nm3], defaults: [old, new]}}
"""


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    path = tmp_path / "tables.yaml"
    path.write_text(PACK, encoding="utf-8")
    return path


def account(pack: Any, item: str, year: str, unit: str = "t", parameters: str = "") -> th.Inventory:
    row = {
        "entity": "厂",
        "region": "CN",
        "period": year,
        "item": item,
        "amount": 10,
        "unit": unit,
        "parameters": parameters,
    }
    return th.account(pl.DataFrame([row]), pack)


@pytest.mark.parametrize(
    ("item", "year", "unit", "parameters", "total", "check"),
    [
        pytest.param("diesel", "2019", "t", "", 30.0, "recalled", id="first table in force"),
        pytest.param("diesel", "2020-03", "t", "", 31.0, "read", id="second table in force"),
        pytest.param("natural_gas", "2022", "万Nm3", "", 216.5, "read", id="another dimension"),
        pytest.param("diesel", "2021", "t", "lab=2.9 tCO2/t", 29.0, "measured", id="stated: the rule above"),
        pytest.param("diesel", "2021", "t", "ef=2.8 tCO2/t", 28.0, "measured", id="measured over table"),
        pytest.param("diesel", "2030", "t", "ef=2.8 tCO2/t", 28.0, "measured", id="measured after the table ended"),
    ],
)  # fmt: skip
def test_what_is_taken(
    pack: Path, item: str, year: str, unit: str, parameters: str, total: float, check: str
) -> None:
    inventory = account(pack, item, year, unit, parameters)
    assert (inventory.total, inventory.emissions.get_column("check").to_list()) == (total, [check])


@pytest.mark.parametrize(
    ("item", "year", "code"),
    [
        pytest.param("diesel", "2023", "I-103", id="no table in force"),
        pytest.param("gasoline", "2021", "I-103", id="not in the table"),
        pytest.param("diesel", "2014", "I-102", id="before the rule"),
    ],
)
def test_what_stays_unmatched(pack: Path, item: str, year: str, code: str) -> None:
    inventory = account(pack, item, year)
    assert inventory.total == 0
    assert inventory.unmatched.get_column("code").to_list() == [code]


def test_the_proof_names_document_and_table(pack: Path) -> None:
    inputs = account(pack, "diesel", "2021").proof(item="diesel").steps[0]["inputs"]
    assert inputs[0]["source"]["title"] == "某指南，表 2"


def test_a_method_kept_with_a_release_has_its_tables(pack: Path) -> None:
    again = method_of(load_method(pack).data)
    assert account(again, "diesel", "2021").total == 31.0
    changed = again.with_parameter("by-table", "ef", value=2.7, unit="tCO2/t", source="test")
    assert account(changed, "diesel", "2021").total == 27.0


@pytest.mark.parametrize(
    ("right", "wrong", "key"),
    [
        ("defaults: [old, new]", "defaults: [old, newer]", "rules.1.parameters.ef.defaults"),
        ("3.1 tCO2/t", "3.1", "defaults.new.items.diesel"),
        ("3.1 tCO2/t", "about 3 tCO2/t", "defaults.new.items.diesel"),
        ("3.1 tCO2/t", "3.1 GJ/t", "rules.1.parameters.ef.defaults"),
        ("{diesel: 3.0", "{diesle: 3.0", "defaults.old.items.diesle"),
        ("until: 2019, ", "until: soon, ", "defaults.old.until"),
        ("defaults: [old, new]}}", "defaults: old, pin: {diesel: cn_gbt32151_diesel_co2}}}", "rules.1.parameters.ef.defaults"),
    ],
)  # fmt: skip
def test_a_faulty_table_names_its_place(tmp_path: Path, right: str, wrong: str, key: str) -> None:
    path = tmp_path / "tables.yaml"
    assert right in PACK
    path.write_text(PACK.replace(right, wrong, 1), encoding="utf-8")
    with pytest.raises(PackInvalid) as caught:
        load_method(path)
    assert caught.value.fields["key"] == key
