"""Packs that change another: only what differs is written, and errors name the line where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tanheng.inventory.method import method_files
from tanheng.inventory.method_build import build
from tanheng.inventory.pack_format import PackChecker
from tanheng.inventory.yaml_lines import Path_, load_with_lines


def read_pack(path: Path, *, above: tuple[Path, ...] = ()) -> tuple[Any, PackChecker]:
    """Data of a pack, laid over the pack that it extends, and the checker that knows its lines.

    Parameters
    ----------
    path : Path
        What it extends is a method that ships or is installed, or a pack of the same folder.
    above : tuple of Path
        Packs that extend this one.

    Raises
    ------
    PackInvalid
        When a pack is not YAML, or what it extends is missing, faulty or itself.

    Notes
    -----
    Maps are merged at every depth and null takes a key away (RFC 7386); rules are matched by id, and a rule with a new
    id is added at the end; every other list is replaced.
    """
    data, lines = load_with_lines(path)
    checker = PackChecker(path.name, lines)
    if not isinstance(data, dict) or "extends" not in data:
        return data, checker
    known = method_files()
    base_path = known.get(str(data["extends"]), path.parent / f"{data['extends']}.yaml")
    if not base_path.is_file() or base_path in (*above, path):
        raise checker.error(
            ("extends",),
            ("没有这个方法，或它又以本方法为底", "there is no such method, or it extends this one"),
            (f"可用：{'、'.join(known)}。", f"Known: {', '.join(known)}."),
        )
    base, base_checker = read_pack(base_path, above=(*above, path))
    base_checker.check(base)
    build(base_path, base, base_checker)
    merged = _merged(base, {key: value for key, value in data.items() if key != "rules"})
    if isinstance(data.get("rules"), list):
        merged["rules"], places = _merged_rules(base["rules"], data["rules"])
        checker = PackChecker(path.name, _renumbered(lines, places))
    elif "rules" in data:
        merged["rules"] = data["rules"]
    return merged, checker


def _merged(base: Any, change: Any) -> Any:
    if not isinstance(base, dict) or not isinstance(change, dict):
        return change
    kept = {key: value for key, value in base.items() if change.get(key, value) is not None}
    new = {key: value for key, value in change.items() if value is not None or key not in base}
    return kept | {key: _merged(base.get(key), value) for key, value in new.items()}


def _merged_rules(base: list[Any], changes: list[Any]) -> tuple[list[Any], list[int]]:
    """The rules, and the place of each change among them."""
    rules = list(base)
    places = []
    for change in changes:
        name = change.get("id") if isinstance(change, dict) else None
        place = next((at for at, rule in enumerate(base) if rule["id"] == name), len(rules))
        rules[place : place + 1] = [_merged(rules[place] if place < len(rules) else None, change)]
        places.append(place)
    return rules, places


def _renumbered(lines: Mapping[Path_, int], places: list[int]) -> dict[Path_, int]:
    """Lines of the changes under the places of the merged rules."""
    return {
        ("rules", places[int(at[1])], *at[2:]) if at[:1] == ("rules",) and len(at) > 1 else at: line
        for at, line in lines.items()
    }
