"""Treatment of outliers: skewness and kurtosis are looked at, then values are winsorised or the logarithm is taken."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tanheng.pathways.composite.choices import Choice
from tanheng.pathways.composite.limits import limit
from tanheng.pathways.tree.arithmetic import Floats

_SHIFT = 0.01
"""Share of the range by which the least value lies above zero under the logarithm, as COINr's log_CT has it."""


@dataclass(frozen=True)
class Treated:
    """What was done to an indicator: values winsorised, whether the logarithm was taken, skewness and kurtosis before and after."""

    indicator: str
    winsorised: int
    log: bool
    skew: tuple[float, float]
    kurtosis: tuple[float, float]


def skewness(values: Floats) -> float:
    """Sample skewness, adjusted for its bias (as Excel's SKEW); NaN for fewer than three values or none that differ.

    Examples
    --------
    >>> round(skewness(np.array([*range(1, 11), 30, 100.0])), 6)
    3.063241
    """
    own = values[~np.isnan(values)]
    n, apart = own.size, _apart(own)
    if n < 3 or not apart.any():
        return np.nan
    return float(np.sqrt(n) * (apart**3).sum() / (apart**2).sum() ** 1.5 * np.sqrt(n * (n - 1)) / (n - 2))


def kurtosis(values: Floats) -> float:
    """Excess kurtosis, adjusted for its bias (as Excel's KURT); NaN for fewer than four values or none that differ.

    Examples
    --------
    >>> round(kurtosis(np.array([*range(1, 11), 30, 100.0])), 6)
    9.741391
    """
    own = values[~np.isnan(values)]
    n, apart = own.size, _apart(own)
    if n < 4 or not apart.any():
        return np.nan
    plain = n * (apart**4).sum() / (apart**2).sum() ** 2
    return float(((n + 1) * (plain - 3) + 6) * (n - 1) / ((n - 2) * (n - 3)))


def _apart(own: Floats) -> Floats:
    """Distances from the mean, the largest being 1: their powers stay within the range of numbers."""
    found = own - own.mean() if own.size else own
    most = np.abs(found).max(initial=0.0)
    return found / most if most > 0 else found


def passes(values: Floats) -> bool:
    """Whether an indicator needs no treatment: skewness or kurtosis is below its limit (or neither can be told)."""
    skew, peak = skewness(values), kurtosis(values)
    return not (abs(skew) >= limit("skew") and peak >= limit("kurtosis"))


def treat(values: Floats, codes: tuple[str, ...], choice: Choice) -> tuple[Floats, tuple[Treated, ...]]:
    """Treat indicators one by one, where they need it.

    Parameters
    ----------
    values : array (n, k)
    codes : tuple of str
        Of the indicators.
    choice : Choice
        ``none``; ``winsorise``: the values furthest out take that of their neighbour, at most so many; ``log``: the logarithm of
        what lies above the least value; ``winsorise-log``: the logarithm of the untreated values where winsorising was not enough.

    Notes
    -----
    Source: the defaults of COINr 1.1 (Becker et al. 2022, Journal of Open Source Software 7(78), 4567); limits in
    packs/rules/composite_limits.csv.
    """
    if choice.name == "none":
        return values, ()
    most = int(choice.numbers[0]) if choice.numbers else int(limit("winsorised"))
    treated, told = values.copy(), []
    for at, code in enumerate(codes):
        own = values[:, at]
        if passes(own):
            continue
        count, logged, new = 0, choice.name == "log", own
        if choice.name != "log":
            new, count = _winsorised(own, most)
            logged = choice.name == "winsorise-log" and not passes(new)
        if logged:
            low, high = np.nanmin(own), np.nanmax(own)
            new, count = np.log(own - low + _SHIFT * (high - low)), 0
        treated[:, at] = new
        told.append(
            Treated(code, count, logged, (skewness(own), skewness(new)), (kurtosis(own), kurtosis(new)))
        )
    return treated, tuple(told)


def _winsorised(values: Floats, most: int) -> tuple[Floats, int]:
    own, high, low = values.copy(), 0, 0
    while not passes(own) and high + low < most:
        if skewness(own) >= 0:
            out = own == np.nanmax(own)
            own[out] = np.nanmax(own[~out])
            high = int(out.sum())
        else:
            out = own == np.nanmin(own)
            own[out] = np.nanmin(own[~out])
            low = int(out.sum())
    return own, high + low
