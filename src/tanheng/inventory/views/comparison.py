"""Comparing two inventories cell by cell, with the cause of each difference."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from tanheng.errors import language
from tanheng.inventory.accounting.records import told
from tanheng.inventory.table import Table
from tanheng.inventory.views.tables import label
from tanheng.quantities import parse_unit

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
_FIGURES = ("old", "new", "difference", *CAUSES)
_TEXTS = ("cause", "factors_old", "factors_new")
_SHOWN = ("entity", "period", "item", "gas")
_TAKEN = {*_LEAVE_OUT, *_FIGURES, *_TEXTS, "mass", "emission", "emission_nano"}
"""Columns of the activity with these names cannot stand beside the figures: their cells are added up."""


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

    def restated(self, *, whole: bool = False) -> Table:
        """What differs, the largest first, with the names of items, sectors and causes; columns that say nothing are left out.

        With ``whole`` what is the same follows, the largest first.
        """
        cells = self.cells.sort(
            pl.col("cause") == "",
            pl.col("difference").abs(),
            pl.col("new").abs(),
            descending=[False, True, True],
        )
        if not whole:
            cells = cells.filter(pl.col("cause") != "")
        told = [name for name in cells.columns if name not in (*_FIGURES, *_TEXTS)]
        said = [name for name in told if name in _SHOWN or cells.get_column(name).fill_null("").ne("").any()]
        named = [_names(cells, name).alias(f"{name}_name") for name in ("sector", "item") if name in said]
        causes = {"": "", **{cause: cause_name(cause) for cause in CAUSES}}
        cause = pl.col("cause").replace_strict(causes, return_dtype=pl.String).alias("cause_name")
        return Table(
            cells.select(*said, *named, *_FIGURES, "cause", cause, *_TEXTS[1:]), f"{self.new} − {self.old}"
        )

    def to_dict(self) -> dict[str, Any]:
        """As plain data."""
        return {"old": self.old, "new": self.new, "causes": self.causes, "cells": self.cells.to_dicts()}

    def __repr__(self) -> str:
        split = ", ".join(f"{cause_name(one)} {value:+,.2f} t" for one, value in self.causes.items() if value)
        return f"{self.new} − {self.old}: {split or '0 t'}\n{self.cells}"

    def _repr_html_(self) -> str:
        return self.table()._repr_html_()


_WORDS = {
    "boundary": ("边界", "boundary"),
    "unmatched": ("未匹配", "unmatched"),
    "activity": ("活动", "activity"),
    "factor": ("因子", "factors"),
    "method": ("方法", "method"),
    "gwp": ("GWP", "GWP"),
}


def cause_name(cause: str) -> str:
    """What a cause of a difference is called, in the language of the run.

    Examples
    --------
    >>> cause_name("factor")
    '因子'
    """
    return _WORDS[cause][language() != "zh"]


def label_of(inventory: Inventory) -> str:
    """The method of an inventory, with the GWP set where the total depends on it."""
    gwp = f" {inventory.gwp_name}" if inventory.gas == "CO2e" and inventory.gwp_name else ""
    return f"{inventory.method['id']}{gwp}"


def _names(cells: pl.DataFrame, column: str) -> pl.Expr:
    codes = cells.get_column(column).unique().to_list()
    return pl.col(column).replace_strict(
        {code: label(column, code) if code else "" for code in codes} or {"": ""}, return_dtype=pl.String
    )


def compare(new: Inventory, old: Inventory) -> Comparison:
    """Compare ``new`` with ``old`` on the dimensions that both have.

    Notes
    -----
    With emission = amount x coefficient x GWP the difference is (A2-A1) c1 g1 + A2 (c2-c1) g1 + A2 c2 (g2-g1). A change
    of the coefficient is of the factor where the formula is the same, else of the method. A cell that only one of
    them has is of the activity where the other has no such row, else of the method, or of the factor where the method
    is the same. Amounts that do not compare, such as t with GJ, are not split: the whole difference is of the activity.
    What is left by rounding goes to the largest cause.
    """
    dims = [name for name in new.dimensions if name in old.dimensions and _free(name)]
    one, two = (_sides(inventory, dims) for inventory in (old, new))
    joined = one.join(two, on=[*dims, "gas"], how="full", suffix="_new", coalesce=True)
    old_present, new_present = (_present(inventory, dims) for inventory in (old, new))
    joined = joined.join(old_present, on=dims, how="left").join(
        new_present, on=dims, how="left", suffix="_new"
    )
    missing = "factor" if new.method["id"] == old.method["id"] else "method"
    keys = [*dims, "gas"]
    rows = [
        {name: row[name] for name in keys} | _explain(row, missing)
        for row in joined.sort(keys).iter_rows(named=True)
    ]
    schema: dict[str, Any] = dict.fromkeys(keys, pl.String)
    schema |= dict.fromkeys(_FIGURES, pl.Float64) | dict.fromkeys(_TEXTS, pl.String)
    return Comparison(label_of(old), label_of(new), pl.DataFrame(rows, schema=schema))


def _free(name: str) -> bool:
    return name not in _TAKEN and not name.startswith("__")


def _sides(inventory: Inventory, dims: list[str]) -> pl.DataFrame:
    """Amounts, mass, emission, formula and factors of each cell and gas of the total; own columns begin with ``__``."""
    formulas = dict(enumerate(told(inventory.records, lambda one: one["formula"]))) or {0: ""}
    keys = [*dims, "gas"]
    rows = inventory.rows.filter(~pl.col("memo")).with_columns(
        pl.col("gas").str.replace("_(fossil|biogenic)$", ""),
        pl.col("coefficient_row").replace_strict(formulas, return_dtype=pl.String).alias("__formula"),
    )
    totals = rows.group_by(keys).agg(
        pl.col("mass").sum().alias("__mass"),
        pl.col("emission").sum().alias("__emission"),
        pl.col("__formula").unique().sort().str.join("; "),
        pl.col("factors").unique().sort().str.join("; ").alias("__factors"),
    )
    return totals.join(_amounts(rows, keys), on=keys, how="left")


def _amounts(rows: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """Amount by canonical unit, once for each cell of the activity, in however many parts it was computed."""
    units = {unit: parse_unit(unit).canonical for unit in rows.get_column("unit").unique().to_list()}
    return (
        rows.unique([*keys, "cell"])
        .with_columns(
            pl.col("unit").replace_strict(units or {"": ""}, return_dtype=pl.String).alias("__unit")
        )
        .group_by(*keys, "__unit")
        .agg(pl.col("amount_micro").cast(pl.Int128).sum().alias("__amount"))
        .group_by(keys)
        .agg(pl.struct("__unit", "__amount").alias("__amounts"))
    )


def _present(inventory: Inventory, dims: list[str]) -> pl.DataFrame:
    """Which cells the inventory's activity has at all, matched or not; a blank dimension is the empty text."""
    left_over = inventory.unmatched
    unmatched = left_over.select(
        pl.col(name).fill_null("") if name in left_over.columns else pl.lit("").alias(name) for name in dims
    )
    frames = [inventory.emissions.select(dims), *([unmatched] if left_over.height else [])]
    return pl.concat(frames).unique().with_columns(pl.lit(value=True).alias("__present"))


def _explain(row: dict[str, Any], missing: str) -> dict[str, Any]:
    old, new = row["__emission"] or 0.0, row["__emission_new"] or 0.0
    split = dict.fromkeys(CAUSES, 0.0)
    if row["__emission"] is None or row["__emission_new"] is None:
        other_has = row["__present"] if row["__emission"] is None else row["__present_new"]
        split[missing if other_has else "activity"] = new - old
    else:
        split = _split(row, old, new)
    largest = max(CAUSES, key=lambda cause: abs(split[cause]))
    return {
        "old": old, "new": new, "difference": new - old, **split, "cause": largest if abs(new - old) > 1e-9 else "",
        "factors_old": row["__factors"] or "", "factors_new": row["__factors_new"] or "",
    }  # fmt: skip


def _split(row: dict[str, Any], old: float, new: float) -> dict[str, float]:
    growth, m1, m2 = _growth(row["__amounts"], row["__amounts_new"]), row["__mass"], row["__mass_new"]
    split = dict.fromkeys(CAUSES, 0.0)
    if not growth or m1 == 0 or m2 == 0:
        split["method" if growth == 1 else "activity"] = new - old
        return split
    scaled = old * growth
    weighted = m2 * (old / m1)
    split["activity"] = scaled - old
    split["factor" if row["__formula"] == row["__formula_new"] else "method"] = weighted - scaled
    split["gwp"] = new - weighted
    noise = 1e-9 * max(abs(old), abs(new), 1.0)
    kept = {cause: value if abs(value) > noise else 0.0 for cause, value in split.items()}
    largest = max(CAUSES, key=lambda cause: abs(kept[cause]))
    return kept | {largest: new - old - sum(value for cause, value in kept.items() if cause != largest)}


def _growth(old: list[dict[str, Any]], new: list[dict[str, Any]]) -> float | None:
    """How many times the old amounts the new ones are; None where they do not compare."""
    before, after = ({one["__unit"]: one["__amount"] for one in side} for side in (old, new))
    if before.keys() != after.keys():
        return None
    if before == after:
        return 1.0
    ratios = {after[unit] / amount if amount else None for unit, amount in before.items()}
    return ratios.pop() if len(ratios) == 1 else None
