"""Tables of places: entity, name, longitude and latitude of parks and enterprises."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tanheng.activity.reading.cells import read_cells
from tanheng.atlas.problems import PlacesInvalid
from tanheng.codes import match_regions

_COLUMNS = {
    "entity": ("entity", "单位", "企业", "编码"),
    "name": ("name", "名称"),
    "longitude": ("longitude", "lon", "经度"),
    "latitude": ("latitude", "lat", "纬度"),
    "region": ("region", "地区"),
    "source": ("source", "来源"),
}
_MOST = 20_000


@dataclass(frozen=True)
class Place:
    """Where an entity lies, in degrees of WGS84 or CGCS2000; ``region`` is a code or empty."""

    entity: str
    name: str
    longitude: float
    latitude: float
    region: str = ""
    source: str = ""


def read_places(path: Path) -> list[Place]:
    """The places of a table, CSV or Excel.

    Raises
    ------
    PlacesInvalid
        When a column is missing, or rows cannot be read: the first ones are attached.
    InputUnreadable
        For what is no table.
    """
    rows = read_cells(path)[0].rows
    heads = [cell.strip().casefold() for cell in rows[0][1]] if rows else []
    at = {name: next((heads.index(one) for one in spelled if one in heads), -1) for name, spelled in _COLUMNS.items()}  # fmt: skip
    missing = [name for name in ("entity", "longitude", "latitude") if at[name] < 0]
    if missing or len(rows) > _MOST:
        said = ", ".join(missing) or f"> {_MOST}"
        raise PlacesInvalid(
            file=path.name, count=1, detail_zh=f"缺少列 {said}", detail_en=f"no column {said}"
        )
    found, faults, seen = [], [], set[str]()
    for number, cells in rows[1:]:
        own = {name: cells[place].strip() if 0 <= place < len(cells) else "" for name, place in at.items()}
        if not any(own.values()):
            continue
        fault = _fault(own, seen)
        if fault:
            faults.append({"row": number, "fault": fault, **own})
            continue
        seen.add(own["entity"])
        code = match_regions(own["region"])[0].code if own["region"] else ""
        found.append(
            Place(own["entity"], own["name"] or own["entity"], float(own["longitude"]), float(own["latitude"]),
                  code, own["source"])
        )  # fmt: skip
    if faults or not found:
        rows_said = ", ".join(str(one["row"]) for one in faults[:5]) or "–"
        raise PlacesInvalid(
            rows=faults, file=path.name, count=len(faults) or 1,
            detail_zh=f"第 {rows_said} 行", detail_en=f"rows {rows_said}",
        )  # fmt: skip
    return found


def _fault(own: dict[str, str], seen: set[str]) -> str:
    """What is wrong with a row: the name of the column, ``twice``, or nothing."""
    if not own["entity"] or len(own["entity"]) > 200 or len(own["name"]) > 200:
        return "entity"
    if own["entity"] in seen:
        return "twice"
    for name, most in (("longitude", 180.0), ("latitude", 90.0)):
        try:
            if not abs(float(own[name])) <= most:
                return name
        except ValueError:
            return name
    return "region" if own["region"] and len(match_regions(own["region"])) != 1 else ""
