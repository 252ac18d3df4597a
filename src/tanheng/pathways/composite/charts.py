"""Charts of indices: ranks with their intervals; scores and Sobol indices as bars."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from tanheng.charts import Bar, Picture, bars
from tanheng.charts.frame import COLOURS, short, svg, width
from tanheng.errors import language

if TYPE_CHECKING:
    from tanheng.pathways.composite.audited import Audit, Sensitivity
    from tanheng.pathways.composite.index import Composite

_WIDE, _LEFT, _RIGHT, _TOP, _ROW = 860, 210, 40, 78, 18
_INK, _BAND = "#0f172a", "#94a3b8"


def _say(zh: str, en: str) -> str:
    return zh if language() == "zh" else en


def called(code: str, name: str) -> str:
    """A unit by its name and its code.

    Examples
    --------
    >>> called("CHE", "Switzerland"), called("Bern", "Bern")
    ('Switzerland CHE', 'Bern')
    """
    return name if code == name else f"{name} {code}"


def scores(own: Composite) -> str:
    """The index of every unit, the best first; of the last year where there are several."""
    title = own.framework.nodes[own.framework.top].name
    rows = own.table().to_dicts()
    if len(own.units.span) > 1:
        rows = [row for row in rows if row["year"] == own.units.span[-1]]
        title += f" {own.units.span[-1]}"
    made = [Bar(called(row["code"], row["name"]), {title: row[own.framework.top]}) for row in rows if row[own.framework.top] is not None]  # fmt: skip
    return bars(title, "", made)


def sobol(found: Sensitivity) -> str:
    """Sobol indices of assumptions with their 95 % intervals, alone and with interactions; estimates below 0 are drawn at 0."""
    named = (("S1", _say("S1 单独", "S1, alone")), ("ST", _say("ST 含交互", "ST, with interactions")))
    made = []
    for row in found.table().to_dicts():
        spans = {
            name: (row[key] - row[f"{key}_within"], row[key] + row[f"{key}_within"]) for key, name in named
        }
        made.append(
            Bar(
                row["name"],
                {name: max(0.0, row[key]) for key, name in named},
                {name: (max(0.0, low), max(0.0, high)) for name, (low, high) in spans.items()},
            )
        )
    return bars(
        _say(
            "名次变动由哪些假设造成（Sobol 指数，95 % 区间）",
            "Which assumptions move the ranks (Sobol indices, 95 % intervals)",
        ),
        "",
        made,
    )


def intervals(found: Audit) -> str:
    """Ranks of units: a band from p5 to p95, a tick at the median, a dot at the rank in the index."""
    rows = found.table().to_dicts()
    title = found.nominal.framework.nodes[found.nominal.framework.top].name
    head = _say(
        f"{title}：名次及其区间（{found.runs:,} 次）",
        f"{title}: ranks and their intervals ({found.runs:,} runs)",
    )
    most, high = max(1, len(rows) - 1), _TOP + len(rows) * _ROW + 28

    def x(rank: float) -> float:
        return _LEFT + (rank - 1) / most * (_WIDE - _LEFT - _RIGHT)

    drawn = [f'<text x="8" y="20" class="title">{escape(head)}</text>', *_key()]
    for mark in _marks(len(rows)):
        drawn.append(f'<line x1="{x(mark):.1f}" x2="{x(mark):.1f}" y1="{_TOP - 8}" y2="{high - 22}" class="grid"/>'
                     f'<text x="{x(mark):.1f}" y="{high - 6}" text-anchor="middle">{mark}</text>')  # fmt: skip
    for at, row in enumerate(rows):
        y, name = _TOP + at * _ROW + 4, called(row["code"], row["name"])
        told = f"{name}: {row['rank'] or '–'} (p5 {row['p5']:g}, p50 {row['median']:g}, p95 {row['p95']:g})"
        drawn.append(f'<g><title>{escape(told)}</title><text x="{_LEFT - 10}" y="{y + 4}" text-anchor="end">{escape(short(name, _LEFT - 18))}</text>'
                     f'<line x1="{x(row["p5"]):.1f}" x2="{x(row["p95"]):.1f}" y1="{y}" y2="{y}" {_BAND_LINE}/>'
                     f'<line x1="{x(row["median"]):.1f}" x2="{x(row["median"]):.1f}" y1="{y - 6}" y2="{y + 6}" {_TICK}/>')  # fmt: skip
        dot = (
            ""
            if row["rank"] is None
            else f'<circle cx="{x(row["rank"]):.1f}" cy="{y}" r="4" fill="{COLOURS[0]}"/>'
        )
        drawn.append(f"{dot}</g>")
    data = {
        "kind": "ranks", "title": head, "unit": "", "said": [text for _, text in _marked()],
        "rows": [
            {"name": called(row["code"], row["name"]), "rank": row["rank"], "low": row["p5"], "middle": row["median"], "high": row["p95"]}
            for row in rows
        ],
    }  # fmt: skip
    return Picture(svg(head, _WIDE, high, drawn), data)


_BAND_LINE = f'stroke="{_BAND}" stroke-width="4" stroke-linecap="round"'
_TICK = f'stroke="{_INK}" stroke-width="1.5"'


def _marked() -> tuple[tuple[str, str], ...]:
    return (
        (f'<circle cx="8" cy="6" r="4" fill="{COLOURS[0]}"/>', _say("指数的名次", "rank in the index")),
        (f'<line x1="8" x2="8" y1="0" y2="12" {_TICK}/>', _say("各次的中位数", "median of the runs")),
        (f'<line x1="2" x2="14" y1="6" y2="6" {_BAND_LINE}/>', "p5–p95"),
    )


def _key() -> list[str]:
    drawn, at = [], 8.0
    for shape, text in _marked():
        drawn.append(
            f'<g transform="translate({at:.1f} 36)">{shape}<text x="20" y="10">{escape(text)}</text></g>'
        )
        at += 44 + width(text)
    return drawn


def _marks(count: int) -> list[int]:
    step = next(one for one in (1, 2, 5, 10, 20, 50, 100, 1000, 10**9) if count / one <= 12)
    return sorted({1, *range(step, count + 1, step)})
