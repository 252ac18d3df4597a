"""Levers moved on a page: the total answered at once, from arrays that stay at hand for the roads that are looked at."""

from __future__ import annotations

import contextlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from tanheng.codes.wording import unit_said
from tanheng.errors import IncompatibleUnit, TanhengError, language
from tanheng.pathways import Evaluation, Tree, wedges
from tanheng.pathways.cap.result import tonnes_of
from tanheng.pathways.index.wording import say
from tanheng.pathways.scenarios.wedges import Wedges
from tanheng.pathways.tree.arithmetic import Floats
from tanheng.pathways.tree.effects import effects
from tanheng.pathways.tree.listing import levers_listed
from tanheng.pathways.tree.model import BASELINE, Scenario, evaluate_total
from tanheng.serve.roads.cap import CapUnreadable, years_said
from tanheng.serve.roads.places import Opened
from tanheng.serve.roads.room import numbers_of
from tanheng.serve.roads.telling import amount_said
from tanheng.serve.roads.tree import bound_said, most_said

DRAWS = 1000
"""Draws of a total, fewer where a tree is so large that they would fill the memory."""
_LEAST_DRAWS = 100
_ONE, _ALL = 36_000_000, 64_000_000
"""Numbers that one state and all states may hold."""
_OPENED = 8
_DOORS = 64
"""Locks of roads that are being opened: two roads seldom share one."""
_CLOSE = 1e-6
_SPAN = (0.05, 0.95)
Depth = float | list[float]


class State:
    """A scenario of a tree where its levers were left: only what changes is computed again."""

    def __init__(self, opened: Opened, scenario: str) -> None:
        self.tree = opened.tree
        self.opened = opened
        self.scenario = self.tree.scenario(scenario)
        self.draws = draws_for(self.tree)
        self.plain = self.tree.leaf_arrays(self.scenario)
        self.costs = dict(zip(self.tree.levers, self.tree.yearly_cost(self.scenario), strict=True))
        before = self.tree.leaf_arrays(self.tree.scenario(BASELINE), self.draws)
        self.baseline = np.atleast_2d(evaluate_total(self.tree, before, {})).mean(axis=0)
        self.now: Evaluation = self.tree.evaluate(scenario, draws=self.draws)

    @property
    def size(self) -> int:
        """How many numbers it holds."""
        held = {id(one): np.size(one) for one in [*self.now.arrays.values(), *self.now.before.values()]}
        return sum(held.values())

    def move(self, settings: Mapping[str, Depth]) -> Evaluation:
        """Go to some levers; those that are not named are as the scenario has them.

        Raises
        ------
        CapUnreadable, LeverInvalid, TreeNoNumber
        """
        wanted = depths_of(self.tree, {**self.scenario.levers, **settings})
        changed = {
            name: wanted.get(name, 0.0)
            for name in {*wanted, *self.now.depths}
            if not np.array_equal(wanted.get(name, 0.0), self.now.depths.get(name, 0.0))
        }
        if changed:
            self.now = self.now.move(**changed)
        return self.now


class RoadBusy(TanhengError):
    """A road that is still being opened, or levers that others are still moving."""

    code = "W-077"
    status = 503
    zh = "服务器正忙：{detail_zh}，已等待 {seconds} 秒。"
    en = "The server is busy: {detail_en}; waited {seconds} s."
    remedy_zh = "请稍后重试。"
    remedy_en = "Try again in a moment."


class Trees:
    """States of the trees that were looked at last; one move at a time, so that the memory holds one more state at most."""

    def __init__(self, wait: float = 20) -> None:
        self._wait = wait
        self._held = threading.Lock()
        self._moves = threading.Lock()
        self._doors = [threading.Lock() for _ in range(_DOORS)]
        self._opened: OrderedDict[str, Opened] = OrderedDict()
        self._states: OrderedDict[tuple[str, str], State] = OrderedDict()

    def opened(self, road: str, find: Callable[[], Opened]) -> Opened:
        """A version of a road with its files read; versions never change.

        Raises
        ------
        CapUnreadable, RoadBusy
        """
        if (found := self._known(road)) is not None:
            return found
        door = self._doors[hash(road) % _DOORS]
        with self._within(door, "另一请求正在打开路径", "another request is opening the road"):
            if (found := self._known(road)) is not None:
                return found
            made = find().lean()
            draws_for(made.tree)
            with self._held:
                self._opened[road] = made
                if len(self._opened) > _OPENED:
                    self._opened.popitem(last=False)
            return made

    def total(
        self, road: str, find: Callable[[], Opened], scenario: str, settings: Mapping[str, Depth]
    ) -> dict[str, Any]:
        """What levers lead to, as the page shows it.

        Raises
        ------
        NotFound, CapUnreadable, LeverInvalid, TreeNoNumber, RoadBusy
        """
        opened, key = self.opened(road, find), (road, scenario)
        with self._within(self._moves, "其他请求正在移动杠杆", "other requests are moving levers"):
            state = self._states.pop(key, None) or State(opened, scenario)
            self._states[key] = state
            while len(self._states) > 1 and sum(one.size for one in self._states.values()) > _ALL:
                self._states.popitem(last=False)
            return answer(state, state.move(settings))

    def _known(self, road: str) -> Opened | None:
        with self._held:
            if road in self._opened:
                self._opened.move_to_end(road)
            return self._opened.get(road)

    @contextlib.contextmanager
    def _within(self, lock: threading.Lock, zh: str, en: str) -> Iterator[None]:
        if not lock.acquire(timeout=self._wait):
            raise RoadBusy(detail_zh=zh, detail_en=en, seconds=f"{self._wait:g}")
        try:
            yield
        finally:
            lock.release()


def draws_for(tree: Tree) -> int:
    """As many draws of a tree as there is room for.

    Raises
    ------
    CapUnreadable
        For a tree of which there is room for too few.
    """
    room = _ONE // numbers_of(tree)
    if room < _LEAST_DRAWS:
        most = _ONE // _LEAST_DRAWS
        raise CapUnreadable(
            what_zh="因子树", what_en="The tree",
            detail_zh=f"太大，不能在页面上移动杠杆：节点与不确定的叶乘以年数为 {numbers_of(tree):,}，最多 {most:,}",
            detail_en=f"it is too large for levers to be moved on a page: nodes and uncertain leaves by years are {numbers_of(tree):,}, at most {most:,}",
            mend_zh="请合并节点或减少年份，或改用命令行。", mend_en="Merge nodes or take fewer years, or use the command line.",
        )  # fmt: skip
    return min(DRAWS, room)


def depths_of(tree: Tree, settings: Mapping[str, Depth]) -> dict[str, Any]:
    """Depth (years,) of each lever from shares of its course, or from depths by year within it.

    Raises
    ------
    CapUnreadable, LeverInvalid
    """
    found: dict[str, Any] = {}
    for name, value in settings.items():
        if name not in tree.levers:
            raise _wrong(name, f"因子树没有这个杠杆，可用：{'、'.join(tree.levers) or '–'}", f"the tree has no such lever, there are {', '.join(tree.levers) or '–'}")  # fmt: skip
        one = tree.levers[name]
        if not isinstance(value, list):
            if not 0 <= value <= 1:
                raise _wrong(name, f"{value:g} 不在 0 到 1 之间", f"{value:g} is not between 0 and 1")
            found[name] = value
            continue
        ramp, depth = one.ramp(tree.years), np.asarray(value, dtype=np.float64)
        if depth.shape != ramp.shape:
            raise _wrong(name, f"有 {depth.size} 个深度，因子树有 {ramp.size} 年", f"there are {depth.size} depths, the tree has {ramp.size} years")  # fmt: skip
        if np.any((depth < -_CLOSE) | (depth > ramp + _CLOSE)):
            raise _wrong(name, "有年份的深度超出走势", "in some year it is deeper than its course allows")
        found[name] = np.clip(depth, 0.0, ramp)
    return tree.depths(found)


def _wrong(name: str, zh: str, en: str) -> CapUnreadable:
    return CapUnreadable(
        what_zh=f"杠杆 {name[:80]}", what_en=f"Lever {name[:80]}", detail_zh=zh, detail_en=en,
        mend_zh="请写 0（不做）到 1（按走势做满），或逐年深度。", mend_en="Write 0 (not at all) to 1 (along its course in full), or depths by year.",
    )  # fmt: skip


def answer(state: State, found: Evaluation) -> dict[str, Any]:
    """Totals, path, effects and costs by year, as plain data."""
    tree, years = state.tree, state.tree.years.astype(int)
    low, high = np.quantile(found.total, _SPAN, axis=0)
    total = found.total.mean(axis=0)
    path, chance = _path(state, found)
    less = effects(tree, state.plain, found.depths)
    costs = {name: state.costs[name] * depth for name, depth in found.depths.items()}
    return {
        "scenario": state.scenario.name, "unit": tree.unit, "draws": found.draws, "years": years.tolist(), "total": total.tolist(),
        "p5": low.tolist(), "p95": high.tolist(), "baseline": state.baseline.tolist(),
        "path": [float(one) if np.isfinite(one) else None for one in path], "chance": chance,
        "cost": np.broadcast_to(sum(costs.values()), years.shape).tolist() if costs else [0.0] * years.size,
        "levers": [
            {"id": name, "depth": np.broadcast_to(depth, years.shape).tolist(), "less": less[name].tolist(),
             "cost": np.broadcast_to(costs[name], years.shape).tolist()}
            for name, depth in found.depths.items()
        ],
        "warnings": _warnings(state, total, path),
    }  # fmt: skip


def _path(state: State, found: Evaluation) -> tuple[Floats, float | None]:
    """The path (years,), and the share of draws in which it is kept in its last year that the tree has."""
    tree = state.tree
    if not state.opened.whole:
        return np.full(tree.years.size, np.nan), None
    path = state.opened.road.path.at(tree.years)
    known = np.flatnonzero(np.isfinite(path))
    if not known.size:
        return path, None
    last = int(known[-1])
    return path, float((found.total[:, last] <= path[last] * (1 + _CLOSE)).mean())


def _warnings(state: State, total: Floats, path: Floats) -> list[str]:
    """The years to come in which the path is not kept."""
    if not state.opened.whole:
        return []
    tree = state.tree
    over = np.where((tree.years > state.opened.road.observed.last) & (total > path * (1 + _CLOSE)), total - path, 0.0)  # fmt: skip
    if not over.any():
        return []
    years = years_said([int(year) for year in tree.years[over > 0]])
    most, at = amount_said(float(over.max()), tree.unit), int(tree.years[int(np.argmax(over))])
    return [say(f"{years} 年高于目标路径，最多高 {most}（{at} 年）", f"Above the target path in {years}, at most by {most} ({at})")]  # fmt: skip


def wedges_of(opened: Opened, scenario: str, settings: Mapping[str, Depth]) -> Wedges:
    """Wedges of some levers over a scenario.

    Raises
    ------
    NotFound, CapUnreadable, LeverInvalid
    """
    tree, chosen = opened.tree, opened.tree.scenario(scenario)
    levers: dict[str, Any] = depths_of(tree, {**chosen.levers, **settings})
    named = Scenario("moved", chosen.title, levers, chosen.courses)
    return wedges(replace(tree, scenarios={**tree.scenarios, "moved": named}), "moved")


def _mass(unit: str) -> dict[str, Any]:
    """How many tonnes the unit is, and of which gas; none where it is no mass."""
    gas = next((one for one in ("CO2e", "CO2") if one in unit), "")
    try:
        return {"tonnes": tonnes_of(unit), "gas": unit_said(f"t{gas}").removeprefix("t").strip()}
    except IncompatibleUnit:
        return {"tonnes": None, "gas": ""}


def panel(opened: Opened) -> dict[str, Any]:
    """Levers with what moves them, and scenarios to begin from, in the language of the request."""
    tree, lang = opened.tree, language()
    return {
        "unit": unit_said(tree.unit), **_mass(tree.unit), "prices": tree.prices, "years": [int(tree.years[0]), int(tree.years[-1])], "synthetic": opened.made_up,
        "target": min(opened.road.path.target, int(tree.years[-1])) if opened.whole else None,
        "cap": tree.cap is not None, "cap_scenario": tree.cap.scenario if tree.cap else BASELINE,
        "scenarios": [
            {"id": one.name, "title": one.title[lang], "levers": dict(one.levers)}
            for one in map(tree.scenario, dict.fromkeys([BASELINE, *tree.scenarios]))
        ],
        "levers": [
            {"id": one["lever"], "title": one["title"][lang], "leaf": tree.leaves[one["leaf"]].title[lang], "most": most_said(tree, one),
             "begins": one["from"], "done": one["from"] + one["build"] - 1, "group": one["group"] or "", "needs": one["needs"],
             "whole": one["whole"], "bound": bound_said(tree, one), "saves": one["saves_alone_last_year"], "cost": one["cost_last_year"],
             "source": (one["source"] or {}).get(lang, "")}
            for one in levers_listed(tree)
        ],
    }  # fmt: skip
