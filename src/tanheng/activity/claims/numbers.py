"""Printed numbers: each one is an interval, as wide as its last printed digit lets it be."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace

from tanheng.activity.claims.words import find_word, spellings, words_of

_NUMBER = r"[+\-−–]?\d(?:[\d\s,，'’]*\d)?(?:\.\d+)?(?:\s*(?:[eE]\s*[+\-]?\d{1,2}|[×xX*]\s*10\s*(?:\^|\*\*)?\s*[+\-]?\d{1,2}))?|[+\-−–]?\.\d+"
_PRINTED = re.compile(
    rf"^(?P<number>{_NUMBER})(?:\s*(?:-|–|—|~|～|至|到|to)\s*(?P<upper>{_NUMBER}))?\s*(?P<rest>[^\d.]*.*)$"
)
_POWER = re.compile(r"(?:[eE]|[×xX*]\s*10\s*(?:\^|\*\*)?)\s*([+\-]?\d{1,2})$")
_GROUPED = re.compile(r"^\d{1,3}(?:,\d{3})+$|^\d{1,4}(?:,\d{4})+$|^\d+$")
_SCALES = re.compile(r"^(?P<scale>[十百千万亿萬億]+)")
INFINITY = float("inf")


@dataclass(frozen=True, slots=True)
class Interval:
    """A closed interval; arithmetic keeps every value that it may have."""

    low: float
    high: float

    def __add__(self, other: Interval) -> Interval:
        return Interval(self.low + other.low, self.high + other.high)

    def __sub__(self, other: Interval) -> Interval:
        return Interval(self.low - other.high, self.high - other.low)

    def __mul__(self, other: Interval) -> Interval:
        ends = [a * b for a in (self.low, self.high) for b in (other.low, other.high)]
        return Interval(min(ends), max(ends))

    def __truediv__(self, other: Interval) -> Interval | None:
        if other.low <= 0 <= other.high:
            return None
        return self * Interval(1 / other.high, 1 / other.low)

    @property
    def middle(self) -> float:
        """The middle; of a half-open interval its finite end."""
        if self.high == INFINITY:
            return self.low
        return self.high if self.low == -INFINITY else (self.low + self.high) / 2

    def gap(self, other: Interval) -> float:
        """How far two intervals are apart; negative where they overlap."""
        return max(self.low, other.low) - min(self.high, other.high)

    def scaled(self, factor: float) -> Interval:
        """Both ends times a positive factor."""
        return Interval(self.low * factor, self.high * factor)

    def magnitude(self) -> Interval:
        """Of the absolute value."""
        if self.low <= 0 <= self.high:
            return Interval(0.0, max(-self.low, self.high))
        return self if self.low > 0 else Interval(-self.high, -self.low)


@dataclass(frozen=True, slots=True)
class Printed:
    """A number as it was printed.

    ``digits`` is its text without signs and separators, ``value`` what it says, ``half`` half a unit of its last
    significant digit, both times ``scale``. ``bound`` says that it is only a lower (1) or upper (-1) bound; ``upper``
    is the end of a printed range; ``word`` another relation that was written before the number (增长10%).
    """

    text: str
    digits: str
    value: float
    half: float
    scale: float = 1.0
    about: bool = False
    bound: int = 0
    upper: float | None = None
    word: str = ""

    @property
    def interval(self) -> Interval:
        """What the number may stand for, rounded to its last digit."""
        if self.bound:
            return Interval(self.value, INFINITY) if self.bound > 0 else Interval(-INFINITY, self.value)
        high = self.value if self.upper is None else self.upper
        return Interval(self.value - self.half, high + self.half)

    @property
    def loose(self) -> Interval:
        """The same, if the last digit may also have been cut off rather than rounded."""
        strict = self.interval
        if self.bound:
            return strict
        extra = min(self.half, _cut(self.digits) * self.scale / 2)
        return Interval(
            strict.low - (extra if self.value < 0 else 0), strict.high + (extra if self.value >= 0 else 0)
        )

    def times(self, factor: float) -> Printed:
        """The number in another unit."""
        upper = None if self.upper is None else _clean(self.upper * factor)
        value, half, scale = (
            _clean(self.value * factor),
            _clean(self.half * factor),
            _clean(self.scale * factor),
        )
        return replace(self, value=value, half=half, scale=scale, upper=upper)

    def negated(self) -> Printed:
        """The number with a minus sign."""
        return replace(self, value=-abs(self.value), bound=-self.bound)


def parse_printed(text: str, *, about: bool = False) -> tuple[Printed, str] | None:
    """Read a printed number and what stands behind it.

    Parameters
    ----------
    text : str
        Such as ``2.2``, ``868 729.81``, ``约50%``, ``2.3亿吨``, ``1.2 million``, ``over 3e6``, ``2.2–2.3``.
    about : bool
        Whether the statement says so elsewhere.

    Returns
    -------
    tuple of Printed and str, or None
        The number with its precision, and the unit that was written with it; None if there is no number.

    Notes
    -----
    Half a unit of the last digit either way; zeros that end a whole number do not count as digits beyond the second
    (beyond the first, after 'about'); 'about' widens the interval by its factor in packs/rules/relations.csv.

    Examples
    --------
    >>> number, rest = parse_printed("2.2 亿吨")
    >>> number.interval, rest
    (Interval(low=215000000.0, high=225000000.0), '吨')
    """
    bare = unicodedata.normalize("NFKC", text).strip()
    words, bare = _without_words(bare)
    match = _PRINTED.match(bare)
    if not match or re.match(r"[/⁄]\s*\d", match["rest"]):
        return None
    first = _number(match["number"])
    last = _number(match["upper"]) if match["upper"] else first
    if first is None or last is None:
        return None
    more, rest = _without_words(match["rest"], behind=True)
    rest, scale = _scale(rest)
    about = about or "about" in words + more
    digits, value, place = last
    half = place / 2
    if about:
        half = _about(half, value, _resolution(digits, 1) / _resolution(digits, 2))
    bounds = [int(words_of("relation")[word].value) for word in words + more if word in _BOUNDS]
    if match["upper"] and not value >= first[1]:
        return None
    number = Printed(
        text.strip(),
        digits,
        first[1],
        half,
        1.0,
        about,
        bounds[0] if bounds else 0,
        value if match["upper"] else None,
    ).times(scale)
    said = next((word for word in words if word not in _BOUNDS | {"about", "equals"}), "")
    return replace(number, scale=scale * 10.0 ** _power(match["upper"] or match["number"]), word=said), rest


def _about(half: float, value: float, zeros: float) -> float:
    """Half a unit widened by 'about'; the zeros that end a round number count for less, up to a share of it."""
    wider = half * max(words_of("relation")["about"].value, zeros)
    return max(half, min(wider, abs(value) * words_of("precision")["about_round"].value))


def _clean(value: float) -> float:
    """Without the last-digit noise of a product with a power of ten."""
    return float(f"{value:.15g}")


_BOUNDS = {"at_least", "at_most", "greater", "less"}


def _without_words(text: str, *, behind: bool = False) -> tuple[list[str], str]:
    """Take words such as 约, over, 左右 off one side of a number."""
    found: list[str] = []
    pattern = r"^(.*?)[\s(（)）]*(约|左右|上下|以上|以下|以内|余|多)$" if behind else r"^([^\d+\-−–.]+)(.*)$"
    match = re.match(pattern, text)
    if match is None:
        return found, text
    word, rest = (match[2], match[1]) if behind else (match[1], match[2])
    code = find_word("relation", word) or ("about" if word in {"余", "多"} else None)
    if code is None:
        return found, text
    return [code], rest.strip()


def _scale(rest: str) -> tuple[str, float]:
    """Take a scale word (万, 亿, million) off the front of a unit."""
    rest = rest.strip()
    if match := _SCALES.match(rest):
        powers = {"十": 1, "百": 2, "千": 3, "万": 4, "萬": 4, "亿": 8, "億": 8}
        return rest[match.end() :].strip(), 10.0 ** sum(powers[char] for char in match["scale"])
    word, _, behind = rest.partition(" ")
    code = spellings("scale").get(word.casefold())
    return (behind.strip(), words_of("scale")[code].value) if code else (rest, 1.0)


def _power(text: str) -> int:
    match = _POWER.search(text)
    return int(match[1]) if match else 0


def _number(text: str) -> tuple[str, float, float] | None:
    """Digits, value and place value of the last significant digit of one number; None if it is not well written."""
    power = _power(text)
    mantissa = _POWER.sub("", text).replace("，", ",").replace("−", "-").replace("–", "-")
    mantissa = re.sub(r"[\s'’]", "", mantissa)
    sign = -1 if mantissa.startswith("-") else 1
    whole, point, decimals = mantissa.lstrip("+-").partition(".")
    if whole and not _GROUPED.match(whole):
        return None
    digits = whole.replace(",", "") + point + decimals
    return digits, _clean(sign * float(digits) * 10.0**power), _clean(_resolution(digits, 2) * 10.0**power)


def _cut(digits: str) -> float:
    return _resolution(digits, 1)


def _resolution(digits: str, least: int) -> float:
    """Place value of the last digit that counts, with at least so many significant digits."""
    whole, point, decimals = digits.partition(".")
    if point:
        return 10.0 ** -len(decimals)
    whole = whole.lstrip("0") or "0"
    zeros = len(whole) - len(whole.rstrip("0"))
    significant = max(len(whole) - zeros, least)
    return 10.0 ** max(len(whole) - significant, 0)


def edits(number: Printed) -> list[tuple[str, str, Printed]]:
    """What a slip of the pen may have made of a number: kind of slip, how it would read, and that number.

    Parameters
    ----------
    number : Printed
        As printed. Only long numbers (four digits and more) may lack a digit, have one too many, or have two swapped;
        any number may be off by a power of ten.

    Returns
    -------
    list of tuple
        Power of ten of a unit, digit left out (``?`` marks its place), digit too many, neighbours swapped, point moved.

    Examples
    --------
    >>> number, _ = parse_printed("868,729.81")
    >>> "8,6?8,729.81" in [shown for kind, shown, _ in edits(number) if kind == "missing"]
    True
    """
    found = [
        (kind, _power_of_ten(step), number.times(10.0**step))
        for kind, steps in _STEPS.items()
        for step in steps
    ]
    whole, point, decimals = number.digits.partition(".")
    if len(whole + decimals) < 4:
        return found
    sign = -1 if number.value < 0 else 1

    def made(text: str) -> Printed:
        place = number.half / number.scale if number.scale else number.half
        return replace(
            number, digits=text, value=sign * float(text) * number.scale, half=place * number.scale
        )

    tail = point + decimals
    for at in range(len(whole) + 1):
        shown = _with_commas(f"{whole[:at]}?{whole[at:]}") + tail
        found += [
            ("missing", shown, made(whole[:at] + digit + whole[at:] + tail))
            for digit in "0123456789"
            if at or digit != "0"
        ]
    for at in range(len(whole)):
        shorter = whole[:at] + whole[at + 1 :] + tail
        if len(whole) > 1:
            found.append(("extra", _with_commas(whole[:at] + whole[at + 1 :]) + tail, made(shorter)))
    for at in range(len(whole) - 1):
        swapped = whole[:at] + whole[at + 1] + whole[at] + whole[at + 2 :] + tail
        if swapped != number.digits:
            found.append(("swapped", _with_commas(swapped.removesuffix(tail)) + tail, made(swapped)))
    return found


_STEPS = {"power": (3, -3, 4, -4, 6, -6, 8, -8), "point": (1, -1, 2, -2)}
_ORDER = ("power", "missing", "extra", "swapped", "point")


def _power_of_ten(step: int) -> str:
    return f"{10**step:,}" if step > 0 else f"1/{10**-step:,}"


def _with_commas(whole: str) -> str:
    first = len(whole) % 3
    return ",".join(
        part for part in (whole[:first], *(whole[at : at + 3] for at in range(first, len(whole), 3))) if part
    )


Misfit = Callable[[Printed], float | None]


def repair(number: Printed, misfit: Misfit) -> tuple[str, str, Printed] | None:
    """The simplest slip that explains a number.

    Parameters
    ----------
    number : Printed
        As printed.
    misfit : callable
        How far another number would still be off; None if it would not do.

    Returns
    -------
    tuple, or None
        The kind of slip, how the number would read, and the number that fits best; None if no single slip explains it.

    Examples
    --------
    >>> number, _ = parse_printed("868,729.81")
    >>> repair(number, lambda other: 0.0 if 8.57e6 < other.value < 8.68e6 else None)[:2]
    ('missing', '8,6?8,729.81')
    """
    tried = [(kind, shown, other, misfit(other)) for kind, shown, other in edits(number)]
    fitting = [(kind, shown, other, off) for kind, shown, other, off in tried if off is not None]
    if not fitting:
        return None
    simplest = min((entry[0] for entry in fitting), key=_ORDER.index)
    kinds = [entry for entry in fitting if entry[0] == simplest]
    shown = max((entry[1] for entry in kinds), key=lambda text: sum(entry[1] == text for entry in kinds))
    best = min((entry for entry in kinds if entry[1] == shown), key=lambda entry: entry[3])
    return best[0], shown, best[2]
