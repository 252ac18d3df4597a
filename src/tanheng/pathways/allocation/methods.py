"""Ways to share a cap: each takes a table of participants and gives shares with the terms that they came from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tanheng.errors import TanhengError, language
from tanheng.pathways.allocation.envelopment import zero_sum
from tanheng.pathways.allocation.shapley import of_claims

Floats = NDArray[np.float64]


class AllocationInvalid(TanhengError):
    """A table that a method cannot share by."""

    code = "L-140"
    zh = "不能按“{method}”分配：{detail_zh}。"
    en = "This cannot be allocated by '{method}': {detail_en}."
    remedy_zh = "请核对所用的列与总量，以及该方法需要哪些列。"
    remedy_en = "Check the columns and the cap, and which columns the method needs."


@dataclass(frozen=True)
class Participants:
    """Who shares: ``names`` (n), ``emissions`` [t] (n) of the past or None, and columns of numbers (n) for the methods.

    ``benchmarks`` maps columns of output to t per unit, a number or the name of a column; ``outputs`` are the columns of the
    envelopment; ``indicators`` maps columns to +1 (more of it, more allowance) or -1.
    """

    names: tuple[str, ...]
    emissions: Floats | None
    columns: Mapping[str, Floats] = field(default_factory=dict)
    benchmarks: Mapping[str, float | str] = field(default_factory=dict)
    outputs: Sequence[str] = ()
    indicators: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Shares:
    """Shares (n), of any sum, and what stands behind them."""

    values: Floats
    terms: Mapping[str, Any]


def grandfathering(who: Participants, cap: float) -> Shares:
    """By emissions of the past 历史排放法."""
    past = _emissions("grandfathering", who)
    return Shares(past, {"factor": cap / past.sum()})


def benchmark(who: Participants, cap: float) -> Shares:
    """By output times a benchmark 基准线法; where all together differ from the cap, one factor corrects them."""
    if not who.benchmarks:
        raise _lacks("benchmark", "没有给出产量与基准值", "outputs and benchmarks are not given")
    needed = np.zeros(len(who.names))
    for name, value in who.benchmarks.items():
        rate = who.columns[value] if isinstance(value, str) else value
        needed += _positive("benchmark", who, name, zero=True) * rate
    if not needed.sum() > 0:
        raise _lacks("benchmark", "产量与基准值之积为零", "outputs times benchmarks are zero")
    return Shares(needed, {"needed_t": float(needed.sum()), "factor": cap / float(needed.sum())})


def entropy(who: Participants, cap: float) -> Shares:
    """By several indicators, each weighed by how much it differs among the participants 熵权法.

    Notes
    -----
    With p the share of a participant in a column, e = -sum p ln p / ln n and w proportional to 1 - e. Of an indicator that is to be small
    the reciprocal is taken. The weights say how data are spread, not what is just. Source: Shannon, C.E. (1948), A mathematical theory of
    communication, Bell System Technical Journal 27 (recalled).
    """
    del cap
    if not who.indicators:
        raise _lacks("entropy", "没有给出指标", "indicators are not given")
    if len(who.names) < 2:
        raise _lacks("entropy", "至少要两个参与者", "at least two participants are needed")
    columns = [
        _positive("entropy", who, name) ** (1.0 if sign > 0 else -1.0)
        for name, sign in who.indicators.items()
    ]
    parts = np.array([one / one.sum() for one in columns])
    spread = 1 + (parts * np.log(parts)).sum(axis=1) / np.log(len(who.names))
    total = spread.sum()
    weights = spread / total if total > 1e-12 else np.full(len(spread), 1 / len(spread))
    told = {
        name: {"entropy": float(1 - own), "weight": float(weight)}
        for name, own, weight in zip(who.indicators, spread, weights, strict=True)
    }
    return Shares(weights @ parts, {"indicators": told})


def claims(who: Participants, cap: float) -> Shares:
    """By the Shapley value of claims that exceed the cap: emissions of the past are what each claims."""
    past = _emissions("shapley", who)
    if cap > past.sum():
        raise _lacks(
            "shapley",
            "总量大于历史排放之和，各方都可足额",
            "the cap is above past emissions: all could have theirs",
        )
    shares, error = of_claims(past.tolist(), cap)
    return Shares(shares, {"standard_error_t": error})


def envelopment(who: Participants, cap: float) -> Shares:
    """By ZSG-DEA: emissions of the past, scaled to the cap, move until every participant is efficient."""
    past = _emissions("zsg-dea", who)
    if not who.outputs:
        raise _lacks("zsg-dea", "没有给出产出", "outputs are not given")
    made = np.column_stack([_positive("zsg-dea", who, name, zero=True) for name in who.outputs])
    if (past <= 0).any() or (made <= 0).all(axis=1).any():
        at = int(np.flatnonzero((past <= 0) | (made <= 0).all(axis=1))[0])
        raise _lacks(
            "zsg-dea",
            f"“{who.names[at]}”没有排放或没有产出",
            f"'{who.names[at]}' has no emissions or no output",
        )
    shares, rounds = zero_sum(past * cap / past.sum(), made)
    return Shares(shares, {"rounds": rounds})


METHODS = {
    "grandfathering": grandfathering,
    "benchmark": benchmark,
    "entropy": entropy,
    "shapley": claims,
    "zsg-dea": envelopment,
}


def _emissions(method: str, who: Participants) -> Floats:
    if who.emissions is None:
        raise _lacks(method, "没有给出历史排放", "past emissions are not given")
    if (who.emissions < 0).any() or not who.emissions.sum() > 0:
        raise _lacks(method, "历史排放有负值或全为零", "past emissions are negative or all zero")
    return who.emissions


def _positive(method: str, who: Participants, name: str, *, zero: bool = False) -> Floats:
    own = who.columns[name]
    wrong = own < 0 if zero else own <= 0
    if wrong.any():
        at = who.names[int(np.flatnonzero(wrong)[0])]
        raise _lacks(
            method,
            f"“{at}”的“{name}”应为{'非负' if zero else '正'}数",
            f"'{name}' of '{at}' should be {'0 or more' if zero else 'above 0'}",
        )
    return own


def _lacks(method: str, zh: str, en: str) -> AllocationInvalid:
    return AllocationInvalid(method=method, detail_zh=zh, detail_en=en)


NAMES = {
    "grandfathering": ("历史排放法", "grandfathering"),
    "benchmark": ("基准线法", "benchmark"),
    "entropy": ("熵权法", "entropy weights"),
    "shapley": ("Shapley 值", "Shapley value"),
    "zsg-dea": ("零和 DEA", "ZSG-DEA"),
}
"""What methods are called, in Chinese and in English."""


def method_name(method: str) -> str:
    """What a method is called in the language of the run.

    Examples
    --------
    >>> from tanheng.errors import use_language
    >>> use_language("en")
    >>> method_name("entropy")
    'entropy weights'
    """
    return NAMES[method][0 if language() == "zh" else 1]
