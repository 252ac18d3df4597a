"""Category lists that follow from the scope of an emission, for methods that state scopes and not the list itself."""

from __future__ import annotations

import csv
import functools
from importlib.resources import files
from typing import TYPE_CHECKING

import polars as pl

from tanheng.codes import codelist, mapping
from tanheng.inventory.accounting.records import told

if TYPE_CHECKING:
    from tanheng.inventory.inventory import Inventory

_LISTS = ("scopes", "iso14064_categories")
REMOVALS = "1-removals"
"""Direct removals, which ISO 14064-1 quantifies apart from the emissions of category 1."""


def following(inventory: Inventory) -> list[str]:
    """Lists in which the scopes of an inventory place its emissions, where its method does not name them.

    Examples
    --------
    >>> import tanheng as th
    >>> table = {"entity": ["四川省"], "period": ["2021"], "item": ["电力"], "amount": [1], "unit": ["MWh"]}
    >>> inventory = th.account(table, "sichuan-park-2022")
    >>> following(inventory), inventory.by("iso14064_categories").to_dicts()[0]["iso14064_categories"]
    (['scopes', 'iso14064_categories'], '2')
    """
    scoped = any(inventory.emissions.get_column("scope").unique())
    return [name for name in _LISTS if scoped and name not in inventory.category_lists]


def category_of_scope(inventory: Inventory, name: str) -> pl.Expr:
    """The code of a list that follows from scope and rule; empty where the two have no definite relation.

    Notes
    -----
    Removals are no emission of scope 1: they have no place in ``scopes`` and stand apart in ``iso14064_categories``. So it
    is with CO2 of felled wood and lost area, which is taken from the same stocks: growth outside the scopes and felling
    inside would make a forest in balance an emitter. ISO 14064-1 has both in category 1, each quantified by itself.
    Scope 3 has no category of ISO 14064-1: its fifteen categories spread over the categories 3 to 6.

    Source
    ------
    GHG Protocol Corporate Standard, chapters 4 and 9 (packs/rules/outside_scopes.csv); ISO 14064-1:2018, 5.2.2 and
    annex B (recalled).
    """
    scope = pl.col("scope")
    if name == "scopes":
        code = pl.when(pl.col("rule").is_in(_outside(inventory))).then(pl.lit("")).otherwise(scope)
    else:
        rows = mapping("scopes", name).to_polars().iter_rows(named=True)
        codes = {str(row["from_code"]): str(row["to_code"]) for row in rows}
        code = scope.replace_strict(codes, default="", return_dtype=pl.String)
    sinks = [rule["id"] for rule in inventory.method["rules"] if rule["effect"] == "removal"]
    apart = pl.lit(REMOVALS if name == "iso14064_categories" else "")
    removed = pl.col("rule").is_in(sinks) & (scope == "1")
    return pl.when(removed).then(apart).otherwise(code).alias(name)


def _outside(inventory: Inventory) -> list[str]:
    """Rules whose emission the GHG Protocol reports apart from the scopes."""
    gases = {rule["id"]: rule["gases"] for rule in inventory.method["rules"]}
    placed = set(told(inventory.records, lambda one: (one["rule"], tuple(one["category"].items()))))
    return sorted(
        rule
        for rule, codes in placed
        for row in _apart()
        for name, code in codes
        if name == row["list"] and gases[rule] == [row["gas"]] and codelist(name).is_under(code, row["code"])
    )


@functools.cache
def _apart() -> tuple[dict[str, str], ...]:
    with (files("tanheng.packs") / "rules" / "outside_scopes.csv").open(encoding="utf-8") as stream:
        return tuple(csv.DictReader(stream))
