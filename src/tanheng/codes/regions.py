"""Regions by code or name as of a year, and the chain of wider regions along which a factor is looked up."""

from __future__ import annotations

import datetime as dt
import difflib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache

from tanheng.codes.gazetteer import Region, former, memberships, today
from tanheng.codes.problems import AmbiguousName
from tanheng.codes.text import normalise
from tanheng.errors import UnknownCode

_DIGITS = re.compile(r"^(?:CN-?)?(\d{2}|\d{4}|\d{6}|\d{6}0{6})$")
_BEYOND = ("country", "union", "ipcc_region", "world")
_WIDE = ("province", "grid", *_BEYOND)


@dataclass(frozen=True, slots=True)
class RegionStep:
    """One step of a chain of regions: code, level (as in `Region`) and names."""

    code: str
    level: str
    name_zh: str
    name_en: str


def region(text: str, on: int | dt.date | None = None) -> Region:
    """Find a region by code or name.

    A code or name of today is accepted for earlier years too, since series are published on today's boundaries;
    where another region bore the name in that year, that one is meant.

    Parameters
    ----------
    text : str
        ``CN-51``, ``510000``, ``CN-5101``, ``510104``, ``四川省``, ``四川``, ``成都``, ``辽宁省朝阳市``,
        ``CN-GRID-EAST``, ``GB``, ``GLOBAL``.
    on : int or date, optional
        Year as of which the region is meant; today unless told.

    Returns
    -------
    Region
        The one region that is meant.

    Raises
    ------
    UnknownCode
        No such region in that year; near ones and former ones are named.
    AmbiguousName
        Several regions carry the name; they are listed.

    Notes
    -----
    Source: GB/T 2260 in its revisions of 1980 to 2019, the NBS list of 2023 and the list of December 2025. A name
    shared by a place and places inside it (长沙: 长沙市 and 长沙县) means the wider one.

    Examples
    --------
    >>> region("四川").code, region("510100").name_zh
    ('CN-51', '成都市')
    >>> region("重庆市", on=1990).code
    'CN-5102'
    """
    return _region(text, on.year if isinstance(on, dt.date) else on)


def region_within(text: str, start: dt.date | None, end: dt.date | None) -> Region:
    """A region that stands at the end of a span, else one that stood at its start.

    Raises
    ------
    UnknownCode, AmbiguousName
        As `region`.
    """
    if start is not None:
        with suppress(UnknownCode):
            return region(text, end)
    return region(text, end if start is None else start)


def regions(
    level: str | None = None, *, under: str | None = None, on: int | dt.date | None = None
) -> list[Region]:
    """Regions of a level and below another one, as of a year.

    Parameters
    ----------
    level : str, optional
        province, city, district, grid ...; all levels unless told.
    under : str, optional
        Only regions below this one (code or name).
    on : int or date, optional
        Year; today unless told.

    Returns
    -------
    list of Region
        In the order of the lists.

    Examples
    --------
    >>> len(regions("city", under="四川省"))
    21
    """
    year = on.year if isinstance(on, dt.date) else on
    books = [*today().regions, *(former().regions if year is not None else [])]
    standing = [place for place in books if year is None or place.stands_in(year)]
    wider = _region(under, year) if under else None
    return [
        place
        for place in standing
        if (level is None or place.level == level) and (wider is None or _inside(place, wider, year))
    ]


def match_regions(text: str, on: int | dt.date | None = None) -> tuple[Region, ...]:
    """Regions that a text may mean: none, the one, or several where a name is not unique; near names are not sought.

    Parameters
    ----------
    text : str
        As for `region`.
    on : int or date, optional
        Year; today unless told.

    Examples
    --------
    >>> [place.code for place in match_regions("四川")], match_regions("示例企业有限公司")
    (['CN-51'], ())
    """
    return _match(text, on.year if isinstance(on, dt.date) else on)


@lru_cache(maxsize=65536)
def _match(text: str, year: int | None) -> tuple[Region, ...]:
    wanted = unicodedata.normalize("NFKC", text).strip()
    code = _code(wanted)
    found = _of_code(code, year) if code else None
    if found:
        return (found,)
    name = normalise(wanted)
    return tuple(_named(name, year) or _qualified(name, year))


def _region(text: str, year: int | None) -> Region:
    places = _match(text, year)
    if not places:
        wanted = unicodedata.normalize("NFKC", text).strip()
        raise _unknown(text, normalise(wanted), _code(wanted))
    if len(places) > 1:
        raise AmbiguousName(codelist="regions", name=text, near=", ".join(map(_path_label, places)))
    return places[0]


def _code(text: str) -> str | None:
    upper = text.upper()
    match = _DIGITS.match(upper)
    if match and (upper.startswith("CN") or len(match[1]) >= 6):
        digits = match[1][:6]
        while len(digits) > 2 and digits.endswith("00"):
            digits = digits[:-2]
        return f"CN-{digits}"
    return upper if upper in today().by_code or upper.startswith(("CN-", "IPCC-")) else None


def _of_code(code: str, year: int | None) -> Region | None:
    current = today().by_code.get(code, [])
    if year is None or (current and current[0].stands_in(year)):
        return current[0] if current else None
    old = [place for place in former().by_code.get(code, []) if place.stands_in(year)]
    return next(iter([*old, *current]), None)


def _named(name: str, year: int | None) -> list[Region]:
    places = _all_named(name, year)
    # A full name, or the short name of a province, beats the short name of a city or county.
    full = [place for place in places if normalise(place.name_zh) == name or place.level in _WIDE]
    return _widest(full or places, year)


def _widest(places: list[Region], year: int | None) -> list[Region]:
    for place in places:
        others = [other for other in places if other is not place]
        if others and all(_inside(other, place, year) for other in others):
            return [place]
    return places


def _inside(place: Region, wider: Region, year: int | None) -> bool:
    return any(above.code == wider.code for above in _above(place, year))


def _above(place: Region, year: int | None) -> Iterable[Region]:
    while place.parent:
        found = _of_code(place.parent, year) or next(iter(former().by_code.get(place.parent, [])), None)
        if found is None:
            return
        yield found
        place = found


def _qualified(name: str, year: int | None) -> list[Region]:
    """Read a name that starts with the places above it, as 四川省成都市武侯区."""
    found: dict[str, Region] = {}
    for cut in range(2, len(name) - 1):
        heads = _named(name[:cut], year)
        if not heads:
            continue
        tail = name[cut:]
        # Inside a head the bare name may have namesakes elsewhere, so all of them are tried.
        for place in _all_named(tail, year) or _qualified(tail, year):
            if any(_inside(place, head, year) for head in heads):
                found[place.code] = place
    return _widest(list(found.values()), year)


def _all_named(name: str, year: int | None) -> list[Region]:
    places = today().by_name.get(name, [])
    if year is None:
        return places
    older = [place for place in former().by_name.get(name, []) if place.stands_in(year)]
    return [place for place in places if place.stands_in(year)] + older or places


def _path_label(place: Region) -> str:
    wider = _above(place, None)
    above = dict.fromkeys(step.name_zh for step in wider if step.level in ("city", "province"))
    return f"{place.label()} [{' < '.join(above)}]" if above else place.label()


def _unknown(text: str, name: str, code: str | None) -> UnknownCode:
    old = former().by_code.get(code or "", []) + former().by_name.get(name, [])
    old.sort(key=lambda place: place.valid_to, reverse=True)
    names = today().by_name
    close = difflib.get_close_matches(name, names, n=4, cutoff=0.6)
    near = [place.label() for place in old] + [place.label() for key in close for place in names[key]]
    return UnknownCode(codelist="regions", code=text, near=", ".join(dict.fromkeys(near[:6])) or "–")


def region_chain(
    text: str, year: int | dt.date | None = None, *, zones: Sequence[str] = ("grid",)
) -> list[RegionStep]:
    """Regions in which a factor is looked for, nearest first.

    Parameters
    ----------
    text : str
        A region as `region` takes it.
    year : int or date, optional
        Year of the activity; decides the grid region (until 2020 Sichuan and Chongqing belong to the Central grid,
        from 2021 to the Southwest grid; before 2010 no grid is tabled). The newest membership unless told.
    zones : sequence of str
        Kinds of zone that stand between province and country: grid, farming_region, n2o_zone.

    Returns
    -------
    list of RegionStep
        District, city, province, zones, country, IPCC region, world, as far as the region has them. Tibet, Hong
        Kong, Macao and Taiwan have no grid region in the official tables.

    Raises
    ------
    UnknownCode, AmbiguousName
        As `region`.

    Notes
    -----
    Source: ``grid_membership.csv`` and ``zone_membership.csv``, each row with its document.

    Examples
    --------
    >>> [step.code for step in region_chain("CN-5101", year=2020)]
    ['CN-5101', 'CN-51', 'CN-GRID-CENTRAL', 'CN', 'IPCC-ASIA', 'GLOBAL']
    """
    return list(_chain(text, year.year if isinstance(year, dt.date) else year, tuple(zones)))


@lru_cache(maxsize=65536)
def _chain(text: str, year: int | None, zones: tuple[str, ...]) -> tuple[RegionStep, ...]:
    here = _region(text, year)
    path = [here, *_above(here, year)]
    local = [place for place in path if place.level not in _BEYOND]
    steps = [*local, *_zones(local, year, zones), *path[len(local) :]]
    return tuple(RegionStep(place.code, place.level, place.name_zh, place.name_en) for place in steps)


def _zones(places: Sequence[Region], year: int | None, kinds: tuple[str, ...]) -> list[Region]:
    found: list[Region] = []
    for kind in kinds:
        for place in places:
            spans = [span for span in memberships().get(place.code, []) if span[1] == kind]
            zone = next((code for code, _, start, end in spans if start <= (year or 9999) <= end), None)
            if zone:
                found.append(today().by_code[zone][0])
                break
    return found
