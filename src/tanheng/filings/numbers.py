"""Numbers for the eye: four significant digits with the full figure beside them, masses in t and in the units of each language."""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping

from tanheng.codes.wording import Both
from tanheng.errors import Lang
from tanheng.filings.page.markup import Markup, tag
from tanheng.quantities import parse_unit

DASH = "–"
UNITS = (
    ("t", "吨", "t"), ("w", "万吨", "10⁴ t"), ("y", "亿吨", "10⁸ t"), ("k", "千吨", "kt"), ("m", "百万吨", "Mt"),
)  # fmt: skip
"""Display units: key, Chinese and English name; the Chinese name says how many tonnes it is."""
OF_LANGUAGE: Mapping[Lang, str] = {"zh": "twy", "en": "tkm"}
"""Display units that a language uses, from the smallest."""
_DIGITS = 4
_FULL = 15
_NOISE = 12
_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def figure(value: float | None, *, digits: int = _DIGITS) -> str:
    """A number with a few significant digits; unknown is a dash and never 0.

    Examples
    --------
    >>> figure(330391619.72), figure(18.7035), figure(100.0), figure(0.0), figure(None), figure(1.5e-7)
    ('330,400,000', '18.70', '100', '0', '–', '1.5×10⁻⁷')
    """
    if value is None or not math.isfinite(value):
        return DASH
    if value == 0:
        return "0"
    rounded = float(f"{value:.{digits}g}")
    exponent = math.floor(math.log10(abs(rounded)))
    if not -4 <= exponent < 15:
        mantissa = f"{rounded / 10.0**exponent:.{digits}g}"
        return f"{mantissa}{_times(exponent)}".replace("-", "−")
    shown = f"{rounded:,.{max(0, digits - 1 - exponent)}f}"
    if "." in shown and math.isclose(rounded, value, rel_tol=10.0**-_NOISE):
        shown = shown.rstrip("0").rstrip(".")
    return shown.replace("-", "−")


def _times(exponent: int) -> str:
    return f"×10{str(exponent).translate(_SUPERSCRIPT)}"


def full(value: float | None, *, digits: int = _FULL) -> str:
    """All digits of a number.

    Examples
    --------
    >>> full(330391619.7248363), full(1.0310000000000081, digits=12), full(3.87e-05), full(None)
    ('330,391,619.724836', '1.031', '3.87×10⁻⁵', '–')
    """
    if value is None or not math.isfinite(value):
        return DASH
    mantissa, mark, power = f"{value:,.{digits}g}".partition("e")
    return f"{mantissa}{_times(int(power)) if mark else ''}".replace("-", "−")


def in_tonnes(value: float | None) -> str:
    """A mass [t] as a table in tonnes prints it: whole tonnes, four significant digits below 100 t.

    Examples
    --------
    >>> in_tonnes(928700.4), in_tonnes(-225900.0), in_tonnes(18.7035), in_tonnes(None)
    ('928,700', '−225,900', '18.70', '–')
    """
    if value is None or not math.isfinite(value) or abs(value) < 100:
        return figure(value)
    return f"{value:,.0f}".replace("-", "−")


def percent(value: float | None, *, places: int = 2) -> str:
    """A share in %, with a fixed number of places.

    Examples
    --------
    >>> percent(46.7494), percent(0.0004), percent(-0.0004), percent(None), percent(100.0, places=1)
    ('46.75', '<0.01', '>−0.01', '–', '100.0')
    """
    if value is None or not math.isfinite(value):
        return DASH
    least = 10.0**-places
    if 0 < abs(value) < least / 2:
        return f"<{least:.{places}f}" if value > 0 else f">−{least:.{places}f}"
    return f"{value:.{places}f}".replace("-", "−")


@functools.cache
def tonnes() -> dict[str, float]:
    """Tonnes in one display unit, by key.

    Examples
    --------
    >>> tonnes()["w"]
    10000.0
    """
    return {key: parse_unit(zh).factor for key, zh, _ in UNITS}


def masses(value: float) -> dict[str, str]:
    """A mass [t] in each display unit, by key.

    Examples
    --------
    >>> masses(330391619.7248363)
    {'t': '330,400,000', 'w': '33,040', 'y': '3.304', 'k': '330,400', 'm': '330.4'}
    """
    return {key: figure(value / one) for key, one in tonnes().items()}


class Scale:
    """The display unit in which a report opens; the page can change it, since each number carries all of them.

    Parameters
    ----------
    total : float
        The largest mass of the report, t: its unit gives it at least two digits.
    lang : str
        ``zh`` opens in 吨 or 万吨, ``en`` in t, kt or Mt.

    Examples
    --------
    >>> Scale(330391619.72).key, Scale(330391619.72, "en").key, Scale(12.0, "en").key
    ('w', 'm', 't')
    """

    def __init__(self, total: float, lang: Lang = "zh") -> None:
        fitting = [key for key in OF_LANGUAGE[lang] if key != "y" and abs(total) >= 10 * tonnes()[key]]
        self.key = fitting[-1] if fitting else "t"

    def mass(self, value: float | None, *, name: str = "span", **attributes: str) -> Markup:
        """A mass [t] as an element that follows the page's unit."""
        if value is None or not math.isfinite(value):
            return tag(name, DASH, class_="q unknown", **attributes)
        shown = masses(value)
        tip = {"title": f"{full(value)} t"} if name == "span" else {}
        return tag(
            name,
            shown[self.key],
            class_="q",
            **tip,
            **{f"data_{key}": text for key, text in shown.items()},
            **attributes,
        )

    @property
    def unit(self) -> Both:
        """The name of the page's unit, in both languages."""
        return Both(self._unit(1), self._unit(2))

    def _unit(self, language: int) -> Markup:
        names = {one[0]: one[language] for one in UNITS}
        return tag(
            "span", names[self.key], class_="q", **{f"data_{key}": name for key, name in names.items()}
        )
