"""Simulation 模拟: the factor tree run again from the last observed year with levers that a person chose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from tanheng.charts import Line, chart
from tanheng.codes.wording import unit_name
from tanheng.errors import language
from tanheng.inventory.table import Table
from tanheng.pathways.deviation.correction import ahead_of, back_in, draws_of, effects_of, kept
from tanheng.pathways.deviation.problems import invalid
from tanheng.pathways.road import Road
from tanheng.pathways.tree.arithmetic import Floats
from tanheng.pathways.tree.model import BASELINE, Tree


@dataclass(frozen=True, eq=False)
class Simulation:
    """模拟 What levers at some depth would do from the next year on.

    ``depths`` (lever to years,) follow the course of each lever; ``effects`` what each takes off, by Shapley's value; ``cost``
    (levers to years,) [CNY a year]; ``chance`` (years,) the share of draws in which the path is kept. Amounts in the unit of the road.
    """

    tree: Tree
    asked: Mapping[str, float]
    path: Floats
    without: Floats
    emission: Floats
    low: Floats
    high: Floats
    depths: Mapping[str, Floats]
    effects: Mapping[str, Floats]
    cost: Mapping[str, Floats]
    chance: Floats
    chance_without: Floats
    draws: int

    @property
    def years(self) -> list[int]:
        """From the observed year to the target year."""
        return [int(year) for year in self.tree.years]

    @property
    def back(self) -> int | None:
        """The first year from which on the emission stays at or under the path; None where it never does."""
        return back_in(self.years, self.emission, self.path)

    @property
    def present_value(self) -> float:
        """Cost of all levers [CNY], discounted to the observed year."""
        return float(sum(self.worth(name) for name in self.cost))

    def worth(self, lever: str) -> float:
        """Cost of one lever [CNY], discounted to the observed year."""
        discount = self.tree.cap.discount if self.tree.cap else 0.0
        return float((self.cost[lever] * (1 + discount) ** -(self.tree.years - self.tree.years[0])).sum())

    def table(self) -> Table:
        """By year: ``year``, ``path``, ``without``, ``simulated``, ``low``, ``high`` [unit], ``cost`` [CNY], ``chance``, ``chance_without``."""
        cost = sum(self.cost.values(), np.zeros(len(self.years)))
        frame = pl.DataFrame(
            {
                "year": self.years, "path": self.path, "without": self.without, "simulated": self.emission, "low": self.low,
                "high": self.high, "cost": cost, "chance": self.chance, "chance_without": self.chance_without,
            }
        )  # fmt: skip
        return Table(frame, self.tree.title[language()])

    def chart(self) -> str:
        """The path, the road without and with the levers and its interval, as an SVG."""
        zh = language() == "zh"
        lines = [
            Line("路径" if zh else "Path", self.path, dashed=True),
            Line("不调整" if zh else "Uncorrected", self.without),
            Line("模拟" if zh else "Simulated", self.emission, self.low, self.high),
        ]
        unit = str(getattr(unit_name(self.tree.unit), language()))
        title = (
            f"{self.tree.title[language()]} · {'所选杠杆的模拟' if zh else 'simulation of the chosen levers'}"
        )
        return chart(title, unit, self.tree.years, lines)

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""

        def by_year(values: Floats, digits: int = 4) -> dict[str, float]:
            return {
                str(year): round(float(value), digits) for year, value in zip(self.years, values, strict=True)
            }

        return {
            "levers": dict(self.asked), "unit": self.tree.unit, "path": by_year(self.path), "without": by_year(self.without),
            "emission": by_year(self.emission), "low": by_year(self.low), "high": by_year(self.high),
            "depths": {name: by_year(values, 6) for name, values in self.depths.items()},
            "effects": {name: by_year(values) for name, values in self.effects.items()},
            "present_value": round(self.present_value, 2), "back_on_path": self.back,
            "chance": by_year(self.chance), "chance_without": by_year(self.chance_without), "draws": self.draws,
        }  # fmt: skip


def simulate(
    road: Road, levers: Mapping[str, float], *, draws: int | None = None, seed: int = 2021
) -> Simulation:
    """Run the tree again from the last observed year with some levers.

    Parameters
    ----------
    road : Road
    levers : mapping
        Lever to the share (0 to 1) of what is left of it, along its own course from the next year on.
    draws, seed : int, optional
        Draws that the file tells, or 500, unless told here.

    Returns
    -------
    Simulation

    Raises
    ------
    DeviationInvalid
        When the tree has no year after the last observed one.
    NotFound, LeverInvalid
        For levers that are not there, or are done already, and depths that cannot be together.
    PackInvalid

    Examples
    --------
    >>> from tanheng.pathways import load_road
    >>> found = simulate(load_road("examples/sichuan-road/road.yaml"), {"coal-saving": 1.0}, draws=50)
    >>> found.years[0], bool((found.emission <= found.without).all())
    (2024, True)
    """
    tree = ahead_of(road)
    if not isinstance(tree, Tree):
        raise invalid(road.id, tree, ("请延长路径与因子树的年份。", "Let path and tree reach further."))
    count = draws or draws_of(road)
    path = np.asarray(road.path.at(tree.years))
    depths = tree.depths(levers)
    drawn = tree.evaluate(levers=levers, draws=count, seed=seed).total
    low, high = np.quantile(drawn, (0.05, 0.95), axis=0)
    yearly = dict(zip(tree.levers, tree.yearly_cost(tree.scenario(BASELINE)), strict=True))
    return Simulation(
        tree=tree, asked=dict(levers), path=path, without=tree.evaluate().total[0], emission=tree.evaluate(levers=levers).total[0],
        low=low, high=high, depths=depths, effects=effects_of(tree, depths), cost={name: yearly[name] * depth for name, depth in depths.items()},
        chance=kept(drawn, path), chance_without=kept(tree.evaluate(draws=count, seed=seed).total, path), draws=count,
    )  # fmt: skip
