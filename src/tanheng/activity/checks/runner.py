"""Checks: their vocabulary, and the runner that a method pack hands its list to."""

from __future__ import annotations

import difflib
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tanheng.activity.checks.balance import check_balance
from tanheng.activity.checks.base import Check, CheckTables, Key, Pair, capped, check_format
from tanheng.activity.checks.jump import check_jump
from tanheng.activity.checks.overlap import check_overlap
from tanheng.activity.checks.parts import check_parts
from tanheng.activity.checks.range import check_range
from tanheng.activity.checks.series import check_series
from tanheng.activity.checks.shares import check_shares
from tanheng.activity.checks.slip import check_unit_slip
from tanheng.activity.claims.check import check_claims, read_claims
from tanheng.activity.findings import Finding
from tanheng.codes import codelist, items
from tanheng.errors import UnknownCode, UnknownUnit
from tanheng.quantities import parse_unit

CHECKS: Mapping[str, Check] = {
    "range": check_range,
    "jump": check_jump,
    "series": check_series,
    "parts": check_parts,
    "balance": check_balance,
    "unit_slip": check_unit_slip,
    "shares": check_shares,
    "claims": check_claims,
    "overlap": check_overlap,
}
"""Every check by its name in a method pack."""

Error = Callable[[tuple[Any, ...], Pair, Pair], Exception]


def run_checks(specs: Sequence[Mapping[str, Any]], tables: CheckTables) -> list[Finding]:
    """Run the checks of a method on plain tables.

    Parameters
    ----------
    specs : sequence of mapping
        The ``checks`` list of a method pack: each entry names one check and gives its keys.
    tables : CheckTables
        Activity, parts, claims, emissions [t] and coefficients [t per unit].

    Returns
    -------
    list of Finding
        In the order of the checks; what a check cannot be run on gives no finding.

    Examples
    --------
    >>> import polars as pl
    >>> rows = pl.DataFrame({"item": ["coal"], "amount": [3.0], "unit": ["t"]})
    >>> [finding.code for finding in run_checks([{"range": {"high": 2, "unit": "t"}}], CheckTables(rows))]
    ['Q-001']
    """
    return [
        finding
        for entry in specs
        for name, spec in entry.items()
        for finding in capped(CHECKS[name](spec, tables))
    ]


def check_specs(specs: Any, error: Error) -> None:
    """Refuse a check that the vocabulary does not hold, or a key that does not fit its description.

    Parameters
    ----------
    specs : list
        The ``checks`` list of a method pack as read.
    error : callable
        Called with the place in the list, the detail and the mend (zh, en); returns the exception to raise.

    Examples
    --------
    >>> check_specs([{"jump": {"by": ["entity"], "limit": 0.5}}], lambda at, detail, mend: ValueError(detail[1]))
    >>> check_specs([{"jmp": {}}], lambda at, detail, mend: ValueError(mend[1]))
    Traceback (most recent call last):
    ...
    ValueError: Checks: range, jump, series, parts, balance, unit_slip, shares, claims, overlap. Did you mean jump?
    """
    if not isinstance(specs, list):
        raise error(
            (),
            ("应为列表", "expected a list"),
            ("请以“- jump: {…}”逐条书写。", "Write entries such as '- jump: {...}'."),
        )
    for at, entry in enumerate(specs):
        if not isinstance(entry, dict) or not entry:
            raise error(
                (at,),
                ("应为检查名和键", "expected the name of a check and its keys"),
                (
                    "例如 jump: {by: [entity, item], limit: 0.5}。",
                    "For example jump: {by: [entity, item], limit: 0.5}.",
                ),
            )
        for name, spec in entry.items():
            _check_one((at, name), name, spec, error)


def _check_one(at: tuple[Any, ...], name: Any, spec: Any, error: Error) -> None:
    keys = check_format().get(str(name))
    if keys is None:
        raise error(
            at,
            ("没有这种检查", "there is no such check"),
            _choices(str(name), ("可用的检查", "Checks"), list(CHECKS)),
        )
    if not isinstance(spec, dict):
        raise error(
            at, ("应为键和值", "expected keys and values"), ("请检查缩进。", "Check the indentation.")
        )
    for key, value in spec.items():
        described = keys.get(key)
        if described is None:
            raise error(
                (*at, key),
                ("没有这个键", "there is no such key"),
                _choices(str(key), ("可用的键", "Keys here"), list(keys)),
            )
        problem = _TYPES[described.type](value)
        if problem is not None:
            raise error((*at, key), problem, _expected(described))
    for key, described in keys.items():
        if described.need == "yes" and key not in spec:
            raise error((*at, key), ("缺少此键", "this key is missing"), _expected(described))
    if "low" in spec and "high" in spec and spec["low"] > spec["high"]:
        raise error(
            (*at, "low"),
            ("下限高于上限", "the lowest value is above the highest"),
            ("请对调。", "Swap them."),
        )
    if name == "range" and not {"low", "high"} & set(spec):
        raise error(
            at,
            ("没有上下限", "there is neither a lowest nor a highest value"),
            ("请给出 low 或 high。", "Give low or high."),
        )


def _choices(text: str, kind: Pair, known: list[str]) -> Pair:
    near = difflib.get_close_matches(text, known, n=1)
    hint = (f"是否为 {near[0]}？", f" Did you mean {near[0]}?") if near else ("", "")
    return f"{kind[0]}：{'、'.join(known)}。{hint[0]}", f"{kind[1]}: {', '.join(known)}.{hint[1]}"


def _expected(key: Key) -> Pair:
    return (
        f"应为{key.meaning_zh}，例如 {key.key}: {key.example}。",
        f"Expected: {key.meaning_en}; for example {key.key}: {key.example}.",
    )


def _number(value: Any) -> Pair | None:
    good = isinstance(value, int | float) and not isinstance(value, bool) and not math.isnan(value)
    return None if good else (f"“{value}”不是数", f"'{value}' is not a number")


def _positive(value: Any) -> Pair | None:
    return _number(value) or (None if value >= 0 else (f"{value} 为负", f"{value} is negative"))


def _numbers(value: Any) -> Pair | None:
    if not isinstance(value, list) or not value:
        return "应为数的列表", "expected a list of numbers"
    return next((problem for entry in value if (problem := _positive(entry))), None)


def _text(value: Any) -> Pair | None:
    return None if isinstance(value, str) and value.strip() else ("应为文字", "expected a text")


def _texts(value: Any) -> Pair | None:
    good = (
        isinstance(value, list) and value and all(isinstance(entry, str) and entry.strip() for entry in value)
    )
    return None if good else ("应为文字的列表", "expected a list of texts")


def _flag(value: Any) -> Pair | None:
    return None if isinstance(value, bool) else ("应为 true 或 false", "expected true or false")


def _unit(value: Any) -> Pair | None:
    try:
        parse_unit(str(value))
    except UnknownUnit:
        return f"单位“{value}”无法识别", f"unit '{value}' is not known"
    return None


def _code(name: str) -> Callable[[Any], Pair | None]:
    def check(value: Any) -> Pair | None:
        listed = items().codes if name == "items" else codelist(name)
        try:
            listed.get(str(value))
        except UnknownCode as unknown:
            near = unknown.fields["near"]
            return (
                f"代码表“{name}”中没有“{value}”（相近：{near}）",
                f"list '{name}' holds no '{value}' (near: {near})",
            )
        return None

    return check


_TYPES: Mapping[str, Callable[[Any], Pair | None]] = {
    "number": _number,
    "positive": _positive,
    "numbers": _numbers,
    "text": _text,
    "texts": _texts,
    "column": _text,
    "columns": _texts,
    "flag": _flag,
    "unit": _unit,
    "item": _code("items"),
    "sector": _code("sectors"),
}

__all__ = ["CHECKS", "CheckTables", "check_specs", "read_claims", "run_checks"]
