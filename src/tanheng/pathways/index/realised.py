"""Part 2, realised degree: what was done of what had to be done, with the actual activity and all else as in the base year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from tanheng.drivers.lmdi import by_shapley, contributions
from tanheng.drivers.series import settled
from tanheng.errors import language
from tanheng.pathways.index.choices import Choices, interval
from tanheng.pathways.index.consistency import Errors
from tanheng.pathways.road import Road
from tanheng.pathways.road.observed import NORMAL_95
from tanheng.pathways.tree.arithmetic import Floats

ACTIVITY, SINK, OTHER = "activity", "sink", "other"
NOTHING_TO_DO = (
    "以实际活动、基准年的结构与强度，排放本已在路径之内，没有可实现的部分",
    "with the actual activity and all else as in the base year emissions lie within the path: there is nothing to realise",
)
_NO_ACTIVITY = (
    "没有写出类别为 activity 的因子，偶得与实现无法分开",
    "no factor is of kind activity, so that windfall and what was done cannot be told apart",
)


@dataclass(frozen=True, eq=False)
class RealisedDegree:
    """实现度 B, E and P of the year judged and E of the base year [unit], and B - E by kind of factor and by cell.

    ``value`` [%] is between the ends that are shown, None where it is undefined, and ``reason`` says why; ``lacking`` is true
    where the file does not hold what it needs. ``undefined`` [1] is the share of draws with B <= P, in which the limit stands. ``windfall``
    [unit] is what activity alone saved, negative where it grew.
    """

    value: float | None
    exact: float | None
    draws: Floats
    undefined: float
    reason: tuple[str, str] | None
    lacking: bool
    base: int
    year: int
    unit: str
    before: float
    frozen: float
    emission: float
    path: float
    kinds: Mapping[str, float]
    cells: tuple[Mapping[str, Any], ...]

    @property
    def windfall(self) -> float:
        """E_b - B_t [unit]: recession, closures and growth, which are not counted."""
        return self.before - self.frozen

    def to_dict(self) -> dict[str, Any]:
        """Value, interval and every number behind them; ``achieved`` splits B - E exactly."""
        low, high = interval(self.draws)
        told: dict[str, Any] = {
            "value": self.value, "p5": low, "p95": high, "unclipped": self.exact,
            "reason": None if self.reason is None else self.reason[language() != "zh"],
        }  # fmt: skip
        if self.lacking:
            return told
        return told | {
            "base": self.base, "year": self.year, "unit": self.unit, "emission_base": self.before, "frozen": self.frozen,
            "emission": self.emission, "path": self.path, "needed": self.frozen - self.path, "done": self.frozen - self.emission,
            "achieved": dict(self.kinds), "windfall": self.windfall, "cells": [dict(one) for one in self.cells],
            "undefined_share": self.undefined,
        }  # fmt: skip


def realised_degree(road: Road, year: int, errors: Errors, choices: Choices) -> RealisedDegree:
    """What was realised of the reduction that the path asked for up to ``year``.

    Notes
    -----
    RD = (B - E) / (B - P), B = Σ A_t Π x_b over cells: factors of kind activity of the year, all others of the base year.
    B - E is split by LMDI-I; cells with a negative factor by Shapley, and all of their effect is that of sinks. An error of
    the base year carries over to B.
    """
    observed = road.observed
    start, end = observed.at(road.path.base), observed.at(year)
    path = float(road.path.at(year))
    moving = [observed.kinds.get(name, OTHER) == ACTIVITY for name in observed.series.names]
    if not any(moving):
        return RealisedDegree(
            None, None, np.full(errors.drawn.shape[0], np.nan), 0.0, _NO_ACTIVITY, True, road.path.base, year, road.unit,
            float(observed.total[start]), np.nan, float(observed.total[end]), path, {}, (),
        )  # fmt: skip
    values = observed.series.values()[0]
    old, new = settled(values[start], values[end])
    held = np.where(np.array(moving)[:, None], new, old)
    effects = contributions(held, new) * observed.scale
    windfall = contributions(old, held) * observed.scale
    negative = by_shapley(held, new)
    frozen, emission = float(held.prod(axis=0).sum() * observed.scale), float(observed.total[end])
    of_base = frozen + abs(frozen) * float(observed.half[start]) / NORMAL_95 * errors.drawn[:, 0]
    drawn = _degree(of_base, emission + float(observed.sigma[end]) * errors.drawn[:, -1], path)
    exact = float(_degree(frozen, emission, path)) if frozen > path else None
    return RealisedDegree(
        value=None if exact is None else float(np.clip(exact, *choices.shown)), exact=exact,
        draws=np.full(drawn.shape, np.nan) if exact is None else np.clip(drawn, *choices.shown),
        undefined=float((of_base <= path).mean()), reason=NOTHING_TO_DO if exact is None else None,
        lacking=False, base=road.path.base, year=year, unit=road.unit, before=float(observed.total[start]), frozen=frozen,
        emission=emission, path=path, kinds=_by_kind(road, effects, negative), cells=_cells(road, start, end, windfall, effects),
    )  # fmt: skip


def _degree(frozen: Any, emission: Any, path: float) -> Floats:
    """(B - E) / (B - P) [%]; where B <= P the limit that it tends to, as nothing is left to be done."""
    need = np.asarray(frozen - path, dtype=np.float64)
    done = np.asarray(frozen - emission, dtype=np.float64)
    limit = np.where(done > 0, np.inf, np.where(done < 0, -np.inf, 0.0))
    return np.asarray(100 * np.divide(done, need, where=need > 0, out=limit))


def _by_kind(road: Road, effects: Floats, negative: np.ndarray) -> dict[str, float]:
    found: dict[str, float] = {}
    for place, name in enumerate(road.observed.series.names):
        kind = road.observed.kinds.get(name, OTHER)
        if kind == ACTIVITY:
            continue
        found[kind] = found.get(kind, 0.0) - float(effects[place, ~negative].sum())
    if negative.any():
        found[SINK] = found.get(SINK, 0.0) - float(effects[:, negative].sum())
    return found


def _cells(road: Road, start: int, end: int, windfall: Floats, effects: Floats) -> tuple[dict[str, Any], ...]:
    """By cell: emissions of both years, windfall and the effect of each factor on what was done [unit]."""
    series, scale = road.observed.series, road.observed.scale
    total = series.total[0] * scale
    return tuple(
        {
            "cell": dict(zip(series.by, cell, strict=True)),
            "rows": [road.observed.rows.get((int(road.observed.years[one]), cell)) for one in (start, end)],
            "emission_base": float(total[start, at]), "emission": float(total[end, at]), "windfall": -float(windfall[:, at].sum()),
            "achieved": {name: -float(effects[place, at]) for place, name in enumerate(series.names)
                         if road.observed.kinds.get(name, OTHER) != ACTIVITY},
        }
        for at, cell in enumerate(series.cells)
    )  # fmt: skip
