"""Checking rows one by one: what is refused, why, and where it stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import polars as pl

from tanheng.activity.clean import CLEANERS, LARGEST, is_blank, number, unit_of
from tanheng.activity.findings import Finding, place
from tanheng.activity.grids import ROW
from tanheng.activity.schema import columns

SHOWN = 20
"""Findings of one kind that are listed singly; the last one counts the rest."""


@dataclass(frozen=True)
class Checked:
    """Good rows with canonical values, refused rows as they were read with ``__code``, and the findings."""

    good: pl.DataFrame
    refused: pl.DataFrame
    findings: list[Finding]


def check_rows(frame: pl.DataFrame, file: str, sheet: str) -> Checked:
    """Check every row of a text frame with canonical column names.

    Parameters
    ----------
    frame : DataFrame
        Text columns named as in the activity schema, with ``__row``.

    Returns
    -------
    Checked
        A row is refused for the first reason that holds, in the order of the table of reasons.
    """
    data = [name for name in frame.columns if not name.startswith("__")]
    frame = frame.filter(~pl.all_horizontal(pl.col(name).str.strip_chars() == "" for name in data))
    raw = frame
    cleaned, failed = _clean(frame)
    marked = _mark(cleaned, failed, data)
    bad = pl.col("__code").is_not_null()
    refused = raw.with_columns(
        marked.get_column("__code"), marked.get_column("__column"), marked.get_column("__other")
    ).filter(marked.get_column("__code").is_not_null())
    good = marked.filter(~bad).drop("__code", "__column", "__other", "__factor")
    findings = _findings(refused, file, sheet) + _unknown_sectors(good, file, sheet)
    return Checked(good, refused, findings)


def _clean(frame: pl.DataFrame) -> tuple[pl.DataFrame, list[str]]:
    """Canonical values; ``__bad_NAME`` says where a coded text was not understood."""
    failed: list[str] = []
    for name, cleaner in CLEANERS.items():
        if name in frame.columns:
            frame = _mapped(frame, name, cleaner)
            failed.append(name)
    units = {text: unit_of(text) for text in frame.get_column("unit").unique().to_list()}
    factors = {text: (unit.factor if unit else None) for text, unit in units.items()}
    spelled = {text: (unit.text.strip() if unit else text) for text, unit in units.items()}
    frame = frame.with_columns(
        pl.col("unit").replace_strict(factors, return_dtype=pl.Float64).alias("__factor"),
        pl.col("unit").replace_strict(spelled, return_dtype=pl.String),
        pl.col("amount").alias("__amount_text"),
        is_blank("amount").alias("__amount_blank"),
        number("amount").alias("amount"),
        pl.col("entity").str.strip_chars(),
    )
    if "uncertainty" in frame.columns:
        frame = frame.with_columns(
            pl.col("uncertainty").alias("__uncertainty_text"),
            is_blank("uncertainty").alias("__uncertainty_blank"),
        ).with_columns(number("uncertainty"))
    return frame, failed


def _mapped(frame: pl.DataFrame, name: str, cleaner: Callable[[str], str | None]) -> pl.DataFrame:
    values = frame.get_column(name).unique().to_list()
    table: dict[str, str | None] = {text: "" if not text.strip() else cleaner(text) for text in values}
    return frame.with_columns(pl.col(name).replace_strict(table, return_dtype=pl.String)).with_columns(
        pl.col(name).is_null().alias(f"__bad_{name}"), pl.col(name).fill_null("")
    )


def _mark(frame: pl.DataFrame, failed: list[str], data: list[str]) -> pl.DataFrame:
    """Add ``__code`` and ``__column`` of the first reason to refuse a row, and ``__other`` for duplicates."""
    amount = pl.col("amount")
    reasons: list[tuple[str, str, pl.Expr]] = [
        ("A-106", "entity", pl.col("entity") == ""),
        ("A-105", "period", pl.col("__bad_period")),
        ("A-106", "period", pl.col("period") == ""),
        ("A-106", "item", pl.col("item") == ""),
        ("A-103", "amount", pl.col("__amount_blank") | amount.is_nan().fill_null(value=False)),
        ("A-101", "amount", amount.is_null() | amount.is_infinite()),
        ("A-102", "amount", amount < 0),
        ("A-106", "unit", pl.col("unit").str.strip_chars() == ""),
        ("A-104", "unit", pl.col("__factor").is_null()),
        ("A-109", "amount", amount * pl.col("__factor") > LARGEST),
    ]
    if "region" in failed:
        reasons.append(("A-113", "region", pl.col("__bad_region")))
    if "parameters" in failed:
        reasons.append(("A-112", "parameters", pl.col("__bad_parameters")))
    if "uncertainty" in frame.columns:
        wrong = ~pl.col("__uncertainty_blank") & (
            pl.col("uncertainty").is_null() | (pl.col("uncertainty") < 0)
        )
        reasons.append(("A-101", "uncertainty", wrong))
    other = _duplicates(frame, data)
    frame = frame.with_columns(other)
    reasons.append(("A-108", "", pl.col("__other").is_not_null()))
    code, column = pl.lit(None, dtype=pl.String), pl.lit(None, dtype=pl.String)
    for reason, name, holds in reversed(reasons):
        code = pl.when(holds).then(pl.lit(reason)).otherwise(code)
        column = pl.when(holds).then(pl.lit(name)).otherwise(column)
    frame = frame.with_columns(code.alias("__code"), column.alias("__column"))
    helpers = [name for name in frame.columns if name.startswith(("__bad_", "__amount_", "__uncertainty_"))]
    return frame.drop(helpers)


def _duplicates(frame: pl.DataFrame, data: list[str]) -> pl.Series:
    """For a row that repeats an earlier one in every column, the number of that row; else null."""
    hashed = frame.select(pl.struct(data).hash(seed=1).alias("h"), pl.col(ROW))
    repeated = hashed.filter(hashed.get_column("h").is_duplicated())
    if repeated.height == 0:
        return pl.Series("__other", [None] * frame.height, dtype=pl.Int64)
    full = frame.filter(hashed.get_column("h").is_duplicated()).select(*data, ROW)
    firsts = full.with_columns(pl.col(ROW).first().over(data).alias("__other"))
    later = firsts.filter(pl.col("__other") != pl.col(ROW)).select(ROW, "__other")
    return frame.select(ROW).join(later, on=ROW, how="left", maintain_order="left").get_column("__other")


def _findings(refused: pl.DataFrame, file: str, sheet: str) -> list[Finding]:
    findings: list[Finding] = []
    for (code, column), group in refused.group_by("__code", "__column", maintain_order=True):
        rows = group.head(SHOWN).to_dicts()
        for at, row in enumerate(rows):
            rest = group.height - at if at == SHOWN - 1 else 1
            findings.append(_finding(str(code), str(column), row, file, sheet, rest))
    return findings


def _finding(code: str, column: str, row: dict[str, Any], file: str, sheet: str, count: int) -> Finding:
    where = place(file, sheet, row[ROW])
    described = columns().get(column)
    shown = (f"{described['name_zh']} {column}", column) if described else (column, column)
    fields = {
        "where": where,
        "column": shown,
        "value": row.get(column, ""),
        "unit": row.get("unit", ""),
        "other": row.get("__other"),
        "expected": (described["meaning_zh"], described["meaning_en"]) if described else "",
    }
    kept = {key: value for key, value in row.items() if not key.startswith("__") and value != ""}
    return Finding(
        code, fields, ({"file": file, "sheet": sheet, "row": row[ROW], "column": column, **kept},), count
    )


def _unknown_sectors(good: pl.DataFrame, file: str, sheet: str) -> list[Finding]:
    if "sector" not in good.columns:
        return []
    from tanheng.codes import codelist

    known = set(codelist("sectors"))
    unknown = good.filter((pl.col("sector") != "") & ~pl.col("sector").is_in(list(known))).unique(
        "sector", maintain_order=True
    )
    return [
        Finding(
            "A-125",
            {"where": place(file, sheet, row[ROW]), "value": row["sector"]},
            ({"row": row[ROW], "sector": row["sector"]},),
        )
        for row in unknown.head(SHOWN).to_dicts()
    ]
