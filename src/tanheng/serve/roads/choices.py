"""What options of an analysis can be chosen from: columns of a table with their first values, and lists that a set itself names."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tanheng.activity.reading.cells import read_cells
from tanheng.errors import TanhengError, language

_ROWS = 2_000
"""Rows of a table that are looked at."""
_COLUMNS, _VALUES, _LONGEST = 300, 400, 80


def columns_of(path: Path) -> dict[str, list[str]]:
    """Values of the columns of a table, in the order of the file; nothing where it is no table.

    Parameters
    ----------
    path : Path
        CSV or Excel; its first visible sheet, as the analyses take it.

    Returns
    -------
    dict
        By the heads; different values of the first rows, years and other whole numbers in their order.

    Examples
    --------
    >>> list(columns_of(Path("examples/sichuan-road/observed.csv")))[:2]
    ['year', 'sector']
    """
    try:
        page = next((one for one in read_cells(path, rows=_ROWS) if not one.hidden and one.rows), None)
    except TanhengError:
        return {}
    if page is None:
        return {}
    (_, heads), *body = page.rows
    return {
        head.strip(): _values(cells[at].strip() for _, cells in body if at < len(cells))
        for at, head in enumerate(heads[:_COLUMNS]) if head.strip()
    }  # fmt: skip


def _values(cells: Any) -> list[str]:
    found = [cell for cell in dict.fromkeys(cells) if cell and len(cell) <= _LONGEST][:_VALUES]
    return sorted(found, key=int) if all(cell.isdecimal() for cell in found) else found


def listed_of(facts: Mapping[str, Any]) -> dict[str, list[tuple[str, str]]]:
    """Values and their words by source, from what a version of a road says of itself (see `facts`).

    Returns
    -------
    dict
        ``scenarios`` and ``nodes`` of the tree, ``activities`` and ``series`` (columns) of what was observed, years that were
        ``observed`` and that are ``modelled``; none of a source that the set does not hold.

    Examples
    --------
    >>> listed_of({"first": 2020, "last": 2021})["observed"]
    [('2020', '2020'), ('2021', '2021')]
    """
    tree = facts.get("tree") or {}
    found = {
        source: [(one["id"], one["title"][language()]) for one in facts.get(source, ())]
        for source in ("scenarios", "nodes")
    }
    spans = {"observed": (facts.get("first"), facts.get("last")), "modelled": (tree.get("from"), tree.get("to"))}  # fmt: skip
    names = {"activities": facts.get("activities", ()), "series": facts.get("columns", ())} | {
        source: [] if first is None or last is None else range(first, last + 1)
        for source, (first, last) in spans.items()
    }
    return found | {source: [(str(name), str(name)) for name in held] for source, held in names.items()}
