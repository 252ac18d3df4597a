"""A forecast with what it is worth: the record of every candidate beside naive, and intervals that were checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from tanheng.charts import Line, chart
from tanheng.errors import TanhengError, language
from tanheng.inventory.table import Table
from tanheng.pathways.forecast.backtest import LEAST, Past, Score, past_of, score
from tanheng.pathways.forecast.intervals import unsteadiness, widths
from tanheng.pathways.forecast.models import MODELS, POSITIVE
from tanheng.pathways.forecast.names import model_name
from tanheng.pathways.forecast.series import Floats, Series, SeriesInvalid, named
from tanheng.pathways.forecast.statistical import FEWEST, STATISTICAL, statistical_model

PREFERRED = "combination"
LEVEL = 0.8
_SHORTEST = LEAST + 3
_PICTURES = 3
_WIDEST = np.log(1e6)
"""An interval wider than a factor of a million says nothing: a series that stood still and then moved has no scale of its own."""


class ModelUnknown(TanhengError):
    """A model that there is not, or that cannot take this series."""

    code = "L-102"
    zh = "没有可用的模型“{model}”：{detail_zh}。"
    en = "There is no model '{model}' to use here: {detail_en}."
    remedy_zh = "可用的模型：{models}。"
    remedy_en = "Models: {models}."


@dataclass(frozen=True)
class Forecast:
    """Points with intervals for each series, and the record of every candidate.

    ``chosen`` is the model of the points, ``scores`` those of all candidates, ``withheld`` the models that lost to naive and were
    not asked for. ``points`` has a row for each series and year: ``group``, ``year``, ``value``, ``low``, ``high`` (in the unit of the
    series; None where errors give no interval, or one beyond a factor of a million), ``drawn_on`` (the interval is carried on beyond
    the steps that were tried).
    """

    chosen: str
    asked: bool
    level: float
    horizon: int
    series: tuple[Series, ...]
    points: tuple[dict[str, Any], ...]
    scores: tuple[Score, ...]
    withheld: tuple[str, ...]
    origins: tuple[int, int]

    @property
    def score(self) -> Score:
        """The record of the chosen model."""
        return next(one for one in self.scores if one.model == self.chosen)

    def table(self) -> Table:
        """One row for each series and year: ``series``, ``year``, ``value``, ``low``, ``high`` [unit of the series], ``drawn_on``."""
        names = {one.group: one.name for one in self.series}
        rows = [
            {"series": names[row["group"]]} | {key: value for key, value in row.items() if key != "group"}
            for row in self.points
        ]
        schema = {"series": pl.String, "year": pl.Int64} | dict.fromkeys(["value", "low", "high"], pl.Float64)
        return Table(pl.DataFrame(rows, schema=schema | {"drawn_on": pl.Boolean}), self.chosen)

    def charts(self, title: str = "", unit: str = "") -> list[str]:
        """Past and forecast of each series with its interval, as SVG."""
        return [self._chart(one, title, unit) for one in self.series]

    def _chart(self, one: Series, title: str, unit: str) -> str:
        zh = language() == "zh"
        ahead = [row for row in self.points if row["group"] == one.group]
        years = np.array([*one.years, *(row["year"] for row in ahead)], float)
        past, none = one.values, np.full(len(one.values) - 1, np.nan)

        def joined(key: str) -> Floats:
            told = [np.nan if row[key] is None else row[key] for row in ahead]
            return np.concatenate([none, past[-1:], np.array(told, float)])

        name = getattr(model_name(self.chosen), language())
        interval = f"（{self.level:.0%} 区间）" if zh else f" ({self.level:.0%})"
        lines = [
            Line("核查" if zh else "observed", np.concatenate([past, np.full(len(ahead), np.nan)])),
            Line(f"{name}{interval}", joined("value"), joined("low"), joined("high")),
        ]
        shown = " · ".join(filter(None, [one.name, title]))
        return chart(shown or ("预测" if zh else "Forecast"), unit, years, lines)

    def _repr_html_(self) -> str:
        return "".join(self.charts()[:_PICTURES]) + self.table()._repr_html_()

    def to_dict(self) -> dict[str, Any]:
        """For JSON: points by series, the backtest of each candidate, and what was withheld."""
        return {
            "model": self.chosen, "asked": self.asked, "level": self.level, "horizon": self.horizon,
            "series": [
                {"group": list(one.group), "first": one.first, "last": one.last, "left_out_years": one.left,
                 "points": [{key: value for key, value in row.items() if key != "group"}
                            for row in self.points if row["group"] == one.group]}
                for one in self.series
            ],
            "backtest": [
                one.to_dict() | {"withheld": one.model in self.withheld, "loses_to_naive": one.loses} for one in self.scores
            ],
            "backtest_origins": list(self.origins),
            "withheld": list(self.withheld),
        }  # fmt: skip


def forecast(
    series: Sequence[Series],
    horizon: int,
    *,
    model: str = "",
    level: float = LEVEL,
    statistical: bool = False,
) -> Forecast:
    """Forecast series by the model that has earned it.

    Parameters
    ----------
    series : sequence of Series
        All of one quantity: they lend one another the record of errors.
    horizon : int
        Years ahead, from 1.
    model : str, optional
        A model that is asked for; without it the combination, or, where that loses to naive, the best that does not.
    level : float
        Of the intervals, between 0 and 1.
    statistical : bool
        Also try ETS and ARIMA (extra ``forecast``).

    Returns
    -------
    Forecast

    Raises
    ------
    SeriesInvalid
        For fewer than eight years.
    ModelUnknown
        For a model that there is not.

    Notes
    -----
    A model loses when its mean absolute scaled error over all past origins is above that of naive on the same points (Hyndman, R.J. and
    Koehler, A.B. (2006), Another look at measures of forecast accuracy, International Journal of Forecasting 22, 679-688; recalled).

    Examples
    --------
    >>> from tanheng.pathways.forecast.series import Series
    >>> growing = Series(("城市",), 2005, 100 + 3.0 * np.arange(15))
    >>> found = forecast([growing], 2)
    >>> found.chosen, [round(row["value"], 1) for row in found.points]
    ('combination', [144.0, 145.7])
    """
    for one in series:
        if len(one.values) < _SHORTEST:
            raise SeriesInvalid(
                group=named(one.group),
                detail_zh=f"只有 {len(one.values)} 年，检验至少要 {_SHORTEST} 年",
                detail_en=f"it has {len(one.values)} years, and a check needs at least {_SHORTEST}",
            )
    positive = all((one.values > 0).all() for one in series)
    usable = {name: make for name, make in MODELS.items() if positive or name not in POSITIVE}
    if statistical or model in STATISTICAL:
        usable |= {name: statistical_model(name) for name in STATISTICAL}
    if model and model not in usable:
        why = (
            ("该序列有零或负值", "the series has zeros or negative values")
            if model in MODELS
            else ("未知", "unknown")
        )
        raise ModelUnknown(model=model, detail=why, models=", ".join(usable))
    pasts = {name: past_of(series, make, horizon) for name, make in usable.items()}
    scores = tuple(score(name, past, pasts["naive"], level=level) for name, past in pasts.items())
    withheld = tuple(one.model for one in scores if one.loses and one.model != model)
    chosen = model or best([one for one in scores if not one.loses], PREFERRED)
    past = pasts[chosen]
    if not all(np.isfinite(past.forecasts[at, one.last - past.first]).all() for at, one in enumerate(series)):
        fewest = min(len(one.values) for one in series)
        why = ("它给不出有限的数", "it gives no finite numbers")
        if chosen in STATISTICAL and fewest < FEWEST:
            why = (f"最短的序列有 {fewest} 年，它至少要 {FEWEST} 年", f"the shortest series has {fewest} years, and it needs {FEWEST}")  # fmt: skip
        raise ModelUnknown(model=chosen, detail=why, models=", ".join(MODELS))
    return Forecast(
        chosen, bool(model), level, horizon, tuple(series), tuple(_points(series, past, level)), scores, withheld,
        (past.first + LEAST - 1, past.last - 1),
    )  # fmt: skip


def best(scores: Sequence[Score], preferred: str) -> str:
    """The preferred model if it is among these, else the one that errs least beside the last value and was tried half as often as most."""
    if any(one.model == preferred for one in scores):
        return preferred
    most = max(one.points for one in scores)
    tried = [one for one in scores if 2 * one.points >= most]
    return max(tried, key=lambda one: -np.inf if one.skill is None else one.skill).model


def _points(series: Sequence[Series], past: Past, level: float) -> list[dict[str, Any]]:
    scale = unsteadiness(past.errors)
    found = []
    for number, one in enumerate(series):
        origin = one.last - past.first
        own = widths(past.errors, scale, origin, level)
        for step in range(past.errors.shape[2]):
            value, half = past.forecasts[number, origin, step], own.half[number, step]
            low: float | None = None
            high: float | None = None
            if half <= (_WIDEST if past.positive else np.finfo(float).max):
                low = float(value * np.exp(-half) if past.positive else value - half)
                high = float(value * np.exp(half) if past.positive else value + half)
            found.append(
                {"group": one.group, "year": one.last + step + 1, "value": float(value),
                 "low": low, "high": high, "drawn_on": bool(own.drawn_on[step])}
            )  # fmt: skip
    return found
