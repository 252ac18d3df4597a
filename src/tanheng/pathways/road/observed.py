"""What a place has emitted: a series of years by cells, their factors, and how uncertain it is."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tanheng.activity import Finding
from tanheng.drivers.series import Series
from tanheng.errors import NotFound
from tanheng.pathways.tree.arithmetic import Floats

NORMAL_95 = 1.959963984540054
"""Half width of a 95 % interval of a normal distribution, in standard deviations."""


@dataclass(frozen=True, eq=False)
class Observed:
    """核查 Emissions of past years: ``series`` holds cells and factors as written, ``kinds`` what each factor is.

    Kinds are ``activity``, ``structure``, ``intensity``, ``fuel``, ``factor``, ``sink`` and ``other``; ``half`` (years,) is the half
    width of the 95 % interval of each year's total, as a share; ``scale`` turns the numbers of the series into ``unit``. ``grade`` is A
    to E as ``grade_source`` states it, empty where nothing is stated; ``proofs`` are those of the inventories that years are bound to,
    ``findings`` warnings such as money at current prices; ``rows`` tells where in the file a year's cell stands,
    ``prices`` which columns of money are at constant prices (``real``) and which are not (``nominal``), ``titles`` what each factor is
    called in both languages.
    """

    file: str
    series: Series
    kinds: Mapping[str, str]
    half: Floats
    scale: float
    unit: str
    source: Mapping[str, str]
    synthetic: bool = False
    grade: str = ""
    grade_source: Mapping[str, str] = field(default_factory=dict)
    proofs: Mapping[int, tuple[Mapping[str, Any], ...]] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    rows: Mapping[tuple[int, tuple[str, ...]], int] = field(default_factory=dict)
    prices: Mapping[str, str] = field(default_factory=dict)
    titles: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @functools.cached_property
    def years(self) -> Floats:
        """Years, as whole numbers."""
        return np.array([float(one) for one in self.series.periods])

    @functools.cached_property
    def total(self) -> Floats:
        """Emission (years,) [unit]."""
        found: Floats = self.series.total[0].sum(axis=1) * self.scale
        return found

    @property
    def sigma(self) -> Floats:
        """Standard deviation (years,) of each year's total [unit]."""
        return np.abs(self.total) * self.half / NORMAL_95

    @property
    def last(self) -> int:
        """The last year that was observed."""
        return int(self.years[-1])

    def at(self, year: int) -> int:
        """The place of a year that was observed.

        Raises
        ------
        NotFound
        """
        found = np.flatnonzero(self.years == year)
        if not found.size:
            known = ", ".join(f"{one:.0f}" for one in self.years)
            raise NotFound(what_zh="核查年份", what_en="observed year", name=str(year), known=known)
        return int(found[0])
