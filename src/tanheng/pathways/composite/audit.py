"""稳健性审计 The audit of an index in the manner of COINr: its assumptions are varied together, and ranks and their causes are told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tanheng.errors import LibraryMissing
from tanheng.pathways.composite.aggregating import aggregate, ranks
from tanheng.pathways.composite.audited import Audit, problem
from tanheng.pathways.composite.choices import FLAT, WAYS, Choice, Settings, known
from tanheng.pathways.composite.filling import fill
from tanheng.pathways.composite.framework import Framework
from tanheng.pathways.composite.index import Composite, composite_index
from tanheng.pathways.composite.limits import limit
from tanheng.pathways.composite.normalising import normalise
from tanheng.pathways.composite.problems import (
    MethodUnfit,
    ValuesMissing,
    composite_invalid,
)
from tanheng.pathways.composite.treating import treat
from tanheng.pathways.composite.units import Units
from tanheng.pathways.composite.weighing import weigh
from tanheng.pathways.tree.arithmetic import Floats
from tanheng.steps import beside, step

NOISY = 500
"""Sets of noisy weights that are drawn once; a run takes one of them. A convention of ours (COINr's vignette draws 100)."""
LEAST_POSITIVE = (1.0, 100.0)
"""Where a mean takes positive scores only and a normalisation gives others, one straight line for all indicators together brings
them between these: it leaves rankings by sums as they are. A convention of ours."""
_CELLS = 2_000_000
"""Comparisons of two units that are held at once."""
HELD = 100_000_000
"""Ranks that are held at most: 800 MB."""
FEW = 200
"""Up to so many units Copeland is among the alternatives: it compares every two. A convention of ours."""


@dataclass(frozen=True)
class Assumptions:
    """What is varied, each choice equally likely: alternatives by setting as in `Settings`, and two more.

    ``noise`` is how far weights go up and down [share], for all levels or by level (1 is the indicators); ``leave_out`` whether one of
    the indicators is left out, or none. The first alternative need not be that of the index.

    Examples
    --------
    >>> Assumptions(aggregation=("arithmetic", "geometric"), leave_out=False).aggregation
    ('arithmetic', 'geometric')
    """

    missing: tuple[str, ...] = ()
    treatment: tuple[str, ...] = ()
    normalisation: tuple[str, ...] = ()
    weights: tuple[str, ...] = ()
    aggregation: tuple[str, ...] = ()
    noise: float | Mapping[int, float] = 0.0
    leave_out: bool = True

    def __post_init__(self) -> None:
        for name in WAYS:
            for text in getattr(self, name):
                known(name, text)
        sizes = list(self.noise.values()) if isinstance(self.noise, Mapping) else [self.noise]
        if any(not 0 <= size < 1 for size in sizes):
            raise composite_invalid(
                ("的审计", ", audit"), ("权重的扰动应在 0 与 1 之间", "the noise of weights should be between 0 and 1"),
                ("如 0.25，即上下 25 %", "Such as 0.25, up and down by 25 %"),
            )  # fmt: skip

    @property
    def noisy(self) -> bool:
        """Whether any weight moves."""
        return any(self.noise.values()) if isinstance(self.noise, Mapping) else self.noise > 0


def usual(units: Units, framework: Framework, settings: Settings) -> Assumptions:
    """The assumptions that are varied unless others are stated; the choices of the index are always among them.

    Gaps (where there are any): the rule of the index, the others of a group speaking, mean, median, mean of each group column and the other years that fill all.
    Outliers: as in the index, none, winsorised. Normalisation: min-max, z-score, percentile rank, goalposts, as far as all indicators allow them.
    Weights: stated, equal (where these are not), entropy, CRITIC, PCA, all up and down by 25 %. Aggregation: arithmetic, geometric, and up to 200 units Copeland.
    """
    gaps = np.isnan(units.matrix(framework)).any()
    grouped = [
        f"group-mean:{name}" for name in units.groups if _fills(units, framework, f"group-mean:{name}")
    ]
    panel = ["panel"] if units.whole is not None and _fills(units, framework, "panel") else []
    ways = ("min-max", "z-score", "percentile-rank", "goalposts")
    return Assumptions(
        missing=_among(settings.missing, "available", "mean", "median", *grouped, *panel) if gaps else (),
        treatment=_among(settings.treatment, "none", "winsorise"),
        normalisation=_among(
            settings.normalisation, *(way for way in ways if _suits(units, framework, settings, way))
        ),
        weights=_among(
            settings.weights, *([] if _even(framework) else ["equal"]), "entropy", "critic", "pca"
        ),
        aggregation=_among(
            settings.aggregation, "arithmetic", "geometric", *(["copeland"] if len(units) <= FEW else [])
        ),
        noise=limit("noise"),
        leave_out=len(framework.indicators) > 2,
    )


def _fills(units: Units, framework: Framework, rule: str) -> bool:
    try:
        fill(units.matrix(framework), units, framework, Choice.read(rule))
    except ValuesMissing:
        return False
    return True


def _suits(units: Units, framework: Framework, settings: Settings, way: str) -> bool:
    try:
        filled, _ = fill(units.matrix(framework), units, framework, Choice.read(settings.missing))
        normalise(filled, framework, Choice.read(way), units.codes)
    except MethodUnfit:
        return False
    return True


def _even(framework: Framework) -> bool:
    """Whether the stated weights are equal already."""
    return all(
        len({framework.nodes[child].weight for child in children}) == 1
        for children in framework.children.values()
    )


def _among(own: str, *others: str) -> tuple[str, ...]:
    """The choice of the index first, then the others that are another way."""
    return (own, *(one for one in others if Choice.read(one).name != Choice.read(own).name or "group" in one))


def audit_composite(
    units: Units, framework: Framework, settings: Settings | None = None, assumptions: Assumptions | None = None, *,
    runs: int = 10_000, seed: int = 0,
) -> Audit:  # fmt: skip
    """Vary the assumptions of an index together and tell what becomes of its ranks.

    Parameters
    ----------
    units : Units
        Of one year.
    framework : Framework
    settings : Settings, optional
        Of the index that is audited.
    assumptions : Assumptions, optional
        See `usual`.
    runs : int
        At least so many indices are made: the design of Saltelli takes a power of 2, times assumptions and 2.
    seed : int
        Same seed, same answer.

    Returns
    -------
    Audit
        Rank intervals over all runs; first-order and total Sobol indices of each assumption for the mean shift of ranks.

    Raises
    ------
    LibraryMissing
        Without SALib (extra ``statistics``).
    CompositeInvalid
        For several years, and where nothing is varied.

    Notes
    -----
    Source: Saisana, Saltelli and Tarantola (2005), Journal of the Royal Statistical Society A 168, 307-323; Saltelli et al. (2010),
    Computer Physics Communications 181, 259-270, as SALib has it. The target is that of COINr: the mean over units of the absolute shift
    from the rank in the index.

    Examples
    --------
    >>> from tanheng.pathways.composite import flat, units_of
    >>> own = flat({"a": 1, "b": 1, "c": 1})
    >>> cities = units_of([{"city": at, "a": at, "b": at * at, "c": -at} for at in range(1, 6)], unit="city", columns=["a", "b", "c"])
    >>> found = audit_composite(cities, own, runs=200)
    >>> found.runs >= 200, found.to_dict()["units"][0]["rank"]
    (True, 1)
    """
    chosen = settings or Settings()
    if len(units.span) > 1:
        raise composite_invalid(
            ("的审计", ", audit"), (f"数据含 {len(units.span)} 个年份", f"the data hold {len(units.span)} years"),
            ("请选定一年", "Choose one year"),
        )  # fmt: skip
    nominal = composite_index(units, framework, chosen)
    varied = assumptions or usual(units, framework, chosen)
    names = _names(varied)
    sample = _sample(names, runs, seed)
    if len(sample) * len(units) > HELD:
        raise composite_invalid(
            ("的审计", ", audit"), (f"{len(sample):,} 次乘 {len(units):,} 个单元太多", f"{len(sample):,} runs of {len(units):,} units are too many"),
            ("请减少运行次数", "Ask for fewer runs"),
        )  # fmt: skip
    picked = {name: np.minimum((sample[:, at] * count).astype(int), count - 1) for at, (name, count) in enumerate(_counts(varied, names, framework))}  # fmt: skip
    found = np.empty((len(sample), len(units)))
    noise = _noise(varied, framework, seed)
    left = _left(framework) if varied.leave_out else np.ones((1, len(framework.nodes)))
    most = max(1, _CELLS // len(units) ** 2)
    with _one_thread():
        for rows, scores, weights, way in _parts(nominal, varied, picked):
            for batch in np.array_split(rows, -(-rows.size // most)):
                own = {
                    code: base * noise[picked["noise"][batch], at] * left[picked["leave-out"][batch], at]
                    for at, (code, base) in enumerate(weights.items())
                }
                ways = [Choice.read(one) for one in replace(chosen, aggregation=way).steps("aggregation")]
                step()
                found[batch] = ranks(aggregate(scores, framework, own, ways, [framework.top])[framework.top])
    return Audit(nominal, varied, tuple(names), sample, found, seed)


def _names(varied: Assumptions) -> list[str]:
    found = [name for name in WAYS if len(getattr(varied, name)) > 1]
    found += ["noise"] if varied.noisy else []
    found += ["leave-out"] if varied.leave_out else []
    if len(found) < 2:
        raise composite_invalid(
            ("的审计", ", audit"), ("变动的假设少于两个", "fewer than two assumptions are varied"),
            ("请为两个以上的假设写明备选", "State alternatives for two or more"),
        )  # fmt: skip
    return found


def _counts(varied: Assumptions, names: Sequence[str], framework: Framework) -> Iterator[tuple[str, int]]:
    """Assumptions in the order of the sample with their numbers of alternatives, then those that stay at their first."""
    for name in names:
        yield (
            name,
            {"noise": NOISY, "leave-out": len(framework.indicators) + 1}.get(name)
            or len(getattr(varied, name)),
        )


def _sample(names: Sequence[str], runs: int, seed: int) -> Floats:
    try:
        from SALib.sample import sobol
    except ImportError as cause:
        raise LibraryMissing(library="SALib", extra="statistics") from cause
    if runs < 1:
        raise composite_invalid(
            ("的审计", ", audit"), ("运行次数应大于零", "the number of runs should be above 0"), ("如 10000", "Such as 10000")
        )  # fmt: skip
    base = 1 << max(3, int(np.ceil(np.log2(runs / (len(names) + 2)))))
    drawn: Floats = beside(lambda: sobol.sample(problem(names), base, calc_second_order=False, seed=seed))
    return drawn


def _one_thread() -> Any:
    """Linear algebra on one thread: these products are small, and threads would only wait for one another."""
    try:
        from threadpoolctl import threadpool_limits
    except ImportError as cause:
        raise LibraryMissing(library="scikit-learn", extra="statistics") from cause
    return threadpool_limits(1)


def _noise(varied: Assumptions, framework: Framework, seed: int) -> Floats:
    """Factors of weights (sets, elements)."""
    if not varied.noisy:
        return np.ones((1, len(framework.nodes)))
    sizes = np.array([
        varied.noise.get(framework.levels[code], 0.0) if isinstance(varied.noise, Mapping) else varied.noise
        for code in framework.nodes
    ])  # fmt: skip
    found: Floats = 1 + np.random.default_rng(seed).uniform(-1, 1, (NOISY, sizes.size)) * sizes
    return found


def _left(framework: Framework) -> Floats:
    """Factors of weights (indicators + 1, elements): none left out, then each."""
    count = len(framework.indicators)
    found = np.ones((count + 1, len(framework.nodes)))
    found[np.arange(1, count + 1), np.arange(count)] = 0.0
    return found


def _parts(
    nominal: Composite, varied: Assumptions, picked: dict[str, NDArray[np.int64]]
) -> Iterator[tuple[NDArray[np.int64], Floats, dict[str, float], str]]:
    """Runs that share their scores, weights and way: rows, scores (n, k), weights before noise, aggregation."""
    size = len(next(iter(picked.values())))
    for name in (*WAYS, "noise", "leave-out"):
        picked.setdefault(name, np.zeros(size, int))
    own = nominal.settings
    options = {name: getattr(varied, name) or (getattr(own, name),) for name in WAYS}
    keys = np.stack([picked[name] for name in WAYS], axis=1)
    kinds, at = np.unique(keys, axis=0, return_inverse=True)
    made: dict[tuple[str, ...], Floats] = {}
    weighed: dict[tuple[str, ...], dict[str, float]] = {}
    for place, kind in enumerate(kinds):
        missing, treatment, normalisation, weighing, way = (
            options[name][pick] for name, pick in zip(WAYS, kind, strict=True)
        )
        steps = (missing, treatment, normalisation)
        if steps not in made:
            made[steps] = _scores(nominal, *steps)
        scores = made[steps]
        if (*steps, weighing) not in weighed:
            weighed[*steps, weighing] = weigh(scores, nominal.framework, Choice.read(weighing))
        yield np.flatnonzero(at.ravel() == place), _positive(scores, way), weighed[*steps, weighing], way


def _scores(nominal: Composite, missing: str, treatment: str, normalisation: str) -> Floats:
    units, framework = nominal.units, nominal.framework
    filled, _ = fill(units.matrix(framework), units, framework, Choice.read(missing))
    treated, _ = treat(filled, tuple(one.code for one in framework.indicators), Choice.read(treatment))
    return normalise(treated, framework, Choice.read(normalisation), units.codes)


def _positive(scores: Floats, way: str) -> Floats:
    name = Choice.read(way).name
    least = np.nanmin(scores)
    if least > 0 or name == "arithmetic" or name in FLAT:
        return scores
    low, high = LEAST_POSITIVE
    return (scores - least) / (np.nanmax(scores) - least) * (high - low) + low
