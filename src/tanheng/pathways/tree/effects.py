"""What each lever adds to where all of them lead: the total without it, with those that need it held back."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

import numpy as np

from tanheng.pathways.tree.arithmetic import Floats
from tanheng.pathways.tree.model import Tree, evaluate_total


def effects(tree: Tree, before: Mapping[str, Floats], depths: Mapping[str, Any]) -> dict[str, Floats]:
    """By how much the total (years,) would be higher without each of some levers.

    Parameters
    ----------
    tree : Tree
    before : mapping
        Arrays (1, years) of the leaves without levers, as `Tree.leaf_arrays` gives them.
    depths : mapping
        Lever to depth (years,), as `Tree.depths` gives them.

    Returns
    -------
    dict
        Lever to what it takes off [unit of the total]. They do not add up where levers act on the same leaves; `wedges` do.

    Examples
    --------
    >>> from tanheng.pathways import load_tree
    >>> tree = load_tree("examples/sichuan-road/tree.yaml")
    >>> before = tree.leaf_arrays(tree.scenario("baseline"))
    >>> found = effects(tree, before, tree.depths({"capture-hub": 1, "clean-power": 1}))
    >>> [round(float(found[name][-1] / 1e6), 3) for name in found]
    [30.0, 30.528]
    """
    if not depths:
        return {}
    sets = np.vstack([1 - np.eye(len(depths)), np.ones(len(depths))])
    alone = {name: depth * sets[:, place, None] for place, (name, depth) in enumerate(depths.items())}
    totals = evaluate_total(tree, before, held_back(tree, alone))
    totals = np.broadcast_to(totals, (len(depths) + 1, tree.years.size))
    return {name: totals[place] - totals[-1] for place, name in enumerate(depths)}


def held_back(tree: Tree, depths: Mapping[str, Any]) -> dict[str, Any]:
    """The depths, none deeper than those of the levers that it needs."""
    return {
        name: functools.reduce(np.minimum, [depths.get(need, 0.0) for need in needed(tree, name)], depth)
        for name, depth in depths.items()
    }


def needed(tree: Tree, name: str, seen: frozenset[str] = frozenset()) -> set[str]:
    """What a lever needs, and what that needs."""
    direct = set(tree.levers[name].needs) - seen
    return direct.union(*(needed(tree, one, seen | direct | {name}) for one in direct))
