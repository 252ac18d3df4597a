"""Rows of totals and parts that hold the only amount of an item: they are set aside as others are, and that is a warning."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import polars as pl

from tanheng.activity.clean import unit_of
from tanheng.activity.findings import Finding
from tanheng.codes import item_name, items

LONE, LONE_PART = "A-179", "A-194"


def lone_totals(totals: pl.DataFrame, others: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Rows of totals whose item no other row gives for their year, item by item.

    Parameters
    ----------
    totals : DataFrame
        Rows that were set aside, with canonical ``item`` and ``period``; either may be empty.
    others : DataFrame
        All other rows, good or refused. One gives its item and the wider ones above it.

    Examples
    --------
    >>> totals = pl.DataFrame({"item": ["raw_coal", "diesel"], "period": ["2021", "2021"]})
    >>> others = pl.DataFrame({"item": ["diesel"], "period": ["2021-03"]})
    >>> [one.row(0) for one in lone_totals(totals, others)]
    [('raw_coal', '2021')]
    """
    given: dict[str, set[str]] = {}
    for item, period in others.select("item", "period").unique().iter_rows():
        for code in [one.code for one in items().family(item)] if item in items() else [item]:
            given.setdefault(code, {""}).add(period[:4])
    named = totals.filter(pl.col("item") != "")
    for (item,), rows in named.group_by("item", maintain_order=True):
        known = given.get(str(item), set())
        alone = rows.filter(~pl.col("period").str.slice(0, 4).is_in(list(known)))
        if alone.height:
            yield alone


def lone_parts(parts: pl.DataFrame, others: pl.DataFrame, column: str) -> Iterator[pl.DataFrame]:
    """Rows of parts that no other row is large enough to hold, row by row.

    Parameters
    ----------
    parts, others : DataFrame
        With ``item``, ``period``, ``unit`` and ``amount``. What holds a part has its item or a wider one and its year, and
        its entity where the sector is what says that it is a part.
    column : str
        The column that says so.

    Examples
    --------
    >>> others = pl.DataFrame({"entity": ["E"], "item": ["diesel"], "period": ["2021"], "amount": [100.0], "unit": ["t"]})
    >>> parts = others.with_columns(pl.Series("entity", ["其中：一分厂"]), pl.Series("amount", [1.0]), pl.Series("unit", ["kt"]))
    >>> [one.get_column("amount").item() for one in lone_parts(parts, others, "entity")]
    [1.0]
    """
    by = ["item", "period", "unit", *(["entity"] if column == "sector" else [])]
    held: dict[tuple[str, ...], float] = {}
    for item, period, unit, *more, amount in others.group_by(by).agg(pl.col("amount").sum()).iter_rows():
        known = unit_of(unit)
        for code in [one.code for one in items().family(item)] if item in items() and known else []:
            key = (code, period[:4], known.canonical if known else "", *more)
            held[key] = held.get(key, 0.0) + amount * (known.factor if known else 1)
    for at, (item, period, unit, *more, amount) in enumerate(parts.select(*by, "amount").iter_rows()):
        known = unit_of(unit)
        if known is None or amount is None:
            continue
        whole = held.get((item, period[:4], known.canonical, *more), 0.0)
        if amount * known.factor > whole * (1 + 1e-9):
            yield parts[at]


def told(
    alone: pl.DataFrame,
    about: Mapping[str, Any],
    rows: Sequence[Mapping[str, Any]],
    count: int,
    code: str = LONE,
) -> Finding:
    """The warning for the rows of one item; ``about`` says where the first stands, its name, amount and unit."""
    item, period = alone.select("item", "period").row(0)
    fields = {**about, "item": (item_name(item, "zh"), item_name(item, "en")), "period": period or "–"}
    return Finding(code, fields, tuple(rows), count)
