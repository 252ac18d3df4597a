"""Rounding that a document prescribes, in exact decimals: figures that are printed recompute to one another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_FLOOR, ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal
from typing import TYPE_CHECKING, Any

import polars as pl

from tanheng.errors import NotFound, ValueOutOfRange
from tanheng.inventory.table import Table
from tanheng.quantities import multiplier, parse_unit

if TYPE_CHECKING:
    from tanheng.inventory.inventory import Inventory

NANO_DIGITS = -9
WAYS = {"half_up": ROUND_HALF_UP, "half_even": ROUND_HALF_EVEN, "down": ROUND_FLOOR}
_WIDE = Context(prec=60)


def rounded(value: Decimal | str | int | float, digits: int, *, way: str = "half_up") -> Decimal:
    """A number rounded to a count of decimals, exactly.

    Parameters
    ----------
    value : Decimal, str, int or float
        A float is taken as the decimal that it prints (2.675 is 2.675, not the double next to it).
    digits : int
        Decimals kept; negative rounds to tens, hundreds and so on.
    way : str
        ``half_up`` (a half goes away from zero) ``half_even`` (a half goes to the even digit, GB/T 8170) or ``down`` (never above the number).

    Returns
    -------
    Decimal
        With just that many decimals, never minus zero.

    Raises
    ------
    NotFound
        When there is no such way.
    ValueOutOfRange
        When the number is not finite.

    Source
    ------
    GB/T 8170-2008, 3.2 (half_even); half_up is what guidelines call 四舍五入, down what they call 向下取整.

    Examples
    --------
    >>> rounded(2.675, 2), rounded("2.5", 0, way="half_even"), rounded(-0.4, 0)
    (Decimal('2.68'), Decimal('2'), Decimal('0'))
    """
    if way not in WAYS:
        raise NotFound(what_zh="修约方式", what_en="way of rounding", name=way, known=", ".join(WAYS))
    number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if not number.is_finite():
        raise ValueOutOfRange(name="value", value=str(value), low="-inf", high="inf")
    kept = number.quantize(Decimal(1).scaleb(-digits), rounding=WAYS[way], context=_WIDE)
    return kept if kept else abs(kept)


def official_figures(inventory: Inventory) -> Table:
    """The lines of an inventory as the document prints them: amounts, parameters and emissions rounded its way.

    Parameters
    ----------
    inventory : Inventory
        By a method whose pack has ``rounding``.

    Returns
    -------
    Table
        One row per cell and rule of the total, sorted as the cells are: ``entity``, ``period``, ``item``,
        ``activity``, ``rule``, ``amount`` in the document's ``unit``, ``parameters``, ``emission`` [t], all figures as text with the
        digits of the document; the last row, whose rule is ``total``, is the rounded sum of the emissions as printed.

    Raises
    ------
    NotFound
        When the method prescribes no rounding.

    Notes
    -----
    A line can be recomputed from what it prints: stated parameters were rounded to the document's decimals before they
    entered the coefficient, and the emission is that of the amount as printed. Emissions are integers of 10^-9 t and are
    rounded once from there: no double rounding through a float.

    Examples
    --------
    >>> import tanheng as th
    >>> row = {"entity": "钢厂", "period": "2024", "item": "洗精煤", "activity": "消耗", "amount": 1500000, "unit": "t"}
    >>> figures = official_figures(th.account({key: [value] for key, value in row.items()}, "cn-enterprise-steel"))
    >>> [(line["emission"], line["parameters"]) for line in figures.to_dicts()]
    [('3681705.72', 'ncv=26.344; carbon_content=0.02541'), ('3681706', '')]
    """
    spec = _spec(inventory)
    way = spec["way"]
    rows = inventory.rows.filter(~pl.col("memo"))
    lines: dict[tuple[int, str], dict[str, Any]] = {}
    for row in rows.sort("cell", maintain_order=True).iter_rows(named=True):
        line = lines.setdefault((row["cell"], row["rule"]), {**row, "sum": 0})
        line["sum"] += int(row["emission_nano"])
    printed = [_line(line, inventory, spec) for line in lines.values()]
    added = sum((Decimal(line["emission"]) for line in printed), Decimal(0))
    whole = f"{added if spec.get('total') is None else rounded(added, int(spec['total']), way=way):f}"
    names = ("entity", "period", "item", "activity", "rule", "amount", "unit", "parameters", "emission")
    last = dict.fromkeys(names, "") | {"rule": "total", "emission": whole}
    frame = pl.DataFrame([*printed, last], schema=dict.fromkeys(names, pl.String))
    return Table(frame, f"{inventory.method['id']}: {spec['clause']}")


def _spec(inventory: Inventory) -> Mapping[str, Any]:
    data = inventory.circumstances.get("method", {}).get("data", {})
    if "rounding" not in data:
        raise NotFound(
            what_zh="修约规定", what_en="rounding", name=str(inventory.method["id"]), known="rounding"
        )
    found: Mapping[str, Any] = data["rounding"]
    return found


def _line(line: Mapping[str, Any], inventory: Inventory, spec: Mapping[str, Any]) -> dict[str, str]:
    way, digits = spec["way"], spec.get("parameters", {})
    inputs = inventory.records[line["coefficient_row"]]["inputs"]
    shown = [
        f"{one['name']}={_text(one['value'], digits[one['name']], way)}"
        for one in inputs
        if one["name"] in digits
    ]
    named = {name: line.get(name) or "" for name in ("entity", "period", "item", "activity", "rule")}
    unit = _printed_unit(line["unit"], spec.get("units", []))
    amount = line["amount"] * multiplier(line["unit"], unit)
    as_printed = _text(amount, spec.get("amount"), way)
    exact = Decimal(f"{amount:.15g}")
    ratio = Decimal(as_printed) / exact if exact else Decimal(1)
    return {
        **named,
        "unit": unit,
        "amount": as_printed,
        "parameters": "; ".join(shown),
        "emission": _tonnes(line["sum"] * ratio, spec.get("emission"), way),
    }


def _printed_unit(unit: str, units: Sequence[str]) -> str:
    """The unit in which the document prints an amount, so that its digits mean what they say."""
    given = parse_unit(unit).dimension
    return next((one for one in units if parse_unit(one).dimension == given), unit)


def _text(value: float, digits: int | None, way: str) -> str:
    exact = Decimal(f"{value:.15g}")
    return f"{exact if digits is None else rounded(exact, int(digits), way=way):f}"


def _tonnes(nano: Decimal | int, digits: int | None, way: str) -> str:
    exact = Decimal(nano).scaleb(NANO_DIGITS)
    return f"{exact if digits is None else rounded(exact, int(digits), way=way):f}"
