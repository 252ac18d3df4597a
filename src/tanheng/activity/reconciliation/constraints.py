"""Linear constraints between named flows, written as equations, and the table of measurements they speak of."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tanheng.activity.reading.named_tables import read_named
from tanheng.activity.reading.sheets import ROW
from tanheng.errors import TanhengError

MOST = 2_000
"""Measurements that are reconciled at a time: their covariances are a square of them."""
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?")
_SIGN = re.compile(r"(?:^|\s)([+-])(?=\s)|^([+-])|(?<![\d.][eE])(\+)")


class ReconciliationInvalid(TanhengError):
    """A table of measurements or a constraint that cannot be used."""

    code = "A-008"
    zh = "测量数据协调：{where_zh}：{detail_zh}。"
    en = "Reconciliation of measurements: {where_en}: {detail_en}."
    remedy_zh = "表须有名称、数值、单位、不确定度四列，约束写作 a + b = c。"
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


def read_measurements(source: Any) -> list[dict[str, Any]]:
    """Rows of a table of measurements, each one checked.

    Parameters
    ----------
    source : path or table
        One row a flow: ``name``, ``value``, ``unit``, ``uncertainty`` (see the reference of tables).

    Returns
    -------
    list of dict
        Rows with these columns; numbers are None where there is none.

    Raises
    ------
    InputUnreadable, ColumnMissing
        When it is no such table, or a number is none.
    ReconciliationInvalid
        For a name twice, a unit that is missing, or a measurement without its uncertainty.

    Examples
    --------
    >>> read_measurements({"名称": ["a"], "数值": ["1,000"], "单位": ["t"], "不确定度": [20]})
    [{'name': 'a', 'value': 1000.0, 'unit': 't', 'uncertainty': 20.0}]
    """
    rows = read_named(source, "measurements", most=MOST).to_dicts()
    if len(rows) > MOST:
        most = (
            f"有 {len(rows):,} 个测量，最多 {MOST:,} 个",
            f"it has {len(rows):,} measurements, at most {MOST:,} are taken",
        )
        raise _wrong(("测量数据表", "table of measurements"), most)
    seen: set[str] = set()
    for row in rows:
        number, name = row.pop(ROW), _plain(row["name"])
        where = (f"第 {number} 行 {name}".strip(), f"row {number} {name}".strip())
        value, spread = row["value"], row["uncertainty"]
        if not name or name in seen:
            raise _wrong(where, ("名称为空或重复", "its name is empty or stands there twice"))
        if not row["unit"]:
            raise _wrong(where, ("没有单位", "it has no unit"))
        if (value is not None and spread is None) or (spread is not None and spread < 0):
            raise _wrong(
                where,
                (
                    "有测量值，须有不小于 0 的标准不确定度",
                    "a measurement needs a standard uncertainty of 0 or more",
                ),
            )
        seen.add(name)
    return rows


def _wrong(where: str | tuple[str, str], detail: tuple[str, str]) -> ReconciliationInvalid:
    places = (where, where) if isinstance(where, str) else where
    return ReconciliationInvalid(where=places, detail=detail)
