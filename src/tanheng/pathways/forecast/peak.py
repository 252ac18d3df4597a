"""The year of the peak as chances, and whether a place has peaked already: a plateau or one low year is not enough."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tanheng.charts import Line, chart
from tanheng.errors import language
from tanheng.pathways.forecast.backtest import Score
from tanheng.pathways.forecast.futures import drawn
from tanheng.pathways.forecast.series import Series

Floats = NDArray[np.float64]

YEARS_BELOW = 5
"""Years that must lie below a maximum before it counts as a peak."""
CERTAIN = 0.9
"""Chance from which a verdict is given: a convention of ours."""
_LIKELY = 0.5


@dataclass(frozen=True)
class Already:
    """Whether a place has peaked: ``verdict`` is ``peaked`` or ``cannot tell``, with the reason in both languages.

    ``year`` is the last of the largest value, ``chance`` [1] that of the true maximum lying at least five years back, ``later`` [1] that
    of a later year being higher; what only the noise of the inventory would speak for counts in neither.
    """

    verdict: str
    year: int
    years_since: int
    chance: float | None
    later: float | None
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
            "already": {"verdict": own.verdict, "year": own.year, "years_since": own.years_since, "chance": own.chance, "chance_later": own.later,
                        "reason_zh": own.zh, "reason_en": own.en},
        }  # fmt: skip


def peaks(
    series: Sequence[Series],
    horizon: int,
    *,
    uncertainty: float | None = None,
    model: str = "",
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
    model : str, optional
        A model that is asked for, as of `futures`.
    draws : int
        Of the future and, with an uncertainty, of the past.
    seed : int
        The same seed gives the same answer.

    Returns
    -------
    (list of Peak, Score)

    Raises
    ------
    SeriesInvalid, ModelUnknown
        As `futures`.

    Notes
    -----
    Each future of `futures` begins where its own draw of the last year lies: the error of that year shifts all that follows. Of equal
    years the last is the highest.
    """
    randoms = [np.random.default_rng([seed, at]) for at in range(len(series))]
    found = []
    with np.errstate(all="ignore"):
        ahead = list(drawn(series, horizon, model, draws, randoms))
    for own, random in zip(ahead, randoms, strict=True):
        one, past, future = own.series, np.log(own.series.values), np.log(own.draws)
        noise = (uncertainty or 0.0) * random.standard_normal((draws, len(past)))
        every = np.concatenate([past + noise, future + noise[:, -1:]], axis=1)
        chances = np.bincount(last_highest(every), minlength=every.shape[1]) / draws
        beyond = future.max(axis=1)
        later = 1 - float(_stays(past, noise, beyond, beyond + noise[:, -1]).mean())
        already = already_peaked(one, uncertainty, later=later, draws=draws, seed=seed)
        years = range(one.first, one.last + horizon + 1)
        by_year = dict(zip(years, map(float, chances), strict=True))
        found.append(Peak(one.group, by_year, float(chances[-1]), one.last + horizon, already))
    return found, ahead[0].score


def last_highest(values: Floats) -> NDArray[np.int64]:
    """Where each row is highest, of equal ones the last: a plateau has not peaked where it began.

    Examples
    --------
    >>> last_highest(np.array([[1.0, 3.0, 3.0, 2.0]])).tolist()
    [2]
    """
    return np.asarray(values.shape[-1] - 1 - values[..., ::-1].argmax(axis=-1))


def _stays(past: Floats, noise: Floats, rival: Floats | float, shifted: Floats) -> NDArray[np.bool_]:
    """Draws in which a year that lies above its rival without the noise does so with it as well: the more noise, the fewer."""
    above = np.where(past > np.reshape(rival, (-1, 1)), past + noise, -np.inf)
    return np.asarray(above.max(axis=1) > shifted)


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

    Notes
    -----
    More uncertainty never makes a verdict: only years that lie above a later one as observed count as above it in a draw, so that
    both chances that are asked for fall as the noise grows.

    Returns
    -------
    Already

    Examples
    --------
    >>> fallen = Series(("城市",), 2005, np.array([80, 90, 100, 95, 90, 85, 80, 78.0]))
    >>> already_peaked(fallen, 0.02).verdict, already_peaked(fallen, 0.10).verdict
    ('peaked', 'cannot tell')
    """
    year = one.first + int(last_highest(one.values))
    since = one.last - year
    if since < YEARS_BELOW:
        zh, en = (
            f"最大值之后只有 {since} 年，至少要 {YEARS_BELOW} 年",
            f"only {since} years have passed since the maximum, at least {YEARS_BELOW} are needed",
        )
        return Already("cannot tell", year, since, None, later, zh, en)
    if uncertainty is None:
        zh, en = "没有给出清单的不确定度", "the uncertainty of the inventory is not given"
        return Already("cannot tell", year, since, None, later, zh, en)
    noise = uncertainty * np.random.default_rng([seed, 0]).standard_normal((draws, len(one.values)))
    past, back = np.log(one.values), len(one.values) - YEARS_BELOW
    latest = (past + noise)[:, back:].max(axis=1)
    chance = float(_stays(past[:back], noise[:, :back], past[back:].max(), latest).mean())
    if chance < CERTAIN:
        zh = f"计入不确定度后，最大值在 {YEARS_BELOW} 年以前的概率只有 {chance:.0%}"
        en = f"with the uncertainty, the chance that the maximum lies at least {YEARS_BELOW} years back is only {chance:.0%}"
        return Already("cannot tell", year, since, chance, later, zh, en)
    if later is not None and later > _LIKELY:
        zh = f"{year} 年以来 {since} 年都低于最大值，但以后超过它的概率为 {later:.0%}"
        en = f"all {since} years since {year} lie below the maximum, but the chance that a later year is higher is {later:.0%}"
        return Already("cannot tell", year, since, chance, later, zh, en)
    zh, en = (
        f"{year} 年以来 {since} 年都低于最大值，概率 {chance:.0%}",
        f"all {since} years since {year} lie below the maximum, with a chance of {chance:.0%}",
    )
    return Already("peaked", year, since, chance, later, zh, en)
