"""From text to canonical values, once per distinct value and never per row."""

from __future__ import annotations

import csv
import functools
import math
import re
from collections.abc import Callable
from importlib.resources import files

from tanheng.activity.periods import parse_period
from tanheng.activity.text import narrow
from tanheng.codes import CodeList, codelist, items, match_regions
from tanheng.errors import UnknownUnit
from tanheng.quantities import Unit, multiplier, parse_unit

BLANK = frozenset(
    (
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
TOTALS = frozenset(
    {"合计", "总计", "小计", "共计", "合計", "總計", "小計", "共計", "total", "subtotal", "grandtotal", "sum"}
)
LARGEST = 9.0e12
"""Largest single amount in canonical units: its millionths still fit a 64-bit integer."""
LONGEST = 200
"""Characters of the longest parameter that is looked at."""

_GROUPED = re.compile(
    r"^[+-]?\d{1,3}(?:([ ,'’\u2009\u202f])\d{3})(?:\1\d{3})*(?:\.\d+)?(?:[eE][+-]?\d+)?$", re.ASCII
)
_NUMBER = re.compile(r"^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$", re.ASCII)
_PARAMETER = re.compile(r"^([^=:]+)[=:]\s*([-+]?[\d.,]+(?:[eE][-+]?\d+)?)(.*)$", re.ASCII)


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
    return "".join(narrow(text).split()).casefold() in BLANK


def is_total(text: str) -> bool:
    """Whether a cell names a row of totals.

    Examples
    --------
    >>> is_total("合 计："), is_total("煤合计")
    (True, False)
    """
    return re.sub(r"[\s:()]", "", narrow(text)).casefold() in TOTALS


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


def parse_parameters(text: str) -> dict[str, tuple[float, str]] | None:
    """Measured parameters in a cell: name to value and unit; None if a piece is not understood.

    Examples
    --------
    >>> parse_parameters("低位发热量=20.9 GJ/t; oxidation=98%")
    {'ncv': (20.9, 'GJ/t'), 'oxidation': (98.0, '%')}
    """
    found: dict[str, tuple[float, str]] = {}
    for piece in re.split(r"[;\n]", narrow(text)):
        if not piece.strip():
            continue
        match = _PARAMETER.match(piece.strip()) if len(piece) <= LONGEST else None
        if not match:
            return None
        name = match[1].strip()
        unit = match[3].strip() or "fraction"
        try:
            parse_unit(unit)
            known = _parameters().get(name.casefold(), name)
            if known in found or ("," in match[2] and not re.match(_GROUPED, match[2])):
                return None
            found[known] = (float(match[2].replace(",", "")), unit)
        except (ValueError, UnknownUnit):
            return None
    return found


def canonical_parameters(text: str) -> str | None:
    """Parameters in one spelling and order, so that equal ones make one key; None if not understood.

    Examples
    --------
    >>> canonical_parameters("oxidation=98 %; ncv=20.9 GJ/t")
    'ncv=20.9 GJ/t; oxidation=98.0 %'
    """
    found = parse_parameters(text)
    if found is None:
        return None
    return "; ".join(f"{name}={value!r} {unit}" for name, (value, unit) in sorted(found.items()))


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
