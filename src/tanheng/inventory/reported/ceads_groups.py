"""CEADs cells by groups of one's own: sectors by the IPCC categories that hold them, fuels by the items above them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from tanheng.codes import codelist, items
from tanheng.inventory.problems import invalid
from tanheng.inventory.reported.ceads_crosswalk import place_of
from tanheng.inventory.reported.ceads_read import columns
from tanheng.inventory.table import Table

_GRAMS_IN_T = 1_000_000


def grouped(
    cells: pl.DataFrame,
    groups: Mapping[str, Sequence[str]],
    fuels: Mapping[str, Sequence[str]],
    by: Sequence[str],
    name: str,
) -> Table:
    """Emissions by group and fuel; see `CeadsGrid.grouped`."""
    keys = ["sector", "kind", "item"]
    places = cells.select(keys).unique().sort(keys)
    rows = [(_held(_categories(sector, kind), groups), _held(_items(item), fuels)) for sector, kind, item in places.rows()]  # fmt: skip
    named = places.with_columns(
        pl.Series("group", [one for one, _ in rows], dtype=pl.String),
        pl.Series("fuel", [one for _, one in rows], dtype=pl.String),
    )
    for column, what in (("group", groups), ("fuel", fuels)):
        lost = named.filter(pl.col(column) == "").select(keys).head(5).rows()
        if lost:
            told = "; ".join(" ".join(filter(None, one)) for one in lost)
            raise invalid(
                f"{column}s", dict(what), f"每一格都归入一组（没有组：{told}）", f"every cell in a group (these have none: {told})",
            )  # fmt: skip
    summed = (
        cells.join(named, on=keys)
        .group_by(*by, "group", "fuel")
        .agg((pl.col("mass_g").sum() / _GRAMS_IN_T).alias("emission"))
    )
    return Table(summed.sort(*by, "group", "fuel"), f"{name}: t CO2")


def _categories(sector: str, kind: str) -> list[str]:
    """The IPCC category of a sector and those above it, nearest first."""
    process = next(row["ipcc2006"] for row in columns().values() if row["kind"] == "process")
    code = process if kind == "process" else place_of(sector, "ipcc2006")[0] if sector else ""
    return [code, *(row["code"] for row in codelist("ipcc2006").ancestors(code))] if code else []


def _items(item: str) -> list[str]:
    """An item and those above it, nearest first."""
    return [one.code for one in items().family(item)] if item in items() else [item]


def _held(codes: Sequence[str], groups: Mapping[str, Sequence[str]]) -> str:
    """The group that names the first of some codes; empty where none does."""
    return next((group for code in codes for group, held in groups.items() if code in held), "")
