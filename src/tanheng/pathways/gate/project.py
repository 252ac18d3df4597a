"""A new project as its file tells it: what it changes in the place's tree, what it produces, and which offsets there are."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from tanheng.errors import NotFound
from tanheng.inventory.methods.format import PackChecker
from tanheng.inventory.methods.formula import Formula
from tanheng.inventory.methods.yaml_lines import Path_, load_with_lines
from tanheng.pathways.gate.claims import ID
from tanheng.pathways.gate.offsets import Option
from tanheng.pathways.gate.rules import Course, both, course_of, in_unit, unknown
from tanheng.pathways.gate.steam_reading import steam_of
from tanheng.pathways.road.reading import Road
from tanheng.pathways.tree.arithmetic import Floats
from tanheng.pathways.tree.leaf import Leaf
from tanheng.pathways.tree.levers import Lever
from tanheng.pathways.tree.model import Node, Tree

FORMAT = "project_format.csv"
_MONEY = "元"
_LARGEST = 1e12
"""Tonnes, units and CNY beyond which a number is a slip of the pen: the world emits less in a year."""
_OWN = "gate__"


@dataclass(frozen=True)
class Change:
    """变化 What a project does to a leaf, or adds to a node, of the place's tree.

    ``amount`` is in the unit of the leaf or node, or a share of a leaf where ``kind`` is relative; ``scope`` is 1, 2 or induced.
    ``until`` is the last year in which it holds; ``uncertainty`` the half width of the 95 % interval, as a share.
    """

    leaf: str
    scope: str
    kind: Literal["relative", "absolute"]
    amount: float
    start: int
    build: int
    shape: Literal["linear", "s"]
    until: int | None
    uncertainty: float
    source: Mapping[str, str]

    def lever(self, name: str, leaf: str) -> Lever:
        """The change as a lever on a leaf."""
        return Lever(name, self.source, leaf, self.kind, self.amount, self.start, self.build, self.shape)

    def depth(self, name: str, years: Floats, draws: int, seed: int) -> Floats:
        """How far it is done (draws or 1, years): along its ramp, nothing after its end, drawn where it is uncertain."""
        ramp = self.lever(name, self.leaf).ramp(years)
        held = ramp if self.until is None else np.where(years <= self.until, ramp, 0.0)
        drawn = Leaf(name, self.source, "1", 1.0, uncertainty=self.uncertainty).drawn(years, draws, seed)
        return np.asarray(held * drawn)


@dataclass(frozen=True)
class Activity:
    """What a project produces in a year, such as its value added; ``full`` says that the number holds in full operation."""

    unit: str
    course: Course
    full: bool
    source: Mapping[str, str]


@dataclass(frozen=True, eq=False)
class Project:
    """新项目 A project that asks to be let into a place."""

    id: str
    title: Mapping[str, str]
    sector: str
    changes: tuple[Change, ...]
    activity: Mapping[str, Activity]
    options: tuple[Option, ...]
    synthetic: bool
    checker: PackChecker

    @property
    def start(self) -> int:
        """The first year with a change."""
        return min(one.start for one in self.changes)

    def to_dict(self) -> dict[str, Any]:
        """As plain data: what it changes and produces, each with its source."""
        return {
            "id": self.id,
            "title": dict(self.title),
            "sector": self.sector,
            "synthetic": self.synthetic,
            "changes": [
                {"leaf": one.leaf, "scope": one.scope, "kind": one.kind, "amount": one.amount, "from": one.start, "build": one.build,
                 "until": one.until, "uncertainty": one.uncertainty, "source": dict(one.source)}
                for one in self.changes
            ],
            "activity": {
                name: {"unit": one.unit, "by_year": {str(year): value for year, value in one.course.marks.items() if year},
                       "value": one.course.marks.get(0), "source": dict(one.source)}
                for name, one in self.activity.items()
            },
        }  # fmt: skip

    def running(self, years: Floats) -> Any:
        """Whether the project is in full operation (years,): everything built, nothing ended."""
        found = np.ones(years.size, dtype=bool)
        for one in self.changes:
            found &= one.depth("full", years, 0, 0)[0] >= 1.0
        return found

    def joined(self, tree: Tree) -> tuple[Tree, dict[str, Change]]:
        """The tree with a lever for each change, which are not taken yet, and the changes by the names of these.

        What is added to a node becomes a leaf of its own beside it, so that no growth of the node's leaves acts on it.
        """
        leaves, levers = dict(tree.leaves), dict(tree.levers)
        named: dict[str, Change] = {}
        added: dict[str, str] = {}
        for place, one in enumerate(self.changes):
            name, leaf = f"{_OWN}{place}", one.leaf
            if leaf in tree.nodes:
                leaf = added.setdefault(one.leaf, f"{_OWN}leaf_{place}")
                leaves[leaf] = Leaf(leaf, one.source, tree.nodes[one.leaf].unit, 0.0)
            levers[name] = one.lever(name, leaf)
            named[name] = one
        nodes: dict[str, Node] = {}
        for name, node in tree.nodes.items():
            if name not in added:
                nodes[name] = node
                continue
            own = f"{_OWN}{name}"
            formula = Formula(f"{own} + {added[name]}")
            nodes[own] = dataclasses.replace(node, name=own)
            nodes[name] = dataclasses.replace(node, formula=formula, scale=1.0)
        return dataclasses.replace(tree, leaves=leaves, levers=levers, nodes=nodes), named


def load_project(path: str | Path, road: Road) -> Project:
    """A new project from a YAML file.

    Parameters
    ----------
    path : path
    road : Road
        Of the place that it wants to come to: its tree has the leaves that the project changes.

    Returns
    -------
    Project

    Raises
    ------
    NotFound
        When the file is not there.
    PackInvalid
        With file, line, key and the mend.

    Examples
    --------
    >>> from tanheng.pathways.road import load_road
    >>> park = load_project("examples/sichuan-road/project.yaml", load_road("examples/sichuan-road/road.yaml"))
    >>> park.start, [one.scope for one in park.changes], [one.name for one in park.options if one.additional]
    (2027, ['1', '2', 'induced'], ['steam-supply', 'reed-wetland', 'mine-methane', 'coal-saving'])
    """
    file = Path(path)
    if not file.is_file():
        raise NotFound(what_zh="项目文件", what_en="file of a project", name=str(path), known="–")
    data, lines = load_with_lines(file)
    return _built(data, road, PackChecker(file.name, lines, FORMAT))


def project_of(data: Mapping[str, Any], road: Road) -> Project:
    """A new project from plain data of the same keys as the file.

    Raises
    ------
    PackInvalid
        With key and the mend.
    """
    return _built(_text_keys(data), road, PackChecker(str(data.get("id", "–")), {}, FORMAT))


def _text_keys(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _text_keys(one) for key, one in value.items()}
    return [_text_keys(one) for one in value] if isinstance(value, list | tuple) else value


def _built(data: Any, road: Road, checker: PackChecker) -> Project:
    checker.check(data)
    changes = tuple(_change(one, at, road, checker) for at, one in enumerate(data["changes"]))
    activity = {
        name: Activity(
            one["unit"], course_of(one, ("activity", name), checker), "value" in one, both(one["source"])
        )
        for name, one in data.get("activity", {}).items()
    }
    options = tuple(_option(name, one, road, checker) for name, one in data.get("offsets", {}).items())
    return Project(
        data["id"],
        data["title"],
        data.get("sector", ""),
        changes,
        activity,
        options,
        data.get("synthetic", False),
        checker,
    )


def _change(one: Mapping[str, Any], place: int, road: Road, checker: PackChecker) -> Change:
    at: Path_ = ("changes", place)
    tree, kind, amount = road.tree, one["kind"], float(one["amount"])
    found = tree.leaves.get(one["leaf"]) or tree.nodes.get(one["leaf"])
    if found is None:
        raise unknown(
            checker, (*at, "leaf"), ("叶或节点", "leaf or node"), one["leaf"], [*tree.leaves, *tree.nodes]
        )
    if kind == "relative":
        if one["leaf"] in tree.nodes:
            raise checker.error(
                (*at, "kind"),
                ("节点只能按量改变", "a node is changed by an amount only"),
                ("请用 absolute，或写节点下的叶。", "Use absolute, or name a leaf below the node."),
            )
        if "unit" in one or amount < -1:
            raise checker.error(
                (*at, "amount"),
                (
                    "relative 写不小于 -1 的份额，没有单位",
                    "relative takes a share of -1 or more, without a unit",
                ),
                ("如 0.05 即多 5 %。", "0.05 is 5 % more."),
            )
    else:
        amount *= in_unit(one.get("unit", found.unit), found.unit, checker, (*at, "unit"))
    start, build = (
        _whole(one["from"], checker, (*at, "from")),
        _whole(one.get("build", 1), checker, (*at, "build")),
    )
    until = _whole(one["until"], checker, (*at, "until")) if "until" in one else None
    if build < 1 or (until is not None and until < start):
        key, zh, en = ("build", "应至少一年", "it takes at least a year") if build < 1 else ("until", "早于 from", "it is before from")  # fmt: skip
        raise checker.error((*at, key), (zh, en), ("请改正年份。", "Mend the years."))
    width = float(one.get("uncertainty", 0.0)) / 100
    if not 0 <= width <= 1:
        raise checker.error(
            (*at, "uncertainty"),
            ("应为 0 至 100 %", "expected 0 to 100 %"),
            ("请写 95 % 区间的半宽。", "Give the half width of the 95 % interval."),
        )
    return Change(
        one["leaf"], str(one["scope"]), kind, amount, start, build, one.get("shape", "linear"), until, width, both(one["source"])
    )  # fmt: skip


def _option(name: str, one: Mapping[str, Any], road: Road, checker: PackChecker) -> Option:
    at: Path_ = ("offsets", name)
    told = [key for key in ("tonnes", "points", "steam") if key in one]
    if len(told) != 1:
        raise checker.error(
            (*at, "tonnes"),
            ("tonnes、points、steam 应写其一", "give one of tonnes, points and steam"),
            ("请写每年的吨数，或供汽的各数。", "Give tonnes a year, or the numbers of a supply of steam."),
        )
    if ID.match(name) is None:
        raise checker.error(
            at,
            (f"“{name}”应为小写字母、数字、点和连字符", f"'{name}' must be lower-case letters, digits, dots and hyphens"),
            ("编号在登记簿中指同一抵消：最好取自减排登记系统。", "It stands for one offset in the register: best the id of its registry."),
        )  # fmt: skip
    if one.get("lever", "") not in {"", *road.tree.levers}:
        raise unknown(checker, (*at, "lever"), ("杠杆", "lever"), one["lever"], list(road.tree.levers))
    steam = steam_of(one["steam"], (*at, "steam"), road, checker) if "steam" in one else None
    yearly = Course({}) if steam is not None else course_of(one, at, checker, "tonnes")
    told_tonnes = list(yearly.marks.values())
    for key, values, high in (
        ("cost", [one["cost"]], _LARGEST), ("most", [one.get("most", 1.0)], _LARGEST), (told[0], told_tonnes, _LARGEST),
        ("sink_discount", [one.get("sink_discount", 0.0)], 100.0),
    ):  # fmt: skip
        for value in values:
            if not 0 <= value <= high or (key == "most" and value == 0):
                raise checker.error(
                    (*at, key),
                    (f"{value:g} 超出范围", f"{value:g} is out of range"),
                    (f"应为 0 至 {high:g}，份数大于 0。", f"Expected 0 to {high:g}, units above 0."),
                )
    whole, most = bool(one.get("whole", False)), float(one.get("most", 1.0))
    if whole and most != int(most):
        raise checker.error(
            (*at, "most"), ("整个采用时应为整数", "it is taken whole, so this should be a whole number"), ("请写整数。", "Write a whole number.")
        )  # fmt: skip
    per_tonne, scale = _cost(one, checker, at)
    return Option(
        name=name, title=one["title"], cost=float(one["cost"]) * scale, per_tonne=per_tonne, yearly=yearly, steam=steam,
        available=_available(one["available"], checker, (*at, "available")),
        until=_whole(one["until"], checker, (*at, "until")) if "until" in one else None,
        most=most, whole=whole, additional=one["additional"], reason=both(one["reason"]),
        discount=float(one.get("sink_discount", 0.0)) / 100, source=both(one["source"]), lever=one.get("lever", ""),
    )  # fmt: skip


def _cost(one: Mapping[str, Any], checker: PackChecker, at: Path_) -> tuple[bool, float]:
    """Whether the cost stands per tonne, and what turns it into CNY."""
    unit = one.get("cost_unit", _MONEY)
    if "/" in unit:
        plain = unit.replace("CO2e", "").replace("CO2", "")
        return True, in_unit(plain, f"{_MONEY}/t", checker, (*at, "cost_unit"))
    return False, in_unit(unit, _MONEY, checker, (*at, "cost_unit"))


def _available(value: Any, checker: PackChecker, at: Path_) -> int:
    """The first year that counts in full: a date after New Year's Day begins the year after."""
    if isinstance(value, str):
        try:
            value = dt.date.fromisoformat(value)
        except ValueError:
            value = int(value) if value.isascii() and value.isdigit() else value
    if isinstance(value, dt.datetime):
        value = value.date()
    if isinstance(value, dt.date):
        return value.year + (value > dt.date(value.year, 1, 1))
    return _whole(value, checker, at)


def _whole(value: Any, checker: PackChecker, at: Path_) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float) or value != int(value):
        raise checker.error(
            at,
            (f"“{value}”不是整数", f"'{value}' is no whole number"),
            ("请写年份或年数。", "Write a year, or a number of years."),
        )
    return int(value)
