"""Comparing two inventories cell by cell, with the cause of each difference."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from tanheng.errors import language
from tanheng.inventory.table import Table

if TYPE_CHECKING:
    from tanheng.inventory.inventory import Inventory

_LEAVE_OUT = {
    "rule",
    "part",
    "scope",
    "unit",
    "source",
    "quality",
    "parameters",
    "activity",
    "equipment",
    "gas",
}
CAUSES = ("activity", "factor", "method", "gwp")


@dataclass(frozen=True)
class Comparison:
    """Differences of ``new`` to ``old``.

    ``cells``: one row per cell and gas with ``old``, ``new``, ``difference`` [t] and its exact split into ``activity``,
    ``factor``, ``method`` and ``gwp`` [t]; ``cause`` names the largest. The four add up to the difference.
    """

    old: str
    new: str
    cells: pl.DataFrame

    @property
    def causes(self) -> dict[str, float]:
        """The whole difference by cause, t."""
        return {cause: float(self.cells.get_column(cause).sum()) for cause in CAUSES}

    def table(self) -> Table:
        """The cells as a table, largest difference first."""
        title = f"{self.new} − {self.old}"
        return Table(self.cells.sort(pl.col("difference").abs(), descending=True), title)

    def to_dict(self) -> dict[str, Any]:
        """As plain data."""
        return {"old": self.old, "new": self.new, "causes": self.causes, "cells": self.cells.to_dicts()}

    def __repr__(self) -> str:
        words = (
            {"activity": "活动", "factor": "因子", "method": "方法", "gwp": "GWP"}
            if language() == "zh"
            else {c: c for c in CAUSES}
        )
        split = ", ".join(f"{words[cause]} {value:+,.2f} t" for cause, value in self.causes.items() if value)
        return f"{self.new} − {self.old}: {split or '0 t'}\n{self.cells}"

    def _repr_html_(self) -> str:
        return self.table()._repr_html_()


def compare(new: Inventory, old: Inventory) -> Comparison:
    """Compare ``new`` with ``old`` on the dimensions that both have.

    Notes
    -----
    With emission = amount x coefficient x GWP the difference is (A2-A1) c1 g1 + A2 (c2-c1) g1 + A2 c2 (g2-g1). A change
    of the coefficient is of the factor where the formula is the same, else of the method. A cell that only one of
    them has is of the activity where the other has no such row, else of the method, or of the factor where the method
    is the same. What is left by rounding goes to the largest cause.
    """
    dims = [name for name in new.dimensions if name in old.dimensions and name not in _LEAVE_OUT]
    one, two = (_sides(inventory, dims) for inventory in (old, new))
    joined = one.join(two, on=[*dims, "gas"], how="full", suffix="_new", coalesce=True)
    old_amounts, new_amounts = (_amounts(inventory, dims) for inventory in (old, new))
    joined = joined.join(old_amounts, on=dims, how="left").join(
        new_amounts, on=dims, how="left", suffix="_new"
    )
    missing = "factor" if new.method["id"] == old.method["id"] else "method"
    rows = [_explain(row, missing) for row in joined.sort([*dims, "gas"]).iter_rows(named=True)]
    columns = [*dims, "gas", "old", "new", "difference", *CAUSES, "cause", "factors_old", "factors_new"]
    schema: dict[str, Any] = dict.fromkeys([*dims, "gas", "cause", "factors_old", "factors_new"], pl.String)
    schema |= dict.fromkeys(("old", "new", "difference", *CAUSES), pl.Float64)
    frame = (
        pl.DataFrame(rows, schema_overrides=schema).select(columns)
        if rows
        else pl.DataFrame(schema=schema).select(columns)
    )
    return Comparison(_label(old), _label(new), frame)


def _label(inventory: Inventory) -> str:
    gwp = f" {inventory.gwp_name}" if inventory.gas == "CO2e" and inventory.gwp_name else ""
    return f"{inventory.method['id']}{gwp}"


def _sides(inventory: Inventory, dims: list[str]) -> pl.DataFrame:
    """Mass, emission, formula and factors of each cell and gas of the total."""
    formulas = [record["formula"] for record in inventory.records] or [""]
    family = pl.col("gas").str.replace("_(fossil|biogenic)$", "")
    return (
        inventory.rows.filter(~pl.col("memo"))
        .with_columns(
            family.alias("gas"),
            pl.col("coefficient_row")
            .replace_strict(dict(enumerate(formulas)), return_dtype=pl.String)
            .alias("formula"),
        )
        .group_by(*dims, "gas")
        .agg(
            pl.col("amount_micro").cast(pl.Int128).sum().alias("amount"),
            pl.col("mass").sum(),
            pl.col("emission").sum(),
            pl.col("formula").unique().sort().str.join("; "),
            pl.col("factors").unique().sort().str.join("; "),
        )
    )


def _amounts(inventory: Inventory, dims: list[str]) -> pl.DataFrame:
    """Which cells the inventory's activity has at all, matched or not."""
    frames = [inventory.emissions.select(dims).unique()]
    if inventory.unmatched.height:
        frames.append(
            inventory.unmatched.select(
                pl.col(name) if name in inventory.unmatched.columns else pl.lit("").alias(name)
                for name in dims
            ).unique()
        )
    return pl.concat(frames).unique().with_columns(pl.lit(value=True).alias("present"))


def _explain(row: dict[str, Any], missing: str) -> dict[str, Any]:
    old, new = row["emission"] or 0.0, row["emission_new"] or 0.0
    split = dict.fromkeys(CAUSES, 0.0)
    if row["emission"] is None or row["emission_new"] is None:
        other_has = row["present"] if row["emission"] is None else row["present_new"]
        split[missing if other_has else "activity"] = new - old
    else:
        split = _split(row, old, new)
    largest = max(CAUSES, key=lambda cause: abs(split[cause]))
    return {
        **row, "old": old, "new": new, "difference": new - old, **split, "cause": largest if abs(new - old) > 1e-9 else "",
        "factors_old": row["factors"] or "", "factors_new": row["factors_new"] or "",
    }  # fmt: skip


def _split(row: dict[str, Any], old: float, new: float) -> dict[str, float]:
    a1, a2, m1, m2 = float(row["amount"]), float(row["amount_new"]), row["mass"], row["mass_new"]
    split = dict.fromkeys(CAUSES, 0.0)
    if a1 == 0 or a2 == 0 or m1 == 0 or m2 == 0:
        split["activity" if a1 != a2 else "method"] = new - old
        return split
    g1 = old / m1
    scaled = old * a2 / a1
    weighted = m2 * g1
    split["activity"] = scaled - old
    split["factor" if row["formula"] == row["formula_new"] else "method"] = weighted - scaled
    split["gwp"] = new - weighted
    noise = 1e-9 * max(abs(old), abs(new), 1.0)
    kept = {cause: value if abs(value) > noise else 0.0 for cause, value in split.items()}
    largest = max(CAUSES, key=lambda cause: abs(kept[cause]))
    return kept | {largest: new - old - sum(value for cause, value in kept.items() if cause != largest)}
