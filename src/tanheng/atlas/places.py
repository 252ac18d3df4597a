"""Tables of places: entity, name, longitude and latitude of parks and enterprises."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from tanheng.activity.clean import number_of
from tanheng.activity.reading.small_tables import SmallTable, read_small
from tanheng.atlas.datum import SHIFTED, SYSTEMS, in_reach, to_wgs84
from tanheng.atlas.problems import PlacesInvalid
from tanheng.codes import match_regions

COLUMNS = {
    "entity": ("entity", "编码", "企业", "单位名称", "企业名称", "单位"),
    "name": ("name", "名称"),
    "longitude": ("longitude", "lon", "lng", "经度"),
    "latitude": ("latitude", "lat", "纬度"),
    "region": ("region", "区域", "地区"),
    "source": ("source", "出处", "来源"),
}
_NEEDED = ("entity", "longitude", "latitude")
_MOST, _LONGEST = 20_000, 200
_RANGES = {"longitude": 180.0, "latitude": 90.0}


@dataclass(frozen=True)
class Place:
    """Where an entity lies, in degrees of WGS84 or CGCS2000; ``region`` is a code or empty, ``row`` its row in the file."""

    entity: str
    name: str
    longitude: float
    latitude: float
    region: str = ""
    source: str = ""
    row: int = 0


def read_places(path: Path, *, system: str = "WGS84", region: str = "") -> list[Place]:
    """The places of a table, CSV or Excel.

    Parameters
    ----------
    path : Path
    system : str
        The system of its coordinates, one of `SYSTEMS`; others than WGS84 and CGCS2000 are converted.
    region : str
        The code of the region of rows that name none.

    Raises
    ------
    PlacesInvalid
        When cells cannot be read, are out of range or seem to be swapped: each with its row and column.
    InputUnreadable
        For what is no table, or has no such columns.
    """
    table = read_small(path, COLUMNS, _NEEDED, most=_MOST)
    found: list[Place] = []
    seen: dict[str, int] = {}
    for number, own in table.rows:
        before = len(table.faults)
        code = _region(table, number, own) or region
        _check_entity(table, number, own, seen)
        longitude, latitude = (_degrees(table, number, own, name) for name in _RANGES)
        _check_order(table, number, own, code)
        _check_system(table, number, own, (longitude, latitude), system)
        if len(table.faults) == before:
            x, y = to_wgs84(longitude, latitude, system)
            name = own.get("name") or own["entity"]
            found.append(Place(own["entity"], name, x, y, code, own.get("source", ""), number))
    if table.faults:
        raise PlacesInvalid(**table.first())
    if not found:
        raise PlacesInvalid(
            file=path.name, count=1, detail_zh="没有一行数据", detail_en="it has no row of data"
        )
    return found


def outside(places: Sequence[Place], outlines: Mapping[str, Any]) -> list[Place]:
    """Places that do not lie in the outline of their region, or of the nearest wider one that has an outline.

    Parameters
    ----------
    places : sequence of Place
    outlines : mapping of str to list
        Polygons by code of the region, as GeoJSON has them in a MultiPolygon.

    Examples
    --------
    >>> square = [[[[104, 30], [105, 30], [105, 31], [104, 31], [104, 30]]]]
    >>> found = [Place("甲", "甲", 104.5, 30.5, "CN-5101"), Place("乙", "乙", 106.0, 30.5, "CN-5101")]
    >>> [one.entity for one in outside(found, {"CN-51": square})]
    ['乙']
    """
    found = []
    for place in places:
        wider = [place.region[:end] for end in range(len(place.region), 4, -1)]
        polygons = next((outlines[code] for code in wider if code in outlines), None)
        if polygons is not None and not any(_holds(polygon, place) for polygon in polygons):
            found.append(place)
    return found


def _holds(polygon: Sequence[Any], place: Place) -> bool:
    """Whether a point lies within the first ring of a polygon and in none of its holes."""
    return sum(_crossings(ring, place) for ring in polygon) % 2 == 1


def _crossings(ring: Sequence[Any], place: Place) -> int:
    points = np.asarray(ring, dtype=float)
    x, y = points[:, 0], points[:, 1]
    low, high = y[:-1], y[1:]
    across = (low > place.latitude) != (high > place.latitude)
    with np.errstate(divide="ignore", invalid="ignore"):
        at = x[:-1] + (place.latitude - low) / (high - low) * (x[1:] - x[:-1])
    return int((across & (place.longitude < at)).sum())


def _region(table: SmallTable, row: int, own: Mapping[str, str]) -> str:
    text = own.get("region", "")
    codes = match_regions(text) if text else ()
    if text and len(codes) != 1:
        table.fault(row, "region", text, "一个区域的代码或全名", "the code or full name of one region")
    return codes[0].code if codes else ""


def _check_entity(table: SmallTable, row: int, own: Mapping[str, str], seen: dict[str, int]) -> None:
    name = own["entity"]
    if not name or len(name) > _LONGEST or len(own.get("name", "")) > _LONGEST:
        table.fault(
            row, "entity", name, f"名称，至多 {_LONGEST} 字", f"a name of at most {_LONGEST} characters"
        )
    elif seen.setdefault(name, row) != row:
        table.fault(
            row,
            "entity",
            name,
            f"只出现一次（第 {seen[name]} 行已有）",
            f"it once only (it stands in row {seen[name]})",
        )


def _degrees(table: SmallTable, row: int, own: Mapping[str, str], name: str) -> float:
    value, most = number_of(own[name]), _RANGES[name]
    if value is None or abs(value) > most:
        swapped = name == "latitude" and value is not None and abs(value) <= _RANGES["longitude"]
        zh, en = (
            ("（经纬度似乎写反了）", " (longitude and latitude seem to be swapped)") if swapped else ("", "")
        )
        table.fault(
            row,
            name,
            own[name],
            f"-{most:g} 到 {most:g} 的十进制度数{zh}",
            f"decimal degrees from -{most:g} to {most:g}{en}",
        )
        return 0.0
    return value


def _check_order(table: SmallTable, row: int, own: Mapping[str, str], region: str) -> None:
    """In China every longitude is larger than every latitude: what is not was swapped."""
    longitude, latitude = number_of(own["longitude"]), number_of(own["latitude"])
    if (
        region.startswith("CN")
        and longitude is not None
        and latitude is not None
        and abs(latitude) <= 90
        and longitude < latitude
    ):
        table.fault(
            row,
            "longitude",
            own["longitude"],
            "经度（与纬度似乎写反了）",
            "a longitude (it seems to be swapped with the latitude)",
        )


def _check_system(
    table: SmallTable, row: int, own: Mapping[str, str], place: tuple[float, float], system: str
) -> None:
    """GCJ-02 and BD-09 are made for China: elsewhere they shift nothing, or nothing is known of them."""
    if system not in SHIFTED or in_reach(*place):
        return
    table.fault(
        row, "longitude", f"{own['longitude']}, {own['latitude']}", f"{system} 适用的范围（中国）内的位置",
        f"a place where {system} is used, in China",
    )  # fmt: skip


__all__ = ["COLUMNS", "SYSTEMS", "Place", "outside", "read_places"]
