"""Why a row is refused: the reasons and their order, the same for rows in memory and for rows on disk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from tanheng.activity.clean import (
    CLEANERS,
    LARGEST,
    MERGED,
    MICRO,
    NO_RESULT,
    NOT_UNDERSTOOD,
    is_part,
    is_total,
    sector_of,
    sums_entities,
    unit_of,
)
from tanheng.activity.findings import Finding
from tanheng.activity.schema import BASE, columns
from tanheng.activity.text import one_line
from tanheng.codes import codelist

TOTAL, PART = "A-107", "A-193"
UNSTORED, REPEATED = "A-197", "A-198"
HOLLOW = {NO_RESULT: UNSTORED, MERGED: REPEATED}
"""Why a cell has no number of its own, by what stands in its place."""
ASIDE = (TOTAL, PART)
"""Rows that hold what others hold too: they are set aside and not missing."""
ORDER = ("entity", "period", "item", "amount", "unit", "sector", "region", "parameters", "uncertainty", "")
"""A row is refused for the first column that cannot be taken, and last of all ("") because it repeats another; but
one that names totals or a part is set aside before anything else is asked of it: such rows leave cells empty."""
_NAMES = ("entity", "item", "sector")
_MARKS = "计計"
_STARTS = (
    ("", "0"), (":", "A"), ("G", "H"), ("O", "P"), ("S", "U"), ("[", "a"), ("g", "h"), ("o", "p"), ("s", "u"),
    ("{", "\xa1"), ("\u1680", "\u1681"), ("\u2000", "\u3040"), ("其", "具"), ("\ufeff", "\uff5f"),
)  # fmt: skip
"""A text of totals has one of the marks in it or, as a blank one and a part do, begins within one of these, from and
before: a grand total, a subtotal, a sum, a total or of which in Latin letters, in any form, and white space or marks."""

MOST = f"cast('{LARGEST * MICRO!r}' as double)"
"""The largest amount in millionths of its canonical unit, as SQL that every engine reads to the last digit."""
AMOUNTS = {
    "A-101": "{amount} in (cast('Infinity' as double), cast('-Infinity' as double))",
    "A-103": "{amount} is null or not ({amount} - {amount} = 0)",
    "A-102": "{amount} < 0",
    "A-109": f"{{amount}} * {{micro}} > {MOST}",
}
"""Why an amount is refused, in order, as SQL that Polars reads too. Only a NaN makes a - a differ from 0 here; a
comparison would not do, as the statistics of a Parquet file hide NaN and let an engine leave the comparison out."""


def amount_reason(amount: str, micro: str) -> str:
    """The code for an amount as an SQL expression; null if the amount can be taken.

    ``micro`` is how many millionths of the canonical unit there are in one of the amount's.

    Examples
    --------
    >>> pl.select(amount=pl.lit(-2.0), micro=pl.lit(1e6)).select(pl.sql_expr(amount_reason("amount", "micro"))).item()
    'A-102'
    """
    cases = (
        f"when {holds.format(amount=amount, micro=micro)} then '{code}'" for code, holds in AMOUNTS.items()
    )
    return f"case {' '.join(cases)} end"


def reason(name: str, text: str) -> str:
    """The code for a text that a column cannot take; empty if it can.

    Examples
    --------
    >>> reason("period", "去年"), reason("item", "合计"), reason("unit", " "), reason("unit", "万吨")
    ('A-105', 'A-107', 'A-106', '')
    >>> reason("sector", "其中：水泥"), reason("sector", "神秘部门")
    ('A-193', '')
    """
    if not text.strip():
        return "A-106" if name in BASE else ""
    if name in {"entity", "sector"} and is_part(text):
        return PART
    if name == "sector":
        return ""
    if name in _NAMES:
        return TOTAL if (sums_entities if name == "entity" else is_total)(text) else ""
    understood = unit_of(text) if name == "unit" else CLEANERS[name](text)
    return NOT_UNDERSTOOD[name] if understood is None else ""


def unknown_sectors(frame: pl.DataFrame) -> list[str]:
    """Sectors that the list of sectors lacks, in order; they are kept as they are."""
    if "sector" not in frame.columns:
        return []
    texts = sorted(text for text in frame.get_column("sector").unique().to_list() if text.strip())
    return [text for text in texts if sector_of(text) not in codelist("sectors")]


def doubtful(name: str) -> str:
    """SQL for the texts among which `wrong_texts` finds every blank and every name of totals and parts; null is not among them.

    Single patterns and ranges: Parquet's dictionaries answer them, so that few texts are read.

    Examples
    --------
    >>> names = pl.DataFrame({"entity": ["钢厂", "合计", "　"]})
    >>> names.filter(pl.sql_expr(doubtful("entity"))).to_series().to_list()
    ['合计', '　']
    """
    marks = [f"{name} like '%{mark}%'" for mark in _MARKS]
    starts = [f"({name} >= '{first}' and {name} < '{beyond}')" for first, beyond in _STARTS]
    return " or ".join([*marks, *starts])


def wrong_texts(frame: pl.DataFrame, names: Sequence[str]) -> dict[str, dict[str, str]]:
    """Texts that their columns cannot take, with the code of each, by column; columns without any are left out."""
    found = {}
    for name in names:
        texts = frame.get_column(name).unique()
        if name in _NAMES:
            texts = texts.to_frame(name).filter(pl.sql_expr(doubtful(name))).to_series()
        if wrong := {text: code for text in texts.to_list() if (code := reason(name, text))}:
            found[name] = wrong
    return found


def coded(names: Sequence[str]) -> list[str]:
    """Which of some columns hold texts that may be refused."""
    return [name for name in names if name in NOT_UNDERSTOOD or name in _NAMES]


def code_of(name: str, wrong: Mapping[str, str]) -> pl.Expr:
    """The code of each text of a column; null if it can be taken."""
    return pl.col(name).replace_strict(dict(wrong), default=None, return_dtype=pl.String)


def first_reason(codes: Mapping[str, pl.Expr]) -> tuple[pl.Expr, pl.Expr]:
    """Code and column of the first reason to refuse each row, from the code of each column; null for good rows."""
    aside = [(name, pl.when(codes[name].is_in(ASIDE)).then(codes[name])) for name in _NAMES if name in codes]
    ranked = aside + [(name, codes[name]) for name in ORDER if name in codes]
    nothing = pl.lit(None, dtype=pl.String)
    code = pl.coalesce(nothing, *(one for _, one in ranked))
    column = pl.coalesce(nothing, *(pl.when(one.is_not_null()).then(pl.lit(name)) for name, one in ranked))
    return code, column


def refusal(
    code: str,
    column: str,
    rows: Sequence[Mapping[str, Any]],
    *,
    where: tuple[str, str],
    value: object,
    unit: object = "",
    amount: object = "",
    heading: str = "",
    other: tuple[str, str] | str = "",
    count: int = 1,
) -> Finding:
    """The finding for rows that are refused for one reason; ``heading`` is the column as the data call it."""
    described = columns().get(column)
    heading = heading or column
    amount = f"{amount:,.15g}" if isinstance(amount, float) else amount
    fields = {
        "where": where,
        "column": (f"{described['name_zh']} {heading}", heading) if described else heading,
        "value": one_line("" if value is None else value, 60),
        "unit": one_line("" if unit is None else unit, 40),
        "amount": one_line("–" if amount in {None, ""} else amount, 40),
        "other": other,
        "expected": (described["meaning_zh"], described["meaning_en"]) if described else "",
        "count": count,
    }
    return Finding(code, fields, tuple(rows), count)
