"""The eCRF workbook: what is written is read back as it was, text is never a formula, and totals stand in it."""

from __future__ import annotations

import json
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

import tanheng as th
from tanheng.activity.text import one_line
from tanheng.cli import cli
from tanheng.errors import CellNotFound, NotFound, SeveralInventories, UnknownCode
from tanheng.filings.ecrf import write_ecrf
from tanheng.inventory.categories.gpc import Category, category_of, leaves
from tanheng.inventory.categories.gpc_view import gpc_totals
from tanheng.inventory.reported.about import about_fields
from tanheng.inventory.reported.formats import formats
from tanheng.inventory.reported.from_account import from_inventory
from tanheng.inventory.reported.masses import gas_check
from tanheng.inventory.reported.reading import Reported, read_reported, schema

CITY = Path(__file__).parents[2] / "examples" / "provincial-city" / "activity.csv"
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
    assert not [cell.value for cell in cells if "INCOMPLETE" in str(cell.value)]
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
    for name in ("eCRF_1", "eCRF_2"):
        told = [str(row[0]) for row in book[name].iter_rows(values_only=True) if "INCOMPLETE" in str(row[0])]
        assert len(told) == 1
        assert "不完整：1 项没有计入各项合计：I.3.1" in told[0]
    refused = list(book["Refused"].iter_rows(min_row=2, values_only=True))
    assert [row[:5] for row in refused] == [("7", "", "I-202", "I.3.1", "RN")]
    assert read_reported(tmp_path / "city.xlsx").refused.to_dicts() == city.refused.to_dicts()


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
    assert found.coverage().counts() == {
        "estimated": 1, "NO": 1, "NE": 0, "IE": 0, "C": 0, "unmatched": 0, "unanswered": 46
    }  # fmt: skip
    again = read_reported(write_ecrf(placed, tmp_path / "city.xlsx", notation={"I.4.4": ("NO", "无电厂")}))
    assert again.frame.drop("row", "sheet").equals(found.frame.drop("row", "sheet"))
    assert again.about["year"] == "2021"
    for wrong in ({"I.9.9": ("NO", "")}, {"I.1": ("NO", "")}, {"I.4.4": ("RN", "")}):
        with pytest.raises(UnknownCode):
            from_inventory(placed, notation=wrong)


def city(**more: list[Any]) -> dict[str, list[Any]]:
    count = len(next(iter(more.values())))
    fixed = {
        "entity": "甲市",
        "period": "2021",
        "region": "福建省",
        "sector": "工业",
        "item": "柴油",
        "amount": 1,
        "unit": "t",
    }
    return {name: more.get(name, [value] * count) for name, value in fixed.items()}


def test_the_ecrf_of_an_inventory_has_its_gpc_totals(tmp_path: Path) -> None:
    table = city(sector=["发电", "工业", "居民生活"], amount=[1000, 10, 1])
    found = th.account(table, "gpc-cn")
    own = gpc_totals(found)
    again = read_reported(write_ecrf(found, tmp_path / "city.xlsx"))
    for totals in (from_inventory(found).totals(), again.totals()):
        assert {name: totals[name] for name in own if name in totals} == pytest.approx(
            {name: value for name, value in own.items() if name in totals}, abs=1e-4
        )
    assert own["territorial_only_t"] > 3000
    assert again.frame.filter(pl.col("category") == "I.4.4").height == 1


def test_the_ecrf_of_the_provincial_city_has_its_gpc_totals() -> None:
    found = th.account(CITY, "gpc-cn")
    own, totals = gpc_totals(found), from_inventory(found).totals()
    assert {name: totals[name] for name in own if name in totals} == pytest.approx(
        {name: value for name, value in own.items() if name in totals}, abs=1e-3
    )


def test_several_entities_or_years_are_never_added_up() -> None:
    table = city(entity=["甲市", "甲市", "乙市"], period=["2020", "2021", "2021"])
    found = th.account(table, "gpc-cn")
    for asked in (gpc_totals, from_inventory):
        with pytest.raises(SeveralInventories) as caught:
            asked(found)
        assert "--entity, --period" in caught.value.message("zh")
        assert "甲市" in caught.value.message("en")
        with pytest.raises(SeveralInventories):
            asked(found, entity="甲市")
        with pytest.raises(SeveralInventories):
            asked(found, period="2021")
        with pytest.raises(NotFound):
            asked(found, entity="丙市", period="2021")
    one = gpc_totals(found, entity="甲市", period="2021年")["basic_t"]
    assert gpc_totals(found, entity="*", period="2021")["basic_t"] == pytest.approx(2 * one)
    reported = from_inventory(found, entity="乙市", period="2021")
    assert (reported.about["city"], reported.about["year"]) == ("乙市", "2021")


def test_what_an_inventory_does_not_count_stands_in_its_ecrf(tmp_path: Path) -> None:
    table = city(item=["柴油", "怪煤", "柴油"], amount=[1, 1000, "abc"])
    found = from_inventory(th.account(table, "gpc-cn"))
    assert (found.refused.height, found.findings[0].code) == (2, "I-220")
    assert "怪煤" in found.refused.get_column("reason_zh")[0]
    again = read_reported(write_ecrf(found, tmp_path / "city.xlsx"))
    assert again.refused.to_dicts() == found.refused.to_dicts()
    assert (again.rows_read, again.frame.height) == (
        again.frame.height + again.unanswered + 2,
        found.frame.height,
    )


def test_the_keys_of_the_method_stand_under_those_of_the_user(tmp_path: Path) -> None:
    found = th.account(city(amount=[1]), "gpc-cn")
    rows = {row["category"]: row for row in from_inventory(found).frame.to_dicts()}
    assert (rows["II.1.3"]["notation"], bool(rows["II.1.3"]["reason"])) == ("NE", True)
    own = {"II.1.3": ("NO", "没有跨界出行")}
    rows = {row["category"]: row for row in from_inventory(found, notation=own).frame.to_dicts()}
    assert (rows["II.1.3"]["notation"], rows["II.1.3"]["reason"]) == own["II.1.3"]
    assert found.coverage("gpc").counts()["NE"] == sum(
        row["notation"] == "NE" for row in from_inventory(found).frame.to_dicts()
    )


def test_the_commands_of_the_gpc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    th.account(city(period=["2020", "2021"]), "gpc-cn").save("run")
    th.account(city(item=["怪煤"]), "gpc-cn").save("left")

    def run(*words: str) -> tuple[int, str]:
        result = CliRunner().invoke(cli, ["inventory", *words])
        return result.exit_code, result.output

    assert run("gpc", "run")[0] == 2
    code, output = run("gpc", "run", "--period", "2021", "--json")
    told = json.loads(output)
    assert (code, told["complete"]) == (0, True)
    assert told["basic_t"] == told["scope1_t"] > 3
    assert "BASIC+" in run("gpc", "run", "--period", "2020")[1]
    assert run("ecrf", "run", "--period", "2021", "--out", "city.xlsx")[0] == 0
    assert read_reported(tmp_path / "city.xlsx").totals()["basic_t"] == pytest.approx(
        told["basic_t"], abs=1e-5
    )
    code, output = run("gpc", "left", "--json")
    assert (code, json.loads(output)["refused"]) == (1, 1)
    assert run("ecrf", "left", "--out", "left.xlsx")[0] == 1


def test_each_activity_has_a_row_with_its_amount_and_factors(tmp_path: Path) -> None:
    found = th.account(CITY, "gpc-cn")
    rows = [row for row in from_inventory(found).frame.to_dicts() if row["emission_g"] is not None]
    kinds = [(row["category"], row["activity_type"], row["activity_unit"]) for row in rows]
    assert len(set(kinds)) == len(kinds) > len({row["category"] for row in rows})
    assert all(row["year"] == "2021" and row["ef_description"] and row["method"] for row in rows)
    counted = [row for row in rows if row["activity_amount"]]
    assert counted
    for row in counted:
        assert row["activity_amount"] * row["ef_co2e"] * 1e6 == pytest.approx(row["emission_g"], abs=1, rel=1e-9)  # fmt: skip
        if row["ef_co2"] is not None:
            assert row["activity_amount"] * row["ef_co2"] * 1e6 == pytest.approx(row["co2_g"], abs=1, rel=1e-9)  # fmt: skip
    written = write_ecrf(found, tmp_path / "city.xlsx")
    assert read_reported(written).frame.drop("row", "sheet").equals(from_inventory(found).frame.drop("row", "sheet"))  # fmt: skip


def test_the_rows_of_a_category_add_up_to_its_rounded_sum() -> None:
    found = th.account(city(item=["柴油", "汽油", "天然气"], amount=[1, 3, 7], unit=["g", "g", "Nm3"]), "gpc-cn")  # fmt: skip
    rows = from_inventory(found).frame.filter(pl.col("category") == "I.3.1")
    whole = found.by("gpc").to_polars().filter(pl.col("gpc") == "I.3.1")
    assert rows.height == 3
    assert rows.get_column("emission_g").sum() == pytest.approx(whole.get_column("emission").sum() * 1e6, abs=2)  # fmt: skip


def test_the_first_sheet_says_what_is_known() -> None:
    about = from_inventory(th.account(CITY, "gpc-cn")).about
    assert about["gases"].split("、")[:3] == ["CO2", "CH4", "N2O"]
    assert (about["country"], about["region"]) == ("中国", "福建省")
    assert "BASIC" in about["level"]
    several = th.account(city(entity=["甲市", "乙市"], region=["福建省", "四川省"]), "gpc-cn")
    assert "region" not in from_inventory(several, entity="*").about
