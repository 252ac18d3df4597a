"""What a tree says: arrays of every node, moved by levers without computing again what they do not touch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from tanheng.charts import Line, chart
from tanheng.codes.wording import unit_said
from tanheng.errors import language
from tanheng.inventory.table import Table
from tanheng.pathways.tree.arithmetic import Floats
from tanheng.pathways.tree.levers import applied
from tanheng.pathways.tree.model import Scenario, Tree, checked
from tanheng.pathways.tree.problems import TreeNoNumber
from tanheng.steps import step

if TYPE_CHECKING:
    from typing import Self

_QUANTILES = (0.05, 0.95)


@dataclass(frozen=True, eq=False)
class Evaluation:
    """求值 Every leaf and node of a tree over (draws, years); (1, years) without draws."""

    tree: Tree
    scenario: Scenario
    depths: Mapping[str, Any]
    before: Mapping[str, Floats]
    arrays: Mapping[str, Any]
    draws: int = 0
    seed: int = 2021

    def __getitem__(self, name: str) -> Floats:
        """The array (draws or 1, years) of a leaf or node, in its unit."""
        found = np.asarray(self.arrays[name])
        return np.broadcast_to(found, np.broadcast_shapes(found.shape, (1, self.tree.years.size)))

    @property
    def total(self) -> Floats:
        """The total (draws or 1, years)."""
        return self[self.tree.total]

    def move(self, **settings: Any) -> Self:
        """The same with some levers set otherwise; only what they touch is computed again.

        Parameters
        ----------
        **settings : float or array_like
            Lever to 0 to 1, or to its depth in each year; names with hyphens go as ``**{"coal-to-gas": 1}``.

        Raises
        ------
        NotFound, LeverInvalid, TreeNoNumber
        """
        return self._with(
            {**self.depths, **dict.fromkeys(settings, 0.0)} | self.tree.depths(settings), settings
        )

    def _with(self, depths: Mapping[str, Any], changed: Sequence[str] | Mapping[str, Any]) -> Self:
        tree = self.tree
        depths = checked(tree, {name: value for name, value in depths.items() if np.any(value)})
        touched = {leaf for name in changed for leaf in tree.levers[name].touched}
        levers = [one for one in tree.levers.values() if touched & {*one.touched}]
        # A lever that moves reaches a second leaf, and so do the levers of that one.
        reached = touched | {leaf for one in levers for leaf in one.touched}
        levers = [one for one in tree.levers.values() if reached & {*one.touched}]
        arrays: dict[str, Any] = {**self.arrays, **{name: self.before[name] for name in touched}}
        after = applied(levers, tree.leaves, self.before, depths)
        arrays |= {name: after[name] for name in touched if name in after}
        for node in tree.reached(touched):
            arrays[node.name] = node.compute(arrays)
            step()
        _finite(tree, arrays)
        return type(self)(tree, self.scenario, depths, self.before, arrays, self.draws, self.seed)

    def table(self, names: Sequence[str] | None = None) -> Table:
        """The nodes by year: ``node``, ``title``, ``unit``, ``year``, ``value``, and ``p5``, ``p95`` where there are draws.

        ``value`` is the mean of the draws, or the value without uncertainty.
        """
        lang, frames = language(), []
        for name in names or list(self.tree.nodes):
            one = self.tree.nodes.get(name) or self.tree.leaves[name]
            values = self[name]
            low, high = np.quantile(values, _QUANTILES, axis=0) if self.draws else (None, None)
            frames.append(
                pl.DataFrame(
                    {"year": self.tree.years.astype(int), "value": values.mean(axis=0)}
                    | ({"p5": low, "p95": high} if self.draws else {})
                ).select(pl.lit(name).alias("node"), pl.lit(one.title[lang]).alias("title"), pl.lit(one.unit).alias("unit"), pl.all())
            )  # fmt: skip
        return Table(pl.concat(frames), f"{self.tree.title[lang]} · {self.scenario.title[lang]}")

    def to_dict(self) -> dict[str, Any]:
        """As plain data: the total by year, with its 5th and 95th percentile where there are draws."""
        rows = self.table([self.tree.total]).to_dicts()
        kept = ("year", "value", "p5", "p95")
        return {
            "tree": self.tree.id,
            "scenario": self.scenario.name,
            "unit": self.tree.unit,
            "draws": self.draws,
            "levers": {name: np.ravel(value).round(9).tolist() for name, value in self.depths.items()},
            "total": [{key: row[key] for key in kept if key in row} for row in rows],
        }

    def __repr__(self) -> str:
        ends = self.total.mean(axis=0)
        first, last = int(self.tree.years[0]), int(self.tree.years[-1])
        return f"{self.tree.id} · {self.scenario.name}: {first} {ends[0]:,.0f}, {last} {ends[-1]:,.0f} {self.tree.unit}"

    def chart(self) -> str:
        """The total over the years with its interval from 5 to 95 %, as an SVG."""
        lang = language()
        low, high = np.quantile(self.total, _QUANTILES, axis=0) if self.draws else (None, None)
        line = Line(self.scenario.title[lang], self.total.mean(axis=0), low, high)
        return chart(self.tree.title[lang], unit_said(self.tree.unit), self.tree.years, [line])

    def _repr_html_(self) -> str:
        return self.chart() + self.table([self.tree.total])._repr_html_()


def evaluate(
    tree: Tree,
    scenario: Scenario,
    *,
    levers: Mapping[str, Any] | None = None,
    draws: int = 0,
    seed: int = 2021,
) -> Evaluation:
    """Compute every node of a tree; see `Tree.evaluate`."""
    depths = checked(tree, tree.depths({**scenario.levers, **(levers or {})}))
    before = tree.leaf_arrays(scenario, draws, seed)
    arrays: dict[str, Any] = {**before, **applied(list(tree.levers.values()), tree.leaves, before, depths)}
    with np.errstate(all="ignore"):
        for name, node in tree.nodes.items():
            arrays[name] = node.compute(arrays)
            step()
    _finite(tree, arrays)
    return Evaluation(tree, scenario, depths, before, arrays, draws, seed)


def _finite(tree: Tree, arrays: Mapping[str, Any]) -> None:
    if np.all(np.isfinite(arrays[tree.total])):
        return
    for name, node in tree.nodes.items():
        good = np.broadcast_to(np.isfinite(arrays[name]).all(axis=0), tree.years.shape)
        if not good.all():
            year = int(tree.years[int(np.argmin(good))])
            raise TreeNoNumber(node=name, year=year, formula=node.formula.text)
