"""Checks on real series (CEADs, 290 cities, 1997-2019): known jumps, planted slips found, few false alarms."""

from __future__ import annotations

import random

import polars as pl
import pytest

from shared import ceads, ceads_cities, needs_shared
from tanheng.activity.checks.runner import CheckTables, run_checks

SLIP = [{"unit_slip": {"by": ["item"], "factors": [10, 1000, 10000], "tolerance": 0.3}}]
JUMP = [{"jump": {"by": ["entity", "item"], "limit": 0.5}}]

pytestmark = needs_shared


@pytest.fixture(scope="module")
def cities() -> pl.DataFrame:
    return ceads_cities()


def slips(frame: pl.DataFrame) -> dict[int, str]:
    return {one.rows[0]["row"]: one.fields["factor"] for one in run_checks(SLIP, CheckTables(frame))}


def test_jumps_are_those_that_the_source_counts(cities):
    found = run_checks(JUMP, CheckTables(cities))
    assert len(found) == 167
    assert len({one.rows[0]["entity"] for one in found}) == 112
    across = [one for one in found if one.rows[0]["entity"] == "辽宁盘锦"]
    assert [(one.fields["other_period"], one.fields["period"]) for one in across] == [("2015", "2017")]
    assert "20.931774" in across[0].message("en")


def test_ordinary_data_raise_few_false_alarms(cities):
    assert len(slips(cities)) <= cities.height // 1000
    # One value for each city: nothing to compare with but like cities.
    one_year = cities.filter(pl.col("period") == "2010")
    assert len(slips(one_year)) <= one_year.height // 100


def test_noisy_cells_raise_under_one_percent():
    read = pl.read_csv(ceads("liaoning_tianjin_sichuan_sector_fuel_1997_2019_long.csv"))
    read = read.filter(pl.col("co2_mt") > 0)
    frame = read.select(
        entity=pl.col("province"),
        period=pl.col("year").cast(pl.String),
        item=pl.col("fuel"),
        sector=pl.col("sector"),
        amount=pl.col("co2_mt"),
        unit=pl.lit("Mt"),
    ).with_row_index("__row")
    specs = [{"unit_slip": {"by": ["item", "sector"], "factors": [10, 1000, 10000], "tolerance": 0.3}}]
    found = sum(one.count for one in run_checks(specs, CheckTables(frame)))
    assert found < 0.01 * frame.height


@pytest.mark.parametrize(("factor", "least"), [(10, 0.9), (1000, 0.95), (10000, 0.95)])
@pytest.mark.parametrize("sign", [1, -1])
def test_planted_slips_are_found(cities, factor, least, sign):
    rng = random.Random(factor + sign)
    long = cities.filter(pl.len().over("entity") >= 3)
    planted = {
        rng.choice(rows) for rows in long.group_by("entity").agg("__row").get_column("__row").to_list()
    }
    times = pl.when(pl.col("__row").is_in(list(planted))).then(float(factor) ** sign).otherwise(1.0)
    found = slips(cities.with_columns(pl.col("amount") * times))
    hits = [row for row in planted if found.get(row) == f"{factor:,}"]
    assert len(hits) >= least * len(planted)
    assert len(set(found) - planted) <= 0.01 * cities.height


@pytest.mark.parametrize("factor", [1000, 10000])
def test_slips_in_a_single_year_show_beside_like_cities(cities, factor):
    one_year = cities.filter(pl.col("period") == "2010")
    planted = set(random.Random(factor).sample(one_year.get_column("__row").to_list(), 12))
    times = pl.when(pl.col("__row").is_in(list(planted))).then(float(factor)).otherwise(1.0)
    found = slips(one_year.with_columns(pl.col("amount") * times))
    assert len(planted & set(found)) >= 0.9 * len(planted)
    assert len(set(found) - planted) <= 0.01 * one_year.height
