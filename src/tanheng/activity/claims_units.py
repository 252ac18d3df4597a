"""Units of printed statements: what they count, and which other unit would fit."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from tanheng.activity.claims_words import squeezed, words_of
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
    bare = unicodedata.normalize("NFKC", text).strip()
    if not bare:
        return ClaimUnit("", 1.0, "")
    for words, dimension, factor in (
        ({"百分点", "个百分点", "percentagepoint", "percentagepoints", "pp", "points"}, POINTS, 0.01),
        ({"倍", "times", "fold", "x"}, TIMES, 1.0),
    ):
        if squeezed(bare) in words:
            return ClaimUnit(text, factor, dimension)
    scale, name = _scale_word(bare)
    for spelling in (bare, name, *_respelled(name)):
        unit = _parsed(spelling)
        if unit is not None:
            return ClaimUnit(text, unit.factor * (1.0 if spelling == bare else scale), _dimension(unit))
    stripped = _PREFIX.sub("", name)
    prefix = name[: len(name) - len(stripped)]
    own = _parsed(f"{prefix}t") if prefix else None
    return ClaimUnit(text, scale * (own.factor if own else 1.0), f"?{squeezed(stripped)}")


def _scale_word(text: str) -> tuple[float, str]:
    word, _, rest = text.partition(" ")
    for scale in words_of("scale").values():
        if rest and word.casefold() in {spelling.casefold() for spelling in scale.spellings}:
            return scale.value, rest.strip()
    return 1.0, text


def _respelled(name: str) -> Iterator[str]:
    plain = re.sub(r"吨|噸", "t", name)
    yield plain
    yield re.sub(r"^metric tons?|^tons?\b|^tonnes?\b", "t", name, flags=re.IGNORECASE)
    yield re.sub(r"(?<=t)\s*(?:of\s+)?(?:carbon dioxide|二氧化碳)", "CO2", plain, flags=re.IGNORECASE)


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
    bare = _PREFIX.sub("", unicodedata.normalize("NFKC", unit).strip())
    bare = _scale_word(bare)[1]
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
