"""The eCRF workbook: what is written is read back as it was, text is never a formula, and totals stand in it."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tanheng as th
from tanheng.activity.text import one_line
from tanheng.errors import CellNotFound, UnknownCode
from tanheng.filings.ecrf import write_ecrf
from tanheng.inventory.gpc import Category, category_of, leaves
from tanheng.inventory.reported import Reported, read_reported, schema
from tanheng.inventory.reported_about import about_fields
from tanheng.inventory.reported_formats import formats
from tanheng.inventory.reported_from import from_inventory
from tanheng.inventory.reported_masses import gas_check

CODES = [*(one.code for one in leaves()), "III.1.3", "V.1.2", "IV.1.1", "VI.1"]
GASES = ("co2", "ch4", "n2o", "other_gases")
TEXTS = [
    name
    for name, column in formats()["ecrf-xlsx"].items()
    if column.kind == "text" and name not in {"reference", "notation"}
]
NUMBERS = [name for name, column in formats()["ecrf-xlsx"].items() if column.kind == "number"]

words = st.one_of(
    st.text(max_size=12),
    st.sampled_from(["=1+1", "+A1", "-2", "@x", "_x0041_", "2022", "N/A", "清单", "1,000", "TRUE", "1e5"]),
).map(one_line)
masses = st.one_of(st.none(), st.integers(-(10**15), 10**15), st.integers(-3000, 3000))
numbers = st.one_of(st.none(), st.floats(-1e12, 1e12).map(lambda value: float(f"{value:.15g}")))


@st.composite
def rows(draw: st.DrawFn) -> dict[str, Any]:
    reference = draw(st.sampled_from(CODES))
    category = category_of(reference)
    assert isinstance(category, Category)
    row: dict[str, Any] = {"reference": reference, "category": category.code, "subsector": category.subsector}
    row |= {"sector": category.sector, "scope": category.scope, "level": category.level}
    emission = draw(masses)
    key = draw(st.sampled_from(["NO", "NE", "IE", "C", ""]))
    row |= {"emission_g": emission, "notation": key or ("" if emission is not None else "NE")}
    row |= {name: draw(words) for name in TEXTS}
    row |= {name: draw(numbers) for name in NUMBERS}
    row |= {f"{name}_g": draw(masses) for name in (*GASES, "biogenic")}
    gases = {gas: row[f"{gas}_g"] for gas in GASES if row[f"{gas}_g"] is not None}
    return {**row, "gas_check": gas_check(gases, emission, formats()["ecrf-xlsx"])}


def reported(found: list[dict[str, Any]], about: dict[str, str] | None = None) -> Reported:
    columns = schema()
    blank = {name: "" if kind == pl.String else None for name, kind in columns.items()}
    return Reported(
        "city", "long", pl.DataFrame([{**blank, **row} for row in found], schema=columns), about=about or {}
    )


@settings(max_examples=25, deadline=None)
@given(
    st.lists(rows(), max_size=6),
    st.dictionaries(st.sampled_from([row["key"] for row in about_fields()]), words.filter(bool), max_size=4),
)
def test_what_is_written_is_read_back(found: list[dict[str, Any]], about: dict[str, str]) -> None:
    given_one = reported(found, about)
    with tempfile.TemporaryDirectory() as folder:
        again = read_reported(write_ecrf(given_one, Path(folder) / "城市.xlsx"))
    assert again.format == "ecrf-xlsx"
    assert again.frame.drop("row", "sheet").to_dicts() == given_one.frame.drop("row", "sheet").to_dicts()
    assert (again.totals(), again.gases(), dict(again.about)) == (
        given_one.totals(),
        given_one.gases(),
        about,
    )
    assert again.refused.height == 0


def test_text_is_never_a_formula(tmp_path: Path) -> None:
    row = {
        "reference": "I.1.1", "category": "I.1.1", "subsector": "I.1", "sector": "I", "scope": 1, "level": "basic",
        "emission_g": 1, "source": "=HYPERLINK(\"http://x\")", "reason": "@SUM(A1)", "method": "+1", "activity_type": "-1",
    }  # fmt: skip
    book = openpyxl.load_workbook(write_ecrf(reported([row], {"city": "=1+1"}), tmp_path / "city.xlsx"))
    cells = [cell for page in book for line in page.iter_rows() for cell in line if cell.value is not None]
    assert not [cell.coordinate for cell in cells if cell.data_type == "f"]
    assert {'=HYPERLINK("http://x")', "@SUM(A1)", "+1", "-1", "=1+1"} <= {cell.value for cell in cells}


def test_the_summary_adds_up_and_leaves_the_unknown_empty(tmp_path: Path) -> None:
    source = tmp_path / "city.csv"
    source.write_text(
        "reference,emission,unit,notation,reason\nI.1.1,5,t CO2e,,\nI.1.1,1,t CO2e,,\nI.1.2,,,NO,no grid\nI.4.4,9,t CO2e,,\n"
        "III.1.3,4,t CO2e,,\nI.3.1,,,RN,\n",
        encoding="utf-8",
    )
    city = read_reported(source)
    book = openpyxl.load_workbook(write_ecrf(city, tmp_path / "city.xlsx"))
    assert book.sheetnames == ["eCRF_1", "eCRF_2", "eCRF_3", "Refused"]
    lines = {
        str(row[0]).split(" ")[0]: row[1:] for row in book["eCRF_2"].iter_rows(values_only=True) if row[0]
    }
    assert (lines["I.1"][0], lines["I.1"][3], lines["I.1"][6]) == (6, "NO", "no grid")
    assert lines["I.2"][0] is None
    assert (lines["I.4"][0], lines["I.4.4"][0], lines["III.1.3"][0]) == (None, 9, 4)
    assert (lines["BASIC"][0], lines["属地合计"][0], lines["范围二"][0]) == (6, 19, None)
    unanswered = list(book["eCRF_3"].iter_rows(min_row=7, values_only=True))
    assert len(unanswered) == city.coverage().counts()["unanswered"] == 45
    refused = list(book["Refused"].iter_rows(min_row=2, values_only=True))
    assert [row[:3] for row in refused] == [("7", "I.3.1", "RN")]


def test_an_inventory_of_our_own_needs_a_method_that_knows_the_gpc(tmp_path: Path) -> None:
    table = {
        "entity": ["四川省"],
        "period": ["2021"],
        "item": ["汽油"],
        "amount": [10],
        "unit": ["t"],
        "sector": ["交通运输业"],
    }
    inventory = th.account(table, "cn-energy-2011")
    with pytest.raises(CellNotFound):
        write_ecrf(inventory, tmp_path / "city.xlsx")
    placed = replace(
        inventory,
        records=[{**one, "category": {**one["category"], "gpc": "II.1.1"}} for one in inventory.records],
    )
    found = from_inventory(placed, notation={"I.4.4": ("NO", "无电厂")})
    assert found.totals()["basic_t"] == pytest.approx(inventory.total, abs=1e-6)
    assert found.coverage().counts() == {"estimated": 1, "NO": 1, "NE": 0, "IE": 0, "C": 0, "unanswered": 46}
    again = read_reported(write_ecrf(placed, tmp_path / "city.xlsx", notation={"I.4.4": ("NO", "无电厂")}))
    assert again.frame.drop("row", "sheet").equals(found.frame.drop("row", "sheet"))
    assert again.about["year"] == "2021"
    for wrong in ({"I.9.9": ("NO", "")}, {"I.1": ("NO", "")}, {"I.4.4": ("RN", "")}):
        with pytest.raises(UnknownCode):
            from_inventory(placed, notation=wrong)
