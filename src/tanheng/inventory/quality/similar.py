"""Coefficients of like items: the range within which an item without one may lie."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from tanheng.codes import items
from tanheng.quantities import gases, parse_unit

if TYPE_CHECKING:
    from tanheng.inventory.inventory import Inventory


@dataclass(frozen=True)
class CoefficientRange:
    """Smallest and largest coefficient, t CO2e (or CO2) per unit, by absolute value, and the items that have them."""

    low: float
    high: float
    items: list[str]


@dataclass(frozen=True)
class Similar:
    """Coefficients in use, one row per key and gas.

    ``item``, ``kind`` (with the origin of its carbon), ``activity``, ``dimension`` (canonical unit), ``gas``, ``value`` [t per
    canonical unit], and ``partly``: whether the key lacks another gas.
    """

    frame: pl.DataFrame

    def range_of(self, item: str, unit: str, activity: str = "", gas: str = "") -> CoefficientRange | None:
        """Range among items of the same kind, unit dimension and activity; None where there is none.

        Parameters
        ----------
        item, unit, activity : str
            Of the amount that has no coefficient.
        gas : str
            Names of the gases that it lacks, all where empty.
        """
        kind = _kind(item)
        if not kind or not self.frame.height:
            return None
        size = parse_unit(unit)
        near = self.frame.filter(
            (pl.col("kind") == kind)
            & (pl.col("dimension") == size.canonical)
            & ((pl.col("activity") == activity) if activity else pl.lit(value=True))
        )
        lacking = {_family(one) for one in re.split(r"[,、\s]+", gas) if one}
        if lacking:
            whole = near.group_by("key").agg(pl.col("gas").unique().alias("has"))
            complete = [row["key"] for row in whole.to_dicts() if lacking <= set(row["has"])]
            near = near.filter(pl.col("key").is_in(complete) & pl.col("gas").is_in(list(lacking)))
        else:
            near = near.filter(~pl.col("partly"))
        sums = near.group_by("key", "item").agg(pl.col("value").sum().abs())
        if not sums.height:
            return None
        values = [float(value) * size.factor for value in sums.get_column("value").to_list()]
        return CoefficientRange(min(values), max(values), sorted(sums.get_column("item").unique().to_list()))


def similar_coefficients(inventory: Inventory) -> Similar:
    """Coefficients of what the inventory counts whole, weighted by its GWP set.

    Keys that lack a gas themselves are no measure for others, unless for the gases that they have.
    """
    lacking = inventory.unmatched.select("item", "unit").rows() if inventory.unmatched.height else []
    weight = dict(inventory.rows.select("gas", "gwp").unique().iter_rows())
    used = inventory.sheet.filter(~pl.col("memo") & pl.col("emitted").is_in(list(weight)))
    kinds = {item: _kind(item) for item in used.get_column("item").unique().to_list()}
    units = {unit: parse_unit(unit).canonical for unit in used.get_column("unit").unique().to_list()}
    families = {gas: _family(gas) for gas in weight}
    frame = used.select(
        "key",
        "item",
        "activity",
        pl.struct("item", "unit")
        .is_in([{"item": item, "unit": unit} for item, unit in lacking])
        .alias("partly")
        if lacking
        else pl.lit(value=False).alias("partly"),
        pl.col("item").replace_strict(kinds or {"": ""}, return_dtype=pl.String).alias("kind"),
        pl.col("unit").replace_strict(units or {"": ""}, return_dtype=pl.String).alias("dimension"),
        pl.col("emitted").replace_strict(families or {"": ""}, return_dtype=pl.String).alias("gas"),
        (
            pl.col("canonical")
            * pl.col("emitted").replace_strict(weight or {"": 0.0}, return_dtype=pl.Float64)
        ).alias("value"),
    )
    return Similar(frame)


_ALIKE = {"fuel", "heat", "electricity"}
"""Kinds whose items are measures for one another; adipic acid is none for cement, though both are products."""


def _kind(item: str) -> str:
    """Kind and origin of the carbon: wood is no measure for coal; of other kinds only the item itself."""
    if item not in items():
        return ""
    found = items().get(item)
    return f"{found.kind} {found.carbon_origin}" if found.kind in _ALIKE else item


def _family(gas: str) -> str:
    return gases()[gas]["family"] if gas in gases() else gas
