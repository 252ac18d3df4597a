"""Outlook 预测: where the observed total is going by itself, beside the path, by a model that has earned it on the past."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from tanheng.pathways.forecast import Series, SeriesInvalid, forecast
from tanheng.pathways.forecast.names import model_name
from tanheng.pathways.road import Road
from tanheng.pathways.tree.arithmetic import Floats

AHEAD = 5
"""A convention of ours: years that the forecast looks ahead at most."""


@dataclass(frozen=True, eq=False)
class Outlook:
    """预测 Points (years,) with their interval in the unit of the road, beside the path; or in both languages why there are none.

    ``last`` is the last observed total, which naive carries on; ``skill`` is that of the model against naive on all past years.
    """

    last: float
    withheld: tuple[str, str] | None = None
    model: str = ""
    level: float = 0.0
    skill: float | None = None
    years: tuple[int, ...] = ()
    value: Floats | None = None
    low: Floats | None = None
    high: Floats | None = None
    path: Floats | None = None

    @property
    def leaves(self) -> int | None:
        """The first year whose forecast lies above the path; None where none does."""
        if self.value is None or self.path is None:
            return None
        over = np.flatnonzero(self.value > self.path)
        return self.years[int(over[0])] if over.size else None

    def said(self) -> tuple[str, str]:
        """In words, in both languages."""
        if self.withheld is not None or self.value is None:
            return self.withheld or ("", "")
        name, skill = model_name(self.model), "–" if self.skill is None else f"{self.skill:+.0%}"
        leaves = self.leaves
        zh = f"{leaves} 年起高于路径" if leaves else f"到 {self.years[-1]} 年不高于路径"
        en = f"above the path from {leaves} on" if leaves else f"not above the path up to {self.years[-1]}"
        return (
            f"预测（{name.zh}，对沿用末值的技巧 {skill}）：{zh}",
            f"Forecast ({name.en}, skill against the last value {skill}): {en}",
        )

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        if (
            self.withheld is not None
            or self.value is None
            or self.low is None
            or self.high is None
            or self.path is None
        ):
            zh, en = self.withheld or ("", "")
            return {"withheld": {"zh": zh, "en": en}, "last": self.last}
        rows = zip(self.years, self.value, self.low, self.high, self.path, strict=True)
        return {
            "model": self.model, "level": self.level, "last": self.last, "skill": None if self.skill is None else round(self.skill, 4),
            "above_path_from": self.leaves,
            "points": [
                {"year": year, "value": round(float(value), 6), "low": _known(low), "high": _known(high), "path": _known(path)}
                for year, value, low, high, path in rows
            ],
        }  # fmt: skip


def outlook_of(road: Road, ahead: int = AHEAD) -> Outlook:
    """The forecast of the observed total, for at most ``ahead`` years; withheld where the series is too short to check a model.

    Examples
    --------
    >>> from tanheng.pathways.road import load_road
    >>> outlook_of(load_road("examples/sichuan-months/road.yaml")).withheld[1]
    'no forecast: it has 2 years, and a check needs at least 8'
    """
    observed = road.observed
    years, last = observed.years.astype(int), float(observed.total[-1])
    try:
        if (np.diff(years) != 1).any():
            raise SeriesInvalid(
                group=road.id, detail_zh="年份不连续", detail_en="its years do not follow one another"
            )
        found = forecast([Series((road.id,), int(years[0]), observed.total)], ahead)
    except SeriesInvalid as cause:
        return Outlook(
            last, (f"没有预测：{cause.fields['detail_zh']}", f"no forecast: {cause.fields['detail_en']}")
        )
    rows = found.points
    coming = tuple(int(row["year"]) for row in rows)
    ends = {
        key: np.array([np.nan if row[key] is None else row[key] for row in rows])
        for key in ("value", "low", "high")
    }
    return Outlook(
        last, None, found.chosen, found.level, found.score.skill, coming, ends["value"], ends["low"], ends["high"],
        road.path.at(coming),
    )  # fmt: skip


def _known(value: float) -> float | None:
    return round(float(value), 6) if np.isfinite(value) else None
