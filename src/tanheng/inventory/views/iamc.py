"""The IAMC form, in which scenario tools such as pyam exchange emissions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import polars as pl

from tanheng.activity.clean import region_of
from tanheng.activity.periods import is_whole_year
from tanheng.codes import item_name
from tanheng.errors import GwpMissing
from tanheng.inventory.problems import invalid
from tanheng.inventory.table import Table
from tanheng.inventory.weights import NANO, weights_of

if TYPE_CHECKING:
    from tanheng.inventory.inventory import Inventory

_KYOTO = "Kyoto Gases"
_MEGATONNES = ("CO2", "CH4", "CO2e")
"""Gases that the form counts in Mt; all others are in kt."""
Form = Literal["wide", "long"]
_INDEX = ["model", "scenario", "region", "variable", "unit"]


def as_iamc(
    inventory: Inventory, model: str, scenario: str, *, region: str | None = None, form: Form = "wide"
) -> pl.DataFrame:
    """The IAMC form: one row a variable and region with one column a year, or one row a value.

    Parameters
    ----------
    inventory : Inventory
        Of whole years.
    model, scenario : str
    region : str, optional
        The name under which all entities are added up; unless told, each entity is a region of its own, under its code
        where it is a region of the list of regions.
    form : str
        ``wide``, or ``long`` with the columns ``year`` and ``value``.

    Returns
    -------
    DataFrame
        ``model``, ``scenario``, ``region``, ``variable``, ``unit`` and the values, sorted.

    Raises
    ------
    ArgumentInvalid
        When an entity has a part of a year only, or the form is neither of both.

    Notes
    -----
    Gases by mass as ``Emissions|GAS`` and ``Emissions|GAS|ITEM``. Where there are several, ``Emissions|Kyoto Gases`` is
    their sum by the set in use and ``Emissions|Kyoto Gases (AR6-GWP100)`` that by each set that values all of them.

    Source: variable names and units of the IPCC AR6 scenario database and its climate assessment (IIASA).

    Examples
    --------
    >>> import tanheng as th
    >>> table = {"entity": ["某厂"], "period": ["2021"], "item": ["煤品"], "amount": [1], "unit": ["万吨"], "region": ["四川省"]}
    >>> found = as_iamc(th.account(table, "sichuan-park-2022"), "Tanheng", "park", form="long")
    >>> found.select("region", "variable", "unit", "year", "value").row(0)
    ('某厂', 'Emissions|CO2', 'Mt CO2/yr', 2021, 0.019812)
    """
    if form not in ("wide", "long"):
        raise invalid("form", form, "wide 或 long", "wide or long")
    _whole_years(inventory)
    rows = _rows(inventory, region)
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
    if form == "long":
        return long.select(*_INDEX, pl.col("year").cast(pl.Int64), "value").sort("region", "variable", "year")
    wide = long.sort("year").pivot(on="year", index=_INDEX, values="value")
    return wide.sort("region", "variable")


def write_iamc(table: pl.DataFrame, path: str | Path) -> Path:
    """Write the form as CSV, or as Excel where the name ends in ``.xlsx``."""
    return Table(table).write(path)


def _whole_years(inventory: Inventory) -> None:
    """Refuse an entity of which the periods of some year leave days out: the form knows whole years only."""
    seen = inventory.rows.filter(~pl.col("memo")).select("entity", "period").unique().sort("entity", "period")
    for (entity, year), part in seen.group_by(
        "entity", pl.col("period").str.slice(0, 4), maintain_order=True
    ):
        periods = part.get_column("period").to_list()
        if not is_whole_year(int(str(year)), periods):
            shown = f"{entity}: {', '.join(periods[:4])}{' …' if len(periods) > 4 else ''}"
            raise invalid(
                "inventory", shown,
                f"{year} 全年（IAMC 格式只有年值，单位为每年）", f"all of {year}, as the form holds values by the year",
            )  # fmt: skip


def _rows(inventory: Inventory, region: str | None) -> pl.DataFrame:
    """Rows of the total with region, year, gas family and the item's English name."""
    own = {one: region_of(one) or one for one in inventory.rows.get_column("entity").unique()}
    names = {code: item_name(code, "en") for code in inventory.rows.get_column("item").unique()}
    return inventory.rows.filter(~pl.col("memo")).select(
        pl.col("entity").replace_strict(own or {"": ""}, return_dtype=pl.String).alias("region")
        if region is None
        else pl.lit(region).alias("region"),
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
