"""What a filled template answers beside its rows, set against the method and the inventory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import polars as pl

from tanheng.activity import Activity, Finding
from tanheng.inventory.estimated_share import completeness

if TYPE_CHECKING:
    from tanheng.inventory.inventory import Inventory
    from tanheng.inventory.method import Method


def template_notation(activity: Activity, codes: str) -> pl.DataFrame | None:
    """Notation keys that a filled template gives for the categories of a list; None where it gives none.

    Examples
    --------
    >>> template_notation(Activity("table"), "gpc") is None
    True
    """
    filled = activity.filled
    return filled.notation() if filled is not None and filled.codes == codes else None


def template_doubts(activity: Activity, method: Method) -> Iterator[Finding]:
    """Say where a template was made for another method than the one that accounts it, or for another version of it."""
    filled = activity.filled
    if filled is not None and (filled.method, filled.version) != (method.id, method.version):
        yield Finding(
            "A-143",
            {
                "value": filled.method,
                "version": filled.version,
                "method": method.id,
                "current": method.version,
            },
        )


def template_answers(inventory: Inventory) -> dict[str, Any]:
    """Answers, lines left open, and the completeness by the template's category list, as plain data."""
    filled = inventory.activity.filled
    if filled is None:
        return {}
    told: dict[str, Any] = {"template": filled.to_dict()}
    if filled.codes in inventory.category_lists:
        found = completeness(inventory, by=filled.codes, notation=filled.notation())
        told["completeness"] = found.to_dict()
    return told
