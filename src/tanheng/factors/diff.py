"""What changed between two libraries: rows added, removed, and changed column by column."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from tanheng.factors.library import FactorLibrary
from tanheng.factors.model import FIELDS, Factor
from tanheng.factors.release import load_factors, releases

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


def open_sides(old: str, new: str) -> tuple[FactorLibrary, FactorLibrary]:
    """The two libraries that a user names, each a release or a pack of their own.

    Parameters
    ----------
    old, new : str
        Version or folder of a release, or a pack file or folder. Two packs are compared by their own rows; a pack
        beside a release is laid over it, so that what the pack adds is shown.

    Raises
    ------
    NotFound, PackInvalid, InputUnreadable, ColumnMissing
        As `load_factors`.

    Examples
    --------
    >>> [side.name for side in open_sides("2026.11", "2026.11")]
    ['2026.11', '2026.11']
    """
    if _is_pack(old) and _is_pack(new):
        return _own_rows(old), _own_rows(new)
    return _side(old, beside=new), _side(new, beside=old)


def _is_pack(name: str) -> bool:
    """Whether a name is a pack of the user's own: there, and no release with the hashes of its files."""
    path = Path(name)
    if not path.exists() or name in {"latest", *releases()}:
        return False
    descriptor = path / "datapackage.json"
    if not descriptor.is_file():
        return True
    found = json.loads(descriptor.read_text(encoding="utf-8"))
    return not any("sha256" in one for one in found.get("resources", ()))


def _side(name: str, *, beside: str) -> FactorLibrary:
    return load_factors(beside, [name]) if _is_pack(name) else load_factors(name)


def _own_rows(name: str) -> FactorLibrary:
    library = load_factors(packs=[name])
    return FactorLibrary([row for row in library if row.user], release=library.release)


def _cells(old: Factor, new: Factor) -> list[tuple[str, str, str, str]]:
    pairs = (
        (name, _text(getattr(old, name)), _text(getattr(new, name)))
        for name in FIELDS
        if name not in _IGNORED
    )
    return [(old.id, name, before, after) for name, before, after in pairs if before != after]


def _text(cell: object) -> str:
    return "" if cell is None else str(cell)
