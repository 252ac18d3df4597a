"""Packs that change another: only what differs is written, and errors name the line where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tanheng.inventory.methods.format import PackChecker
from tanheng.inventory.methods.yaml_lines import Path_


def laid_over(
    base: Mapping[str, Any], data: Mapping[str, Any], checker: PackChecker
) -> tuple[Any, PackChecker]:
    """Data of a pack laid over those of the pack that it extends, and the checker that knows the lines of the change.

    Raises
    ------
    PackInvalid
        When a rule is ``like`` one that the base has not, or takes an id that it has.

    Notes
    -----
    Maps are merged at every depth and null takes a key away (RFC 7386); rules are matched by id, and a rule with a new
    id is added at the end, or before the rule that it is ``like`` and from which it takes what it does not say; every
    other list is replaced.
    """
    merged = _merged(base, {key: value for key, value in data.items() if key != "rules"})
    if isinstance(data.get("rules"), list):
        merged["rules"], places = _merged_rules(base["rules"], data["rules"], checker)
        checker = PackChecker(checker.file, _renumbered(checker.lines, places), checker.form)
    elif "rules" in data:
        merged["rules"] = data["rules"]
    return merged, checker


def _merged(base: Any, change: Any) -> Any:
    if not isinstance(base, dict) or not isinstance(change, dict):
        return change
    kept = {key: value for key, value in base.items() if change.get(key, value) is not None}
    new = {key: value for key, value in change.items() if value is not None or key not in base}
    return kept | {key: _merged(base.get(key), value) for key, value in new.items()}


def _merged_rules(base: list[Any], changes: list[Any], checker: PackChecker) -> tuple[list[Any], list[int]]:
    """The rules, and the place of each change among them."""
    rules = list(base)
    known = {rule["id"] for rule in base}
    made = []
    for number, change in enumerate(changes):
        name = change.get("id") if isinstance(change, dict) else None
        like = change.get("like") if isinstance(change, dict) else None
        if like is not None:
            place = _place(rules, like)
            if name in known or place is None:
                raise checker.error(("rules", number, "like"), *_no_model(like, known))
            own = {key: value for key, value in change.items() if key != "like"}
            rules.insert(place, _merged(rules[place], own))
        else:
            place = _place(rules, name) if name in known else None
            if place is None:
                place = len(rules)
                rules.append(change)
            else:
                rules[place] = _merged(rules[place], change)
        made.append(rules[place])
    return rules, [next(at for at, rule in enumerate(rules) if rule is one) for one in made]


def refuse_like(data: Any, checker: PackChecker) -> None:
    """A pack that stands by itself has no base to be like.

    Raises
    ------
    PackInvalid
        When a rule of it is ``like`` another.
    """
    rules = data.get("rules") if isinstance(data, dict) else None
    for number, rule in enumerate(rules if isinstance(rules, list) else []):
        if isinstance(rule, dict) and "like" in rule:
            raise checker.error(("rules", number, "like"), *_no_model(rule["like"], set()))


def _place(rules: list[Any], name: Any) -> int | None:
    return next(
        (at for at, rule in enumerate(rules) if isinstance(rule, dict) and rule.get("id") == name), None
    )


def _no_model(name: Any, known: set[str]) -> tuple[tuple[str, str], tuple[str, str]]:
    listed = ", ".join(sorted(known))
    return (
        (
            f"底包没有规则“{name}”，或本规则的 id 已有",
            f"the base has no rule '{name}', or the rule's own id is taken",
        ),
        (f"可用：{listed}；本规则另取 id。", f"Known: {listed}; give the rule an id of its own."),
    )


def _renumbered(lines: Mapping[Path_, int], places: list[int]) -> dict[Path_, int]:
    """Lines of the changes under the places of the merged rules."""
    return {
        ("rules", places[int(at[1])], *at[2:]) if at[:1] == ("rules",) and len(at) > 1 else at: line
        for at, line in lines.items()
    }
