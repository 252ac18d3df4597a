"""From a method's own total to another standard's view of the same activity, rule by rule; and parts against a whole."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import polars as pl

from tanheng.activity import Finding
from tanheng.errors import CellNotFound, NotFound, language
from tanheng.inventory.accounting.records import told
from tanheng.inventory.categories.gpc import Category, category_of
from tanheng.inventory.categories.scope_lists import REMOVALS, following
from tanheng.inventory.cells import with_categories
from tanheng.inventory.table import Table

if TYPE_CHECKING:
    from tanheng.inventory.inventory import Inventory

NANO = 1_000_000_000
BASES = ("location", "market")
METHOD, LEFT_OUT, ADDED, VIEW = "method_total", "left_out", "added", "view_total"


def bridge(inventory: Inventory, view: str = "scopes", *, base: str = "location") -> Table:
    """What leads from the total of the method to that of a standard's view: what the view leaves out, and what it adds.

    Parameters
    ----------
    inventory : Inventory
    view : str
        A category list in which the method places its rules, or that follows from their scopes, such as ``scopes`` or
        ``iso14064_categories``.
    base : {"location", "market"}
        Which scope 2 the view holds where a method computes both: the two are never added.

    Returns
    -------
    Table
        ``step`` (``method_total``, ``left_out``, ``added``, ``view_total``), ``rule``, ``name``, ``code`` of the view
        and ``emission`` [t CO2 or t CO2e]; each step is what is added to the sum so far, and the last row is the sum of
        all above it, exactly.

    Raises
    ------
    CellNotFound
        When the method does not place its rules in the list.
    NotFound
        When there is no such base.

    Notes
    -----
    Left out: in the method's total, with no place in the view (delivered power, CO2 recovered, removals). Added: memo
    items of the method with a place in the view (purchased power that a facility guideline leaves out).

    Source
    ------
    GHG Protocol Corporate Standard, chapter 4, and Scope 2 Guidance, chapter 4; ISO 14064-1:2018, 5.2.4.

    Examples
    --------
    >>> import tanheng as th
    >>> table = {"entity": ["厂"] * 2, "region": ["四川省"] * 2, "period": ["2023"] * 2, "item": ["电力"] * 2,
    ...          "activity": ["外购电力", "外供电力"], "amount": [100, 10], "unit": ["MWh"] * 2}
    >>> steps = bridge(th.account(table, "cn-enterprise-base")).to_dicts()
    >>> [(row["step"], row["emission"]) for row in steps]
    [('method_total', 14.076), ('left_out', 1.564), ('view_total', 15.64)]
    """
    if base not in BASES:
        raise NotFound(what_zh="范围二的口径", what_en="base of scope 2", name=base, known=", ".join(BASES))
    known = [*inventory.category_lists, *following(inventory)]
    if view not in known:
        raise CellNotFound(cell=view, columns=", ".join(known))
    others = {f"2-{one}" for one in BASES if one != base}
    titles = dict(told(inventory.records, lambda one: (one["rule"], one["title"][language()])))
    sums: dict[tuple[str, str, str], int] = {}
    total = 0
    placed = with_categories(inventory, [view])
    grouped = placed.group_by(view, "rule", "memo").agg(pl.col("emission_nano").sum())
    for row in grouped.iter_rows(named=True):
        code, nano = row[view], int(row["emission_nano"])
        inside = bool(code) and code not in others and code != REMOVALS and not _beside(view, code)
        total += 0 if row["memo"] else nano
        if inside == row["memo"]:
            key = (ADDED if inside else LEFT_OUT, row["rule"], code)
            sums[key] = sums.get(key, 0) + (nano if inside else -nano)
    changes = sorted(sums.items(), key=lambda one: ([LEFT_OUT, ADDED].index(one[0][0]), one[0]))
    rows = [
        (METHOD, "", str(inventory.method["id"]), "", total / NANO),
        *((step, rule, titles[rule], code, nano / NANO) for (step, rule, code), nano in changes),
        (VIEW, "", view, "", (total + sum(sums.values())) / NANO),
    ]
    names: dict[str, Any] = dict.fromkeys(("step", "rule", "name", "code"), pl.String)
    frame = pl.DataFrame(rows, schema={**names, "emission": pl.Float64}, orient="row")
    return Table(frame, f"{inventory.method['id']} → {view}")


def _beside(view: str, code: str) -> bool:
    """Whether a place in a list is beside the total of its standard: of the GPC what is territorial alone, and VI."""
    if view != "gpc":
        return False
    found = category_of(code)
    return isinstance(found, Category) and found.level in ("territorial", "other")


def remainder(inventory: Inventory, whole: str, parts: Sequence[str]) -> tuple[float, list[Finding]]:
    """Emission of an enterprise that its processes and power units leave over.

    Parameters
    ----------
    inventory : Inventory
        One run with the enterprise, its processes and its units as entities; its own total counts them twice.
    whole : str
        The enterprise.
    parts : sequence of str
        Its processes and units.

    Returns
    -------
    float
        E(whole) - sum of E(parts), t CO2 or t CO2e.
    list of Finding
        I-120 when the remainder is negative: something was counted in two processes, or not in the enterprise.

    Raises
    ------
    CellNotFound
        When an entity has no emission in the inventory.

    Source
    ------
    CETS-AG-03.01-V01-2024, equation 4.

    Examples
    --------
    >>> import tanheng as th
    >>> table = {"entity": ["钢厂", "高炉"], "period": ["2024"] * 2, "item": ["焦炭"] * 2, "activity": ["消耗"] * 2,
    ...          "amount": [100, 120], "unit": ["t"] * 2}
    >>> left, findings = remainder(th.account(table, "cn-enterprise-steel"), "钢厂", ["高炉"])
    >>> round(left, 2), [one.code for one in findings]
    (-61.35, ['I-120'])
    """
    rows = inventory.rows.filter(~pl.col("memo"))
    sums = {
        entity: int(nano)
        for entity, nano in rows.group_by("entity").agg(pl.col("emission_nano").sum()).iter_rows()
    }
    for entity in (whole, *parts):
        if entity not in sums:
            raise CellNotFound(cell=f"entity={entity}", columns=", ".join(sorted(sums)))
    left = sums[whole] - sum(sums[part] for part in parts)
    fields = {
        "entity": whole,
        "emission": f"{sums[whole] / NANO:.2f}",
        "parts": f"{(sums[whole] - left) / NANO:.2f}",
        "gap": f"{left / NANO:.2f}",
    }
    return left / NANO, [Finding("I-120", fields)] if left < 0 else []
