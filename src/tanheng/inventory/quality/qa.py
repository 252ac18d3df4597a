"""QA: the checks of a method, run on an inventory with its parts and the statements about it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import polars as pl

from tanheng.activity import Activity, Finding, read_activity
from tanheng.activity.checks.runner import CheckTables, read_claims, run_checks
from tanheng.codes import EntityTree
from tanheng.errors import MethodNeeded
from tanheng.factors import FactorLibrary
from tanheng.inventory.accounting.account import account
from tanheng.inventory.cells import cells_of
from tanheng.inventory.inventory import Inventory
from tanheng.inventory.methods.loading import load_method, method_files
from tanheng.inventory.methods.method import Method
from tanheng.inventory.methods.models import gathered

_CELL = ["entity", "period", "item", "sector", "unit"]


def run_qa(
    inventory: Inventory,
    method: str | Method | None = None,
    *,
    parts: Any = None,
    claims: Any = None,
    entities: EntityTree | None = None,
    library: FactorLibrary | None = None,
) -> list[Finding]:
    """Check an inventory by the QA rules of its method.

    Parameters
    ----------
    inventory : Inventory
        Its activity, cells and emissions [t] are what is checked.
    method : str or Method, optional
        Whose checks to run; by default the checks that the inventory's own method has, also where it is a pack file
        or has overridden parameters; parts are accounted for by the same method and need it given then.
    parts : path or table, optional
        Activity rows that split totals of the activity; they are accounted for by the same method for the checks and
        never added to the inventory.
    claims : path or table, optional
        Printed statements: subject, period, quantity, value, unit, relation, other, section.
    entities : EntityTree, optional
        Where the entities of the parts stand, as for `account`.
    library : FactorLibrary, optional
        Factors for the parts; by default the newest release.

    Returns
    -------
    list of Finding
        Findings of reading parts and claims, then those of the checks. An activity that stays on disk (Parquet) is
        checked by its cells.

    Raises
    ------
    InputUnreadable, ColumnMissing
        When parts or claims cannot be read.
    MethodNeeded
        When there are parts, no method is given, and that of the inventory is a pack file or was overridden.

    Examples
    --------
    >>> table = {"entity": ["四川省"], "period": ["2021"], "item": ["煤品"], "amount": [1], "unit": ["万吨"]}
    >>> said = {"subject": ["煤品"], "period": ["2021"], "quantity": ["排放量"], "value": ["2.9"], "unit": ["万吨"]}
    >>> [finding.code for finding in run_qa(account(table, "sichuan-park-2022"), claims=said)]
    ['Q-025']
    """
    chosen = _method(inventory, method)
    checks = inventory.method["checks"] if method is None or chosen is None else chosen.checks
    findings: list[Finding] = []
    beside: Inventory | None = None
    if parts is not None:
        table = read_activity(parts)
        if chosen is None:
            raise MethodNeeded(method=inventory.method["id"])
        region = inventory.run.get("region")
        beside = account(table, chosen, factors=library, region=region, entities=entities)
        findings += table.findings
    tables = CheckTables(activity=_activity(inventory), parts=_rows(beside.activity) if beside else None)
    if claims is not None:
        statements, notes = read_claims(claims)
        findings += notes
        tables = _with_claims(tables, statements, inventory, beside)
    return [*findings, *run_checks(checks, tables)]


def _with_claims(
    tables: CheckTables, claims: pl.DataFrame, inventory: Inventory, beside: Inventory | None
) -> CheckTables:
    """The tables with statements and what these are held against."""
    emissions = _emissions(inventory)
    of_parts = _emissions(beside) if beside else None
    coefficients = _coefficients(emissions, of_parts)
    return replace(
        tables, claims=claims, emissions=emissions, parts_emissions=of_parts, coefficients=coefficients
    )


def _method(inventory: Inventory, method: str | Method | None) -> Method | None:
    """The method to check by; None where none is named and that of the inventory is not as it ships."""
    if method is not None:
        return load_method(method)
    own = str(inventory.method["id"])
    found = load_method(own) if own in method_files() else None
    return found if found and found.digest == inventory.method["digest"] else None


def _rows(activity: Activity) -> pl.DataFrame | None:
    return activity.frame


def _activity(inventory: Inventory) -> pl.DataFrame:
    """Activity rows with where they stand; of data on disk the cells, counted or not."""
    if inventory.activity.frame is not None:
        return gathered(inventory.activity.frame)
    names = [*_CELL, "amount"]
    counted = inventory.cells()
    kept = [frame for frame in (counted, inventory.unmatched) if frame.height]
    return (
        pl.concat(
            [frame.select(name for name in names if name in frame.columns) for frame in kept], how="diagonal"
        )
        if kept
        else counted
    )


def _emissions(inventory: Inventory) -> pl.DataFrame:
    """One row a cell: entity, period, item, sector, unit, amount, emission [t]; only cells that are counted whole."""
    cells = cells_of(inventory, _CELL)
    missing = [name for name in _CELL if name not in cells.columns]
    cells = cells.with_columns(pl.lit("").alias(name) for name in missing)
    if inventory.unmatched.height and "cell" in inventory.unmatched.columns:
        cells = cells.filter(~pl.col("cell").is_in(inventory.unmatched.get_column("cell").unique().to_list()))
    return cells.group_by(_CELL, maintain_order=True).agg(pl.col("amount").sum(), pl.col("emission").sum())


def _coefficients(*emissions: pl.DataFrame | None) -> pl.DataFrame:
    """Item, unit and emission per unit [t], once for each."""
    per_unit = (pl.col("emission") / pl.col("amount")).alias("coefficient")
    kept = [
        one.filter(pl.col("amount") > 0).select("item", "unit", per_unit)
        for one in emissions
        if one is not None
    ]
    return pl.concat(kept).unique(maintain_order=True)
