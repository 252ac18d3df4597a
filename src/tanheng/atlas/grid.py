"""Cells of equal area over the country: points are put in hexagons or squares of Albers' projection."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Shape = Literal["hexagon", "square"]
_RADIUS = 6371.0072
"""Radius [km] of the sphere with the area of the WGS84 ellipsoid."""
_SOUTH, _NORTH, _MIDDLE = np.radians([25.0, 47.0, 105.0])
"""Standard parallels and middle meridian that maps of China use."""
_CONE = (np.sin(_SOUTH) + np.sin(_NORTH)) / 2
_BASE = np.cos(_SOUTH) ** 2 + 2 * _CONE * np.sin(_SOUTH)


def cells_of(longitude: ArrayLike, latitude: ArrayLike, size: float, shape: Shape = "hexagon") -> Whole:
    """The cell in which each point lies.

    Parameters
    ----------
    longitude, latitude : array_like
        Degrees.
    size : float
        Width of a cell [km]: between opposite sides.
    shape : {"hexagon", "square"}

    Returns
    -------
    ndarray
        Shape ``(points, 2)``: column and row of the cell, of a hexagon in axial coordinates. All cells have one area.

    Examples
    --------
    >>> cells_of([104.06, 104.07, 116.4], [30.66, 30.67, 39.9], 50).tolist()[0] == cells_of([104.07], [30.67], 50).tolist()[0]
    True
    """
    x, y = _flat(np.asarray(longitude, float), np.asarray(latitude, float))
    if shape == "square":
        return np.stack([np.floor(x / size), np.floor(y / size)], axis=-1).astype(np.int64)
    row = y / (size * np.sqrt(3) / 2)
    column = x / size - row / 2
    return _nearest(column, row)


def outlines_of(cells: ArrayLike, size: float, shape: Shape = "hexagon") -> tuple[Floats, Floats]:
    """Centres and closed rings of cells, in degrees.

    Returns
    -------
    tuple of ndarray
        Shapes ``(cells, 2)`` and ``(cells, corners + 1, 2)``: longitude and latitude.

    Examples
    --------
    >>> centre, ring = outlines_of(cells_of([104.06], [30.66], 50), 50)
    >>> ring.shape, bool(abs(centre - [104.06, 30.66]).max() < 0.5)
    ((1, 7, 2), True)
    """
    found = np.asarray(cells, float).reshape(-1, 2)
    column, row = found[:, 0], found[:, 1]
    if shape == "square":
        middle = np.stack([(column + 0.5) * size, (row + 0.5) * size], axis=-1)
        corner = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1)]) * size / 2
    else:
        middle = np.stack([(column + row / 2) * size, row * size * np.sqrt(3) / 2], axis=-1)
        turn = np.radians(np.arange(30, 391, 60))
        corner = np.stack([np.cos(turn), np.sin(turn)], axis=-1) * size / np.sqrt(3)
    return _round(middle), _round(middle[:, None, :] + corner[None])


def _nearest(column: Floats, row: Floats) -> Whole:
    """Axial coordinates rounded to the hexagon: the coordinate with the largest error follows from the other two."""
    third = -column - row
    parts = np.stack([column, row, third])
    whole = np.round(parts)
    worst = np.argmax(np.abs(whole - parts), axis=0)
    fixed_column = np.where(worst == 0, -whole[1] - whole[2], whole[0])
    fixed_row = np.where(worst == 1, -whole[0] - whole[2], whole[1])
    return np.stack([fixed_column, fixed_row], axis=-1).astype(np.int64)


def _flat(longitude: Floats, latitude: Floats) -> tuple[Floats, Floats]:
    """Albers' equal-area conic projection [km] (Snyder 1987, Map projections, USGS PP 1395, eq. 14-1 to 14-6)."""
    turn = _CONE * (np.radians((longitude - np.degrees(_MIDDLE) + 180) % 360 - 180))
    reach = _RADIUS * np.sqrt(_BASE - 2 * _CONE * np.sin(np.radians(latitude))) / _CONE
    return reach * np.sin(turn), -reach * np.cos(turn)


def _round(points: Floats) -> Floats:
    """Back from the plane to degrees."""
    x, y = points[..., 0], -points[..., 1]
    reach = np.hypot(x, y)
    sine = (_BASE - (reach * _CONE / _RADIUS) ** 2) / (2 * _CONE)
    longitude = np.degrees(np.arctan2(x, y) / _CONE + _MIDDLE)
    return np.stack([longitude, np.degrees(np.arcsin(np.clip(sine, -1, 1)))], axis=-1)
