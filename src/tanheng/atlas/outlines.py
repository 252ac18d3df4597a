"""Outlines of regions from GeoJSON: checked, matched with our codes, and made small."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tanheng.atlas.problems import MapInvalid, MapTooLarge
from tanheng.codes import match_regions

CRS = ("WGS84", "CGCS2000")
MOST_POINTS, MOST_AREAS = 3_000_000, 50_000
_DIGITS = 5
"""Digits of a coordinate that are kept: about a metre."""
_SAID = ("CRS84", "4326", "4490", "WGS84", "CGCS2000")
"""What a file may say of its coordinates: the two systems differ by less than a metre."""


@dataclass(frozen=True)
class Outlines:
    """Outlines with their codes; ``unknown`` are values that are no region of ours, ``bounds`` west, south, east, north."""

    areas: list[dict[str, Any]]
    code_property: str
    unknown: list[str]
    bounds: tuple[float, float, float, float]

    @property
    def places(self) -> list[str]:
        """Codes of the regions that are there, each once."""
        return sorted({area["code"] for area in self.areas if area["code"]})

    def geojson(self) -> bytes:
        """As GeoJSON with nothing but code, name and outline of each area."""
        features = [
            {
                "type": "Feature",
                "id": at,
                "properties": {"code": area["code"], "name": area["name"]},
                "geometry": {"type": "MultiPolygon", "coordinates": area["polygons"]},
            }
            for at, area in enumerate(self.areas)
        ]
        whole = {"type": "FeatureCollection", "features": features}
        return json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode()


def read_outlines(content: bytes, file: str, *, code_property: str = "", name_property: str = "") -> Outlines:
    """Outlines of a GeoJSON file.

    Parameters
    ----------
    content : bytes
        A FeatureCollection; what is no area is left out.
    file : str
        Name for messages.
    code_property : str
        The property that holds code or name of the region; the one by which most are known, unless told.
    name_property : str
        The property that holds the name to be shown; the region's own name, unless told.

    Returns
    -------
    Outlines

    Raises
    ------
    MapInvalid
        When it is no GeoJSON, states other coordinates, has an impossible outline or no region that we know.
    MapTooLarge

    Notes
    -----
    Each ring must be closed, have four points and an area, and lie within 180 and 90 degrees. Whether a ring crosses
    itself is not searched for: such an outline is drawn as it is.

    Examples
    --------
    >>> ring = "[[102,28],[106,28],[106,32],[102,28]]"
    >>> area = '{"type":"Feature","properties":{"adcode":510000},"geometry":{"type":"Polygon","coordinates":[%s]}}' % ring
    >>> found = read_outlines(('{"type":"FeatureCollection","features":[%s]}' % area).encode(), "a.geojson")
    >>> found.code_property, found.places, found.bounds
    ('adcode', ['CN-51'], (102.0, 28.0, 106.0, 32.0))
    """
    features = _features(content, file)
    if len(features) > MOST_AREAS:
        raise MapTooLarge(file=file, size=f"{len(features)} areas", most=MOST_AREAS)
    properties = [one.get("properties") or {} for one in features]
    chosen = code_property or best_property(properties)
    if code_property and not any(code_property in one for one in properties):
        raise _wrong(file, f"没有属性“{code_property}”", f"there is no property '{code_property}'")
    names = known_codes(one.get(chosen) for one in properties)
    areas: list[dict[str, Any]] = []
    boxes, points = [], 0
    for at, (feature, own) in enumerate(zip(features, properties, strict=True), 1):
        raw = text_of(own.get(chosen))
        polygons, box, count = _polygons(feature["geometry"], file, f"{at} ({raw})")
        points += count
        if points > MOST_POINTS:
            raise MapTooLarge(file=file, size=f"> {points} points", most=MOST_POINTS)
        name = text_of(own.get(name_property)) if name_property else ""
        areas.append({"code": names.get(raw, ""), "name": (name or raw)[:80], "polygons": polygons})
        boxes.append(box)
    if not any(area["code"] for area in areas):
        raise _wrong(
            file,
            f"没有一个面的“{chosen}”是已知的地区代码或名称",
            f"no '{chosen}' is the code or name of a region",
        )
    unknown = sorted({area["name"] for area in areas if not area["code"]})
    low, high = np.min(boxes, axis=0), np.max(boxes, axis=0)
    return Outlines(areas, chosen, unknown, (float(low[0]), float(low[1]), float(high[2]), float(high[3])))


def text_of(value: Any) -> str:
    """A property as text; a number without its decimal point."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None or isinstance(value, bool | list | dict) else str(value).strip()


def known_codes(values: Iterator[Any] | Sequence[Any]) -> dict[str, str]:
    """Texts that mean just one region, with its code."""
    found = {}
    for raw in {text_of(value) for value in values}:
        places = match_regions(raw) if raw else ()
        if len(places) == 1:
            found[raw] = places[0].code
    return found


def best_property(properties: Sequence[Mapping[str, Any]]) -> str:
    """The property by which most different regions are known; among equals the first."""
    names = list(dict.fromkeys(name for one in properties for name in one))
    hits = {name: len(set(known_codes([one.get(name) for one in properties]).values())) for name in names}
    return max(names, key=lambda name: hits[name], default="")


def _features(content: bytes, file: str) -> list[dict[str, Any]]:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise _wrong(file, "不是 JSON", "it is no JSON") from error
    if (
        not isinstance(found, dict)
        or found.get("type") != "FeatureCollection"
        or not isinstance(found.get("features"), list)
    ):
        raise _wrong(file, "不是 FeatureCollection", "it is no FeatureCollection")
    said = json.dumps(found.get("crs") or "")
    if found.get("crs") and not any(one in said.upper() for one in _SAID):
        raise _wrong(file, f"坐标系 {said[:80]}", f"coordinates {said[:80]}")
    areas = [
        one
        for one in found["features"]
        if isinstance(one, dict)
        and isinstance(one.get("geometry"), dict)
        and one["geometry"].get("type") in ("Polygon", "MultiPolygon")
        and isinstance(one.get("properties") or {}, dict)
    ]
    if not areas:
        raise _wrong(file, "没有面（Polygon 或 MultiPolygon）", "it has no Polygon or MultiPolygon")
    return areas


def _polygons(geometry: Mapping[str, Any], file: str, where: str) -> tuple[list[Any], list[float], int]:
    given = geometry.get("coordinates")
    polygons = [given] if geometry["type"] == "Polygon" else given
    made, boxes, count = [], [], 0
    try:
        for polygon in polygons or [None]:
            rings = []
            for ring in polygon or [None]:
                points = np.asarray(ring, dtype=float)
                _check(points, file, where)
                rings.append(points[:, :2].round(_DIGITS).tolist())
                boxes.append([*points[:, :2].min(axis=0), *points[:, :2].max(axis=0)])
                count += len(points)
            made.append(rings)
    except (TypeError, ValueError) as error:
        if isinstance(error, MapInvalid):
            raise
        raise _wrong(
            file, f"第 {where} 个面的坐标不成点列", f"area {where}: its coordinates are no points"
        ) from error
    low, high = np.min(boxes, axis=0), np.max(boxes, axis=0)
    return made, [*low[:2], *high[2:]], count


def _check(points: np.ndarray, file: str, where: str) -> None:
    if points.ndim != 2 or points.shape[1] < 2 or not np.isfinite(points).all():
        raise _wrong(file, f"第 {where} 个面的坐标不成点列", f"area {where}: its coordinates are no points")
    if (np.abs(points[:, 0]) > 180).any() or (np.abs(points[:, 1]) > 90).any():
        raise _wrong(file, f"第 {where} 个面不是经纬度", f"area {where} is not in longitude and latitude")
    if len(points) < 4 or (points[0, :2] != points[-1, :2]).any():
        raise _wrong(file, f"第 {where} 个面没有闭合", f"area {where} is not closed")
    x, y = points[:, 0] - points[0, 0], points[:, 1] - points[0, 1]
    if np.sum(x[:-1] * y[1:] - x[1:] * y[:-1]) == 0:
        raise _wrong(file, f"第 {where} 个面没有面积", f"area {where} has no extent")


def _wrong(file: str, zh: str, en: str) -> MapInvalid:
    return MapInvalid(file=file, detail_zh=zh, detail_en=en)
