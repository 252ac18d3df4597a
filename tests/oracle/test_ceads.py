"""CEADs province inventories 1997-2019 (Guan et al. 2021): fuels add up to scope 1 in every province and year."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

import tanheng as th
from shared import ceads, needs_shared
from tanheng.codes import items
from tanheng.errors import UnknownCode

pytestmark = [needs_shared, pytest.mark.shared]
METHOD = Path(__file__).parent / "packs" / "published-emissions.yaml"
TOTAL = "Scope_1_Total_mtco2"


def item_of(name: str) -> str:
    """Fuels have a code; process emissions are an item of our own."""
    try:
        return items().find(name.replace("_", " ")).code
    except UnknownCode:
        return f"x_{name.lower()}"


def provinces() -> pl.DataFrame:
    return pl.read_csv(ceads("provinces_30_by_fuel_1997_2019.csv"))


@pytest.fixture(scope="module")
def inventory() -> th.Inventory:
    """Scope-1 columns of the matrix as activity; the two scope-2 columns stay out."""
    table = provinces()
    fuels = [name for name in table.columns[2:] if name != TOTAL and not name.startswith("Scope_2")]
    assert len(fuels) == 19
    long = table.unpivot(on=fuels, index=["province", "year"], variable_name="fuel", value_name="amount")
    codes = {name: item_of(name.removesuffix("_mtco2")) for name in fuels}
    assert [code for code in codes.values() if code.startswith("x_")] == ["x_process"]
    activity = long.select(
        pl.col("province").alias("entity"),
        pl.col("year").cast(pl.String).alias("period"),
        pl.col("fuel").replace_strict(codes).alias("item"),
        "amount",
        pl.lit("MtCO2").alias("unit"),
    )
    return th.account(activity, METHOD)


def test_nothing_is_left_out(inventory: th.Inventory) -> None:
    assert inventory.complete, [finding.message("en") for finding in inventory.findings][:3]
    assert inventory.rows_read == 690 * 19


def test_fuels_add_up_to_scope_1_in_all_690_province_years(inventory: th.Inventory) -> None:
    found = (
        inventory.by("entity", "period")
        .to_polars()
        .select(
            "entity", pl.col("period").cast(pl.Int64).alias("year"), (pl.col("emission") / 1e6).alias("mt")
        )
    )
    both = (
        provinces()
        .select(pl.col("province").alias("entity"), "year", TOTAL)
        .join(found, on=["entity", "year"], how="full", coalesce=True)
    )
    assert both.height == 690
    assert both.null_count().sum_horizontal().item() == 0
    worst = both.select((pl.col("mt") - pl.col(TOTAL)).abs().max()).item()
    assert worst < 2e-5


def test_the_whole_is_the_sum_of_the_provinces(inventory: th.Inventory) -> None:
    assert inventory.total / 1e6 == pytest.approx(provinces().get_column(TOTAL).sum(), abs=690 * 2e-5)
    by_item = inventory.by("item").to_polars()
    assert by_item.get_column("emission").sum() == pytest.approx(inventory.total)
    cement = provinces().get_column("Process_mtco2").sum()
    assert by_item.filter(item="x_process").get_column("emission").item() / 1e6 == pytest.approx(
        cement, abs=690e-6
    )


def test_sectors_add_up_to_total_consumption_in_every_province_year_and_fuel() -> None:
    """The file calls its totals "Total Consumption" until 2017 and "TotalEmissions" from 2018."""
    table = pl.read_csv(ceads("liaoning_tianjin_sichuan_sector_fuel_1997_2019_long.csv"))
    fuels = table.with_columns(pl.col("fuel").str.replace_all("_", " ")).filter(
        pl.col("fuel") != "Scope 1 Total"
    )
    total = pl.col("sector").is_in(["Total Consumption", "TotalEmissions"])
    whole, parts = fuels.filter(total), fuels.filter(~total)
    assert parts.get_column("sector").n_unique() == 46
    codes = {name: item_of(name) for name in fuels.get_column("fuel").unique()}
    activity = parts.select(
        pl.col("province").alias("entity"),
        pl.col("year").cast(pl.String).alias("period"),
        pl.col("fuel").replace_strict(codes).alias("item"),
        pl.col("sector").alias("CEADs sector"),
        pl.col("co2_mt").alias("amount"),
        pl.lit("MtCO2").alias("unit"),
    )
    inventory = th.account(activity, METHOD)
    assert inventory.complete
    found = (
        inventory.by("entity", "period", "item")
        .to_polars()
        .select("entity", "period", "item", (pl.col("emission") / 1e6).alias("mt"))
    )
    wanted = whole.select(
        pl.col("province").alias("entity"),
        pl.col("year").cast(pl.String).alias("period"),
        pl.col("fuel").replace_strict(codes).alias("item"),
        "co2_mt",
    )
    both = wanted.join(found, on=["entity", "period", "item"], how="full", coalesce=True)
    assert both.null_count().sum_horizontal().item() == 0
    assert both.select((pl.col("mt") - pl.col("co2_mt")).abs().max()).item() < 2e-5
