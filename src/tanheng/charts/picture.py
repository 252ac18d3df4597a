"""A chart as text, with the numbers that it shows: a notebook takes the one, the pages of the server draw the other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self


class Picture(str):
    """An ``svg`` element; ``data`` are what it shows, as plain data.

    Parameters
    ----------
    svg : str
    data : mapping
        ``kind`` (``lines``, ``bars``, ``points`` or ``waterfall``), ``title``, ``unit``, and what the kind needs.

    Examples
    --------
    >>> picture = Picture("<svg></svg>", {"kind": "lines", "title": "CO2", "unit": "t"})
    >>> picture == "<svg></svg>", picture.data["title"]
    (True, 'CO2')
    """

    data: Mapping[str, Any]

    def __new__(cls, svg: str, data: Mapping[str, Any]) -> Self:
        """The text itself."""
        made = super().__new__(cls, svg)
        made.data = data
        return made
