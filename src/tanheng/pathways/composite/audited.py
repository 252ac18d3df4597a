"""What an audit found: rank intervals, and how much of the shifts each assumption causes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from tanheng.errors import NotFound, language
from tanheng.inventory.table import Table
from tanheng.pathways.composite import charts
from tanheng.pathways.composite.index import Composite
from tanheng.pathways.tree.arithmetic import Floats
from tanheng.steps import beside

if TYPE_CHECKING:
    from tanheng.pathways.composite.audit import Assumptions

NAMED = {
    "missing": ("缺失规则", "rule for gaps"), "treatment": ("异常值处理", "treatment of outliers"),
    "normalisation": ("标准化方法", "normalisation"), "weights": ("赋权方法", "way of weighing"), "noise": ("权重扰动", "noise of weights"),
    "aggregation": ("合成方法", "aggregation"), "leave-out": ("去掉一个指标", "an indicator left out"),
}  # fmt: skip
"""What assumptions are called, by name."""
_RESAMPLES = 100


def problem(names: Sequence[str]) -> dict[str, Any]:
    """The description of the assumptions that SALib takes."""
    return {"num_vars": len(names), "names": list(names), "bounds": [[0.0, 1.0]] * len(names)}


@dataclass(frozen=True, eq=False)
class Sensitivity:
    """Sobol indices of a quantity: ``first`` and ``total`` by assumption with the half-widths of their 95 % intervals.

    ``variance`` is that of the quantity; where it is 0 nothing moves it and all indices are 0.
    """

    names: tuple[str, ...]
    first: Floats
    total: Floats
    first_within: Floats
    total_within: Floats
    variance: float

    def table(self) -> Table:
        """``assumption``, ``name``, ``S1``, ``S1_within``, ``ST``, ``ST_within``; the largest total first."""
        at = 0 if language() == "zh" else 1
        frame = pl.DataFrame({
            "assumption": self.names, "name": [NAMED[name][at] for name in self.names], "S1": self.first,
            "S1_within": self.first_within, "ST": self.total, "ST_within": self.total_within,
        })  # fmt: skip
        title = "各假设的 Sobol 指数" if at == 0 else "Sobol indices of the assumptions"
        return Table(frame.sort("ST", descending=True), title)

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {"variance": self.variance, "assumptions": self.table().to_dicts()}

    def chart(self) -> str:
        """Both indices of every assumption, as an SVG."""
        return charts.sobol(self)

    def _repr_html_(self) -> str:
        return self.chart()


@dataclass(frozen=True, eq=False)
class Audit:
    """稳健性审计 An audit: the index, what was varied, and the ranks (runs, n) of all runs."""

    nominal: Composite
    assumptions: Assumptions
    names: tuple[str, ...]
    sample: Floats
    ranks: Floats
    seed: int

    @property
    def runs(self) -> int:
        """How many indices were made."""
        return len(self.ranks)

    def table(self) -> Table:
        """One row for each unit: ``code``, ``name``, ``rank`` in the index, ``p5``, ``median``, ``p95``, ``mean`` over all runs, ``width``."""
        units = self.nominal.units
        low, middle, high = np.nanpercentile(self.ranks, [5, 50, 95], axis=0)
        frame = pl.DataFrame({
            "code": units.codes, "name": units.names, "rank": self.nominal.ranks, "p5": low, "median": middle, "p95": high,
            "mean": np.nanmean(self.ranks, axis=0), "width": high - low,
        })  # fmt: skip
        frame = frame.with_columns(pl.col("rank").fill_nan(None).cast(pl.Int64)).sort("rank", "code")
        return Table(frame, self.nominal.framework.nodes[self.nominal.framework.top].name)

    @cached_property
    def shifts(self) -> Floats:
        """Mean over units of the absolute shift from the rank in the index, by run."""
        found: Floats = np.nanmean(np.abs(self.ranks - self.nominal.ranks), axis=1)
        return found

    @cached_property
    def sensitivity(self) -> Sensitivity:
        """Sobol indices of the mean shift."""
        return self._sobol(self.shifts)

    def sensitivity_of(self, unit: str) -> Sensitivity:
        """Sobol indices of the rank of one unit.

        Raises
        ------
        NotFound
            For a unit that is not there.
        """
        codes = self.nominal.units.codes
        if unit not in codes:
            raise NotFound(what_zh="单元", what_en="unit", name=unit, known=", ".join(codes[:30]))
        return self._sobol(self.ranks[:, codes.index(unit)])

    def _sobol(self, values: Floats) -> Sensitivity:
        from SALib.analyze import sobol

        # a unit whose only indicator is left out has no rank in that run
        values = np.where(np.isnan(values), np.nanmean(values), values)
        variance = float(np.var(values))
        if not variance > 0:
            zero = np.zeros(len(self.names))
            return Sensitivity(self.names, zero, zero, zero, zero, 0.0)
        # SALib takes a seed of 0 for none
        more = {"calc_second_order": False, "num_resamples": _RESAMPLES, "seed": self.seed + 1}
        found: Mapping[str, Floats] = beside(lambda: sobol.analyze(problem(self.names), values, **more))
        return Sensitivity(self.names, found["S1"], found["ST"], found["S1_conf"], found["ST_conf"], variance)

    def by_alternative(self) -> Table:
        """Mean shift of ranks in the runs of each alternative: ``assumption``, ``alternative``, ``mean_shift`` [ranks], ``runs``."""
        rows = []
        for at, name in enumerate(self.names):
            options = getattr(self.assumptions, name, None) if name not in {"noise", "leave-out"} else None
            if not options:
                continue
            pick = np.minimum((self.sample[:, at] * len(options)).astype(int), len(options) - 1)
            rows += [
                (name, option, float(self.shifts[pick == one].mean()), int((pick == one).sum()))
                for one, option in enumerate(options)
                if (pick == one).any()
            ]
        frame = pl.DataFrame(rows, schema=["assumption", "alternative", "mean_shift", "runs"], orient="row")
        return Table(frame, "各备选的平均名次变动" if language() == "zh" else "Mean shift by alternative")

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "index": self.nominal.to_dict(),
            "runs": self.runs,
            "seed": self.seed,
            "varied": {name: getattr(self.assumptions, name.replace("-", "_")) for name in self.names},
            "units": self.table().to_dicts(),
            "mean_shift": float(self.shifts.mean()),
            "sensitivity": self.sensitivity.to_dict(),
            "by_alternative": self.by_alternative().to_dicts(),
        }

    def chart(self) -> str:
        """Rank intervals, as an SVG."""
        return charts.intervals(self)

    def _repr_html_(self) -> str:
        return self.chart() + self.sensitivity.chart()
