"""Linear constraints between named flows, written as equations, and the table of measurements they speak of."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from tanheng.errors import TanhengError

_NUMBER = re.compile(r"[+-]?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?")
_SIGN = re.compile(r"(?:^|\s)([+-])(?=\s)|^([+-])|(\+)")


class ReconciliationInvalid(TanhengError):
    """A table of measurements or a constraint that cannot be used."""

    code = "A-008"
    zh = "测量数据协调：{where}：{detail_zh}。"
    en = "Reconciliation of measurements: {where}: {detail_en}."
    remedy_zh = "表须有 name、value、unit、uncertainty 列，约束写作 a + b = c。"
    remedy_en = "The table has the columns name, value, unit, uncertainty; a constraint reads a + b = c."


@dataclass(frozen=True)
class Constraint:
    """sum(coefficient * flow) = constant; the constant is in the unit of the first flow."""

    text: str
    terms: dict[str, float]
    constant: float


def parse_constraint(text: str, names: Sequence[str]) -> Constraint:
    """Read an equation between known names.

    Parameters
    ----------
    text : str
        Terms joined by ``+`` or `` - `` (a minus with spaces) around one ``=``; a term is a name, a number, or
        ``number * name``.
    names : sequence of str
        The names that may stand in it.

    Returns
    -------
    Constraint
        Coefficients, dimensionless, of the names with everything moved to the left.

    Raises
    ------
    ReconciliationInvalid
        For a text that is no equation, or a name that is not known.

    Examples
    --------
    >>> parse_constraint("0.9 * in - meter-1 = 5", ["in", "meter-1"])
    Constraint(text='0.9 * in - meter-1 = 5', terms={'in': 0.9, 'meter-1': -1.0}, constant=5.0)
    """
    known = {_plain(name): name for name in names}
    sides = _plain(text).split("=")
    if len(sides) != 2 or not all(side.strip() for side in sides):
        raise _wrong(
            text, ("应有一个等号，两边都有内容", "it needs one equals sign with something on either side")
        )
    terms: dict[str, float] = {}
    constant = 0.0
    for side, way in zip(sides, (1.0, -1.0), strict=True):
        for sign, term in _terms(side):
            number, name = _term(text, term, known)
            if name:
                terms[name] = terms.get(name, 0.0) + way * sign * number
            else:
                constant -= way * sign * number
    if not any(terms.values()):
        raise _wrong(text, ("没有流量", "it speaks of no flow"))
    return Constraint(text, terms, constant)


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).replace("−", "-").replace("×", "*").split())


def _terms(side: str) -> list[tuple[float, str]]:
    pieces = _SIGN.split(side.strip())
    found: list[tuple[float, str]] = [(1.0, pieces[0].strip())] if pieces[0].strip() else []
    for n in range(1, len(pieces), 4):
        mark = next(one for one in pieces[n : n + 3] if one)
        found.append((-1.0 if mark == "-" else 1.0, pieces[n + 3].strip()))
    return found


def _term(text: str, term: str, known: dict[str, str]) -> tuple[float, str]:
    if term in known:
        return 1.0, known[term]
    number, _, name = (part.strip() for part in term.partition("*"))
    if not _NUMBER.fullmatch(number) or (name not in known and "*" in term):
        raise _wrong(
            text,
            (f"“{term}”不是表中的名称，也不是数", f"'{term}' is neither a name of the table nor a number"),
        )
    return float(number), known.get(name, "")


def columns_needed(table: pl.DataFrame, columns: Sequence[str]) -> list[dict[str, Any]]:
    """Rows of a table of measurements, each one checked.

    Parameters
    ----------
    table : table
        One row a flow: ``name, value, unit, uncertainty``.
    columns : sequence of str
        The columns that must be there.

    Returns
    -------
    list of dict
        Rows with these columns.

    Raises
    ------
    ReconciliationInvalid
        For a missing column, a name twice, a number that is none, or a measurement without its uncertainty.

    Examples
    --------
    >>> columns_needed(pl.DataFrame({"name": ["a"]}), ["name", "unit"])
    Traceback (most recent call last):
    ...
    tanheng.activity.constraints.ReconciliationInvalid: ...
    """
    for column in columns:
        if column not in table.columns:
            raise _wrong("table", (f"缺少列 {column}", f"column {column} is missing"))
    rows = table.select(columns).to_dicts()
    seen: set[str] = set()
    for row in rows:
        name = _plain(str(row["name"] or ""))
        if not name or name in seen:
            raise _wrong(name or "–", ("名称为空或重复", "its name is empty or stands there twice"))
        seen.add(name)
        _check_numbers(name, row)
    return rows


def _check_numbers(name: str, row: dict[str, Any]) -> None:
    value, spread = row["value"], row["uncertainty"]
    for number in (value, spread):
        if number is not None and (not isinstance(number, int | float) or not math.isfinite(number)):
            raise _wrong(name, (f"“{number}”不是数", f"'{number}' is not a number"))
    if value is not None and (spread is None or spread < 0):
        raise _wrong(
            name,
            (
                "有测量值，须有不小于 0 的标准不确定度",
                "a measurement needs a standard uncertainty of 0 or more",
            ),
        )


def _wrong(where: str, detail: tuple[str, str]) -> ReconciliationInvalid:
    return ReconciliationInvalid(where=where, detail_zh=detail[0], detail_en=detail[1])
