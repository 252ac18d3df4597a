"""How well a model would have done: forecasts from every past year, made of what was known then."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tanheng.pathways.forecast.intervals import unsteadiness, widths
from tanheng.pathways.forecast.models import Model, floored
from tanheng.pathways.forecast.series import Series
from tanheng.steps import step

Floats = NDArray[np.float64]

LEAST = 5
"""Years that a model is given at least."""
ENOUGH = 5
"""Intervals of a step that must have been tried before it counts as checked: a convention of ours."""
SHORT = 0.2
"""By how much the share that held may lie below what was promised: a convention of ours."""


@dataclass(frozen=True)
class Past:
    """What a model would have said from every past year.

    ``forecasts``, ``actual`` and ``errors`` have the shape (series, origins, steps), the origins being all years from ``first``
    to ``last``; errors are ln(actual / forecast) of positive series, else actual - forecast. ``usual`` (series, origins) is the
    mean absolute change from year to year that was known at the origin.
    """

    first: int
    last: int
    positive: bool
    forecasts: Floats
    actual: Floats
    errors: Floats
    usual: Floats


def past_of(series: Sequence[Series], model: Model, horizon: int) -> Past:
    """Forecasts of every series from each of its years on, as far as the years reach; none falls below the floor."""
    first, last = min(one.first for one in series), max(one.last for one in series)
    shape = (len(series), last - first + 1, horizon)
    forecasts, actual = np.full(shape, np.nan), np.full(shape, np.nan)
    usual = np.full(shape[:2], np.nan)
    positive = all((one.values > 0).all() for one in series)
    for number, one in enumerate(series):
        values, offset = one.values, one.first - first
        for at in range(LEAST - 1, len(values)):
            step()
            there = values[at + 1 : at + 1 + horizon]
            forecasts[number, offset + at] = floored(values[: at + 1], model(values[: at + 1], horizon))
            actual[number, offset + at, : len(there)] = there
            usual[number, offset + at] = np.abs(np.diff(values[: at + 1])).mean()
    with np.errstate(divide="ignore"):
        errors = np.log(actual / forecasts) if positive else actual - forecasts
    return Past(first, last, positive, forecasts, actual, errors, usual)


@dataclass(frozen=True)
class Score:
    """Errors of a model over ``points`` forecasts, and the share of them that its intervals held.

    ``mape`` [1] is nan for series that are not positive; ``mae`` is in the unit of the series; ``mase`` is the mean error over
    the mean change from year to year that was known, ``mase_naive`` that of the last value on the same points. ``coverage`` [1]
    is that of the ``covered`` points for which an interval could be told, ``by_step`` the same for each step and ``cases`` their
    number; ``level`` [1] is what the intervals promise.
    """

    model: str
    points: int
    mape: float
    mae: float
    mase: float
    mase_naive: float
    coverage: float
    covered: int
    by_step: tuple[float, ...]
    cases: tuple[int, ...]
    level: float

    @property
    def checked(self) -> int:
        """Steps ahead, from the first on, of which enough intervals were tried and not far fewer held than they promise."""
        poor = [
            count < ENOUGH or not own >= self.level - SHORT - 1e-9
            for count, own in zip(self.cases, self.by_step, strict=True)
        ]
        return poor.index(True) if any(poor) else len(poor)

    @property
    def skill(self) -> float | None:
        """By what share [1] the error is smaller than that of the last value; None where the series does not change."""
        ratio = self.mase / self.mase_naive if self.mase_naive else math.nan
        return 1 - ratio if math.isfinite(ratio) else None

    @property
    def loses(self) -> bool:
        """Whether the last value, on and on, would have done better."""
        return self.mase > self.mase_naive

    def to_dict(self) -> dict[str, Any]:
        """For JSON: without what is not known."""
        found = {
            "model": self.model, "points": self.points, "mape": self.mape, "mae": self.mae, "mase": self.mase,
            "mase_naive": self.mase_naive, "skill": self.skill, "coverage": self.coverage, "coverage_points": self.covered,
        }  # fmt: skip
        return {key: _known(value) for key, value in found.items()} | {
            "coverage_by_step": list(map(_known, self.by_step)),
            "coverage_points_by_step": list(self.cases),
            "checked_steps": self.checked,
        }


def score(
    model: str, past: Past, naive: Past, *, level: float, origins: tuple[int, int] | None = None
) -> Score:
    """Errors of a model from the given origins on, beside those of naive on the same points.

    Parameters
    ----------
    model : str
        Its name.
    past, naive : Past
        Of the model, and of the last value.
    level : float
        Of the intervals, such as 0.8.
    origins : (int, int), optional
        First and last year from which forecasts count; without it, all.
    """
    begin, end = origins or (past.first, past.last)
    taken = np.arange(max(begin, past.first), min(end, past.last) + 1) - past.first
    known = ~np.isnan(past.errors[:, taken])
    actual = past.actual[:, taken][known]
    off = np.abs(actual - past.forecasts[:, taken][known])
    off_naive = np.abs(actual - naive.forecasts[:, taken][known])
    usual = np.broadcast_to(past.usual[:, taken, None], known.shape)[known]
    moving = usual > 0
    held = _held(past, level)[:, taken]
    told = np.isfinite(held)
    return Score(
        model, len(off),
        mape=_mean(off / np.abs(actual)) if past.positive else float("nan"), mae=_mean(off),
        mase=_mean(off[moving] / usual[moving]), mase_naive=_mean(off_naive[moving] / usual[moving]),
        coverage=_mean(held[told]), covered=int(told.sum()),
        by_step=tuple(_mean(held[:, :, step][told[:, :, step]]) for step in range(held.shape[2])),
        cases=tuple(told.sum(axis=(0, 1)).tolist()), level=level,
    )  # fmt: skip


def _held(past: Past, level: float) -> Floats:
    """1 where an interval made at the origin held what came, 0 where not, nan where there was none."""
    scale = unsteadiness(past.errors)
    found = np.full(past.errors.shape, np.nan)
    for origin in range(past.errors.shape[1]):
        step()
        own = widths(past.errors, scale, origin, level)
        half = np.where(own.drawn_on, np.nan, own.half)
        both = np.isfinite(half) & np.isfinite(past.errors[:, origin])
        found[:, origin][both] = np.abs(past.errors[:, origin])[both] <= half[both]
    return found


def _mean(values: Floats) -> float:
    return float(values.mean()) if values.size else float("nan")


def _known(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value
