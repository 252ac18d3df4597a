"""Few keys for many cells: what a coefficient does not depend on is no part of its key, and no number changes."""

from __future__ import annotations

import itertools
from pathlib import Path

import polars as pl
import pytest

import tanheng as th
from small import COAL, activity, pack, use
from tanheng.factors import load_factors
from tanheng.inventory import load_method
from tanheng.inventory.accounting.amounts import _sorted
from tanheng.inventory.accounting.resolve import Resolver

REGIONS, YEARS, SECTORS, ITEMS = (
    ("CN-11", "CN-51"),
    ("2019", "2020", "2021"),
    ("industry", "road"),
    ("diesel", "gasoline"),
)


def table(unit: str = "t") -> pl.DataFrame:
    rows = [
        use(item, 1.0 + n, unit, region=region, period=year, sector=sector, entity=f"E{n}", uncertainty=5.0)
        for n, (region, year, sector, item) in enumerate(itertools.product(REGIONS, YEARS, SECTORS, ITEMS))
    ]
    return activity(*rows)


def test_pinned_values_need_no_key_for_each_place_and_year() -> None:
    found = th.account(table(), "cn-energy-2011")
    assert found.emissions.height == 24
    assert found.sheet.height == len(SECTORS) * len(ITEMS)
    assert set(found.sheet.get_column("region")) == set(found.sheet.get_column("period")) == {""}
    assert found.emissions.select("region", "period").unique().height == 6, (
        "the cells know where and when they are"
    )


def test_what_all_cells_of_a_key_share_stays_in_it() -> None:
    found = th.account(table().filter(pl.col("period") == "2020"), "cn-energy-2011")
    assert set(found.sheet.get_column("period")) == {"2020"}
    assert set(found.sheet.get_column("region")) == {""}


@pytest.mark.parametrize("method", ["cn-energy-2011", "ipcc-2006-stationary", "sichuan-park-2022"])
def test_a_key_for_many_cells_gives_what_a_key_for_each_gives(method: str) -> None:
    rows = pl.concat([table(), activity(use("电力", 5.0, "万kWh", activity="外购电力", region="CN-51", period="2020", entity="E", sector="industry", uncertainty=1.0))], how="diagonal")  # fmt: skip
    whole = th.account(rows, method).emissions.drop("cell", "coefficient_row")
    alone = [
        th.account(rows[n], method).emissions.drop("cell", "coefficient_row") for n in range(rows.height)
    ]
    order = ["entity", "gas", "part", "rule"]
    assert whole.sort(order).equals(pl.concat(alone).sort(order))


def test_what_is_looked_up_keeps_region_and_period() -> None:
    resolver = Resolver(load_method("cn-energy-2011"), load_factors())
    assert resolver.decides("electricity", "MWh", "", "外购电力") == {"region", "period"}
    assert resolver.decides("diesel", "t", "industry", "") == set()
    assert resolver.decides("no_such_item", "t", "", "") == set()
    world = Resolver(load_method("ipcc-2006-stationary"), load_factors())
    assert world.decides("diesel", "t", "industry", "") == {"period"}, (
        "its factors are of one region, but of a date"
    )


def test_rules_for_some_years_keep_the_period(tmp_path: Path) -> None:
    rule = """
  - id: {0}
    title: {{zh: 试, en: Trial}}
    clause: "1"
    when: {{items: [coal], {1}}}
    gases: [CO2]
    formula: ef
    parameters: {{ef: {{unit: tCO2/t, value: {2}}}}}"""
    rules = rule.format("old", "until: 2019", 2) + rule.format("new", "since: 2020", 3)
    path = pack(tmp_path, "years", rules)
    found = th.account(activity(*(use("coal", 1, "t", period=year) for year in YEARS)), path)
    assert found.by("period").to_polars().sort("period").get_column("emission").to_list() == [2, 3, 3]


def test_unmatched_rows_of_a_wide_key_are_named_one_by_one() -> None:
    rows = activity(*(use("原煤", 10 + n, "t", sector="工业", period=year) for n, year in enumerate(YEARS)))
    found = th.account(rows, "cn-energy-2011")
    assert found.unmatched.select("period", "amount").rows() == [
        ("2019", 10.0),
        ("2020", 11.0),
        ("2021", 12.0),
    ]
    (said,) = [one for one in found.findings if one.code.startswith("I-10")]
    assert (said.count, [row["row"] for row in said.rows]) == (3, [1, 2, 3])
    mixed = activity(
        use("原煤", 1, "t", sector="工业"), use("原煤", 1, "t", sector="工业", period="2020", parameters=COAL)
    )
    assert th.account(mixed, "cn-energy-2011").unmatched.height == 1


def test_sorting_by_places_is_sorting_by_texts() -> None:
    frame = pl.DataFrame({"a": ["b", "", "a", "ä", "B"] * 3, "b": list("xyzxyzxyzxyzxyz"), "n": range(15)})
    assert _sorted(frame, ["a", "b"]).select("a", "b").equals(frame.sort("a", "b").select("a", "b"))
    assert _sorted(frame.head(0), ["a", "b"]).height == 0
    wide = pl.DataFrame({f"c{n}": [f"{place * 7919 % 997:04}" for place in range(997)] for n in range(8)})
    assert _sorted(wide, wide.columns).equals(wide.sort(wide.columns)), "more places than an integer has"
