"""Checking rows one by one: what is refused, why, and where it stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import polars as pl

from tanheng.activity.clean import (
    CLEANERS,
    LARGEST,
    NOT_UNDERSTOOD,
    is_blank,
    is_total,
    number_of,
    percent_of,
    unit_of,
)
from tanheng.activity.findings import Finding, place
from tanheng.activity.layout import FILE, SHEET
from tanheng.activity.schema import columns
from tanheng.activity.sheets import CODE, ROW, SHOWN
from tanheng.activity.text import one_line
from tanheng.codes import codelist

_COLUMN, _FIRST = "__column", "__first"
_NUMBERS = {"amount": number_of, "uncertainty": percent_of}
_MILLIONTH = 1e-6


@dataclass(frozen=True)
class Checked:
    """Good rows with canonical values, refused rows as they were read with ``__code``, and the findings."""

    good: pl.DataFrame
    refused: pl.DataFrame
    findings: list[Finding]


def check_rows(frame: pl.DataFrame) -> Checked:
    """Check every row of a text frame with canonical column names.

    Parameters
    ----------
    frame : DataFrame
        Text columns named as in the activity schema, with ``__file``, ``__sheet`` and ``__row``.

    Returns
    -------
    Checked
        A row is refused for the first reason that holds, in the order of the table of reasons.
    """
    data = [name for name in frame.columns if not name.startswith("__")]
    cleaned = _clean(frame, data)
    marks = _marks(cleaned, data)
    bad = marks.get_column(CODE).is_not_null()
    refused = pl.concat([frame.filter(bad), marks.filter(bad)], how="horizontal")
    kept = cleaned.filter(~bad)
    good = kept.select(FILE, SHEET, ROW, *data)
    findings = [*_findings(refused, frame), *_too_small(kept), *_unknown_sectors(good)]
    return Checked(good, refused.drop(_FIRST), findings)


def _clean(frame: pl.DataFrame, data: list[str]) -> pl.DataFrame:
    """Canonical values; ``__bad_NAME`` says where a text was not understood, ``__blank_NAME`` where there is none."""
    for name in data:
        if name in CLEANERS:
            frame = _mapped(frame, name, CLEANERS[name])
        elif name in _NUMBERS:
            frame = _numbered(frame, name, _NUMBERS[name])
        elif name != "unit":
            frame = frame.with_columns(pl.col(name).str.strip_chars())
    units = {text: unit_of(text) for text in frame.get_column("unit").unique().to_list()}
    factors = {text: (unit.factor if unit else None) for text, unit in units.items()} or {"": None}
    spelled = {text: (unit.text if unit else text).strip() for text, unit in units.items()} or {"": ""}
    return frame.with_columns(
        pl.col("unit").replace_strict(factors, return_dtype=pl.Float64).alias("__factor"),
        pl.col("unit").replace_strict(spelled, return_dtype=pl.String),
    )


def _mapped(frame: pl.DataFrame, name: str, cleaner: Callable[[str], str | None]) -> pl.DataFrame:
    values = frame.get_column(name).unique().to_list()
    table: dict[str, str | None] = {text: "" if not text.strip() else cleaner(text) for text in values} or {
        "": ""
    }
    return frame.with_columns(pl.col(name).replace_strict(table, return_dtype=pl.String)).with_columns(
        pl.col(name).is_null().alias(f"__bad_{name}"), pl.col(name).fill_null("")
    )


def _numbered(frame: pl.DataFrame, name: str, read: Callable[[str], float | None]) -> pl.DataFrame:
    """Numbers; only texts that are not plain numbers are looked at one by one."""
    column = frame.get_column(name)
    plain = column.cast(pl.Float64, strict=False)
    others = column.filter(plain.is_null()).unique().to_list()
    blank = [text for text in others if is_blank(text)]
    table = {text: read(text) for text in others if text not in set(blank)}
    value = pl.lit(plain)
    if any(found is not None for found in table.values()):
        value = pl.coalesce(value, pl.col(name).replace_strict(table, default=None, return_dtype=pl.Float64))
    nothing = pl.col(name).is_in(blank) if blank else pl.lit(value=False)
    return frame.with_columns(nothing.alias(f"__blank_{name}"), value.alias(name))


def _marks(frame: pl.DataFrame, data: list[str]) -> pl.DataFrame:
    """``__code`` and ``__column`` of the first reason to refuse each row; ``__first`` is the row that one repeats."""
    amount, factor = pl.col("amount"), pl.col("__factor")
    reasons: list[tuple[str, str, pl.Expr]] = [
        *(
            ("A-107", name, pl.col(name).is_in(found))
            for name in ("entity", "item")
            if (found := _totals(frame, name))
        ),
        ("A-106", "entity", pl.col("entity") == ""),
        ("A-105", "period", pl.col("__bad_period")),
        ("A-106", "period", pl.col("period") == ""),
        ("A-106", "item", pl.col("item") == ""),
        ("A-103", "amount", pl.col("__blank_amount") | amount.is_nan().fill_null(value=False)),
        ("A-101", "amount", amount.is_null() | amount.is_infinite()),
        ("A-102", "amount", amount < 0),
        ("A-106", "unit", pl.col("unit") == ""),
        ("A-104", "unit", factor.is_null()),
        ("A-109", "amount", amount > LARGEST / factor),
        *(
            (NOT_UNDERSTOOD[name], name, pl.col(f"__bad_{name}"))
            for name in ("region", "parameters")
            if name in data
        ),
    ]
    if "uncertainty" in data:
        half = pl.col("uncertainty")
        fits = half.is_finite() & (half >= 0)
        reasons.append(
            ("A-101", "uncertainty", ~pl.col("__blank_uncertainty") & ~fits.fill_null(value=False))
        )
    frame = frame.with_columns(_repeats(frame, data))
    reasons.append(("A-108", "", pl.col(_FIRST).is_not_null()))
    code, column = pl.lit(None, dtype=pl.String), pl.lit(None, dtype=pl.String)
    for reason, name, holds in reversed(reasons):
        code = pl.when(holds).then(pl.lit(reason)).otherwise(code)
        column = pl.when(holds).then(pl.lit(name)).otherwise(column)
    return frame.select(code.alias(CODE), column.alias(_COLUMN), _FIRST)


def _totals(frame: pl.DataFrame, name: str) -> list[str]:
    column = frame.get_column(name)
    likely = column.filter(column.str.contains("(?i)计|計|total|sum")).unique().to_list()
    return [text for text in likely if is_total(text)]


def _repeats(frame: pl.DataFrame, data: list[str]) -> pl.Series:
    """For a row that repeats an earlier one in every column, the place of that row; else null."""
    hashed = frame.select(pl.struct(data).hash(seed=1)).to_series()
    repeated = hashed.is_duplicated()
    nothing = pl.Series(_FIRST, [None], dtype=pl.UInt32).new_from_index(0, frame.height)
    if not repeated.any():
        return nothing
    some = frame.select(data).with_row_index("n").filter(repeated)
    later = some.with_columns(pl.col("n").first().over(data).alias(_FIRST)).filter(
        pl.col("n") != pl.col(_FIRST)
    )
    return nothing.scatter(later.get_column("n"), later.get_column(_FIRST))


def _findings(refused: pl.DataFrame, frame: pl.DataFrame) -> list[Finding]:
    findings: list[Finding] = []
    for _, group in refused.group_by(CODE, _COLUMN, maintain_order=True):
        rows = group.head(SHOWN).to_dicts()
        for at, row in enumerate(rows):
            first = None if row[_FIRST] is None else frame.row(row[_FIRST], named=True)
            findings.append(_finding(row, first, group.height - at if at == SHOWN - 1 else 1))
    return findings


def _finding(row: dict[str, Any], first: dict[str, Any] | None, count: int) -> Finding:
    column = row[_COLUMN]
    described = columns().get(column)
    fields = {
        "where": place(row[FILE], row[SHEET], row[ROW]),
        "column": (f"{described['name_zh']} {column}", column) if described else (column, column),
        "value": one_line(row.get(column, ""), 60),
        "unit": one_line(row.get("unit", ""), 40),
        "other": _other(row, first) if first else "",
        "expected": (described["meaning_zh"], described["meaning_en"]) if described else "",
    }
    kept = {key: value for key, value in row.items() if not key.startswith("__") and value != ""}
    about = {"file": row[FILE], "sheet": row[SHEET], "row": row[ROW], "column": column}
    return Finding(row[CODE], fields, ({**about, **kept},), count)


def _other(row: dict[str, Any], first: dict[str, Any]) -> tuple[str, str]:
    """Where the row stands that this one repeats."""
    same = (row[FILE], row[SHEET]) == (first[FILE], first[SHEET])
    zh, en = place("", "", first[ROW]) if same else place(first[FILE], first[SHEET], first[ROW])
    return zh.removesuffix("："), en.removesuffix(": ")


def _too_small(kept: pl.DataFrame) -> list[Finding]:
    """Amounts above zero that round to zero millionths of the canonical unit."""
    tiny = kept.filter((pl.col("amount") > 0) & (pl.col("amount") * pl.col("__factor") < _MILLIONTH / 2))
    if not tiny.height:
        return []
    row = tiny.row(0, named=True)
    where = place(row[FILE], row[SHEET], row[ROW])
    about = {"where": where, "value": row["amount"], "unit": row["unit"], "count": tiny.height}
    rows = tuple(
        {"file": r[FILE], "sheet": r[SHEET], "row": r[ROW], "amount": r["amount"]}
        for r in tiny.head(5).to_dicts()
    )
    return [Finding("A-132", about, rows, tiny.height)]


def _unknown_sectors(good: pl.DataFrame) -> list[Finding]:
    if "sector" not in good.columns:
        return []
    unknown = good.filter((pl.col("sector") != "") & ~pl.col("sector").is_in(list(codelist("sectors"))))
    return [
        Finding(
            "A-125",
            {"where": place(row[FILE], row[SHEET], row[ROW]), "value": one_line(row["sector"], 60)},
            ({"row": row[ROW], "sector": row["sector"]},),
        )
        for row in unknown.unique("sector", keep="first", maintain_order=True).head(SHOWN).to_dicts()
    ]
