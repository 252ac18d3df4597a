"""What the cap solver answers: levers chosen, cost, shadow prices; for an unreachable cap the gap, what binds, what to relax."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from tanheng.charts import Line, chart
from tanheng.codes.wording import unit_said
from tanheng.errors import IncompatibleUnit, language
from tanheng.inventory.table import Table
from tanheng.pathways.cap.program import Answer, Question
from tanheng.pathways.tree.arithmetic import Floats
from tanheng.pathways.tree.model import Tree
from tanheng.quantities import multiplier

_SEEN = 1e-7
_KINDS = {
    "ramp": ("走势与幅度", "course and size"),
    "speed": ("建设速度", "speed of building"),
    "group": ("互斥组", "exclusive group"),
    "needs": ("依赖", "dependence"),
    "moved": ("可移的量", "what there is to move"),
    "bound": ("叶的上下限", "bound of leaf"),
}


@dataclass(frozen=True)
class Binding:
    """A bound that holds: its kind, of which lever or group, in which years, and what one point of depth more would bring.

    ``worth`` is t less of the gap where the cap is unreachable, else CNY less of the present value.
    """

    kind: str
    name: str
    years: tuple[int, ...]
    worth: float

    def to_dict(self, unit: str) -> dict[str, Any]:
        """As ``tanheng cap --json`` prints it, worth standing in some unit."""
        return {
            "bound": self.kind, "name": self.name, "years": list(self.years), "worth": float(f"{self.worth:.6g}"), "worth_unit": unit,
        }  # fmt: skip

    def named(self, tree: Tree) -> str:
        """Kind and name as they are read: levers and leaves by their titles, a group by its own name."""
        lang = language()
        titles = {one.name: one.title for one in tree.leaves.values()} | {
            one.name: one.title for one in tree.levers.values()
        }
        name = " → ".join(titles[one][lang] if one in titles else one for one in self.name.split("|"))
        return f"{kind_named(self.kind)} {name}"


@dataclass(frozen=True, eq=False)
class Relaxation:
    """放宽 The cheapest way over the bounds: by lever how much deeper than its course allows (years,).

    ``cost`` [CNY, present value] of what lies beyond, ``gap`` (years,) [unit of the total] that remains even so, and ``held`` what
    then still binds: exclusive groups, dependence, what there is to move, bounds of leaves.
    """

    years: Floats
    levers: Mapping[str, Floats]
    ramps: Mapping[str, Floats]
    cost: float
    gap: Floats
    held: tuple[Binding, ...] = ()

    def to_dicts(self, tree: Tree) -> list[dict[str, Any]]:
        """By lever: which bound, how much more at most [share of fully done], in which years."""
        rows = []
        for name, more in self.levers.items():
            over = self.ramps[name] + more > 1 + _SEEN
            at = int(np.argmax(more))
            rows.append(
                {
                    "lever": name,
                    "title": dict(tree.levers[name].title),
                    "bound": "most" if over.any() else "course",
                    "more": round(float(more[at]), 6),
                    "year_of_most": int(self.years[at]),
                    "years": [int(year) for year in self.years[more > 0]],
                    "depth_needed": round(float(np.max(self.ramps[name] + more)), 6),
                }
            )
        return sorted(rows, key=lambda row: -row["more"])


@dataclass(frozen=True, eq=False)
class CapPlan:
    """自上而下的解 Levers under a cap; arrays by year, emissions in the unit of the total, money in CNY of the price year.

    ``depths`` are what the tree was evaluated with: `Tree.evaluate(levers=plan.depths)` gives ``emission`` again.
    """

    tree: Tree
    cap: Floats
    discount: float
    baseline: Floats
    emission: Floats
    depths: Mapping[str, Floats]
    cost: Floats
    present_value: float
    price: Floats
    gap: Floats
    binding: tuple[Binding, ...]
    relaxation: Relaxation | None

    @property
    def reachable(self) -> bool:
        """Whether no year has a gap."""
        return not self.gap.any()

    @property
    def chosen(self) -> list[str]:
        """The levers that are taken, the most expensive first."""
        spent = dict(zip(self.tree.levers, np.abs(self.cost).sum(axis=1), strict=True))
        return sorted(
            (name for name, row in self.depths.items() if np.max(row) > _SEEN), key=lambda one: -spent[one]
        )

    def levers(self) -> Table:
        """One row per lever and year: ``lever``, ``title``, ``year``, ``depth`` (0 to 1), ``cost`` [CNY a year]."""
        lang = language()
        frames = [
            pl.DataFrame({"year": self.tree.years.astype(int), "depth": self.depths[name], "cost": cost}).select(
                pl.lit(name).alias("lever"), pl.lit(self.tree.levers[name].title[lang]).alias("title"), pl.all()
            )
            for name, cost in zip(self.tree.levers, self.cost, strict=True)
        ]  # fmt: skip
        return Table(pl.concat(frames) if frames else pl.DataFrame(), self.tree.title[lang])

    def by_year(self) -> Table:
        """``year``, ``baseline``, ``cap``, ``emission`` and ``gap`` [unit of the total], ``cost`` [CNY], ``price`` [CNY per unit]."""
        finite = np.where(np.isfinite(self.cap), self.cap, np.nan)
        frame = pl.DataFrame(
            {
                "year": self.tree.years.astype(int), "baseline": self.baseline, "cap": finite, "emission": self.emission,
                "gap": self.gap, "cost": self.cost.sum(axis=0), "price": self.price,
            }
        )  # fmt: skip
        return Table(frame.fill_nan(None), self.tree.title[language()])

    def to_dict(self) -> dict[str, Any]:
        """As ``tanheng cap --json`` prints it; gaps in t."""
        tonnes = tonnes_of(self.tree.unit)
        years = self.tree.years.astype(int).tolist()
        costs = dict(zip(self.tree.levers, self.cost, strict=True))
        rate = (1 + self.discount) ** -(self.tree.years - self.tree.years[0])
        return {
            "tree": self.tree.id,
            "reachable": self.reachable,
            "unit": self.tree.unit,
            "prices": self.tree.prices,
            "levers": [
                {
                    "lever": name,
                    "title": dict(self.tree.levers[name].title),
                    "from": years[int(np.argmax(self.depths[name] > _SEEN))],
                    "depth": round(float(np.max(self.depths[name])), 6),
                    "present_value": round(float((costs[name] * rate).sum()), 2),
                    "by_year": {str(year): round(float(value), 6) for year, value in zip(years, self.depths[name], strict=True)},
                }
                for name in self.chosen
            ],
            "cost": {
                "unit": "CNY",
                "discount": self.discount,
                "present_value": round(self.present_value, 2),
                "by_year": _named(years, self.cost.sum(axis=0)),
            },
            "dual": {
                "unit": f"CNY/({self.tree.unit})",
                "by_year": _named(years, self.price),
            },
            "emission": _named(years, self.emission),
            "cap": _named(years, np.where(np.isfinite(self.cap), self.cap, np.nan)),
            "baseline": _named(years, self.baseline),
            "gap_t": _named(years, np.where(np.isfinite(self.cap), self.gap * tonnes, np.nan)),
            "gap_t_total": round(float(self.gap.sum() * tonnes), 4),
            "binding": [
                one.to_dict("CNY" if self.reachable else "t")
                for one in self.binding
            ],
            "relaxation": None if self.relaxation is None else {
                "levers": self.relaxation.to_dicts(self.tree),
                "present_value": round(self.relaxation.cost, 2),
                "gap_t": _named(years, np.where(self.relaxation.gap > 0, self.relaxation.gap * tonnes, np.nan)),
                "held": [one.to_dict("t") for one in self.relaxation.held],
            },
        }  # fmt: skip

    def __repr__(self) -> str:
        lang = language()
        state = {
            (True, "zh"): "可达到", (True, "en"): "reachable",
            (False, "zh"): f"达不到，缺口合计 {self.gap.sum():,.0f} {self.tree.unit}",
            (False, "en"): f"unreachable, gaps of {self.gap.sum():,.0f} {self.tree.unit} together",
        }[self.reachable, lang]  # fmt: skip
        return f"{self.tree.id}: {state}; {self.present_value:,.0f} CNY; {', '.join(self.chosen)}"

    def chart(self) -> str:
        """Baseline, cap and the solution over the years, as an SVG."""
        zh = language() == "zh"
        capped = np.where(np.isfinite(self.cap), self.cap, np.nan)
        lines = [
            Line("基准" if zh else "Baseline", self.baseline),
            Line("最便宜的解" if zh else "Cheapest solution", self.emission),
            Line("上限" if zh else "Cap", capped, dashed=True),
        ]
        return chart(self.tree.title[language()], unit_said(self.tree.unit), self.tree.years, lines)

    def _repr_html_(self) -> str:
        return self.chart() + self.by_year()._repr_html_()


def bindings(question: Question, found: Answer, tonnes: float | None) -> tuple[Binding, ...]:
    """The bounds that hold at a solution, by what one point of depth more in every such year would bring.

    ``tonnes`` of a unit of the total where the cap is unreachable, else None.
    """
    scale = found.cost_scale if tonnes is None else found.total_scale * tonnes
    held: dict[tuple[str, str], list[tuple[int, float]]] = {}
    count, years = question.shape
    reduced = found.solved.reduced[: count * years].reshape(count, years)
    for place, name in enumerate(question.levers):
        full = question.ramp[place] > 0
        for at in np.flatnonzero((reduced[place] < -_SEEN) & full):
            held.setdefault(("ramp", name), []).append((int(at), -float(reduced[place, at])))
    for kind, label, year, dual in found.program.bound(found.solved.duals):
        if kind in _KINDS and dual < -_SEEN:
            held.setdefault((kind, label), []).append((year, -dual))
    rows = [
        Binding(
            kind, label, tuple(int(question.years[year]) for year, _ in marks), sum(worth for _, worth in marks) * scale / 100
        )
        for (kind, label), marks in held.items()
    ]  # fmt: skip
    return tuple(sorted(rows, key=lambda one: -one.worth))


def held_said(found: Relaxation, tree: Tree, missing: str) -> str:
    """What remains although levers go past their courses, and what holds it there; ``missing`` is its amount."""
    named = list(dict.fromkeys(one.named(tree) for one in found.held))
    if language() == "zh":
        if not named:
            return f"即使放宽到物理上限仍缺 {missing}：请提高上限"
        return f"即使放宽各杠杆的走势与幅度仍缺 {missing}：起约束的是{'、'.join(named)}，请放宽它们或提高上限"
    if not named:
        return f"even at the physical limits of levers {missing} are missing: raise the cap"
    return f"even with levers past their courses {missing} are missing; what holds is the {', the '.join(named)}: relax these or raise the cap"


def kind_named(kind: str) -> str:
    """What a kind of bound is called."""
    return _KINDS[kind][0 if language() == "zh" else 1]


def tonnes_of(unit: str) -> float:
    """How many tonnes of its gas a unit is.

    Examples
    --------
    >>> tonnes_of("万tCO2e")
    10000.0
    """
    for target in ("tCO2e", "tCO2"):
        try:
            return multiplier(unit, target)
        except IncompatibleUnit:
            continue
    return multiplier(unit, "t")


def _named(years: list[int], values: Floats) -> dict[str, float | None]:
    return {
        str(year): round(float(value), 4) if np.isfinite(value) else None
        for year, value in zip(years, values, strict=True)
    }
