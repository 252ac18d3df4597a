"""Colours: one palette for all reports, kept in packs/codes/palette.csv; the same item has the same colour everywhere."""

from __future__ import annotations

import csv
import functools
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files

from tanheng.codes import codelist
from tanheng.filings.page.markup import Markup

PLAIN, REST, REMOVAL = "series", "rest", "removal"
INKS = ("#ffffff", "#000000")
_FAMILIES = {"items", "sectors", "gases", "scopes"}


@dataclass(frozen=True)
class Colour:
    """A colour on light ground and on dark ground, as ``#rrggbb``."""

    light: str
    dark: str


@functools.cache
def palette() -> dict[tuple[str, str], Colour]:
    """Every colour by list and code.

    Examples
    --------
    >>> palette()["items", "coal"].light
    '#3a3b50'
    """
    with (files("tanheng.packs") / "codes" / "palette.csv").open(encoding="utf-8") as stream:
        return {
            (row["list"], row["code"]): Colour(row["light"], row["dark"]) for row in csv.DictReader(stream)
        }


def luminance(colour: str) -> float:
    """Relative luminance of ``#rrggbb``, 0 to 1.

    Notes
    -----
    Source: WCAG 2.2, definition of relative luminance.

    Examples
    --------
    >>> luminance("#ffffff"), luminance("#000000")
    (1.0, 0.0)
    """
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in channels)
    return round(0.2126 * red + 0.7152 * green + 0.0722 * blue, 12)


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2.2)."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def ink(colour: str) -> str:
    """The colour of text on a colour: the one of two that can be read better."""
    return max(INKS, key=lambda text: contrast(text, colour))


class Colours:
    """The colours that one report uses; each gets a class of the page's style."""

    def __init__(self) -> None:
        self._used: list[Colour] = []

    def of(self, listed: str, codes: Iterable[str]) -> dict[str, str]:
        """The class of each code of one chart.

        A code has its own colour, else that of the code above it if no other of the chart has it, else one of the
        plain series; what is left over is grey.
        """
        wanted = list(dict.fromkeys(codes))
        taken: dict[str, Colour] = {
            code: palette()[listed, code] for code in wanted if (listed, code) in palette()
        }
        spare = [colour for (name, _), colour in palette().items() if name == PLAIN]
        for code in wanted:
            if code not in taken:
                free = [one for one in (*_above(listed, code), *spare) if one not in taken.values()]
                taken[code] = free[0] if free else palette()[REST, REST]
        return {code: self._class(taken[code]) for code in wanted}

    def rest(self) -> str:
        """The class of what is not shown singly."""
        return self._class(palette()[REST, REST])

    def removal(self) -> str:
        """The class of removals, whatever takes them up."""
        return self._class(palette()[REMOVAL, REMOVAL])

    def plain(self) -> str:
        """The class of a series that has no code."""
        return self._class(palette()[PLAIN, "1"])

    def _class(self, colour: Colour) -> str:
        if colour not in self._used:
            self._used.append(colour)
        return f"k{self._used.index(colour)}"

    def style(self, ground: str) -> Markup:
        """Rules of the page's style for light or dark ground."""
        found = [(place, getattr(colour, ground)) for place, colour in enumerate(self._used)]
        return Markup("".join(f".k{place}{{--c:{shown};--i:{ink(shown)}}}" for place, shown in found))


def _above(listed: str, code: str) -> list[Colour]:
    """Colours of the codes above one, nearest first."""
    if listed not in _FAMILIES or code not in codelist(listed):
        return []
    above = codelist(listed).ancestors(code)
    return [palette()[listed, row["code"]] for row in above if (listed, row["code"]) in palette()]
