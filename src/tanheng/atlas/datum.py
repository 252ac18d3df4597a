"""Coordinates as Chinese web maps show them, brought back to WGS-84: only where a table says that it holds such ones.

GCJ-02 shifts places in China by some hundred metres, BD-09 shifts them once more. Neither is published by an authority; the
formulas are those that open implementations agree on (eviltransform, coordtransform), recalled and checked against their
printed test points. CGCS2000 and WGS-84 differ by less than a metre and are taken for one another.
"""

from __future__ import annotations

import math

SHIFTED = ("GCJ02", "BD09")
SYSTEMS = ("WGS84", "CGCS2000", *SHIFTED)
_REACH = ((72.004, 137.8347), (0.8293, 55.8271))
"""Longitudes and latitudes between which the open implementations shift places; beyond these they leave them alone."""
_AXIS, _ECCENTRICITY = 6_378_245.0, 0.006_693_421_622_965_943
"""Krasovsky's ellipsoid, as the formulas take it: metres, and the square of the eccentricity."""
_BAIDU = math.pi * 3000 / 180
_STEPS = 8


def to_wgs84(longitude: float, latitude: float, system: str) -> tuple[float, float]:
    """Longitude and latitude [degrees] of WGS-84 from those of another system, to about a centimetre.

    Parameters
    ----------
    longitude, latitude : float
        Degrees.
    system : str
        One of `SYSTEMS`.

    Examples
    --------
    >>> [round(one, 5) for one in to_wgs84(121.531541859215, 31.17530398364597, "GCJ02")]
    [121.52721, 31.17743]
    >>> to_wgs84(104.0, 30.0, "CGCS2000")
    (104.0, 30.0)
    """
    if system == "BD09":
        longitude, latitude = _from_baidu(longitude, latitude)
    if system not in SHIFTED:
        return longitude, latitude
    found = longitude, latitude
    for _ in range(_STEPS):
        shown = to_gcj02(*found)
        found = found[0] + longitude - shown[0], found[1] + latitude - shown[1]
    return found


def in_reach(longitude: float, latitude: float) -> bool:
    """Whether a place lies where GCJ-02 and BD-09 are used.

    Examples
    --------
    >>> in_reach(104.0, 30.0), in_reach(0.0, 51.5)
    (True, False)
    """
    return all(low <= at <= high for at, (low, high) in zip((longitude, latitude), _REACH, strict=True))


def to_gcj02(longitude: float, latitude: float) -> tuple[float, float]:
    """Longitude and latitude [degrees] as GCJ-02 has them, from WGS-84; for places in China.

    Examples
    --------
    >>> [round(one, 6) for one in to_gcj02(116.377817, 39.911954)]
    [116.384047, 39.913345]
    """
    x, y = longitude - 105.0, latitude - 35.0
    shared = (20.0 * math.sin(6.0 * x * math.pi) + 20.0 * math.sin(2.0 * x * math.pi)) * 2.0 / 3.0
    root = math.sqrt(abs(x))
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + shared
    north += (20.0 * math.sin(y * math.pi) + 40.0 * math.sin(y / 3.0 * math.pi)) * 2.0 / 3.0
    north += (160.0 * math.sin(y / 12.0 * math.pi) + 320.0 * math.sin(y * math.pi / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + shared
    east += (20.0 * math.sin(x * math.pi) + 40.0 * math.sin(x / 3.0 * math.pi)) * 2.0 / 3.0
    east += (150.0 * math.sin(x / 12.0 * math.pi) + 300.0 * math.sin(x / 30.0 * math.pi)) * 2.0 / 3.0
    angle = math.radians(latitude)
    magic = 1.0 - _ECCENTRICITY * math.sin(angle) ** 2
    meridian = _AXIS * (1.0 - _ECCENTRICITY) / (magic * math.sqrt(magic)) * math.pi
    parallel = _AXIS / math.sqrt(magic) * math.cos(angle) * math.pi
    return longitude + east * 180.0 / parallel, latitude + north * 180.0 / meridian


def _from_baidu(longitude: float, latitude: float) -> tuple[float, float]:
    x, y = longitude - 0.0065, latitude - 0.006
    radius = math.hypot(x, y) - 0.00002 * math.sin(y * _BAIDU)
    angle = math.atan2(y, x) - 0.000003 * math.cos(x * _BAIDU)
    return radius * math.cos(angle), radius * math.sin(angle)
