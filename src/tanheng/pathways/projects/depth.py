"""From tonnes to the depth of a lever: how far it must be taken, alone, to reduce the total by so much in each year."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from tanheng.pathways.tree.arithmetic import Floats
from tanheng.pathways.tree.levers import Lever
from tanheng.pathways.tree.model import Tree, evaluate_total

_TIMES = 200
_EXACT = 1e-12
_DOUBLED = 60
_NOISE = 8 * np.finfo(np.float64).eps
"""Differences of totals below this share of them are rounding."""


@dataclass(frozen=True)
class Reached:
    """Depth (years,) of a lever, what it reduces alone (years,) [unit of the total], and the largest depth that is possible."""

    depth: Floats
    reduced: Floats
    most: Floats


def leaf_lever(tree: Tree, leaf: str, before: Mapping[str, Floats]) -> Lever:
    """A lever that changes a leaf by units of itself, in the direction that makes the total smaller.

    Examples
    --------
    >>> from tanheng.pathways import load_tree
    >>> tree = load_tree("examples/sichuan-road/tree.yaml")
    >>> before = tree.leaf_arrays(tree.scenario("baseline"))
    >>> leaf_lever(tree, "pigs", before).most, leaf_lever(tree, "capture", before).most
    (-1.0, 1.0)
    """
    slope = _slope(tree, leaf, before)
    return Lever(
        name=f"leaf:{leaf}", title=tree.leaves[leaf].title, leaf=leaf, kind="absolute", most=-1.0 if slope > 0 else 1.0,
        start=int(tree.years[0]), build=1,
    )  # fmt: skip


def _slope(tree: Tree, leaf: str, before: Mapping[str, Floats]) -> float:
    """By how much the total grows with a leaf, summed up over the years."""
    step = max(float(np.abs(before[leaf]).max()), 1.0) * 1e-3
    moved = evaluate_total(tree, {**before, leaf: before[leaf] + step}, {})
    return float((moved - evaluate_total(tree, before, {})).sum() / step)


def most_of(tree: Tree, lever: Lever, before: Mapping[str, Floats]) -> Floats:
    """The largest depth (years,): the course of a lever, or all that a leaf holds; without end where a leaf may grow."""
    if not lever.name.startswith("leaf:"):
        return lever.ramp(tree.years)
    if lever.most > 0:
        return np.full(tree.years.size, np.inf)
    held: Floats = np.maximum(before[lever.leaf], 0.0)
    return held


def depth_for(tree: Tree, lever: Lever, wanted: Floats, before: Mapping[str, Floats]) -> Reached:
    """How far a lever is taken alone so that the total is smaller by what is wanted, or as far as it goes.

    Parameters
    ----------
    tree : Tree
        Which holds the lever.
    lever : Lever
    wanted : array (years,)
        Reduction, unit of the total; below 0 where the total grew.
    before : mapping
        Leaves by name before levers.

    Notes
    -----
    The total falls as the lever is taken further; the depth is enclosed and found by regula falsi (Illinois), at once where the
    total is linear in it.

    Examples
    --------
    >>> from tanheng.pathways import load_tree
    >>> tree = load_tree("examples/sichuan-road/tree.yaml")
    >>> before = tree.leaf_arrays(tree.scenario("baseline"))
    >>> found = depth_for(tree, tree.levers["manure"], np.full(tree.years.size, 1e5), before)
    >>> found.depth[0].item(), found.reduced[-1].round(3).item(), found.most[-1].item()
    (0.0, 100000.0, 1.0)
    """
    base, most = evaluate_total(tree, before, {}), most_of(tree, lever, before)

    def reduced(depth: Floats) -> Floats:
        return np.asarray(base - evaluate_total(tree, before, {lever.name: depth}))

    high = _outer(reduced, np.maximum(wanted, 0.0), most)
    low = -_outer(lambda depth: -reduced(-depth), np.maximum(-wanted, 0.0), np.full(most.shape, np.inf))
    at_low, at_high = reduced(low) - wanted, reduced(high) - wanted
    depth = np.where(at_high <= 0, high, np.where(at_low >= 0, low, 0.0))
    open_ = (at_high > 0) & (at_low < 0)
    enough = np.maximum(_EXACT * np.abs(wanted), _NOISE * np.abs(base))
    for _ in range(_TIMES):
        if not open_.any():
            break
        with np.errstate(all="ignore"):
            guess = low - at_low * (high - low) / (at_high - at_low)
        guess = np.where(np.isfinite(guess) & (guess > low) & (guess < high), guess, (low + high) / 2)
        depth = np.where(open_, guess, depth)
        miss = reduced(depth) - wanted
        over = miss > 0
        at_low = np.where(over, at_low / 2, miss)
        at_high = np.where(over, miss, at_high / 2)
        low, high = np.where(over, low, depth), np.where(over, depth, high)
        open_ = open_ & (np.abs(miss) > enough) & (high - low > _EXACT * np.maximum(np.abs(high), _EXACT))
    return Reached(depth, reduced(depth), most)


def _outer(reduced: Callable[[Floats], Floats], wanted: Floats, most: Floats) -> Floats:
    """A depth within the bounds at which as much as is wanted is reduced, or the bound."""
    depth = np.where(wanted > 0, np.minimum(1.0, most), 0.0)
    for _ in range(_DOUBLED):
        short = (wanted > 0) & (reduced(depth) < wanted) & (depth < most)
        if not short.any():
            break
        depth = np.where(short, np.minimum(depth * 2, most), depth)
    return depth
