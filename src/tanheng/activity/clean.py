"""From text to canonical values, once per distinct value and never per row."""

from __future__ import annotations

import csv
import functools
import math
import re
from collections.abc import Callable, Mapping
from importlib.resources import files
from typing import NamedTuple

from tanheng.activity.periods import parse_period
from tanheng.activity.text import narrow
from tanheng.codes import CodeList, codelist, items, match_regions
from tanheng.errors import UnknownUnit
from tanheng.quantities import Unit, multiplier, parse_unit

NO_RESULT, MERGED = "#FORMULA", "#MERGED"
"""What stands in place of the amount of a cell that has no number of its own, as Excel writes its errors."""
BLANK = frozenset(
    (
        NO_RESULT.casefold(),
        MERGED.casefold(),
        "",
        "-",
        "--",
        "—",
        "——",
        "–",
        "/",
        "\\",
        "na",
        "n/a",
        "nan",
        "-nan",
        "+nan",
        "nat",
        "null",
        "none",
        "<na>",
        "无",
        "缺",
        "…",
        "...",
    )
    + ("……", "#n/a", "#div/0!", "#ref!", "#value!", "#name?", "#null!", "#num!")
)
_LONGEST_WORD = max(len(word) for word in BLANK if word.isalnum())
TOTALS = frozenset(
    {"合计", "总计", "小计", "共计", "合計", "總計", "小計", "共計", "total", "subtotal", "grandtotal", "sum"}
)
MICRO = 1_000_000
LARGEST = 9.0e12
"""Largest single amount in canonical units: its millionths still fit a 64-bit integer."""
LONGEST = 200
"""Characters of the longest parameter that is looked at."""

_GROUPED = re.compile(
    r"^[+-]?\d{1,3}(?:([ ,'’\u2009\u202f])\d{3})(?:\1\d{3})*(?:\.\d+)?(?:[eE][+-]?\d+)?$", re.ASCII
)
_NUMBER = re.compile(r"^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$", re.ASCII)
_PARAMETER = re.compile(
    r"^([^=:]+)[=:]\s*([-+]?(?:\d{1,3}(?:[ '’\u2009\u202f]\d{3}(?!\d))+(?:\.\d+)?|[\d.,]+)(?:[eE][-+]?\d+)?)(.*)$",
    re.ASCII,
)
_SUM = re.compile(r"(?:[合总小共]计|[合總小共]計)(?![算划劃量价價费費时時件生策步票税])")
"""A word for totals inside a name, where it is not the beginning of a word such as 计量."""
_PART = re.compile(r"\W*(?:其中|of\s+which\b)", re.IGNORECASE)
_AMOUNT = re.compile(r"(?!10(?:\^|\*\*)|1\s*(?:/|$))\d", re.ASCII)
"""How a torn number begins: 934 MJ/t is none of a unit, 10^3 kJ/kg and 1/km are."""
_SPREAD = re.compile(r"(?:±|\+/?-)\s*(\d+\.?\d*|\.\d+)\s*(%?)", re.ASCII)


def number_of(text: str) -> float | None:
    """A number as people write it: full-width digits and thousands separators are taken; None for other text.

    Examples
    --------
    >>> number_of("１，２３４．５"), number_of("77 960 937.81"), number_of("3 4"), number_of("约120")
    (1234.5, 77960937.81, None, None)
    """
    text = narrow(text).strip()
    if _GROUPED.match(text):
        text = re.sub(r"[ ,'’\u2009\u202f]", "", text)
    return float(text) if _NUMBER.match(text) else None


def percent_of(text: str) -> float | None:
    """A percentage, with or without its sign.

    Examples
    --------
    >>> percent_of("±5 %"), percent_of("5")
    (5.0, 5.0)
    """
    return number_of(narrow(text).strip().removeprefix("±").removesuffix("%"))


def is_blank(text: str) -> bool:
    """Whether a cell says that there is nothing.

    Examples
    --------
    >>> is_blank("—"), is_blank("N/A"), is_blank("0")
    (True, True, False)
    """
    if text[:1].isdigit() or (len(text) > _LONGEST_WORD and text.isalnum()):
        return False
    return "".join(narrow(text).split()).casefold() in BLANK


def is_total(text: str) -> bool:
    """Whether a cell names a row of totals.

    Examples
    --------
    >>> is_total("合 计："), is_total("煤合计")
    (True, False)
    """
    return re.sub(r"[\s:()]", "", narrow(text)).casefold() in TOTALS


def sums_entities(text: str) -> bool:
    """Whether the name of an entity is that of a row of totals, as 全省合计 is; 联合计量中心 is none.

    Examples
    --------
    >>> sums_entities("全省合计"), sums_entities("合计（全市）"), sums_entities("Total (all)"), sums_entities("联合计量中心")
    (True, True, True, False)
    """
    bare = re.sub(r"\(.*?\)", "", narrow(text))
    return is_total(text) or is_total(bare) or bool(_SUM.search("".join(text.split())))


def is_part(text: str) -> bool:
    """Whether a name says that its row is part of another, as 其中：一分厂 does.

    Examples
    --------
    >>> is_part("其中：水泥"), is_part(" # 其中 水泥"), is_part("of which: cement"), is_part("水泥")
    (True, True, True, False)
    """
    return bool(_PART.match(narrow(text)))


@functools.lru_cache(maxsize=65536)
def unit_of(text: str) -> Unit | None:
    """The unit that a text means and that amounts can be added up in; None if there is none."""
    try:
        unit = parse_unit(text)
    except UnknownUnit:
        return None
    rate = unit.canonical == unit.expression and re.search(r"/|(?:\*\*|\^)-", unit.expression)
    return None if rate else unit


def item_of(text: str) -> str:
    """Item code of a name; a name that the catalogue lacks stays as it is."""
    return _code_of(items().codes, text)


def sector_of(text: str) -> str:
    """Sector code of a name; an unknown name stays as it is."""
    return _code_of(codelist("sectors"), text)


def gas_of(text: str) -> str:
    """Gas code of a name; an unknown name stays as it is."""
    return _code_of(codelist("gases"), text)


def _code_of(codes: CodeList, text: str) -> str:
    found = codes.match(text)
    return found[0] if len(found) == 1 else text.strip()


@functools.lru_cache(maxsize=65536)
def region_of(text: str) -> str | None:
    """Region code of a code or name; None where there is none or the name is not unique."""
    found = match_regions(re.sub(r"^(\d+)\.0+$", r"\1", text.strip()))
    return found[0].code if len(found) == 1 else None


@functools.cache
def _parameter_rows() -> list[dict[str, str]]:
    with (files("tanheng.packs") / "codes" / "parameters.csv").open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


@functools.cache
def _parameters() -> dict[str, str]:
    return {
        spelling.casefold(): row["parameter"]
        for row in _parameter_rows()
        for spelling in (row["parameter"], row["name_zh"], row["name_en"], *row["aliases"].split("|"))
        if spelling
    }


def parameter_range(name: str, unit: str) -> tuple[float, float]:
    """Lowest and highest value of a measured parameter, in ``unit``.

    packs/codes/parameters.csv has the bounds of known names; no parameter is negative.

    Examples
    --------
    >>> parameter_range("oxidation", "percent"), parameter_range("ncv", "MJ/kg")
    ((0.0, 100.0), (0.0, 120.0))
    """
    dimension = parse_unit(unit).dimension
    for row in _parameter_rows():
        if row["parameter"] == name and parse_unit(row["unit"]).dimension == dimension:
            factor = multiplier(row["unit"], unit)
            return float(row["low"]) * factor, float(row["high"] or "inf") * factor
    return 0.0, math.inf


@functools.cache
def parameter_names() -> dict[str, tuple[str, str]]:
    """Chinese and English name of every known parameter.

    Examples
    --------
    >>> parameter_names()["share_lignite"]
    ('褐煤占比', 'share of lignite')
    """
    return {row["parameter"]: (row["name_zh"], row["name_en"]) for row in _parameter_rows()}


@functools.cache
def parameter_units() -> dict[str, str]:
    """The unit in which every known parameter is usually stated, the first of the list.

    Examples
    --------
    >>> parameter_units()["ncv"], parameter_units()["oxidation"]
    ('GJ/t', 'fraction')
    """
    return {row["parameter"]: row["unit"] for row in reversed(_parameter_rows())}


class Stated(NamedTuple):
    """A measured value in its unit; ``half_width`` of the 95 % interval relative to the value, None where none is stated."""

    value: float
    unit: str
    half_width: float | None = None

    def __str__(self) -> str:
        spread = "" if self.half_width is None else f" ±{self.half_width * 100:g}%"
        return f"{self.value:g} {self.unit}{spread}"


def parse_parameters(text: str) -> dict[str, Stated] | None:
    """Measured parameters in a cell by name; None if a piece is not understood.

    A half width after ± (or +-) is relative to the value where it ends in %, also for values in %; else it is in the unit of
    the value.

    Examples
    --------
    >>> found = parse_parameters("低位发热量=20.9 GJ/t ±3%; oxidation=98%")
    >>> found["ncv"].half_width, str(found["oxidation"])
    (0.03, '98 %')
    >>> str(parse_parameters("ncv=20 ± 0.5 GJ/t")["ncv"])
    '20 GJ/t ±2.5%'
    >>> parse_parameters("ncv=20 934 MJ/t")["ncv"].value, parse_parameters("ncv=20 93 MJ/t") is None
    (20934.0, True)
    """
    found: dict[str, Stated] = {}
    for piece in re.split(r"[;\n]", narrow(text)):
        if not piece.strip():
            continue
        match = _PARAMETER.match(piece.strip()) if len(piece) <= LONGEST else None
        if not match:
            return None
        name = match[1].strip()
        known = _parameters().get(name.casefold(), name)
        stated = _stated(match[2], match[3])
        if stated is None or known in found:
            return None
        found[known] = stated
    return found


def _stated(number: str, rest: str) -> Stated | None:
    """Value, unit and half width; None where one of them is not understood."""
    value = number_of(number)
    if value is None:
        return None
    spread = _SPREAD.search(rest)
    unit = (rest.replace(spread[0], " ", 1) if spread else rest).strip() or "fraction"
    if _AMOUNT.match(unit):
        return None
    try:
        parse_unit(unit)
    except UnknownUnit:
        return None
    if spread is None:
        return Stated(value, unit)
    if spread[2]:
        return Stated(value, unit, float(f"{float(spread[1]) / 100:.15g}"))
    return Stated(value, unit, float(f"{float(spread[1]) / abs(value):.15g}")) if value else None


def canonical_parameters(text: str) -> str | None:
    """Parameters in one spelling and order, so that equal ones make one key; None if not understood.

    Examples
    --------
    >>> canonical_parameters("oxidation=98 %; ncv=20.9 GJ/t")
    'ncv=20.9 GJ/t; oxidation=98.0 %'
    >>> canonical_parameters("ncv=20.9＋－3% GJ/t")
    'ncv=20.9 GJ/t ±3.0%'
    """
    found = parse_parameters(text)
    if found is None:
        return None
    return spelled_parameters(found)


def spelled_parameters(found: Mapping[str, Stated]) -> str:
    """Parameters as a cell states them, in one spelling and order.

    Examples
    --------
    >>> spelled_parameters({"oxidation": Stated(98.0, "%"), "ncv": Stated(20.9, "GJ/t", 0.03)})
    'ncv=20.9 GJ/t ±3.0%; oxidation=98.0 %'
    """
    return "; ".join(f"{name}={_spelled(one)}" for name, one in sorted(found.items()))


def _spelled(one: Stated) -> str:
    spread = "" if one.half_width is None else f" ±{float(f'{one.half_width * 100:.15g}')!r}%"
    return f"{one.value!r} {one.unit}{spread}"


CLEANERS: dict[str, Callable[[str], str | None]] = {
    "period": parse_period,
    "item": item_of,
    "sector": sector_of,
    "region": region_of,
    "gas": gas_of,
    "parameters": canonical_parameters,
}
"""Canonical value of each coded column; None means that the text was not understood."""

NOT_UNDERSTOOD = {"unit": "A-104", "period": "A-105", "parameters": "A-112", "region": "A-113"}
"""Code of the finding for a text that is not understood, by column."""
