"""What a place asks of new projects: the section ``gate`` of its road."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from tanheng.errors import IncompatibleUnit, TanhengError
from tanheng.inventory.methods.format import PackChecker
from tanheng.inventory.methods.yaml_lines import Path_
from tanheng.pathways.road.reading import Road
from tanheng.pathways.tree.arithmetic import Floats
from tanheng.pathways.tree.model import BASELINE
from tanheng.quantities import multiplier

CERTAINTY = 0.9
"""Certainty that is asked for where the road tells none: our convention, that of the headroom P_T - P90(E) for new projects."""
COVERAGE = 1.0
"""How many tonnes are offset for each tonne that is added, where the road tells none: our convention, one for one."""
_COVERAGES = (1.0, 1.2)
"""Range of the coverage that a road may ask for."""
_CERTAINTIES = (50.0, 100.0)
"""Range of the certainty that a road may ask for, %: below a half a project would be let in that more likely than not misses the path."""
SCOPES = ("1", "2", "induced")


@dataclass(frozen=True)
class Course:
    """A number, or marks by year: straight between them, level outside."""

    marks: Mapping[int, float]

    def at(self, years: Floats) -> Floats:
        """Values (years,).

        Examples
        --------
        >>> Course({2025: 10.0, 2027: 30.0}).at(np.array([2024.0, 2026.0, 2030.0])).tolist()
        [10.0, 20.0, 30.0]
        """
        order = sorted(self.marks)
        return np.asarray(np.interp(years, order, [self.marks[year] for year in order]), dtype=np.float64)


@dataclass(frozen=True)
class Limit:
    """强度限值 What a project may emit, or use of energy, per unit of an activity of its own.

    ``limit`` in ``unit``; ``sector`` is empty where it holds for all projects of the place.
    """

    title: Mapping[str, str]
    of: Literal["emission", "energy"]
    per: str
    limit: Course
    unit: str
    sector: str
    scopes: tuple[str, ...]
    source: Mapping[str, str]


@dataclass(frozen=True)
class Energy:
    """能耗 The energy of the place as nodes of its tree, each times a factor to ``unit``; ``total`` is what it may be."""

    factors: Mapping[str, float]
    unit: str
    total: Course
    source: Mapping[str, str]


@dataclass(frozen=True)
class PlaceIntensity:
    """本地强度 What the place may emit per unit of its output, a leaf or node of its tree; ``adds`` names the activity of a project that adds to it.

    ``limit`` in ``unit``; ``times`` turn the emission of the road and the output into its halves, ``lower`` is that of the output.
    """

    node: str
    adds: str
    limit: Course
    unit: str
    lower: str
    times: tuple[float, float]
    source: Mapping[str, str]


@dataclass(frozen=True)
class Rules:
    """准入规则 The certainty that is asked for, tonnes offset per tonne added, the scenario in which the place is seen, and limits.

    ``always`` says that what a project adds is offset in any case, not only where the path is missed.
    """

    certainty: float
    coverage: float
    scenario: str
    always: bool
    limits: tuple[Limit, ...]
    energy: Energy | None
    intensity: PlaceIntensity | None = None


def rules_of(road: Road, seen: str | None = None) -> Rules:
    """The rules of a road; without a section ``gate`` the path is the only test. ``seen`` is another scenario than it names.

    Raises
    ------
    PackInvalid
        With file, line, key and the mend.
    """
    data = road.settings.get("gate", {})
    checker = road.checker
    certainty = float(data.get("certainty", CERTAINTY * 100))
    _within(certainty, _CERTAINTIES, checker, ("gate", "certainty"))
    coverage = float(data.get("coverage", COVERAGE))
    _within(coverage, _COVERAGES, checker, ("gate", "coverage"))
    scenario = str(data.get("scenario", BASELINE))
    known = [BASELINE, *road.tree.scenarios]
    if scenario not in known:
        raise unknown(checker, ("gate", "scenario"), ("情景", "scenario"), scenario, known)
    if seen is not None:
        scenario = road.tree.scenario(seen).name
    energy = _energy(data["energy"], road) if "energy" in data else None
    limits = tuple(_limit(one, at, road, energy) for at, one in enumerate(data.get("limits", [])))
    return Rules(certainty / 100, coverage, scenario, data.get("offset") == "always", limits, energy,
                 _intensity(data["intensity"], road) if "intensity" in data else None)  # fmt: skip


def _limit(one: Mapping[str, Any], place: int, road: Road, energy: Energy | None) -> Limit:
    at: Path_ = ("gate", "limits", place)
    if one["of"] == "energy" and energy is None:
        raise road.checker.error(
            (*at, "of"),
            ("没有 gate.energy，能耗无从得知", "there is no gate.energy, so energy is not known"),
            ("请写明 gate.energy.nodes。", "Name gate.energy.nodes."),
        )
    for scope in one.get("scopes", []):
        if str(scope) not in SCOPES:
            raise unknown(road.checker, (*at, "scopes"), ("范围", "scope"), str(scope), SCOPES)
    upper, _ = halves(one["unit"], road.checker, (*at, "unit"))
    in_unit(upper, energy.unit if energy is not None and one["of"] == "energy" else road.unit, road.checker, (*at, "unit"))  # fmt: skip
    return Limit(
        title=one["title"], of=one["of"], per=one["per"], limit=course_of(one, at, road.checker, "limit"), unit=one["unit"],
        sector=one.get("sector", ""), scopes=tuple(map(str, one.get("scopes", ["1", "2"]))), source=both(one["source"]),
    )  # fmt: skip


def _intensity(data: Mapping[str, Any], road: Road) -> PlaceIntensity:
    at: Path_ = ("gate", "intensity")
    name, checker = data["per"], road.checker
    found = road.tree.nodes.get(name) or road.tree.leaves.get(name)
    if found is None:
        known = [*road.tree.nodes, *road.tree.leaves]
        raise unknown(checker, (*at, "per"), ("叶或节点", "leaf or node"), name, known)
    upper, lower = halves(data["unit"], checker, (*at, "unit"))
    times = (in_unit(road.unit, upper, checker, (*at, "unit")), in_unit(found.unit, lower, checker, (*at, "unit")))  # fmt: skip
    return PlaceIntensity(
        name, data.get("adds", ""), course_of(data, at, checker, "limit"), data["unit"], lower, times, both(data["source"])
    )  # fmt: skip


def _energy(data: Mapping[str, Any], road: Road) -> Energy:
    factors, own = {}, data.get("coefficients", {})
    for name in own:
        if name not in data["nodes"]:
            raise unknown(
                road.checker, ("gate", "energy", "coefficients", name), ("节点", "node"), name, data["nodes"]
            )
    for place, name in enumerate(data["nodes"]):
        at: Path_ = ("gate", "energy", "nodes", place)
        found = road.tree.nodes.get(name) or road.tree.leaves.get(name)
        if found is None:
            raise unknown(
                road.checker, at, ("叶或节点", "leaf or node"), name, [*road.tree.nodes, *road.tree.leaves]
            )
        one = own.get(name)
        if one is None:
            factors[name] = in_unit(found.unit, data["unit"], road.checker, at)
        else:
            below = ("gate", "energy", "coefficients", name, "unit")
            per = f"{data['unit']}/({found.unit})"
            factors[name] = float(one["value"]) * in_unit(one["unit"], per, road.checker, below)
    at = ("gate", "energy", "total")
    total = Course(
        {year_of(year, road.checker, (*at, year)): float(value) for year, value in data["total"].items()}
    )
    return Energy(factors, data["unit"], total, both(data["source"]))


def course_of(one: Mapping[str, Any], at: Path_, checker: PackChecker, key: str = "value") -> Course:
    """A number under ``key``, or marks under ``points``: one of the two.

    Raises
    ------
    PackInvalid
    """
    if (key in one) == ("points" in one):
        raise checker.error(
            (*at, key),
            (f"{key} 与 points 应写其一", f"give one of {key} and points"),
            ("不随年份变化写一个数，否则写各年的值。", "One number where it stays, else values by year."),
        )
    if key in one:
        return Course({0: float(one[key])})
    return Course(
        {year_of(year, checker, (*at, "points", year)): float(value) for year, value in one["points"].items()}
    )


def year_of(text: Any, checker: PackChecker, at: Path_) -> int:
    """A year of four digits.

    Raises
    ------
    PackInvalid
    """
    shown = str(text)
    if not (shown.isascii() and shown.isdigit() and len(shown) == 4):
        raise checker.error(
            at,
            (f"“{shown}”不是年份", f"'{shown}' is no year"),
            ("请写四位年份。", "Write a year of four digits."),
        )
    return int(shown)


def halves(unit: str, checker: PackChecker, at: Path_) -> tuple[str, str]:
    """A unit of an intensity as what stands above and below its first stroke.

    Raises
    ------
    PackInvalid
    """
    upper, stroke, lower = unit.partition("/")
    if not (upper.strip() and stroke and lower.strip()):
        raise checker.error(
            at,
            (f"“{unit}”不是强度的单位", f"'{unit}' is no unit of an intensity"),
            ("请写 量/活动，例如 tCO2/万元。", "Write amount/activity, such as tCO2/万元."),
        )
    return upper.strip(), lower.strip()


def in_unit(unit: str, target: str, checker: PackChecker, at: Path_) -> float:
    """How many ``target`` a ``unit`` is; CO2 counts as CO2e where that is asked for.

    Raises
    ------
    PackInvalid
    """
    for one in dict.fromkeys(
        [unit, unit.replace("CO2e", "CO2").replace("CO2", "CO2e"), unit.replace("CO2e", "CO2")]
    ):
        try:
            return multiplier(one, target)
        except IncompatibleUnit:
            continue
        except TanhengError as cause:
            raise checker.error(
                at, (f"单位“{unit}”无法识别", f"unit '{unit}' is not known"), ("请改正单位。", "Mend the unit.")
            ) from cause  # fmt: skip
    raise checker.error(
        at,
        (f"单位 {unit} 不能换算为 {target}", f"unit {unit} cannot be turned into {target}"),
        (f"请用 {target} 的单位。", f"Use a unit of {target}."),
    )


def unknown(
    checker: PackChecker, at: Path_, what: tuple[str, str], name: str, known: Sequence[str]
) -> TanhengError:
    """The error for a name that is not there, with those that are."""
    return checker.error(
        at,
        (f"没有{what[0]}“{name}”", f"there is no {what[1]} '{name}'"),
        (f"可用：{', '.join(known) or '–'}。", f"Known: {', '.join(known) or '–'}."),
    )


def both(said: Any) -> dict[str, str]:
    """A text in both languages."""
    return dict(said) if isinstance(said, Mapping) else {"zh": str(said), "en": str(said)}


def _within(value: float, ends: tuple[float, float], checker: PackChecker, at: Path_) -> None:
    if not ends[0] <= value <= ends[1]:
        raise checker.error(
            at,
            (f"{value:g} 超出范围", f"{value:g} is out of range"),
            (f"应为 {ends[0]:g} 至 {ends[1]:g}。", f"Expected {ends[0]:g} to {ends[1]:g}."),
        )
