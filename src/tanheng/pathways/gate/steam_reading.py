"""Reading a supply of steam: each number with unit and source, from the file or from the factor library."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tanheng.codes.wording import passage
from tanheng.errors import TanhengError
from tanheng.factors import load_factors
from tanheng.inventory.methods.format import PackChecker
from tanheng.inventory.methods.yaml_lines import Path_
from tanheng.pathways.gate.problems import SteamInvalid
from tanheng.pathways.gate.rules import Course, both, course_of, in_unit, unknown
from tanheng.pathways.gate.steam import Steam
from tanheng.pathways.road.reading import Road

_NATION = "CN"
_UNITS = {
    "heat": "GJ", "enthalpy": "GJ/t", "boiler_efficiency": "1", "fuel_factor": "tCO2/GJ", "loss": "1", "loss_per_km": "1/km",
    "distance": "km", "power_lost": "MWh/GJ", "power_factor": "tCO2/MWh", "heat_factor": "tCO2/GJ",
}  # fmt: skip
"""The numbers of a supply of steam, and the unit in which each is needed."""
_NEEDED = ("heat", "boiler_efficiency", "fuel_factor", "power_lost", "power_factor", "heat_factor")
_CHOICE = "replaced_by"


def steam_of(data: Mapping[str, Any], at: Path_, road: Road, checker: PackChecker) -> Steam:
    """A supply of steam from a section of a project's file.

    Raises
    ------
    PackInvalid
        With file, line, key and the mend.
    """
    for name in data:
        if name not in {*_UNITS, _CHOICE}:
            raise unknown(checker, (*at, name), ("数", "number"), name, list(_UNITS))
    for name in _NEEDED:
        if name not in data:
            raise checker.error(
                (*at, name),
                ("缺少此数", "this number is missing"),
                (f"请补上（{_UNITS[name]}）。", f"Add it ({_UNITS[name]})."),
            )
    if ("loss" in data) == ("loss_per_km" in data) or ("loss_per_km" in data) != ("distance" in data):
        raise checker.error(
            (*at, "loss"),
            ("损失应写 loss，或 loss_per_km 与 distance", "give loss, or loss_per_km with distance"),
            ("请写其一。", "Give one of the two."),
        )
    read = _Reader(data, at, road, checker)
    per_km = read.number("loss_per_km") if "loss_per_km" in data else None
    loss = read.number("loss") if per_km is None else per_km * read.number("distance")
    try:
        return Steam(
            heat=read.heat(), boiler=read.number("boiler_efficiency"), fuel=read.course("fuel_factor"), loss=loss,
            power=read.number("power_lost"), factor=read.course("power_factor"), bought=read.course("heat_factor"),
            by=data.get(_CHOICE, "grid"), per_km=per_km, said=read.said,
        )  # fmt: skip
    except SteamInvalid as cause:
        told = cause.fields
        raise checker.error(
            (*at, told["name"]),
            (f"{told['value']:g} {told['detail_zh']}", f"{told['value']:g}: {told['detail_en']}"),
            ("请核对数值与单位。", "Check value and unit."),
        ) from cause


class _Reader:
    """Numbers of one section, in the unit that is needed; ``said`` keeps each as it was written, with its source."""

    def __init__(self, data: Mapping[str, Any], at: Path_, road: Road, checker: PackChecker) -> None:
        self.data, self.at, self.road, self.checker = data, at, road, checker
        self.said: dict[str, dict[str, Any]] = {}

    def heat(self) -> Course:
        """Heat that reaches the firm [GJ a year]; a mass of steam needs its enthalpy."""
        if "enthalpy" not in self.data:
            return self.course("heat")
        each = self.number("enthalpy")
        return Course({year: value * each for year, value in self.course("heat", "t").marks.items()})

    def number(self, key: str) -> float:
        """One number that stays over the years."""
        if "points" in self.data[key]:
            raise self.checker.error(
                (*self.at, key), ("应为一个数", "one number is expected"), ("请用 value。", "Use value.")
            )
        return next(iter(self.course(key).marks.values()))

    def course(self, key: str, unit: str = "") -> Course:
        """A number, or numbers by year."""
        one, at, unit = self.data[key], (*self.at, key), unit or _UNITS[key]
        if "item" in one:
            return self._looked_up(key, one, unit)
        if "source" not in one:
            raise self.checker.error(at, ("没有出处", "it has no source"), ("请补上 source。", "Add source."))
        told = course_of(one, at, self.checker)
        times = in_unit(one.get("unit", "1"), unit, self.checker, (*at, "unit"))
        self.said[key] = {
            "value": one.get("value", one.get("points")), "unit": one.get("unit", "1"), "source": both(one["source"]),
        }  # fmt: skip
        return Course({year: value * times for year, value in told.marks.items()})

    def _looked_up(self, key: str, one: Mapping[str, Any], unit: str) -> Course:
        """The factor that the library has for the place and the year."""
        at = (*self.at, key, "item")
        region, year = self.road.tree.region or _NATION, int(one.get("year", self.road.observed.last))
        try:
            found = load_factors().lookup(str(one["item"]), region, year)
        except TanhengError as cause:
            raise self.checker.error(
                at,
                (cause.message("zh").rstrip("。"), cause.message("en").rstrip(".")),
                ("请写 value、unit 与 source。", "Give value, unit and source."),
            ) from cause
        where = passage(found.source_locator)
        told = {
            "zh": f"{found.source_title} {where.zh}".strip(),
            "en": f"{found.source_title} {where.en}".strip(),
        }
        self.said[key] = {
            "value": found.value, "unit": found.unit, "source": told, "factor": found.id, "region": found.region,
            "check": found.check,
        }  # fmt: skip
        return Course({0: found.value * in_unit(found.unit, unit, self.checker, at)})
