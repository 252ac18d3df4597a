"""Decision log 决策日志: what was decided on a deviation, by whom and when, with what it was hoped to do."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from tanheng.errors import NotFound
from tanheng.inventory.methods.beside import beside
from tanheng.inventory.methods.yaml_lines import load_with_lines
from tanheng.pathways.deviation.correction import Correction, effects_of
from tanheng.pathways.deviation.cusum import named
from tanheng.pathways.deviation.deviation import Deviation
from tanheng.pathways.deviation.problems import invalid
from tanheng.pathways.journal import append
from tanheng.pathways.road import Road
from tanheng.pathways.tree.model import evaluate_total

LOG = "decisions.jsonl"
"""File of the log beside the road, unless another is named."""
_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}


def decide(
    found: Deviation, path: str | Path, *, who: str, note: str = "", levers: Sequence[str] | None = None
) -> dict[str, Any]:
    """Write a decision into the log.

    Parameters
    ----------
    found : Deviation
        With a correction, unless nothing is done.
    path : path
        The log, see `tanheng.pathways.journal.append`.
    who : str
        Who decided.
    note : str
        Why, or what else was decided.
    levers : sequence of str, optional
        Those of the correction that are taken, all unless told; an empty one records that nothing is done.

    Returns
    -------
    dict
        The entry, see `entry_of`.

    Raises
    ------
    DeviationInvalid
        Without a name, or without a correction to decide on.
    NotFound
        For a lever that the correction does not take.
    JournalBroken, CannotWrite
    """
    return append(path, entry_of(found, who=who, note=note, levers=levers))


def entry_of(
    found: Deviation, *, who: str, note: str = "", levers: Sequence[str] | None = None
) -> dict[str, Any]:
    """What a log keeps of a decision, see `decide`.

    Returns
    -------
    dict
        Deviation, alarm, cause, levers with their depth and expected effect by year, the emission that is expected, a forecast of
        the observed series, and hashes of the files.
    """
    if not shown(who):
        raise invalid(
            found.road.id, ("没有写明由谁决策", "nobody is named who decided"), ("请写姓名或机构。", "Name a person or a body.")
        )  # fmt: skip
    alarm, row = found.alarm, found.total.rows()[-1]
    return {
        "kind": "decision", "who": shown(who), "note": shown(note), "road": found.road.id, "unit": found.road.unit,
        "year": int(found.total.periods[-1]),
        "deviation": {key: row[key] for key in ("emission", "path", "deviation", "share", "cumulated", "sigma", "verdict")},
        "alarm": None if alarm is None else named(alarm, found.total.periods),
        "cause": None if found.cause is None else found.cause.to_dict(),
        **_expected(found, levers),
        "forecast": found.outlook.to_dict(),
        "files": hashes_of(found.road),
    }  # fmt: skip


def _expected(found: Deviation, levers: Sequence[str] | None) -> dict[str, Any]:
    correction = found.correction
    if not isinstance(correction, Correction):
        if levers is not None and not levers:
            return {"levers": [], "expected": None}
        raise invalid(
            found.road.id, (f"没有可决策的调整：{correction[0]}", f"there is no correction to decide on: {correction[1]}"),
            ("求出调整（--correct），或记录不采取行动（--nothing）。", "Look for one (--correct), or record that nothing is done (--nothing)."),
        )  # fmt: skip
    plan, tree = correction.plan, correction.plan.tree
    chosen = list(plan.chosen if levers is None else levers)
    for name in chosen:
        if name not in plan.chosen:
            raise NotFound(
                what_zh="调整里的杠杆", what_en="lever of the correction", name=name, known=", ".join(plan.chosen) or "–"
            )  # fmt: skip
    whole = set(chosen) == set(plan.chosen)
    kept = {name: one for name, one in tree.levers.items() if name in chosen}
    part = tree if whole else replace(
        tree, levers={name: replace(one, needs=tuple(need for need in one.needs if need in kept)) for name, one in kept.items()}
    )  # fmt: skip
    depths = {name: plan.depths[name] for name in chosen}
    effects = correction.effects if whole else effects_of(part, depths)
    emission = evaluate_total(part, part.leaf_arrays(part.scenario("baseline")), depths)
    years = correction.years

    def by_year(values: Any) -> dict[str, float]:
        return {str(year): round(float(value), 6) for year, value in zip(years, values, strict=True)}

    return {
        "levers": [
            {"lever": name, "title": dict(tree.levers[name].title), "depth": by_year(plan.depths[name]),
             "effect": by_year(effects.get(name, np.zeros(len(years))))}
            for name in chosen
        ],
        "expected": {"with": by_year(emission), "without": by_year(plan.baseline), "present_value": _cost(correction, chosen)},
    }  # fmt: skip


def _cost(correction: Correction, chosen: Sequence[str]) -> float:
    plan = correction.plan
    rate = (1 + plan.discount) ** -(plan.tree.years - plan.tree.years[0])
    costs = dict(zip(plan.tree.levers, plan.cost, strict=True))
    return round(float(sum((costs[name] * rate).sum() for name in chosen)), 2)


def hashes_of(road: Road) -> dict[str, str]:
    """SHA-256 of the files behind a road, by name; none where it was made from plain data."""
    own = road.folder / road.checker.file
    if not own.is_file():
        return {}
    data: Mapping[str, Any] = load_with_lines(own)[0]
    monthly = data.get("deviation", {}).get("monthly", {})
    named_files = [
        road.checker.file,
        data["tree"],
        data["observed"]["file"],
        *([monthly["file"]] if monthly else []),
    ]
    files = {name: beside(road.folder, name, (), road.checker.error) for name in named_files}
    return {
        name: hashlib.sha256(file.read_bytes()).hexdigest() for name, file in files.items() if file.is_file()
    }


def shown(text: str) -> str:
    """A text without what would end its line or turn its direction where entries are listed."""
    return "".join(" " if unicodedata.category(one) in _HIDDEN else one for one in text).strip()
