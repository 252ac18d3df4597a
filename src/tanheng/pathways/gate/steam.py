"""供汽替代 Steam from a power plant instead of a firm's boiler: what the firm, the plant and the city emit less or more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import polars as pl

from tanheng.errors import language
from tanheng.inventory.table import Table
from tanheng.pathways.gate.problems import SteamInvalid
from tanheng.pathways.gate.rules import Course
from tanheng.pathways.tree.arithmetic import Floats

_BEST_BOILER = 1.1
"""Efficiency above which a boiler is refused: condensing boilers exceed 1 on the net calorific value, none reaches this."""
_BOILER = ("锅炉停用", "Boiler off")
_HEAT = ("外购热力（厂方售出）", "Heat bought by the firm, sold by the plant")
NUMBERS = {
    "heat": ("到户热量", "Heat that reaches the firm"),
    "enthalpy": ("蒸汽焓", "Enthalpy of the steam"),
    "boiler_efficiency": ("锅炉效率", "Efficiency of the boiler"),
    "fuel_factor": ("锅炉燃料因子", "Factor of its fuel"),
    "loss": ("管损", "Loss of the pipe"),
    "loss_per_km": ("每公里管损", "Loss per km"),
    "distance": ("距离", "Distance"),
    "power_lost": ("少发的电", "Power not sent out"),
    "power_factor": ("电力因子", "Factor of that power"),
    "heat_factor": ("外购热力因子", "Factor of purchased heat"),
}
"""What the numbers of a supply are called."""
_POWER = {
    "grid": ("少发的电由电网补足", "Power not sent out, made up by the grid"),
    "plant": ("为保持发电多烧的燃料", "More fuel, so that power stays"),
}


@dataclass(frozen=True)
class Steam:
    """A supply of steam; every number by year, in the unit that is told.

    ``heat`` is what reaches the firm [GJ a year], ``boiler`` the efficiency of the boiler that it replaces, ``fuel`` the factor of that
    boiler's fuel [tCO2/GJ], ``loss`` the share of the heat sent that the pipe loses, ``power`` the electricity lost per heat sent
    [MWh/GJ], ``factor`` that of what makes it up [tCO2/MWh]: the grid, or the plant itself by more fuel; ``bought`` the factor by
    which purchased heat is accounted [tCO2/GJ]. ``per_km`` is the loss per km where the loss was told so.
    """

    heat: Course
    boiler: float
    fuel: Course
    loss: float
    power: float
    factor: Course
    bought: Course
    by: Literal["grid", "plant"] = "grid"
    per_km: float | None = None
    said: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, value, good, zh, en in (
            ("boiler_efficiency", self.boiler, 0 < self.boiler <= _BEST_BOILER, "应大于 0、不超过 1.1", "expected above 0 and at most 1.1"),
            ("loss", self.loss, 0 <= self.loss < 1, "应为 0 至 1 之间的份额", "expected a share from 0 to below 1"),
            ("power_lost", self.power, 0 <= self.power < np.inf, "不能为负", "it cannot be negative"),
            ("loss_per_km", self.per_km, self.per_km is None or self.per_km > 0, "应大于 0", "expected above 0"),
        ):  # fmt: skip
            if not good:
                raise SteamInvalid(name=name, value=value, detail_zh=zh, detail_en=en)
        for name, course in (
            ("heat", self.heat),
            ("fuel_factor", self.fuel),
            ("power_factor", self.factor),
            ("heat_factor", self.bought),
        ):
            values = np.array(list(course.marks.values()))
            if not (np.isfinite(values).all() and (values >= 0).all()):
                raise SteamInvalid(
                    name=name,
                    value=float(values.min()),
                    detail_zh="不能为负",
                    detail_en="it cannot be negative",
                )

    def views(self, years: Any) -> Views:
        """What changes in each year, in tCO2.

        Examples
        --------
        >>> one = Steam(Course({0: 1e6}), 0.8, Course({0: 0.1}), 0.1, 0.05, Course({0: 0.6}), Course({0: 0.11}))
        >>> found = one.views([2030])
        >>> found.firm.round(3).tolist(), found.plant.round(3).tolist(), found.city.round(3).tolist()
        ([-15000.0], [-76666.667], [-91666.667])
        """
        at = np.atleast_1d(np.asarray(years, dtype=np.float64))
        heat = self.heat.at(at)
        boiler = -heat * self.fuel.at(at) / self.boiler
        bought = heat * self.bought.at(at)
        power = heat / (1 - self.loss) * self.power * self.factor.at(at)
        return Views(self, at, boiler, bought, power)


@dataclass(frozen=True, eq=False)
class Views:
    """三个视角 What the supply changes by year [tCO2]; negative is less. The firm's and the plant's add up to the city's.

    ``boiler`` is the firm's (scope 1), ``bought`` the heat that it buys (scope 2), handed over by the plant, ``power`` the plant's.
    """

    steam: Steam
    years: Floats
    boiler: Floats
    bought: Floats
    power: Floats

    @property
    def firm(self) -> Floats:
        """Boiler off, heat bought."""
        return self.boiler + self.bought

    @property
    def plant(self) -> Floats:
        """Power made up, the emission of the heat sold taken off."""
        return self.power - self.bought

    @property
    def city(self) -> Floats:
        """Both: the heat that one sells and the other buys is counted once, so not at all."""
        return self.firm + self.plant

    @property
    def saved(self) -> Floats:
        """What the city emits less, not below zero: a supply that emits more is no offset."""
        return np.maximum(-self.city, 0.0)

    def break_even(self) -> list[dict[str, Any]]:
        """By year the loss, the factor of the power and the distance [km] at which the city gains nothing; None where none does.

        Examples
        --------
        >>> one = Steam(Course({0: 1e6}), 0.8, Course({0: 0.1}), 0.1, 0.05, Course({0: 0.6}), Course({0: 0.11}), per_km=0.02)
        >>> {name: round(value, 4) for name, value in one.views(2030).break_even()[0].items()}
        {'year': 2030, 'loss': 0.76, 'factor': 2.25, 'km': 38.0}
        """
        one = self.steam
        rows = []
        for year, fuel, factor in zip(
            self.years, one.fuel.at(self.years) / one.boiler, one.factor.at(self.years), strict=True
        ):
            loss = 1 - one.power * factor / fuel if fuel else -1.0
            rows.append(
                {
                    "year": int(year),
                    "loss": float(loss) if 0 <= loss < 1 else None,
                    "factor": float(fuel * (1 - one.loss) / one.power) if one.power else None,
                    "km": float(loss / one.per_km) if one.per_km and 0 <= loss < 1 else None,
                }
            )
        return rows

    def terms(self) -> Table:
        """One row per term and year: ``term``, ``year``, and what it is for ``firm``, ``plant`` and ``city`` [tCO2]."""
        zh = language() == "zh"
        power = _POWER[self.steam.by]
        nothing = np.zeros(self.years.size)
        rows = [
            (_BOILER, self.boiler, nothing),
            (_HEAT, self.bought, -self.bought),
            (power, nothing, self.power),
        ]
        frames = [
            pl.DataFrame({"year": self.years.astype(int), "firm": firm, "plant": plant, "city": firm + plant}).select(
                pl.lit(words[0 if zh else 1]).alias("term"), pl.all()
            )
            for words, firm, plant in rows
        ]  # fmt: skip
        return Table(pl.concat(frames), "三个视角 (t CO₂)" if zh else "Three views (t CO₂)")

    def to_dict(self) -> dict[str, Any]:
        """As plain data: the three views and their break-even by year, and every number with its source."""
        return {
            "unit": "tCO2",
            "views": [
                {"year": int(year), "firm": firm, "plant": plant, "city": city}
                for year, firm, plant, city in zip(
                    self.years, self.firm.tolist(), self.plant.tolist(), self.city.tolist(), strict=True
                )
            ],
            "break_even": self.break_even(),
            "numbers": {name: dict(one) for name, one in self.steam.said.items()},
        }

    def _repr_html_(self) -> str:
        return self.terms()._repr_html_()
