"""Levels 层级: emissions against their path, of the total and of each cell, by year or by month."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from tanheng.pathways.cap.result import tonnes_of
from tanheng.pathways.deviation.cells import cell_paths
from tanheng.pathways.deviation.cusum import Cusum, H, K, cusum, named
from tanheng.pathways.deviation.problems import invalid
from tanheng.pathways.index.choices import Choices
from tanheng.pathways.index.settings import LARGEST
from tanheng.pathways.road import Road
from tanheng.pathways.tree.arithmetic import Floats

TELL = Choices.tell
"""Standard deviations of the inventory within which a deviation is not told from none, the same as in the index."""
CANNOT_TELL = "cannot tell"
VERDICTS = {
    CANNOT_TELL: ("无法判断", "cannot tell"),
    "over": ("超出", "over"),
    "under": ("低于", "under"),
    "on": ("正在路径上", "on the path"),
}


@dataclass(frozen=True, eq=False)
class Level:
    """One level: the total (an empty name) or a cell.

    ``emission``, ``path``, ``sigma`` and ``scale`` are (periods,) in the unit of the road: ``sigma`` is the inventory's standard
    deviation, by which verdicts are given, ``scale`` that of a period about its path, by which the CUSUM is standardised.
    """

    name: str
    periods: tuple[str, ...]
    emission: Floats
    path: Floats
    sigma: Floats
    scale: Floats
    k: float
    h: float

    @property
    def deviation(self) -> Floats:
        """E - P (periods,)."""
        return np.asarray(self.emission - self.path)

    @property
    def share(self) -> Floats:
        """(E - P) / P (periods,); not a number where the path is not above zero."""
        return _over(self.deviation, self.path)

    @property
    def cumulated(self) -> Floats:
        """Sum of E - P over the sum of P, since the base year (periods,)."""
        return _over(np.cumsum(self.deviation), np.cumsum(self.path))

    @functools.cached_property
    def cusum(self) -> Cusum:
        """Of the deviation over its scale; where the scale is zero there is no deviation either."""
        z = np.divide(self.deviation, self.scale, where=self.scale > 0, out=np.zeros_like(self.deviation))
        return cusum(z, k=self.k, h=self.h)

    def verdict(self, place: int = -1) -> str:
        """What can be said of a period: ``over``, ``under``, ``on`` or ``cannot tell``."""
        off, limit = float(self.deviation[place]), TELL * float(self.sigma[place])
        if abs(off) < limit:
            return CANNOT_TELL
        return "over" if off > 0 else "under" if off < 0 else "on"

    def rows(self) -> list[dict[str, Any]]:
        """One row for each period."""
        share, cumulated, sums = self.share, self.cumulated, self.cusum
        return [
            {
                "level": self.name, "period": period, "emission": float(self.emission[at]), "path": float(self.path[at]),
                "deviation": float(self.deviation[at]), "share": _known(share[at]), "cumulated": _known(cumulated[at]),
                "sigma": float(self.sigma[at]), "verdict": self.verdict(at), "z": float(sums.z[at]), "high": float(sums.high[at]),
                "low": float(sums.low[at]),
            }
            for at, period in enumerate(self.periods)
        ]  # fmt: skip

    def to_dict(self) -> dict[str, Any]:
        """For JSON: rows, and alarms with their periods."""
        keep = (
            "period",
            "emission",
            "path",
            "deviation",
            "share",
            "cumulated",
            "sigma",
            "verdict",
            "z",
            "high",
            "low",
        )
        correlated = self.cusum.autocorrelation
        return {
            "level": self.name or "total",
            "periods": [
                {key: round(row[key], 6) if isinstance(row[key], float) else row[key] for key in keep}
                for row in self.rows()
            ],
            "alarms": [named(one, self.periods) for one in self.cusum.alarms],
            "autocorrelation": None if correlated is None else round(correlated, 3),
        }  # fmt: skip


SCHEMA: dict[str, Any] = {"level": pl.String, "period": pl.String} | dict.fromkeys(
    ["emission", "path", "deviation", "share", "cumulated", "sigma"], pl.Float64
) | {"verdict": pl.String} | dict.fromkeys(["z", "high", "low"], pl.Float64)  # fmt: skip


def annual_levels(road: Road) -> tuple[Level, ...]:
    """The total and, where there are several, each cell, for the years from the base year on that path and observation share.

    Notes
    -----
    The path of a cell without one of its own is what the others leave of the total's, shared as in the base year; so deviations of
    cells sum to that of the total. Cells are taken to err independently with one relative uncertainty, which together gives that of
    the total: u_c = s_c u / sqrt(sum s_c²), s_c the larger of |E_c| and |P_c|.

    Raises
    ------
    DeviationInvalid, PackInvalid
    """
    observed, path = road.observed, road.path
    kept = (observed.years >= path.base) & (observed.years <= path.target)
    years = observed.years[kept]
    if missing := sorted(set(range(int(years[0]), int(years[-1]) + 1)) - set(years.astype(int).tolist())):
        raise invalid(
            road.id, (f"核查数据缺 {missing[0]} 年", f"{missing[0]} was not observed"),
            ("请补上该年；累计与 CUSUM 不能跨过缺口。", "Give that year; sums are not carried over a gap."),
        )  # fmt: skip

    most = max(float(np.abs(observed.total).max()), *(abs(one) for one in path.marks.values()))
    if not most * tonnes_of(road.unit) < LARGEST:
        raise invalid(
            road.id, (f"{most:.3g} {road.unit} 多于全世界的排放", f"{most:.3g} {road.unit} are more than the world emits"),
            ("请核对单位与数值。", "Check units and numbers."),
        )  # fmt: skip
    spread = number_of(road, "spread", 0.0, least=0.0) / 100
    k, h = number_of(road, "k", K, least=0.0), number_of(road, "h", H, least=0.0, above=True)
    sigma, target = observed.sigma[kept], path.at(years)
    scale = np.hypot(sigma, spread * target)
    bad = np.flatnonzero(~(np.isfinite(scale) & (scale > 0)))
    if bad.size:
        at = int(bad[0])
        year, amount, half = int(years[at]), float(observed.total[kept][at]), float(observed.half[kept][at])
        raise road.checker.error(
            ("observed", "uncertainty"),
            (f"{year} 年总量 {amount:,.6g}、不确定性 {half:.4g} 得不到大于零的标准差，偏差无从标准化",
             f"{year} with a total of {amount:,.6g} and an uncertainty of {half:.4g} has no standard deviation above zero, by which a deviation could be measured"),
            ("请核对总量与 95 % 区间的半宽（%），或写 deviation.spread。", "Check the total and the half width of its 95 % interval in %, or give deviation.spread."),
        )  # fmt: skip
    names = tuple(f"{year:.0f}" for year in years)
    total = Level("", names, observed.total[kept], target, sigma, scale, k, h)
    cells = [" / ".join(cell) for cell in observed.series.cells]
    if len(cells) < 2:
        return (total,)
    emission = observed.series.total[0][kept] * observed.scale
    paths = cell_paths(road, cells, years, emission[0], target, settings_of(road).get("cells", {}))
    size = np.maximum(np.abs(emission), np.abs(paths))
    norm = np.linalg.norm(size, axis=1, keepdims=True)
    parts = np.divide(size, norm, where=norm > 0, out=np.zeros_like(size))
    return (
        total,
        *(
            Level(name, names, emission[:, at], paths[:, at], sigma * parts[:, at],
                  np.hypot(sigma * parts[:, at], spread * paths[:, at]), k, h)
            for at, name in enumerate(cells)
        ),
    )  # fmt: skip


def settings_of(road: Road) -> Mapping[str, Any]:
    """The section ``deviation`` of the file."""
    found = road.settings.get("deviation", {})
    return found if isinstance(found, Mapping) else {}


def number_of(
    road: Road,
    key: str,
    usual: float,
    *,
    least: float,
    most: float = np.inf,
    above: bool = False,
    whole: bool = False,
) -> float:
    """A number of the section ``deviation`` within its bounds.

    Raises
    ------
    PackInvalid
    """
    value = settings_of(road).get(key, usual)
    if whole and value != int(value):
        raise road.checker.error(
            ("deviation", key), (f"{value:g} 不是整数", f"{value:g} is no whole number"), ("请写整数。", "Write a whole number.")
        )  # fmt: skip
    if value < least or (above and value == least):
        raise road.checker.error(
            ("deviation", key),
            (f"{value:g} 太小", f"{value:g} is too small"),
            (f"应{'大于' if above else '不小于'} {least:g}。", f"It must be {'above' if above else 'at least'} {least:g}."),
        )  # fmt: skip
    if value > most:
        raise road.checker.error(
            ("deviation", key), (f"{value:g} 太大", f"{value:g} is too large"), (f"应不大于 {most:g}。", f"It must be at most {most:g}."),
        )  # fmt: skip
    return float(value)


def _over(above: Floats, below: Floats) -> Floats:
    return np.divide(above, below, where=below > 0, out=np.full_like(above, np.nan))


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
