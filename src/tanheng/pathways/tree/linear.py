"""The total linearised by the depths of levers: exact slopes, and apart from them where a leaf's bound, a min or a max bends it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from tanheng.inventory.uncertainty.terms import Ints
from tanheng.pathways.tree.arithmetic import Bend, Floats, partials
from tanheng.pathways.tree.levers import Lever, applied
from tanheng.pathways.tree.model import Tree

_STEP = 1e-4


@dataclass(frozen=True)
class Kink:
    """Where the total bends: the larger (``kind`` max) or smaller (min) of two sides.

    ``value`` (years,); ``sides`` are values (2, years), ``slopes`` (2, levers + kinks, years) theirs by each depth and by each kink
    that comes before. ``leaf`` names the leaf whose bound it is, which then is the second side.
    """

    kind: str
    leaf: str
    value: Floats
    sides: Floats
    slopes: Floats

    @property
    def active(self) -> Ints:
        """The side that holds (years,), 0 or 1."""
        first, second = self.sides
        holds = first <= second if self.kind == "min" else first >= second
        return np.asarray(~holds, dtype=np.int64)

    @property
    def held(self) -> Floats:
        """The slopes (levers + kinks, years) of the side that holds."""
        return np.asarray(np.where(self.active == 0, self.slopes[0], self.slopes[1]))


@dataclass(frozen=True)
class Linear:
    """The total (years,) at some depths, its ``slope`` (levers, years) by each, ``bend`` (kinks, years) by each of ``kinks``."""

    total: Floats
    slope: Floats
    bend: Floats
    kinks: tuple[Kink, ...]

    @property
    def whole(self) -> Floats:
        """By how much the total goes with each depth (levers, years) along the sides that hold now."""
        found = self.slope.copy()
        for kink, weight in zip(self.kinks, self.weights, strict=True):
            found += weight * kink.held[: found.shape[0]]
        return found

    @property
    def weights(self) -> Floats:
        """By how much the total goes with each kink (kinks, years), through those that come after it too."""
        count = self.slope.shape[0]
        found = self.bend.copy()
        for place in reversed(range(len(self.kinks))):
            found[:place] += found[place] * self.kinks[place].held[count : count + place]
        return found


def linear(tree: Tree, before: Mapping[str, Floats], depths: Mapping[str, Floats]) -> Linear:
    """The total at some depths of all levers, with its slopes: exact by the chain rule through the nodes.

    Parameters
    ----------
    tree : Tree
    before : mapping
        Arrays (1, years) of the leaves without levers.
    depths : mapping
        Depth (years,) of every lever.

    Examples
    --------
    >>> from tanheng.pathways import load_tree
    >>> tree = load_tree("examples/sichuan-road/tree.yaml")
    >>> before = tree.leaf_arrays(tree.scenario("baseline"))
    >>> found = linear(tree, before, {name: one.ramp(tree.years) for name, one in tree.levers.items()})
    >>> found.slope.shape, round(float(found.slope[list(tree.levers).index("capture-hub"), -1] / 1e6))
    ((17, 40), -30)
    """
    levers, years = list(tree.levers.values()), tree.years.size
    known: dict[str, Any] = {**before, **applied(levers, tree.leaves, before, depths)}
    by: dict[str, dict[str, Any]] = {}
    bends: list[Bend] = []
    after: dict[str, int] = {}
    for name, node in tree.nodes.items():
        value, slopes = partials(node.formula.tree, known, bends)
        known[name] = value * node.scale
        by[name] = {one: slope * node.scale for one, slope in slopes.items()}
        after[name] = len(bends)
    bounds = _bounds(tree, levers)
    columns = len(levers) + len(bounds) + len(bends)
    found = _leaves(tree, levers, before, depths, columns)
    kinks: list[Kink] = []

    def bent(kind: str, leaf: str, value: Any, sides: Any, slopes: list[Floats | None]) -> Floats:
        place = len(levers) + len(kinks)
        flat = np.array([np.broadcast_to(np.ravel(one), years) for one in sides])
        zero = np.zeros((columns, years))
        kinks.append(
            Kink(
                kind,
                leaf,
                np.broadcast_to(np.ravel(value), years),
                flat,
                np.array([zero if one is None else one for one in slopes]),
            )
        )
        unit = np.zeros((columns, years))
        unit[place] = 1.0
        return unit

    free = applied(levers, tree.leaves, before, depths, bounded=False) if bounds else {}
    for leaf, kind, bound in bounds:
        join = np.maximum if kind == "max" else np.minimum
        value = join(free[leaf], bound)
        found[leaf] = bent(kind, leaf, value, (free[leaf], bound), [found[leaf], None])
        free[leaf] = value
    done = 0
    for name in tree.nodes:
        for one in bends[done : after[name]]:
            ways = [_along(side, found) for _, side in one.sides]
            if all(way is None for way in ways):
                continue
            found[one.name] = bent(one.kind, "", one.value, [value for value, _ in one.sides], ways)
        done = after[name]
        slope = _along(by[name], found)
        if slope is not None:
            found[name] = slope
    whole = found.get(tree.total, np.zeros((columns, years)))
    return Linear(
        np.broadcast_to(known[tree.total], (1, years))[0].copy(),
        whole[: len(levers)],
        whole[len(levers) : len(levers) + len(kinks)],
        tuple(kinks),
    )


def _bounds(tree: Tree, levers: list[Lever]) -> list[tuple[str, str, float]]:
    """Bounds of the leaves that levers touch: leaf, max for a lower and min for an upper one, and the bound."""
    touched = dict.fromkeys(leaf for one in levers for leaf in one.touched)
    return [
        (name, kind, bound)
        for name in touched
        for kind, bound in (("max", tree.leaves[name].low), ("min", tree.leaves[name].high))
        if bound is not None
    ]


def _leaves(
    tree: Tree, levers: list[Lever], before: Mapping[str, Floats], depths: Mapping[str, Floats], columns: int
) -> dict[str, Floats]:
    """Slopes (columns, years) of the leaves before their bounds; central differences are exact, as each is linear in each depth."""
    found: dict[str, Floats] = {}
    for place, one in enumerate(levers):
        near = _near(tree, one)
        up, down = (
            applied(near, tree.leaves, before, {**depths, one.name: depths[one.name] + step}, bounded=False)
            for step in (_STEP, -_STEP)
        )
        for leaf in one.touched:
            own = found.setdefault(leaf, np.zeros((columns, tree.years.size)))
            own[place] = np.ravel((up[leaf] - down[leaf]) / (2 * _STEP))
    return found


def _near(tree: Tree, lever: Lever) -> list[Lever]:
    """The levers on which the leaves that one touches rest: what moves into a leaf rests on where it comes from."""
    leaves = {*lever.touched}
    for _ in range(2):
        near = [other for other in tree.levers.values() if leaves & {*other.touched}]
        leaves = {leaf for other in near for leaf in other.touched}
    return near


def _along(by: Mapping[str, Any], found: Mapping[str, Floats]) -> Floats | None:
    """Slopes of what goes with some names, None where none of them goes with a lever."""
    total = None
    for name, slope in by.items():
        if name in found:
            part = found[name] * slope
            total = part if total is None else total + part
    return total
