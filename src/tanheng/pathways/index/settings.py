"""The section ``index`` of a road, and whether its years can be judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from tanheng.errors import IncompatibleUnit, NotFound, UnknownUnit
from tanheng.pathways.cap.result import tonnes_of
from tanheng.pathways.index.problems import index_wrong
from tanheng.pathways.road import Road
from tanheng.quantities import multiplier

LEAST_DRAWS = 100
"""Below this, a 5th percentile rests on fewer than five draws."""
MOST_DRAWS = 100_000
"""Draws that are held at once: beyond it percentiles do not move and memory runs out (a convention of ours)."""
LARGEST = 1e12
"""Tonnes a year that nobody emits, some twenty times the world: beyond it units are wrong (a convention of ours)."""


@dataclass(frozen=True)
class Settings:
    """What is judged: year, scenario for reference, budget [CNY a year], the common share [1] of the errors' variance, and the model of
    the forecast where one is asked for.
    """

    year: int
    scenario: str
    budget: float
    budget_source: Mapping[str, str] | None
    common: float
    forecast: str


def settings_of(road: Road, year: int | None, draws: int, seed: int) -> Settings:
    """Settings of the file, checked against what was observed and the tree.

    Raises
    ------
    IndexInvalid, PackInvalid, TreeNoNumber
    """
    data: Mapping[str, Any] = road.settings.get("index", {})
    if not LEAST_DRAWS <= draws <= MOST_DRAWS:
        raise index_wrong(
            road.id,
            (f"抽样 {draws} 次太{'少' if draws < LEAST_DRAWS else '多'}", f"{draws} draws are too {'few' if draws < LEAST_DRAWS else 'many'}"),
            (f"请抽 {LEAST_DRAWS} 至 {MOST_DRAWS} 次。", f"Take {LEAST_DRAWS} to {MOST_DRAWS}."),
        )  # fmt: skip
    if seed < 0:
        raise index_wrong(
            road.id,
            (f"随机数种子 {seed} 小于零", f"the seed {seed} is below zero"),
            ("请写不小于零的整数。", "Write a whole number that is not below zero."),
        )
    scenario = str(data.get("scenario", "baseline"))
    try:
        road.tree.scenario(scenario)
    except NotFound as cause:
        raise road.checker.error(
            ("index", "scenario"),
            (f"因子树没有情景“{scenario}”", f"the tree has no scenario '{scenario}'"),
            ("请写因子树中的情景。", "Name a scenario of the tree."),
        ) from cause
    road.tree.evaluate(scenario)  # a tree that gives no number is told before anything is solved
    source = data.get("budget_source")
    return Settings(
        year=_year(road, year if year is not None else data.get("year")),
        scenario=scenario,
        budget=_budget(road, data),
        budget_source={"zh": source, "en": source} if isinstance(source, str) else source,
        common=common_of(road),
        forecast=data.get("forecast", ""),
    )


def common_of(road: Road) -> float:
    """Share [1] of the variance of the inventories' errors that all years have in common; all of it unless told.

    Raises
    ------
    PackInvalid
    """
    common = float(road.settings.get("index", {}).get("common", 100))
    if not 0 <= common <= 100:
        raise road.checker.error(
            ("index", "common"),
            (f"{common:g} 不在 0 到 100 之间", f"{common:g} is not between 0 and 100"),
            ("请写百分数。", "Write a percentage."),
        )
    return common / 100


def _year(road: Road, asked: Any) -> int:
    observed, path = road.observed, road.path
    known = observed.years[observed.years <= path.target]
    year = int(known[-1]) if asked is None else asked
    span = f"{path.base}–{int(known[-1])}"
    if year not in observed.years or not path.base <= year <= path.target:
        raise index_wrong(
            road.id,
            (f"{year} 年不能评价", f"the year {year} cannot be judged"),
            (f"可评价的是 {span} 之间已核查的年份。", f"Those that were observed within {span} can be."),
        )
    gone = sorted(set(range(path.base, int(year) + 1)) - {int(one) for one in observed.years})
    if gone:
        listed = ", ".join(map(str, gone[:8]))
        raise index_wrong(
            road.id,
            (f"{observed.file} 缺 {listed} 年", f"{observed.file} lacks {listed}"),
            ("累计偏差需要基准年以来的每一年，请补上。", "The overshoot needs every year since the base year: add them."),
        )  # fmt: skip
    if path.target not in road.tree.years:
        first, last = int(road.tree.years[0]), int(road.tree.years[-1])
        raise index_wrong(
            road.id,
            (f"因子树只到 {first}–{last} 年，没有目标年 {path.target}", f"the tree is of {first}–{last} and has no target year {path.target}"),
            ("请延长因子树，或改目标年。", "Extend the tree, or change the target year."),
        )  # fmt: skip
    span_of = slice(observed.at(path.base), observed.at(int(year)) + 1)
    most = max(float(np.abs(observed.total).max()), *(abs(one) for one in path.marks.values()))
    if not most * tonnes_of(road.unit) < LARGEST:
        raise index_wrong(
            road.id,
            (
                f"{most:.3g} {road.unit} 多于全世界的排放",
                f"{most:.3g} {road.unit} are more than the world emits",
            ),
            ("请核对单位与数值。", "Check units and numbers."),
        )
    if (widest := float(observed.half[span_of].max())) > 1:
        raise index_wrong(
            road.id,
            (f"清单的不确定性 ±{widest:.0%} 超过 100 %", f"an uncertainty of ±{widest:.0%} is above 100 %"),
            ("连正负都不知道的排放不能评价，请核对。", "Emissions of which not even the sign is known cannot be judged: check it."),
        )  # fmt: skip
    return int(year)


def _budget(road: Road, data: Mapping[str, Any]) -> float:
    if "budget" not in data:
        return float("inf")
    unit = str(data.get("budget_unit", "元"))
    try:
        found = float(data["budget"]) * multiplier(unit, "元")
    except (IncompatibleUnit, UnknownUnit) as cause:
        raise road.checker.error(
            ("index", "budget_unit"), (f"“{unit}”不是货币", f"'{unit}' is no money"), ("请写 元、万元 或 亿元。", "Write 元, 万元 or 亿元.")
        ) from cause  # fmt: skip
    if found < 0:
        raise road.checker.error(
            ("index", "budget"),
            (f"{data['budget']} 小于零", f"{data['budget']} is below zero"),
            ("请写不小于零的数。", "Write a number that is not below zero."),
        )
    if "budget_source" not in data:
        raise road.checker.error(
            ("index", "budget_source"), ("预算没有出处", "the budget has no source"), ("请补上。", "Add it.")
        )
    return found
