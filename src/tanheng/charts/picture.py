"""A chart as text, with the numbers that it shows: a notebook takes the one, the pages of the server draw the other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Self

import numpy as np


class Picture(str):
    """An ``svg`` element; ``data`` are what it shows, as plain data.

    Parameters
    ----------
    svg : str
    data : mapping
            ``kind`` (``lines``, ``bars``, ``points``, ``waterfall`` or ``ranks``), ``title``, ``unit``, and what the kind needs; what is not
        known is None. Numbers are in ``unit``; drawn they are divided by ``factor`` and then are in ``scaled``.

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

    def __getnewargs__(self) -> tuple[str, Mapping[str, Any]]:  # type: ignore[override]
        return str(self), self.data


def plain(values: Iterable[float]) -> list[float | None]:
    """Numbers as JSON has them; what is none is None.

    Examples
    --------
    >>> plain([1.0, float("nan")])
    [1.0, None]
    """
    return [float(one) if np.isfinite(one) else None for one in values]
