"""What payments are worth: net present value, internal rates of return, payback, cost of a tonne."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from tanheng.errors import TanhengError

Floats: TypeAlias = NDArray[np.float64]

_REAL = 1e-7
"""Roots whose imaginary part is below this share of them are taken for real ones."""
_LARGEST = 1e6
"""Rates above this are no rates of return."""
_SAME = 1e-7
"""Roots closer than this are one."""
_STEPS = 50
_MOST = 1e18
"""Amounts from here on are no money."""
_CENT = 0.005
"""Half a fen: sums nearer to 0 than this are 0."""


class FlowsInvalid(TanhengError):
    """Payments of which no worth can be told."""

    code = "L-150"
    zh = "现金流不能计算：{detail_zh}。"
    en = "These payments cannot be valued: {detail_en}."
    remedy_zh = "请核对年份、金额与折现率。"
    remedy_en = "Check the years, the amounts and the rate."


def net_present_value(flows: Sequence[float] | Floats, rate: float) -> float:
    """Payments discounted to the first year 净现值.

    Parameters
    ----------
    flows : sequence of float
        Of successive years, the first undiscounted, in any money; paid out is negative.
    rate : float
        Above -1, such as 0.06.

    Returns
    -------
    float
        In the money of the payments.

    Raises
    ------
    FlowsInvalid
        For a rate of -1 or below, and payments that are no numbers.

    Examples
    --------
    >>> round(net_present_value([-1000, 500, 500, 500], 0.1), 4)
    243.426
    """
    own = _checked(flows)
    return float(_finite(own * _factors(len(own), rate)).sum())


@dataclass(frozen=True)
class RatesOfReturn:
    """Internal rates of return 内部收益率: ``rates`` are all at which the net present value is zero, from the smallest.

    ``single`` says whether there is just one, so that it may be compared with a rate that is asked for.
    """

    rates: tuple[float, ...]

    @property
    def single(self) -> float | None:
        """The rate, where there is just one."""
        return self.rates[0] if len(self.rates) == 1 else None


def internal_rates(flows: Sequence[float] | Floats) -> RatesOfReturn:
    """Every rate at which payments are worth nothing.

    Parameters
    ----------
    flows : sequence of float
        As for `net_present_value`.

    Returns
    -------
    RatesOfReturn
        Without any rate where payments never change their sign; with several where they do so more than once and it matters.

    Raises
    ------
    FlowsInvalid
        For payments that are no numbers.

    Notes
    -----
    The real roots x = 1 + r above 0 of the polynomial of the payments, each made exact by Newton's steps. Where payments change
    their sign once there is just one (Descartes).

    Examples
    --------
    >>> round(internal_rates([-1000, 500, 500, 500]).single, 6)
    0.233752
    >>> [round(one, 6) for one in internal_rates([-100, 230, -132]).rates]
    [0.1, 0.2]
    >>> internal_rates([100, 100]).single
    """
    own = np.trim_zeros(_checked(flows))
    if not ((own > 0).any() and (own < 0).any()):
        return RatesOfReturn(())
    own = own / np.abs(own).max()
    roots = np.roots(own)
    near = roots[np.abs(roots.imag) < _REAL * np.maximum(1.0, np.abs(roots))].real
    found: list[float] = []
    for one in sorted(_exact(own, float(x)) for x in near if x > _REAL and x - 1 < _LARGEST):
        if not found or one - found[-1] > _SAME * max(1.0, one):
            found.append(one)
    return RatesOfReturn(tuple(one - 1 for one in found))


def _exact(own: Floats, x: float) -> float:
    """A root made exact, unless a step leads away from it."""
    slope = np.polyder(own)
    for _ in range(_STEPS):
        value, rate = np.polyval(own, x), np.polyval(slope, x)
        if not rate or not np.isfinite(value / rate):
            break
        better = float(x - value / rate)
        if better <= 0 or abs(np.polyval(own, better)) >= abs(value):
            break
        x = better
    return x


@dataclass(frozen=True)
class Payback:
    """回收期 Years from the first payment until the sum of payments stays at 0 or above; None where it never does."""

    plain: float | None
    discounted: float | None


def payback(flows: Sequence[float] | Floats, rate: float) -> Payback:
    """When what was paid out has come back.

    Parameters
    ----------
    flows : sequence of float
        As for `net_present_value`; payments of a year are spread evenly over it.
    rate : float
        Above -1.

    Returns
    -------
    Payback
        In years from the beginning of the first year, as Chinese appraisal counts from the start of construction; a later outlay
        that brings the sum below 0 again counts.

    Raises
    ------
    FlowsInvalid
        As `net_present_value`.

    Examples
    --------
    >>> found = payback([-1000, 500, 500, 500], 0.1)
    >>> found.plain, round(found.discounted, 4)
    (3.0, 3.352)
    >>> payback([-1000, 500], 0.1)
    Payback(plain=None, discounted=None)
    """
    own = _checked(flows)
    present = _finite(own * _factors(len(own), rate))
    return Payback(_back(own), _back(present))


def _back(flows: Floats) -> float | None:
    sums = np.cumsum(flows)
    below = np.flatnonzero(sums < -_CENT)
    if not below.size:
        return 0.0
    last = int(below[-1])
    if last == len(sums) - 1:
        return None
    return float(last + 1 - sums[last] / flows[last + 1])


@dataclass(frozen=True)
class CostOfTonne:
    """Net cost of a tonne: ``levelised`` over tonnes that are discounted as the money is, ``plain`` over tonnes as they come."""

    levelised: float
    plain: float


def cost_of_tonne(
    flows: Sequence[float] | Floats, tonnes: Sequence[float] | Floats, rate: float
) -> CostOfTonne:
    """What a tonne costs, income taken off; negative where the project earns.

    Parameters
    ----------
    flows : sequence of float
        As for `net_present_value`.
    tonnes : sequence of float
        Reduced in the same years, t.
    rate : float
        Above -1.

    Returns
    -------
    CostOfTonne
        In the money of the payments per t. Two projects are compared by the levelised cost; where both earn, neither figure ranks them:
        the one that reduces less then looks better.

    Raises
    ------
    FlowsInvalid
        For other numbers of years, or no tonnes.

    Examples
    --------
    >>> found = cost_of_tonne([-1000, 0, 0], [0, 5, 5], 0.1)
    >>> round(found.levelised, 4), found.plain
    (115.2381, 100.0)
    """
    own = _checked(tonnes)
    if len(own) != len(flows):
        raise FlowsInvalid(
            detail_zh="金额与减排量的年数不同", detail_en="money and tonnes have other numbers of years"
        )
    discounted = net_present_value(tonnes, rate)
    if not (own.sum() > 0 and discounted > 0):
        raise FlowsInvalid(detail_zh="没有减排量", detail_en="there are no tonnes")
    worth = net_present_value(flows, rate)
    found = CostOfTonne(-worth / discounted, -worth / float(own.sum()))
    if not np.isfinite([found.levelised, found.plain]).all():
        raise FlowsInvalid(detail_zh="减排量过小", detail_en="there are next to no tonnes")
    return found


def _factors(count: int, rate: float) -> Floats:
    """What a payment of each year is worth in the first one."""
    if not -1 < rate < _LARGEST:
        raise FlowsInvalid(
            detail_zh=f"折现率 {rate} 应大于 -1 且小于一百万",
            detail_en=f"the rate {rate} should be above -1 and below 1,000,000",
        )
    with np.errstate(over="ignore"):
        return np.asarray((1 + rate) ** -np.arange(count, dtype=np.float64))


def _finite(present: Floats) -> Floats:
    if not np.isfinite(present.sum()):
        raise FlowsInvalid(
            detail_zh="折现后的数过大", detail_en="discounted payments are larger than any number"
        )
    return present


def _checked(values: Sequence[float] | Floats) -> Floats:
    try:
        own = np.asarray(values, float)
    except (TypeError, ValueError):
        own = np.array([np.nan])
    if own.ndim != 1 or not own.size or not (np.abs(own) < _MOST).all():
        raise FlowsInvalid(detail_zh="应为逐年的数", detail_en="numbers of successive years are expected")
    return own
