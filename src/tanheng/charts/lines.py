"""Lines over years, with bands and stacked areas, labelled at their ends; no colour alone tells one from another."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

from tanheng.charts.frame import COLOURS, DASHES, Floats, ends, heading, scaled, svg, ticks
from tanheng.charts.picture import Picture, plain

_WIDE, _HIGH = 860, 400
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 190, 40, 34
_GAP = 15
_YEAR = 42
_THIN = 2
"""An area that ends thinner than this many points is named where it is thickest."""


@dataclass(frozen=True)
class Line:
    """One line: its name, values (years,), the low and high end of its band where it has one; ``points`` are not joined,
    and hollow where ``dashed``.

    What is not a number is left out.
    """

    name: str
    values: Floats
    low: Floats | None = None
    high: Floats | None = None
    dashed: bool = False
    points: bool = False


def chart(
    title: str, unit: str, years: Floats, lines: Sequence[Line], stacked: Mapping[str, Floats] | None = None
) -> Picture:
    """An SVG of lines over years.

    Parameters
    ----------
    title, unit : str
    years : ndarray
        In their order; months as fractions of a year, 2020.0 being January.
    lines : sequence of Line
        Values in the unit.
    stacked : mapping of str to ndarray, optional
        Areas piled up on the last line, such as the wedges of a scenario.

    Returns
    -------
    Picture
        An ``svg`` element with what it shows.

    Examples
    --------
    >>> picture = chart("a < b", "t", np.array([2020.0, 2021.0]), [Line("total", np.array([1.0, 2.0]))])
    >>> picture.startswith("<svg"), "a &lt; b" in picture
    (True, True)
    """
    lines = [line for line in lines if np.isfinite(line.values).any()]
    piles = _piled(lines[-1].values, stacked) if stacked and lines else []
    every = [one for line in lines for one in (line.values, line.low, line.high) if one is not None]
    every += [top for _, _, top in piles]
    values = np.concatenate([np.zeros(1), *(one[np.isfinite(one)] for one in every)])
    factor, shown_in = scaled(unit, float(np.max(np.abs(values))))
    low, high, step = ends(float(values.min()) / factor, float(values.max()) / factor)
    wide, tall = _WIDE - _LEFT - _RIGHT, _HIGH - _TOP - _BOTTOM
    span = float(years[-1] - years[0]) or 1.0

    def x(year: float) -> float:
        return float(_LEFT + (year - years[0]) / span * wide)

    def y(value: float) -> float:
        return float(_TOP + (high - value / factor) / (high - low) * tall)

    def path(series: Floats) -> list[str]:
        pairs = zip(years, series, strict=True)
        return [f"{x(year):.1f},{y(value):.1f}" for year, value in pairs if np.isfinite(value)]

    def area(bottom: Floats, top: Floats, colour: str, opacity: str) -> str:
        ring = " ".join([*path(top), *reversed(path(bottom))])
        return f'<polygon points="{ring}" fill="{colour}" opacity="{opacity}"/>'

    drawn = [f'<text x="8" y="20" class="title">{escape(heading(title, shown_in))}</text>']
    for tick in ticks(low, high, step):
        at = y(tick * factor)
        drawn.append(f'<line x1="{_LEFT}" x2="{_LEFT + wide}" y1="{at:.1f}" y2="{at:.1f}" class="{"grid" if tick else "zero"}"/>'
                     f'<text x="{_LEFT - 8}" y="{at + 4:.1f}" text-anchor="end">{tick:,.6g}</text>')  # fmt: skip
    for year in _marks(years, wide / span):
        label = f"{year:.0f}" if year == round(year) and not _monthly(years) else _month(year)
        drawn.append(f'<text x="{x(year):.1f}" y="{_HIGH - 12}" text-anchor="middle">{label}</text>')
    named: list[tuple[float, str, str]] = []
    for place, (name, bottom, top) in enumerate(piles):
        colour = COLOURS[(place + 2) % len(COLOURS)]
        drawn.append(area(bottom, top, colour, "0.45"))
        thick = np.nan_to_num([y(least) - y(most) for least, most in zip(bottom, top, strict=True)])
        at = int(np.median(np.flatnonzero(thick >= 0.95 * thick.max())))
        if thick[-1] < _THIN and thick[at] >= _GAP:
            middle = y(float(top[at] + bottom[at]) / 2) + 4
            drawn.append(
                f'<text x="{x(years[at]):.1f}" y="{middle:.1f}" text-anchor="middle">{escape(name)}</text>'
            )
            continue
        named.append((y(float(top[-1] + bottom[-1]) / 2), name, colour))
    for place, line in enumerate(lines):
        colour = COLOURS[place % len(COLOURS)]
        named.append((y(float(line.values[np.isfinite(line.values)][-1])), line.name, colour))
        if line.points:
            drawn += _dots(line, years, x, y, colour)
            continue
        if line.low is not None and line.high is not None:
            drawn.append(area(line.low, line.high, colour, "0.13"))
        dash = DASHES[1] if line.dashed else ""
        points = path(line.values)
        drawn.append(f'<polyline points="{" ".join(points)}" fill="none" stroke="{colour}" stroke-width="2" stroke-dasharray="{dash}"/>')  # fmt: skip
        if len(points) == 1:
            spot = points[0].split(",")
            drawn.append(f'<circle cx="{spot[0]}" cy="{spot[1]}" r="3" fill="{colour}"/>')
    for at, name, colour in _apart(named):
        drawn.append(f'<text x="{_LEFT + wide + 8}" y="{at + 4:.1f}" fill="{colour}">{escape(name)}</text>')
    data = {
        "kind": "lines", "title": title, "unit": unit, "factor": factor, "scaled": shown_in, "monthly": _monthly(years), "x": plain(years),
        "lines": [
            {
                "name": line.name, "values": plain(line.values), "dashed": line.dashed, "points": line.points,
                "low": None if line.low is None else plain(line.low), "high": None if line.high is None else plain(line.high),
            }
            for line in lines
        ],
        "stacked": [{"name": name, "values": plain(top - bottom)} for name, bottom, top in piles],
    }  # fmt: skip
    return Picture(svg(title, _WIDE, _HIGH, drawn), data)


def _dots(
    line: Line, years: Floats, x: Callable[[float], float], y: Callable[[float], float], colour: str
) -> list[str]:
    """A dot for each value, with a bar from the low to the high end where both are known."""
    drawn = []
    inner = "#fff" if line.dashed else colour
    none = np.full(years.size, np.nan)
    low, high = (none if one is None else one for one in (line.low, line.high))
    for year, value, least, most in zip(years, line.values, low, high, strict=True):
        if np.isfinite(value):
            drawn.append(
                f'<circle cx="{x(year):.1f}" cy="{y(value):.1f}" r="4" stroke="{colour}" fill="{inner}"/>'
            )
        if np.isfinite(value) and np.isfinite(least) and np.isfinite(most):
            bar = f"M{x(year) - 4:.1f} {y(least):.1f}h8m-4 0V{y(most):.1f}m-4 0h8"
            drawn.append(f'<path d="{bar}" fill="none" stroke="{colour}" stroke-width="1.5"/>')
    return drawn


def _piled(bottom: Floats, parts: Mapping[str, Floats]) -> list[tuple[str, Floats, Floats]]:
    found = []
    for name, values in parts.items():
        found.append((name, bottom, bottom + values))
        bottom = bottom + values
    return found


def _monthly(years: Floats) -> bool:
    return len(years) > 1 and float(years[1] - years[0]) < 0.5


def _month(year: float) -> str:
    """The month that a fraction of a year is, its twelfths counted from January."""
    whole = round(year * 12)
    return f"{whole // 12}-{whole % 12 + 1:02d}"


def _marks(years: Floats, apart: float) -> list[float]:
    """The first year and round ones, none so near to the first that they would lie over one another."""
    if _monthly(years):
        every = next((one for one in (1, 2, 3, 6, 12) if len(years) / one <= 8), 24)
        return [float(year) for year in years[::every]]
    step = next((one for one in (1, 2, 5, 10, 20, 50) if (years[-1] - years[0]) / one <= 10), 100)
    first = float(years[0])
    return [first, *(float(one) for one in years if one % step == 0 and (one - first) * apart >= _YEAR)]


def _apart(found: Sequence[tuple[float, str, str]]) -> list[tuple[float, str, str]]:
    """Labels from top to bottom, none over another, none below the frame."""
    placed: list[tuple[float, str, str]] = []
    for at, name, colour in sorted(found):
        lowest = placed[-1][0] + _GAP if placed else at
        placed.append((max(at, lowest), name, colour))
    lowest = float(_HIGH - _BOTTOM)
    for place, (at, name, colour) in reversed(list(enumerate(placed))):
        placed[place] = (min(at, lowest), name, colour)
        lowest = placed[place][0] - _GAP
    return placed
