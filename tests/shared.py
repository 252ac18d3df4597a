"""Where the shared test data are: beside the repository, or where TANHENG_SHARED points."""

from __future__ import annotations

import os
from pathlib import Path

import polars as pl
import pytest

_place = Path(os.environ.get("TANHENG_SHARED", Path(__file__).parents[2] / "shared" / "data"))
SHARED: Path | None = _place if _place.is_dir() else None

needs_shared = pytest.mark.skipif(SHARED is None, reason="the shared test data are not beside the repository")


def ceads(name: str) -> Path:
    """A file of the CO2 inventories of CEADs."""
    assert SHARED is not None
    return SHARED / "ceads_china_co2" / name


GPC_CITIES = ("CBA", "GYN", "MAO", "POA", "RIO", "SER", "SJM")


def gpc_city(name: str) -> Path:
    """A real GPC inventory of 2022 as it was exported."""
    assert SHARED is not None
    return SHARED / "gpc_city_inventories" / f"inventory-BR_{name}-2022.csv"


def ceads_cities() -> pl.DataFrame:
    """CO2 of 290 cities, 1997-2019 (Shan et al. 2022), as activity rows with the rows of the file."""
    read = pl.read_csv(ceads("cities_290_total_1997_2019.csv"))
    return read.select(
        entity=pl.col("city_zh"),
        period=pl.col("year").cast(pl.String),
        item=pl.lit("co2"),
        amount=pl.col("co2_mt"),
        unit=pl.lit("MtCO2"),
    ).with_row_index("__row", offset=2)
