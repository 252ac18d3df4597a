"""Charts as inline SVG: widths in %, heights and letters in em, so that they stay readable from a phone to a wall.

Every chart starts at zero and labels its marks directly. A chart is only the marks; its title, source and table are
in `figures`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tanheng.codes.wording import Both
from tanheng.filings.numbers import DASH, Scale, full, percent
from tanheng.filings.page.markup import Content, Markup, tag

_ROW, _TEXT, _BAR_TOP, _BAR, _TICK = 3.0, 1.1, 1.5, 1.0, 0.15
_PLOT, _ABOVE, _BELOW = 13.0, 1.6, 1.8
_MANY_COLUMNS, _LABELLED = 18, 12
_LABEL_WIDTH = 30
_STRIP_LABEL, _STRIP_NARROW = 9.0, 18.0


@dataclass(frozen=True)
class Mark:
    """One mark of a chart: a name, an emission [t] or None where unknown, its share [%] and the class of its colour."""

    name: Both
    value: float | None
    share: float | None
    shade: str
    removal: bool = False


def bars(marks: Sequence[Mark], scale: Scale) -> Markup:
    """Horizontal bars, one below the other, each with name, emission and share above it."""
    low, high = _range(marks)
    zero = (0.0 - low) / (high - low) * 100
    return _svg(
        _ROW * len(marks),
        [_bar(mark, _ROW * place, zero, high - low, scale) for place, mark in enumerate(marks)],
    )


def _bar(mark: Mark, top: float, zero: float, span: float, scale: Scale) -> Markup:
    value = mark.value or 0.0
    width = abs(value) / span * 100
    return tag(
        "g",
        _tip(mark),
        _words(mark.name, x="0", y=f"{top + _TEXT:g}em"),
        tag(
            "text",
            scale.mass(mark.value, name="tspan"),
            tag("tspan", f"\u2002·\u2002{percent(mark.share)} %" if mark.share is not None else "", class_="faint"),
            x="100%", y=f"{top + _TEXT:g}em", text_anchor="end",
        ),
        tag("line", class_="axis", x1=f"{zero:.3f}%", x2=f"{zero:.3f}%", y1=f"{top + _BAR_TOP - _TICK:g}em", y2=f"{top + _BAR_TOP + _BAR + _TICK:g}em") if zero else None,
        tag("rect", class_=mark.shade, x=f"{zero if value >= 0 else zero - width:.3f}%", y=f"{top + _BAR_TOP:g}em", width=f"{width:.3f}%", height=f"{_BAR:g}em", rx="2"),
    )  # fmt: skip


def strip(marks: Sequence[Mark]) -> Markup:
    """One bar of the whole, divided by share; the marks must not be negative."""
    whole = sum(mark.value or 0.0 for mark in marks) or 1.0
    parts: list[Markup] = []
    start = 0.0
    for mark in marks:
        width = (mark.value or 0.0) / whole * 100
        label = tag(
            "text",
            f"{percent(width, places=1)} %",
            class_=f"on {mark.shade}{' minor' if width < _STRIP_NARROW else ''}",
            x=f"{start + width / 2:.3f}%",
            y="1.9em",
            text_anchor="middle",
        )
        parts.append(
            tag(
                "g",
                _tip(mark),
                tag(
                    "rect",
                    class_=f"part {mark.shade}",
                    x=f"{start:.3f}%",
                    y="0",
                    width=f"{width:.3f}%",
                    height="3em",
                ),
                label if width >= _STRIP_LABEL else None,
            )
        )
        start += width
    return _svg(3.0, parts)


def legend(marks: Sequence[Mark]) -> Markup:
    """Names, in the order of a strip, for the parts that are too narrow to carry them."""
    return tag(
        "ul",
        [
            tag(
                "li", tag("i", class_=f"swatch {mark.shade}"), mark.name, tag("b", f"{percent(mark.share)} %")
            )
            for mark in marks
        ],
        class_="legend",
    )


def columns(marks: Sequence[Mark], scale: Scale) -> Markup:
    """Columns side by side, or a line where there are many; a mark without a value is a dash, never a zero."""
    low, high = _range(marks)
    zero = _ABOVE + _PLOT * high / (high - low)
    slot = 100 / len(marks)
    named = _worth_naming(marks)
    drawn: list[Content] = []
    if len(marks) > _MANY_COLUMNS:
        drawn.append(_line(marks, low, high))
    for place, mark in enumerate(marks):
        drawn.append(
            _column(
                mark,
                (place + 0.5) * slot,
                slot,
                zero,
                high - low,
                scale,
                named=place in named,
                count=len(marks),
            )
        )
    drawn.append(tag("line", class_="axis", x1="0", x2="100%", y1=f"{zero:.3f}em", y2=f"{zero:.3f}em"))
    return _svg(_ABOVE + _PLOT + _BELOW, drawn)


def _column(
    mark: Mark, centre: float, slot: float, zero: float, span: float, scale: Scale, *, named: bool, count: int
) -> Markup:
    height = _PLOT * abs(mark.value or 0.0) / span
    top = zero - height if (mark.value or 0.0) >= 0 else zero
    shown = named or count <= _LABELLED
    style = None if named else "minor"
    x = f"{centre:.3f}%"
    line = count > _MANY_COLUMNS
    anchor = "end" if line and centre > 90 else "start" if line and centre < 10 else "middle"
    return tag(
        "g",
        _tip(mark),
        None if line else tag("rect", class_=mark.shade, x=f"{centre - 0.35 * slot:.3f}%", y=f"{top:.3f}em", width=f"{0.7 * slot:.3f}%", height=f"{height:.3f}em", rx="1.5"),
        tag("circle", class_=mark.shade, cx=x, cy=f"{top:.3f}em", r="0.28em") if line and named else None,
        tag("text", scale.mass(mark.value, name="tspan"), class_=style, x=x, y=f"{top - 0.5:.3f}em", text_anchor=anchor) if shown else None,
        _words(mark.name, class_=f"faint {style or ''}".strip(), x=x, y=f"{_ABOVE + _PLOT + 1.3:g}em", text_anchor=anchor) if shown else None,
    )  # fmt: skip


def _line(marks: Sequence[Mark], low: float, high: float) -> Markup:
    slot = 100 / len(marks)
    lines = [
        tag("polyline", class_=run[0][1].shade, points=" ".join(f"{(place + 0.5) * slot:.3f},{(high - (mark.value or 0.0)) / (high - low) * 100:.3f}" for place, mark in run))
        for run in _runs(marks)
    ]  # fmt: skip
    return tag(
        "svg", lines, x="0", y=f"{_ABOVE:g}em", width="100%", height=f"{_PLOT:g}em", viewBox="0 0 100 100", preserveAspectRatio="none", overflow="visible",
    )  # fmt: skip


def _runs(marks: Sequence[Mark]) -> Iterator[list[tuple[int, Mark]]]:
    """Stretches of marks that have a value."""
    run: list[tuple[int, Mark]] = []
    for place, mark in enumerate(marks):
        if mark.value is not None:
            run.append((place, mark))
        elif run:
            yield run
            run = []
    if run:
        yield run


def _worth_naming(marks: Sequence[Mark]) -> set[int]:
    """The first, the last and the highest mark: named however narrow the page is."""
    values = [mark.value for mark in marks]
    known = [value for value in values if value is not None]
    return {0, len(marks) - 1, values.index(max(known))} if known else {0, len(marks) - 1}


def _range(marks: Sequence[Mark]) -> tuple[float, float]:
    """The range of a scale: it always holds zero."""
    values = [mark.value or 0.0 for mark in marks]
    low, high = min(0.0, *values, 0.0), max(0.0, *values, 0.0)
    return (low, high) if high > low else (0.0, 1.0)


def _tip(mark: Mark) -> Markup:
    known = DASH if mark.value is None else f"{full(mark.value)} t"
    return tag(
        "title",
        f"{mark.name.zh} · {mark.name.en}: {known}"
        if mark.name.zh != mark.name.en
        else f"{mark.name.zh}: {known}",
    )


def _words(name: Both, **attributes: str) -> list[Markup]:
    own = attributes.pop("class_", "")
    if name.zh == name.en:
        return [tag("text", _short(name.zh), class_=own or None, **attributes)]
    return [
        tag("text", _short(name.zh), class_=f"zh {own}".strip(), **attributes),
        tag("text", _short(name.en), class_=f"en {own}".strip(), **attributes),
    ]


def _short(text: str) -> str:
    """A name cut to the width that a phone has room for."""
    width = 0
    for place, letter in enumerate(text):
        width += 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        if width > _LABEL_WIDTH:
            return text[:place].rstrip() + "…"
    return text


def _svg(height: float, content: Content) -> Markup:
    return tag("svg", content, class_="chart", width="100%", height=f"{height:g}em", role="img")
