"""Measured over expected with the uncertainty of both, and what can be told from it."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from tanheng.errors import language


@dataclass(frozen=True)
class Ratio:
    """Measured over expected, with its 95 % interval where both uncertainties are known and the expectation is not about 0."""

    value: float | None
    low: float | None = None
    high: float | None = None


def ratio(measured: float, expected: float, width: float | None, expected_width: float = 0.0) -> Ratio:
    """A ratio of two uncertain numbers with Fieller's interval.

    Parameters
    ----------
    measured, expected : float
        t.
    width, expected_width : float
        Half widths of their 95 % intervals, t; None where unknown.

    Returns
    -------
    Ratio
        Without an interval where ``width`` is unknown, or ``expected`` cannot be told from 0.

    Notes
    -----
    All r for which |measured - r expected| <= sqrt(width² + r² expected_width²).

    **Source**: Fieller, E.C. (1954): J. R. Stat. Soc. B 16, 175-185 (recalled).

    Examples
    --------
    >>> ratio(90, 100, 9)
    Ratio(value=0.9, low=0.81, high=0.99)
    >>> found = ratio(90, 100, 9, 20)
    >>> round(found.low, 4), round(found.high, 4)
    (0.7287, 1.1463)
    """
    value = measured / expected if expected else math.inf
    if not math.isfinite(value):
        return Ratio(None)
    if width is None or expected_width >= abs(expected):
        return Ratio(value)
    # e² r² - 2 m e r + m² <= w² + r² v², divided by e²
    a = 1 - (expected_width / expected) ** 2
    c = value**2 - (width / expected) ** 2
    root = math.sqrt(max(value**2 - a * c, 0.0))
    return Ratio(value, (value - root) / a, (value + root) / a)


def verdict(measured: float, expected: float, width: float | None, expected_width: float = 0.0) -> str:
    """Whether more or less was measured than was expected, beyond both uncertainties.

    Examples
    --------
    >>> verdict(90, 100, 9), verdict(90, 100, 11), verdict(90, 100, None), verdict(120, 100, 12)
    ('below', 'cannot-tell', 'no-interval', 'above')
    """
    if not expected:
        return "not-expected"
    if width is None:
        return "no-interval"
    if abs(measured - expected) <= math.hypot(width, expected_width):
        return "cannot-tell"
    return "above" if measured > expected else "below"


def joined(widths: Iterable[tuple[str, float | None]]) -> float | None:
    """The half width of a sum: added within a project, as squares between projects; None where one is unknown.

    Examples
    --------
    >>> joined([("a", 3.0), ("b", 2.0), ("b", 2.0)]), joined([("a", None)])
    (5.0, None)
    """
    sums: dict[str, float] = {}
    for name, width in widths:
        if width is None:
            return None
        sums[name] = sums.get(name, 0.0) + width
    return math.hypot(*sums.values())


def interval(found: Ratio) -> str:
    """A ratio with its interval, in percent."""
    if found.value is None:
        return "–"
    if found.low is None or found.high is None:
        return f"{found.value:.0%}"
    return (
        f"{found.value:.0%}（{found.low:.0%}–{found.high:.0%}）"
        if language() == "zh"
        else f"{found.value:.0%} ({found.low:.0%} to {found.high:.0%})".replace(" ", "\N{NO-BREAK SPACE}")
    )
