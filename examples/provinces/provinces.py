"""Real series of provinces for the notebooks: CO2 by sector and fuel, population, GDP. The data are read from where you have them.

Nothing of CEADs ships with Tanheng. Set TANHENG_SHARED to the folder that holds ``ceads_china_co2`` and ``china_province_gdp_pop``
(files and columns: see README.md beside this file). Emissions are in Mt CO2, population in 10^4 persons, GDP in 10^8 CNY at
current prices.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from tanheng.activity.reading.panel import read_panel
from tanheng.codes import items, region
from tanheng.errors import NotFound
from tanheng.inventory.reported.ceads import read_ceads
from tanheng.pathways.forecast import Series, series_of

HERE = Path(__file__).parent
CITED = "CO₂：CEADs（Guan et al. 2021, Earth's Future 9；Shan et al. 2018、2020, Scientific Data）；人口与现价 GDP：中国统计年鉴。"
DETAILED = "ceads_china_co2/liaoning_tianjin_sichuan_sector_fuel_1997_2019_long.csv"
THIRTY = "ceads_china_co2/provinces_30_by_fuel_1997_2019.csv"


def data(file: str) -> Path:
    """A file of the data.

    Raises
    ------
    NotFound
        When it is not there.
    """
    place = Path(os.environ.get("TANHENG_SHARED", HERE / "data")) / file
    if not place.is_file():
        raise NotFound(what_zh="数据文件", what_en="file of data", name=str(place), known="TANHENG_SHARED")
    return place


def plan() -> dict[str, Any]:
    """The assumptions that all three notebooks share, from assumptions.yaml; what groups hold stands apart, see `held`."""
    found: dict[str, Any] = yaml.safe_load((HERE / "assumptions.yaml").read_text(encoding="utf-8"))
    for key in ("groups", "fuels"):
        for one in found[key].values():
            del one["holds"]
    return found


def held(key: str) -> Mapping[str, Sequence[str]]:
    """What each of the ``groups`` or ``fuels`` holds: IPCC categories, or items."""
    found = yaml.safe_load((HERE / "assumptions.yaml").read_text(encoding="utf-8"))
    return {name: one["holds"] for name, one in found[key].items()}


def emissions(province: str) -> pl.DataFrame:
    """``年份, 组, 品种, 排放`` of a province."""
    rows = read_ceads(data(DETAILED)).grouped(held("groups"), held("fuels")).to_polars()
    return rows.filter(pl.col("region").map_elements(name, pl.String) == province).select(
        pl.col("year").alias("年份"), pl.col("group").alias("组"), pl.col("fuel").alias("品种"), (pl.col("emission") / 1e6).alias("排放")
    )  # fmt: skip


def people() -> pl.DataFrame:
    """``地区, 年份, 人口, GDP现价`` of the provinces that have them."""
    return _long("population_10k.csv", "人口").join(
        _long("gdp_nominal_100m_rmb.csv", "GDP现价"), on=["地区", "年份"]
    )


def thirty() -> list[Series]:
    """Scope 1 CO2 of thirty provinces, 1997 to 2019."""
    column = "Scope_1_Total_mtco2"
    found = series_of(read_panel(data(THIRTY), values=[column], by=["province"]), column)
    return [replace(one, group=(name(one.group[0]),)) for one in found]


def fuels(year: str) -> pl.DataFrame:
    """``地区, 排放`` of thirty provinces in a year, and the emission of each group of fuels by its Chinese name."""
    rows = read_ceads(data(THIRTY)).by("region", "year", "item").to_polars()
    rows = rows.filter((pl.col("year") == year) & (pl.col("emission") != 0))
    groups = {item: _fuel(item) for item in rows["item"].unique()}
    rows = rows.select(
        pl.col("region").map_elements(name, pl.String).alias("地区"),
        pl.col("item").replace_strict(groups),
        pl.col("emission") / 1e6,
    )
    wide = rows.pivot(on="item", index="地区", values="emission", aggregate_function="sum").fill_null(0)
    return wide.with_columns(pl.sum_horizontal(pl.exclude("地区")).alias("排放"))


def name(written: str) -> str:
    """The short Chinese name of a province."""
    found = region(written)
    return next((one for one in found.aliases if "一" <= one[0] <= "鿿"), found.name_zh)


def _fuel(item: str) -> str:
    codes = [one.code for one in items().family(item)] if item in items() else [item]
    found = next(fuel for fuel, own in held("fuels").items() if set(codes) & set(own))
    return str(plan()["fuels"][found]["title"]["zh"])


def _long(file: str, column: str) -> pl.DataFrame:
    wide = pl.read_csv(data(f"china_province_gdp_pop/{file}"), infer_schema=False).filter(
        pl.col("region") != "National Total"
    )
    rows = wide.unpivot(index="region", variable_name="年份", value_name=column)
    return rows.select(
        pl.col("region").map_elements(name, pl.String).alias("地区"), "年份", pl.col(column).str.strip_chars().cast(pl.Float64)
    )  # fmt: skip
