"""The change since a base year and its uncertainty: IPCC approach 1 with type A and type B sensitivities."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from tanheng.errors import language
from tanheng.inventory.problems import invalid
from tanheng.inventory.table import Table
from tanheng.inventory.uncertainty.approaches import enough_known, why_unknown
from tanheng.inventory.uncertainty.terms import AMOUNT, Terms, share, terms_of

if TYPE_CHECKING:
    from tanheng.inventory.inventory import Inventory

_LINE = ("item", "gas")
_YEARS = ("base", "current")
_SCHEMA: dict[str, Any] = dict.fromkeys(_LINE, pl.String) | dict.fromkeys(
    ("base", "current", "type_a", "type_b", "by_factor", "by_activity"), pl.Float64
)


@dataclass(frozen=True)
class Trend:
    """Change of the total since a base year.

    ``change`` is in % of the base year's total. ``known_share`` [%] says how large the part of both totals is, by absolute
    value, whose inputs all have an uncertainty, and ``known_shares`` of the base year's and the year's; ``known_half_width``
    [percentage points, 95 %] is what that part alone brings, None where in either year no input has one. `half_width` is
    that of the whole, where enough of both years is known. ``left_out`` counts the unmatched cells and refused rows of either
    year: the totals lack them, and ``change`` is None where a year has nothing else. ``lines`` has one row per item and
    gas: ``base`` and ``current`` [t], the sensitivities ``type_a`` and ``type_b`` [points per %], and the uncertainty that
    the factors and the activity of the line bring into the trend [points]; None where no uncertainty is stated, or where a
    year has activity of the item and none of it is counted.
    """

    base: float
    current: float
    change: float | None
    known_half_width: float | None
    known_share: float
    known_shares: tuple[float, float]
    left_out: tuple[int, int]
    lines: pl.DataFrame

    @property
    def half_width(self) -> float | None:
        """Half width of the 95 % interval of the change, points; None where too little of either year is known."""
        return self.known_half_width if enough_known(min(self.known_shares)) else None

    @property
    def complete(self) -> bool:
        """Whether nothing is left out of either year."""
        return not any(self.left_out)

    def table(self) -> Table:
        """The lines as a table."""
        return Table(self.lines, _percent(self.change))

    def to_dict(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "approach": 1,
            "base": self.base,
            "current": self.current,
            "change_percent": self.change,
            "half_width_points": self.half_width,
            "known_half_width_points": self.known_half_width,
            "reason": why_unknown(min(self.known_shares)),
            "known_share_percent": self.known_share,
            "known_share_percent_of_each": dict(zip(_YEARS, self.known_shares, strict=True)),
            "complete": self.complete,
            "left_out": dict(zip(_YEARS, self.left_out, strict=True)),
            "lines": self.lines.to_dicts(),
        }

    def __repr__(self) -> str:
        spread = "–" if self.half_width is None else f"{self.half_width:.2f}"
        change = f"{self.base:,.2f} → {self.current:,.2f} t: {_percent(self.change)} ± {spread}"
        return "\n".join([change, *_said(self.left_out), str(self.lines)])


def _percent(change: float | None) -> str:
    return "–" if change is None else f"{change:+.2f} %"


def _said(left_out: tuple[int, int]) -> list[str]:
    """One line for each year that is incomplete."""
    zh = language() == "zh"
    names = ("基准年", "当年") if zh else ("base year", "year")
    return [
        f"{name}清单不完整：{count} 项未计入，变化不含它们"
        if zh
        else f"the {name} is incomplete: {count} not counted, and not in the change"
        for name, count in zip(names, left_out, strict=True)
        if count
    ]


@dataclass(frozen=True)
class _Part:
    """What one variable holds of a line: emission x power in either year, t, and its relative half width."""

    name: str
    base: float
    current: float
    width: float


def trend_of(current: Inventory, base: Inventory) -> Trend:
    """Change of ``current`` since ``base`` with its uncertainty.

    Parameters
    ----------
    current, base : Inventory
        Inventories of the year and of the base year, in the same gas and GWP set.

    Returns
    -------
    Trend

    Raises
    ------
    ArgumentInvalid
        When the two are not in the same unit, or the base year's total is zero.

    Notes
    -----
    A value that both years use, such as a factor with one id, is one variable: its effect is type A x U. All else is
    independent between the years: its effect is type B x sqrt(2) x U, with U of the year. A factor used in many lines is
    one variable and its effects add up; the effects of different variables add up in squares. With C and D the emissions
    of the base year and the year, type A = (0.01 D + sum D - 0.01 C - sum C) / (0.01 C + sum C) x 100 - (sum D - sum C) /
    sum C x 100 and type B = D / sum C.

    Source: IPCC 2006, volume 1, chapter 3, table 3.2 and notes to its columns I to M.

    Examples
    --------
    >>> import tanheng as th
    >>> def year(period, amount):
    ...     row = {"entity": ["四川省"], "period": [period], "item": ["煤品"], "amount": [amount], "unit": ["t"]}
    ...     return th.account(row | {"uncertainty": [5]}, "sichuan-park-2022")
    >>> year("2021", 120).trend(year("2020", 100)).change
    20.0
    """
    same_unit(current, base)
    if not base.total:
        raise invalid("base", 0, "合计不为零的清单", "an inventory whose total is not zero")
    whole = (base.total, current.total)
    terms = (terms_of(base), terms_of(current))
    lines = _lines(*terms)
    shared = {name for name in {*terms[0].names} & {*terms[1].names} if not name.startswith(AMOUNT)}
    effects: dict[str, float] = {}
    for part in (part for parts in lines.values() for part in parts):
        effects[part.name] = effects.get(part.name, 0.0) + _effect(part, shared, whole)
    years = (base, current)
    counted = all(one.complete or not one.rows.filter(~pl.col("memo")).is_empty() for one in years)
    stated = all(one.known_size for one in terms)
    half = math.sqrt(sum(value**2 for value in effects.values())) if counted and stated else None
    return Trend(
        base=whole[0],
        current=whole[1],
        change=(whole[1] - whole[0]) / whole[0] * 100 if counted else None,
        known_half_width=half,
        known_share=share(sum(one.known_size for one in terms), sum(one.unknown for one in terms)),
        known_shares=(terms[0].known_share, terms[1].known_share),
        left_out=(left_out(base), left_out(current)),
        lines=_table(years, lines, shared),
    )


def left_out(inventory: Inventory) -> int:
    """Unmatched cells and refused rows, which the total lacks."""
    return inventory.unmatched.height + inventory.refused


def same_unit(current: Inventory, base: Inventory) -> None:
    """Refuse a base year whose total is of another gas or GWP set.

    Raises
    ------
    ArgumentInvalid
        Naming both units.
    """
    units = [(one.gas, one.gwp_name if one.gas == "CO2e" else None) for one in (base, current)]
    if units[0] != units[1]:
        said = [" ".join(filter(None, unit)) for unit in units]
        raise invalid(
            "base", said[0], f"与本清单同为 {said[1]}", f"the same unit as this inventory, {said[1]}"
        )


def _lines(base: Terms, current: Terms) -> dict[tuple[str, str], list[_Part]]:
    """What each variable holds of each line, in either year; an amount is of its own year, whatever it is called."""
    held: dict[tuple[tuple[str, str], str], list[float]] = {}
    for year, terms in enumerate((base, current)):
        for term, variable, power in zip(terms.term, terms.variable, terms.power, strict=True):
            name = terms.names[variable]
            name = f"{name}@{_YEARS[year]}" if name.startswith(AMOUNT) else name
            part = held.setdefault((terms.line[term], name), [0.0, 0.0, 0.0])
            part[year] += float(terms.emission[term] * power)
            part[2] = max(part[2], float(terms.half_width[variable]))
    lines: dict[tuple[str, str], list[_Part]] = {}
    for (line, name), (before, now, width) in held.items():
        lines.setdefault(line, []).append(_Part(name, before, now, width))
    return lines


def _effect(part: _Part, shared: Collection[str], whole: tuple[float, float]) -> float:
    """Points of the trend that one half width of a variable is worth."""
    if part.name in shared:
        return _type_a(part.base, part.current, whole) * part.width * 100
    return part.current / whole[0] * math.sqrt(2) * part.width * 100


def _type_a(base: float, current: float, whole: tuple[float, float]) -> float:
    """Change of the trend, in points, when an emission is 1 % higher in both years."""
    raised = (0.01 * base + whole[0], 0.01 * current + whole[1])
    return (raised[1] / raised[0] - whole[1] / whole[0]) * 100


def _table(
    years: tuple[Inventory, Inventory],
    lines: Mapping[tuple[str, str], list[_Part]],
    shared: Collection[str],
) -> pl.DataFrame:
    whole = (years[0].total, years[1].total)
    sums = [
        {(row["item"], row["gas"]): row["emission"] for row in one.by(*_LINE).to_dicts()} for one in years
    ]
    missing = [set(one.unmatched.get_column("item")) if one.unmatched.height else set[str]() for one in years]
    rows = []
    for line in sorted({*sums[0], *sums[1]}):
        before, now = (
            found.get(line, None if line[0] in lacking else 0.0)
            for found, lacking in zip(sums, missing, strict=True)
        )
        if before is None or now is None:
            rows.append((*line, before, now, None, None, None, None))
            continue
        amounts = [part for part in lines.get(line, []) if part.name.startswith(AMOUNT)]
        factors = [part for part in lines.get(line, []) if not part.name.startswith(AMOUNT)]
        spread = [_together(parts, shared, whole) for parts in (factors, amounts)]
        rows.append((*line, before, now, abs(_type_a(before, now, whole)), abs(now / whole[0]), *spread))
    frame = pl.DataFrame(rows, schema=_SCHEMA, orient="row")
    return frame.sort("current", *_LINE, descending=[True, False, False], nulls_last=True)


def _together(parts: list[_Part], shared: Collection[str], whole: tuple[float, float]) -> float | None:
    return math.hypot(*(_effect(part, shared, whole) for part in parts)) if parts else None
