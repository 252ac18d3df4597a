"""Charts of totals over years as one SVG: lines, bands and stacked areas, labelled at their ends; no scripts, no colour alone."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tanheng.errors import language
from tanheng.pathways.tree.arithmetic import Floats

_WIDE, _HIGH = 860, 400
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 190, 40, 34
_COLOURS = ("#0f766e", "#b45309", "#1d4ed8", "#be185d", "#4d7c0f", "#6d28d9", "#0e7490", "#a16207", "#475569")
_DASHES = ("", "8 4", "2 3", "12 4 2 4")
_GAP = 15


@dataclass(frozen=True)
class Line:
    """One line: its name, values (years,), and the low and high end of its band where it has one."""

    name: str
    values: Floats
    low: Floats | None = None
    high: Floats | None = None
    dashed: bool = False


def chart(
    title: str, unit: str, years: Floats, lines: Sequence[Line], stacked: Mapping[str, Floats] | None = None
) -> str:
    """An SVG of lines over years; ``stacked`` are areas piled up on the last line, such as the wedges of a scenario.

    Examples
    --------
    >>> svg = chart("a < b", "t", np.array([2020.0, 2021.0]), [Line("total", np.array([1.0, 2.0]))])
    >>> svg.startswith("<svg"), "a &lt; b" in svg
    (True, True)
    """
    piles = _piled(lines[-1].values, stacked or {})
    every = [
        one for line in lines for one in (line.values, line.low, line.high) if one is not None
    ] + [top for _, _, top in piles]  # fmt: skip
    values = np.concatenate([one[np.isfinite(one)] for one in every])
    factor, prefix = _scale(float(np.max(np.abs(values), initial=0.0)))
    low, high, step = _range(min(0.0, float(values.min())) / factor, max(0.0, float(values.max())) / factor)
    wide, tall = _WIDE - _LEFT - _RIGHT, _HIGH - _TOP - _BOTTOM

    def x(year: float) -> float:
        return float(_LEFT + (year - years[0]) / (years[-1] - years[0]) * wide)

    def y(value: float) -> float:
        return float(_TOP + (high - value / factor) / (high - low) * tall)

    def points(series: Floats) -> str:
        pairs = zip(years, series, strict=True)
        return " ".join(f"{x(year):.1f},{y(value):.1f}" for year, value in pairs if np.isfinite(value))

    head = f"{title} ({prefix} {unit})".replace("( ", "(")
    drawn = [f'<text x="8" y="20" class="title">{html.escape(head)}</text>']
    for tick in np.arange(low, high + step / 2, step):
        at = y(tick * factor)
        drawn.append(f'<line x1="{_LEFT}" x2="{_LEFT + wide}" y1="{at:.1f}" y2="{at:.1f}" class="grid"/>'
                     f'<text x="{_LEFT - 8}" y="{at + 4:.1f}" text-anchor="end">{tick + 0.0:,.6g}</text>')  # fmt: skip
    for year in _marks(years):
        drawn.append(f'<text x="{x(year):.1f}" y="{_HIGH - 12}" text-anchor="middle">{year:.0f}</text>')
    ends: list[tuple[float, str, str]] = []
    for place, (name, bottom, top) in enumerate(piles):
        colour = _COLOURS[(place + 2) % len(_COLOURS)]
        drawn.append(
            f'<polygon points="{points(top)} {" ".join(points(bottom).split()[::-1])}" fill="{colour}" opacity="0.45"/>'
        )
        ends.append((y(float(top[-1] + bottom[-1]) / 2), name, colour))
    for place, line in enumerate(lines):
        colour = _COLOURS[place % len(_COLOURS)]
        if line.low is not None and line.high is not None:
            drawn.append(f'<polygon points="{points(line.high)} {" ".join(points(line.low).split()[::-1])}" fill="{colour}" opacity="0.13"/>')  # fmt: skip
        dash = _DASHES[1] if line.dashed else ""
        drawn.append(
            f'<polyline points="{points(line.values)}" fill="none" stroke="{colour}" stroke-width="2" stroke-dasharray="{dash}"/>'
        )
        ends.append((y(float(line.values[np.isfinite(line.values)][-1])), line.name, colour))
    for at, name, colour in _apart(ends):
        drawn.append(
            f'<text x="{_LEFT + wide + 8}" y="{at + 4:.1f}" fill="{colour}">{html.escape(name)}</text>'
        )
    style = "text{font:12px system-ui,'Noto Sans CJK SC',sans-serif}.title{font-size:14px;font-weight:600}.grid{stroke:#cbd5e1;stroke-width:1}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDE} {_HIGH}" role="img" aria-label="{html.escape(title, quote=True)}" '
        f'style="max-width:{_WIDE}px;width:100%;background:#fff"><style>{style}</style>{"".join(drawn)}</svg>'
    )  # fmt: skip


def page(title: str, parts: Sequence[str]) -> str:
    """A page of its own around charts and tables; it loads nothing."""
    lang = "zh-CN" if language() == "zh" else "en"
    style = (
        "body{font:15px/1.6 system-ui,'Noto Sans CJK SC',sans-serif;max-width:900px;margin:24px auto;padding:0 16px;color:#0f172a}"
        "table{border-collapse:collapse;margin:16px 0}td,th{padding:3px 12px;border-bottom:1px solid #e2e8f0;text-align:right}"
        "td:first-child,th:first-child{text-align:left}h1{font-size:22px}"
    )
    return (
        f'<!doctype html><html lang="{lang}"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{html.escape(title)}</title><style>{style}</style><h1>{html.escape(title)}</h1>{''.join(parts)}</html>\n"
    )


def grid(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table of texts."""
    head = "".join(f"<th>{html.escape(one)}</th>" for one in heads)
    body = "".join("<tr>" + "".join(f"<td>{html.escape(one)}</td>" for one in row) + "</tr>" for row in rows)
    return f"<table><tr>{head}</tr>{body}</table>"


def _piled(bottom: Floats, parts: Mapping[str, Floats]) -> list[tuple[str, Floats, Floats]]:
    found = []
    for name, values in parts.items():
        found.append((name, bottom, bottom + values))
        bottom = bottom + values
    return found


def _scale(most: float) -> tuple[float, str]:
    chinese = language() == "zh"
    for factor, zh, en in ((1e8, "亿", "10⁸"), (1e6, "百万", "10⁶"), (1e4, "万", "10⁴")):
        if most >= factor:
            return factor, zh if chinese else en
    return 1.0, ""


def _range(low: float, high: float) -> tuple[float, float, float]:
    """Ends and step of an axis in round numbers."""
    span = (high - low) or 1.0
    rough = span / 5
    power = 10.0 ** np.floor(np.log10(rough))
    step = float(next(one for one in (1, 2, 2.5, 5, 10) if one * power >= rough) * power)
    return float(np.floor(low / step) * step), float(np.ceil(high / step) * step) or step, step


def _marks(years: Floats) -> list[float]:
    step = next(one for one in (1, 2, 5, 10, 20, 50) if (years[-1] - years[0]) / one <= 10)
    return [float(year) for year in years if year % step == 0 or year in {years[0]}]


def _apart(ends: Sequence[tuple[float, str, str]]) -> list[tuple[float, str, str]]:
    """Labels from top to bottom, none over another, none below the frame."""
    placed: list[tuple[float, str, str]] = []
    for at, name, colour in sorted(ends):
        lowest = placed[-1][0] + _GAP if placed else at
        placed.append((max(at, lowest), name, colour))
    over = max(0.0, placed[-1][0] - (_HIGH - _BOTTOM)) if placed else 0.0
    return [(at - over, name, colour) for at, name, colour in placed]
