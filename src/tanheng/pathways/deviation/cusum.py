"""CUSUM 累积和: sums of what lies off a path beyond an allowance, so that a small lasting shift is found; and its false alarms."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from tanheng.pathways.deviation.problems import invalid
from tanheng.pathways.tree.arithmetic import Floats
from tanheng.steps import step

K = 0.5
"""Allowance in standard deviations: half of the shift that is to be found soonest.

Page, E.S. (1954), Continuous inspection schemes, Biometrika 41, 100-115; Lucas, J.M. and Crosier, R.B. (1982), Technometrics 24, 199-205.
"""
H = 4.0
"""Height of an alarm in standard deviations; with an allowance of 0.5 a false alarm in 168 periods (Lucas and Crosier 1982, table 1)."""
LEAST_OF_AUTOCORRELATION = 8
"""A convention of ours: periods outside alarms below which no autocorrelation is told."""
_ALIKE = 1e-9

Side = Literal["over", "under"]


@dataclass(frozen=True)
class Alarm:
    """警报 Periods, by place, in which a sum is above the height.

    ``start`` is the first period of the change as the sum estimates it (the one after the sum was last zero), ``first`` that of the
    first crossing, ``last`` the last one above; ``stands`` whether that is the last of all.
    """

    side: Side
    start: int
    first: int
    last: int
    stands: bool


@dataclass(frozen=True, eq=False)
class Cusum:
    """Standardised values ``z`` (n,), the sums ``high`` and ``low`` (n,), and the alarms in the order of time."""

    z: Floats
    high: Floats
    low: Floats
    k: float
    h: float
    alarms: tuple[Alarm, ...]

    @property
    def standing(self) -> Alarm | None:
        """The alarm that stands in the last period."""
        return next((one for one in self.alarms if one.stands), None)

    @property
    def autocorrelation(self) -> float | None:
        """Correlation of successive values outside alarms; None where they are too few or all alike."""
        calm = np.ones(self.z.size, bool)
        for one in self.alarms:
            calm[one.start : one.last + 1] = False
        if calm.sum() < LEAST_OF_AUTOCORRELATION:
            return None
        off = np.where(calm, self.z - self.z[calm].mean(), 0.0)
        if np.ptp(self.z[calm]) <= _ALIKE:
            return None
        return float((off[1:] * off[:-1]).sum() / (off**2).sum())


def cusum(z: ArrayLike, *, k: float = K, h: float = H) -> Cusum:
    """Two-sided tabular CUSUM of standardised values.

    Parameters
    ----------
    z : array_like
        (n,), in standard deviations from the path, in the order of time.
    k, h : float
        Allowance and height, in standard deviations.

    Returns
    -------
    Cusum

    Raises
    ------
    DeviationInvalid
        For values that are no numbers, and settings that cannot be.

    Notes
    -----
    high_t = max(0, high_(t-1) + z_t - k), low_t = max(0, low_(t-1) - z_t - k), both from 0; an alarm where one is above h. The sums
    are not set back, so that an alarm stands until what was piled up is worked off.

    Source: NIST/SEMATECH e-Handbook of Statistical Methods, section 6.3.2.3 (recalled).

    Examples
    --------
    >>> found = cusum([0.2, -0.4, 0.1, 2.0, 2.5, 1.9], h=4.0)
    >>> found.high.round(1).tolist(), [(one.side, one.start, one.first) for one in found.alarms]
    ([0.0, 0.0, 0.0, 1.5, 3.5, 4.9], [('over', 3, 5)])
    """
    values = np.asarray(z, float)
    if values.ndim != 1 or not np.isfinite(values).all():
        raise invalid(
            "CUSUM", ("有缺失或不是数的值", "a value is missing or no number"), ("请补齐各期的数据。", "Give the data of each period.")
        )  # fmt: skip
    if not (np.isfinite([k, h]).all() and k >= 0 and h > 0):
        raise invalid(
            "CUSUM", (f"k = {k:g}、h = {h:g} 不可用", f"k = {k:g} and h = {h:g} cannot be"),
            ("k 不为负，h 为正，例如 k: 0.5、h: 4。", "k is not negative and h above zero, such as k: 0.5, h: 4."),
        )  # fmt: skip
    high, low = _sums(values, k), _sums(-values, k)
    alarms = [*_alarms(high, h, "over"), *_alarms(low, h, "under")]
    return Cusum(values, high, low, k, h, tuple(sorted(alarms, key=lambda one: one.first)))


def _sums(values: Floats, k: float) -> Floats:
    found, last = np.zeros(values.size), 0.0
    for place, value in enumerate(values):
        last = max(0.0, last + float(value) - k)
        found[place] = last
    return found


def _alarms(sums: Floats, h: float, side: Side) -> list[Alarm]:
    """One alarm from each rise from zero that crosses the height."""
    zeros = [-1, *np.flatnonzero(sums == 0).tolist(), sums.size]
    found = []
    for before, after in pairwise(zeros):
        above = np.flatnonzero(sums[before + 1 : after] > h) + before + 1
        if above.size:
            last = int(above[-1])
            found.append(Alarm(side, before + 1, int(above[0]), last, last == sums.size - 1))
    return found


@dataclass(frozen=True)
class RunLength:
    """Mean number of periods to an alarm, by simulation; ``mean`` is None where none of the runs came to one."""

    k: float
    h: float
    shift: float
    autocorrelation: float
    mean: float | None
    error: float | None
    runs: int
    longest: int

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "k": self.k, "h": self.h, "shift": self.shift, "autocorrelation": self.autocorrelation,
            "mean": None if self.mean is None else round(self.mean, 2), "standard_error": None if self.error is None else round(self.error, 2),
            "runs": self.runs, "longest": self.longest,
        }  # fmt: skip


@functools.lru_cache(maxsize=64)
def run_length(
    k: float = K,
    h: float = H,
    *,
    shift: float = 0.0,
    autocorrelation: float = 0.0,
    runs: int = 10_000,
    longest: int = 2_000,
    seed: int = 2021,
) -> RunLength:
    """How many periods a two-sided CUSUM of normal values runs until its first alarm, in the mean.

    Parameters
    ----------
    k, h : float
        Allowance and height, in standard deviations.
    shift : float
        Of the mean from the first period on, in standard deviations; without one every alarm is a false one.
    autocorrelation : float
        Of successive values, above -1 and below 1 (first order).
    runs, longest, seed : int
        How many runs, of how many periods at most, and where they begin.

    Returns
    -------
    RunLength
        The periods of all runs over the number of alarms: runs that are cut at ``longest`` count with their periods.

    Examples
    --------
    >>> usual, shifted = run_length(0.5, 4.0), run_length(0.5, 4.0, shift=1.0)
    >>> 160 < usual.mean < 176, 8.1 < shifted.mean < 8.7
    (True, True)
    """
    stream = np.random.default_rng(seed)
    high, low, last = np.zeros(runs), np.zeros(runs), stream.standard_normal(runs)
    fresh = np.sqrt(1 - autocorrelation**2)
    periods, alarms = 0, 0
    for _ in range(longest):
        step()
        periods += high.size
        z = last + shift
        high, low = np.maximum(0.0, high + z - k), np.maximum(0.0, low - z - k)
        left = np.maximum(high, low) <= h
        alarms += high.size - int(left.sum())
        high, low, last = high[left], low[left], last[left]
        if not high.size:
            break
        last = autocorrelation * last + fresh * stream.standard_normal(high.size)
    mean = periods / alarms if alarms else None
    return RunLength(
        k, h, shift, autocorrelation, mean, mean / float(np.sqrt(alarms)) if mean is not None else None, runs, longest
    )  # fmt: skip


@dataclass(frozen=True)
class FalseAlarms:
    """误报 The chance [1] of an alarm within some periods though the road is kept.

    ``chance`` holds where errors have the share ``common`` [1] of the inventory's variance in common, ``independent`` where none.
    """

    periods: int
    common: float
    chance: float
    independent: float

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "periods": self.periods,
            "common": self.common,
            "chance": round(self.chance, 4),
            "independent": round(self.independent, 4),
        }

    def said(self) -> tuple[str, str]:
        """In words, in both languages."""
        zh, en = "各年误差独立", "where errors of years are independent"
        told = (
            f"{self.periods} 年内误报的概率 {self.independent:.1%}（{zh}）",
            f"chance of a false alarm within {self.periods} years {self.independent:.1%} {en}",
        )
        if not self.common:
            return told
        return (
            f"{told[0]}、{self.chance:.1%}（误差 {self.common:.0%} 为各年共有，index.common）",
            f"{told[1]}, {self.chance:.1%} where they share {self.common:.0%} of their variance (index.common)",
        )


@functools.lru_cache(maxsize=64)
def alarm_chance(
    k: float, h: float, shared: tuple[float, ...], *, runs: int = 20_000, seed: int = 2021
) -> float:
    """The chance [1] that a two-sided CUSUM of normal values about zero has an alarm; ``shared`` [1] is what each has in common with all.

    Examples
    --------
    >>> alone, alike = alarm_chance(0.5, 4.0, (0.0,) * 8), alarm_chance(0.5, 4.0, (1.0,) * 8)
    >>> 0.02 < alone < 0.03, 0.30 < alike < 0.33  # alike values z have one where 8 (|z| - 0.5) > 4: 0.317
    (True, True)
    """
    stream = np.random.default_rng(seed)
    common, found = stream.standard_normal(runs), np.zeros(runs, bool)
    high, low = np.zeros(runs), np.zeros(runs)
    for share in shared:
        z = np.sqrt(share) * common + np.sqrt(1 - share) * stream.standard_normal(runs)
        high, low = np.maximum(0.0, high + z - k), np.maximum(0.0, low - z - k)
        found |= np.maximum(high, low) > h
    return float(found.mean())


def said_of(run: RunLength) -> tuple[str, str]:
    """A run length in words, in both languages.

    Examples
    --------
    >>> said_of(RunLength(0.5, 8.0, 0.0, 0.0, None, None, 10, 2000))[1]
    'no false alarm in 10 runs of 2,000 periods'
    """
    if run.mean is None:
        return (
            f"{run.runs:,} 次模拟、每次 {run.longest:,} 期，没有误报",
            f"no false alarm in {run.runs:,} runs of {run.longest:,} periods",
        )
    return (
        f"未偏离、各期误差独立时平均 {run.mean:,.0f} 期误报一次"
        if not run.autocorrelation
        else f"未偏离时平均 {run.mean:,.0f} 期误报一次",
        f"a false alarm every {run.mean:,.0f} periods in the mean where the road is kept"
        + ("" if run.autocorrelation else " and errors are independent"),
    )


def named(alarm: Alarm, periods: Sequence[str]) -> dict[str, Any]:
    """An alarm with its periods by name."""
    return {
        "side": alarm.side, "start": periods[alarm.start], "first": periods[alarm.first], "last": periods[alarm.last],
        "stands": alarm.stands,
    }  # fmt: skip
