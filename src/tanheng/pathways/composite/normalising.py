"""Normalisation: indicators in their units become scores, of which more is better."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from tanheng.pathways.composite.choices import Choice
from tanheng.pathways.composite.framework import Framework, Node
from tanheng.pathways.composite.problems import MethodUnfit, method_unfit
from tanheng.pathways.tree.arithmetic import Floats


def normalise(values: Floats, framework: Framework, choice: Choice, codes: Sequence[str] = ()) -> Floats:
    """Scores of indicators.

    Parameters
    ----------
    values : array (n, k)
        In the units of the indicators; NaN stays NaN.
    framework : Framework
        Directions, goalposts and targets.
    choice : Choice
        One of `WAYS`.
    codes : sequence of str
        Of the units (n), for ``distance-to-reference:UNIT``.

    Returns
    -------
    array (n, k)

    Raises
    ------
    MethodUnfit
        For an indicator that the way cannot take: without spread, goalposts or target.

    Notes
    -----
    With x times the direction, ``min-max:l,u`` is (x - min) / (max - min) (u - l) + l; ``z-score:m,s`` (x - mean) / sd s + m with n - 1
    in sd; ``rank`` counts from 1 upwards, equal values have the least rank; ``borda`` is rank - 1; ``percentile-rank`` borda / (n - 1);
    ``distance-to-reference`` 1 - (ref - x) / (ref - min), ``-target`` (x - min) / (target - min), ``-max`` the same with max;
    ``share-of-max`` x / max; ``goalposts:l,u`` is min-max between fixed ends and no further than them, ``scaled`` further.
    Source: OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 5; formulas as COINr 1.1 has them.
    """
    found = np.empty_like(values)
    for at, one in enumerate(framework.indicators):
        own = values[:, at]
        if not np.isfinite(own).any():
            raise _unfit(
                choice, one, ("没有数据", "it has no data"), ("请去掉该指标", "Leave the indicator out")
            )
        found[:, at] = _WAYS[choice.name](own, one, choice, codes)
    return found


def _unfit(choice: Choice, one: Node, detail: tuple[str, str], mend: tuple[str, str]) -> MethodUnfit:
    return method_unfit(choice.name, (f"指标“{one.code}”", f"indicator '{one.code}'"), detail, mend)


def _spread(choice: Choice, one: Node, size: Any) -> float:
    if not size > 0 or not np.isfinite(size):
        raise _unfit(
            choice, one, ("各单元的值都相同，分不出高下", "all units have the same value: it tells none from another"),
            ("请去掉该指标，或用固定的上下限（goalposts）", "Leave it out, or take fixed ends (goalposts)"),
        )  # fmt: skip
    return float(size)


def _ends(choice: Choice, low: float = 0.0, high: float = 100.0) -> tuple[float, float]:
    return (choice.numbers[0], choice.numbers[1]) if choice.numbers else (low, high)


def _min_max(own: Floats, one: Node, choice: Choice, _: Sequence[str]) -> Floats:
    low, high = _ends(choice)
    own = own * one.direction
    least = np.nanmin(own)
    found: Floats = (own - least) / _spread(choice, one, np.nanmax(own) - least) * (high - low) + low
    return found


def _z_score(own: Floats, one: Node, choice: Choice, _: Sequence[str]) -> Floats:
    middle, width = _ends(choice, 0.0, 1.0)
    own = own * one.direction
    _spread(choice, one, np.nanmax(own) - np.nanmin(own))
    found: Floats = (own - np.nanmean(own)) / _spread(choice, one, np.nanstd(own, ddof=1)) * width + middle
    return found


def _rank(own: Floats, one: Node, choice: Choice, _: Sequence[str]) -> Floats:
    own = own * one.direction
    below = (own[None, :] < own[:, None]).sum(axis=1).astype(float)
    ranks = np.where(np.isnan(own), np.nan, below)
    if choice.name == "percentile-rank":
        low, high = _ends(choice)
        count = int(np.isfinite(own).sum()) - 1
        return ranks / _spread(choice, one, float(count)) * (high - low) + low
    return ranks + (1.0 if choice.name == "rank" else 0.0)


def _to(own: Floats, one: Node, choice: Choice, codes: Sequence[str]) -> Floats:
    own = own * one.direction
    least = np.nanmin(own)
    if choice.name == "distance-to-max":
        goal = float(np.nanmax(own))
    elif choice.name == "distance-to-target":
        if one.target is None:
            raise _unfit(
                choice,
                one,
                ("没有目标值", "it has no target"),
                ("请在指标表的目标列写明", "State it in the column Target"),
            )
        goal = one.target * one.direction
    else:
        if choice.word not in codes:
            raise _unfit(
                choice,
                one,
                (f"没有单元“{choice.word}”", f"there is no unit '{choice.word}'"),
                ("请写单元代码", "Name a unit by its code"),
            )
        goal = float(own[list(codes).index(choice.word)])
    if not goal > least:
        raise _unfit(
            choice, one, ("目标或参照不优于最差的单元，距离没有意义", "the target or reference is no better than the worst unit: there is no distance"),
            ("请换目标或参照单元", "Take another target or reference"),
        )  # fmt: skip
    return (own - least) / (goal - least)


def _share(own: Floats, one: Node, choice: Choice, _: Sequence[str]) -> Floats:
    if one.direction < 0 or not np.nanmin(own) >= 0 or not np.nanmax(own) > 0:
        raise _unfit(
            choice, one, ("越小越好、含负值或全为零的指标没有“占最大值的份额”", "of what should be small, is negative or is all zero there is no share of the maximum"),
            ("请换一种标准化", "Take another normalisation"),
        )  # fmt: skip
    return own / np.nanmax(own)


def _goalposts(own: Floats, one: Node, choice: Choice, _: Sequence[str]) -> Floats:
    if one.low is None or one.high is None:
        raise _unfit(
            choice,
            one,
            ("没有固定的上下限", "it has no fixed ends"),
            ("请在指标表的下限与上限列写明", "State them as goalpost_lower and goalpost_upper"),
        )
    low, high = _ends(choice)
    bad, good = (one.low, one.high) if one.direction > 0 else (one.high, one.low)
    share = (own - bad) / (good - bad)
    return (np.clip(share, 0.0, 1.0) if choice.name == "goalposts" else share) * (high - low) + low


_WAYS: dict[str, Callable[[Floats, Node, Choice, Sequence[str]], Floats]] = {
    "min-max": _min_max, "z-score": _z_score, "rank": _rank, "borda": _rank, "percentile-rank": _rank,
    "distance-to-max": _to, "distance-to-reference": _to, "distance-to-target": _to,
    "share-of-max": _share, "goalposts": _goalposts, "scaled": _goalposts,
}  # fmt: skip
