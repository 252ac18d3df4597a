"""The lists of regions in memory: today's first, the former ones when a date asks for them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache

from tanheng.codes.pack import read_rows
from tanheng.codes.text import normalise


@dataclass(frozen=True, slots=True)
class Region:
    """One region 地区.

    Parameters
    ----------
    code : str
        ``CN-51``, ``CN-5101``, ``CN-510104``, ``CN-GRID-EAST``, ``IPCC-ASIA``, ``GB``, ``GLOBAL``.
    level : str
        district, city, province, grid, farming_region, n2o_zone, country, union, ipcc_region or world.
    name_zh, name_en : str
        Names; a district has no English name.
    parent : str
        Code of the region above, or empty.
    gb2260 : str
        Six digits of GB/T 2260, or empty.
    valid_from, valid_to : str
        First and last month (YYYYMM) in which the lists show it; empty while it stands.
    check : str
        read, recalled or derived, and what the lists leave open.
    aliases : tuple of str
        Other names.
    """

    code: str
    level: str
    name_zh: str
    name_en: str
    parent: str
    gb2260: str = ""
    valid_from: str = ""
    valid_to: str = ""
    check: str = ""
    aliases: tuple[str, ...] = ()

    def stands_in(self, year: int) -> bool:
        """Whether the lists show the region in a year (by year only: their months are not legal dates)."""
        return int(self.valid_from[:4] or 0) <= year <= int(self.valid_to[:4] or 9999)

    def label(self) -> str:
        """Code, name and period, as messages show them.

        Examples
        --------
        >>> Region("CN-3712", "city", "莱芜市", "", "CN-37", "371200", "199212", "201904").label()
        'CN-3712 莱芜市 (1992–2019)'
        """
        period = f" ({self.valid_from[:4]}–{self.valid_to[:4]})" if self.valid_to else ""
        return f"{self.code} {self.name_zh}{period}"


def _region(row: dict[str, str]) -> Region:
    return Region(
        code=row["code"],
        level=row["level"],
        name_zh=row["name_zh"],
        name_en=row["name_en"],
        parent=row["parent"],
        gb2260=row.get("gb2260", ""),
        valid_from=row.get("valid_from", ""),
        valid_to=row.get("valid_to", ""),
        check=row["check"],
        aliases=tuple(name for name in row["aliases"].split("|") if name),
    )


class Gazetteer:
    """Regions of some tables of the pack, by code and by name.

    Parameters
    ----------
    tables : iterable of str
        File names in the pack.
    """

    def __init__(self, tables: Iterable[str]) -> None:
        self.regions = [_region(row) for table in tables for row in read_rows(table)]

    @cached_property
    def by_code(self) -> dict[str, list[Region]]:
        """Regions of each code; a former code may have had several names."""
        index: dict[str, list[Region]] = {}
        for region in self.regions:
            index.setdefault(region.code, []).append(region)
        return index

    @cached_property
    def by_name(self) -> dict[str, list[Region]]:
        """Regions of each name in the form of `normalise`."""
        index: dict[str, list[Region]] = {}
        for region in self.regions:
            names = {normalise(name) for name in (region.name_zh, region.name_en, *region.aliases) if name}
            for name in names:
                index.setdefault(name, []).append(region)
        return index


@lru_cache(maxsize=1)
def today() -> Gazetteer:
    """Regions that stand in the newest list, and the zones beside them."""
    return Gazetteer(["zones.csv", "regions.csv"])


@lru_cache(maxsize=1)
def former() -> Gazetteer:
    """Regions that were abolished, renamed or recoded since 1980."""
    return Gazetteer(["regions_former.csv"])


@lru_cache(maxsize=1)
def memberships() -> dict[str, list[tuple[str, str, int, int]]]:
    """Zones of each region: zone, its level, first and last year."""
    index: dict[str, list[tuple[str, str, int, int]]] = {}
    for table in ("grid_membership.csv", "zone_membership.csv"):
        for row in read_rows(table):
            zone = today().by_code[row["zone"]][0]
            span = (zone.code, zone.level, int(row["year_from"] or 0), int(row["year_to"] or 9999))
            index.setdefault(row["region"], []).append(span)
    return index
