"""Models that forecast one series from its own past: simple ones, because annual series are short."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Model = Callable[[Floats, int], Floats]

DAMPING = 0.8
"""What is left of a trend after each year."""
RECENT = 6
"""Years whose mean change is the trend of a damped model."""
FLOOR = 0.05
"""No forecast of a positive series falls below this share of its last value: a straight line would cross zero, and so do grey models."""


def naive(past: Floats, horizon: int) -> Floats:
    """The last value, on and on.

    Examples
    --------
    >>> naive(np.array([3.0, 4.0]), 2).tolist()
    [4.0, 4.0]
    """
    return np.full(horizon, past[-1])


def drift(past: Floats, horizon: int) -> Floats:
    """The mean change of all years goes on.

    Examples
    --------
    >>> drift(np.array([1.0, 2.0, 5.0]), 2).tolist()
    [7.0, 9.0]
    """
    found: Floats = past[-1] + (past[-1] - past[0]) / max(len(past) - 1, 1) * np.arange(1, horizon + 1)
    return found


def damped(past: Floats, horizon: int) -> Floats:
    """The mean change of the last six years goes on and fades.

    Examples
    --------
    >>> damped(np.array([0.0, 1.0, 2.0, 3.0, 4.0, 5.0]) + 10, 3).round(3).tolist()
    [15.8, 16.44, 16.952]
    """
    found: Floats = past[-1] + _trend(past) * np.cumsum(DAMPING ** np.arange(1, horizon + 1))
    return found


def damped_log(past: Floats, horizon: int) -> Floats:
    """The mean rate of growth of the last six years goes on and fades; for positive series.

    Examples
    --------
    >>> damped_log(2.0 ** np.arange(6), 2).round(3).tolist()
    [55.715, 86.823]
    """
    return np.exp(damped(np.log(past), horizon))


def combination(past: Floats, horizon: int) -> Floats:
    """Mean of naive, drift, damped and, for a positive series, damped-log.

    Notes
    -----
    Means of simple forecasts err less than most of what they are made of: Bates, J.M. and Granger, C.W.J. (1969), The
    combination of forecasts, Operational Research Quarterly 20, 451-468 (recalled).
    """
    parts = [naive, drift, damped] + ([damped_log] if (past > 0).all() else [])
    found: Floats = np.mean([one(past, horizon) for one in parts], axis=0)
    return found


def gm_1_1(past: Floats, horizon: int) -> Floats:
    """Grey model GM(1,1) 灰色预测: an exponential fitted to the running sum; for positive series.

    Notes
    -----
    With x the series, X its running sum and z_k = (X_k + X_(k-1)) / 2, the least squares of x_k = -a z_k + b give
    X_(k+1) = (x_1 - b/a) exp(-a k) + b/a. Source: Deng, J.L. (1982), Control problems of grey systems, Systems and
    Control Letters 1, 288-294 (recalled).

    Examples
    --------
    >>> gm_1_1(100 * 1.1 ** np.arange(6), 2).round(1).tolist()
    [177.0, 194.6]
    """
    a, b = grey_fit(past)
    steps = np.arange(len(past), len(past) + horizon)
    if abs(a) < 1e-9:
        return np.full(horizon, b)
    found: Floats = (1 - np.exp(a)) * (past[0] - b / a) * np.exp(-a * steps)
    return found


def grey_fit(past: Floats) -> tuple[float, float]:
    """The development coefficient a 发展系数 and the grey input b 灰作用量 of GM(1,1), by least squares.

    Examples
    --------
    >>> a, b = grey_fit(np.array([2.874, 3.278, 3.337, 3.390, 3.679]))
    >>> round(a, 4), round(b, 4)
    (-0.0372, 3.0654)
    """
    sums = np.cumsum(past)
    middle = (sums[1:] + sums[:-1]) / 2
    a, b = np.linalg.lstsq(np.column_stack([-middle, np.ones_like(middle)]), past[1:], rcond=None)[0]
    return float(a), float(b)


def gm_1_1_recent(past: Floats, horizon: int) -> Floats:
    """`gm_1_1` of the last six years."""
    return gm_1_1(past[-RECENT:], horizon)


def floored(past: Floats, found: Floats) -> Floats:
    """What any model has found, kept above the floor where the past is positive.

    Examples
    --------
    >>> floored(np.array([200.0, 100.0]), np.array([60.0, -40.0])).tolist()
    [60.0, 5.0]
    """
    return np.maximum(found, FLOOR * past[-1]) if (past > 0).all() else found


MODELS: dict[str, Model] = {
    "naive": naive,
    "drift": drift,
    "damped": damped,
    "damped-log": damped_log,
    "combination": combination,
    "gm-1-1": gm_1_1,
    "gm-1-1-recent": gm_1_1_recent,
}
GREY = {"gm-1-1", "gm-1-1-recent"}
POSITIVE = {"damped-log", *GREY}
"""Models for positive series only."""


def _trend(past: Floats) -> float:
    back = min(RECENT, len(past)) - 1
    return float((past[-1] - past[-1 - back]) / back) if back else 0.0
