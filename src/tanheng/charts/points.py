"""Points by two numbers, with curves beside them; names stand beside the points as far as there is room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

from tanheng.charts.frame import COLOURS, DASHES, Floats, ends, short, svg, ticks, told, width
from tanheng.charts.picture import Picture, plain

_WIDE, _HIGH = 860, 460
_LEFT, _RIGHT, _TOP, _BOTTOM = 74, 190, 52, 46


@dataclass(frozen=True)
class Point:
    """One point: its name, two numbers, the group that it belongs to."""

    name: str
    x: float
    y: float
    group: str = ""


@dataclass(frozen=True)
class Curve:
    """A curve beside the points: its name, and numbers of both axes (n,)."""

    name: str
    x: Floats
    y: Floats


def points(
    title: str,
    axes: tuple[str, str],
    found: Sequence[Point],
    curves: Sequence[Curve] = (),
    *,
    percent: bool = False,
) -> Picture:
    """An SVG of points; curves are cut at the frame, which the points alone make.

    Parameters
    ----------
    title : str
    axes : tuple of str
        What stands across and upwards, with units.
    found : sequence of Point
    curves : sequence of Curve
    percent : bool
        Numbers are written as percentages.

    Returns
    -------
    Picture
        An ``svg`` element with what it shows.

    Examples
    --------
    >>> picture = points("co2", ("gdp", "t"), [Point("a", 1.0, 2.0), Point("b", 2.0, 3.0, "leading")])
    >>> picture.count("<circle"), "leading" in picture
    (3, True)
    """
    left, right, across = ends(*_reach([one.x for one in found]))
    low, high, up = ends(*_reach([one.y for one in found]))
    wide, tall = _WIDE - _LEFT - _RIGHT, _HIGH - _TOP - _BOTTOM

    def x(value: float) -> float:
        return (value - left) / (right - left) * wide

    def y(value: float) -> float:
        return (high - value) / (high - low) * tall

    def said(value: float) -> str:
        return told(value, percent=True) if percent else f"{value:,.6g}"

    drawn = [f'<text x="8" y="20" class="title">{escape(title)}</text>', f'<text x="8" y="40">{escape(axes[1])}</text>',
             f'<text x="{_LEFT + wide}" y="{_HIGH - 6}" text-anchor="end">{escape(axes[0])}</text>']  # fmt: skip
    for tick in ticks(low, high, up):
        at = _TOP + y(tick)
        drawn.append(f'<line x1="{_LEFT}" x2="{_LEFT + wide}" y1="{at:.1f}" y2="{at:.1f}" class="{"grid" if tick else "zero"}"/>'
                     f'<text x="{_LEFT - 8}" y="{at + 4:.1f}" text-anchor="end">{said(tick)}</text>')  # fmt: skip
    for tick in ticks(left, right, across):
        at = _LEFT + x(tick)
        drawn.append(f'<line x1="{at:.1f}" x2="{at:.1f}" y1="{_TOP}" y2="{_TOP + tall}" class="{"grid" if tick else "zero"}"/>'
                     f'<text x="{at:.1f}" y="{_HIGH - 26}" text-anchor="middle">{said(tick)}</text>')  # fmt: skip
    groups = list(dict.fromkeys(one.group for one in found))
    inner, key = [], [(name, COLOURS[place % len(COLOURS)], True) for place, name in enumerate(groups)]
    for place, curve in enumerate(curves):
        colour = COLOURS[(place + len(groups) + 1) % len(COLOURS)]
        way = " ".join(f"{x(float(a)):.1f},{y(float(b)):.1f}" for a, b in zip(curve.x, curve.y, strict=True))
        inner.append(f'<polyline points="{way}" fill="none" stroke="{colour}" stroke-width="1.6" stroke-dasharray="{DASHES[(place + 1) % len(DASHES)]}"/>')  # fmt: skip
        key.append((curve.name, colour, False))
    for one in found:
        colour = COLOURS[groups.index(one.group) % len(COLOURS)]
        inner.append(f'<g><title>{escape(one.name)}: {said(one.x)}, {said(one.y)}</title><circle cx="{x(one.x):.1f}" cy="{y(one.y):.1f}" r="4" fill="{colour}" fill-opacity="0.85"/></g>')  # fmt: skip
    inner += _names([(one.name, x(one.x), y(one.y)) for one in found], wide, tall)
    drawn.append(f'<svg x="{_LEFT}" y="{_TOP}" width="{wide}" height="{tall}" overflow="hidden">{"".join(inner)}</svg>')  # fmt: skip
    drawn += _key([one for one in key if one[0]], _LEFT + wide + 10)
    data = {
        "kind": "points", "title": title, "unit": "", "axes": list(axes), "percent": percent, "x": [left, right], "y": [low, high],
        "points": [
            {"name": one.name, "group": one.group, "x": across, "y": upwards}
            for one, across, upwards in zip(found, plain(one.x for one in found), plain(one.y for one in found), strict=True)
        ],
        "curves": [{"name": one.name, "x": plain(one.x), "y": plain(one.y)} for one in curves],
    }  # fmt: skip
    return Picture(svg(title, _WIDE, _HIGH, drawn), data)


def _reach(values: Sequence[float]) -> tuple[float, float]:
    """From the least to the most with a little room; zero is shown where it is near."""
    known = [value for value in values if np.isfinite(value)] or [0.0, 1.0]
    low, high = min(known), max(known)
    room = 0.06 * ((high - low) or abs(high) or 1.0)
    near = 0 <= low < 0.5 * (high - low)
    return 0.0 if near else low - room, 0.0 if high == 0 > low else high + room


def _names(found: Sequence[tuple[str, float, float]], wide: float, tall: float) -> list[str]:
    """Names to the right of their points, or to the left or above where that is free; one without room is left to the pointer."""
    taken = [(x - 5, y - 5, x + 5, y + 5) for _, x, y in found]
    drawn = []
    for at, (name, x, y) in enumerate(found):
        room = width(name)
        for begin, base in (
            (x + 7, y + 4),
            (x - 7 - room, y + 4),
            (x - room / 2, y - 9),
            (x - room / 2, y + 17),
        ):
            box = (begin, base - 10, begin + room, base + 2)
            inside = box[0] >= 0 and box[2] <= wide and box[1] >= 0 and box[3] <= tall
            others = [one for place, one in enumerate(taken) if place != at]
            if inside and not any(
                box[0] < one[2] and one[0] < box[2] and box[1] < one[3] and one[1] < box[3] for one in others
            ):
                drawn.append(f'<text x="{begin:.1f}" y="{base:.1f}">{escape(name)}</text>')
                taken.append(box)
                break
    return drawn


def _key(entries: Sequence[tuple[str, str, bool]], left: float) -> list[str]:
    drawn = []
    for place, (name, colour, dot) in enumerate(entries):
        at = _TOP + 10 + place * 22
        mark = (
            f'<circle cx="{left + 6}" cy="{at}" r="4" fill="{colour}"/>'
            if dot
            else f'<line x1="{left}" x2="{left + 14}" y1="{at}" y2="{at}" stroke="{colour}" stroke-width="1.6"/>'
        )
        drawn.append(f'{mark}<text x="{left + 19}" y="{at + 4}"><title>{escape(name)}</title>{escape(short(name, _RIGHT - 32))}</text>')  # fmt: skip
    return drawn
