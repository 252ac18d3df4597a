"""A waterfall of effects as one SVG, for a notebook or a page of its own; it needs nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from tanheng.errors import language

_WIDE, _TALL, _TOP, _FOOT, _SIDE = 900, 320, 34, 62, 12
_UP, _DOWN, _WHOLE = "#b4472e", "#2b7f6c", "#5a6270"
_LETTERS = 16


def waterfall(
    title: str, start: float, end: float, effects: Mapping[str, float], *, ends: tuple[str, str]
) -> str:
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

    Returns
    -------
    str
        An ``svg`` element; what raises is red, what lowers green, and each bar carries its number with its sign.

    Examples
    --------
    >>> chart = waterfall("co2", 10.0, 12.0, {"people": 3.0, "each": -1.0}, ends=("2015", "2020"))
    >>> chart.count("<rect"), "+3" in chart, "−1" in chart
    (4, True, True)
    """
    bars: list[tuple[str, float, float, str, str]] = [(ends[0], 0.0, start, _WHOLE, number(start))]
    level = start
    for name, effect in effects.items():
        bars.append((name, level, level + effect, _UP if effect > 0 else _DOWN, number(effect, signed=True)))
        level += effect
    bars.append((ends[1], 0.0, end, _WHOLE, number(end)))
    low, high = _range(bars)
    slot = (_WIDE - 2 * _SIDE) / len(bars)

    def at(value: float) -> float:
        return _TOP + 16 + (high - value) / (high - low) * (_TALL - _TOP - _FOOT - 16)

    drawn = [_bar(bar, _SIDE + place * slot, slot, at, low) for place, bar in enumerate(bars)]
    cut = _said_cut(low)
    return (
        f'<svg viewBox="0 0 {_WIDE} {_TALL}" width="100%" style="max-width:{_WIDE}px" role="img" font-family="sans-serif" '
        f'font-size="13" fill="currentColor"><title>{escape(title)}</title>'
        f'<text x="{_SIDE}" y="18" font-size="15">{escape(title)}</text>{"".join(drawn)}'
        f'<text x="{_SIDE}" y="{_TALL - 6}" font-size="11" opacity="0.75">{cut}</text></svg>'
    )


def page(title: str, charts: Sequence[str], table: str, notes: Sequence[str]) -> str:
    """A page with charts, a table and notes, which loads nothing.

    Examples
    --------
    >>> page("co2", [], "<table></table>", ["a & b"]).endswith("<p>a &amp; b</p></body></html>")
    True
    """
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    style = (
        ":root{color-scheme:light dark}body{font:15px/1.5 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
        "table{border-collapse:collapse;margin:1rem 0}td,th{padding:.25rem .75rem;border-bottom:1px solid #8884;text-align:right}"
        "td:first-child,th:first-child{text-align:left}div.wide{overflow-x:auto}"
    )
    body = f"<h1>{escape(title)}</h1>{''.join(charts)}<div class='wide'>{table}</div>"
    said = "".join(f"<p>{escape(note)}</p>" for note in notes)
    lang = "zh-CN" if language() == "zh" else "en"
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" '
        f'content="{policy}"><meta name="viewport" content="width=device-width"><title>{escape(title)}</title>'
        f"<style>{style}</style></head><body>{body}{said}</body></html>"
    )


def html_table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table of texts.

    Examples
    --------
    >>> html_table(["a"], [["<"]])
    '<table><tr><th>a</th></tr><tr><td>&lt;</td></tr></table>'
    """
    lines = [f"<tr>{''.join(f'<th>{escape(head)}</th>' for head in heads)}</tr>"]
    lines += [f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows]
    return f"<table>{''.join(lines)}</table>"


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


def _range(bars: Sequence[tuple[str, float, float, str, str]]) -> tuple[float, float]:
    """Of the axis: from zero, unless the effects are small beside the totals; then it begins above, and says so."""
    levels = [level for _, one, two, _, _ in bars[1:-1] for level in (one, two)]
    levels += [bars[0][2], bars[-1][2]]
    low, high = min(levels), max(levels)
    spread = high - low or abs(high) or 1.0
    return (low - 0.35 * spread if low > 2 * spread else min(0.0, low)), high


def _said_cut(low: float) -> str:
    if low <= 0:
        return ""
    return f"纵轴自 {number(low)} 起" if language() == "zh" else f"the axis begins at {number(low)}"


def _bar(bar: tuple[str, float, float, str, str], left: float, slot: float, at: object, low: float) -> str:
    name, one, two, colour, said = bar
    place = at if callable(at) else float
    top, bottom = sorted((place(max(one, low)), place(max(two, low))))
    middle, wide = left + slot / 2, slot * 0.62
    short = name if len(name) <= _LETTERS else f"{name[: _LETTERS - 1]}…"
    return (
        f'<g><title>{escape(name)}: {said}</title><rect x="{middle - wide / 2:.1f}" y="{top:.1f}" width="{wide:.1f}" '
        f'height="{max(bottom - top, 1):.1f}" fill="{colour}" rx="2"/><text x="{middle:.1f}" y="{top - 5:.1f}" text-anchor="middle">'
        f'{said}</text><text x="{middle:.1f}" y="{_TALL - _FOOT + 20}" text-anchor="middle" font-size="12">{escape(short)}</text></g>'
    )
