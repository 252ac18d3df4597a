"""Make the extracts that the demonstration shows: `python tools/demo_extract.py SHARED OUT`.

Annual CO2 by sector of three provinces (Cui et al. 2021, CC BY 4.0), their GDP and population (China Statistical Yearbook),
and their power plants (WRI, CC BY 4.0). Years follow the sheet, not the date as published: the sheet of ground transport
of 2020 dates its rows 2019 and lacks one day, which the rows say.
"""

from __future__ import annotations

import sys
from pathlib import Path

import polars as pl

PROVINCES = {
    "LN": ("CN-21", "辽宁省", "Liaoning"),
    "TJ": ("CN-12", "天津市", "Tianjin"),
    "SC": ("CN-51", "四川省", "Sichuan"),
}
SECTORS = {"power": "power", "industry": "industry", "ground_transport": "transport"}
CITED = "Cui D. et al. 2021, Daily CO2 emissions of Chinese provinces, doi:10.5281/zenodo.4730175"
SHORT = "原表 2020 年地面交通只有 365 天 / the source has 365 days of ground transport in 2020"


def emissions(shared: Path, out: Path) -> None:
    """One file a province: annual CO2 [t] by sector."""
    daily = pl.read_csv(shared / "china_provinces_daily_co2_2019_2020" / "daily_sector_co2.csv")
    keys = ["province", "sector", "sheet_year"]
    annual = daily.group_by(keys).agg(pl.col("co2_mt").sum(), pl.len()).sort(keys)
    for code, (region, name, _) in PROVINCES.items():
        rows = [
            (name, region, year, SECTORS[sector], "reported_emission", round(mt * 1e6), "tCO2", CITED,
             SHORT if (year, days) == (2020, 365) else "")
            for _, sector, year, mt, days in annual.filter(pl.col("province") == code).iter_rows()
        ]  # fmt: skip
        heads = ["entity", "region", "period", "sector", "item", "amount", "unit", "source", "note"]
        pl.DataFrame(rows, schema=heads, orient="row").sort("period", "sector").write_csv(
            out / f"co2-{region}.csv"
        )


def socio_economic(shared: Path, out: Path) -> None:
    """GDP at current prices and population at the end of the year, 2010 to 2019."""
    folder = shared / "china_province_gdp_pop"
    rows = []
    for quantity, file, unit in (
        ("gdp", "gdp_nominal_100m_rmb.csv", "1e8 CNY"), ("population", "population_10k.csv", "1e4")
    ):  # fmt: skip
        table = pl.read_csv(folder / file)
        for region, _, name in PROVINCES.values():
            values = table.filter(pl.col("region") == name).row(0, named=True)
            rows += [
                (
                    region,
                    year,
                    quantity,
                    float(values[str(year)]),
                    unit,
                    "中国统计年鉴 / China Statistical Yearbook",
                )
                for year in range(2010, 2020)
            ]
    pl.DataFrame(
        rows, schema=["region", "period", "quantity", "value", "unit", "source"], orient="row"
    ).write_csv(out / "socio_economic.csv")


def plants(shared: Path, out: Path) -> None:
    """Power plants with their place, capacity [MW] and fuel."""
    table = pl.read_csv(
        shared / "power_plants_cn_wri" / "plants_liaoning_tianjin_sichuan.csv", infer_schema_length=None
    )
    regions = {name: region for region, name, _ in PROVINCES.values()}
    table.select(
        pl.col("Name").alias("name"), pl.col("Longitude").alias("lon"), pl.col("Latitude").alias("lat"),
        pl.col("Capacity (MW)").alias("capacity_mw"), pl.col("Fuel").str.to_lowercase().str.replace_all(" ", "_").alias("fuel"),
        pl.col("province_by_point_in_polygon").replace(regions).alias("region"),
    ).sort("region", "name", "lon").write_csv(out / "power_plants.csv")  # fmt: skip


if __name__ == "__main__":
    source, target = map(Path, sys.argv[1:3])
    for make in (emissions, socio_economic, plants):
        make(source, target)
