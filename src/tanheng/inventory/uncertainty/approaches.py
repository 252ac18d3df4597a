"""Uncertainty: IPCC approach 1 by propagation, approach 2 by Monte Carlo; shared factors are one variable."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from tanheng.errors import language
from tanheng.inventory.problems import invalid
from tanheng.inventory.uncertainty.draws import blocks, slots_of
from tanheng.inventory.uncertainty.terms import Floats, Terms, least_share, terms_of

if TYPE_CHECKING:
    from tanheng.inventory.inventory import Inventory

_MOST = 10_000_000


@dataclass(frozen=True)
class Uncertainty:
    """Half width of the 95 % interval of the total, by propagation.

    ``known_share`` [%] of the inventory, by absolute value, has an uncertainty for all its inputs. ``known_total`` [t] is
    the sum of that part, ``known_half_width`` [t] and ``known_relative`` [% of it] are its own; None where nothing is
    known: unknown is never zero. The whole has `half_width` and `relative` only where enough of it is known.
    """

    total: float
    known_total: float
    known_half_width: float | None
    known_share: float
    contributions: list[tuple[str, float]]

    @property
    def known_relative(self) -> float | None:
        """Half width of the known part, % of that part."""
        return _percent(self.known_half_width, self.known_total)

    @property
    def half_width(self) -> float | None:
        """Half width of the whole, t, what is unknown standing at its value; None below `least_share`."""
        return self.known_half_width if enough_known(self.known_share) else None

    @property
    def relative(self) -> float | None:
        """Half width of the whole, % of the total; None below `least_share`."""
        return _percent(self.half_width, self.total)

    @property
    def reason(self) -> str:
        """Why the whole has none, in the language of the run; empty where it has."""
        return why_unknown(self.known_share)

    def to_dict(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "approach": 1,
            "total": self.total,
            "half_width_t": self.half_width,
            "relative_percent": self.relative,
            "reason": self.reason,
            "known_share_percent": self.known_share,
            "known": {
                "total": self.known_total,
                "half_width_t": self.known_half_width,
                "relative_percent": self.known_relative,
            },
            "contributions": [
                {"variable": name, "half_width_t": value} for name, value in self.contributions[:20]
            ],
        }


@dataclass(frozen=True)
class MonteCarlo:
    """Draws [t] of the part of the total whose inputs all have an uncertainty; ``known_share`` as in `Uncertainty`."""

    draws: Floats
    total: float
    known_total: float
    known_share: float

    @property
    def known_mean(self) -> float | None:
        """Mean of the draws of the known part, t; None where nothing is known."""
        return float(self.draws.mean()) if self.known_share else None

    @property
    def mean(self) -> float | None:
        """Mean of the whole, t, what is unknown standing at its value; None below `least_share`."""
        known = self.known_mean
        return known + self._rest if known is not None and enough_known(self.known_share) else None

    def known_interval(self, level: float = 0.95) -> tuple[float, float] | None:
        """Central interval of the known part of the total alone, t; None where nothing is known."""
        if not self.known_share:
            return None
        tail = (1 - level) / 2
        low, high = np.quantile(self.draws, [tail, 1 - tail])
        return float(low), float(high)

    def interval(self, level: float = 0.95) -> tuple[float, float] | None:
        """Central interval of the whole, t, what is unknown standing at its value; None below `least_share`.

        Examples
        --------
        >>> MonteCarlo(np.array([0.9, 1.1]), total=100.0, known_total=1.0, known_share=1.0).interval() is None
        True
        >>> MonteCarlo(np.array([90.0, 100.0]), total=100.0, known_total=95.0, known_share=95.0).interval(1.0)
        (95.0, 105.0)
        """
        known = self.known_interval(level)
        if known is None or not enough_known(self.known_share):
            return None
        return known[0] + self._rest, known[1] + self._rest

    @property
    def _rest(self) -> float:
        return self.total - self.known_total

    @property
    def reason(self) -> str:
        """Why the whole has no interval, in the language of the run; empty where it has."""
        return why_unknown(self.known_share)

    def to_dict(self) -> dict[str, Any]:
        """As plain data."""
        low, high = self.interval() or (None, None)
        known_low, known_high = self.known_interval() or (None, None)
        return {
            "approach": 2,
            "draws": int(self.draws.size),
            "total": self.total,
            "mean_t": self.mean,
            "low_t": low,
            "high_t": high,
            "reason": self.reason,
            "known_share_percent": self.known_share,
            "known": {
                "total": self.known_total,
                "mean_t": self.known_mean,
                "low_t": known_low,
                "high_t": known_high,
            },
        }


def enough_known(known_share: float) -> bool:
    """Whether an uncertainty of so large a part [%] may stand for the whole.

    Examples
    --------
    >>> enough_known(2.5), enough_known(100.0)
    (False, True)
    """
    return known_share >= least_share()


def why_unknown(known_share: float) -> str:
    """Why the whole has no uncertainty, in the language of the run; empty where enough of it is known.

    Examples
    --------
    >>> why_unknown(2.5)
    '只有合计的 2.5 % 有不确定性，不足 90 %，整份清单的不确定性未知'
    """
    if enough_known(known_share):
        return ""
    zh = f"只有合计的 {known_share:.3g} % 有不确定性，不足 {least_share():g} %，整份清单的不确定性未知"
    en = (
        f"only {known_share:.3g} % of the total has an uncertainty, less than {least_share():g} %: that of the whole "
        "is unknown"
    )
    return zh if language() == "zh" else en


def _percent(half: float | None, total: float) -> float | None:
    return half / abs(total) * 100 if half is not None and total else None


def approach_1(inventory: Inventory) -> Uncertainty:
    """IPCC 2006, volume 1, chapter 3, equations 3.1 and 3.2, with correlated factors added linearly.

    Notes
    -----
    The half width of the total is the root of the sum over variables of (sum over terms of E x power x u)^2.
    """
    terms = terms_of(inventory)
    if not terms.known_size:
        return Uncertainty(inventory.total, 0.0, None, terms.known_share, [])
    effect = np.zeros(len(terms.names))
    np.add.at(effect, terms.variable, terms.emission[terms.term] * terms.power)
    effect = np.abs(effect) * terms.half_width
    half = float(np.sqrt((effect**2).sum()))
    order = np.argsort(-effect)
    ranked = [(terms.names[place], float(effect[place])) for place in order]
    return Uncertainty(inventory.total, terms.known, half, terms.known_share, ranked)


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
    sums = np.full(draws, terms.fixed)
    for here, amounts, factors in blocks(slots_of(terms), draws, seed):
        sums[here] += (amounts * factors).sum(axis=0)
    return MonteCarlo(sums, total, terms.known, terms.known_share)
