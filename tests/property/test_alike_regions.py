"""Regions that inherit the same factors share what is resolved, and nobody can tell: each has the proof of its own region."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from unittest.mock import patch

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tanheng as th
from tanheng.factors import FactorLibrary, load_factors
from tanheng.inventory import Inventory
from tanheng.inventory.accounting.lookups import Lookups
from tanheng.inventory.accounting.records import Records
from tanheng.inventory.releases.runs import load_run

PLACES = [
    "510104",
    "510105",
    "510107",
    "5101",
    "51",
    "500101",
    "150102",
    "150402",
    "1504",
    "540102",
    "440106",
    "CN",
    "3101",
]
"""Of one city, of cities on either side of a grid's border, and where there is no grid."""
THINGS = [
    ("柴油", "t"),
    ("原煤", "t"),
    ("无烟煤", "t"),
    ("电力", "MWh"),
    ("热力", "GJ"),
    ("稻谷", "ha"),
    ("石灰", "t"),
]
METHODS = ["gpc-cn", "cn-provincial-2011", "cn-energy-2011", "ipcc-2006-stationary"]


@st.composite
def rows(draw: Any) -> list[Any]:
    # few things and years over many places, so that places meet which inherit the same
    things = draw(st.lists(st.sampled_from(THINGS), min_size=1, max_size=2, unique=True))
    years = draw(st.lists(st.integers(2004, 2022), min_size=1, max_size=2, unique=True))
    places = draw(st.lists(st.sampled_from(PLACES), min_size=2, unique=True))
    sector = draw(st.sampled_from(["工业", "农业", ""]))
    return [(place, thing, year, sector) for place in places for thing in things for year in years]


def table(drawn: Any) -> pl.DataFrame:
    return pl.DataFrame(
        [(f"甲{place}", str(year), place, item, 1.0 + at, unit, sector)
         for at, (place, (item, unit), year, sector) in enumerate(drawn)],
        schema=["entity", "period", "region", "item", "amount", "unit", "sector"], orient="row",
    )  # fmt: skip


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> FactorLibrary:
    """A library in which two districts have factors of their own."""
    path = tmp_path_factory.mktemp("pack") / "local.csv"
    heads = "编号,项目,数值,单位,地区,起始年,终止年,来源文件"
    own = [f"own_{code},电力,0.{code[-2:]},tCO2/MWh,{code},2010,2020,本地" for code in ("510105", "150402")]
    path.write_text("\n".join([heads, *own]) + "\n", encoding="utf-8")
    return load_factors("latest", [path])


def same(one: Inventory, other: Inventory) -> None:
    assert (one.digest, one.total) == (other.digest, other.total)
    assert list(one.records) == list(other.records)
    assert one.sheet.equals(other.sheet)
    assert one.unmatched.equals(other.unmatched)
    assert [each.to_dict() for each in one.findings] == [each.to_dict() for each in other.findings]


@settings(max_examples=25, deadline=None)
@given(drawn=rows(), method=st.sampled_from(METHODS))
def test_the_same_as_region_by_region(local: FactorLibrary, drawn: Any, method: str) -> None:
    shared = th.account(table(drawn), method, factors=local)
    with patch.object(Lookups, "mark", return_value=None):
        apart = th.account(table(drawn), method, factors=local)
    assert len(apart.records) == len(apart.records.bodies)  # type: ignore[attr-defined]
    same(shared, apart)


def test_districts_share_but_prove_their_own_region(local: FactorLibrary, tmp_path: Path) -> None:
    drawn = [(place, ("电力", "MWh"), 2015, "工业") for place in ("510104", "510105", "510107", "440106")]
    found = th.account(table(drawn), "gpc-cn", factors=local)
    records = found.records
    assert isinstance(records, Records)
    assert (len(records), len(records.bodies)) == (4, 3)
    first = {one["region"]: one["inputs"][0] for one in records}
    assert {region: given["tried"][0]["region"] for region, given in first.items()} == {
        f"CN-{place}": f"CN-{place}" for place, *_ in drawn
    }
    assert [region for region, given in first.items() if given["factor"] == "own_510105"] == ["CN-510105"]
    assert "CN-510107" in found.proof(region="510107").text()
    same(load_run(found.save(tmp_path / "run")), found)


def test_runs_kept_as_whole_records_still_open() -> None:
    whole = [{"rule": "a", "inputs": []}]
    assert Records.read(whole) == whole


def test_places_without_a_factor_are_looked_up_once() -> None:
    places = ["510104", "510105", "510106", "510107", "510108", "510112"]
    drawn = [(place, ("电力", "MWh"), 2005, "工业") for place in places]
    asked: list[tuple[Any, ...]] = []
    lookup = FactorLibrary.lookup

    def counted(library: FactorLibrary, *given: Any, **named: Any) -> Any:
        asked.append(given)
        return lookup(library, *given, **named)

    with patch.object(FactorLibrary, "lookup", counted):
        found = th.account(table(drawn), "gpc-cn")
    assert len(asked) == 1
    assert found.unmatched.height == len(places)
    reasons = found.unmatched.get_column("reason_en").to_list()
    assert all(f"CN-{place}: no row" in reason for place, reason in zip(places, reasons, strict=True))
