"""Checking rows one by one: what is refused, why, and where it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from tanheng.activity.clean import CLEANERS, MICRO, is_blank, number_of, percent_of, unit_of
from tanheng.activity.findings import Finding, place
from tanheng.activity.periods import parse_periods
from tanheng.activity.reading.layout import FILE, SHEET
from tanheng.activity.reading.lone_totals import LONE, LONE_PART, lone_parts, lone_totals, told
from tanheng.activity.reading.reasons import (
    ASIDE,
    HOLLOW,
    PART,
    TOTAL,
    amount_reason,
    code_of,
    coded,
    first_reason,
    refusal,
    unknown_sectors,
    wrong_texts,
)
from tanheng.activity.reading.sheets import CODE, ROW, SHOWN
from tanheng.activity.reading.total_sums import differing, listed, total_sums
from tanheng.activity.text import narrow

_COLUMN, _FIRST = "__column", "__first"
_NUMBERS = {"amount": number_of, "uncertainty": percent_of}
_PLACE = (FILE, SHEET, ROW)
"""Where a row stands; one of totals that a mapping makes several of is told once."""
_MILLIONTH = 1e-6
_TOLD = 1e-3
"""Change of an amount by rounding above which it is told."""


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
        A row is refused for the first reason that holds (see `reasons`).
    """
    data = [name for name in frame.columns if not name.startswith("__")]
    cleaned = _clean(frame, data)
    marks = _marks(frame, cleaned, data)
    bad = marks.get_column(CODE).is_not_null()
    refused = pl.concat([frame.filter(bad), marks.filter(bad)], how="horizontal")
    kept = cleaned.filter(~bad)
    good = kept.select(FILE, SHEET, ROW, *data)
    findings = [
        *_findings(refused, frame),
        *_set_aside(cleaned, marks),
        *_too_small(kept),
        *_rounded(kept),
        *_percent_cells(frame.filter(~bad)),
        *_unknown_sectors(good),
    ]
    return Checked(good, refused.drop(_FIRST), findings)


def _clean(frame: pl.DataFrame, data: list[str]) -> pl.DataFrame:
    """Canonical values; ``__blank_NAME`` says where a number is none, ``__micro`` the millionths of the canonical unit in one."""
    for name in data:
        if name in CLEANERS:
            frame = canonical(frame, name)
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
    ).with_columns((pl.col("__factor") * MICRO).alias("__micro"))


def canonical(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    """A coded column in canonical texts; a text that is blank or not understood becomes an empty one."""
    texts = frame.get_column(name).unique().to_list()
    stated = [text for text in texts if text.strip()]
    found = parse_periods(stated) if name == "period" else {text: CLEANERS[name](text) for text in stated}
    table = {text: found.get(text) or "" for text in texts} or {"": ""}
    return frame.with_columns(pl.col(name).replace_strict(table, return_dtype=pl.String))


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


def _marks(frame: pl.DataFrame, cleaned: pl.DataFrame, data: list[str]) -> pl.DataFrame:
    """``__code`` and ``__column`` of the first reason to refuse each row; ``__first`` is the row that one repeats."""
    codes = {name: code_of(name, wrong) for name, wrong in wrong_texts(frame, coded(data)).items()}
    texts = frame.select(one.alias(name) for name, one in codes.items()).get_columns()
    hollow = frame.select(code_of("amount", HOLLOW).alias("amount")).to_series()
    numbers = cleaned.select(
        pl.coalesce(pl.lit(hollow), _amount_code()).alias("amount"), *_uncertainty_code(data)
    )
    marks = numbers.hstack([*texts, _repeats(cleaned, data)])
    found = {name: pl.col(name) for name in marks.columns if name != _FIRST}
    again = pl.when(pl.col(_FIRST).is_not_null()).then(pl.lit("A-108"))
    code, column = first_reason({**found, "": again})
    return marks.select(code.alias(CODE), column.alias(_COLUMN), _FIRST)


def _amount_code() -> pl.Expr:
    unread = pl.col("amount").is_null() & ~pl.col("__blank_amount")
    return pl.when(unread).then(pl.lit("A-101")).otherwise(pl.sql_expr(amount_reason("amount", "__micro")))


def _uncertainty_code(data: list[str]) -> list[pl.Expr]:
    if "uncertainty" not in data:
        return []
    half = pl.col("uncertainty")
    fits = (half.is_finite() & (half >= 0)).fill_null(value=False) | pl.col("__blank_uncertainty")
    return [pl.when(~fits).then(pl.lit("A-101")).alias("uncertainty")]


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
    for (code, _), made in refused.group_by(CODE, _COLUMN, maintain_order=True):
        group = made.unique(_PLACE, keep="first", maintain_order=True) if code in ASIDE else made
        rows = group.head(SHOWN).to_dicts()
        for at, row in enumerate(rows):
            first = None if row[_FIRST] is None else frame.row(row[_FIRST], named=True)
            findings.append(_finding(row, first, group.height - at if at == SHOWN - 1 else 1))
    return findings


def _set_aside(cleaned: pl.DataFrame, marks: pl.DataFrame) -> list[Finding]:
    """What rows of totals and parts leave to doubt: amounts that stand nowhere else, and sums that others do not make."""
    code, column = marks.get_column(CODE).fill_null(""), marks.get_column(_COLUMN).fill_null("")
    if not code.is_in(ASIDE).any():
        return []
    size = cleaned.get_column("amount") * cleaned.get_column("__factor")
    known = cleaned.get_column("__factor").is_not_null()
    enough = (size >= _MILLIONTH / 2) | (~known & (cleaned.get_column("amount") > 0))
    counts = (cleaned.get_column("amount").is_finite() & enough).fill_null(value=False)
    others = cleaned.filter(~code.is_in(ASIDE))
    found = [
        _told(alone, "entity", LONE)
        for alone in lone_totals(cleaned.filter((code == TOTAL) & (column == "entity") & counts), others)
    ]
    for name in ("entity", "item"):
        totals = cleaned.filter((code == TOTAL) & (column == name) & counts)
        found += listed([_differing(one, name) for one in total_sums(totals, name, others)])
    for name in ("entity", "sector"):
        parts = cleaned.filter((code == PART) & (column == name) & counts)
        alone = lone_parts(parts, others, name) if parts.height else ()
        found += listed([_told(one, name, LONE_PART) for one in alone])
    return found


def _told(alone: pl.DataFrame, column: str, code: str) -> Finding:
    row = alone.row(0, named=True)
    about = {"where": place(row[FILE], row[SHEET], row[ROW]), "value": row[column], "unit": row["unit"]}
    at = [{"row": one[ROW], "amount": one["amount"]} for one in alone.head(SHOWN).to_dicts()]
    return told(alone, {**about, "amount": f"{row['amount']:,.15g}"}, at, alone.height, code)


def _differing(row: Mapping[str, Any], column: str) -> Finding:
    where = place(row[FILE], row[SHEET], row[ROW])
    return differing(row, row[column], where, {"file": row[FILE], "sheet": row[SHEET], "row": row[ROW]})


def _finding(row: dict[str, Any], first: dict[str, Any] | None, count: int) -> Finding:
    column = row[_COLUMN]
    kept = {key: value for key, value in row.items() if not key.startswith("__") and value != ""}
    return refusal(
        row[CODE],
        column,
        [{"file": row[FILE], "sheet": row[SHEET], "row": row[ROW], "column": column, **kept}],
        where=place(row[FILE], row[SHEET], row[ROW]),
        value=row.get(column),
        unit=row["unit"],
        amount=row.get("amount"),
        other=_other(row, first) if first else "",
        count=count,
    )


def _other(row: dict[str, Any], first: dict[str, Any]) -> tuple[str, str]:
    """Where the row stands that this one repeats."""
    same = (row[FILE], row[SHEET]) == (first[FILE], first[SHEET])
    zh, en = place("", "", first[ROW]) if same else place(first[FILE], first[SHEET], first[ROW])
    return zh.removesuffix("："), en.removesuffix(": ")


def _too_small(kept: pl.DataFrame) -> list[Finding]:
    """Amounts above zero that round to zero millionths of the canonical unit."""
    tiny = kept.filter((pl.col("amount") > 0) & (pl.col("amount") * pl.col("__factor") < _MILLIONTH / 2))
    return _of_amounts("A-132", tiny)


def _rounded(kept: pl.DataFrame) -> list[Finding]:
    """Amounts that rounding to millionths of the canonical unit changes by more than `_TOLD`, and not to zero."""
    exact = pl.col("amount") * pl.col("__micro")
    counted = exact.round(0, mode="half_away_from_zero")
    changed = kept.filter((counted > 0) & ((counted - exact).abs() > _TOLD * exact))
    return _of_amounts("A-149", changed.with_columns((counted / pl.col("__micro")).alias("__counted")))


def _of_amounts(code: str, found: pl.DataFrame) -> list[Finding]:
    """The finding for rows whose amounts are not counted as they were written."""
    if not found.height:
        return []
    row = found.row(0, named=True)
    where = place(row[FILE], row[SHEET], row[ROW])
    about = {"where": where, "value": row["amount"], "unit": row["unit"], "count": found.height}
    if "__counted" in row:
        about["actual"] = f"{row['__counted']:.6g}"
    rows = tuple(
        {"file": r[FILE], "sheet": r[SHEET], "row": r[ROW], "amount": r["amount"]}
        for r in found.head(5).to_dicts()
    )
    return [Finding(code, about, rows, found.height)]


def percent_cells(file: str, sheet: str, cells: Iterable[tuple[int, str]]) -> list[Finding]:
    """A warning for uncertainties (row, text) between 0 and 1 that have no sign of percent.

    A cell of a workbook that shows 5 % holds 0.05, and no reader tells them apart.

    Examples
    --------
    >>> [one.count for one in percent_cells("a.xlsx", "", [(2, "0.05"), (3, "0.05%"), (4, "5")])]
    [1]
    """
    found = [
        (row, text) for row, text in cells if "%" not in narrow(text) and 0 < (percent_of(text) or 0) < 1
    ]
    if not found:
        return []
    row, text = found[0]
    value = percent_of(text) or 0.0
    about = {"where": place(file, sheet, row), "value": f"{value:g}", "expected": f"{value * 100:g}"}
    shown = tuple({"file": file, "sheet": sheet, "row": n, "uncertainty": text} for n, text in found[:5])
    return [Finding("A-135", about, shown, len(found))]


def _percent_cells(kept: pl.DataFrame) -> list[Finding]:
    if "uncertainty" not in kept.columns:
        return []
    texts = kept.get_column("uncertainty").unique().to_list()
    below = [text for text in texts if percent_cells("", "", [(0, text)])]
    found: list[Finding] = []
    doubtful = kept.filter(pl.col("uncertainty").is_in(below))
    for (file, sheet), rows in doubtful.group_by(FILE, SHEET, maintain_order=True):
        found += percent_cells(str(file), str(sheet), rows.select(ROW, "uncertainty").iter_rows())
    return found


def _unknown_sectors(good: pl.DataFrame) -> list[Finding]:
    wrong = unknown_sectors(good)
    unknown = good.filter(pl.col("sector").is_in(wrong)) if wrong else good.clear()
    shown = unknown.unique("sector", keep="first", maintain_order=True).head(SHOWN) if wrong else unknown
    return [
        refusal(
            "A-125",
            "sector",
            [{"row": row[ROW], "sector": row["sector"]}],
            where=place(row[FILE], row[SHEET], row[ROW]),
            value=row["sector"],
        )
        for row in shown.to_dicts()
    ]
