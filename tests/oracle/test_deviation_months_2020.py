"""Real months: CO2 of four places by month in 2020 against the level of 2019 (Cui et al. 2021, Zenodo 10.5281/zenodo.4730175)."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

import shared
from shared import needs_shared
from tanheng.pathways import load_road, load_tree, road_of
from tanheng.pathways.deviation import Months, months_of

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "examples" / "sichuan-months"


def table(province: str) -> pl.DataFrame:
    """Days summed to months, by the year of the sheet: ground transport of 2020 is dated 2019 in the source."""
    assert shared.SHARED is not None
    days = pl.read_csv(shared.SHARED / "china_provinces_daily_co2_2019_2020" / "daily_sector_co2.csv")
    month = pl.col("sheet_year").cast(pl.String) + "-" + pl.col("date_as_published").str.slice(5, 2)
    own = days.filter(pl.col("province") == province).group_by(month.alias("month"), "sector")
    return own.agg(pl.col("co2_mt").sum()).sort("month", "sector")


def months(province: str) -> Months:
    assert shared.SHARED is not None
    annual = pl.read_csv(shared.SHARED / "china_provinces_daily_co2_2019_2020" / "annual_31_provinces_t.csv")
    annual = annual.filter(pl.col("actor_id") == f"CN-{province}").sort("year")
    base = annual["total_emissions"][0]
    monthly = {
        "file": "m",
        "month": "month",
        "by": ["sector"],
        "total": "co2_mt",
        "unit": "Mt",
        "base_years": [2019],
        "spread": 5,
        "source": "Cui",
    }
    data = {
        "format": "tanheng-road/1", "id": province.lower(), "title": {"zh": province, "en": province}, "tree": "given",
        "path": {"unit": "t", "marks": {2019: base, 2030: base}, "source": "the level of 2019"},
        "observed": {"file": "annual", "period": "year", "total": "total_emissions", "unit": "t", "uncertainty": 10, "source": "Cui"},
        "deviation": {"monthly": monthly},
    }  # fmt: skip
    tree = load_tree(ROOT / "examples" / "sichuan-road" / "tree.yaml")
    found = months_of(road_of(data, tree=tree, observed=annual), table(province))
    assert found is not None
    return found


def alarms(found: Months, name: str) -> list[tuple[str, str, str, str]]:
    level = next(one for one in found.levels if one.name == name)
    names = level.periods
    return [(one.side, names[one.start], names[one.first], names[one.last]) for one in level.cusum.alarms]


@needs_shared
@pytest.mark.shared
@pytest.mark.parametrize(
    ("province", "total"),
    [
        ("BJ", [("under", "2020-01", "2020-02", "2020-11")]),
        ("TJ", [("under", "2020-02", "2020-03", "2020-07")]),
        ("LN", []),
        ("SC", []),
    ],
)
def test_the_drop_of_early_2020(province: str, total: list[tuple[str, str, str, str]]) -> None:
    found = months(province)
    assert found.covers == pytest.approx(1, abs=1e-4)
    assert alarms(found, "") == total
    assert alarms(found, "ground_transport") == [("under", "2020-01", "2020-02", "2020-12")]
    february = found.total.share[1]
    assert february < -0.15


@needs_shared
@pytest.mark.shared
def test_the_example_that_ships_is_the_source_summed_to_months() -> None:
    kept = pl.read_csv(SHIPPED / "months.csv")
    assert kept.join(table("SC"), on=["month", "sector"]).select(
        (pl.col("co2_mt") - pl.col("co2_mt_right")).abs().max()
    ).item() == pytest.approx(0, abs=1e-6)
    assert kept.height == 72


def test_the_example_finds_road_transport() -> None:
    found = months_of(load_road(SHIPPED / "road.yaml"))
    assert found is not None
    assert alarms(found, "ground_transport")[0][:3] == ("under", "2020-01", "2020-02")
    assert not alarms(found, "")
    assert found.run_correlated is not None
