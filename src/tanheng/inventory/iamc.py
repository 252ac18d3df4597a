"""The IAMC form, in which scenario tools such as pyam exchange emissions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from tanheng.codes import item_name
from tanheng.errors import GwpMissing
from tanheng.inventory.table import Table
from tanheng.inventory.weights import NANO, weights_of

if TYPE_CHECKING:
    from tanheng.inventory.inventory import Inventory

_KYOTO = "Kyoto Gases"
_MEGATONNES = ("CO2", "CH4", "CO2e")
"""Gases that the form counts in Mt; all others are in kt."""
_INDEX = ["model", "scenario", "region", "variable", "unit"]


def as_iamc(inventory: Inventory, model: str, scenario: str) -> pl.DataFrame:
    """IAMC wide form, one row a variable and region, one column a year.

    Notes
    -----
    Gases by mass as ``Emissions|GAS`` and ``Emissions|GAS|ITEM``. Where there are several, ``Emissions|Kyoto Gases`` is
    their sum by the set in use and ``Emissions|Kyoto Gases (AR6-GWP100)`` that by each set that values all of them.

    Source: variable names and units of the IPCC AR6 scenario database and its climate assessment (IIASA).
    """
    rows = _rows(inventory)
    families = rows.get_column("family").unique().to_list()
    mass = pl.col("nano").cast(pl.Float64) / NANO
    scale = pl.when(pl.col("family").is_in(_MEGATONNES)).then(1e6).otherwise(1e3)
    prefix = pl.when(pl.col("family").is_in(_MEGATONNES)).then(pl.lit("Mt ")).otherwise(pl.lit("kt "))
    by_gas = rows.filter(pl.col("family") != "CO2e").with_columns(
        (mass / scale).alias("value"),
        pl.col("family").alias("name"),
        pl.concat_str(prefix, "family", pl.lit("/yr")).alias("unit"),
    )
    frames = [by_gas]
    if len(families) > 1 or families == ["CO2e"]:
        frames += [_weighted(rows, weights, name) for name, weights in _sums(inventory).items()]
    long = pl.concat([_long(frame) for frame in frames]).with_columns(
        pl.lit(model).alias("model"), pl.lit(scenario).alias("scenario")
    )
    wide = long.sort("year").pivot(on="year", index=_INDEX, values="value")
    return wide.sort("region", "variable")


def write_iamc(table: pl.DataFrame, path: str | Path) -> Path:
    """Write the form as CSV, or as Excel where the name ends in ``.xlsx``."""
    form = Table(table)
    return form.to_excel(path) if str(path).lower().endswith(".xlsx") else form.to_csv(path)


def _rows(inventory: Inventory) -> pl.DataFrame:
    """Rows of the total with year, gas family and the item's English name."""
    names = {code: item_name(code, "en") for code in inventory.rows.get_column("item").unique()}
    return inventory.rows.filter(~pl.col("memo")).select(
        "region",
        "gas",
        "nano",
        pl.col("period").str.slice(0, 4).alias("year"),
        pl.col("gas").str.replace("_(fossil|biogenic)$", "").alias("family"),
        pl.col("item").replace_strict(names or {"": ""}, return_dtype=pl.String),
    )


def _sums(inventory: Inventory) -> dict[str, dict[str, float]]:
    """Weights of the gases by name of the sum: the set in use, and each set that values all gases."""
    present = inventory.rows.filter(~pl.col("memo")).get_column("gas").unique().to_list()
    sums = {}
    for name in inventory.gwp_values:
        try:
            weights = weights_of(present, "CO2e", inventory.gwp_values, name)
        except GwpMissing:
            continue
        if name == inventory.gwp_name:
            sums[_KYOTO] = weights
        if "CO2e" not in present:
            sums[f"{_KYOTO} ({name.replace('_', '')}-GWP100)"] = weights
    return sums


def _weighted(rows: pl.DataFrame, weights: dict[str, float], name: str) -> pl.DataFrame:
    weight = pl.col("gas").replace_strict(weights, return_dtype=pl.Float64)
    return rows.with_columns(
        (pl.col("nano").cast(pl.Float64) * weight / NANO / 1e6).alias("value"),
        pl.lit(name).alias("name"),
        pl.lit("Mt CO2-equiv/yr").alias("unit"),
    )


def _long(frame: pl.DataFrame) -> pl.DataFrame:
    """Sums by variable, with and without the item."""
    whole = pl.concat_str(pl.lit("Emissions|"), "name")
    part = pl.concat_str(pl.lit("Emissions|"), "name", pl.lit("|"), "item")
    both = pl.concat([frame.with_columns(name.alias("variable")) for name in (whole, part)])
    return both.group_by("region", "variable", "unit", "year").agg(pl.col("value").sum())
