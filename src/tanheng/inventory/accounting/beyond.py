"""Activity that a table holds and a method does not account: parts of an energy balance, data that it only collects."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from tanheng.activity import Activity, Finding
from tanheng.activity.balance.reading import balance_kinds
from tanheng.codes import items
from tanheng.inventory.methods.matching import known_item, matches, near_items
from tanheng.inventory.methods.method import Method
from tanheng.quantities import parse_unit

COLLECTED = ("entity", "period", "item", "amount", "unit", "source", "quality", "uncertainty", "note")
"""Columns of the data that a method collects, where the activity has them."""
_LEFT = ("item", "activity", "amount", "unit")


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
        Rows of combustion and of use as material are all kept; losses, transformation and trade only where some rule takes
        them, be it in another sector, or the method leaves them knowingly. What was left out is told with its count and, as
        the rows of the finding, with item and amount (A-156).
    """
    frame = activity.frame
    if frame is None or activity.recipe.get("form") != "energy-balance":
        return activity
    kinds = frame.select("item", "sector", "activity").unique(maintain_order=True)
    optional = {name for name, kind in balance_kinds().items() if kind.optional}
    beyond = [row for row in kinds.iter_rows() if row[2] in optional and not _taken(method, *row)]
    if not beyond:
        return activity
    left = pl.DataFrame(beyond, schema=kinds.schema, orient="row")
    out = frame.join(left, on=kinds.columns, how="semi")
    counts = out.group_by("activity", maintain_order=True).len().rows()
    told = (
        "、".join(f"{balance_kinds()[name].name_zh} {count}" for name, count in counts),
        ", ".join(f"{balance_kinds()[name].name_en} {count}" for name, count in counts),
    )
    about = out.select(
        pl.col("__file", "__sheet", "__row").name.map(lambda name: name.removeprefix("__")), *_LEFT
    )
    note = Finding(
        "A-156", {"count": out.height, "method": method.id, "value": told}, tuple(about.to_dicts())
    )
    kept = frame.join(left, on=kinds.columns, how="anti", maintain_order="left")
    return replace(activity, frame=kept, findings=[*activity.findings, note])


def _taken(method: Method, item: str, sector: str, activity: str) -> bool:
    if near_items(item) is not None:
        return True
    whens = [rule.when for rule in method.rules] + [leave["when"] for leave in method.data.get("leaves", ())]
    alike = [
        {name: one for name, one in when.items() if name not in {"measure", "sectors"}} for when in whens
    ]
    return any(matches(when, known_item(item), "", sector, activity) for when in alike)


def set_aside(activity: Activity, method: Method) -> tuple[Activity, pl.DataFrame]:
    """What is to be counted, and the data that the method only collects (its key ``collects``).

    Parameters
    ----------
    activity : Activity
    method : Method

    Returns
    -------
    tuple of Activity and DataFrame
        The activity without those rows, with a note of their count (I-121); and the rows in the order read, with
        ``amount`` in the unit of the item's catalogue. A row in a unit of another kind stays in the activity, where no
        rule takes it: it is listed as unmatched. Parquet data are not looked through.

    Examples
    --------
    >>> from tanheng.activity import read_activity
    >>> from tanheng.inventory import load_method
    >>> table = {"entity": ["甲园区"], "period": ["2021"], "item": ["工业增加值"], "amount": [2], "unit": ["亿元"]}
    >>> counted, collected = set_aside(read_activity(table), load_method("sichuan-park-2022"))
    >>> counted.frame.height, collected.select("item", "amount", "unit").rows()
    (0, [('industrial_value_added', 200000000.0, 'CNY')])
    """
    codes, frame = method.data.get("collects", ()), activity.frame
    if frame is None or not codes:
        return activity, pl.DataFrame()
    pairs = frame.filter(pl.col("item").is_in(codes)).select("item", "unit").unique(maintain_order=True)
    scales = [(item, unit, *scale) for item, unit in pairs.iter_rows() if (scale := _scale(item, unit))]
    if not scales:
        return activity, pl.DataFrame()
    schema = {"item": pl.String, "unit": pl.String, "__unit": pl.String, "__scale": pl.Float64}
    known = pl.DataFrame(scales, schema=schema, orient="row")
    found = frame.join(known, on=["item", "unit"], how="inner", maintain_order="left")
    amount = (pl.col("amount") * pl.col("__scale")).round_sig_figs(15)
    told = found.with_columns(amount.alias("amount"), pl.col("__unit").alias("unit"))
    names = ", ".join(found.get_column("item").unique(maintain_order=True).to_list())
    note = Finding("I-121", {"count": found.height, "method": method.id, "value": names})
    kept = frame.join(known, on=["item", "unit"], how="anti", maintain_order="left")
    counted = replace(activity, frame=kept, findings=[*activity.findings, note])
    return counted, told.select(name for name in COLLECTED if name in told.columns)


def _scale(item: str, unit: str) -> tuple[str, float] | None:
    """The unit of an item and how many of it a unit is; None where they are of different kinds."""
    own, given = parse_unit(items().get(item).unit), parse_unit(unit)
    if own.dimension != given.dimension:
        return None
    return items().get(item).unit, given.factor / own.factor
