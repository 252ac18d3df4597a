"""Amounts of a document in sizes that can be read: 41,222 万 t and 412.2 Mt instead of 412223884.75 t."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from tanheng.errors import language

_LARGE = 1e6
_ZH, _EN = ((1e10, 1e8, "亿 "), (1e6, 1e4, "万 ")), ((1e12, 1e9, "G"), (1e6, 1e6, "M"))
_EN_OTHERS = ((1e12, 1e9, "10⁹ "), (1e6, 1e6, "10⁶ "))
_AMOUNT = "amount"


def sized(unit: str, most: float) -> tuple[float, str]:
    """What amounts of a unit, the largest of which is ``most``, are divided by, and the unit that they then have.

    A unit that has a size already stays as it is, and so do numbers below a million.

    Examples
    --------
    >>> sized("t CO₂e", 412_223_884.75), sized("万t", 4.1e7), sized("t", 41_000.0), sized("%", 1e7)
    ((10000.0, '万 t CO₂e'), (1.0, '万t'), (1.0, 't'), (1.0, '%'))
    """
    mass = unit == "t" or unit.startswith(("t ", "tc", "t/"))
    if most < _LARGE or not unit or unit == "%" or unit[0] in "万亿百千MGk1":
        return 1.0, unit
    steps = _ZH if language() == "zh" else _EN if mass else _EN_OTHERS
    factor, prefix = next((by, name) for least, by, name in steps if most >= least)
    return factor, f"{prefix}{unit}"


def readable(document: Mapping[str, Any]) -> dict[str, Any]:
    """A document as plain data with its amounts in such sizes; columns of a table that share a unit share the size."""
    return {
        **document,
        "figures": [_figure(one) for one in document["figures"]],
        "sheets": [_sheet(one) for one in document["sheets"]],
    }


def _figure(one: Mapping[str, Any]) -> dict[str, Any]:
    if one["shown"] != _AMOUNT:
        return dict(one)
    numbers = ("value", "low", "high")
    factor, unit = sized(one["unit"], _most(one[key] for key in numbers))
    return {**one, "unit": unit, **{key: _divided(one[key], factor) for key in numbers}}


def _sheet(sheet: Mapping[str, Any]) -> dict[str, Any]:
    amounts = [one for one in sheet["columns"] if one["shown"] == _AMOUNT and one["unit"]]
    sizes = {
        unit: sized(unit, _most(row.get(one["key"]) for one in amounts if one["unit"] == unit for row in sheet["rows"]))
        for unit in {one["unit"] for one in amounts}
    }  # fmt: skip
    factors = {one["key"]: sizes[one["unit"]][0] for one in amounts}
    columns = [
        {**one, "unit": sizes[one["unit"]][1]} if one["key"] in factors else one for one in sheet["columns"]
    ]
    rows = [
        {key: _divided(value, factors.get(key, 1.0)) for key, value in row.items()} for row in sheet["rows"]
    ]
    return {**sheet, "columns": columns, "rows": rows}


def _most(values: Iterable[Any]) -> float:
    return max((abs(one) for one in values if _number(one)), default=0.0)


def _divided(value: Any, factor: float) -> Any:
    return value / factor if factor != 1.0 and _number(value) else value


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
