"""The totals of the GPC for an inventory of our own: BASIC, BASIC+, territorial, by scope."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from tanheng.inventory.categories.gpc import Category, category_of, totals
from tanheng.inventory.categories.placing import GPC, placed
from tanheng.inventory.part import one_part
from tanheng.inventory.weights import NANO

if TYPE_CHECKING:
    from tanheng.inventory.inventory import Inventory

_NANO_IN_GRAM = 1_000


def gpc_totals(
    inventory: Inventory, *, entity: str | None = None, period: str | None = None
) -> dict[str, float]:
    """The GPC totals of an inventory whose method places its emissions in the GPC.

    Parameters
    ----------
    inventory : Inventory
    entity, period : str, optional
        Whose totals and of which year, where the inventory holds several; ``*`` takes all entities together.

    Returns
    -------
    dict of str to float
        ``basic_t``, ``basic_plus_additions_t``, ``basic_plus_t``, ``territorial_only_t``, ``territorial_t``, ``scope1_t``,
        ``scope2_t``, ``scope3_t``, ``other_t`` [t CO2e], and ``unplaced_t``: what the total holds but no category does.

    Raises
    ------
    CellNotFound
        When the method does not know the GPC.
    SeveralInventories
        When several entities or years are left to choose from.

    Notes
    -----
    I.4.4 and III.x.3 count in the territorial totals alone, memo items of the method though they are; so generation
    never meets the scope 2 of those who use it.

    Source
    ------
    GPC 1.1, chapter 4 (recalled); packs/rules/gpc_totals.csv.

    Examples
    --------
    >>> import tanheng as th
    >>> table = {"entity": ["示例市"] * 2, "period": ["2021"] * 2, "region": ["福建省"] * 2, "sector": ["发电", "工业"],
    ...          "item": ["柴油"] * 2, "amount": [1, 1], "unit": ["t"] * 2}
    >>> found = gpc_totals(th.account(table, "gpc-cn"))
    >>> found["basic_t"] < found["territorial_t"], round(found["territorial_only_t"], 3)
    (True, 3.107)
    """
    rows = []
    unplaced = 0
    for code, nano in _counted(one_part(inventory, entity=entity, period=period)):
        category = category_of(code) if code else None
        if isinstance(category, Category):
            rows.append((category.scope, category.level, nano / _NANO_IN_GRAM))
        else:
            unplaced += nano
    schema = {"scope": pl.Int64, "level": pl.String, "emission_g": pl.Float64}
    found = totals(pl.DataFrame(rows, schema=schema, orient="row"))
    return {**found, "unplaced_t": unplaced / NANO}


def _counted(inventory: Inventory) -> list[tuple[str, int]]:
    rows = placed(inventory, GPC).filter("counts")
    summed = rows.group_by("category").agg(pl.col("emission_nano").sum()).sort("category")
    return [(code, int(nano)) for code, nano in summed.iter_rows()]
