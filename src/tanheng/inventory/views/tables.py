"""Views of an inventory: the output tables that its method declares, and roll-ups along an entity tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from tanheng.activity import last_day
from tanheng.codes import EntityTree, codelist, item_name
from tanheng.errors import NotFound, UnknownCode, language
from tanheng.inventory.table import Table
from tanheng.inventory.weights import NANO

if TYPE_CHECKING:
    from tanheng.inventory.inventory import Inventory
    from tanheng.inventory.views.cube import Cube


def output_table(inventory: Inventory | Cube, name: str) -> Table:
    """One output table of the method: its rows, one column per value of its column dimension, in t.

    The cube of a run gives the same as its inventory, without its rows in memory.

    Raises
    ------
    NotFound
        When the method declares no such table.
    """
    spec = next((table for table in inventory.method["tables"] if table["id"] == name), None)
    if spec is None:
        known = ", ".join(table["id"] for table in inventory.method["tables"])
        raise NotFound(what_zh="输出表", what_en="output table", name=name, known=known)
    rows, columns = spec["rows"], spec.get("columns")
    frame = inventory.by(rows, *([columns] if columns else [])).to_polars()
    if columns:
        value = "mass" if columns == "gas" else "emission"
        frame = frame.pivot(on=columns, index=rows, values=value, aggregate_function="sum")
    labels = {code: label(rows, code) for code in frame.get_column(rows).unique().to_list()}
    named = (
        frame.with_columns(pl.col(rows).replace_strict(labels, return_dtype=pl.String).alias("name"))
        if labels
        else frame
    )
    return Table(named.sort(rows), spec["title"][language()])


def label(name: str, code: str) -> str:
    """What a code of a dimension or category list is called, in the language of the run.

    Examples
    --------
    >>> label("item", "coal")
    '煤炭'
    """
    if name == "item":
        return item_name(code)
    try:
        return str(
            codelist(
                {
                    "sector": "sectors",
                    "gas": "gases",
                    "scope": "scopes",
                    "equipment": "equipment",
                    "ceads_sector": "ceads_sectors",
                }.get(name, name)
            ).told_apart(code, language())
        )
    except (UnknownCode, KeyError):
        return code or "–"


def roll_up(inventory: Inventory, tree: EntityTree, kind: str) -> Table:
    """Emissions by the ancestors of one kind that the entities have in a tree, as of each period.

    An entity that the tree lacks, or that has no such ancestor, is shown under an empty name: nothing is left out.
    """
    pairs = inventory.rows.select("entity", "period").unique().rows()
    above = {(entity, period): _ancestor(tree, entity, period, kind) for entity, period in pairs}
    keys = pl.DataFrame(
        [(entity, period, code) for (entity, period), code in above.items()],
        schema={"entity": pl.String, "period": pl.String, kind: pl.String},
        orient="row",
    )
    rows = inventory.rows.filter(~pl.col("memo")).join(keys, on=["entity", "period"], how="left")
    grouped = rows.group_by(kind, "period").agg((pl.col("emission_nano").sum() / NANO).alias("emission"))
    return Table(grouped.sort(kind, "period"), f"{inventory.method['id']} / {kind}")


def _ancestor(tree: EntityTree, entity: str, period: str, kind: str) -> str:
    try:
        path = tree.path(entity, on=last_day(period))
    except UnknownCode:
        return ""
    return next((one.id for one in path if one.kind == kind), "")
