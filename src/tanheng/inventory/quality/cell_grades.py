"""The grade of each cell: the worst of what is known of its factors, its activity and its uncertainty."""

from __future__ import annotations

import csv
import functools
from importlib.resources import files

import polars as pl

_LETTERS = "ABCDE"


@functools.cache
def _rows(table: str) -> list[dict[str, str]]:
    with (files("tanheng.packs") / "rules" / table).open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


@functools.cache
def states() -> dict[str, dict[str, str]]:
    """Grade, score and meaning of each state of a factor (packs/rules/quality.csv).

    Examples
    --------
    >>> states()["recalled"]["grade"]
    'D'
    """
    return {row["state"]: row for row in _rows("quality.csv")}


def state() -> pl.Expr:
    """The state of an emission row's factors: its check, or carried where a verified one is of an earlier year."""
    carried = pl.col("carried") & (pl.col("check") != "recalled")
    return pl.when(carried).then(pl.lit("carried")).otherwise(pl.col("check"))


def with_scores(rows: pl.DataFrame) -> pl.DataFrame:
    """Emission rows with ``score``, 5 (grade A) to 1 (E): the worst of their factors, their activity and their uncertainty.

    Parameters
    ----------
    rows : DataFrame
        With ``check`` and ``carried``; where there are, ``quality`` (A to E, as the activity states it), ``uncertainty``
        and ``activity_uncertainty`` (half width of the 95 % interval, share of the value).

    Returns
    -------
    DataFrame
        What is not stated does not lower the score; where only one of coefficient and activity has an uncertainty, it
        stands alone.

    Source
    ------
    packs/rules/quality.csv and quality_cells.csv: the platform's convention; for the uncertainty, the accuracy ratings
    of the GHG Protocol's guidance on uncertainty assessment (recalled).

    Examples
    --------
    >>> rows = pl.DataFrame({"check": ["read", "read"], "carried": [False, True], "uncertainty": [0.4, 0.01]})
    >>> with_scores(rows).get_column("score").to_list()
    [2, 3]
    """
    scores = {name: int(row["score"]) for name, row in states().items()}
    found = [state().replace_strict(scores, return_dtype=pl.Int64)]
    if "quality" in rows.columns:
        stated = {row["value"]: int(row["score"]) for row in _of("activity")}
        text = pl.col("quality").str.strip_chars().str.to_uppercase()
        found.append(text.replace_strict(stated, default=None, return_dtype=pl.Int64))
    widths = [name for name in ("uncertainty", "activity_uncertainty") if name in rows.columns]
    if widths:
        width = pl.sum_horizontal(pl.col(name).pow(2) for name in widths).sqrt()
        known = pl.any_horizontal(pl.col(name).is_not_null() for name in widths)
        found.append(pl.when(known).then(_by_width(width)))
    return rows.with_columns(pl.min_horizontal(found).alias("score"))


def mean_score() -> pl.Expr:
    """The mean score of rows by the size of their emission, to a whole score; the least where they emit nothing.

    Examples
    --------
    >>> rows = pl.DataFrame({"score": [5, 2], "emission_nano": [10, -90]})
    >>> rows.select(mean_score()).item()
    2
    """
    weight = pl.col("emission_nano").cast(pl.Float64).abs()
    mean = (pl.col("score") * weight).sum() / weight.sum()
    return pl.when(weight.sum() > 0).then(mean).otherwise(pl.col("score").min()).round(0).cast(pl.Int64)


def grade_of(score: pl.Expr) -> pl.Expr:
    """The letter of a whole score."""
    letters = dict(zip(range(len(_LETTERS), 0, -1), _LETTERS, strict=True))
    return score.replace_strict(letters, default=None, return_dtype=pl.String)


def _of(aspect: str) -> list[dict[str, str]]:
    return [row for row in _rows("quality_cells.csv") if row["aspect"] == aspect]


def _by_width(width: pl.Expr) -> pl.Expr:
    rules = [(float(row["value"]), int(row["score"])) for row in _of("uncertainty")]
    return pl.coalesce(pl.when(width <= most).then(pl.lit(score, pl.Int64)) for most, score in rules)
