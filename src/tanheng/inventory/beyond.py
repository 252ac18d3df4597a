"""Activity that a table holds and a method does not account, such as the transformation of an energy balance."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from tanheng.activity import Activity, Finding
from tanheng.activity.balance import SIDE
from tanheng.inventory.matching import known_item, matches, near_items
from tanheng.inventory.method import Method


def within(activity: Activity, method: Method) -> Activity:
    """An energy balance without the rows that are no business of the method; any other table as it is.

    Parameters
    ----------
    activity : Activity
        As `read_balance` gives it.
    method : Method

    Returns
    -------
    Activity
        Rows of combustion are all kept; losses, transformation, feedstock and trade only where some rule takes them. What
        was left out is told with its count (A-156).
    """
    frame = activity.frame
    if frame is None or activity.recipe.get("form") != "energy-balance":
        return activity
    kinds = frame.select("item", "sector", "activity").unique(maintain_order=True)
    beyond = [row for row in kinds.iter_rows() if row[2] in SIDE and not _taken(method, *row)]
    if not beyond:
        return activity
    left = pl.DataFrame(beyond, schema=kinds.schema, orient="row")
    out = frame.join(left, on=kinds.columns, how="semi")
    counts = out.group_by("activity", maintain_order=True).len().rows()
    told = ", ".join(f"{name} {count}" for name, count in counts)
    note = Finding("A-156", {"count": out.height, "method": method.id, "value": told})
    kept = frame.join(left, on=kinds.columns, how="anti", maintain_order="left")
    return replace(activity, frame=kept, findings=[*activity.findings, note])


def _taken(method: Method, item: str, sector: str, activity: str) -> bool:
    if near_items(item) is not None:
        return True
    whens = ({name: value for name, value in rule.when.items() if name != "measure"} for rule in method.rules)
    return any(matches(when, known_item(item), "", sector, activity) for when in whens)
