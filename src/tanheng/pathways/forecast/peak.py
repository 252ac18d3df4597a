"""The year of the peak as chances, and whether a place has peaked already: a plateau or one low year is not enough."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tanheng.charts import Line, chart
from tanheng.errors import language
from tanheng.pathways.forecast.backtest import LEAST, Score, past_of, score
from tanheng.pathways.forecast.intervals import STEADY, unsteadiness, widths
from tanheng.pathways.forecast.models import damped, naive
from tanheng.pathways.forecast.series import Series, SeriesInvalid, named
from tanheng.steps import step

Floats = NDArray[np.float64]

YEARS_BELOW = 5
"""Years that must lie below a maximum before it counts as a peak."""
CERTAIN = 0.9
"""Chance from which a verdict is given: a convention of ours."""
_LIKELY = 0.5
_CALIBRATED = 0.8
_CLOSE = 1e-3
_SINGLE = "total"


@dataclass(frozen=True)
class Already:
    """Whether a place has peaked: ``verdict`` is ``peaked`` or ``cannot tell``, with the reason in both languages.

    ``year`` is that of the largest value, ``chance`` [1] that of the true maximum lying at least five years back.
    """

    verdict: str
    year: int
    years_since: int
    chance: float | None
    zh: str
    en: str


@dataclass(frozen=True)
class Peak:
    """Chances of the year of the peak: ``chances`` maps every year of the past and the future to its chance [1].

    ``not_before`` is the chance that emissions are highest in the last year that was looked at: the peak comes then or later.
    """

    group: tuple[str, ...]
    chances: dict[int, float]
    not_before: float
    last: int
    already: Already

    def by(self, year: int) -> float:
        """The chance that the peak is in this year or before."""
        return sum(chance for own, chance in self.chances.items() if own <= year and own < self.last)

    def chart(self) -> str:
        """The chance that the peak lies in a year or before it, as an SVG."""
        zh = language() == "zh"
        years = np.array([year for year in self.chances if year <= self.last], float)
        line = Line(
            "该年及以前达峰" if zh else "peak by then", np.array([100 * self.by(int(year)) for year in years])
        )
        title = "达峰概率" if zh else "Chance of the peak"
        return chart(" · ".join(filter(None, [" / ".join(self.group), title])), "%", years, [line])

    def _repr_html_(self) -> str:
        return f"{self.chart()}<p>{escape(self.already.zh if language() == 'zh' else self.already.en)}</p>"

    def to_dict(self) -> dict[str, Any]:
        """For JSON: only years that have any chance."""
        told = [
            {"year": year, "chance": chance, "by": self.by(year)}
            for year, chance in self.chances.items()
            if chance > 0 and year < self.last
        ]
        own = self.already
        return {
            "group": list(self.group), "chances": told, "not_before": {"year": self.last, "chance": self.not_before},
            "already": {"verdict": own.verdict, "year": own.year, "years_since": own.years_since, "chance": own.chance,
                        "reason_zh": own.zh, "reason_en": own.en},
        }  # fmt: skip


def growth(past: Floats, horizon: int) -> Floats:
    """Mean of no growth, the mean rate of growth and a damped one, in logarithms: what factors add up to, their product has.

    Examples
    --------
    >>> growth(2.0 ** np.arange(8), 1).round(2).tolist()
    [194.01]
    """
    return np.exp(_growth(np.log(past), horizon))


def _growth(logs: Floats, horizon: int) -> Floats:
    steady = logs[-1] + (logs[-1] - logs[0]) / (len(logs) - 1) * np.arange(1, horizon + 1)
    found: Floats = (logs[-1] + steady + damped(logs, horizon)) / 3
    return found


def peaks(
    series: Sequence[Series],
    horizon: int,
    *,
    uncertainty: float | None = None,
    draws: int = 2000,
    seed: int = 1,
) -> tuple[list[Peak], Score]:
    """Chances of the year of the peak for each series, and the record of the model behind them.

    Parameters
    ----------
    series : sequence of Series
        Positive; with ``factors``, their product must be the series.
    horizon : int
        Years ahead that are looked at.
    uncertainty : float, optional
        Relative standard deviation [1] of the inventory of a year, taken to be independent from year to year.
    draws : int
        Of the future and, with an uncertainty, of the past.
    seed : int
        The same seed gives the same answer.

    Returns
    -------
    (list of Peak, Score)

    Raises
    ------
    SeriesInvalid
        For zero or negative values, and for factors that do not multiply to the series.

    Notes
    -----
    Each factor grows as `growth` says; whole years of past one-year errors of all factors are drawn together, so that their
    correlation stays, and added up. At each step the spread is made that of the conformal intervals of the total, which were
    checked on the past (see `widths`); what cannot be checked widens on.
    """
    found = []
    for one, random, future, _ in _drawn(series, horizon, draws, seed):
        noise = (uncertainty or 0.0) * random.standard_normal((draws, len(one.values)))
        highest = np.concatenate([np.log(one.values) + noise, future], axis=1).argmax(axis=1)
        chances = np.bincount(highest, minlength=len(one.values) + horizon) / draws
        years = range(one.first, one.last + horizon + 1)
        later = float(chances[len(one.values) :].sum())
        already = already_peaked(one, uncertainty, later=later, draws=draws, seed=seed)
        by_year = dict(zip(years, map(float, chances), strict=True))
        found.append(Peak(one.group, by_year, float(chances[-1]), one.last + horizon, already))
    return found, _record(series, horizon)


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

    @property
    def covered(self) -> int:
        """The last year whose spread was checked on the past; the last year of the series where none was."""
        return self.series.last + int(np.argmax(np.append(self.drawn_on, True)))


def futures(series: Sequence[Series], horizon: int, *, draws: int = 2000, seed: int = 1) -> list[Futures]:
    """Draws of the years ahead as `peaks` makes them, for each series.

    Parameters
    ----------
    series : sequence of Series
        Positive; with ``factors``, their product must be the series.
    horizon : int
        Years ahead, from 1.
    draws : int
    seed : int
        The same seed gives the same draws.

    Raises
    ------
    SeriesInvalid
        As `peaks`.

    Examples
    --------
    >>> city = Series(("城市",), 2005, 100 + 3.0 * np.arange(15) + np.tile([1.0, -1, 2], 5))
    >>> found = futures([city], 3, draws=500)[0]
    >>> found.draws.shape, found.covered, bool((found.draws > 0).all())
    ((500, 3), 2022, True)
    """
    with np.errstate(all="ignore"):
        found = [
            Futures(one, np.exp(future), on, _record(series, horizon))
            for one, _, future, on in _drawn(series, horizon, draws, seed)
        ]
    for one in found:
        if not np.isfinite(one.draws).all():
            raise SeriesInvalid(
                group=named(one.series.group),
                detail_zh="其增长超出可计算的范围",
                detail_en="its growth is beyond what can be computed",
            )
    return found


def _record(series: Sequence[Series], horizon: int) -> Score:
    past, last_value = past_of(series, growth, horizon), past_of(series, naive, horizon)
    return score("growth", past, last_value, level=_CALIBRATED)


def _drawn(
    series: Sequence[Series], horizon: int, draws: int, seed: int
) -> Iterator[tuple[Series, np.random.Generator, Floats, NDArray[np.bool_]]]:
    """Each series with its random numbers, logarithms of its futures and which years no past error covers."""
    for one in series:
        _check(one)
    past = past_of(series, growth, horizon)
    scale = unsteadiness(past.errors)
    for number, one in enumerate(series):
        step()
        own = widths(past.errors, scale, one.last - past.first, _CALIBRATED)
        if not np.isfinite(own.half[number]).all():
            needed = _needed(len(series))
            raise SeriesInvalid(
                group=named(one.group),
                detail_zh=f"有 {len(one.values)} 年，误差无从检验；{len(series)} 个序列各至少要 {needed} 年",
                detail_en=f"it has {len(one.values)} years, too few to check its errors; {len(series)} series need at least {needed} each",
            )
        random = np.random.default_rng([seed, number])
        yield one, random, _futures(one, horizon, own.half[number], random, draws), own.drawn_on


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


def _futures(one: Series, horizon: int, half: Floats, random: np.random.Generator, draws: int) -> Floats:
    factors = np.log(np.array(list((one.factors or {_SINGLE: one.values}).values())))
    ways = sum(_growth(logs, horizon) for logs in factors)
    misses = np.array(
        [[logs[at + 1] - _growth(logs[: at + 1], 1)[0] for logs in factors] for at in range(LEAST - 1, factors.shape[1] - 1)]
    )  # fmt: skip
    misses -= misses.mean(axis=0)
    drawn = np.cumsum(misses[random.integers(0, len(misses), (draws, horizon))].sum(axis=2), axis=1)
    usual = np.quantile(np.abs(drawn), _CALIBRATED, axis=0)
    spread = np.divide(half, usual, where=usual > 0, out=np.zeros_like(half))
    found: Floats = ways + drawn * spread
    return found


def already_peaked(
    one: Series, uncertainty: float | None, *, later: float | None = None, draws: int = 2000, seed: int = 1
) -> Already:
    """Whether the maximum lies five years back, stays there under the uncertainty of the inventory and is not likely to be passed.

    Parameters
    ----------
    one : Series
    uncertainty : float, optional
        Relative standard deviation [1] of each year, independent from year to year; without it no verdict is given.
    later : float, optional
        Chance [1] that a later year is higher, as `peaks` finds it: above one half there is no verdict.

    Returns
    -------
    Already

    Examples
    --------
    >>> fallen = Series(("城市",), 2005, np.array([80, 90, 100, 95, 90, 85, 80, 78.0]))
    >>> already_peaked(fallen, 0.02).verdict, already_peaked(fallen, 0.10).verdict
    ('peaked', 'cannot tell')
    """
    year = one.first + int(one.values.argmax())
    since = one.last - year
    if since < YEARS_BELOW:
        zh, en = (
            f"最大值之后只有 {since} 年，至少要 {YEARS_BELOW} 年",
            f"only {since} years have passed since the maximum, at least {YEARS_BELOW} are needed",
        )
        return Already("cannot tell", year, since, None, zh, en)
    if uncertainty is None:
        zh, en = "没有给出清单的不确定度", "the uncertainty of the inventory is not given"
        return Already("cannot tell", year, since, None, zh, en)
    noise = uncertainty * np.random.default_rng([seed, 0]).standard_normal((draws, len(one.values)))
    back = len(one.values) - YEARS_BELOW
    chance = float(((one.values * np.exp(noise)).argmax(axis=1) < back).mean())
    if chance < CERTAIN:
        zh = f"计入不确定度后，最大值在 {YEARS_BELOW} 年以前的概率只有 {chance:.0%}"
        en = f"with the uncertainty, the chance that the maximum lies at least {YEARS_BELOW} years back is only {chance:.0%}"
        return Already("cannot tell", year, since, chance, zh, en)
    if later is not None and later > _LIKELY:
        zh = f"{year} 年以来 {since} 年都低于最大值，但以后超过它的概率为 {later:.0%}"
        en = f"all {since} years since {year} lie below the maximum, but the chance that a later year is higher is {later:.0%}"
        return Already("cannot tell", year, since, chance, zh, en)
    zh, en = (
        f"{year} 年以来 {since} 年都低于最大值，概率 {chance:.0%}",
        f"all {since} years since {year} lie below the maximum, with a chance of {chance:.0%}",
    )
    return Already("peaked", year, since, chance, zh, en)
