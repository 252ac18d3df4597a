"""A question to the library, with its names resolved to codes."""

from __future__ import annotations

import datetime
import functools
import re
from builtins import property as computed  # a field of the class is called property
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import NamedTuple

from tanheng.codes import codelist, items
from tanheng.errors import UnknownCode
from tanheng.factors.model import Factor, plain, read_table
from tanheng.factors.problems import DateUnreadable
from tanheng.quantities import gases

When = datetime.date | int | str

_DATE = re.compile(
    r"(\d{4})(?:年(?:\s*(\d{1,2})月(?:\s*(\d{1,2})[日号])?)?.*|[-/.](\d{1,2})(?:[-/.](\d{1,2}))?(?:[t ].*)?)?"
)


def year_of(date: When) -> int:
    """The year of a date, of a year or of an ISO or Chinese date text.

    Raises
    ------
    DateUnreadable
        When no year can be read, or the day is not in the calendar.

    Examples
    --------
    >>> year_of("2021-06-30"), year_of(2021), year_of("2021年6月")
    (2021, 2021, 2021)
    """
    if isinstance(date, datetime.date):
        return date.year
    found = _DATE.fullmatch(plain(str(date)))
    if not found:
        raise DateUnreadable(date=str(date))
    year, month, day = int(found[1]), found[2] or found[4] or 1, found[3] or found[5] or 1
    try:
        return datetime.date(year, int(month), int(day)).year
    except ValueError as cause:
        raise DateUnreadable(date=str(date)) from cause


class Category(NamedTuple):
    """A sector and an equipment, each a name, "" (rows that hold for any) or None (rows of some name)."""

    sector: str | None
    equipment: str | None

    def holds(self, row: Factor) -> bool:
        """Whether a row belongs to the category."""
        return _fits(row.sector, self.sector) and _fits(row.equipment, self.equipment)

    def __str__(self) -> str:
        pairs = zip(("sector", "equipment"), self, strict=True)
        return ", ".join(f"{name}={value or '*'}" for name, value in pairs if value != "") or "general"


def _fits(own: str, wanted: str | None) -> bool:
    return bool(own) if wanted is None else own == wanted


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked: item, place, year and what narrows the rows.

    ``activities`` are patterns; empty means any. ``categories`` stand in the order in which they are looked at.
    """

    item: str
    region: str
    year: int
    property: str
    activities: tuple[str, ...]
    gas: str | None
    origin: str | None
    source: str | None
    categories: tuple[Category, ...]

    def admits(self, row: Factor) -> bool:
        """Whether a row is about what is asked, whatever its place, years, sector and equipment."""
        return (
            (not self.activities or any(fnmatchcase(row.activity, name) for name in self.activities))
            and (not self.gas or row.gas in {self.gas, ""})
            and (not self.origin or row.origin in {self.origin, ""})
            and (
                not self.source
                or self.source in plain(f"{row.source_title} {row.source_publisher} {row.pack}")
            )
        )

    @computed
    def activity(self) -> str:
        """The activities in one text, for messages."""
        return "|".join(self.activities) or "–"


@functools.cache
def _defaults(column: str) -> dict[tuple[str, str], str]:
    return {(row["kind"], row["property"]): row[column] for row in read_table("defaults.csv")}


def default_of(kind: str, property: str, column: str) -> str:
    """What a pack row or a question means when it leaves out its ``activity``, ``family`` or ``category``.

    Examples
    --------
    >>> default_of("electricity", "emission_factor", "activity")
    'purchased_electricity'
    """
    return _defaults(column).get((kind, property), "")


@functools.lru_cache(maxsize=4096)
def resolve_item(text: str) -> tuple[str, str]:
    """Code and kind of an item; a code of the user's own (``x_…``) stands for itself.

    Raises
    ------
    UnknownCode
        When the catalogue holds no such code or name.
    """
    if text.startswith("x_"):
        return text, ""
    item = items().find(text)
    return item.code, item.kind


@functools.lru_cache(maxsize=4096)
def _sectors(sector: str) -> tuple[str, ...]:
    """A sector and the wider ones above it; a furnace or a process that is no sector of the list stands alone."""
    known = codelist("sectors")
    try:
        code = known.find(sector)["code"]
    except UnknownCode:
        return (sector,)
    return (code, *(row["code"] for row in known.ancestors(code)))


@functools.lru_cache(maxsize=4096)
def _categories(sector: str, equipment: str) -> tuple[Category, ...]:
    sectors: list[str | None] = [*_sectors(sector), ""] if sector else ["", None]
    equipments: list[str | None] = [equipment, ""] if equipment else ["", None]
    return tuple(Category(one, other) for one in sectors for other in equipments)


def ask(
    item: str,
    region: str,
    date: When,
    *,
    activity: str | None = None,
    property: str = "emission_factor",
    gas: str | None = None,
    sector: str | None = None,
    equipment: str | None = None,
    source: str | None = None,
    origin: str | None = None,
) -> Query:
    """Resolve the names of a question; `FactorLibrary.lookup` tells what they mean."""
    code, kind = resolve_item(item)
    family = default_of(kind, property, "family")
    known = gases().get(gas or "", {})
    if gas and not known:
        raise UnknownCode(codelist="gases", code=gas, near="CO2, CH4, N2O")
    return Query(
        item=code,
        region=str(region),
        year=year_of(date),
        property=property,
        activities=(activity,) if activity else tuple(family.split("|")) if family else (),
        gas=known.get("family"),
        origin=origin or (known["origin"] if known.get("family") == "CH4" != gas else None),
        source=plain(source) if source else None,
        categories=_categories(sector or "", equipment or ""),
    )
