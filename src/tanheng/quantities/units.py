"""Units as Chinese analysts write them, with substances told apart."""

from __future__ import annotations

import csv
import functools
import re
import threading
import tokenize
import unicodedata
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from tanheng.errors import IncompatibleUnit, UnknownUnit

if TYPE_CHECKING:
    from pint import UnitRegistry

PACK = files("tanheng.packs") / "quantities"

_SIMPLER = str.maketrans("萬億噸標準當煤電車裡時碳頭畝頃兩輛", "万亿吨标准当煤电车里时碳头亩顷两辆")
_POWERS = {"十": 1, "百": 2, "千": 3, "万": 4, "亿": 8}
_SUPERSCRIPT = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_SCALE = re.compile(
    r"^(?:10(?:\^|\*\*)(?P<power>\d{1,2})|1?e(?P<e>\d{1,2})|(?P<zh>[十百千万亿]+)|(?P<number>\d+(?:\.\d+)?))\*?(?P<unit>[^\d*].*)$",
    re.ASCII,
)
_NAME = re.compile(r"^[A-Za-z_][A-Za-z0-9_]*(?:(?:\*\*|\^)-?[1-4])?$")
_TIMES = re.compile(r"(?<!\*)\*(?!\*)")
_MISREAD = re.compile(r"^(?:mt(?:[A-Z]|$)|mm[23]$)")
"""To pint a millitonne (whoever writes it means another mass) and a thousandth of a square metre: never guessed."""
_LONGEST, _LARGEST = 80, 1e30
_EXPECTED = "t, 万kWh, 万m³ …"
_MASS = re.compile(r"^(k|M|G|T|m)?(g|t)$")


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit that was understood.

    ``expression`` is its pint form, ``canonical`` the unit in which amounts of its dimension are added up and
    ``factor`` how many canonical units one of it is.
    """

    text: str
    expression: str
    canonical: str
    factor: float
    dimension: str


def read_rows(name: str) -> list[dict[str, str]]:
    """Rows of one CSV file of the quantities pack."""
    with (PACK / name).open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


@functools.cache
def gases() -> dict[str, dict[str, str]]:
    """Gas codes with family, names and, for methane, origin.

    Examples
    --------
    >>> gases()["CH4_fossil"]["family"]
    'CH4'
    """
    return {row["gas"]: row for row in read_rows("gases.csv")}


_PINT = threading.RLock()
"""Held while pint works: two registries do not mix, and one is not made for two threads."""


def registry() -> UnitRegistry[Any]:
    """The pint registry of Tanheng; each gas family is a dimension of its own."""
    with _PINT:
        return _registry()


@functools.cache
def _registry() -> UnitRegistry[Any]:
    from pint import UnitRegistry

    lines = (PACK / "registry.txt").read_text(encoding="utf-8").splitlines()
    for family in dict.fromkeys(row["family"] for row in gases().values()):
        lines += [f"g{family} = [mass_{family}]", f"t{family} = 1e6 * g{family}"]
    made: UnitRegistry[Any] = UnitRegistry(None)
    made.load_definitions(lines)
    return made


@functools.cache
def _names() -> dict[str, str]:
    """Every spelling of a unit in the pack, squeezed, to its pint name."""
    spellings: dict[str, str] = {}
    for row in read_rows("units.csv"):
        for spelling in (row["unit"], row["name_zh"], row["name_en"], *row["aliases"].split("|")):
            if spelling:
                spellings[_squeeze(spelling)] = row["unit"]
    return spellings


@functools.cache
def _folded() -> dict[str, str]:
    """Spellings without case, where case does not matter: KWH is kWh.

    Mt is left out: MT mostly means the metric tonne, a millionth of it.
    """
    folded: dict[str, set[str]] = {}
    for spelling, unit in _names().items():
        folded.setdefault(spelling.casefold(), set()).add(unit)
    del folded["mt"]
    return {spelling: units.copy().pop() for spelling, units in folded.items() if len(units) == 1}


def _squeeze(text: str) -> str:
    text = re.sub(r"(?<=10)[⁰¹²³⁴⁵⁶⁷⁸⁹]+", lambda power: "^" + power[0].translate(_SUPERSCRIPT), text)
    text = unicodedata.normalize("NFKC", text).translate(_SIMPLER)
    return re.sub(r"[\s·・⋅]+", "", text.replace("×", "*"))


def _scale(match: re.Match[str]) -> float:
    if match["zh"]:
        return 10.0 ** sum(_POWERS[char] for char in match["zh"])
    if match["number"]:
        return float(match["number"])
    return 10.0 ** int(match["power"] or match["e"])


def _expression(text: str) -> str:
    """The pint expression for one spelling; only single names reach pint unseen, so that no text can make it work long."""
    names = _names()
    if text in names:
        return names[text]
    if text.casefold() in _folded():
        return _folded()[text.casefold()]
    above, slash, below = _quotient(text)
    if slash:
        return f"({_expression(above) if above else '1'})/({_expression(below)})"
    if text.startswith("(") and text.endswith(")"):
        return f"({_expression(text[1:-1])})"
    if match := _SCALE.match(text):
        return f"({_scale(match)!r}*({_expression(match['unit'])}))"
    if _NAME.match(text) and not _MISREAD.match(text):
        return text
    parts = _TIMES.split(text)
    if len(parts) > 1:
        return "*".join(_expression(part) for part in parts)
    raise ValueError(text)


def _quotient(text: str) -> tuple[str, str, str]:
    """Parts around the last slash that stands outside brackets."""
    depth = 0
    for at in range(len(text) - 1, -1, -1):
        depth += {")": 1, "(": -1}.get(text[at], 0)
        if text[at] == "/" and depth == 0:
            return text[:at], "/", text[at + 1 :]
    return text, "", ""


def _of_gas(text: str, gas: str) -> str:
    """A squeezed unit whose plain mass above the line is of a gas."""
    above, slash, below = text.partition("/")
    bare = _names().get(above.strip("()"), above.strip("()"))
    family = gases()[gas]["family"] if gas in gases() else gas
    return f"{bare}{family}{slash}{below}" if _MASS.match(bare) else text


@functools.cache
def _canonical() -> dict[str, tuple[str, Any]]:
    ureg = registry()
    table = {
        str(ureg.Quantity(1, row["like"]).dimensionality): row["canonical"]
        for row in read_rows("canonical.csv")
    }
    table |= {f"[mass_{row['family']}]": f"t{row['family']}" for row in gases().values()}
    return {dimension: (text, ureg.Quantity(text)) for dimension, text in table.items()}


def canonical_units() -> list[str]:
    """Units in which amounts are added up, one for each dimension.

    Examples
    --------
    >>> "GJ" in canonical_units()
    True
    """
    return [text for text, _ in _canonical().values()]


@functools.lru_cache(maxsize=4096)
def parse_unit(text: str, gas: str = "") -> Unit:
    """Understand a unit, in Chinese or English, with powers of ten before it.

    Parameters
    ----------
    text : str
        For example ``万千瓦时``, ``10^4 m3``, ``tCO2/t``, ``kg/TJ``.
    gas : str
        Gas that a plain mass in the numerator means, so that ``kg/TJ`` with CH4 is kg CH4 per TJ.

    Returns
    -------
    Unit
        With ``factor`` in canonical units; a quotient is its own canonical form.

    Raises
    ------
    UnknownUnit
        When the registry does not know the name.

    Examples
    --------
    >>> parse_unit("亿千瓦时").factor
    360000.0
    >>> parse_unit("kg/TJ", gas="CH4").dimension
    '[mass_CH4] / [energy]'
    """
    squeezed = _squeeze(text)
    if len(squeezed) > _LONGEST or not re.search(r"[^\W\d]|%|‰|^1$", squeezed):
        raise UnknownUnit(unit=text, expected=_EXPECTED, where="")
    with _PINT:
        return _parsed(text, _of_gas(squeezed, gas) if gas else squeezed)


def _parsed(text: str, squeezed: str) -> Unit:
    import pint

    try:
        expression = _expression(squeezed)
        quantity: Any = registry().Quantity(expression)
        dimension = str(quantity.dimensionality)
    except (
        pint.errors.PintError,
        AttributeError,
        ValueError,
        TypeError,
        SyntaxError,
        AssertionError,
        tokenize.TokenError,
    ) as cause:
        raise UnknownUnit(unit=text, expected=_EXPECTED, where="") from cause
    if not 1 / _LARGEST < abs(float(quantity.magnitude)) < _LARGEST:
        raise UnknownUnit(unit=text, expected=_EXPECTED, where="")
    if dimension not in _canonical():
        return Unit(text, expression, expression, 1.0, dimension)
    canonical, one = _canonical()[dimension]
    return Unit(text, expression, canonical, _clean(float((quantity / one).to("").magnitude)), dimension)


def _clean(factor: float) -> float:
    """Drop the last-digit noise of a product of powers of ten."""
    return float(f"{factor:.14g}")


def multiplier(source: str, target: str, *, gas: str = "", where: str = "") -> float:
    """How many ``target`` units one ``source`` unit is.

    Raises
    ------
    UnknownUnit
        When one of the two is not known.
    IncompatibleUnit
        When their dimensions or substances differ; t CO2 does not turn into t C, nor m³ into Nm³.

    Examples
    --------
    >>> multiplier("万kWh", "MWh")
    10.0
    >>> multiplier("m3", "Nm3")
    Traceback (most recent call last):
    ...
    tanheng.errors.IncompatibleUnit: ...
    """
    one, other = parse_unit(source, gas), parse_unit(target, gas)
    found = _ratio(one.expression, other.expression) if one.dimension == other.dimension else None
    if found is None:
        mend_zh, mend_en = _mend(one, other)
        raise IncompatibleUnit(
            unit=source,
            expected=target,
            where=where,
            detail=f"{one.dimension} ≠ {other.dimension}",
            mend_zh=mend_zh,
            mend_en=mend_en,
        )
    return found


@functools.lru_cache(maxsize=4096)
def _ratio(one: str, other: str) -> float:
    with _PINT:
        ureg = registry()
        return _clean(float((ureg.Quantity(one) / ureg.Quantity(other)).to("").magnitude))


def _mend(one: Unit, other: Unit) -> tuple[str, str]:
    dimensions = one.dimension + other.dimension
    if "[normal_volume]" in dimensions and "[length]" in dimensions:
        return (
            "气体体积须注明标准状态：若计量已折算到标准状态，请把单位写作 Nm³（万Nm³）。",
            "Gas volume needs its state: if it is metered at standard conditions, write Nm³ (万Nm³).",
        )
    return (
        "请核对物质与单位，或改用同量纲的单位。",
        "Check substance and unit, or use a unit of the same dimension.",
    )


def convert(amount: float, source: str, target: str, *, gas: str = "") -> float:
    """Convert an amount between two units of one dimension and substance.

    Examples
    --------
    >>> convert(1, "万吨标准煤", "TJ")
    293.076
    """
    return amount * multiplier(source, target, gas=gas)
