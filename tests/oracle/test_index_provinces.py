"""The dual-carbon index on real provinces: CEADs by fuel with population, each part against arithmetic on the raw table.

Guan Y. et al. 2021, Earth's Future 9, e2021EF002241; Shan Y. et al. 2018, 2020, Scientific Data. Paths and levers are of the test.
"""

from __future__ import annotations

import math

import numpy as np
import polars as pl
import pytest
from tests.shared import SHARED, ceads, needs_shared

from tanheng.pathways import Road, dual_carbon_index, road_of, tree_of

PROVINCES = ("Liaoning", "Tianjin", "Sichuan")
BASE, LAST, TARGET = 2012, 2019, 2025
SHARE = 0.05 / 1.959963984540054


def table(province: str) -> pl.DataFrame:
    """Year, fuel, population, co2 and the co2 of all fuels [Mt]; process emission counts as a fuel."""
    assert SHARED is not None
    wide = pl.read_csv(ceads("provinces_30_by_fuel_1997_2019.csv")).filter(pl.col("province") == province)
    fuels = [
        name
        for name in wide.columns
        if name.endswith("_mtco2") and not name.startswith(("Scope_1", "Scope_2"))
    ]
    people = (
        pl.read_csv(SHARED / "china_province_gdp_pop" / "population_10k.csv", infer_schema=False)
        .filter(pl.col("region") == province)
        .unpivot(index="region", variable_name="year", value_name="population")
        .select(pl.col("year").cast(pl.Int64), pl.col("population").str.strip_chars().cast(float))
    )
    long = wide.unpivot(fuels, index="year", variable_name="fuel", value_name="co2").join(people, on="year")
    kept = long.filter(pl.col("co2").sum().over("fuel") > 0)
    return kept.with_columns(pl.col("co2").sum().over("year").alias("all")).sort("year", "fuel")


def road(province: str) -> Road:
    rows = table(province)
    totals = dict(rows.group_by("year").agg(pl.col("co2").sum()).iter_rows())
    said = {"zh": province, "en": province}
    tree = tree_of(
        {
            "format": "tanheng-tree/1", "id": "one", "title": said, "years": {"from": LAST, "to": 2030}, "total": "total",
            "leaves": {"use": {"title": said, "unit": "MtCO2", "value": totals[LAST], "uncertainty": 5, "source": "CEADs"}},
            "nodes": {"total": {"title": said, "unit": "MtCO2", "formula": "use"}},
            "levers": {"save": {"title": said, "leaf": "use", "kind": "relative", "most": -0.2, "from": 2020, "build": 5,
                                "cost": 100, "cost_unit": "元/tCO2", "source": "a test"}},
        }
    )  # fmt: skip
    return road_of(
        {
            "format": "tanheng-road/1", "id": province.lower(), "title": said, "tree": "given",
            "path": {"unit": "MtCO2", "marks": {BASE: totals[BASE], TARGET: totals[BASE] * 0.9}, "peak": 2020, "source": "a test"},
            "observed": {
                "file": "CEADs", "period": "year", "by": ["fuel"], "total": "co2", "unit": "MtCO2", "uncertainty": 5, "source": "CEADs",
                "factors": {
                    "population": {"formula": "population", "kind": "activity"}, "each": {"formula": "all/population", "kind": "intensity"},
                    "mix": {"formula": "co2/all", "kind": "fuel"},
                },
            },
        },
        tree=tree, observed=rows,
    )  # fmt: skip


@needs_shared
@pytest.mark.parametrize("province", PROVINCES)
def test_each_part_is_what_the_raw_table_says(province: str) -> None:
    rows = table(province)
    found = dual_carbon_index(road(province), draws=500)
    total = dict(rows.group_by("year").agg(pl.col("co2").sum()).iter_rows())
    people = dict(rows.group_by("year").agg(pl.col("population").first()).iter_rows())
    path = {year: total[BASE] * (1 - 0.1 * (year - BASE) / (TARGET - BASE)) for year in range(BASE, LAST + 1)}
    over = total[LAST] - path[LAST]
    assert found.path_consistency.deviation == pytest.approx(over / path[LAST])
    assert found.path_consistency.overshoot == pytest.approx(
        sum(total[year] - path[year] for year in path) / sum(path.values())
    )
    assert found.path_consistency.chance == pytest.approx(
        0.5 * math.erfc(over / (total[LAST] * SHARE) / math.sqrt(2))
    )
    frozen = total[BASE] * people[LAST] / people[BASE]
    part = found.realised_degree
    assert part.frozen == pytest.approx(frozen)
    assert part.windfall == pytest.approx(total[BASE] - frozen)
    done = {"intensity": 0.0, "fuel": 0.0}
    ratio = (total[LAST] / people[LAST]) / (total[BASE] / people[BASE])
    for fuel in rows.get_column("fuel").unique():
        own = dict(rows.filter(pl.col("fuel") == fuel).select("year", "co2").iter_rows())
        old, new = own[BASE] * people[LAST] / people[BASE], own[LAST]
        if old > 0 and new > 0:
            mean = old if math.isclose(old, new, rel_tol=1e-12) else (old - new) / math.log(old / new)
            done["intensity"] -= mean * math.log(ratio)
            done["fuel"] -= mean * math.log((own[LAST] / total[LAST]) / (own[BASE] / total[BASE]))
        else:
            done["fuel"] -= new - old
    assert part.kinds == pytest.approx(done)
    assert sum(part.kinds.values()) == pytest.approx(frozen - total[LAST], rel=1e-9)
    assert found.reachable_space.least == pytest.approx(total[LAST] * 0.8)
    assert found.grade.letter == "D"
    low, high = np.quantile(found.draws, (0.05, 0.95))
    assert low <= found.value <= high


@needs_shared
def test_places_that_cannot_be_told_apart_from_their_path_say_so() -> None:
    verdicts = {
        province: dual_carbon_index(road(province), draws=200).path_consistency for province in PROVINCES
    }
    for one in verdicts.values():
        near = abs(one.emission[-1] - one.path[-1]) < 1.28 * one.emission[-1] * SHARE
        assert (one.verdict == "cannot tell") == near
