"""Aggregation: scores of indicators become those of groups and of the index, for one or many sets of weights at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from tanheng.pathways.composite.choices import FLAT, Choice
from tanheng.pathways.composite.framework import Framework
from tanheng.pathways.composite.problems import composite_invalid, method_unfit
from tanheng.pathways.tree.arithmetic import Floats

_POWERS = {"arithmetic": 1.0, "geometric": 0.0, "harmonic": -1.0}


def aggregate(
    scores: Floats,
    framework: Framework,
    weights: Mapping[str, Floats],
    ways: Sequence[Choice],
    wanted: Sequence[str] = (),
) -> dict[str, Floats]:
    """Scores of every group, or of those that are wanted and what they need.

    Parameters
    ----------
    scores : array (n, k)
        Normalised indicators, more is better; a gap is left out and the others share its weight.
    framework : Framework
    weights : mapping of str to array (r,)
        Local weight of every element in each of r runs; 0 leaves it out.
    ways : sequence of Choice
        One for all levels, or one for each from the lowest. ``copeland`` and ``topsis`` take all indicators under a group at once,
        by their effective weights.

    Returns
    -------
    dict of str to array (r, n)
        By code of the group.

    Raises
    ------
    MethodUnfit
        For a mean that takes no zero or negative score.
    CompositeInvalid
        For as many ways as there are no levels.

    Notes
    -----
    Means of power p: (sum w x^p / sum w)^(1/p), geometric as p to 0. Copeland: by how many units one is preferred, less by how many it
    is not, where a unit is preferred that scores higher on more than half of the weights (ties count half). TOPSIS: d- / (d+ + d-), of
    weighted distances from the best and the worst score of each indicator (Hwang and Yoon 1981).
    Source: OECD/JRC (2008), step 6; Copeland as COINr 1.1 has it.
    """
    upward = framework.upward
    highest = framework.levels[framework.top]
    if len(ways) not in {1, highest - 1} or (len(ways) > 1 and any(way.name in FLAT for way in ways)):
        raise composite_invalid(
            ("的合成方法", ", aggregation"),
            (f"写了 {len(ways)} 种，应为一种，或自下而上每层一种平均（{highest - 1} 种）", f"{len(ways)} ways are given; expected one, or a mean for each of {highest - 1} levels from the lowest"),
            ("如 arithmetic 或 arithmetic,geometric", "Such as arithmetic, or arithmetic,geometric"),
        )  # fmt: skip
    place = {one.code: at for at, one in enumerate(framework.indicators)}
    if ways[0].name in FLAT:
        own = shares(framework, weights)
        found: dict[str, Floats] = {}
        for code in wanted or upward:
            under = [place[leaf] for leaf in framework.below(code)]
            flat = _copeland if ways[0].name == "copeland" else _closeness
            found[code] = flat(scores[:, under], own[code][:, under])
        return found
    values: dict[str, Floats] = {code: scores[None, :, at] for code, at in place.items()}
    for code in upward:
        way = ways[0] if len(ways) == 1 else ways[framework.levels[code] - 2]
        children = framework.children[code]
        values[code] = _mean(
            [values[child] for child in children], [weights[child] for child in children], way, code
        )
    return {code: values[code] for code in upward}


def shares(framework: Framework, weights: Mapping[str, Floats]) -> dict[str, Floats]:
    """For every group the share of each indicator in it (r, k); indicators outside have 0."""
    place = {one.code: at for at, one in enumerate(framework.indicators)}
    runs = len(next(iter(weights.values())))
    found: dict[str, Floats] = {}
    live = {code: weights[code] for code in place}
    for code in framework.upward:
        whole = np.sum([live[child] for child in framework.children[code]], axis=0)
        live[code] = weights.get(code, np.ones(runs)) * (whole > 0)
        own = np.zeros((runs, len(place)))
        for child in framework.children[code]:
            part = live[child] / np.where(whole > 0, whole, 1.0)
            if child in place:
                own[:, place[child]] = part
            else:
                own += part[:, None] * found[child]
        found[code] = own
    return found


def _mean(parts: Sequence[Floats], weights: Sequence[Floats], way: Choice, code: str) -> Floats:
    power = way.numbers[0] if way.name == "power" else _POWERS[way.name]
    above = below = np.zeros((len(weights[0]), 1))
    for part, weight in zip(parts, weights, strict=True):
        own = weight[:, None]
        known = np.isfinite(part) & (own > 0)
        low = np.min(np.where(known, part, np.inf), initial=np.inf)
        if power != 1.0 and (low < 0 or (low == 0 and power <= 0)):
            raise method_unfit(
                way.name, (f"“{code}”之下的得分", f"the scores below '{code}'"),
                (f"有 {low:.4g}，不大于零", f"there is {low:.4g}, which is not above 0"),
                ("请把得分标准化到正区间，如 min-max:1,100 或 z-score:10,2", "Normalise to positive scores, such as min-max:1,100 or z-score:10,2"),
            )  # fmt: skip
        safe = np.where(known, part, 1.0)
        turned = safe if power == 1.0 else np.log(safe) if power == 0.0 else safe**power
        above = above + np.where(known, turned, 0.0) * own
        below = below + known * own
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = above / below
        found: Floats = mean if power == 1.0 else np.exp(mean) if power == 0.0 else mean ** (1 / power)
        return found


def _copeland(scores: Floats, own: Floats) -> Floats:
    one, other = np.triu_indices(len(scores), 1)
    difference = scores[one] - scores[other]
    known = np.isfinite(difference)
    margin = own @ np.where(known, np.sign(difference), 0.0).T
    whole = own @ known.astype(float).T
    told = np.where(np.abs(margin) <= _EVEN * whole, 0.0, np.sign(margin))
    gains = np.zeros((one.size, len(scores)))
    gains[np.arange(one.size), one], gains[np.arange(one.size), other] = 1.0, -1.0
    found: Floats = told @ gains
    return found


_EVEN = 1e-9
"""Share of the weights below which a margin is rounding, and two units are even."""


def _closeness(scores: Floats, own: Floats) -> Floats:
    known = np.isfinite(scores)
    best, worst = np.nanmax(scores, axis=0), np.nanmin(scores, axis=0)
    to_best = np.where(known, scores - best, 0.0) ** 2
    to_worst = np.where(known, scores - worst, 0.0) ** 2
    far, near = np.sqrt(own**2 @ to_best.T), np.sqrt(own**2 @ to_worst.T)
    whole = far + near
    return np.where(whole > 0, near / np.where(whole > 0, whole, 1.0), np.nan)


def topsis(matrix: Floats, weights: Floats, directions: Sequence[int]) -> Floats:
    """TOPSIS as it was published: columns divided by their length, weighted, closeness to the best of each.

    Parameters
    ----------
    matrix : array (n, k)
        In any units.
    weights : array (k,)
    directions : sequence of int
        +1 where more is better, -1 where less is.

    Returns
    -------
    array (n,)
        0 to 1.

    Examples
    --------
    >>> topsis(np.array([[2, 8], [5, 1], [3, 6.0]]), np.array([0.6, 0.4]), [1, -1]).round(7)
    array([0.       , 1.       , 0.3111391])
    """
    own = np.asarray(matrix, float) * np.asarray(directions, float)
    length = np.sqrt((own**2).sum(axis=0))
    found: Floats = _closeness(own / np.where(length > 0, length, 1.0), np.asarray(weights, float)[None, :])[
        0
    ]
    return found


def ranks(scores: Floats) -> Floats:
    """Ranks along the last axis: 1 is the highest, equal scores share the best of their ranks, gaps have none.

    Examples
    --------
    >>> ranks(np.array([3.0, 5, 5, np.nan]))
    array([ 3.,  1.,  1., nan])
    """
    own = np.where(np.isnan(scores), -np.inf, scores)
    order = np.argsort(-own, axis=-1, kind="stable")
    ordered = np.take_along_axis(own, order, axis=-1)
    fresh = np.ones(ordered.shape, bool)
    fresh[..., 1:] = ordered[..., 1:] != ordered[..., :-1]
    at = np.broadcast_to(np.arange(1.0, own.shape[-1] + 1), ordered.shape)
    best = np.maximum.accumulate(np.where(fresh, at, 0.0), axis=-1)
    found = np.empty(ordered.shape)
    np.put_along_axis(found, order, best, axis=-1)
    return np.where(np.isnan(scores), np.nan, found)
