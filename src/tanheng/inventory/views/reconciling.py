"""Two views of one activity set against each other, category by category, with the reason of each difference."""

from __future__ import annotations

import csv
import functools
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from tanheng.activity import Finding
from tanheng.codes import code_lists
from tanheng.errors import language
from tanheng.inventory.accounting.records import told
from tanheng.inventory.cells import with_categories
from tanheng.inventory.names import column_of
from tanheng.inventory.table import Table
from tanheng.inventory.uncertainty.line_terms import own_list
from tanheng.inventory.views.comparison import label_of
from tanheng.inventory.views.reconciled_sheet import write_reconciliation
from tanheng.inventory.views.tables import label
from tanheng.inventory.weights import NANO
from tanheng.quantities import parse_unit

if TYPE_CHECKING:
    from tanheng.inventory.inventory import Inventory

CAUSES = ("boundary", "unmatched", "activity", "factor", "method", "gwp")
_NOT_KEYS = {"gas", "rule", "scope", "memo", "part", "unit"}
_PAIR = ["category_a", "stands_a", "category_b", "stands_b"]
_AMOUNTS = ["amount_a", "amount_b", "difference", *(f"due_{cause}" for cause in CAUSES)]
_ORIGIN = "_(fossil|biogenic)"
_SLACK = 1_000
"""Rounding of sums of 10^-9 t that is no difference of method: a microgramme of a tonne."""


@dataclass(frozen=True)
class Reconciliation:
    """Why the total of ``b`` is not the total of ``a``.

    ``lines`` has one row for each pair of categories: ``category_a``, ``name_a``, ``stands_a`` (counted, memo, absent or
    unmatched) and the same for b; ``amount_a``, ``amount_b`` [t, also of memo items]; ``difference`` of the totals [t],
    split into ``due_boundary``, ``due_unmatched``, ``due_activity``, ``due_factor``, ``due_method`` and ``due_gwp`` [t];
    ``cause`` with its sentence ``reason``. The differences add up to ``total_b - total_a``. ``cells`` has the same by cell
    [10^-9 t]. ``unmatched`` and ``refused`` count what a and b leave out; ``findings`` are those of both.
    """

    a: str
    b: str
    total_a: float
    total_b: float
    lines: pl.DataFrame
    cells: pl.DataFrame
    unmatched: tuple[int, int] = (0, 0)
    refused: tuple[int, int] = (0, 0)
    findings: list[Finding] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        """Whether neither total leaves out any activity."""
        return not any((*self.unmatched, *self.refused))

    @property
    def causes(self) -> dict[str, float]:
        """The whole difference by cause, t."""
        return {cause: int(self.cells.get_column(f"due_{cause}").sum() or 0) / NANO for cause in CAUSES}

    def table(self) -> Table:
        """The lines as a table, largest difference first."""
        return Table(self.lines, f"{self.b} − {self.a}: {self.total_b - self.total_a:+,.2f} t")

    def incomplete(self) -> list[str]:
        """For each side that leaves activity out, a sentence that says how much."""
        said = reasons()["incomplete"][language()]
        sides = zip((self.a, self.b), self.unmatched, self.refused, strict=True)
        return [
            said.format(name=name, unmatched=unmatched, refused=refused)
            for name, unmatched, refused in sides
            if unmatched or refused
        ]

    def write(self, path: str | Path) -> Path:
        """Write a sheet to read where the name ends in ``.xlsx``, else the lines as CSV."""
        if str(path).lower().endswith(".xlsx"):
            return write_reconciliation(self, path)
        return self.table().to_csv(path)

    def to_dict(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "a": self.a,
            "b": self.b,
            "total_a": self.total_a,
            "total_b": self.total_b,
            "difference": self.total_b - self.total_a,
            "causes": self.causes,
            "complete": self.complete,
            "unmatched": dict(zip("ab", self.unmatched, strict=True)),
            "refused": dict(zip("ab", self.refused, strict=True)),
            "findings": [finding.to_dict() for finding in self.findings],
            "lines": self.lines.to_dicts(),
        }

    def __repr__(self) -> str:
        return repr(self.table())

    def _repr_html_(self) -> str:
        return self.table()._repr_html_()


def reconcile(a: Inventory, b: Inventory, *, by: str | tuple[str, str] | None = None) -> Reconciliation:
    """Explain the difference of two inventories of one activity, pair by pair of their categories.

    Parameters
    ----------
    a, b : Inventory
        Accounted from the same activity by two methods.
    by : str or pair of str, optional
        Category list or dimension of both, or of each, in either language; the method's own list unless told.

    Returns
    -------
    Reconciliation
        The lines add up to the difference of the totals, exactly in units of 10^-9 t.

    Raises
    ------
    CellNotFound
        When a method does not place its emissions in the list.

    Notes
    -----
    Cells meet where all their dimensions, gas and emission stream are the same. What one side does not estimate, or
    holds as a memo item, is a difference of boundary; activity for which it lists no coefficient is unmatched. Where both count, E = A c g gives (A2-A1) c1 g1 as activity,
    A2 c2 (g2-g1) as GWP, and the rest as factor where the formulas are the same, else as method.

    Examples
    --------
    >>> import tanheng as th
    >>> table = {"entity": ["示例市"] * 2, "period": ["2021"] * 2, "region": ["福建省"] * 2, "sector": ["发电", "商业"],
    ...          "item": ["柴油", "电力"], "amount": [1, 10], "unit": ["t", "MWh"]}
    >>> found = reconcile(th.account(table, "cn-provincial-2011"), th.account(table, "gpc-cn"))
    >>> found.lines.filter(category_a="P1.1.1").select("category_b", "cause").rows()
    [('I.4.4', 'counted_memo')]
    """
    asked = (by, by) if isinstance(by, str) else by or (own_list(a), own_list(b))
    lists = (column_of(a, asked[0]), column_of(b, asked[1]))
    dims = [
        name
        for name in a.emissions.columns
        if name in a.dimensions and name in b.dimensions and name not in _NOT_KEYS
    ]
    keys = [*dims, "part", "stream", "gas", "place"]
    sides = [_side(one, name, keys, mark) for one, name, mark in ((a, lists[0], "a"), (b, lists[1], "b"))]
    joined = sides[0].join(sides[1], on=keys, how="full", coalesce=True)
    for one, mark in ((a, "a"), (b, "b")):
        joined = joined.join(_lacking(one, dims, mark), on=dims, how="left") if dims else joined
    cells = _explained(joined)
    said = {(finding.code, finding.message()): finding for one in (a, b) for finding in one.findings}
    return Reconciliation(
        label_of(a.method, a.gwp_name),
        label_of(b.method, b.gwp_name),
        a.total,
        b.total,
        _lines(cells, lists),
        cells.select(*(name for name in keys if name != "place"), *_PAIR, *_AMOUNTS, "cause"),
        (a.unmatched.height, b.unmatched.height),
        (a.refused, b.refused),
        list(said.values()),
    )


def _lacking(inventory: Inventory, dims: list[str], mark: str) -> pl.DataFrame:
    """Cells of the activity that have no coefficient, with the gases that they lack; an empty text stands for all."""
    left = inventory.unmatched
    texts = {name: pl.col(name).cast(pl.String).fill_null("") for name in left.columns}
    named = [texts.get(name, pl.lit("", dtype=pl.String)).alias(name) for name in dims]
    gases = (
        texts.get("gas", pl.lit("", dtype=pl.String))
        .str.replace_all(_ORIGIN, "")
        .str.split(", ")
        .alias(f"lacks_{mark}")
    )
    return left.select(*named, gases).explode(f"lacks_{mark}").group_by(dims).agg(f"lacks_{mark}")


def _side(inventory: Inventory, by: str, keys: list[str], mark: str) -> pl.DataFrame:
    """One row a key and category: mass and emission [10^-9 t], amount, formula; ``place`` tells several categories apart."""
    streams = {rule["id"]: rule.get("stream") or "" for rule in inventory.method["rules"]} or {"": ""}
    formulas = dict(enumerate(told(inventory.records, lambda one: one["formula"]))) or {0: ""}
    rows = with_categories(inventory, [by]).with_columns(
        pl.col("rule").replace_strict(streams, return_dtype=pl.String).alias("stream"),
        pl.col("coefficient_row").replace_strict(formulas, return_dtype=pl.String).alias("__formula"),
        pl.col("gas").str.replace_all(_ORIGIN, ""),
        pl.col(by).alias("__category"),
        _canonical(inventory).alias("__unit"),
    )
    grouping = [name for name in keys if name != "place"]
    rows = rows.with_columns(pl.col(name).fill_null("") for name in grouping)
    grouped = rows.group_by(*grouping, "__category", "memo").agg(
        pl.col("nano").cast(pl.Int128).sum(), pl.col("emission_nano").sum(),
        pl.col("amount_micro").cast(pl.Float64).sum(), pl.col("gwp").first(),
        pl.col("__formula").unique().sort().str.join("; "), pl.col("__unit").unique().sort().str.join("; "),
    )  # fmt: skip
    placed = grouped.sort(*grouping, "memo", "__category").with_columns(
        pl.int_range(pl.len()).over(grouping).alias("place")
    )
    kept = {"__category": "category", "memo": "memo", "nano": "mass", "emission_nano": "emission",
            "amount_micro": "activity", "gwp": "gwp", "__formula": "formula", "__unit": "unit"}  # fmt: skip
    return placed.select(*keys, *(pl.col(old).alias(f"{new}_{mark}") for old, new in kept.items()))


def _canonical(inventory: Inventory) -> pl.Expr:
    units = inventory.rows.get_column("unit").unique().to_list()
    known = {unit: parse_unit(unit).canonical for unit in units} or {"": ""}
    return pl.col("unit").replace_strict(known, return_dtype=pl.String)


def _explained(joined: pl.DataFrame) -> pl.DataFrame:
    """The difference of the totals in each cell, with its split [10^-9 t]."""
    zero = pl.lit(0, dtype=pl.Int128)
    stands = [
        pl.when(pl.col(f"memo_{mark}").is_null() & _lacks(mark)).then(pl.lit("unmatched"))
        .when(pl.col(f"memo_{mark}").is_null()).then(pl.lit("absent"))
        .when(pl.col(f"memo_{mark}")).then(pl.lit("memo")).otherwise(pl.lit("counted")).alias(f"stands_{mark}")
        for mark in "ab"
    ]  # fmt: skip
    amounts = [pl.col(f"emission_{mark}").fill_null(zero).alias(f"amount_{mark}") for mark in "ab"]
    cells = joined.with_columns(*stands, *amounts, pl.col("category_a", "category_b").fill_null(""))
    in_total = {
        mark: pl.when(pl.col(f"stands_{mark}") == "counted").then(pl.col(f"amount_{mark}")).otherwise(zero)
        for mark in "ab"
    }
    cells = cells.with_columns((in_total["b"] - in_total["a"]).alias("difference"))
    both = (pl.col("stands_a") == "counted") & (pl.col("stands_b") == "counted")
    unmatched = (pl.col("stands_a") == "unmatched") | (pl.col("stands_b") == "unmatched")
    comparable = both & (pl.col("unit_a") == pl.col("unit_b")) & (pl.col("activity_a") != 0)
    growth = pl.when(comparable).then(pl.col("activity_b") / pl.col("activity_a")).otherwise(1.0)
    cells = cells.with_columns(
        pl.when(both | unmatched).then(zero).otherwise(pl.col("difference")).alias("due_boundary"),
        pl.when(unmatched).then(pl.col("difference")).otherwise(zero).alias("due_unmatched"),
        _part(both, _whole(pl.col("amount_a").cast(pl.Float64) * (growth - 1.0)), zero).alias("due_activity"),
        _part(both, _whole(pl.col("mass_b").cast(pl.Float64) * (pl.col("gwp_b") - pl.col("gwp_a"))), zero).alias("due_gwp"),
    )  # fmt: skip
    rest = (
        pl.col("difference")
        - pl.col("due_boundary")
        - pl.col("due_unmatched")
        - pl.col("due_activity")
        - pl.col("due_gwp")
    )
    cells = cells.with_columns(rest.alias("__rest"))
    noise = pl.col("__rest").abs() <= _SLACK
    same = pl.col("formula_a") == pl.col("formula_b")
    cells = cells.with_columns(
        (pl.col("due_gwp") + pl.when(both & noise).then(pl.col("__rest")).otherwise(zero)).alias("due_gwp"),
        pl.when(both & ~noise & same).then(pl.col("__rest")).otherwise(zero).alias("due_factor"),
        pl.when(both & ~noise & ~same).then(pl.col("__rest")).otherwise(zero).alias("due_method"),
    )
    return cells.with_columns(_cause(both))


def _lacks(mark: str) -> pl.Expr:
    """Whether a side has no coefficient for the gas of a cell whose activity it read."""
    lacks = pl.col(f"lacks_{mark}")
    return (lacks.list.contains("") | lacks.list.contains(pl.col("gas"))).fill_null(value=False)


def _part(condition: pl.Expr, value: pl.Expr, other: pl.Expr) -> pl.Expr:
    return pl.when(condition).then(value).otherwise(other)


def _whole(value: pl.Expr) -> pl.Expr:
    return value.fill_null(0.0).round(0).cast(pl.Int128)


def _cause(both: pl.Expr) -> pl.Expr:
    """The largest part where both count; else how the cell stands on each side."""
    parts = {cause: pl.col(f"due_{cause}").abs() for cause in CAUSES[2:]}
    largest = pl.max_horizontal(parts.values())
    named = [pl.when(part == largest).then(pl.lit(cause)) for cause, part in parts.items()]
    found = pl.coalesce(pl.when(largest <= _SLACK).then(pl.lit("same")), *named)
    return pl.when(both).then(found).otherwise(pl.col("stands_a") + "_" + pl.col("stands_b")).alias("cause")


def _lines(cells: pl.DataFrame, lists: tuple[str, str]) -> pl.DataFrame:
    both = (pl.col("stands_a") == "counted") & (pl.col("stands_b") == "counted")
    summed = cells.group_by(_PAIR).agg(pl.col(_AMOUNTS).sum()).with_columns(_cause(both))
    said = {code: row[language()] for code, row in reasons().items()}
    ordered = summed.sort(pl.col("difference").abs(), *_PAIR, descending=[True, *[False] * len(_PAIR)])
    return ordered.select(
        "category_a", _named("category_a", lists[0], summed).alias("name_a"), "stands_a",
        "category_b", _named("category_b", lists[1], summed).alias("name_b"), "stands_b",
        *((pl.col(name) / NANO).alias(name) for name in _AMOUNTS), "cause",
        pl.col("cause").replace_strict(said, return_dtype=pl.String).alias("reason"),
    )  # fmt: skip


def _named(column: str, by: str, frame: pl.DataFrame) -> pl.Expr:
    codes = frame.get_column(column).unique().to_list()
    known = by in code_lists() or by in {"item", "sector", "gas", "scope"}
    names = {code: label(by, code) if known and code else "" for code in codes} or {"": ""}
    return pl.col(column).replace_strict(names, return_dtype=pl.String)


@functools.cache
def reasons() -> dict[str, dict[str, str]]:
    """Causes, how a cell stands, and the other words of a reconciliation, in both languages."""
    with (files("tanheng.packs") / "rules" / "reconcile_reasons.csv").open(encoding="utf-8") as stream:
        return {row["code"]: row for row in csv.DictReader(stream)}
