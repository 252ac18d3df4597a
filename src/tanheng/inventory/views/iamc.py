"""The IAMC form, in which scenario tools such as pyam exchange emissions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import polars as pl

from tanheng.activity.clean import region_of
from tanheng.activity.periods import is_whole_year
from tanheng.codes import item_name
from tanheng.errors import GwpMissing
from tanheng.inventory.coded import coded
from tanheng.inventory.problems import invalid
from tanheng.inventory.table import Table
from tanheng.inventory.views.cube import Cube
from tanheng.inventory.weights import NANO, weights_of

if TYPE_CHECKING:
    from tanheng.inventory.inventory import Inventory

_KYOTO = "Kyoto Gases"
_MEGATONNES = ("CO2", "CH4", "CO2e")
"""Gases that the form counts in Mt; all others are in kt."""
Form = Literal["wide", "long"]
_INDEX = ["model", "scenario", "region", "variable", "unit"]
_KEYS = ("entity", "period", "item", "gas")


def as_iamc(
    inventory: Inventory | Cube, model: str, scenario: str, *, region: str | None = None, form: Form = "wide"
) -> pl.DataFrame:
    """The IAMC form: one row a variable and region with one column a year, or one row a value.

    Parameters
    ----------
    inventory : Inventory or Cube
        Of whole years; the cube of a run gives the same, without its rows in memory.
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
    held = inventory.frame if isinstance(inventory, Cube) else inventory
    sums = inventory.sums(_KEYS) if isinstance(inventory, Cube) else _summed(inventory)
    _whole_years(sums)
    rows = _rows(sums, region)
    families = {
        gas: re.sub("_(fossil|biogenic)$", "", gas) for gas in sorted(rows.get_column("gas").unique())
    }
    kinds = [
        (family, _unit(family), {gas: 1.0 for gas, own in families.items() if own == family})
        for family in dict.fromkeys(families.values())
        if family != "CO2e"
    ]
    if len({*families.values()}) > 1 or "CO2e" in families:
        kinds += [
            (name, "Mt CO2-equiv/yr", weights) for name, weights in _weights(held, list(families)).items()
        ]
    years = sorted(rows.get_column("year").unique())
    empty = pl.DataFrame(schema=dict.fromkeys(("region", "variable", "unit"), pl.String))
    frames = [frame for kind in kinds for frame in _wide(rows, *kind)]
    wide = (
        pl.concat([empty, *frames], how="diagonal")
        .with_columns(pl.lit(model).alias("model"), pl.lit(scenario).alias("scenario"))
        .select(*_INDEX, *years)
        .sort("region", "variable")
    )
    if form == "wide":
        return wide
    long = wide.unpivot(years, index=_INDEX, variable_name="year", value_name="value").drop_nulls("value")
    return long.with_columns(pl.col("year").cast(pl.Int64)).sort("region", "variable", "year")


def write_iamc(table: pl.DataFrame, path: str | Path) -> Path:
    """Write the form as CSV, or as Excel where the name ends in ``.xlsx``."""
    return Table(table).write(path)


def _summed(inventory: Inventory) -> pl.DataFrame:
    """Masses [10^-9 t] of the total, as `Cube.sums` gives them."""
    rows = inventory.rows.lazy().filter(~pl.col("memo"))
    return rows.group_by(_KEYS).agg(pl.col("nano").sum()).collect()


def _whole_years(sums: pl.DataFrame) -> None:
    """Refuse an entity of which the periods of some year leave days out: the form knows whole years only."""
    year = pl.col("period").str.slice(0, 4).alias("year")
    periods = pl.col("period").sort().str.join(" ")
    seen = sums.select("entity", "period").unique().group_by("entity", year).agg(periods)
    short = [
        one
        for one in seen.select("year", "period").unique().rows()
        if not is_whole_year(int(one[0]), one[1].split())
    ]
    told = pl.DataFrame(short, schema={"year": pl.String, "period": pl.String}, orient="row")
    for entity, of, text in seen.join(told, on=["year", "period"]).sort("entity", "year").head(1).iter_rows():
        known = text.split()
        raise invalid(
            "inventory", f"{entity}: {', '.join(known[:4])}{' …' if len(known) > 4 else ''}",
            f"{of} 全年（IAMC 格式只有年值，单位为每年）", f"all of {of}, as the form holds values by the year",
        )  # fmt: skip


def _rows(sums: pl.DataFrame, region: str | None) -> pl.DataFrame:
    """Masses [10^-9 t] by region, year, gas and the item's English name."""
    own = {one: region_of(one) or one for one in sums.get_column("entity").unique()}
    names = {code: item_name(code, "en") for code in sums.get_column("item").unique()}
    where = pl.col("entity").replace_strict(own or {"": ""}, return_dtype=pl.String)
    told = sums.select(
        (where if region is None else pl.lit(region)).alias("region"),
        pl.col("period").str.slice(0, 4).alias("year"),
        pl.col("item").replace_strict(names or {"": ""}, return_dtype=pl.String),
        "gas",
        pl.col("nano").cast(pl.Int128),
    )
    (rows,) = coded([told], ["region", "item", "gas"])
    return rows.group_by("region", "year", "item", "gas").agg(pl.col("nano").sum())


def _unit(family: str) -> str:
    return f"{'Mt' if family in _MEGATONNES else 'kt'} {family}/yr"


def _weights(held: Inventory, present: list[str]) -> dict[str, dict[str, float]]:
    """Weights of the gases by name of the sum: the set in use, and each set that values all gases."""
    found = {}
    for name in held.gwp_values:
        try:
            weights = weights_of(present, "CO2e", held.gwp_values, name)
        except GwpMissing:
            continue
        if name == held.gwp_name:
            found[_KYOTO] = weights
        if "CO2e" not in present:
            found[f"{_KYOTO} ({name.replace('_', '')}-GWP100)"] = weights
    return found


def _wide(rows: pl.DataFrame, name: str, unit: str, weights: dict[str, float]) -> Iterator[pl.DataFrame]:
    """One variable, then its items, by region with a column for each year; whole 10^-9 t are added up, in any order."""
    weight = pl.col("gas").cast(pl.String).replace_strict(weights, return_dtype=pl.Float64)
    nano = (pl.col("nano").cast(pl.Float64) * weight).round(0).cast(pl.Int128).alias("nano")
    own = rows.filter(pl.col("gas").cast(pl.String).is_in(list(weights)))
    own = own if set(weights.values()) == {1.0} else own.with_columns(nano)
    value = (pl.col("nano") / NANO / (1e6 if unit.startswith("Mt") else 1e3)).alias("value")
    head = f"Emissions|{name}"
    for keys, variable in (([], pl.lit(head)), (["item"], f"{head}|" + pl.col("item").cast(pl.String))):
        sums = own.group_by("region", "year", *keys).agg(pl.col("nano").sum()).with_columns(value)
        yield sums.pivot(on="year", index=["region", *keys], values="value").select(
            pl.col("region").cast(pl.String),
            variable.alias("variable"),
            pl.lit(unit).alias("unit"),
            pl.exclude("region", "item"),
        )
