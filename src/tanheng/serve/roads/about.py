"""What a version of a road says of itself in lists: found once, when it is added, and kept with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tanheng.codes.wording import unit_name
from tanheng.errors import LANGS
from tanheng.pathways.road import Road
from tanheng.pathways.tree.model import BASELINE, Tree
from tanheng.serve.roads.document import finite
from tanheng.serve.roads.kinds import Kind
from tanheng.serve.roads.places import Opened
from tanheng.serve.roads.sets import ROAD, TREE, KindNeeds

_HOLDS = {"road": ("road",), "tree": ("road", "tree"), "file": ("road", "tree", "file")}
"""What a set may hold for each need."""


def holds(opened: Opened) -> str:
    """``road``, ``tree`` or ``file``: the most that a set can be asked for."""
    return "road" if ROAD in opened.files else "tree" if TREE in opened.files else "file"


def refuse_lacking(kind: Kind, held: str) -> None:
    """Refuse an analysis for which a set lacks a file.

    Raises
    ------
    KindNeeds
    """
    if held not in _HOLDS[kind.needs]:
        raise KindNeeds(kind_zh=kind.zh, kind_en=kind.en, file=ROAD if kind.needs == "road" else TREE)


def facts(opened: Opened) -> dict[str, Any]:
    """Title, years, unit, levers and scenarios of a set, words in both languages; opening it is its check.

    Raises
    ------
    TanhengError
        Whatever is wrong with the set.
    """
    held = holds(opened)
    told: dict[str, Any] = {"holds": held}
    if held == "road":
        told |= _of_road(opened.road)
    if held != "file":
        told |= {"title": dict(opened.tree.title)} if held == "tree" else {}
        told |= _of_tree(opened.tree)
    found: dict[str, Any] = finite(told)
    return found


def _of_road(road: Road) -> dict[str, Any]:
    observed, path = road.observed, road.path
    return {
        "title": dict(road.title), "synthetic": observed.synthetic, "base": path.base, "target": path.target, "peak": path.peak, "last": observed.last,
        "activities": [name for name, kind in observed.kinds.items() if kind == "activity"], "columns": list(observed.series.columns),
        "first": int(observed.years[0]), "cells": len(observed.series.cells), "by": list(observed.series.by),
        "path": {str(year): mark for year, mark in path.marks.items()}, "path_source": dict(path.source), "source": dict(observed.source),
        "factors": {name: dict(title) for name, title in observed.titles.items()}, "grade": observed.grade, "sections": sorted(road.settings),
        "warnings": [{lang: one.message(lang) for lang in LANGS} for one in observed.findings],
        "proofs": {str(year): [dict(one) for one in found] for year, found in observed.proofs.items()},
    }  # fmt: skip


def _of_tree(tree: Tree) -> dict[str, Any]:
    unit = unit_name(tree.unit)
    return {
        "unit": {"zh": unit.zh, "en": unit.en},
        "tree": {"title": dict(tree.title), "from": int(tree.years[0]), "to": int(tree.years[-1]), "notes": _both(tree.notes)},
        "levers": [
            {
                "id": name, "title": dict(one.title), "leaf": one.leaf, "unit": tree.leaves[one.leaf].unit, "kind": one.kind,
                "most": one.most, "from": one.start, "wedge": one.wedge,
            }
            for name, one in tree.levers.items()
        ],
        "scenarios": [
            {"id": one.name, "title": dict(one.title), "levers": dict(one.levers)}
            for one in map(tree.scenario, dict.fromkeys([BASELINE, *tree.scenarios]))
        ],
        "nodes": [{"id": one.name, "title": dict(one.title)} for held in (tree.nodes, tree.leaves) for one in held.values()],
        "cap": tree.cap is not None,
    }  # fmt: skip


def _both(notes: Any) -> Mapping[str, str] | None:
    return dict(notes) if isinstance(notes, Mapping) else None
