"""Real years: scope 1 CO2 of Liaoning, Tianjin and Sichuan (CEADs) against the level of 2010, with population and nominal GDP."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

import shared
from shared import ceads, needs_shared
from tanheng.drivers import decompose
from tanheng.errors import PackInvalid
from tanheng.pathways import Road, deviation_of, load_tree, road_of
from tanheng.pathways.deviation.cause import effects_between

ROOT = Path(__file__).parents[2]
FACTORS = {"population": "population", "each": "gdp/population", "intensity": "co2/gdp"}


def rows(province: str, first: str = "2010") -> pl.DataFrame:
    assert shared.SHARED is not None
    long = [
        pl.read_csv(shared.SHARED / "china_province_gdp_pop" / file, infer_schema=False)
        .unpivot(index="region", variable_name="year", value_name=name)
        .with_columns(pl.col(name).str.strip_chars().cast(float))
        for file, name in (("gdp_nominal_100m_rmb.csv", "gdp"), ("population_10k.csv", "population"))
    ]
    emissions = pl.read_csv(ceads("provinces_30_by_fuel_1997_2019.csv")).select(
        region="province", year=pl.col("year").cast(pl.String), co2="Scope_1_Total_mtco2"
    )
    joined = emissions.join(long[0], on=["region", "year"]).join(long[1], on=["region", "year"])
    return joined.filter((pl.col("region") == province) & (pl.col("year") >= first)).sort("year")


def road(province: str, table: pl.DataFrame, prices: dict[str, str] | None = None) -> Road:
    base, start = table["co2"][0], int(table["year"][0])
    data = {
        "format": "tanheng-road/1", "id": province.lower(), "title": {"zh": province, "en": province}, "tree": "given",
        "path": {"unit": "Mt", "marks": {start: base, 2030: base}, "source": "the level of 2010"},
        "observed": {
            "file": "ceads", "period": "year", "total": "co2", "unit": "Mt", "uncertainty": 10, "source": "CEADs",
            **({"prices": {"gdp": "nominal"}} if prices is None else prices),
            "factors": {name: {"formula": formula, "kind": "other"} for name, formula in FACTORS.items()},
        },
    }  # fmt: skip
    return road_of(data, tree=load_tree(ROOT / "examples" / "sichuan-road" / "tree.yaml"), observed=table)


@needs_shared
@pytest.mark.shared
@pytest.mark.parametrize("province", ["Liaoning", "Tianjin", "Sichuan"])
def test_the_cause_is_that_of_drivers(province: str) -> None:
    table = rows(province)
    held = road(province, table)
    found = decompose(
        table, total="co2", factors=[f"{name}={formula}" for name, formula in FACTORS.items()], period="year", nominal=["gdp"]
    )  # fmt: skip
    effects = effects_between(held, 2010, 2019).sum(axis=1) / held.observed.scale
    assert dict(zip(FACTORS, effects.tolist(), strict=True)) == pytest.approx(found.unchained[""].effects)


@needs_shared
@pytest.mark.shared
@pytest.mark.parametrize(
    ("province", "verdict", "start", "first", "since"),
    [("Liaoning", "over", "2011", "2016", 2010), ("Tianjin", "over", "2011", "2013", 2010), ("Sichuan", "cannot tell", "2012", "2014", 2011)],
)  # fmt: skip
def test_what_is_found_against_the_level_of_2010(
    province: str, verdict: str, start: str, first: str, since: int
) -> None:
    found = deviation_of(road(province, rows(province)))
    alarm, periods = found.alarm, found.total.periods
    assert alarm is not None
    assert (found.verdict, alarm.side, periods[alarm.start], periods[alarm.first]) == (
        verdict,
        "over",
        start,
        first,
    )
    assert found.cause is not None
    assert (found.cause.since, found.cause.year) == (since, 2019)
    assert found.cause.main is not None
    assert found.cause.main[0] == "each"
    assert sum(found.cause.by_factor.values()) + found.cause.stood.sum() == pytest.approx(
        found.total.deviation[-1]
    )
    assert found.outlook.withheld is None
    assert found.outlook.leaves == 2020
    assert isinstance(found.correction, tuple)  # the tree of the example begins in 2021
    assert [one["code"] for one in found.to_dict()["findings"]] == ["D-101"]


@needs_shared
@pytest.mark.shared
def test_nominal_money_is_not_taken_without_being_asked_for() -> None:
    with pytest.raises(PackInvalid) as caught:
        road("Sichuan", rows("Sichuan"), prices={})
    assert "observed.prices" in caught.value.message("zh")
    assert "COLUMN: nominal" in caught.value.message("en")
    with pytest.raises(PackInvalid, match="2009"):
        road("Sichuan", rows("Sichuan", "2005"))
