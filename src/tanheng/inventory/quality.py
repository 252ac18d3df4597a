"""Data quality: how far each part of the total rests on values that were seen."""

from __future__ import annotations

import csv
from importlib.resources import files
from typing import TYPE_CHECKING

import polars as pl

from tanheng.errors import language
from tanheng.inventory.table import Table

if TYPE_CHECKING:
    from tanheng.inventory.inventory import Inventory


def quality(inventory: Inventory) -> Table:
    """Emission and share of the total by state of its factors, with grade A to E.

    Notes
    -----
    The grades are the platform's own convention (packs/rules/quality.csv). They come with the number and never change it.
    """
    with (files("tanheng.packs") / "rules" / "quality.csv").open(encoding="utf-8") as stream:
        grades = {row["state"]: row for row in csv.DictReader(stream)}
    state = (
        pl.when(pl.col("carried") & (pl.col("check") != "recalled"))
        .then(pl.lit("carried"))
        .otherwise(pl.col("check"))
    )
    rows = inventory.rows.filter(~pl.col("memo")).group_by(state.alias("state")).agg(pl.col("emission").sum())
    whole = float(rows.get_column("emission").sum()) or 1.0
    found = [
        {
            "grade": grades[name]["grade"],
            "state": name,
            "meaning": grades[name]["meaning_zh" if language() == "zh" else "meaning_en"],
            "emission": value,
            "share": value / whole * 100,
        }
        for name, value in rows.iter_rows()
    ]
    schema = {
        "grade": pl.String,
        "state": pl.String,
        "meaning": pl.String,
        "emission": pl.Float64,
        "share": pl.Float64,
    }
    return Table(pl.DataFrame(found, schema=schema).sort("grade", "state"), f"grade {grade(inventory)}")


def grade(inventory: Inventory) -> str:
    """The grade of the whole: the emission-weighted mean score, E where something is missing and nothing matched."""
    with (files("tanheng.packs") / "rules" / "quality.csv").open(encoding="utf-8") as stream:
        table = list(csv.DictReader(stream))
    scores = {row["state"]: int(row["score"]) for row in table}
    letters = {int(row["score"]): row["grade"] for row in table}
    state = (
        pl.when(pl.col("carried") & (pl.col("check") != "recalled"))
        .then(pl.lit("carried"))
        .otherwise(pl.col("check"))
    )
    rows = inventory.rows.filter(~pl.col("memo")).select(state.alias("state"), pl.col("emission").abs())
    weight = float(rows.get_column("emission").sum())
    if not weight:
        return "E"
    mean = sum(scores[name] * value for name, value in rows.iter_rows()) / weight
    best = min(scores["derived"], round(mean)) if not inventory.complete else round(mean)
    return letters[best]
