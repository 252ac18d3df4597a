"""Masses of a reported inventory: whole grams from text, and whether the gases of a row add up to its total."""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping
from decimal import ROUND_HALF_EVEN, Decimal

from tanheng.activity.clean import is_blank, number_of
from tanheng.errors import IncompatibleUnit, UnknownUnit
from tanheng.factors import load_factors
from tanheng.inventory.categories.gpc import GRAMS
from tanheng.inventory.reported.formats import GASES, Column
from tanheng.quantities import multiplier

MOST = 9 * 10**18
"""Most grams of one row: they fit a 64-bit integer."""
_KILOGRAM = GRAMS // 1000
_SAME = 1e-4


CACHED = 65_536
"""Distinct texts of which a large file is made, that are looked at once."""
blank = functools.lru_cache(maxsize=CACHED)(is_blank)


@functools.lru_cache(maxsize=CACHED)
def grams(text: str, factor: Decimal) -> int | None:
    """Grams that a number of tonnes (times ``factor``) holds; None where the text is no usable number.

    Examples
    --------
    >>> grams("1,234.5678901", Decimal(1)), grams("12", Decimal("0.001")), grams("约5", Decimal(1))
    (1234567890, 12000, None)
    """
    number = number_of(text)
    if number is None or not math.isfinite(number):
        return None
    exact = Decimal(repr(number)) * factor * GRAMS
    return int(exact.to_integral_value(ROUND_HALF_EVEN)) if abs(exact) <= MOST else None


@functools.lru_cache(maxsize=256)
def factor_of(unit: str, target: str = "tCO2e") -> Decimal | None:
    """Tonnes of a unit, exactly; None where the unit is unknown or counts something else.

    Examples
    --------
    >>> factor_of("kg CO2e"), factor_of("t CH4")
    (Decimal('0.001'), None)
    """
    try:
        return Decimal(repr(multiplier(unit, target)))
    except (UnknownUnit, IncompatibleUnit):
        return None


def measured(text: str, column: Column, row_factor: Decimal | None) -> float | int | None:
    """A number, or the whole grams of a column of gases; None where the cell is empty or no usable number."""
    if blank(text):
        return None
    if column.kind == "number":
        number = number_of(text)
        # 15 digits come back from Excel as they were written
        return float(f"{number:.15g}") if number is not None and math.isfinite(number) else None
    target = "tCO2" if column.kind == "memo" else "tCO2e"
    factor = row_factor if column.unit == "row" else factor_of(column.unit, target)
    return grams(text, factor) if factor is not None else None


def gas_check(gases: Mapping[str, int], emission: int | None, columns: Mapping[str, Column]) -> str:
    """Whether gases add up to a total.

    Parameters
    ----------
    gases : mapping of str to int
        Grams CO2e of the gases that a row states.
    emission : int, optional
        The total, g CO2e.
    columns : mapping of str to Column
        Columns of the format.

    Returns
    -------
    str
        ``none`` (no gas or no total), ``sums``, ``rounded`` (apart by no more than a kilogram of each gas, weighted by its
        GWP) or ``differs``.
    """
    if not gases or emission is None:
        return "none"
    gap = abs(sum(gases.values()) - emission)
    if gap == 0:
        return "sums"
    return "rounded" if gap <= sum(_KILOGRAM * _gwp(columns[gas]) for gas in gases) else "differs"


def fits(raw: Mapping[str, str], emission: int, columns: Mapping[str, Column]) -> tuple[str, str]:
    """Another reading of the columns of gases that would add up, as a sentence (zh, en): said, never taken."""
    numbers = {gas: number_of(raw[gas]) or 0.0 for gas in GASES if gas in columns and raw.get(gas)}
    whole = sum(numbers.values())
    weighted = sum(value * _gwp(columns[gas]) for gas, value in numbers.items())
    readings = {
        "t CO2e": ((" t CO2e ", "t CO2e"), whole),
        "kg CO2e": ((" kg CO2e ", "kg CO2e"), whole / 1000),
        "t": (("各气体的 t ", "t of each gas"), weighted),
        "kg": (("各气体的 kg ", "kg of each gas"), weighted / 1000),
    }
    declared = {columns[gas].unit for gas in numbers}
    for unit, ((zh, en), value) in readings.items():
        if unit not in declared and math.isclose(value, emission / GRAMS, rel_tol=_SAME):
            return f"若各列的单位为{zh}则相符。", f" They would fit as {en}."
    return "", ""


def _gwp(column: Column) -> int:
    """Weight of one kilogram of a gas; one where it is no single gas."""
    return math.ceil(_weights(column.gwp)[column.name.upper()]) if column.gwp else 1


@functools.cache
def _weights(name: str) -> dict[str, float]:
    chosen = load_factors().gwp(name)
    return {gas: chosen.value(gas) for gas in ("CO2", "CH4", "N2O")}
