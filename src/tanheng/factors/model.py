"""One emission factor, and the columns in which a pack writes it."""

from __future__ import annotations

import csv
import functools
import unicodedata
from builtins import property as computed  # a field of the class is called property
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

#: where the releases and the small tables of the room lie
PACK = Path(str(files("tanheng"))) / "packs" / "factors"

#: columns that a release keeps in its `items.csv`, beside the factor files
ITEM_COLUMNS = ("item", "sector", "property", "equipment", "origin")
#: order of trust among rows of one region and vintage
CHECKS = {"read": 0, "derived": 1, "recalled": 2}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a factor pack: its names in both languages, whether it must be there, what it may hold."""

    column: str
    zh: str
    need: str
    default: str
    kind: str
    allowed: str
    aliases: str
    meaning_zh: str
    meaning_en: str
    example: str

    @computed
    def names(self) -> tuple[str, ...]:
        """Every head under which the column is accepted."""
        return tuple(name for name in (self.column, self.zh, *self.aliases.split("|")) if name)

    @computed
    def choices(self) -> tuple[str, ...]:
        """The closed list of the column; empty when it is open."""
        return tuple(self.allowed.split("|")) if self.allowed else ()


def read_table(name: str) -> list[dict[str, str]]:
    """Rows of one of the room's own small tables."""
    with (PACK / name).open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


@functools.cache
def columns() -> dict[str, Column]:
    """The columns of a factor pack in their order.

    Examples
    --------
    >>> columns()["year_valid_from"].zh
    '起始年'
    """
    return {row["column"]: Column(**row) for row in read_table("columns.csv")}


def plain(text: str) -> str:
    """Text for comparing: full-width forms and case do not matter.

    Examples
    --------
    >>> plain(" ＣＯ２ ")
    'co2'
    """
    return unicodedata.normalize("NFKC", text).strip().casefold()


@dataclass(frozen=True, slots=True, kw_only=True)
class Factor:
    """One row of the library: a number with its unit, place, years, document and check state.

    ``text`` is the value as published, ``value`` the same as a float; both are in ``unit``. ``year_to`` is None while
    the row is in force. ``check`` is read, derived or recalled. ``user`` is True for a row of a user pack.
    """

    id: str
    name_zh: str
    name_en: str
    category: str
    activity: str
    gas: str
    text: str
    value: float
    unit: str
    region: str
    year_from: int
    year_to: int | None
    low: float | None
    high: float | None
    source_title: str
    source_publisher: str
    source_year: str
    source_locator: str
    source_ref: str
    check: str
    notes: str
    item: str
    sector: str
    property: str
    equipment: str
    origin: str
    pack: str
    user: bool

    @computed
    def unverified(self) -> bool:
        """Whether nobody has seen the number in its document."""
        return self.check == "recalled"

    @computed
    def gas_code(self) -> str:
        """Gas with the origin of methane, as the GWP sets name it."""
        return (
            f"{self.gas}_{self.origin}"
            if self.gas == "CH4" and self.origin in {"fossil", "biogenic"}
            else self.gas
        )

    @computed
    def source(self) -> dict[str, Any]:
        """The document that owns the number."""
        return {
            "title": self.source_title,
            "publisher": self.source_publisher,
            "year": int(self.source_year) if self.source_year.isdigit() else self.source_year or None,
            "locator": self.source_locator,
            "ref": self.source_ref,
        }

    def covers(self, year: int) -> bool:
        """Whether the row is valid in a year."""
        return self.year_from <= year and (self.year_to is None or year <= self.year_to)

    def to_dict(self) -> dict[str, Any]:
        """The row as plain data, its document under ``source``."""
        own = {name: getattr(self, name) for name in FIELDS if not name.startswith("source_")}
        return own | {"unverified": self.unverified, "source": self.source}


FIELDS = tuple(Factor.__dataclass_fields__)

#: field of `Factor` that holds a column of another name
_FIELD = {"year_valid_from": "year_from", "year_valid_to": "year_to", "source_check": "check"}


def factor(row: Mapping[str, str], *, pack: str, user: bool = False) -> Factor:
    """Build a factor from the text cells of one valid row.

    Parameters
    ----------
    row : mapping
        Every column of `columns` to its text.
    pack : str
        Name of the release or the user pack.
    user : bool
        Whether the user loaded the pack.
    """
    kept: dict[str, Any] = {_FIELD.get(column, column): row.get(column, "") for column in columns()}
    kept["text"] = kept["value"]
    kept["value"] = float(kept["value"])
    kept["low"], kept["high"] = (float(row[end]) if row.get(end) else None for end in ("low", "high"))
    kept["year_from"] = int(kept["year_from"])
    kept["year_to"] = int(kept["year_to"]) if kept["year_to"] else None
    return Factor(**kept, pack=pack, user=user)
