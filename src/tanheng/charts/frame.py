"""What all charts share: colours, round numbers of an axis, its unit, and the frame of the SVG."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from tanheng.errors import language

Floats: TypeAlias = NDArray[np.float64]

COLOURS = ("#0f766e", "#b45309", "#1d4ed8", "#be185d", "#4d7c0f", "#6d28d9", "#0e7490", "#a16207", "#475569")
DASHES = ("", "8 4", "2 3", "12 4 2 4")
_STYLE = (
    "text{font:12px system-ui,'Noto Sans CJK SC',sans-serif}.title{font-size:14px;font-weight:600}"
    ".grid{stroke:#cbd5e1;stroke-width:1}.zero{stroke:#64748b;stroke-width:1}"
)
_EM = 12.0


def svg(title: str, wide: float, tall: float, drawn: Sequence[str]) -> str:
    """An SVG element with its style.

    Examples
    --------
    >>> svg("a < b", 10, 5, ["<g/>"]).count("a &lt; b")
    1
    """
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide:g} {tall:g}" role="img" aria-label="{escape(title, quote=True)}" '
        f'style="max-width:{wide:g}px;width:100%;background:#fff"><style>{_STYLE}</style>{"".join(drawn)}</svg>'
    )  # fmt: skip


def heading(title: str, unit: str) -> str:
    """The title with its unit.

    Examples
    --------
    >>> heading("co2", "10⁶ t"), heading("share", "")
    ('co2 (10⁶ t)', 'share')
    """
    return f"{title} ({unit})" if unit else title


def scale(most: float) -> tuple[float, str]:
    """What numbers of this size are divided by, and what that is called.

    Examples
    --------
    >>> from tanheng.errors import use_language
    >>> use_language("en")
    >>> scale(3.2e7), scale(12.0)
    ((1000000.0, '10⁶'), (1.0, ''))
    """
    chinese = language() == "zh"
    sizes = ((1e8, "亿"), (1e4, "万")) if chinese else ((1e8, "10⁸"), (1e6, "10⁶"), (1e4, "10⁴"))
    return next((one for one in sizes if most >= one[0]), (1.0, ""))


def scaled(unit: str, most: float) -> tuple[float, str]:
    """What numbers of a unit are divided by, and the unit that they then have; a myriad of a myriad is one word.

    Examples
    --------
    >>> from tanheng.errors import use_language
    >>> use_language("zh")
    >>> scaled("t", 3.2e7), scaled("万t", 39_800.0), scaled("元", 2.3e9)
    ((10000.0, '万 t'), (10000.0, '亿t'), (100000000.0, '亿元'))
    """
    chinese = language() == "zh"
    for own, mark in ((1e4, "万"), (1e4, "10⁴ "), (1e8, "亿"), (1e8, "10⁸ ")):
        if not unit.startswith(mark):
            continue
        if own == 1e4 and most >= 1e4:
            return 1e4, ("亿" if chinese else "10⁸ ") + unit.removeprefix(mark)
        return 1.0, unit
    factor, prefix = scale(most)
    return factor, ("" if chinese and width(unit[:1]) == _EM else " ").join(filter(None, [prefix, unit]))


def ends(low: float, high: float) -> tuple[float, float, float]:
    """Ends and step of an axis in round numbers.

    Examples
    --------
    >>> ends(0.0, 9.3)
    (0.0, 10.0, 2.0)
    """
    if not high > low:
        low, high = low - (abs(low) or 1.0) / 2, high + (abs(high) or 1.0) / 2
    rough = (high - low) / 5
    power = 10.0 ** np.floor(np.log10(rough))
    step = float(next(one for one in (1, 2, 2.5, 5, 10) if one * power >= rough * (1 - 1e-9)) * power)
    return float(np.floor(low / step + 1e-9) * step), float(np.ceil(high / step - 1e-9) * step), step


def ticks(low: float, high: float, step: float) -> list[float]:
    """The marks of an axis.

    Examples
    --------
    >>> ticks(-1.0, 1.0, 0.5)
    [-1.0, -0.5, 0.0, 0.5, 1.0]
    """
    return [float(low + step * at) + 0.0 for at in range(round((high - low) / step) + 1)]


def told(value: float, *, percent: bool = False) -> str:
    """A number as it stands at a mark or a bar.

    Examples
    --------
    >>> told(-1234.6), told(0.081, percent=True), told(1e-17)
    ('−1,235', '8.1%', '1e−17')
    """
    text = f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}"
    if percent:
        text = f"{value * 100:.3g}%"
    return text.replace("-", "−")


def width(text: str) -> float:
    """About how wide a text is drawn [px]: Chinese letters are square.

    Examples
    --------
    >>> width("煤") > width("c")
    True
    """
    return sum(_EM if ord(one) > 0x2E7F else _EM * 0.58 for one in text)


def short(text: str, room: float) -> str:
    """A text cut to fit into some room [px].

    Examples
    --------
    >>> short("oil and gas", 40), short("oil", 40)
    ('oil …', 'oil')
    """
    if width(text) <= room:
        return text
    while text and width(text) > room - _EM:
        text = text[:-1]
    return f"{text}…"
