"""Sums of an energy balance: whether its parts make them, what is left over for each item, what no part holds."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from tanheng.activity.balance.table import ROWS, BalanceTable, Column, Number
from tanheng.activity.findings import Finding
from tanheng.codes import codelist

_RANGE = re.compile(r"(B[\d.]+)\.(\d+)\.\.B[\d.]+\.(\d+)")
_CLOSES, _CONSUMED = "B5", "B4"
_NOISE = 1e-9


def check_sums(table: BalanceTable) -> list[Finding]:
    """Sums that differ from their parts, and items whose balance does not close.

    Parameters
    ----------
    table : BalanceTable

    Returns
    -------
    list of Finding
        A-152 for a printed sum that its parts do not make, A-151 for supply + transformation - loss - final consumption -
        statistical difference other than 0; each beyond half a unit of the last printed digit for every number involved.

    Notes
    -----
    The last digit is that of the column: a spreadsheet drops trailing zeros, so it is the finest that two numbers of the
    column share. A printed 0 is exact.
    """
    found: list[Finding] = []
    for column in table.columns:
        found += _sums(table, column)
        found += _residual(table, column)
    return found


def parts_of(code: str) -> list[str]:
    """Rows that a sum row adds up, from the list's own rule.

    Examples
    --------
    >>> parts_of("B4")[:2], parts_of("B4.7")
    (['B4.1', 'B4.2'], ['B4.7a', 'B4.7b'])
    """
    rule = codelist(ROWS).get(code)["rule"]
    match = _RANGE.fullmatch(rule)
    if match:
        return [f"{match[1]}.{at}" for at in range(int(match[2]), int(match[3]) + 1)]
    if rule and re.fullmatch(r"B[\w.]+(\+B[\w.]+)*", rule):
        return rule.split("+")
    below = [str(row["code"]) for row in codelist(ROWS).children(code) if not row["rule"].startswith("memo")]
    return below if codelist(ROWS).get(code)["sign"] == "sum" else []


def remainder(table: BalanceTable, code: str, item: str) -> float:
    """What a printed sum of consumption holds beyond its parts, where a part is not printed.

    Parameters
    ----------
    table : BalanceTable
    code : str
        Row of a sum.
    item : str

    Returns
    -------
    float
        In the unit of the column; 0 where every part has a number, where one is refused, or where rounding makes the
        difference.
    """
    whole = table.numbers.get((code, item))
    parts = parts_of(code)
    if whole is None or not code.startswith(_CONSUMED) or not any(_lacks(table, one, item) for one in parts):
        return 0.0
    if any((row, item) in table.unread for one in parts for row in (one, *parts_of(one))):
        return 0.0
    terms = [number for one in parts for number in _terms(table, one, item)]
    rest = whole.value - sum(_value(table, one, item) or 0.0 for one in parts)
    rest -= sum(number.value for number in _memos(table, parts, item))
    return round(rest, 9) if _beyond(table, item, rest, [*terms, whole]) and rest > 0 else 0.0


def _lacks(table: BalanceTable, code: str, item: str) -> bool:
    """Whether a row has no number: forms are often filled up with 0."""
    return not _value(table, code, item)


def _memos(table: BalanceTable, parts: Sequence[str], item: str) -> list[Number]:
    """Numbers "of which" of parts that are not printed themselves."""
    return [
        table.numbers[row["code"], item]
        for one in parts
        if _lacks(table, one, item)
        for row in codelist(ROWS).children(one)
        if row["rule"].startswith("memo") and (row["code"], item) in table.numbers
    ]


def _sums(table: BalanceTable, column: Column) -> Iterator[Finding]:
    item = column.item
    for code in codelist(ROWS):
        terms = [number for one in parts_of(code) for number in _terms(table, one, item)]
        whole = table.numbers.get((code, item))
        if whole is None or not terms or remainder(table, code, item):
            continue
        added = sum(one.value for one in terms)
        if _beyond(table, item, added - whole.value, [*terms, whole]):
            yield table.of_number("A-152", code, item, whole, sum=f"{added:.10g}")


@functools.cache
def _closing() -> dict[str, int]:
    """Rows whose sum is 0 and their signs, from the rule of the statistical difference."""
    rule = codelist(ROWS).get(_CLOSES)["rule"].partition("(")[0]
    signs = {row: -1 if sign == "-" else 1 for sign, row in re.findall(r"([+-]?)\s*(B\d)", rule)}
    return {**signs, _CLOSES: -1}


def _residual(table: BalanceTable, column: Column) -> Iterator[Finding]:
    item = column.item
    values = {code: _value(table, code, item) for code in _closing()}
    if values["B4"] is None or values["B1"] is None:
        return
    terms = [number for code in _closing() for number in _terms(table, code, item)]
    left = sum(sign * (values[code] or 0.0) for code, sign in _closing().items())
    if _beyond(table, item, left, terms):
        rows = ({"file": table.file, "sheet": table.sheet, "item": item},)
        yield replace(table.finding("A-151", item=column.name, value=f"{left:.6g}"), rows=rows)


def _terms(table: BalanceTable, code: str, item: str) -> list[Number]:
    """The printed number, else those of its parts."""
    if (code, item) in table.numbers:
        return [table.numbers[code, item]]
    return [number for one in parts_of(code) for number in _terms(table, one, item)]


def _value(table: BalanceTable, code: str, item: str) -> float | None:
    """The printed number, else the sum of its parts; None where there is neither."""
    terms = _terms(table, code, item)
    return sum(one.value for one in terms) if terms else None


def _beyond(table: BalanceTable, item: str, gap: float, numbers: Sequence[Number]) -> bool:
    """Whether a difference is more than the rounding of the numbers may make: that stays below half a unit of each."""
    count = sum(1 for one in numbers if one.value)
    slack = 0.5 * 10.0 ** -_decimals(table, item) * max(count, 1)
    return abs(gap) > max(slack - _NOISE, _NOISE)


def _decimals(table: BalanceTable, item: str) -> int:
    """Decimals of a column: the finest that two of its numbers share, the one number's where there is only one."""
    finest = sorted(
        (one.decimals for (_, at), one in table.numbers.items() if at == item and one.value), reverse=True
    )
    return finest[min(1, len(finest) - 1)] if finest else 0
