"""How far an index depends on its own conventions: every combination of them with every joint draw, and what that does to ranks."""

from __future__ import annotations

import html
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl

from tanheng.charts import grid
from tanheng.errors import language
from tanheng.inventory.table import Table
from tanheng.pathways.composite.audit import Assumptions, audit_composite
from tanheng.pathways.composite.audited import Audit
from tanheng.pathways.composite.choices import Settings
from tanheng.pathways.composite.framework import TOP, Node, flat
from tanheng.pathways.composite.limits import limit
from tanheng.pathways.composite.units import units_of
from tanheng.pathways.index.choices import PARTS, Choices
from tanheng.pathways.index.consistency import errors_of, path_consistency
from tanheng.pathways.index.overall import DualCarbonIndex
from tanheng.pathways.index.problems import index_wrong
from tanheng.pathways.index.wording import place_named, say
from tanheng.pathways.tree.arithmetic import Floats
from tanheng.steps import step

VARIED: Mapping[str, tuple[Any, ...]] = {
    "mean": ("geometric", "arithmetic"),
    "times": (0.5, 1.0, 2.0),
    "ample": (1.0, 1.25, 1.5),
    "without": ("", *PARTS),
}
"""What the audit varies, in full factorial: mean, tolerance from half to twice, ample space, and each part left out; ends of ours."""
LEAST_PLACES = 3
"""Places from which ranks are audited by methods too: of two there is only one order and its reverse."""
POWERS: Mapping[str, int] = {"geometric": 0, "arithmetic": 1, "harmonic": -1}
"""Means by their power, each under weights that go up and down."""
_WEIGHTS = 2000
RELATIVE = (
    "少于三个地区：min-max、z 分数、百分位等按地区比较的归一化无从变动；尺度只随容差 τ 与满分的可达空间变动",
    "Fewer than three places: normalisations that compare places (min-max, z-score, percentile) cannot be varied; scales move with the tolerance τ and the ample space alone",
)


@dataclass(frozen=True, eq=False)
class IndexAudit:
    """敏感性审计 For each place the whole under every combination of choices (combinations in the shape of `VARIED`, then draws).

    ``central`` (places, combinations...) is without errors of measurement. ``methods``, for three places or more, is the audit of
    their four parts as of any composite index: weights up and down by 25 %, four aggregations, a part left out and, where no part is
    the same for all places, other normalisations.
    """

    indices: tuple[DualCarbonIndex, ...]
    central: Floats
    drawn: Floats
    methods: Audit | None = None

    @property
    def ranks(self) -> Floats:
        """Rank of each place, 1 the best, in every combination and draw; places of one score share the better rank."""
        return np.stack([1 + (self.drawn > own).sum(axis=0) for own in self.drawn]).astype(np.float64)

    def one_at_a_time(self) -> Table:
        """``choice``, ``value``, and for each place its whole and how far that lies from the definition's."""
        usual = tuple(values.index(getattr(Choices(), name)) for name, values in VARIED.items())
        rows = []
        for axis, (name, values) in enumerate(VARIED.items()):
            for at, value in enumerate(values):
                if at == usual[axis]:
                    continue
                place = (*usual[:axis], at, *usual[axis + 1 :])
                for number, own in enumerate(self.indices):
                    found, start = self.central[number][place], self.central[number][usual]
                    rows.append(
                        {"choice": name, "value": str(value), "place": own.road.id, "overall": float(found), "change": float(found - start),
                         "rank": 1 + sum(float(one[place]) > float(found) for one in self.central)}
                    )  # fmt: skip
        return Table(pl.DataFrame(rows), "one convention after another")

    def importance(self) -> Table:
        """``place``, ``choice``, ``first`` and ``total``: shares [1] of the variance of the whole, exact on the grid of combinations.

        Notes
        -----
        First-order and total effects of Sobol: Var(E[Y|X_i]) / Var(Y) and E[Var(Y|X_~i)] / Var(Y), each value being equally likely.
        """
        rows = []
        for number, own in enumerate(self.indices):
            values = self.drawn[number]
            whole = float(values.var())
            for axis, name in enumerate([*VARIED, "draw"]):
                others = tuple(one for one in range(values.ndim) if one != axis)
                first, total = float(values.mean(axis=others).var()), float(values.var(axis=axis).mean())
                rows.append(
                    {"place": own.road.id, "choice": name, "first": first / whole if whole else 0.0, "total": total / whole if whole else 0.0}
                )  # fmt: skip
        return Table(pl.DataFrame(rows), "shares in the variance of the whole")

    def places(self) -> Table:
        """``place``, ``overall``, ``p5``, ``p95`` over all combinations and draws, ``rank`` and its ``rank_p5``, ``rank_p95``."""
        ranks = self.ranks
        usual = [float("nan") if one.value is None else one.value for one in self.indices]
        rows = []
        for number, own in enumerate(self.indices):
            low, high = np.quantile(self.drawn[number], (0.05, 0.95))
            best, worst = np.quantile(ranks[number], (0.05, 0.95))
            rows.append(
                {"place": own.road.id, "title": place_named(own.road), "overall": usual[number], "p5": float(low), "p95": float(high),
                 "rank": 1 + sum(one > usual[number] for one in usual), "rank_p5": round(best), "rank_p95": round(worst)}
            )  # fmt: skip
        return Table(pl.DataFrame(rows), "intervals of the whole and of ranks")

    @property
    def not_varied(self) -> tuple[str, str] | None:
        """What cannot be varied for so few places, in both languages."""
        return RELATIVE if self.methods is None else None

    def weights(self) -> Table:
        """``place``, ``mean``, ``overall`` of equal weights, ``p5`` and ``p95`` as each weight goes up and down by 25 % at random."""
        noise, stream = limit("noise"), np.random.default_rng(1)
        drawn = 1 + noise * stream.uniform(-1, 1, (_WEIGHTS, len(PARTS)))
        rows = []
        for own in self.indices:
            scores = own.scores | {
                "realised_degree": np.clip(own.scores["realised_degree"], *own.choices.kept)
            }
            values = np.array([scores[name] for name in PARTS], float)
            there = np.isfinite(values)
            for name, power in POWERS.items():
                whole, many = (
                    _mean(values[there], weights[..., there], power)
                    for weights in (np.ones(len(PARTS)), drawn)
                )
                low, high = np.quantile(many, (0.05, 0.95))
                rows.append(
                    {
                        "place": own.road.id,
                        "mean": name,
                        "overall": float(whole),
                        "p5": float(low),
                        "p95": float(high),
                    }
                )
        return Table(pl.DataFrame(rows), f"weights up and down by {noise:.0%}")

    def to_dict(self) -> dict[str, Any]:
        """Places, one convention after another, and shares of the variance."""
        return {
            "combinations": int(np.prod(self.central.shape[1:])), "draws": self.drawn.shape[-1],
            "varied": {name: list(values) for name, values in VARIED.items()},
            "places": self.places().to_dicts(), "one_at_a_time": self.one_at_a_time().to_dicts(), "importance": self.importance().to_dicts(),
            "weights": self.weights().to_dicts(), "not_varied": None if self.not_varied is None else self.not_varied[language() != "zh"],
            "methods": None if self.methods is None else {
                "runs": self.methods.runs, "places": self.methods.table().to_dicts(), "sensitivity": self.methods.sensitivity.to_dict(),
            },
        }  # fmt: skip

    def _repr_html_(self) -> str:
        from tanheng.pathways.index.audit_showing import readable

        pieces = [
            f"<p><b>{html.escape(title)}</b></p>{grid(heads, rows)}" for title, heads, rows in readable(self)
        ]
        return "".join(pieces) + ("" if self.methods is None else self.methods._repr_html_())


def audit_conventions(indices: Sequence[DualCarbonIndex]) -> IndexAudit:
    """Vary the conventions of indices.

    Parameters
    ----------
    indices : sequence of DualCarbonIndex
        One or several places, of one number of draws.

    Returns
    -------
    IndexAudit

    Raises
    ------
    IndexInvalid
        For a place whose whole is withheld, or of another number of draws.
    LibraryMissing
        For three places or more without SALib (extra ``statistics``).

    Examples
    --------
    >>> from tanheng.pathways import dual_carbon_index, load_road
    >>> audit = audit_conventions([dual_carbon_index(load_road("examples/sichuan-road/road.yaml"), draws=200)])
    >>> audit.to_dict()["combinations"], audit.places().to_dicts()[0]["rank_p95"]
    (90, 1)
    """
    for own in indices:
        if own.withheld:
            raise index_wrong(own.road.id, own.withheld, ("请先补齐数据。", "Complete the data first."))
        if own.draws.size != indices[0].draws.size:
            raise index_wrong(
                own.road.id,
                ("抽样次数与其他地区不同", "it has another number of draws than the others"),
                ("请用同样的次数。", "Take the same number."),
            )
    shape = tuple(len(values) for values in VARIED.values())
    central = np.empty((len(indices), *shape))
    drawn = np.empty((len(indices), *shape, indices[0].draws.size))
    for number, own in enumerate(indices):
        for place in itertools.product(*(range(size) for size in shape)):
            step()
            picked = {name: VARIED[name][at] for name, at in zip(VARIED, place, strict=True)}
            central[(number, *place)], drawn[(number, *place)] = rescored(own, replace(own.choices, **picked))
    return IndexAudit(tuple(indices), central, drawn, _methods(indices))


def _methods(indices: Sequence[DualCarbonIndex]) -> Audit | None:
    if len(indices) < LEAST_PLACES:
        return None
    names = [place_named(one.road) for one in indices]
    rows = [
        {"place": name if names.count(name) == 1 else f"{name} {at + 1}", **_parts(own)}
        for at, (name, own) in enumerate(zip(names, indices, strict=True))
    ]
    settings = Settings(missing="available", normalisation="goalposts:1,100", aggregation="geometric")
    # a part of one score for all places has no spread for relative normalisations
    apart = all(np.ptp(known) > 0 for name in PARTS if (known := _known(indices, name)).size)
    varied = Assumptions(
        normalisation=(settings.normalisation, "min-max", "z-score", "percentile-rank") if apart else (),
        aggregation=("geometric", "arithmetic", "harmonic", "copeland"),
        noise=limit("noise"),
    )
    whole = Node(TOP, say("双碳指数", "Dual-carbon index"))
    framework = replace(flat(dict.fromkeys(PARTS, 1), low=0.0, high=100.0), groups=(whole,))
    return audit_composite(units_of(rows, unit="place", columns=list(PARTS)), framework, settings, varied)


def _mean(values: Floats, weights: Floats, power: int) -> Floats:
    """The weighted mean of values (parts,) under weights (..., parts); nothing is made up for by a zero unless the mean is arithmetic."""
    share = weights / weights.sum(axis=-1, keepdims=True)
    with np.errstate(divide="ignore"):
        if power == 0:
            return np.asarray(np.exp((share * np.log(values)).sum(axis=-1)))
        return np.asarray((share * values**power).sum(axis=-1) ** power)


def _parts(index: DualCarbonIndex) -> dict[str, float | None]:
    """The scores as they enter the whole; None where there is none."""
    low, high = index.choices.kept
    return {
        name: min(max(value, low), high) if np.isfinite(value) else None
        for name, value in index.scores.items()
    }


def _known(indices: Sequence[DualCarbonIndex], name: str) -> Floats:
    return np.array([value for one in indices if (value := _parts(one)[name]) is not None])


def rescored(index: DualCarbonIndex, choices: Choices) -> tuple[float, Floats]:
    """The whole of an index and its draws under other conventions; nothing is solved or drawn anew."""
    span, draws = index.path_consistency.years.size, index.draws.size
    path = path_consistency(index.road, index.year, errors_of(span, index.common, draws, index.seed), choices)
    space = index.reachable_space
    scores, joint = index.scores, index.joint
    scores |= {
        "path_consistency": path.value,
        "reachable_space": float(choices.space_score(space.reference, space.least, space.path)),
    }
    joint |= {
        "path_consistency": path.draws,
        "reachable_space": choices.space_score(space.reference_draws, space.least_draws, space.path),
    }
    return float(choices.whole(scores)), np.asarray(choices.whole(joint))
