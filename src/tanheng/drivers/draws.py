"""Uncertainty of effects: inputs are drawn, and the decomposition is made of every draw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np

from tanheng.activity.clean import number_of, percent_of
from tanheng.drivers.lmdi import DriversInvalid, Floats, Method, as_ratios, contributions
from tanheng.drivers.series import Pairs, Series
from tanheng.steps import step

_AT_ONCE = 4_000_000
"""Numbers that are held at a time."""


@dataclass(frozen=True)
class Spread:
    """Uncertainty of a column: half-width of its 95 % interval as a share; ``steady`` errors are the same in all periods.

    Examples
    --------
    >>> Spread(0.05, steady=True).half
    0.05
    """

    half: float
    steady: bool = False

    @classmethod
    def read(cls, text: str) -> Spread | None:
        """A half-width as it is written; None for a text that is none.

        Examples
        --------
        >>> Spread.read("5%:steady"), Spread.read("0.05").steady, Spread.read("5%:often")
        (Spread(half=0.05, steady=True), False, None)
        """
        value, _, kind = text.replace("：", ":").partition(":")
        percent = value.strip().endswith("%")
        half = percent_of(value) if percent else number_of(value)
        if half is None or kind not in ("", "steady"):
            return None
        return cls(half / 100 if percent else half, steady=bool(kind))


@dataclass(frozen=True)
class Ranges:
    """Drawn effects: ``pairs`` of draws x pairs x factors, ``chains`` of draws x places x factors."""

    pairs: Floats
    chains: Floats
    neutral: float

    def of(self, pair: int, names: list[str]) -> dict[str, dict[str, float]]:
        """p5, p95 and the share of draws on the side of the median, of each factor of a pair."""
        return self._told(self.pairs[:, pair], names)

    def chain(self, place: int, names: list[str]) -> dict[str, dict[str, float]]:
        """The same for the chain of a place."""
        return self._told(self.chains[:, place], names)

    def _told(self, drawn: Floats, names: list[str]) -> dict[str, dict[str, float]]:
        low, middle, high = np.quantile(drawn, [0.05, 0.5, 0.95], axis=0)
        side = np.where(middle >= self.neutral, drawn > self.neutral, drawn < self.neutral).mean(axis=0)
        return {
            name: {"p5": float(low[at]), "p95": float(high[at]), "same_sign": float(side[at])}
            for at, name in enumerate(names)
        }


def draw_effects(
    held: Series, pairs: Pairs, spreads: Mapping[str, Spread], *, method: Method, form: str, draws: int = 2000, seed: int = 0
) -> Ranges:  # fmt: skip
    """Effects of every pair of periods in draws over the inputs.

    Parameters
    ----------
    held : Series
    pairs : Pairs
        Of periods; steps make the chain of a place.
    spreads : mapping of str to Spread
        Columns that are uncertain; the others are taken as known.
    method, form : str
    draws, seed : int

    Returns
    -------
    Ranges

    Raises
    ------
    DriversInvalid
        For a column that no factor uses, or an uncertainty that is not between 0 and 2.

    Notes
    -----
    A value is multiplied by a lognormal error of mean 1 whose standard deviation is the half-width / 1.96, so that it keeps
    its sign. Errors are independent between places, cells and periods, but for ``steady`` columns (emission factors), whose
    error is one over all periods, and for columns that all cells share (population), whose error is one over all cells.

    Examples
    --------
    >>> from tanheng.drivers import decompose
    >>> data = {"year": [2015, 2020], "people": [2.0, 4.0], "each": [5.0, 2.5], "co2": [10.0, 10.0]}
    >>> how = {"total": "co2", "factors": ["people", "each"], "period": "year", "uncertainty": {"each": 0.1}, "draws": 500}
    >>> ranges = decompose(data, **how).chained[""].ranges["each"]
    >>> ranges["p5"] < -6.9315 < ranges["p95"] < 0, ranges["same_sign"]
    (True, 1.0)
    """
    for name, spread in spreads.items():
        if name not in held.columns or not 0 <= spread.half < 2 or draws < 2:
            raise DriversInvalid(
                detail_zh=f"不确定度“{name}={spread.half}”（抽样 {draws} 次）",
                detail_en=f"uncertainty '{name}={spread.half}' ({draws} draws)",
                mend_zh=f"可用的列：{'、'.join(held.columns)}；半宽写 5% 或 0.05，小于 2。",
                mend_en=f"Columns: {', '.join(held.columns)}; write a half-width as 5% or 0.05, below 2.",
            )
    generator = np.random.default_rng(seed)
    size = held.total.size * (len(held.names) + 1) * 2
    at_once = max(1, min(draws, _AT_ONCE // max(size, 1)))
    effects = []
    for done in range(0, draws, at_once):
        columns = _drawn(held, spreads, min(at_once, draws - done), generator)
        effects.append(_effects(held, columns, pairs, method, form))
        step()
    drawn = np.concatenate(effects)
    over = np.multiply if form == "multiplicative" else np.add
    chains = np.full((draws, len(held.places), len(held.names)), 1.0 if form == "multiplicative" else 0.0)
    for at in np.flatnonzero(~pairs.whole):
        place = pairs.place[at]
        chains[:, place] = over(chains[:, place], drawn[:, at])
    return Ranges(drawn, chains, 1.0 if form == "multiplicative" else 0.0)


def _drawn(
    held: Series, spreads: Mapping[str, Spread], count: int, generator: np.random.Generator
) -> dict[str, Floats]:
    found: dict[str, Any] = {name: values[None] for name, values in held.columns.items()}
    for name, spread in spreads.items():
        places, periods, cells = held.total.shape
        shape = (count, places, 1 if spread.steady else periods, 1 if name in held.common else cells)
        width = np.sqrt(np.log1p((spread.half / NormalDist().inv_cdf(0.975)) ** 2))
        found[name] = held.columns[name] * np.exp(width * generator.standard_normal(shape) - width**2 / 2)
    return {name: np.broadcast_to(values, (count, *values.shape[1:])) for name, values in found.items()}


def _effects(held: Series, columns: Mapping[str, Floats], pairs: Pairs, method: Method, form: str) -> Floats:
    sides = pairs.sides(held.values(columns))
    sums = np.asarray(contributions(*sides, method=method).sum(axis=-1))
    if form != "multiplicative":
        return sums
    low, high = (side.prod(axis=-2).sum(axis=-1) for side in sides)
    return as_ratios(sums, low, high, method=method)
