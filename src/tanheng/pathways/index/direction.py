"""Part 4, adjustable direction: the cheapest levers to the target, what each is worth, and which of them hold whatever comes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from tanheng.errors import language
from tanheng.pathways.index.choices import interval
from tanheng.pathways.index.space import Cheapest, Target
from tanheng.pathways.tree.arithmetic import Floats
from tanheng.pathways.tree.leaf import Leaf

ROBUST, CONTINGENT = 0.9, 0.1
"""Shares of the forecast draws from which a lever is robust, or contingent: part 4 of the definition."""
_STRATA = 20
"""Equal parts of the forecast draws, each solved at its middle: shares come in steps of 5 %."""
_TAKEN = 1e-6
NO_SCORE = (
    "按定义，可调方向不计分",
    "By its definition this part has no score",
)
_SAID = {"robust": ("稳健", "robust"), "contingent": ("视情况", "contingent"), "seldom": ("很少", "seldom")}


@dataclass(frozen=True, eq=False)
class AdjustableDirection:
    """可调方向 ``gradient`` [unit at depth 1] and ``frequency`` [1] by lever, ``elasticities`` by leaf, in the target year.

    ``frequency`` is empty where there is no forecast to draw from. ``cheapest`` are the levers of least cost in that year.
    ``gaps`` [unit] are what draws of the forecast lie above the target, none below it; ``costs`` [CNY a year] and ``duals`` [CNY per
    unit] those of the solved parts of the draws (20,), infinite where even all levers do not reach the target.
    """

    target: Target
    cheapest: Cheapest
    gradient: Mapping[str, float]
    elasticities: Mapping[str, float]
    frequency: Mapping[str, float]
    gaps: Floats
    costs: Floats
    duals: Floats

    @property
    def gap(self) -> float:
        """What the reference lies above the target [unit], none below it."""
        return max(0.0, self.target.total(self.target.held) - self.target.cap)

    @property
    def intervals(self) -> dict[str, tuple[float | None, float | None]]:
        """5th and 95th percentile of gap, cost and dual over the forecast; None where the target is not reached, or nothing was drawn."""
        return {"gap": interval(self.gaps), "cost": _ends(self.costs), "dual": _ends(self.duals)}

    @property
    def beyond(self) -> float | None:
        """Share [1] of the solved parts of the draws in which even all levers do not reach the target."""
        return float(np.isinf(self.costs).mean()) if self.costs.size else None

    def to_dict(self) -> dict[str, Any]:
        """Levers of the cheapest solution, its price, gradients, elasticities, and how often each lever is taken."""
        found, lang = self.cheapest, language()
        levers = [
            {
                "lever": name, "title": one.title[lang], "depth": _seen(float(found.depths[name][0])),
                "gradient": self.gradient[name], "frequency": self.frequency.get(name),
                "standing": None if name not in self.frequency else standing(self.frequency[name]),
            }
            for name, one in self.target.only.levers.items()
        ]  # fmt: skip
        return {
            "value": None, "no_score": NO_SCORE[lang != "zh"], "unit": self.target.tree.unit, "reachable": found.reached,
            "gap": self.gap, "cost": found.cost, "dual": found.price if np.isfinite(found.price) else None,
            **{f"{name}_{end}": value for name, ends in self.intervals.items() for end, value in zip(("p5", "p95"), ends, strict=True)},
            "dual_unit": f"CNY/({self.target.tree.unit})", "beyond_levers": self.beyond,
            "levers": sorted(levers, key=lambda row: (-(row["frequency"] or 0.0), -row["depth"], row["gradient"])),
            "elasticities": [
                {"leaf": name, "title": self.target.only.leaves[name].title[lang], "elasticity": value,
                 **_origin(self.target.only.leaves[name], lang)}
                for name, value in sorted(self.elasticities.items(), key=lambda item: -abs(item[1]))
            ],
        }  # fmt: skip


def _origin(leaf: Leaf, lang: str) -> dict[str, Any]:
    """Value and unit of a leaf in the tree's base year, and the cell of an inventory or the source that it is from."""
    told = {"value": leaf.base, "unit": leaf.unit, "check": leaf.check or None}
    return told | {
        "proof": dict(leaf.proof) if leaf.proof else None,
        "source": leaf.source[lang] if leaf.source else None,
    }


def adjustable_direction(target: Target, futures: Floats | None) -> AdjustableDirection:
    """Which levers lead to the target, and how surely.

    Notes
    -----
    Gradients and elasticities are taken at the reference. A forecast draw F_T asks levers for F_T - P_T; each of twenty equal
    parts of the draws is solved at its middle, at least cost within the target year; the ends of cost and dual lie between the two
    lowest and the two highest of these.
    """
    reference = target.total(target.held)
    depths = {name: np.asarray(target.held.get(name, np.zeros(1))) for name in target.only.levers}
    frequency, costs, duals = _solved(target, reference, futures)
    _, slope = target.only.gradient(target.leaves, depths)
    return AdjustableDirection(
        target=target,
        cheapest=target.cheapest(target.cap),
        gradient=dict(zip(target.only.levers, slope[:, 0].tolist(), strict=True)),
        elasticities={
            name: float(np.ravel(value)[0]) for name, value in target.only.elasticities(target.leaves, depths).items()
        },
        frequency=frequency, gaps=np.zeros(0) if futures is None else np.maximum(futures - target.cap, 0.0), costs=costs, duals=duals,
    )  # fmt: skip


def standing(frequency: float) -> str:
    """Whether a lever that is taken in a share of the draws is robust, contingent or seldom taken.

    Examples
    --------
    >>> standing(0.95), standing(0.1), standing(0.05)
    ('robust', 'contingent', 'seldom')
    """
    return "robust" if frequency >= ROBUST else "contingent" if frequency >= CONTINGENT else "seldom"


def standing_named(word: str) -> str:
    """What a standing is called in the language of the run."""
    return _SAID[word][language() != "zh"]


def _seen(depth: float) -> float:
    return depth if depth > _TAKEN else 0.0


def _ends(values: Floats) -> tuple[float | None, float | None]:
    """Between the first two and the last two of twenty lie 5 and 95 %."""
    if not values.size:
        return None, None
    ordered = np.sort(values)
    low, high = float(ordered[:2].mean()), float(ordered[-2:].mean())
    return low if np.isfinite(low) else None, high if np.isfinite(high) else None


def _solved(
    target: Target, reference: float, futures: Floats | None
) -> tuple[dict[str, float], Floats, Floats]:
    """How often each lever is taken, and the cost and dual of each part of the draws."""
    if futures is None:
        return {}, np.zeros(0), np.zeros(0)
    middles = np.quantile(futures, (np.arange(_STRATA) + 0.5) / _STRATA)
    counts, start, found = dict.fromkeys(target.only.levers, 0), np.zeros(target.question.shape), []
    for middle in middles:
        one = target.cheapest(target.cap + reference - float(middle), start)
        start = one.array
        found.append((one.cost, float(np.nan_to_num(one.price))) if one.reached else (np.inf, np.inf))
        for name, depth in one.depths.items():
            counts[name] += bool(depth[0] > _TAKEN)
    costs, duals = np.array(found).T
    return {name: count / _STRATA for name, count in counts.items()}, costs, duals
