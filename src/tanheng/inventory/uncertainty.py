"""Uncertainty: IPCC approach 1 by propagation, approach 2 by Monte Carlo; shared factors are one variable."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from tanheng.inventory.draws import blocks, slots_of
from tanheng.inventory.problems import invalid
from tanheng.inventory.terms import Floats, Terms, terms_of

if TYPE_CHECKING:
    from tanheng.inventory.inventory import Inventory

_MOST = 10_000_000


@dataclass(frozen=True)
class Uncertainty:
    """Half width of the 95 % interval of the total.

    ``relative`` is in % of the part of the total whose inputs all have an uncertainty; ``known_share`` [%] says how
    large that part is. Both are None where nothing is known: unknown is never zero.
    """

    total: float
    half_width: float | None
    relative: float | None
    known_share: float
    contributions: list[tuple[str, float]]

    def to_dict(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "approach": 1,
            "total": self.total,
            "half_width_t": self.half_width,
            "relative_percent": self.relative,
            "known_share_percent": self.known_share,
            "contributions": [
                {"variable": name, "half_width_t": value} for name, value in self.contributions[:20]
            ],
        }


@dataclass(frozen=True)
class MonteCarlo:
    """Draws of the known part of the total [t], with percentiles; ``known_share`` as in `Uncertainty`."""

    draws: Floats
    total: float
    known_share: float

    @property
    def mean(self) -> float:
        """Mean of the draws, t."""
        return float(self.draws.mean())

    def interval(self, level: float = 0.95) -> tuple[float, float] | None:
        """Central interval of the draws, t, for the known part of the total; None where nothing is known."""
        if not self.known_share:
            return None
        tail = (1 - level) / 2
        low, high = np.quantile(self.draws, [tail, 1 - tail])
        return float(low), float(high)

    def to_dict(self) -> dict[str, Any]:
        """As plain data."""
        low, high = self.interval() or (None, None)
        return {
            "approach": 2,
            "draws": int(self.draws.size),
            "mean_t": self.mean if self.known_share else None,
            "low_t": low,
            "high_t": high,
            "known_share_percent": self.known_share,
        }


def approach_1(inventory: Inventory) -> Uncertainty:
    """IPCC 2006, volume 1, chapter 3, equations 3.1 and 3.2, with correlated factors added linearly.

    Notes
    -----
    The half width of the total is the root of the sum over variables of (sum over terms of E x power x u)^2.
    """
    terms = terms_of(inventory)
    known = float(terms.emission.sum()) + terms.fixed
    share = _share(known, terms.unknown)
    if terms.emission.size == 0 and terms.fixed == 0:
        return Uncertainty(inventory.total, None, None, share, [])
    effect = np.zeros(len(terms.names))
    np.add.at(effect, terms.variable, terms.emission[terms.term] * terms.power)
    effect = np.abs(effect) * terms.half_width
    half = float(np.sqrt((effect**2).sum()))
    order = np.argsort(-effect)
    ranked = [(terms.names[place], float(effect[place])) for place in order]
    return Uncertainty(inventory.total, half, half / abs(known) * 100 if known else None, share, ranked)


def monte_carlo(inventory: Inventory, *, draws: int, seed: int) -> MonteCarlo:
    """Draw every variable once per draw and add up the terms.

    Raises
    ------
    ArgumentInvalid
        When ``draws`` or ``seed`` is no number that can be drawn with.

    Notes
    -----
    Normal with standard deviation u / 1.96, cut at zero; lognormal with the same mean and standard deviation above 60 %
    and for what a formula divides by, which may not come near zero. A term is its emission x the product of value^power;
    variables in a sum of the formula, such as r in ef x (1 - r), enter together as 1 + sum of power x (value - 1). That
    is exact where the sum is linear and a factor of the formula, else of first order. Amounts under the same factors are
    summed before drawing where that leaves the distribution as it is; see `slots_of`.
    """
    if not _whole(draws) or not 2 <= draws <= _MOST:
        raise invalid("draws", draws, f"2 至 {_MOST} 的整数", f"a whole number from 2 to {_MOST}")
    if not _whole(seed) or seed < 0:
        raise invalid("seed", seed, "不小于 0 的整数", "a whole number of 0 or more")
    return simulate(terms_of(inventory), total=inventory.total, draws=draws, seed=seed)


def _whole(value: object) -> bool:
    return isinstance(value, int | np.integer) and not isinstance(value, bool)


def simulate(terms: Terms, *, total: float, draws: int, seed: int) -> MonteCarlo:
    """Monte Carlo of terms; see `monte_carlo`."""
    known = float(terms.emission.sum()) + terms.fixed
    sums = np.full(draws, terms.fixed)
    for here, amounts, factors in blocks(slots_of(terms), draws, seed):
        sums[here] += (amounts * factors).sum(axis=0)
    return MonteCarlo(sums, total, _share(known, terms.unknown))


def _share(known: float, unknown: float) -> float:
    whole = abs(known) + abs(unknown)
    return round(abs(known) / whole * 100, 6) if whole else 0.0
