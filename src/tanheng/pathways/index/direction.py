"""Part 4, adjustable direction: the cheapest levers to the target, what each is worth, and which of them hold whatever comes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from tanheng.errors import language
from tanheng.pathways.index.space import Cheapest, Target
from tanheng.pathways.tree.arithmetic import Floats
from tanheng.pathways.tree.leaf import Leaf

ROBUST, CONTINGENT = 0.9, 0.1
"""Shares of the forecast draws from which a lever is robust, or contingent: part 4 of the definition."""
_STRATA = 20
"""Equal parts of the forecast draws, each solved at its middle: shares come in steps of 5 %."""
_TAKEN = 1e-6
_SAID = {"robust": ("稳健", "robust"), "contingent": ("视情况", "contingent"), "seldom": ("很少", "seldom")}


@dataclass(frozen=True, eq=False)
class AdjustableDirection:
    """可调方向 ``gradient`` [unit at depth 1] and ``frequency`` [1] by lever, ``elasticities`` by leaf, in the target year.

    ``frequency`` is empty where there is no forecast to draw from. ``cheapest`` are the levers of least cost in that year.
    """

    target: Target
    cheapest: Cheapest
    gradient: Mapping[str, float]
    elasticities: Mapping[str, float]
    frequency: Mapping[str, float]

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
            "value": None, "unit": self.target.tree.unit, "reachable": found.reached, "cost": found.cost,
            "dual": found.price if np.isfinite(found.price) else None, "dual_unit": f"CNY/({self.target.tree.unit})",
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
    parts of the draws is solved at its middle, at least cost within the target year.
    """
    reference = target.total(target.held)
    depths = {name: np.asarray(target.held.get(name, np.zeros(1))) for name in target.only.levers}
    _, slope = target.only.gradient(target.leaves, depths)
    return AdjustableDirection(
        target=target,
        cheapest=target.cheapest(target.cap),
        gradient=dict(zip(target.only.levers, slope[:, 0].tolist(), strict=True)),
        elasticities={
            name: float(np.ravel(value)[0]) for name, value in target.only.elasticities(target.leaves, depths).items()
        },
        frequency={} if futures is None else _frequency(target, reference, futures),
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


def _frequency(target: Target, reference: float, futures: Floats) -> dict[str, float]:
    middles = np.quantile(futures, (np.arange(_STRATA) + 0.5) / _STRATA)
    counts, start = dict.fromkeys(target.only.levers, 0), np.zeros(target.question.shape)
    for middle in middles:
        found = target.cheapest(target.cap + reference - float(middle), start)
        start = found.array
        for name, depth in found.depths.items():
            counts[name] += bool(depth[0] > _TAKEN)
    return {name: count / _STRATA for name, count in counts.items()}
