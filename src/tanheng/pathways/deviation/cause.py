"""Cause 原因: why a place is off its path, by factor and by cell, as effects that sum to the deviation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl

from tanheng.activity import Finding
from tanheng.charts import waterfall
from tanheng.drivers import contributions
from tanheng.drivers.lmdi import by_shapley, residuals
from tanheng.drivers.series import factor_said, settled
from tanheng.errors import language
from tanheng.inventory.table import Table
from tanheng.pathways.deviation.levels import Level
from tanheng.pathways.road import Road
from tanheng.pathways.road.kinds import kind_named
from tanheng.pathways.tree.arithmetic import Floats

STOOD, ASKED = "stood", "asked"
NAMES = {
    STOOD: ("此前已有的偏差", "Off before"),
    ASKED: ("路径要求的变化", "Asked by the path"),
}


@dataclass(frozen=True, eq=False)
class Cause:
    """原因 What the deviation of ``year`` is made of, since the year ``since``.

    ``effects`` (factors, cells) are LMDI-I effects on the emission between the two years, ``asked`` (cells,) what the path asked for
    with the other sign, ``stood`` (cells,) the deviation of ``since``; in the unit of the road. All together they are E - P of ``year``.
    Of months, ``year`` tells which and ``since`` is the base year whose same months they are held against.
    ``shapley`` are cells with negative factors, such as sinks, whose effects are Shapley's.
    """

    since: int
    year: int | str
    unit: str
    factors: tuple[str, ...]
    kinds: Mapping[str, str]
    cells: tuple[str, ...]
    effects: Floats
    asked: Floats
    stood: Floats
    shapley: tuple[str, ...] = ()
    titles: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def called(self, factor: str) -> str:
        """What a factor is called in the language of the run."""
        return self.titles[factor][language()] if factor in self.titles else factor_said(factor)

    @property
    def deviation(self) -> float:
        """E - P of the year."""
        return float(self.effects.sum() + self.asked.sum() + self.stood.sum())

    @property
    def by_factor(self) -> dict[str, float]:
        """Effect of each factor, over all cells."""
        return dict(zip(self.factors, self.effects.sum(axis=1).tolist(), strict=True))

    @property
    def by_cell(self) -> dict[str, float]:
        """Deviation of each cell."""
        parts = self.effects.sum(axis=0) + self.asked + self.stood
        return dict(zip(self.cells, parts.tolist(), strict=True))

    @property
    def main(self) -> tuple[str, str, float] | None:
        """The factor and the cell whose effect pushes most in the direction of the deviation."""
        pushed = self.effects * np.sign(self.deviation)
        if not pushed.size or pushed.max() <= 0:
            return None
        factor, cell = np.unravel_index(int(np.argmax(pushed)), pushed.shape)
        return self.factors[factor], self.cells[cell], float(self.effects[factor, cell])

    def table(self) -> Table:
        """``part``, ``kind``, ``effect`` [unit of the road] by factor; then what the path asked for and what stood before."""
        at = 0 if language() == "zh" else 1
        rows = [
            {
                "part": self.called(name),
                "kind": kind_named(self.kinds.get(name, "other")),
                "effect": effect,
            }
            for name, effect in self.by_factor.items()
        ]
        rows += [
            {"part": NAMES[name][at], "kind": "", "effect": float(values.sum())}
            for name, values in ((ASKED, self.asked), (STOOD, self.stood))
        ]
        return Table(
            pl.DataFrame(rows, schema={"part": pl.String, "kind": pl.String, "effect": pl.Float64}),
            f"{self.since}–{self.year} ({self.unit})",
        )

    @property
    def findings(self) -> list[Finding]:
        """That cells were decomposed by Shapley's value, where some were."""
        return [Finding("D-103", {"cells": ", ".join(self.shapley[:5])}, count=1)] if self.shapley else []

    def chart(self, title: str, unit: str, path: float) -> str:
        """From the path of the year over what pushes off it to what was observed, as an SVG; ``path`` is P of the year."""
        zh = language() == "zh"
        parts = {
            NAMES[STOOD][0 if zh else 1]: float(self.stood.sum()),
            **{self.called(name): effect for name, effect in self.by_factor.items()},
            NAMES[ASKED][0 if zh else 1]: float(self.asked.sum()),
        }  # fmt: skip
        ends = ("路径", "核查") if zh else ("Path", "Observed")
        return waterfall(
            title, path, path + self.deviation, parts,
            ends=(f"{ends[0]} {self.year}", f"{ends[1]} {self.year}"), unit=unit,
        )  # fmt: skip

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        main = self.main
        return {
            "since": self.since, "year": self.year, "unit": self.unit, "deviation": round(self.deviation, 6),
            "factors": {
                name: {"kind": self.kinds.get(name, "other"), "effect": round(effect, 6)}
                for name, effect in self.by_factor.items()
            },
            ASKED: round(float(self.asked.sum()), 6), STOOD: round(float(self.stood.sum()), 6),
            "main": None if main is None else {"factor": main[0], "cell": main[1], "effect": round(main[2], 6)},
            "cells": [
                {"cell": name, "deviation": round(self.by_cell[name], 6),
                 "factors": {one: round(float(self.effects[row, at]), 6) for row, one in enumerate(self.factors)},
                 ASKED: round(float(self.asked[at]), 6), STOOD: round(float(self.stood[at]), 6)}
                for at, name in enumerate(self.cells)
            ],
            "shapley": list(self.shapley),
        }  # fmt: skip


def cause_of(road: Road, levels: tuple[Level, ...]) -> Cause | None:
    """The cause of the deviation of the last year; None where only the base year was observed.

    Notes
    -----
    E_t - P_t = (sum of effects from s to t) - (P_t - P_s) + (E_s - P_s), by cell and together; s is the last year in which the place
    was not told to be off its path, before the estimated start of the alarm where one stands, else the base year.
    """
    total = levels[0]
    if len(total.periods) < 2:
        return None
    first, last = start_of(total), len(total.periods) - 1
    effects = effects_between(road, int(total.periods[first]), int(total.periods[last]))
    cells = levels[1:] or levels
    path = np.stack([one.path for one in cells], axis=1)
    emission = np.stack([one.emission for one in cells], axis=1)
    return Cause(
        since=int(total.periods[first]), year=int(total.periods[last]), unit=road.unit,
        factors=tuple(road.observed.series.names), kinds=road.observed.kinds, titles=road.observed.titles,
        cells=tuple(one.name or "total" for one in cells), effects=effects, asked=path[first] - path[last],
        stood=emission[first] - path[first],
        shapley=tuple(one.name or "total" for one, by in zip(cells, _signed(road, total.periods[first], total.periods[last]), strict=True) if by),
    )  # fmt: skip


def start_of(total: Level) -> int:
    """The place of the last consistent year before the last one; 0, the base year, where there is none."""
    alarm = total.cusum.standing
    before = len(total.periods) - 1 if alarm is None else max(alarm.start, 1)
    calm = [at for at in range(before) if total.verdict(at) in {"cannot tell", "on"}]
    return calm[-1] if calm else 0


def effects_between(road: Road, first: int, last: int) -> Floats:
    """LMDI-I effects (factors, cells) on the emission between two observed years, in the unit of the road.

    Raises
    ------
    DriversInvalid
        Where factors are missing in one of them.
    """
    series = road.observed.series
    at = [series.periods.index(str(year)) for year in (first, last)]
    values = series.values()[0]
    before, after = settled(values[at[0]], values[at[1]])
    found = contributions(before, after)
    start, end = (series.total[0, one].sum() for one in at)
    scale = np.array([max(abs(start), abs(end))])
    residuals(np.array([end - start]), found.sum(axis=1)[None, :], scale, "lmdi-1", ratio=False)
    return np.asarray(found * road.observed.scale)


def _signed(road: Road, first: str, last: str) -> list[bool]:
    series = road.observed.series
    values = series.values()[0]
    sides = settled(*(values[series.periods.index(year)] for year in (first, last)))
    return [bool(one) for one in by_shapley(*sides)]
