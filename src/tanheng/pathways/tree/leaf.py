"""Leaves: quantities that are given, with their path over the years and their draws."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from tanheng.inventory.uncertainty.draws import Z95, lognormal_above
from tanheng.pathways.tree.arithmetic import Floats


@dataclass(frozen=True)
class Course:
    """How a quantity goes on after its base year: ``growth`` [% per year until], ``index`` or ``points`` by year."""

    kind: Literal["growth", "index", "points"]
    marks: Mapping[int, float]

    def values(self, base: float, years: Floats) -> Floats:
        """The value in each year, in the unit of ``base``; after the last mark, growth goes on and the others stay level.

        Examples
        --------
        >>> years = np.array([2020.0, 2021.0, 2022.0, 2023.0])
        >>> Course("growth", {2021: 10.0, 2022: 0.0}).values(100.0, years).round(6).tolist()
        [100.0, 110.0, 110.0, 110.0]
        >>> Course("index", {2022: 2.0}).values(100.0, years).tolist()
        [100.0, 150.0, 200.0, 200.0]
        """
        if self.kind == "growth":
            order = sorted(self.marks)
            last = len(order) - 1
            rates = [self.marks[order[min(int(np.searchsorted(order, year)), last)]] for year in years[1:]]
            return np.asarray(base * np.cumprod([1.0, *(1 + rate / 100 for rate in rates)]), dtype=np.float64)
        scale = base if self.kind == "index" else 1.0
        marks = {int(years[0]): base / scale if scale else 0.0} | dict(self.marks)
        order = sorted(marks)
        return np.asarray(scale * np.interp(years, order, [marks[year] for year in order]), dtype=np.float64)


@dataclass(frozen=True)
class Leaf:
    """叶 A given quantity: ``base`` [unit] in the first year, and its course.

    ``uncertainty`` is the relative half width of the 95 % interval of the base, None where it is unknown;
    ``growth_uncertainty`` that of the growth per year, as a share. ``proof`` tells where the value came from.
    """

    name: str
    title: Mapping[str, str]
    unit: str
    base: float
    course: Course | None = None
    sector: str = "other"
    uncertainty: float | None = None
    growth_uncertainty: float = 0.0
    draw: str = ""
    low: float | None = None
    high: float | None = None
    source: Mapping[str, str] | None = None
    check: str = ""
    proof: Mapping[str, Any] | None = None

    def central(self, years: Floats, course: Course | None = None) -> Floats:
        """The values (years,) without uncertainty, by its own course unless another is given."""
        chosen = course or self.course
        return np.full(years.size, self.base) if chosen is None else chosen.values(self.base, years)

    def drawn(self, years: Floats, draws: int, seed: int, course: Course | None = None) -> Floats:
        """Draws (draws, years), or (1, years) where nothing is uncertain; leaves of one ``draw`` share the base's draws."""
        values = self.central(years, course)[None, :]
        if not draws:
            return values
        if self.uncertainty:
            values = values * _factors(self.uncertainty, draws, _stream(seed, self.draw or self.name))
        if self.growth_uncertainty:
            z = _stream(seed, f"{self.name}|growth").standard_normal((draws, 1))
            rate = np.maximum(1 + self.growth_uncertainty / Z95 * z, 0.0)
            values = values * rate ** (years - years[0])
        return values


def _stream(seed: int, name: str) -> np.random.Generator:
    """Random numbers of their own for a name: another leaf more or less changes none of the others."""
    return np.random.default_rng([seed, zlib.crc32(name.encode())])


def _factors(half_width: float, draws: int, stream: np.random.Generator) -> Floats:
    """Factors (draws, 1) of mean 1: normal, or lognormal above the limit of packs/rules/distributions.csv."""
    z = stream.standard_normal((draws, 1))
    deviation = half_width / Z95
    if half_width > lognormal_above():
        spread = np.sqrt(np.log1p(deviation**2))
        return np.asarray(np.exp(spread * z - spread**2 / 2))
    return np.asarray(np.maximum(1 + deviation * z, 0.0))
