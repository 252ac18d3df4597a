"""Intervals out of a model's own errors in the past, each known at the time: conformal, scaled by how unsteady a series is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

STEADY = 2
"""Errors that a series needs before its unsteadiness is told from them."""
_TINY = 1e-9


@dataclass(frozen=True)
class Widths:
    """Half widths by series and step ahead, shape (series, steps), in the unit of the errors; nan where it cannot be told.

    ``counts`` are the past errors behind each step, ``drawn_on`` whether a step lies beyond those that were tried and its width is
    carried on from the ones before.
    """

    half: Floats
    counts: NDArray[np.int64]
    drawn_on: NDArray[np.bool_]


def unsteadiness(errors: Floats) -> Floats:
    """Root mean square of the errors one year ahead that were known at each origin, halfway to that of all series.

    Parameters
    ----------
    errors : ndarray
        Shape (series, origins, steps), nan where there is none.

    Returns
    -------
    ndarray
        Shape (series, origins); nan before a series has two errors.
    """
    one = errors[:, :, 0]
    known = np.isfinite(one)
    squares = np.cumsum(np.where(known, one, 0.0) ** 2, axis=1)
    counts = np.cumsum(known, axis=1)
    own: Floats = np.full_like(one, np.nan)
    enough = counts[:, :-1] >= STEADY
    own[:, 1:][enough] = squares[:, :-1][enough] / counts[:, :-1][enough]
    some = np.isfinite(own).any(axis=0)
    common: Floats = np.full_like(own[0], np.nan)
    common[some] = np.nanmean(own[:, some], axis=0)
    found: Floats = np.maximum(np.sqrt((own + common) / 2), _TINY)
    return found


def widths(errors: Floats, scale: Floats, origin: int, level: float) -> Widths:
    """Half widths that would have held the errors known at an origin as often as the level says.

    Parameters
    ----------
    errors : ndarray
        Shape (series, origins, steps); that of origin j and step k (from 0) is known at origin j + k + 1.
    scale : ndarray
        As `unsteadiness` gives it.
    origin : int
        Only what was known there is used.
    level : float
        Such as 0.8.

    Notes
    -----
    The half width of step k is q_k s, s being the unsteadiness of the series at the origin and q_k the
    ceil((n + 1) level)-th smallest of n past errors, each over the unsteadiness at its own origin. All of the past counts alike:
    nothing is tuned. Steps with too few errors widen on as those before do, between the square root and the number of steps.
    Source: Lei, J. et al. (2018), Distribution-free predictive inference for regression, JASA 113, 1094-1111, section 5.2
    (locally weighted conformal inference; recalled).
    """
    steps = errors.shape[2]
    quantiles, counts = np.full(steps, np.nan), np.zeros(steps, np.int64)
    for step in range(steps):
        known = slice(0, max(origin - step, 0))
        scores = np.abs(errors[:, known, step]) / scale[:, known]
        scores = np.sort(scores[np.isfinite(scores)])
        counts[step] = len(scores)
        rank = int(np.ceil((len(scores) + 1) * level - 1e-9))
        if 0 < rank <= len(scores):
            quantiles[step] = scores[rank - 1]
    drawn_on = ~np.isfinite(quantiles)
    known_steps = np.flatnonzero(~drawn_on)
    if len(known_steps):
        _draw_on(quantiles, int(known_steps[-1]))
    quantiles = np.maximum.accumulate(quantiles)
    return Widths(scale[:, origin][:, None] * quantiles, counts, drawn_on)


def _draw_on(quantiles: Floats, last: int) -> None:
    if last == len(quantiles) - 1:
        return
    power = 1.0
    if last and quantiles[0] > 0:
        power = float(np.clip(np.log(quantiles[last] / quantiles[0]) / np.log(last + 1), 0.5, 1.0))
    more = np.arange(last + 1, len(quantiles))
    quantiles[more] = quantiles[last] * ((more + 1) / (last + 1)) ** power
