"""Data quality: how far each part of the total rests on values that were seen."""

from __future__ import annotations

import csv
import functools
from importlib.resources import files
from typing import TYPE_CHECKING

import polars as pl

from tanheng.errors import language
from tanheng.inventory.table import Table
from tanheng.inventory.weights import NANO

if TYPE_CHECKING:
    from tanheng.inventory.inventory import Inventory


@functools.cache
def _grades() -> dict[str, dict[str, str]]:
    with (files("tanheng.packs") / "rules" / "quality.csv").open(encoding="utf-8") as stream:
        return {row["state"]: row for row in csv.DictReader(stream)}


def _by_state(inventory: Inventory) -> dict[str, int]:
    """Emission of the total by state of its factors, 10^-9 t."""
    carried = pl.col("carried") & (pl.col("check") != "recalled")
    state = pl.when(carried).then(pl.lit("carried")).otherwise(pl.col("check"))
    rows = (
        inventory.rows.filter(~pl.col("memo"))
        .group_by(state.alias("state"))
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
        (_grades()[name]["grade"], name, _grades()[name][meaning], value / NANO, value / whole * 100)
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


def grade(inventory: Inventory) -> str:
    """The grade of the whole: the emission-weighted mean score, at most C where something is missing, E where all is."""
    found = {name: abs(value) for name, value in _by_state(inventory).items()}
    weight = sum(found.values())
    if not weight:
        return _grades()["missing"]["grade"]
    mean = round(sum(int(_grades()[name]["score"]) * value for name, value in found.items()) / weight)
    best = mean if inventory.complete else min(mean, int(_grades()["derived"]["score"]))
    return next(row["grade"] for row in _grades().values() if int(row["score"]) == best)
