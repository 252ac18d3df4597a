"""The total of an inventory as a sum of terms, each a product of uncertain variables; a shared factor is one variable."""

from __future__ import annotations

import ast
import csv
import functools
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from tanheng.inventory.accounting.coefficients import EXACT
from tanheng.inventory.accounting.records import told

if TYPE_CHECKING:
    from tanheng.inventory.inventory import Inventory

AMOUNT = "amount:"
"""How the names of variables begin that are amounts of the activity."""

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Terms:
    """Emissions of the total as a sum of terms, each a product of variables to a power.

    ``emission`` (n,) t; ``term``, ``variable``, ``power`` (m,) say which variables each term holds, at most one of them an
    amount; ``half_width`` (v,) relative at 95 %. ``fixed`` [t] is the sum of the terms that are exact, ``fixed_size`` that
    of their absolute values; ``unknown`` [t] is the absolute size of those with an unknown variable, which are left out.
    ``linear`` are the places in ``term`` of variables that stand in a sum of their formula, for which ``power`` is only
    the slope at the value. ``line`` (n,) is the item and gas of each term.
    """

    emission: Floats
    term: Ints
    variable: Ints
    power: Floats
    names: list[str]
    half_width: Floats
    fixed: float
    unknown: float
    fixed_size: float = 0.0
    linear: Ints = field(default_factory=lambda: np.array([], dtype=np.int64))
    line: list[tuple[str, str]] = field(default_factory=list)

    @property
    def is_amount(self) -> Flags:
        """Which variables (v,) are amounts of the activity."""
        return np.array([name.startswith(AMOUNT) for name in self.names], dtype=np.bool_)

    @property
    def known(self) -> float:
        """Sum of the terms whose inputs all have an uncertainty, t."""
        return float(self.emission.sum()) + self.fixed

    @property
    def known_size(self) -> float:
        """The same by absolute value, t: terms that cancel out are no less there."""
        return float(np.abs(self.emission).sum()) + self.fixed_size

    @property
    def known_share(self) -> float:
        """Share of what is known, by absolute value, %."""
        return share(self.known_size, self.unknown)


def share(known: float, unknown: float) -> float:
    """What is known of both, %; 0 where there is nothing.

    Examples
    --------
    >>> share(1.0, 3.0), share(0.0, 0.0)
    (25.0, 0.0)
    """
    return round(known / (known + unknown) * 100, 6) if known + unknown else 0.0


@functools.cache
def least_share(code: str = "known_share_percent") -> float:
    """Share [%] of an inventory that must have an uncertainty before one is stated for the whole.

    Parameters
    ----------
    code : str
        ``known_share_percent`` for an interval, ``ranked_share_percent`` for key categories by approach 2.

    Source
    ------
    packs/rules/uncertainty_stated.csv: the platform's convention.

    Examples
    --------
    >>> least_share(), least_share("ranked_share_percent")
    (90.0, 50.0)
    """
    with (files("tanheng.packs") / "rules" / "uncertainty_stated.csv").open(encoding="utf-8") as stream:
        return next(float(row["value"]) for row in csv.DictReader(stream) if row["code"] == code)


class _Entry(NamedTuple):
    """One uncertain input of a coefficient."""

    name: str
    width: float
    power: float
    in_sum: bool


def terms_of(inventory: Inventory) -> Terms:
    """Split the total into terms and variables; a factor id, or an amount, is one variable wherever it stands.

    Of several widths stated for one variable the widest holds.
    """
    rows = inventory.rows.filter(~inventory.rows.get_column("memo"))
    emission = rows.get_column("emission").to_numpy()
    entries = told(inventory.records, _entries)
    record = rows.get_column("coefficient_row").to_numpy()
    width = _amount_widths(inventory, rows.height)
    stated = np.array([one is not None for one in entries], dtype=np.bool_)
    held = np.array([len(one or ()) for one in entries], dtype=np.int64)
    known = ~np.isnan(width) & stated[record]
    exact = known & (held[record] == 0) & (width == 0)
    here = np.flatnonzero(known & ~exact)
    return _assembled(
        rows.select("item", "period", "cell", "gas")[here],
        emission[here],
        width[here],
        record[here],
        entries,
        fixed=float(emission[exact].sum()),
        fixed_size=float(np.abs(emission[exact]).sum()),
        unknown=float(np.abs(emission[~known]).sum()),
    )


def _amount_widths(inventory: Inventory, height: int) -> Floats:
    """Relative half width of the amount of each row of the total; NaN is unknown."""
    if "activity_uncertainty" not in inventory.rows.columns:
        return np.full(height, np.nan)
    rows = inventory.rows.filter(~inventory.rows.get_column("memo"))
    return rows.get_column("activity_uncertainty").fill_null(float("nan")).to_numpy()


def _assembled(
    rows: pl.DataFrame,
    emission: Floats,
    width: Floats,
    record: Ints,
    entries: Sequence[Sequence[_Entry] | None],
    *,
    fixed: float,
    fixed_size: float,
    unknown: float,
) -> Terms:
    """Terms of rows: variables are numbered as they are met, amounts before factors; the widest width that is stated holds."""
    amount, heads = _numbered(rows.get_column("cell").to_numpy())
    names = {f"{AMOUNT}{item}/{period}#{cell}": place for place, (item, period, cell) in
             enumerate(rows[heads].select("item", "period", "cell").iter_rows())}  # fmt: skip
    amounts = np.zeros(len(names))
    np.maximum.at(amounts, amount, width)
    widths = amounts.tolist()
    kind, firsts = _numbered(record)
    held = [entries[place] or () for place in record[firsts]]
    flat: list[tuple[int, float, bool]] = []
    for one in (one for more in held for one in more):
        number = names.setdefault(one.name, len(widths))
        if number == len(widths):
            widths.append(one.width)
        widths[number] = max(widths[number], one.width)
        flat.append((number, one.power, one.in_sum))
    counts = np.array([len(more) for more in held], dtype=np.int64)
    sizes = 1 + counts[kind]
    term = np.repeat(np.arange(emission.size), sizes)
    place = np.arange(term.size) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    # The amount of a term comes first, then the entries of its coefficient; the first of these here is never taken.
    at = np.where(place > 0, 1 + (np.cumsum(counts) - counts)[kind][term] + place - 1, 0)
    numbers, powers, in_sum = (np.array(column) for column in zip((0, 1.0, False), *flat, strict=True))
    return Terms(
        emission, term, np.where(place > 0, numbers[at], amount[term]).astype(np.int64), np.where(place > 0, powers[at], 1.0),
        list(names), np.array(widths), fixed, unknown, fixed_size,
        np.flatnonzero((place > 0) & in_sum[at]).astype(np.int64), list(rows.select("item", "gas").iter_rows()),
    )  # fmt: skip


def _numbered(values: Ints) -> tuple[Ints, Ints]:
    """The number of each value in the order in which they come, and where each comes first."""
    _, first, number = np.unique(values, return_index=True, return_inverse=True)
    order = np.argsort(first)
    rank = np.empty_like(order)
    rank[order] = np.arange(order.size)
    return rank[number.reshape(-1)], first[order]


def _entries(record: dict[str, Any]) -> list[_Entry] | None:
    """Each uncertain input of a coefficient; None when one is unknown."""
    found = []
    summed = _summed(record["formula"])
    for one in record["inputs"]:
        if one["check"] == EXACT:
            continue
        if one["uncertainty"] is None:
            return None
        found.append(_Entry(_name(record, one), one["uncertainty"], one["elasticity"], one["name"] in summed))
    return found


def _name(record: dict[str, Any], one: dict[str, Any]) -> str:
    """A factor is one variable wherever it stands; a measured value in all rows and gases of an item that state the same."""
    if one["factor"]:
        return f"factor:{one['factor']}"
    if one["check"] == "measured":
        return f"measured:{record['item']}.{one['name']}={one['published']}"
    return f"{record['rule']}.{one['name']}={one['value']!r}"


@functools.cache
def _summed(formula: str) -> frozenset[str]:
    """Names that stand in a sum or a function, so that the result is no power of them."""
    sums = (
        node
        for node in ast.walk(ast.parse(formula, mode="eval"))
        if isinstance(node, ast.Call)
        or (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub))
    )
    return frozenset(name.id for node in sums for name in ast.walk(node) if isinstance(name, ast.Name))
