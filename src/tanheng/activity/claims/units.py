"""Units of printed statements: what they count, and which other unit would fit."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from tanheng.activity.claims.words import find_word, squeezed, words_of
from tanheng.errors import UnknownUnit
from tanheng.quantities import Unit, parse_unit

PERCENT, POINTS, TIMES, MASS = "%", "points", "times", "t"
_PREFIX = re.compile(
    r"^(?:10\s*(?:\^|\*\*)?\s*\d{1,2}|1?e\d{1,2}|(?:[十百万亿萬億]|千(?![瓦克焦卡米]))+)\s*[*·×]?\s*"
)
_SCALES = ("", "千", "万", "百万", "亿")
_VOLUMES = {"m3", "Nm3"}


@dataclass(frozen=True, slots=True)
class ClaimUnit:
    """A printed unit: its text, how many canonical units it is, and its dimension (``?`` before one of its own)."""

    text: str
    factor: float
    dimension: str

    @property
    def known(self) -> bool:
        """Whether the registry knows it."""
        return not self.dimension.startswith("?")


def claim_unit(text: str) -> ClaimUnit:
    """Understand a printed unit; volumes count as one dimension, coal equivalent as one of its own.

    Examples
    --------
    >>> claim_unit("万吨").factor, claim_unit("million t").factor, claim_unit("家").dimension
    (10000.0, 1000000.0, '?家')
    """
    bare = _tidied(text)
    if not bare:
        return ClaimUnit("", 1.0, "")
    scale, name = _scale_word(bare)
    word = words_of("unit").get(find_word("unit", name) or "")
    if word is not None and word.code in {POINTS, TIMES}:
        return ClaimUnit(text, word.value, word.code)
    for spelling, times in ((bare, 1.0), (name, scale), (word.code if word else "", scale)):
        unit = _parsed(spelling)
        if unit is not None:
            return ClaimUnit(text, unit.factor * times, _dimension(unit))
    return _own(text, name, scale)


def _tidied(text: str) -> str:
    """A unit without width, powers written high, commas in numbers, a leading sign of times and 'a year'."""
    powers = re.sub(r"(?<=10)[⁰¹²³⁴⁵⁶⁷⁸⁹]+", lambda high: "^" + unicodedata.normalize("NFKC", high[0]), text)
    bare = re.sub(r"(?<=\d),(?=\d{3})", "", unicodedata.normalize("NFKC", powers)).strip()
    bare = re.sub(r"^[x×*]\s*(?=1)", "", bare)
    return re.sub(r"\s*(?:/\s*(?:年|a|yr|year)|per year|a year)$", "", bare)


def _own(text: str, name: str, scale: float) -> ClaimUnit:
    """A unit that no list knows, without the power of ten before it; or a power of ten alone."""
    alone = words_of("scale").get(find_word("scale", name) or "")
    if alone is not None:
        return ClaimUnit(text, scale * alone.value, "")
    stripped = _PREFIX.sub("", name)
    prefix = name[: len(name) - len(stripped)]
    size = _parsed(f"{prefix}t") if prefix else None
    times = size.factor if size else 1.0
    spelled = words_of("unit").get(find_word("unit", stripped) or "")
    if spelled is not None and prefix:
        known = claim_unit(spelled.code)
        return ClaimUnit(text, scale * known.factor * times, known.dimension)
    return ClaimUnit(text, scale * times, f"?{squeezed(stripped)}" if stripped else "")


def _scale_word(text: str) -> tuple[float, str]:
    """Numbers and words such as million or 100 before a unit."""
    factor, rest = 1.0, text
    spelled = {
        spelling.casefold(): word.value for word in words_of("scale").values() for spelling in word.spellings
    }
    while True:
        word, _, behind = rest.partition(" ")
        number = float(word) if re.fullmatch(r"\d+(?:\.\d+)?", word) else spelled.get(word.casefold())
        if not behind or number is None:
            return factor, rest
        factor, rest = factor * number, behind.strip()


def _parsed(text: str) -> Unit | None:
    try:
        return parse_unit(text)
    except UnknownUnit:
        return None


def _dimension(unit: Unit) -> str:
    if unit.canonical == "fraction":
        return PERCENT
    if unit.dimension in {"[mass_CO2]", "[mass_CO2e]"}:
        return MASS + "CO2"
    if unit.canonical in _VOLUMES:
        return "m3"
    return "tce" if re.search(r"ce\b|oe\b", unit.expression) else unit.canonical


def same_dimension(unit: str) -> str:
    """Dimension of a unit of the tables, as `claim_unit` tells them apart."""
    return claim_unit(unit).dimension


def base_of(unit: str) -> str:
    """A unit without the power of ten before it.

    Examples
    --------
    >>> base_of("万m3"), base_of("亿千瓦时"), base_of("GWh")
    ('m3', '千瓦时', 'kWh')
    """
    bare = _scale_word(_PREFIX.sub("", _tidied(unit)))[1]
    if re.fullmatch(r"[kMG]t.*|Gg", bare):
        return "t"
    return "kWh" if re.fullmatch(r"[MGT]Wh", bare) else bare


def scaled_units(unit: str) -> Iterator[ClaimUnit]:
    """The units that differ from a unit by the power of ten before it.

    Examples
    --------
    >>> [one.text for one in scaled_units("万m3")]
    ['m3', '千m3', '万m3', '百万m3', '亿m3']
    """
    base = base_of(unit)
    for scale in _SCALES:
        found = claim_unit(scale + base)
        if found.known:
            yield found
