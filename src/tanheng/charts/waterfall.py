"""A waterfall of effects: from one total over what raises and lowers it to another."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import TypeAlias

from tanheng.charts.frame import heading, scaled, short, svg
from tanheng.charts.picture import Picture, plain
from tanheng.errors import language

_WIDE, _TALL, _TOP, _FOOT, _SIDE = 900, 320, 34, 62, 12
_UP, _DOWN, _WHOLE = "#b4472e", "#2b7f6c", "#5a6270"
_Bar: TypeAlias = tuple[str, float, float, str, str]


def waterfall(
    title: str,
    start: float,
    end: float,
    effects: Mapping[str, float],
    *,
    ends: tuple[str, str],
    unit: str = "",
) -> Picture:
    """A chart from the first total over the effects to the last.

    Parameters
    ----------
    title : str
    start, end : float
        Totals, any unit.
    effects : mapping of str to float
        In the unit of the totals; together with ``start`` they make ``end``.
    ends : tuple of str
        What the totals are called.
    unit : str
        Of the totals; with one, large totals are drawn in a power of ten of it.

    Returns
    -------
    Picture
        An ``svg`` element with what it shows; what raises is red, what lowers green, and each bar carries its number with its sign.

    Examples
    --------
    >>> chart = waterfall("co2", 10.0, 12.0, {"people": 3.0, "each": -1.0}, ends=("2015", "2020"))
    >>> chart.count("<rect"), "+3" in chart, "−1" in chart
    (4, True, True)
    """
    factor, shown_in = scaled(unit, max(abs(start), abs(end))) if unit else (1.0, "")
    data = {
        "kind": "waterfall", "title": title, "unit": unit, "factor": factor, "scaled": shown_in, "ends": list(ends),
        "start": plain([start])[0], "end": plain([end])[0],
        "effects": [{"name": name, "value": plain([effect])[0]} for name, effect in effects.items()],
    }  # fmt: skip
    start, end = start / factor, end / factor
    effects = {name: effect / factor for name, effect in effects.items()}
    bars: list[_Bar] = [(ends[0], 0.0, start, _WHOLE, number(start))]
    level = start
    for name, effect in effects.items():
        bars.append((name, level, level + effect, _UP if effect > 0 else _DOWN, number(effect, signed=True)))
        level += effect
    bars.append((ends[1], 0.0, end, _WHOLE, number(end)))
    low, high = _range(bars)
    slot = (_WIDE - 2 * _SIDE) / len(bars)

    def at(value: float) -> float:
        return _TOP + 16 + (high - value) / (high - low) * (_TALL - _TOP - _FOOT - 16)

    drawn = [f'<text x="{_SIDE}" y="18" class="title">{escape(heading(title, shown_in))}</text>']
    drawn += [_bar(bar, _SIDE + place * slot, slot, at, low) for place, bar in enumerate(bars)]
    drawn.append(f'<text x="{_SIDE}" y="{_TALL - 6}" fill="#475569">{_said_cut(low)}</text>')
    return Picture(svg(title, _WIDE, _TALL, drawn), data)


def number(value: float, *, signed: bool = False) -> str:
    """A number in four digits, as it stands on a bar.

    Examples
    --------
    >>> number(-1234.5, signed=True), number(0.01234)
    ('−1,234', '0.01234')
    """
    text = (
        f"{value:{'+' if signed else ''},.0f}"
        if abs(value) >= 1000
        else f"{value:{'+' if signed else ''}.4g}"
    )
    return text.replace("-", "−")


def _range(bars: Sequence[_Bar]) -> tuple[float, float]:
    """Of the axis: from zero, unless the effects are small beside the totals; then it begins above, and says so."""
    levels = [level for _, one, two, _, _ in bars[1:-1] for level in (one, two)]
    levels += [bars[0][2], bars[-1][2]]
    low, high = min(levels), max(levels)
    spread = high - low or abs(high) or 1.0
    floor = low - 0.35 * spread if low > 2 * spread else min(0.0, low)
    return floor, max(high, floor + spread)


def _said_cut(low: float) -> str:
    if low <= 0:
        return ""
    return f"纵轴自 {number(low)} 起" if language() == "zh" else f"the axis begins at {number(low)}"


def _bar(bar: _Bar, left: float, slot: float, place: Callable[[float], float], low: float) -> str:
    name, one, two, colour, said = bar
    top, bottom = sorted((place(max(one, low)), place(max(two, low))))
    middle, wide = left + slot / 2, slot * 0.62
    return (
        f'<g><title>{escape(name)}: {said}</title><rect x="{middle - wide / 2:.1f}" y="{top:.1f}" width="{wide:.1f}" '
        f'height="{max(bottom - top, 1):.1f}" fill="{colour}" rx="2"/><text x="{middle:.1f}" y="{top - 5:.1f}" text-anchor="middle">'
        f'{said}</text><text x="{middle:.1f}" y="{_TALL - _FOOT + 20}" text-anchor="middle">{escape(short(name, slot - 6))}</text></g>'
    )
