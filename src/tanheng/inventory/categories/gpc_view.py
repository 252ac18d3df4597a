"""The GPC view of an inventory: BASIC, BASIC+, territorial and scopes, as totals and category by category."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import polars as pl

from tanheng.codes import codelist
from tanheng.errors import language
from tanheng.inventory.categories.covering import ESTIMATED, UNANSWERED, inventory_coverage
from tanheng.inventory.categories.gpc import (
    Category,
    category_of,
    clean_reference,
    counts_in,
    leaves,
    total_names,
    totals,
)
from tanheng.inventory.categories.placing import GPC, placed
from tanheng.inventory.part import one_part
from tanheng.inventory.table import Table
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
    return _totals(_counted(one_part(inventory, entity=entity, period=period)))


def _totals(counted: Iterable[tuple[str, int]]) -> dict[str, float]:
    rows = []
    unplaced = 0
    for code, nano in counted:
        category = category_of(code) if code else None
        if isinstance(category, Category):
            rows.append((category.scope, category.level, nano / _NANO_IN_GRAM))
        else:
            unplaced += nano
    schema = {"scope": pl.Int64, "level": pl.String, "emission_g": pl.Float64}
    found = totals(pl.DataFrame(rows, schema=schema, orient="row"))
    return {**found, "unplaced_t": unplaced / NANO}


def gpc_lines(
    inventory: Inventory, *, entity: str | None = None, period: str | None = None
) -> tuple[Table, dict[str, float]]:
    """The GPC category by category, with what each adds to BASIC, BASIC+ and the territorial total side by side.

    Parameters
    ----------
    inventory, entity, period
        As for `gpc_totals`.

    Returns
    -------
    tuple of Table and dict
        The totals of `gpc_totals`, and rows of three kinds in ``line``: ``sector`` with its sums, ``category`` (the 43
        sub-categories, the subsectors of IV and V, and any other that has an emission), ``total``. Columns: ``category``,
        ``name``, ``subsector_name``, ``scope``, ``level`` of reporting, ``emission``, ``basic``, ``basic_plus`` and ``territorial``
        [t CO2e; null where the category is no part of the total, and where nothing is known], ``state`` and
        ``notation`` key with ``reason`` as `Inventory.coverage` gives them, ``refused`` rows that name the category. A sum has no ``emission``:
        all categories together are no total of the GPC.

    Raises
    ------
    CellNotFound, SeveralInventories
        As `gpc_totals`.

    Source
    ------
    GPC 1.1, chapter 4 (recalled); packs/codes/gpc.csv, packs/rules/gpc_totals.csv.

    Examples
    --------
    >>> import tanheng as th
    >>> table = {"entity": ["示例市"] * 2, "period": ["2021"] * 2, "region": ["福建省"] * 2, "sector": ["发电", "工业"],
    ...          "item": ["柴油"] * 2, "amount": [1, 1], "unit": ["t"] * 2}
    >>> lines, totals = gpc_lines(th.account(table, "gpc-cn"))
    >>> rows = {row["category"]: row for row in lines.to_dicts()}
    >>> rows["I.4.4"]["basic"], rows["I.4.4"]["territorial"] == totals["territorial_only_t"], rows["I"]["basic"] == totals["basic_t"]
    (None, True, True)
    """
    one = one_part(inventory, entity=entity, period=period)
    counted = _counted(one)
    nanos: dict[str, int] = {}
    for code, nano in counted:
        category = category_of(code) if code else None
        if isinstance(category, Category):
            nanos[category.code] = nanos.get(category.code, 0) + nano
    found = _totals(counted)
    known = {row["category"]: row for row in inventory_coverage(one, GPC).cells.iter_rows(named=True)}
    refused = _refused(one)
    rows: list[dict[str, Any]] = []
    for sector in dict.fromkeys(one_.sector for one_ in _categories(nanos)):
        within = [one_ for one_ in _categories(nanos) if one_.sector == sector]
        rows.append({"line": "sector", "category": sector, "name": _named(sector), **_sums(within, nanos)})
        rows += [_category_row(one_, nanos, known.get(one_.code) or {}, refused) for one_ in within]
    for rule in total_names():
        column = {total: name for name, total in _COLUMNS.items()}.get(rule["total"])
        any_ = any(rule["total"] in counts_in(one_) for one_ in _categories(nanos) if one_.code in nanos)
        value = found[rule["total"]] if any_ else None
        said = {
            "category": rule["total"],
            "name": rule[f"name_{language()}"],
            "reason": rule[f"meaning_{language()}"],
        }
        rows.append({"line": "total", **said, "emission": value, **({column: value} if column else {})})
    blank = {name: "" if kind == pl.String else None for name, kind in _LINES.items()}
    return Table(
        pl.DataFrame([{**blank, **row} for row in rows], schema=_LINES), f"{one.method['id']}: GPC"
    ), found


_COLUMNS = {"basic": "basic_t", "basic_plus": "basic_plus_t", "territorial": "territorial_t"}
_LINES: Mapping[str, Any] = {
    "line": pl.String, "category": pl.String, "name": pl.String, "subsector_name": pl.String, "scope": pl.Int64, "level": pl.String,
    "emission": pl.Float64, **dict.fromkeys(_COLUMNS, pl.Float64), "state": pl.String, "notation": pl.String,
    "reason": pl.String, "refused": pl.Int64,
}  # fmt: skip


def _categories(nanos: Mapping[str, int]) -> list[Category]:
    """The categories to be answered, and those that have an emission beside them, in the order of the list."""
    asked = {one.code: one for one in leaves()}
    more = {code: category_of(code) for code in nanos if code not in asked}
    found = [*asked.values(), *(one for one in more.values() if isinstance(one, Category))]
    sectors = list(codelist(GPC))
    return sorted(found, key=lambda one: (sectors.index(one.sector), one.code))


def _category_row(category: Category, nanos: Mapping[str, int], cell: Mapping[str, Any], refused: Mapping[str, int]) -> dict[str, Any]:  # fmt: skip
    nano = nanos.get(category.code)
    emission = None if nano is None else nano / NANO
    inside = counts_in(category)
    return {
        "line": "category", "category": category.code, "name": _named(category.code),
        "subsector_name": _named(category.subsector), "scope": category.scope, "level": category.level, "emission": emission,
        **{name: emission if total in inside else None for name, total in _COLUMNS.items()},
        "state": ESTIMATED if nano is not None else cell.get("state") or UNANSWERED,
        "notation": cell.get("notation") or "", "reason": cell.get("reason") or "", "refused": refused.get(category.code, 0),
    }  # fmt: skip


def _sums(categories: Iterable[Category], nanos: Mapping[str, int]) -> dict[str, float]:
    """What some categories together add to each total; nothing where none of them is known."""
    held: dict[str, int] = {}
    for one in categories:
        for name, total in _COLUMNS.items():
            if one.code in nanos and total in counts_in(one):
                held[name] = held.get(name, 0) + nanos[one.code]
    return {name: nano / NANO for name, nano in held.items()}


def _refused(inventory: Inventory) -> Mapping[str, int]:
    """Refused rows by the category that they name."""
    frame = inventory.activity.refused
    if "reference" not in frame.columns:
        return {}
    named = (category_of(clean_reference(text or "")) for text in frame.get_column("reference"))
    return Counter(one.code for one in named if isinstance(one, Category))


def _named(code: str) -> str:
    """A category by its name; one that the list lacks, such as III.1.3, by that of its subsector."""
    listed = codelist(GPC)
    while code and code not in listed:
        code = code.rpartition(".")[0]
    return listed.label(code, language()) if code else ""


def _counted(inventory: Inventory) -> list[tuple[str, int]]:
    rows = placed(inventory, GPC).filter("counts")
    summed = rows.group_by("category").agg(pl.col("emission_nano").sum()).sort("category")
    return [(code, int(nano)) for code, nano in summed.iter_rows()]
