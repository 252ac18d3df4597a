"""The linear program of a cap: depths of levers by year under their courses, groups, dependence and the linearised total."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from tanheng.inventory.uncertainty.terms import Ints
from tanheng.pathways.tree.arithmetic import Floats
from tanheng.pathways.tree.levers import Lever
from tanheng.pathways.tree.linear import Linear
from tanheng.programs import Program, Solved

_INF = float("inf")
_LEAST = 1e-6


@dataclass(frozen=True)
class Question:
    """What does not change between linearisations: levers, years, caps and discounted costs, all by year.

    ``cap`` (years,) [unit of the total], infinite where there is none; ``cost`` (levers, years) [CNY a year at depth 1, discounted];
    ``ramp`` (levers, years); ``free`` lets depths exceed their courses, at a price; ``budget`` [as cost] is what all may cost together.
    """

    levers: Mapping[str, Lever]
    years: Floats
    cap: Floats
    cost: Floats
    ramp: Floats
    free: bool = False
    budget: float = _INF

    @property
    def shape(self) -> tuple[int, int]:
        """Levers, years."""
        return len(self.levers), self.years.size


@dataclass(frozen=True)
class Answer:
    """Depths (levers, years), how far they exceed their courses, gaps (years,) and what the solver said of each row."""

    depths: Floats
    beyond: Floats
    gap: Floats
    program: Program
    solved: Solved
    cost_scale: float
    total_scale: float


def answer(
    question: Question, near: Linear, at: Floats, radius: float, gap: float | None
) -> Answer | None:  # fmt: skip
    """Solve one linearisation.

    Parameters
    ----------
    near, at : Linear, ndarray
        The total linearised, and the depths (levers, years) where it was.
    radius : float
        How far depths may go from there.
    gap : float or None
        0: no gap is allowed; None: the sum of gaps is made smallest; else the largest sum of gaps.

    Returns
    -------
    Answer or None
        None where no depths fit.
    """
    count, years = question.shape
    size = count * years
    free = size if question.free else 0
    names = list(question.levers)
    whole = [place for place, one in enumerate(question.levers.values()) if one.whole]
    gaps, flags = size + free, size + free + years
    bent = flags + len(whole)
    bends = np.arange(bent, bent + len(near.kinks) * years).reshape(-1, years)
    total_scale = float(np.max(np.abs(near.total))) or 1.0
    cost_scale = float(np.max(np.abs(question.cost), initial=0.0)) or 1.0
    limit = np.array([one.limit for one in question.levers.values()])[:, None]
    depth = (np.arange(size)).reshape(count, years)
    beyond = depth + size
    low, high = np.maximum(0.0, at - radius), np.minimum(limit, at + radius)
    reach = np.minimum(question.ramp, limit)
    price = question.cost / cost_scale
    held = np.zeros((count, years)) if free else np.minimum(low, reach)
    lower = np.concatenate([held.ravel(), np.zeros(free + years + len(whole)), np.full(bends.size, -_INF)])
    upper = np.concatenate(
        [
            (reach if free else np.minimum(reach, high)).ravel(),
            np.broadcast_to(limit, (count, years)).ravel() if free else [],
            np.full(years, 0.0 if gap == 0 else _INF),
            np.ones(len(whole)),
            np.full(bends.size, _INF),
        ]
    )
    costs = np.zeros(lower.size)
    if gap is None:
        costs[gaps:flags] = 1.0
    else:
        costs[:size] = price.ravel()
        if free:
            costs[:size] *= _LEAST
            costs[size:gaps] = np.maximum(price, _LEAST).ravel()
    program = Program(lower, upper, costs, tuple(range(flags, bent)))
    columns_of = (depth, beyond if free else None, bends)
    sizes = _sizes(near)
    _caps(program, question, near, at, total_scale, sizes, columns_of, gaps)
    _kinks(program, near, at, sizes, columns_of)
    _courses(program, question, names, depth)
    _together(program, question, names, depth, beyond if free else None)
    every = np.arange(years)
    for flag, place in enumerate(whole):
        columns = np.stack([depth[place], np.full(years, flags + flag)], axis=1)
        weights = np.stack([np.ones(years), -question.ramp[place]], axis=1)
        program.add("whole", names[place], every, columns, weights, 0.0, 0.0)
    if gap:
        program.add("gap", "", [0], np.arange(gaps, flags)[None, :], 1.0, -_INF, gap / total_scale)
    for place in range(count if free else 0):
        columns = np.stack([depth[place], beyond[place]], axis=1)
        program.add("limit", names[place], every, columns, 1.0, low[place], high[place])
    if question.budget < _INF:
        program.add(
            "budget", "", [0], depth.reshape(1, -1), price.reshape(1, -1), -_INF, question.budget / cost_scale
        )
    solved = program.solve()
    if solved is None:
        return None
    over = solved.values[size:gaps].reshape(count, years) if free else np.zeros((count, years))
    depths = solved.values[:size].reshape(count, years) + over
    return Answer(
        depths=together(question.levers, depths),
        beyond=over,
        gap=solved.values[gaps:flags] * total_scale,
        program=program,
        solved=solved,
        cost_scale=cost_scale,
        total_scale=total_scale,
    )


def _sizes(near: Linear) -> list[float]:
    """What one unit of each kink's column stands for: the amounts of its sides."""
    return [float(np.max(np.abs(one.sides))) or 1.0 for one in near.kinks]


def _caps(
    program: Program,
    question: Question,
    near: Linear,
    at: Floats,
    scale: float,
    sizes: list[float],
    columns: tuple[Ints, Ints | None, Ints],
    gaps: int,
) -> None:
    """Total + slope (depth - at) + bend (kink - its value) - gap <= cap, in each year that has one."""
    capped = np.flatnonzero(np.isfinite(question.cap))
    places, weights = _parts(near.slope, near.bend, sizes, columns)
    program.add(
        "cap", "", capped, np.concatenate([places[capped], gaps + capped[:, None]], axis=1),
        np.concatenate([weights[capped] / scale, -np.ones((capped.size, 1))], axis=1), -_INF,
        (question.cap - near.total + (near.slope * at).sum(axis=0))[capped] / scale,
    )  # fmt: skip


def _kinks(
    program: Program, near: Linear, at: Floats, sizes: list[float], columns: tuple[Ints, Ints | None, Ints]
) -> None:
    """A kink is no less than both sides where the total rises with the larger or falls with the smaller; else the side that holds."""
    count = at.shape[0]
    every = np.arange(at.shape[1])
    for place, (one, weight, size) in enumerate(zip(near.kinks, near.weights, sizes, strict=True)):
        sign = 1.0 if one.kind == "max" else -1.0
        open_ = sign * weight >= 0
        for side in (0, 1):
            slope, inner = one.slopes[side, :count], one.slopes[side, count : count + len(near.kinks)].copy()
            inner[place] -= 1.0
            places, weights = _parts(slope, inner, sizes, columns)
            # What is held at the side that holds has no room either way; the other side then binds nothing.
            ahead = sign * (one.value - one.sides[side])
            shift = sign * (slope * at).sum(axis=0)
            held = one.active == side
            program.add(
                "bound" if one.leaf and side else "bend", one.leaf, every, places, sign * weights / size,
                np.where(~open_ & held, shift, -_INF) / size, np.where(open_ | held, ahead + shift, _INF) / size,
            )  # fmt: skip


def _parts(
    slope: Floats, bend: Floats, sizes: list[float], columns: tuple[Ints, Ints | None, Ints]
) -> tuple[Ints, Floats]:
    """Columns and weights (years, k) of depths, of what goes beyond them, and of kinks."""
    depth, beyond, bends = columns
    scaled = bend * np.array(sizes)[:, None]
    places = [depth, bends] if beyond is None else [depth, beyond, bends]
    weights = [slope, scaled] if beyond is None else [slope, slope, scaled]
    return np.concatenate(places).T, np.concatenate(weights).T


def _courses(program: Program, question: Question, names: list[str], depth: Ints) -> None:
    """A lever is never undone, and is built no faster than it can be."""
    for place, one in enumerate(question.levers.values()):
        if one.whole:
            continue
        steps = np.diff(one.ramp(np.arange(one.start - 1.0, one.start + one.build)))
        later = np.flatnonzero(question.ramp[place, 1:] > 0) + 1
        columns = np.stack([depth[place, later], depth[place, later - 1]], axis=1)
        fastest = float(steps.max()) * np.diff(question.years)[later - 1]
        program.add("speed", names[place], later, columns, [1.0, -1.0], 0.0, fastest)


def together(levers: Mapping[str, Lever], depths: Floats) -> Floats:
    """Depths (levers, years) made less where they exclude, use up or need each other: a program holds its rows within a tolerance.

    Examples
    --------
    >>> levers = {"a": Lever("a", {}, "x", "relative", -0.5, 2026, 1), "b": Lever("b", {}, "x", "relative", -0.5, 2026, 1, needs=("a",))}
    >>> together(levers, np.array([[0.5], [0.5000001]])).tolist()
    [[0.5], [0.5]]
    """
    found = depths.copy()
    rooms: dict[tuple[str, str], list[tuple[int, float]]] = {}
    for place, one in enumerate(levers.values()):
        if one.group:
            rooms.setdefault(("group", one.group), []).append((place, 1.0))
        if one.kind == "move":
            rooms.setdefault(("moved", one.leaf), []).append((place, one.most))
    for members in rooms.values():
        places, weights = [place for place, _ in members], np.array([weight for _, weight in members])
        found[places] /= np.maximum(1.0, weights @ found[places])
    names = list(levers)
    for _ in names:
        for place, one in enumerate(levers.values()):
            for need in one.needs:
                found[place] = np.minimum(found[place], found[names.index(need)])
    return found


def _together(
    program: Program, question: Question, names: list[str], depth: Ints, beyond: Ints | None
) -> None:
    """Exclusive groups, dependence, and that no more of a leaf moves than there is."""
    groups: dict[tuple[str, str], list[tuple[int, float]]] = {}
    for place, one in enumerate(question.levers.values()):
        if one.group:
            groups.setdefault(("group", one.group), []).append((place, 1.0))
        if one.kind == "move":
            groups.setdefault(("moved", one.leaf), []).append((place, one.most))
        for need in one.needs:
            groups[("needs", f"{one.name}|{need}")] = [(place, 1.0), (names.index(need), -1.0)]
    for (kind, label), members in groups.items():
        if len(members) == 1:
            continue
        at = [place for place, _ in members]
        weights = np.array([weight for _, weight in members])
        columns = depth[at].T if beyond is None else np.concatenate([depth[at].T, beyond[at].T], axis=1)
        program.add(
            kind, label, np.arange(question.years.size), columns, weights if beyond is None else np.tile(weights, 2), -_INF,
            0.0 if kind == "needs" else 1.0,
        )  # fmt: skip
