"""Draws of the years ahead of a series, about a model that did not lose to the last value on the past."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tanheng.pathways.forecast.backtest import LEAST, Past, Score, past_of, score
from tanheng.pathways.forecast.forecast import ModelUnknown, best
from tanheng.pathways.forecast.intervals import STEADY, unsteadiness, widths
from tanheng.pathways.forecast.models import GREY, MODELS, Model, damped
from tanheng.pathways.forecast.series import Series, SeriesInvalid, named
from tanheng.steps import step

Floats = NDArray[np.float64]

_CALIBRATED = 0.8
_CLOSE = 1e-3


def growth(past: Floats, horizon: int) -> Floats:
    """Mean of no growth, the mean rate of growth and a damped one, in logarithms.

    Examples
    --------
    >>> growth(2.0 ** np.arange(8), 1).round(2).tolist()
    [194.01]
    """
    logs = np.log(past)
    steady = logs[-1] + (logs[-1] - logs[0]) / (len(logs) - 1) * np.arange(1, horizon + 1)
    found: Floats = np.exp((logs[-1] + steady + damped(logs, horizon)) / 3)
    return found


PREFERRED = "growth"
WAYS: dict[str, Model] = {PREFERRED: growth} | {
    name: make for name, make in MODELS.items() if name not in GREY
}
"""Models about which futures are drawn: grey ones run away over decades."""


@dataclass(frozen=True, eq=False)
class Futures:
    """Draws of the years ahead of a series, with the record of the model behind them.

    ``draws`` (draws, years ahead) in the unit of the series; ``drawn_on`` (years ahead,) are years whose spread no past error
    covers and that widen on from those before.
    """

    series: Series
    draws: Floats
    drawn_on: NDArray[np.bool_]
    score: Score
    asked: bool

    @property
    def covered(self) -> int:
        """The last year of those on end whose intervals the past bears out (`Score.checked`); the last of the series where none is."""
        return self.series.last + self.score.checked


def futures(
    series: Sequence[Series], horizon: int, *, model: str = "", draws: int = 2000, seed: int = 1
) -> list[Futures]:
    """Draws of the years ahead of each series.

    Parameters
    ----------
    series : sequence of Series
        Positive; with ``factors``, their product must be the series.
    horizon : int
        Years ahead, from 1.
    model : str, optional
        One of `WAYS` that is asked for, even if it loses to the last value; without it growth, or, where that loses, the best of the
        others, which is the last value itself where nothing does better.
    draws : int
    seed : int
        The same seed gives the same draws.

    Raises
    ------
    SeriesInvalid
        For zero or negative values, too few years, growth that cannot be computed, and factors that do not multiply to the series.
    ModelUnknown
        For a model that there is not.

    Notes
    -----
    About the model, whole years of its past one-year errors (in logarithms) are drawn and added up; at each step their spread is made
    that of the conformal intervals (see `widths`), and what has no past errors widens on. Factors change nothing but are checked to
    multiply to the series: the errors of their growth, each year's drawn together, add up to those of the product.

    Examples
    --------
    >>> city = Series(("城市",), 2005, 100 + 3.0 * np.arange(18) + np.tile([1.0, -1, 2], 6))
    >>> found = futures([city], 3, draws=500)[0]
    >>> found.draws.shape, found.score.model, found.score.cases, found.covered, bool((found.draws > 0).all())
    ((500, 3), 'growth', (7, 5, 3), 2024, True)
    """
    with np.errstate(all="ignore"):
        return list(
            drawn(
                series,
                horizon,
                model,
                draws,
                [np.random.default_rng([seed, at]) for at in range(len(series))],
            )
        )


def drawn(
    series: Sequence[Series], horizon: int, model: str, draws: int, randoms: Sequence[np.random.Generator]
) -> Iterator[Futures]:
    """As `futures`, each series by random numbers of its own."""
    for one in series:
        _check(one)
    past, own = _chosen(series, horizon, model)
    scale = unsteadiness(past.errors)
    for number, (one, random) in enumerate(zip(series, randoms, strict=True)):
        step()
        at = one.last - past.first
        wide = widths(past.errors, scale, at, _CALIBRATED)
        half = wide.half[number]
        if not np.isfinite(half).all():
            needed = _needed(len(series))
            raise SeriesInvalid(
                group=named(one.group),
                detail_zh=f"有 {len(one.values)} 年，误差无从检验；{len(series)} 个序列各至少要 {needed} 年",
                detail_en=f"it has {len(one.values)} years, too few to check its errors; {len(series)} series need at least {needed} each",
            )
        misses = past.errors[number, :, 0]
        misses = misses[np.isfinite(misses)]
        away = np.cumsum((misses - misses.mean())[random.integers(0, len(misses), (draws, horizon))], axis=1)
        usual = np.quantile(np.abs(away), _CALIBRATED, axis=0)
        spread = np.divide(half, usual, where=usual > 0, out=np.zeros_like(half))
        found = past.forecasts[number, at] * np.exp(away * spread)
        if not np.isfinite(found).all():
            raise SeriesInvalid(
                group=named(one.group), detail_zh="其增长超出可计算的范围", detail_en="its growth is beyond what can be computed"
            )  # fmt: skip
        yield Futures(one, found, wide.drawn_on, own, bool(model))


def _chosen(series: Sequence[Series], horizon: int, model: str) -> tuple[Past, Score]:
    """The past and the record of the model that is asked for, or else has earned it."""
    if model and model not in WAYS:
        raise ModelUnknown(model=model, detail_zh="未知", detail_en="unknown", models=", ".join(WAYS))
    tried = [model] if model else list(WAYS)
    pasts = {name: past_of(series, WAYS[name], horizon) for name in {"naive": 0} | dict.fromkeys(tried)}
    scores = {name: score(name, pasts[name], pasts["naive"], level=_CALIBRATED) for name in tried}
    name = model or best([one for one in scores.values() if not one.loses], PREFERRED)
    return pasts[name], scores[name]


def _needed(series: int) -> int:
    """Years that each of so many series of one length needs until their errors make an interval.

    Examples
    --------
    >>> _needed(1), _needed(2), _needed(5)
    (11, 9, 8)
    """
    errors = round(_CALIBRATED / (1 - _CALIBRATED))
    return LEAST + STEADY + -(-errors // series)


def _check(one: Series) -> None:
    if (one.values <= 0).any() or any((own <= 0).any() for own in one.factors.values()):
        raise SeriesInvalid(
            group=named(one.group),
            detail_zh="达峰年的计算要求各值为正",
            detail_en="chances of a peak need positive values",
        )
    if one.factors:
        product = np.prod(list(one.factors.values()), axis=0)
        gap = np.abs(product / one.values - 1)
        if gap.max() > _CLOSE:
            year = one.first + int(gap.argmax())
            raise SeriesInvalid(
                group=named(one.group),
                detail_zh=f"{year} 年各因子之积与总量相差 {gap.max():.2%}",
                detail_en=f"in {year} the product of the factors is {gap.max():.2%} off the total",
            )
