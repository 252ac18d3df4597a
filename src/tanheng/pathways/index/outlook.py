"""Part 5, forecast consistency: the chance that emissions peak in time and meet the target, from draws that were backtested."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from tanheng.errors import language
from tanheng.pathways.forecast import Futures, Score, Series, SeriesInvalid, futures
from tanheng.pathways.forecast.backtest import ENOUGH, SHORT
from tanheng.pathways.forecast.names import model_name
from tanheng.pathways.forecast.peak import YEARS_BELOW, last_highest
from tanheng.pathways.forecast.wording import step_told
from tanheng.pathways.index.choices import interval
from tanheng.pathways.index.consistency import Errors
from tanheng.pathways.road import Road
from tanheng.pathways.tree.arithmetic import Floats

_FAN = (0.05, 0.5, 0.95)


@dataclass(frozen=True, eq=False)
class ForecastConsistency:
    """预测一致性 ``value`` 0 to 100, None where the series cannot be forecast or the past bears it out too little, and ``reason`` says why.

    ``peak_by`` and ``meets`` are the chances [1] of each condition by itself; ``fan`` the 5th, 50th and 95th percentile [unit] of each year;
    ``found`` the draws with their backtest, None where the target year was observed and nothing had to be forecast.
    """

    value: float | None
    draws: Floats
    reason: tuple[str, str] | None
    target: int
    peak: int
    limit: float
    year: int
    first: int
    peak_by: float | None
    meets: float | None
    found: Futures | None
    at_target: Floats | None
    unit: str

    @property
    def beyond(self) -> bool:
        """Whether the target year lies beyond those whose intervals the past bears out."""
        return self.found is not None and self.target > self.found.covered

    @property
    def fan(self) -> list[dict[str, float]]:
        """Percentiles by year ahead."""
        if self.found is None:
            return []
        rows = np.quantile(self.found.draws, _FAN, axis=0).T
        return [
            {"year": self.year + 1 + at, "p5": low, "p50": middle, "p95": high}
            for at, (low, middle, high) in enumerate(rows.tolist())
        ]

    def to_dict(self) -> dict[str, Any]:
        """Value, interval and every number behind them, with the record of the model."""
        low, high = interval(self.draws)
        told: dict[str, Any] = {
            "value": self.value, "p5": low, "p95": high,
            "reason": None if self.reason is None else self.reason[language() != "zh"], "target_year": self.target,
            "peak_year": self.peak, "target": self.limit, "unit": self.unit, "chance_peak_by": self.peak_by, "chance_target": self.meets,
        }  # fmt: skip
        if self.found is None:
            return told
        return told | {
            "from": self.first, "until": self.year, "checked_to": self.found.covered, "beyond_backtest": self.beyond,
            "backtest": self.found.score.to_dict(), "loses_to_naive": self.found.score.loses, "asked": self.found.asked, "fan": self.fan,
        }  # fmt: skip


def forecast_consistency(
    road: Road, year: int, errors: Errors, draws: int, seed: int, model: str = ""
) -> ForecastConsistency:
    """The chance that the peak comes by its year and the target is met, as of ``year``.

    Notes
    -----
    Of each draw of the future the highest year is looked for among observed and drawn ones, up to five years past the year by
    which emissions are to peak. Draws are those of `tanheng.pathways.forecast.futures`; without a ``model`` that the road asks for
    there is no score where the past bears out the intervals of not even the first year. The interval is over errors of the
    inventory, which shift the whole series: those of the year judged.
    """
    observed, path = road.observed, road.path
    end = observed.at(year)
    first = end - int(np.argmin(np.append(np.diff(observed.years[: end + 1])[::-1] == 1, False)))
    values, limit, start = (
        observed.total[first : end + 1],
        float(path.at(path.target)),
        int(observed.years[first]),
    )
    horizon = max(path.target, path.peak + YEARS_BELOW) - year
    found: Futures | None = None
    every = np.broadcast_to(values, (draws, values.size))
    if horizon > 0:
        why = None
        try:
            series = Series((road.id,), start, values)
            found = futures([series], horizon, model=model, draws=draws, seed=seed)[0]
        except SeriesInvalid as cause:
            why = cause.message("zh").partition("] ")[2], cause.message("en").partition("] ")[2]
        if why is None and found is not None and not (found.asked or found.score.checked):
            why = _unchecked(found.score)
        if why is not None or found is None:
            return ForecastConsistency(
                None, np.full(errors.drawn.shape[0], np.nan), why, path.target, path.peak, limit, year, start,
                None, None, None, None, road.unit,
            )  # fmt: skip
        every = np.concatenate([every, found.draws], axis=1)
    in_time = last_highest(every) + start <= path.peak
    at_target = every[:, path.target - start]
    relative = float(observed.sigma[end] / abs(observed.total[end])) if observed.total[end] else 0.0
    shift = np.maximum(1 + relative * errors.drawn[:, -1], 0.0)
    return ForecastConsistency(
        value=float(_share(at_target[in_time], limit, np.ones(1), draws)[0]),
        draws=_share(at_target[in_time], limit, shift, draws), reason=None, target=path.target, peak=path.peak, limit=limit,
        year=year, first=start, peak_by=float(in_time.mean()), meets=float((at_target <= limit).mean()), found=found,
        at_target=None if found is None else at_target, unit=road.unit,
    )  # fmt: skip


def _unchecked(own: Score) -> tuple[str, str]:
    """Why a record does not carry a score, in both languages."""
    name, held = model_name(own.model), step_told(own, 1)
    least = own.level - SHORT
    zh, en = ("没有模型胜过沿用末值，", "no model does better than the last value; ") if own.model == "naive" else ("", "")  # fmt: skip
    return (
        f"{zh}{name.zh}提前一年的 {own.level:.0%} 区间在过去包含 {held} 次，至少要试 {ENOUGH} 次、包含 {least:.0%}；仍要计入请写 index.forecast: {own.model}",
        f"{en}intervals of {own.level:.0%} one year ahead ({name.en}) held {held} on the past, at least {ENOUGH} must be tried and {least:.0%} hold; to count it all the same write index.forecast: {own.model}",
    )


def _share(kept: Floats, limit: float, shift: Floats, draws: int) -> Floats:
    """100 times the share of all draws that are kept and, shifted, lie within the limit: of each shift."""
    least = np.divide(
        limit, shift, where=shift > 0, out=np.full(shift.shape, np.inf if limit >= 0 else -np.inf)
    )
    return np.asarray(100 * np.searchsorted(np.sort(kept), least, side="right") / draws)
