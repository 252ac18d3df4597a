"""What one sheet of a mapping says: its headings, what each column is, and values that hold for every row."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping as Dict
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from tanheng.activity.text import narrow

LONGEST = 400
"""Characters of a heading that are kept: a unit may stand at its end."""
KEEP = "keep"
"""A column that is kept as a dimension of the user's own."""
PART = "part"
"""A column of what an amount holds of which, such as 其中：用于原材料: it is taken out of the amount."""


@dataclass(frozen=True)
class Column:
    """What a column is: a column of the activity table, ``keep``, ``part``, or nothing.

    A column of amounts may stand for one ``item`` or one ``period`` and have a ``unit`` of its own; then each of its
    cells becomes a row. A ``part`` is taken out of the amount of column ``of`` and becomes a row of its ``activity``.
    ``filled`` counts its cells, ``numbers`` those that hold a number.
    """

    column: int
    heading: str
    use: str = ""
    item: str = ""
    period: str = ""
    unit: str = ""
    activity: str = ""
    of: int = 0
    confidence: float = 0.0
    reason: str = ""
    filled: int = 0
    numbers: int = 0


@dataclass(frozen=True)
class SheetMapping:
    """How one sheet is read: the row of its headings, its columns, and values that hold for every row.

    ``titles`` is what stood above the table when the mapping was made: a sheet whose titles say something else is not read
    with the ``fixed`` values of this one. ``numbers`` are rows that hold one, ``beyond`` rows of data that cannot be read,
    ``guessed`` texts whose code is a guess,
    ``units`` the units that texts of items state, as 原煤（万吨）. ``heads`` rows of headings stand above one another, the
    last is ``header``; ``joined`` is how mappings of old say that there are two. ``partial`` says that only the first rows
    were counted.
    """

    sheet: str
    use: bool
    reason: str
    header: int = 0
    heads: int = 1
    joined: bool = False
    rows: int = 0
    columns: tuple[Column, ...] = ()
    fixed: Dict[str, str] = field(default_factory=dict)
    titles: Dict[str, str] = field(default_factory=dict)
    items: Dict[str, str] = field(default_factory=dict)
    sectors: Dict[str, str] = field(default_factory=dict)
    doubts: tuple[str, ...] = ()
    numbers: int = 0
    beyond: tuple[int, ...] = ()
    guessed: tuple[str, ...] = ()
    units: Dict[str, str] = field(default_factory=dict)
    partial: bool = False

    @property
    def fingerprint(self) -> str:
        """What tells headings apart, see `fingerprint`."""
        return fingerprint([one.heading for one in self.columns])

    @property
    def amounts(self) -> list[Column]:
        """Columns of amounts."""
        return [one for one in self.columns if one.use == "amount"]

    def parts_of(self, amount: Column) -> list[Column]:
        """Columns that are part of a column of amounts; of the only one where they name none."""
        alone = self.amounts[0].column if len(self.amounts) == 1 else 0
        return [one for one in self.columns if one.use == PART and (one.of or alone) == amount.column]

    @property
    def top(self) -> int:
        """The first row of the headings."""
        return self.header - (1 if self.joined else self.heads - 1)

    def states(self, name: str) -> bool:
        """Whether a column, or each column of amounts, gives the period, item or unit."""
        amounts = self.amounts
        return any(one.use == name for one in self.columns) or (
            bool(amounts) and all(getattr(one, name) for one in amounts)
        )

    @property
    def lost(self) -> list[Column]:
        """Columns that are not used and hold something."""
        return [one for one in self.columns if not one.use and one.filled]

    @property
    def missing(self) -> list[str]:
        """Columns that every activity table needs and that nothing gives here."""
        given = {one.use for one in self.columns} | {name for name, value in self.fixed.items() if value}
        given |= {name for name in ("item", "period", "unit") if self.states(name)}
        given |= {"unit"} if self.units else set()
        if "region" in given:
            given.add("entity")
        return [name for name in ("entity", "period", "item", "amount", "unit") if name not in given]


def fingerprint(headings: Sequence[str]) -> str:
    """What headings have in common whatever their spaces and width; a unit or a year in them tells them apart.

    Examples
    --------
    >>> fingerprint(["地区", " 消费量（吨）"]) == fingerprint(["地 区", "消费量(吨)"])
    True
    >>> fingerprint(["消费量（吨）"]) == fingerprint(["消费量（万吨）"])
    False
    """
    plain = ["".join(narrow(heading).split()).casefold() for heading in headings]
    return hashlib.sha256("|".join(plain).encode()).hexdigest()[:16]


def sheet_data(one: SheetMapping) -> dict[str, Any]:
    """A sheet as plain data, with what it would leave out."""
    data = asdict(one)
    data["columns"] = [
        {name: value for name, value in column.items() if value not in ("", 0)} | {"use": column["use"]}
        for column in data["columns"]
    ]
    for name in ("doubts", "beyond", "guessed"):
        data[name] = list(data[name])
    data["not_used"] = [f"{column.heading} ({column.filled})" for column in one.lost]
    data["missing"] = one.missing
    return data
