"""Data quality: how far each part of the total rests on values that were seen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import polars as pl

from tanheng.errors import language
from tanheng.inventory.cells import with_categories
from tanheng.inventory.quality.cell_grades import grade_of, mean_score, state, states, with_scores
from tanheng.inventory.table import Table
from tanheng.inventory.weights import NANO

if TYPE_CHECKING:
    from tanheng.inventory.inventory import Inventory


def _by_state(inventory: Inventory) -> dict[str, tuple[int, int]]:
    """Emission of the total by state of its factors, 10^-9 t: the sum, and that of the absolute values."""
    emission = pl.col("emission_nano")
    rows = (
        inventory.rows.filter(~pl.col("memo"))
        .group_by(state().alias("state"))
        .agg(emission.sum(), emission.abs().sum().alias("size"))
    )
    return {name: (int(value), int(size)) for name, value, size in rows.iter_rows()}


def quality(inventory: Inventory) -> Table:
    """Emission [t] by state of its factors, with grade A to E and the share of the inventory by absolute value [%].

    Notes
    -----
    The grades are the platform's own convention (packs/rules/quality.csv). They come with the number and never change it.
    Removals count by their size, so that what cancels out in the total still weighs.
    """
    found = _by_state(inventory)
    whole = sum(size for _, size in found.values()) or 1
    meaning = f"meaning_{language()}"
    rows = [
        (states()[name]["grade"], name, states()[name][meaning], value / NANO, size / whole * 100)
        for name, (value, size) in sorted(found.items())
    ]
    schema = {
        "grade": pl.String,
        "state": pl.String,
        "meaning": pl.String,
        "emission": pl.Float64,
        "share": pl.Float64,
    }
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    return Table(frame.sort("grade", "state"), f"grade {grade(inventory)}")


def unverified_share(inventory: Inventory) -> float:
    """Share of the emissions, by absolute value, that rests on factors nobody checked against their document [%].

    Examples
    --------
    >>> import tanheng as th
    >>> table = {"entity": ["四川省"], "period": ["2021"], "item": ["煤品"], "amount": [1], "unit": ["t"]}
    >>> unverified_share(th.account(table, "sichuan-park-2022"))
    0.0
    """
    found = _by_state(inventory)
    whole = sum(size for _, size in found.values()) or 1
    return found.get("recalled", (0, 0))[1] / whole * 100


def quality_by(inventory: Inventory, names: Sequence[str]) -> Table:
    """Grade of each group of cells: the mean of their scores by absolute emission, with emission [t] and share [%]."""
    return quality_by_years([inventory], names)


def quality_by_years(years: Iterable[Inventory], names: Sequence[str]) -> Table:
    """As `quality_by` of several inventories of which no group is in two, such as years by ``period``; held one at a time."""
    groups, scored, complete = [], [], True
    for inventory in years:
        rows = with_scores(with_categories(inventory, names).filter(~pl.col("memo")))
        groups.append(rows.group_by(names).agg(mean_score().alias("score"), pl.col("emission_nano").sum()))
        scored.append(rows.group_by("score").agg(pl.col("emission_nano").cast(pl.Float64).abs().sum()))
        complete = complete and inventory.complete
    found = pl.concat(groups, how="vertical_relaxed")
    whole = int(found.get_column("emission_nano").sum() or 0)
    table = found.sort("emission_nano", *names, descending=[True] + [False] * len(names)).select(
        grade_of(pl.col("score")).alias("grade"),
        *names,
        (pl.col("emission_nano") / NANO).alias("emission"),
        (pl.col("emission_nano") / (whole or 1) * 100).alias("share"),
    )
    return Table(table, f"grade {_letter(pl.concat(scored), complete=complete)} / {', '.join(names)}")


def grade(inventory: Inventory) -> str:
    """The grade of the whole, the mean of the scores of its cells: at most C where something is missing, E where all is.

    Examples
    --------
    >>> import tanheng as th
    >>> table = {"entity": ["四川省"], "period": ["2021"], "item": ["煤品"], "amount": [1], "unit": ["t"], "quality": ["D"]}
    >>> grade(th.account(table, "sichuan-park-2022"))
    'D'
    """
    return _letter(with_scores(inventory.rows.filter(~pl.col("memo"))), complete=inventory.complete)


def _letter(scored: pl.DataFrame, *, complete: bool) -> str:
    """The grade of rows with ``score`` and ``emission_nano``."""
    if not (scored.get_column("emission_nano") != 0).any():
        return states()["missing"]["grade"]
    mean = mean_score() if complete else pl.min_horizontal(mean_score(), int(states()["derived"]["score"]))
    return str(scored.select(grade_of(mean)).item())
