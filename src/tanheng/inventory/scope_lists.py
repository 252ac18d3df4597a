"""Category lists that follow from the scope of an emission, for methods that state scopes and not the list itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from tanheng.codes import mapping

if TYPE_CHECKING:
    from tanheng.inventory.inventory import Inventory

_LISTS = ("iso14064_categories",)


def following(inventory: Inventory) -> list[str]:
    """Lists in which the scopes of an inventory place its emissions, where its method does not name them.

    Examples
    --------
    >>> import tanheng as th
    >>> table = {"entity": ["四川省"], "period": ["2021"], "item": ["电力"], "amount": [1], "unit": ["MWh"]}
    >>> inventory = th.account(table, "sichuan-park-2022")
    >>> following(inventory), inventory.by("iso14064_categories").to_dicts()[0]["iso14064_categories"]
    (['iso14064_categories'], '2')
    """
    scoped = (inventory.emissions.get_column("scope") != "").any()
    return [name for name in _LISTS if scoped and name not in inventory.category_lists]


def category_of_scope(name: str) -> pl.Expr:
    """The code of a list that follows from the column ``scope``; empty where the two have no definite relation.

    Notes
    -----
    Scope 3 stays empty: its fifteen categories spread over the categories 3 to 6 of ISO 14064-1.
    """
    table = mapping("scopes", name)
    codes = {str(row["from_code"]): str(row["to_code"]) for row in table.to_polars().iter_rows(named=True)}
    return pl.col("scope").replace_strict(codes, default="", return_dtype=pl.String).alias(name)
