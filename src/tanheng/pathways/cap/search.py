"""Linearise, solve, evaluate, from several starts: what is not linear has more than one local optimum, and the best is kept."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from tanheng.pathways.cap.program import Answer, Question, answer, together
from tanheng.pathways.tree.arithmetic import Floats
from tanheng.pathways.tree.levers import Lever
from tanheng.pathways.tree.linear import linear
from tanheng.pathways.tree.model import Tree, evaluate_total

_ROUNDS, _FREE = 40, 3
_CLOSE, _STILL, _ROUGH = 1e-9, 1e-6, 1e-4
_CORNERS = 4
"""Up to so many levers that act on each other, every set of them is a start."""
_STARTS, _EFFORT, _LAST = 8, 3200, 3
"""Starts at most of more levers, depths in all of them together at most, and how many of them are followed to their end."""


@dataclass(frozen=True)
class Found:
    """An answer with the tree's own total (years,) there, its shortfall in all, what it costs, and whether it stood still."""

    answer: Answer
    emission: Floats
    gap: float
    paid: float
    done: bool = False

    def better(self, other: Found) -> bool:
        """Whether it lacks less or, lacking no more, costs less."""
        still = 1e-6 * float(np.max(np.abs(self.emission)))
        return self.gap < other.gap - still or (self.gap <= other.gap + still and self.paid < other.paid)


def search(
    tree: Tree, question: Question, before: Mapping[str, Any], starts: Sequence[Floats] | Floats | None = None
) -> tuple[Answer, Floats]:
    """The best answer that is found, and the tree's own total (years,) there.

    Parameters
    ----------
    tree, question : Tree, Question
    before : mapping
        Arrays (1, years) of the leaves without levers.
    starts : ndarray or sequence of them, optional
        Depths (levers, years) to begin from. Without them: nothing and, where levers act on each other, everything, each lever alone
        and all but each, as many as the size allows.

    Notes
    -----
    From each start a few rounds are gone; the best are followed until neither cost nor gap moves. A start that is itself better than
    what was found from it is kept. The optimum is a local one.
    """
    if starts is None:
        corners = _corners(tree, question, before)
    else:
        corners = [starts] if isinstance(starts, np.ndarray) else list(starts)
    if len(corners) == 1:
        only = _descend(tree, question, before, corners[0], _ROUNDS)
        return only.answer, only.emission
    tried = [_descend(tree, question, before, one, _FREE) for one in corners]
    for one in corners:
        if all(_met(tree, question, before, one) < (other.gap, other.paid) for other in tried):
            kept = _stay(tree, question, before, one)
            if kept is not None:
                tried.append(_descend(tree, question, before, one, _FREE, best=kept, radius=0.25))
    order: list[Found] = []
    for own in sorted(tried, key=lambda one: (round(one.gap / _size(one), 6), one.paid)):
        if not any(np.allclose(own.answer.depths, other.answer.depths, atol=1e-4) for other in order):
            order.append(own)
    best = order[0]
    for own in order[:_LAST]:
        last = own if own.done else _descend(tree, question, before, own.answer.depths, _ROUNDS, best=own)
        best = last if last.better(best) else best
    return best.answer, best.emission


def _size(one: Found) -> float:
    return float(np.max(np.abs(one.emission))) or 1.0


def shortfall(question: Question, emission: Floats) -> Floats:
    """What a total lies above the cap (years,), 0 within the tolerance of the solution."""
    over = emission - question.cap
    size = float(np.max(np.abs(emission)))
    return np.where(np.isfinite(question.cap) & (over > 1e-6 * size), over, 0.0)


def _descend(
    tree: Tree,
    question: Question,
    before: Mapping[str, Any],
    at: Floats,
    rounds: int,
    *,
    best: Found | None = None,
    radius: float = np.inf,
) -> Found:
    """From some depths on, until neither cost nor gap moves; after some rounds the steps are halved where they bring nothing."""
    last, still = (np.inf, np.inf), _ROUGH if question.free else _STILL
    for turn in range(rounds):
        near = linear(tree, before, dict(zip(tree.levers, at, strict=True)))
        solved = _solved(question, near, at, radius)
        if solved is None:
            break
        found = _weighed(tree, question, before, solved)
        step = float(np.max(np.abs(solved.depths - at), initial=0.0))
        at = solved.depths
        reached = found.paid, float(np.fmax(found.emission - question.cap, 0.0).sum())
        scales = abs(found.paid) + 1.0, solved.total_scale
        moved = [
            abs(new - old) > still * scale for new, old, scale in zip(reached, last, scales, strict=True)
        ]
        best = found if best is None or found.better(best) else best
        if step < still or not any(moved):
            return replace(best, done=True)
        last = reached
        if turn >= _FREE:
            radius = step / 2
    assert best is not None
    return best


def _weighed(tree: Tree, question: Question, before: Mapping[str, Any], solved: Answer) -> Found:
    emission = evaluate_total(tree, before, dict(zip(tree.levers, solved.depths, strict=True)))
    paid = np.maximum(question.cost, 0.0) * solved.beyond if question.free else question.cost * solved.depths
    return Found(solved, emission, float(shortfall(question, emission).sum()), float(paid.sum()))


def _stay(tree: Tree, question: Question, before: Mapping[str, Any], at: Floats) -> Found | None:
    """The answer that stays at some depths; None where they do not fit."""
    near = linear(tree, before, dict(zip(tree.levers, at, strict=True)))
    solved = _solved(question, near, at, 0.0)
    return None if solved is None else _weighed(tree, question, before, solved)


def _solved(question: Question, near: Any, at: Floats, radius: float) -> Answer | None:
    """The cheapest depths under the cap or, where it cannot be met, the cheapest of the smallest gap, with the duals of the gap."""
    found = answer(question, near, at, radius, 0.0)
    if found is not None:
        return found
    least = answer(question, near, at, radius, None)
    if least is None:
        return None
    allowed = float(least.gap.sum()) + _CLOSE * least.total_scale
    cheapest = answer(question, near, at, radius, allowed) or least
    return replace(cheapest, solved=least.solved, program=least.program)


def _corners(tree: Tree, question: Question, before: Mapping[str, Any]) -> list[Floats]:
    """Nothing and, where the slope at everything is another than at nothing, corners of the levers whose slope it is."""
    count = len(question.levers)
    nothing = np.zeros(question.shape)
    if not np.isfinite(question.cap).any():
        return [nothing]
    everything = _fit(question, np.ones(count))
    slopes = [
        linear(tree, before, dict(zip(tree.levers, at, strict=True))).whole for at in (nothing, everything)
    ]
    size = np.max(np.abs(slopes), initial=0.0)
    bent = np.any(np.abs(slopes[0] - slopes[1]) > _STILL * size, axis=1)
    acting = np.flatnonzero(bent)
    if not acting.size:
        return [nothing]
    if acting.size <= _CORNERS:
        sets = [np.isin(np.arange(count), [*chosen, *np.flatnonzero(~bent)])
                for k in range(acting.size) for chosen in itertools.combinations(acting, k)]  # fmt: skip
    else:
        own = np.eye(count, dtype=bool)[acting]
        sets = [*own, *~own]
    levers = list(question.levers.values())
    # In a group each is alone in turn: shared out evenly none would be done in full.
    sets += [
        np.array([other is one or other.group != one.group for other in levers])
        for one in levers
        if one.group
    ]
    more = [_fit(question, chosen.astype(np.float64)) for chosen in sets]
    most = int(np.clip(_EFFORT // max(1, nothing.size), 2, _STARTS))
    if len(more) > most - 2 and acting.size > _CORNERS:
        more = sorted(more, key=lambda one: _met(tree, question, before, one))[: most - 2]
    return [nothing, everything, *more]


def _met(tree: Tree, question: Question, before: Mapping[str, Any], at: Floats) -> tuple[float, float]:
    """What some depths lack and cost, on the tree itself."""
    emission = evaluate_total(tree, before, dict(zip(tree.levers, at, strict=True)))
    return float(shortfall(question, emission).sum()), float((question.cost * at).sum())


def _fit(question: Question, shares: Floats) -> Floats:
    """Depths (levers, years) of some shares of full courses, made less where levers exclude or need each other."""
    levers = list(question.levers.values())
    whole = np.array([one.whole for one in levers], dtype=bool)[:, None]
    fit = together(question.levers, shares[:, None])
    return together(
        question.levers, np.where(whole, np.floor(fit), fit) * np.minimum(question.ramp, _limits(levers))
    )


def _limits(levers: Sequence[Lever]) -> Floats:
    return np.array([one.limit for one in levers]).reshape(-1, 1)
