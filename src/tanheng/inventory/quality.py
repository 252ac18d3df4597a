"""Data quality: how far each part of the total rests on values that were seen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import polars as pl

from tanheng.errors import language
from tanheng.inventory.cell_grades import grade_of, state, states, with_scores
from tanheng.inventory.cells import with_categories
from tanheng.inventory.table import Table
from tanheng.inventory.weights import NANO

if TYPE_CHECKING:
    from tanheng.inventory.inventory import Inventory


def _by_state(inventory: Inventory) -> dict[str, int]:
    """Emission of the total by state of its factors, 10^-9 t."""
    rows = (
        inventory.rows.filter(~pl.col("memo"))
        .group_by(state().alias("state"))
        .agg(pl.col("emission_nano").sum())
    )
    return {name: int(value) for name, value in rows.iter_rows()}


def quality(inventory: Inventory) -> Table:
    """Emission and share of the total by state of its factors, with grade A to E.

    Notes
    -----
    The grades are the platform's own convention (packs/rules/quality.csv). They come with the number and never change it.
    """
    found = _by_state(inventory)
    whole = sum(found.values()) or 1
    meaning = f"meaning_{language()}"
    rows = [
        (states()[name]["grade"], name, states()[name][meaning], value / NANO, value / whole * 100)
        for name, value in sorted(found.items())
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


def quality_by(inventory: Inventory, names: Sequence[str]) -> Table:
    """Grade of each group of cells: the emission-weighted mean of their scores, with emission [t] and share [%]."""
    rows = with_scores(with_categories(inventory, names).filter(~pl.col("memo")))
    whole = int(rows.get_column("emission_nano").sum() or 0)
    weight = pl.col("emission_nano").cast(pl.Float64).abs()
    mean = (pl.col("score") * weight).sum() / weight.sum()
    plain = pl.when(weight.sum() > 0).then(mean).otherwise(pl.col("score").min())
    table = (
        rows.group_by(names)
        .agg(plain.round(0).cast(pl.Int64).alias("score"), pl.col("emission_nano").sum())
        .sort("emission_nano", *names, descending=[True] + [False] * len(names))
        .select(
            grade_of(pl.col("score")).alias("grade"),
            *names,
            (pl.col("emission_nano") / NANO).alias("emission"),
            (pl.col("emission_nano") / (whole or 1) * 100).alias("share"),
        )
    )
    return Table(table, f"grade {grade(inventory)} / {', '.join(names)}")


def grade(inventory: Inventory) -> str:
    """The grade of the whole: the emission-weighted mean score, at most C where something is missing, E where all is."""
    found = {name: abs(value) for name, value in _by_state(inventory).items()}
    weight = sum(found.values())
    if not weight:
        return states()["missing"]["grade"]
    mean = round(sum(int(states()[name]["score"]) * value for name, value in found.items()) / weight)
    best = mean if inventory.complete else min(mean, int(states()["derived"]["score"]))
    return next(row["grade"] for row in states().values() if int(row["score"]) == best)
