"""The emission sources of which a report of an enterprise speaks: fuels, processes, power and heat, as the pack groups its rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from tanheng.inventory.categories.official_lines import Line, counted_lines
from tanheng.inventory.weights import NANO

if TYPE_CHECKING:
    from tanheng.inventory.inventory import Inventory

_OTHER: Mapping[str, str] = {"zh": "其他", "en": "Other"}
_TABLE = "groups"


@dataclass(frozen=True)
class Source:
    """One emission source: its name, the rules of the total that belong to it, and those beside the total."""

    title: Mapping[str, str]
    rules: tuple[str, ...]
    memo: tuple[str, ...]


def source_table(inventory: Inventory) -> Mapping[str, Any] | None:
    """The table of the method that names emission sources; None where it has none.

    Examples
    --------
    >>> import tanheng as th
    >>> table = {"entity": ["甲厂"], "period": ["2023"], "item": ["柴油"], "amount": [1], "unit": ["t"]}
    >>> source_table(th.account(table, "cn-enterprise-other"))["check"]
    'recalled'
    """
    return next((table for table in inventory.method["tables"] if table.get(_TABLE)), None)


def emission_sources(inventory: Inventory) -> list[Source]:
    """The emission sources of the method in their printed order; rules that name none come last.

    Examples
    --------
    >>> import tanheng as th
    >>> table = {"entity": ["甲厂"], "period": ["2023"], "item": ["柴油"], "amount": [1], "unit": ["t"]}
    >>> [one.title["en"] for one in emission_sources(th.account(table, "cn-enterprise-other"))][:2]
    ['Combustion of fossil fuels', 'Production processes']
    """
    table = source_table(inventory)
    titles = dict(table[_TABLE]) if table else {}
    rules = inventory.method["rules"]
    found = []
    for name, title in {**titles, "": _OTHER}.items():
        inside = [
            rule for rule in rules if (rule.get("group") if rule.get("group") in titles else "") == name
        ]
        counted = tuple(rule["id"] for rule in inside if not rule["memo"])
        memo = tuple(rule["id"] for rule in inside if rule["memo"])
        if inside:
            found.append(Source(title, counted, memo))
    return found


def rule_masses(inventory: Inventory) -> dict[str, dict[str, tuple[float, float]]]:
    """Mass [t of the gas] and emission [t CO2 or CO2e] of each rule by gas.

    Examples
    --------
    >>> import tanheng as th
    >>> table = {"entity": ["甲厂"], "period": ["2023"], "item": ["热力"], "amount": [10], "unit": ["GJ"]}
    >>> rule_masses(th.account(table, "cn-enterprise-other"))
    {'heat-purchased': {'CO2': (1.1, 1.1)}}
    """
    rows = inventory.rows.group_by("rule", "gas").agg(
        pl.col("nano").sum() / NANO, pl.col("emission_nano").sum() / NANO
    )
    found: dict[str, dict[str, tuple[float, float]]] = {}
    for rule, gas, mass, emission in rows.sort("rule", "gas").iter_rows():
        found.setdefault(rule, {})[gas] = (mass, emission)
    return found


def rule_lines(inventory: Inventory) -> dict[str, list[Line]]:
    """Activity, factors and emissions by rule; see `official_lines.sector_lines`, whose ``category`` is the rule here.

    Examples
    --------
    >>> import tanheng as th
    >>> table = {"entity": ["甲厂"], "period": ["2023"], "item": ["热力"], "amount": [10], "unit": ["GJ"]}
    >>> [line["amount"] for line in rule_lines(th.account(table, "cn-enterprise-other"))["heat-purchased"]]
    [10.0]
    """
    found: dict[str, list[Line]] = {}
    for line in counted_lines(inventory.rows.with_columns(pl.col("rule").alias("__category"))):
        found.setdefault(line["category"], []).append(line)
    return found
