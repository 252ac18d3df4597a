"""CEADs cells by groups of one's own, and what is made of them: no tonne is lost, and a tree's base year is the inventory."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
import yaml

from shared import SHARED, ceads, needs_shared
from tanheng.drivers import benchmark, peers
from tanheng.errors import TanhengError
from tanheng.inventory.reported.ceads import CeadsGrid, read_ceads

ROOT = Path(__file__).parents[2]
PLAN = yaml.safe_load((ROOT / "examples" / "provinces" / "assumptions.yaml").read_text(encoding="utf-8"))
GROUPS, FUELS = ({name: one["holds"] for name, one in PLAN[key].items()} for key in ("groups", "fuels"))


@pytest.fixture(scope="module")
def grid() -> CeadsGrid:
    return read_ceads(ceads("liaoning_tianjin_sichuan_sector_fuel_1997_2019_long.csv"))


@needs_shared
@pytest.mark.shared
def test_groups_hold_every_tonne_of_every_year(grid: CeadsGrid) -> None:
    ours = grid.grouped(GROUPS, FUELS).to_polars()
    by_year = ours.group_by("region", "year").agg(pl.col("emission").sum()).sort("region", "year")
    stated = grid.by("region", "year").to_polars().sort("region", "year")
    assert by_year["emission"].to_list() == pytest.approx(stated["emission"].to_list(), rel=1e-12)
    assert set(ours["group"]) == set(GROUPS)
    process = ours.filter(pl.col("fuel") == "process")
    assert set(process["group"]) == {"materials"}


@needs_shared
@pytest.mark.shared
def test_groups_agree_with_the_crosswalk(grid: CeadsGrid) -> None:
    crossed = grid.crosswalk("ipcc2006", by=("region", "year")).to_polars()
    power = (
        crossed.filter(pl.col("category") == "1.A.1.a")
        .select("region", "year", "emission")
        .sort("region", "year")
    )
    ours = grid.grouped(GROUPS, FUELS).to_polars().filter(pl.col("group") == "power")
    ours = ours.group_by("region", "year").agg(pl.col("emission").sum()).sort("region", "year")
    assert ours["emission"].to_list() == pytest.approx(power["emission"].to_list())


@needs_shared
@pytest.mark.shared
def test_a_cell_without_a_group_is_told(grid: CeadsGrid) -> None:
    few = {name: held for name, held in GROUPS.items() if name != "transport"}
    with pytest.raises(TanhengError) as caught:
        grid.grouped(few, FUELS)
    assert "43" in caught.value.message("zh")
    assert "43" in caught.value.message("en")


@needs_shared
@pytest.mark.shared
def test_thirty_provinces_have_peers_by_fuel_and_eight_a_frontier() -> None:
    assert SHARED is not None
    wide = pl.read_csv(ceads("provinces_30_by_fuel_1997_2019.csv")).filter(pl.col("year") == 2019)
    fuels = [
        name
        for name in wide.columns
        if name.endswith("_mtco2") and not name.startswith(("Scope", "Other_Energy"))
    ]
    near = peers(wide, place="province", of="Shanxi", shares=fuels, count=3).to_polars()
    assert near.height == 3
    assert near["distance"].is_sorted()
    money = pl.read_csv(SHARED / "china_province_gdp_pop" / "gdp_nominal_100m_rmb.csv").select(
        pl.col("region").alias("province"), pl.col("2019").alias("gdp")
    )
    rows = wide.join(money, on="province").select("province", "gdp", *fuels, co2="Scope_1_Total_mtco2")
    found = benchmark(
        rows, place="province", emission="co2", outputs=["gdp"], shares=fuels, nearest=3, draws=20
    )
    assert found.ranked[0].place == "Beijing"
    assert [one.code for one in found.findings] == ["D-112"]
    for one in found.places.values():
        best = (rows["gdp"] / rows["co2"]).max()
        assert one.efficiency == pytest.approx(1 / one.intensity / best)
