"""Bars side by side or piled up, one row for each thing, with ranges where there are any; every bar carries its number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape

from tanheng.charts.frame import COLOURS, ends, heading, scaled, short, svg, ticks, told, width
from tanheng.charts.picture import Picture, plain

_WIDE, _RIGHT, _TOP, _FOOT, _NAMES = 860, 84, 34, 30, 240
_THICK, _APART = 17, 9
_LEGEND = 22


@dataclass(frozen=True)
class Bar:
    """One row: its name, values by series, and low and high ends by series where they are known."""

    name: str
    values: Mapping[str, float]
    ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict)


def bars(
    title: str, unit: str, rows: Sequence[Bar], *, stacked: bool = False, percent: bool = False, colour: int = 0
) -> Picture:  # fmt: skip
    """An SVG of horizontal bars.

    Parameters
    ----------
    title, unit : str
    rows : sequence of Bar
        From top to bottom; values in the unit.
    stacked : bool
        Series of a row one after the other, not below one another.
    percent : bool
        Numbers are written as percentages.
    colour : int
        Which colour the first series has.

    Returns
    -------
    Picture
        An ``svg`` element with what it shows.

    Examples
    --------
    >>> picture = bars("cap", "t", [Bar("a", {"past": 3.0, "share": 2.0}), Bar("b", {"past": 1.0, "share": 2.0})])
    >>> picture.count('class="bar"'), "past" in picture
    (4, True)
    """
    series = list(dict.fromkeys(name for row in rows for name in row.values))
    colours = {name: COLOURS[(place + colour) % len(COLOURS)] for place, name in enumerate(series)}
    spans = [span for row in rows for span in _spans(row, stacked=stacked).values()]
    reach = [end for span in spans for end in span]
    reach += [end for row in rows for span in row.ranges.values() for end in span]
    factor, shown_in = (1.0, unit) if percent else scaled(unit, max(map(abs, reach), default=0.0))
    low, high, step = ends(min([0.0, *reach]) / factor, max([0.0, *reach]) / factor)
    left = 20 + min(_NAMES, max((width(row.name) for row in rows), default=0.0))
    wide = _WIDE - left - _RIGHT
    key, lines = _legend(colours) if len(series) > 1 else ("", 0)
    top = _TOP + lines * _LEGEND
    lanes = 1 if stacked else max(len(series), 1)
    tall = top + len(rows) * (lanes * _THICK + _APART) + _FOOT

    def x(value: float) -> float:
        return left + (value / factor - low) / (high - low) * wide

    drawn = [f'<text x="8" y="20" class="title">{escape(heading(title, shown_in))}</text>', key]
    for tick in ticks(low, high, step):
        at, shown = x(tick * factor), told(tick, percent=True) if percent else f"{tick:,.6g}"
        drawn.append(f'<line x1="{at:.1f}" x2="{at:.1f}" y1="{top}" y2="{tall - _FOOT}" class="{"grid" if tick else "zero"}"/>'
                     f'<text x="{at:.1f}" y="{tall - 10}" text-anchor="middle">{shown}</text>')  # fmt: skip
    for place, row in enumerate(rows):
        above = top + _APART / 2 + place * (lanes * _THICK + _APART)
        drawn.append(f'<text x="{left - 8:.1f}" y="{above + lanes * _THICK / 2 + 4:.1f}" text-anchor="end"><title>{escape(row.name)}</title>{escape(short(row.name, _NAMES))}</text>')  # fmt: skip
        for name, (start, end) in _spans(row, stacked=stacked).items():
            lane = above + (0 if stacked else series.index(name) * _THICK)
            one, two = sorted((x(start), x(end)))
            said = told(row.values[name] / factor, percent=percent)
            drawn.append(f'<g><title>{escape(row.name)} · {escape(name)}: {said}</title><rect class="bar" x="{one:.1f}" y="{lane + 1:.1f}" '
                         f'width="{max(two - one, 0.5):.1f}" height="{_THICK - 3}" fill="{colours[name]}"/></g>')  # fmt: skip
            far = max(two, x(0.0))
            if name in row.ranges:
                drawn.append(
                    _whisker(x(row.ranges[name][0]), x(row.ranges[name][1]), lane + _THICK / 2 - 0.5)
                )
                far = max(far, *map(x, row.ranges[name]))
            if not stacked:
                drawn.append(f'<text x="{far + 5:.1f}" y="{lane + _THICK - 4:.1f}">{said}</text>')
        if stacked:
            spot = max([x(0.0), *(x(end) for _, end in _spans(row, stacked=True).values())])
            drawn.append(f'<text x="{spot + 5:.1f}" y="{above + _THICK - 4:.1f}">{told(sum(row.values.values()) / factor, percent=percent)}</text>')  # fmt: skip
    data = {
        "kind": "bars", "title": title, "unit": unit, "factor": factor, "scaled": shown_in, "stacked": stacked, "percent": percent,
        "colour": colour, "series": series,
        "rows": [
            {"name": row.name, "values": _known(row.values), "ranges": {name: plain(one) for name, one in row.ranges.items()}}
            for row in rows
        ],
    }  # fmt: skip
    return Picture(svg(title, _WIDE, tall, drawn), data)


def _known(values: Mapping[str, float]) -> dict[str, float | None]:
    return dict(zip(values, plain(values.values()), strict=True))


def _spans(row: Bar, *, stacked: bool) -> dict[str, tuple[float, float]]:
    """Where each bar begins and ends; negative ones pile up to the left of zero."""
    if not stacked:
        return {name: (0.0, value) for name, value in row.values.items()}
    found, up, down = {}, 0.0, 0.0
    for name, value in row.values.items():
        if value >= 0:
            found[name], up = (up, up + value), up + value
        else:
            found[name], down = (down, down + value), down + value
    return found


def _whisker(one: float, two: float, at: float) -> str:
    ends_of = "".join(f"M{place:.1f} {at - 4:.1f}V{at + 4:.1f}" for place in (one, two))
    return f'<path d="M{one:.1f} {at:.1f}H{two:.1f}{ends_of}" stroke="#0f172a" fill="none"/>'


def _legend(colours: Mapping[str, str]) -> tuple[str, int]:
    """Names of the series with their colours, in as many lines as they need."""
    drawn, across, line = "", 8.0, 0
    for name, colour in colours.items():
        wide = width(name) + 34
        if across + wide > _WIDE and across > 8:
            across, line = 8.0, line + 1
        down = _TOP + line * _LEGEND
        drawn += f'<rect x="{across:.1f}" y="{down}" width="12" height="12" fill="{colour}"/><text x="{across + 17:.1f}" y="{down + 11}">{escape(name)}</text>'
        across += wide
    return drawn, line + 1
