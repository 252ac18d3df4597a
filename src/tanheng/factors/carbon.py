"""Whether the CO2 factors of a document follow from the carbon contents of the same document."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tanheng.errors import IncompatibleUnit
from tanheng.factors.model import Factor
from tanheng.quantities import multiplier

#: t CO2 per t C: the ratio of the molar masses
CO2_PER_C = 44 / 12
TOLERANCE = 0.01

#: unit of a CO2 factor, and the unit of the NCV that leads to it from carbon per energy (none if it is per energy)
_BASES = (("tCO2/TJ", ""), ("tCO2/t", "TJ/t"), ("tCO2/Nm3", "TJ/Nm3"), ("tCO2/m3", "TJ/m3"))
_COMBUSTION = {"stationary_combustion", "mobile_combustion"}
_PARTS = {"carbon_content", "ncv", "oxidation_rate"}

Key = tuple[str, str, str, str, str]


@dataclass(frozen=True, slots=True)
class CarbonCheck:
    """One CO2 factor against the carbon content of its document.

    ``expected`` is in the unit of the factor and ``parts`` are the ids it was computed from; both are empty when the
    factor could not be paired, and then ``why_zh`` and ``why_en`` say what is missing.
    """

    row: Factor
    expected: float | None = None
    parts: tuple[str, ...] = ()
    why_zh: str = ""
    why_en: str = ""

    @property
    def ratio(self) -> float | None:
        """Factor over what its carbon content gives."""
        return self.row.value / self.expected if self.expected else None

    @property
    def agrees(self) -> bool:
        """Whether the two are within 1 %; an unpaired factor does not disagree."""
        return self.ratio is None or abs(self.ratio - 1) <= TOLERANCE


def carbon_checks(rows: Iterable[Factor]) -> Iterator[CarbonCheck]:
    """Check every combustion CO2 factor against carbon content x NCV x oxidation x 44/12 of its document.

    Notes
    -----
    Per energy the factor is carbon content x 44/12, times the oxidation rate where the document has one for the fuel;
    per mass or volume the document's NCV is a factor too. Where a document prints several values of one quantity, the
    combination that comes nearest counts.
    """
    rows = list(rows)
    parts: dict[Key, list[Factor]] = defaultdict(list)
    for row in rows:
        if row.property in _PARTS:
            parts[_key(row, row.property)].append(row)
    for row in rows:
        if row.property == "emission_factor" and row.gas == "CO2" and row.category in _COMBUSTION:
            yield _check(row, parts)


def _key(row: Factor, property: str) -> Key:
    return (property, row.item, row.source_title, row.source_publisher, row.source_year)


def _check(row: Factor, parts: dict[Key, list[Factor]]) -> CarbonCheck:
    base = next((pair for pair in _BASES if _in(row, pair[0]) is not None), None)
    if base is None:
        return CarbonCheck(
            row,
            why_zh=f"单位 {row.unit} 不是按能量、质量或体积计",
            why_en=f"{row.unit} is per no energy, mass or volume",
        )
    scale = multiplier(base[0], row.unit, gas="CO2") * CO2_PER_C
    carbon = _values(parts[_key(row, "carbon_content")], "tC/TJ", gas="C")
    if not carbon:
        return CarbonCheck(
            row,
            why_zh="同一文件没有该品种的单位热值含碳量",
            why_en="its document has no carbon content of the item",
        )
    heat = _values(parts[_key(row, "ncv")], base[1]) if base[1] else [(1.0, "")]
    if not heat:
        return CarbonCheck(
            row, why_zh=f"同一文件没有 {base[1]} 的热值", why_en=f"its document has no NCV in {base[1]}"
        )
    oxidation = _values(parts[_key(row, "oxidation_rate")], "fraction") or [(1.0, "")]
    combinations = itertools.product(carbon, heat, oxidation)
    computed = [(c * h * o * scale, (*filter(None, (a, b, d)),)) for (c, a), (h, b), (o, d) in combinations]
    expected, used = min(computed, key=lambda one: abs(one[0] - row.value))
    return CarbonCheck(row, expected, used)


def _in(row: Factor, unit: str, gas: str = "CO2") -> float | None:
    try:
        return row.value * multiplier(row.unit, unit, gas=gas)
    except IncompatibleUnit:
        return None


def _values(rows: list[Factor], unit: str, gas: str = "") -> list[tuple[float, str]]:
    """Values of rows in a unit, with their ids; rows of another dimension are left out."""
    return [(value, row.id) for row in rows if (value := _in(row, unit, gas)) is not None]
