"""Pairs of projects that may count the same tonnes."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from tanheng.pathways.projects.model import Project
from tanheng.pathways.tree.levers import Lever
from tanheng.pathways.tree.model import Tree


@dataclass(frozen=True)
class Double:
    """Two projects that may count the same tonnes: on the same ``facility``, or on the same ``leaf``; ``most_t`` is the smaller."""

    projects: tuple[str, str]
    why: Literal["facility", "leaf"]
    name: str
    years: tuple[int, ...]
    most_t: float


def lever_of(on: str, tree: Tree) -> Lever:
    """The lever that a project acts on, or the one made for a leaf."""
    return tree.levers.get(on) or tree.levers[f"leaf:{on}"]


def doubles(held: Mapping[str, Project], tree: Tree) -> list[Double]:
    """Pairs that reduce in a common year on one facility, or on a common leaf without facilities that tell them apart.

    Several projects on one lever are what a lever is made of; they are told only where they name the same facility.
    """
    found = []
    touched = {name: {lever_of(on, tree).leaf: on for on in one.acts_on} for name, one in held.items()}
    for (a, one), (b, other) in itertools.combinations(held.items(), 2):
        same = bool(one.facility) and one.facility == other.facility
        common = (
            [] if one.facility and other.facility else [leaf for leaf in touched[a] if leaf in touched[b]]
        )
        direct = [
            leaf
            for leaf in common
            if touched[a][leaf] != touched[b][leaf] or touched[a][leaf] not in tree.levers
        ]
        if not (same or direct):
            continue
        years = [year for year in one.expected if one.promised(year) and other.promised(year)]
        if years:
            amount = sum(min(one.promised(year), other.promised(year)) for year in years)
            name = one.facility if same else direct[0]
            found.append(Double((a, b), "facility" if same else "leaf", name, tuple(years), amount))
    return found
