"""What changed between two libraries: rows added, removed, and changed column by column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from tanheng.factors.model import FIELDS

if TYPE_CHECKING:
    from tanheng.factors.library import FactorLibrary
    from tanheng.factors.model import Factor

_IGNORED = {"value", "pack", "user"}
_COLUMNS = {"id": pl.String, "change": pl.String, "column": pl.String, "old": pl.String, "new": pl.String}


@dataclass(frozen=True, slots=True)
class Difference:
    """Ids that were added and removed, and the cells of kept ids that changed: (id, column, old, new)."""

    old: str
    new: str
    added: list[str]
    removed: list[str]
    changed: list[tuple[str, str, str, str]]

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)

    def to_polars(self) -> pl.DataFrame:
        """One row a changed cell, with change = added, removed or changed."""
        rows = [(name, "added", "", "", "") for name in self.added]
        rows += [(name, "removed", "", "", "") for name in self.removed]
        rows += [(name, "changed", column, old, new) for name, column, old, new in self.changed]
        return pl.DataFrame(rows, schema=_COLUMNS, orient="row")

    def to_dict(self) -> dict[str, Any]:
        """The difference as plain data."""
        keys = ("id", "column", "old", "new")
        changed = [dict(zip(keys, cell, strict=True)) for cell in self.changed]
        return {
            "old": self.old,
            "new": self.new,
            "added": self.added,
            "removed": self.removed,
            "changed": changed,
        }


def diff(old: FactorLibrary, new: FactorLibrary) -> Difference:
    """Compare two libraries row by row.

    Parameters
    ----------
    old, new : FactorLibrary
        Two releases, or a release without and with user packs.

    Returns
    -------
    Difference
        Added and removed ids in order of id; changed cells by id and column, as text.

    Examples
    --------
    >>> from tanheng.factors import load_factors
    >>> bool(diff(load_factors(), load_factors()))
    False
    """
    before, after = {row.id: row for row in old}, {row.id: row for row in new}
    changed = [
        cell for name in sorted(before.keys() & after.keys()) for cell in _cells(before[name], after[name])
    ]
    return Difference(
        old=old.name,
        new=new.name,
        added=sorted(after.keys() - before.keys()),
        removed=sorted(before.keys() - after.keys()),
        changed=changed,
    )


def _cells(old: Factor, new: Factor) -> list[tuple[str, str, str, str]]:
    pairs = (
        (name, _text(getattr(old, name)), _text(getattr(new, name)))
        for name in FIELDS
        if name not in _IGNORED
    )
    return [(old.id, name, before, after) for name, before, after in pairs if before != after]


def _text(cell: object) -> str:
    return "" if cell is None else str(cell)
