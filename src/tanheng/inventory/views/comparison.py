"""Comparing two inventories cell by cell, with the cause of each difference."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from tanheng.errors import language
from tanheng.inventory.accounting.records import told
from tanheng.inventory.coded import coded, uncoded
from tanheng.inventory.inventory import NOT_DIMENSIONS, Inventory
from tanheng.inventory.table import Table
from tanheng.inventory.views.tables import label
from tanheng.inventory.weights import NANO
from tanheng.quantities import parse_unit

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
_OF_ROWS = {"cell", "unit", "amount_micro", "nano", "coefficient_row", "factors", "memo", "gas"}


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
        return causes_of(self.cells.lazy())

    @property
    def totals(self) -> tuple[float, float]:
        """The old and the new total, t."""
        return totals_of(self.cells.lazy())

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
        said = [name for name in shown_columns(cells.lazy()) if name not in RESTATED]
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


def exact_sums(*columns: str) -> pl.Expr:
    """Sums of masses [t] in whole 10^-9 t: they are those of the inventories to the last digit."""
    return (pl.col(columns) * NANO).round().cast(pl.Int128).sum()


def totals_of(cells: pl.LazyFrame) -> tuple[float, float]:
    """The old and the new total of a comparison's cells, t."""
    (sums,) = cells.select(exact_sums("old", "new")).collect().rows()
    return sums[0] / NANO, sums[1] / NANO


def causes_of(cells: pl.LazyFrame) -> dict[str, float]:
    """The whole difference of a comparison's cells by cause, t."""
    (sums,) = cells.select(exact_sums(*CAUSES)).collect().to_dicts()
    return {cause: sums[cause] / NANO for cause in CAUSES}


RESTATED = (*_FIGURES, *_TEXTS)
"""Columns of every comparison, after its dimensions."""


def shown_columns(cells: pl.LazyFrame) -> list[str]:
    """The columns of cells, without dimensions that no cell states."""
    names = cells.collect_schema().names()
    asked = [name for name in names if name not in (*RESTATED, *_SHOWN)]
    (said,) = (
        cells.select(pl.col(asked).fill_null("").ne("").any()).collect().to_dicts() or ({},)
        if asked
        else ({},)
    )
    return [name for name in names if said.get(name, True)]


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


def label_of(method: Mapping[str, Any], gwp_name: str | None) -> str:
    """A method, with the GWP set where the total depends on it."""
    gwp = f" {gwp_name}" if method["gas"] == "CO2e" and gwp_name else ""
    return f"{method['id']}{gwp}"


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
    keys = [*dims, "gas"]
    sides = [_rows(inventory, keys) for inventory in (old, new)]
    there = [_there(inventory, dims) for inventory in (old, new)]
    *sides, was, is_ = coded([*sides, *there], [*keys, "__unit"])
    joined, after = (_sums(rows, inventory, keys) for rows, inventory in zip(sides, (old, new), strict=True))
    joined = joined.join(after, on=keys, how="full", suffix="_new", coalesce=True)
    for present, suffix in ((was, ""), (is_, "_new")):
        marked = present.unique().with_columns(pl.lit(value=True).alias(f"__present{suffix}"))
        joined = joined.join(marked, on=dims, how="left")
    before, later = (_amounts(rows, keys) for rows in sides)
    joined = joined.join(_growth(before, later, keys), on=keys, how="left")
    missing = "factor" if new.method["id"] == old.method["id"] else "method"
    kinds: dict[str, Any] = dict.fromkeys(keys, pl.String)
    kinds |= dict.fromkeys(_FIGURES, pl.Float64) | dict.fromkeys(_TEXTS, pl.String)
    cells = _explained(joined.sort(keys), missing).select(
        pl.col(name).cast(kind) for name, kind in kinds.items()
    )
    was_by, is_by = (label_of(one.method, one.gwp_name) for one in (old, new))
    return Comparison(was_by, is_by, cells)


def _free(name: str) -> bool:
    return name not in _TAKEN and not name.startswith("__")


def compared_columns(names: Iterable[str]) -> list[str]:
    """Columns of emissions that a comparison looks at; of many rows the others need not be read."""
    return [name for name in names if name in _OF_ROWS or (name not in NOT_DIMENSIONS and _free(name))]


def _rows(inventory: Inventory, keys: list[str]) -> pl.DataFrame:
    """The rows of the total, with what is compared of them."""
    rows = inventory.rows.lazy().filter(~pl.col("memo"))
    gas = pl.col("gas").cast(pl.String).str.replace("_(fossil|biogenic)$", "")
    units = {
        unit: parse_unit(unit).canonical for unit in inventory.rows.get_column("unit").unique().to_list()
    }
    unit = pl.col("unit").replace_strict(units or {"": ""}, return_dtype=pl.String).alias("__unit")
    more = ("cell", "amount_micro", "nano", "emission_nano", "coefficient_row", "factors")
    return rows.select(*keys[:-1], gas, unit, *more).collect()


def _there(inventory: Inventory, dims: list[str]) -> pl.DataFrame:
    """Cells that the inventory's activity has at all, matched or not; a blank dimension is the empty text."""
    left_over = inventory.unmatched
    unmatched = left_over.select(
        pl.col(name).fill_null("") if name in left_over.columns else pl.lit("").alias(name) for name in dims
    )
    return pl.concat([uncoded(inventory.emissions.select(dims)), *([unmatched] if left_over.height else [])])


def _sums(rows: pl.DataFrame, inventory: Inventory, keys: list[str]) -> pl.DataFrame:
    """Mass, emission, formulas and factors of each cell and gas."""
    formulas = dict(enumerate(told(inventory.records, lambda one: one["formula"]))) or {0: ""}
    formula = pl.col("coefficient_row").replace_strict(formulas, return_dtype=pl.String).alias("__formula")
    named = rows.select("coefficient_row", pl.col("factors").alias("__factors")).unique("coefficient_row")
    named = named.with_columns(formula)
    row = pl.col("coefficient_row")
    sums = rows.group_by(keys).agg(
        pl.col("nano", "emission_nano").sum(), row.min(), row.max().alias("__last")
    )
    found = sums.join(named, on="coefficient_row", how="left")
    # Most cells have one coefficient; texts are only put together for those that have several.
    several = sums.filter(row != pl.col("__last")).select(keys)
    if several.height:
        inside = rows.join(several, on=keys, how="semi").join(named, on="coefficient_row", how="left")
        texts = pl.col("__factors", "__formula").unique().sort().str.join("; ")
        found = found.update(inside.group_by(keys).agg(texts), on=keys)
    return found.select(
        *keys, "__formula", "__factors", _tonnes("nano", "__mass"), _tonnes("emission_nano", "__emission")
    )


def _tonnes(nano: str, name: str) -> pl.Expr:
    """Masses [t] of whole 10^-9 t, each divided by itself: Polars multiplies many by an inverse, and rounds otherwise."""
    found = pl.col(nano).cast(pl.Float64)
    return found.map_batches(
        lambda column: pl.Series(column.to_numpy() / NANO), return_dtype=pl.Float64
    ).alias(name)


def _amounts(rows: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """Amount by canonical unit, once for each cell of the activity, in however many parts it was computed."""
    once = rows.unique(["cell", "gas"])
    return once.group_by(*keys, "__unit").agg(pl.col("amount_micro").cast(pl.Int128).sum().alias("__amount"))


def _growth(old: pl.DataFrame, new: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """How many times the old amounts the new ones are (``__growth``); null where they do not compare."""
    both = old.join(new, on=[*keys, "__unit"], how="full", suffix="_new", coalesce=True)
    before, after = pl.col("__amount"), pl.col("__amount_new")
    ratio = pl.when(before != 0).then(after.cast(pl.Float64) / before.cast(pl.Float64))
    each = both.select(
        *keys,
        (before.is_not_null() & after.is_not_null()).alias("__compares"),
        (before == after).alias("__same"),
        ratio.alias("__least"),
        ratio.alias("__most"),
        ratio.is_not_null().alias("__known"),
    )
    flags = pl.col("__compares", "__same", "__known").min()
    found = each.group_by(keys).agg(flags, pl.col("__least").min(), pl.col("__most").max())
    alike = pl.col("__known") & (pl.col("__least") == pl.col("__most"))
    growth = pl.when("__compares").then(pl.when("__same").then(1.0).when(alike).then("__least"))
    return found.select(*keys, growth.alias("__growth"))


def _explained(joined: pl.DataFrame, missing: str) -> pl.DataFrame:
    """The difference of each cell, split by cause."""
    old, new, growth = pl.col("old"), pl.col("new"), pl.col("__growth")
    here, there = pl.col("__emission"), pl.col("__emission_new")
    before, after = pl.col("__mass"), pl.col("__mass_new")
    lone = here.is_null() | there.is_null()
    other_has = pl.when(here.is_null()).then(pl.col("__present")).otherwise(pl.col("__present_new"))
    splits = ~lone & growth.is_not_null() & (growth != 0) & (before != 0) & (after != 0)
    whole = (
        pl.when(lone & other_has.is_not_null())
        .then(pl.lit(missing))
        .when(~lone & (growth == 1))
        .then(pl.lit("method"))
        .otherwise(pl.lit("activity"))
    )
    weighted = after * (old / before)
    coefficient = weighted - old * growth
    same = pl.col("__formula") == pl.col("__formula_new")
    parts = {
        "activity": old * growth - old,
        "factor": pl.when(same).then(coefficient).otherwise(0.0),
        "method": pl.when(same).then(0.0).otherwise(coefficient),
        "gwp": new - weighted,
    }
    noise = 1e-9 * pl.max_horizontal(old.abs(), new.abs(), pl.lit(1.0))
    figures = joined.with_columns(here.fill_null(0.0).alias("old"), there.fill_null(0.0).alias("new"))
    kept = figures.with_columns(
        (new - old).alias("difference"),
        *(
            pl.when(~splits).then(pl.when(whole == cause).then(new - old).otherwise(0.0))
            .when(part.abs() > noise).then(part).otherwise(0.0).alias(cause)
            for cause, part in parts.items()
        ),
    ).with_columns(_largest().alias("__largest"))  # fmt: skip
    rest = pl.col("difference") - (pl.sum_horizontal(CAUSES) - _of_largest())
    made = kept.with_columns(
        pl.when(pl.col("__largest") == cause).then(rest).otherwise(pl.col(cause)).alias(cause)
        for cause in CAUSES
    )
    cause = pl.when(pl.col("difference").abs() > 1e-9).then(_largest()).otherwise(pl.lit(""))
    texts = [pl.col(f"__factors{end}").fill_null("").alias(f"factors_{side}") for end, side in (("", "old"), ("_new", "new"))]  # fmt: skip
    return made.with_columns(cause.alias("cause"), *texts)


def _largest() -> pl.Expr:
    """The cause of the largest part; the first of those that are alike."""
    most = pl.max_horizontal(pl.col(cause).abs() for cause in CAUSES)
    return pl.coalesce(pl.when(pl.col(cause).abs() == most).then(pl.lit(cause)) for cause in CAUSES)


def _of_largest() -> pl.Expr:
    return pl.coalesce(pl.when(pl.col("__largest") == cause).then(pl.col(cause)) for cause in CAUSES)
