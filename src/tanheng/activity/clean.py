"""From text to canonical values, once per distinct value and never per row."""

from __future__ import annotations

import csv
import functools
import re
import unicodedata
from importlib.resources import files

import polars as pl

from tanheng.activity.periods import parse_period
from tanheng.codes import codelist, items, region
from tanheng.errors import TanhengError, UnknownUnit
from tanheng.quantities import Unit, parse_unit

BLANK = {
    "",
    "-",
    "--",
    "—",
    "–",
    "/",
    "\\",
    "na",
    "n/a",
    "nan",
    "null",
    "none",
    "无",
    "缺",
    "…",
    "...",
    "#n/a",
    "-nan",
    "+nan",
}
LARGEST = 9.0e12
"""Largest single amount in canonical units: its millionths still fit a 64-bit integer."""

_GROUPED = r"^[+-]?\d{1,3}(,\d{3})+(\.\d+)?([eE][+-]?\d+)?$"
_PARAMETER = re.compile(r"^\s*([^=:]+?)\s*[=:]\s*([-+]?[\d.,]+(?:[eE][-+]?\d+)?)\s*(.*?)\s*$")


def number(column: str) -> pl.Expr:
    """Text of a column as a number: full-width digits and thousands separators are taken, other text is null."""
    text = pl.col(column).str.normalize("NFKC").str.replace_all(r"[\s\u00a0']", "")
    text = pl.when(text.str.contains(_GROUPED)).then(text.str.replace_all(",", "")).otherwise(text)
    return pl.coalesce(pl.col(column).cast(pl.Float64, strict=False), text.cast(pl.Float64, strict=False))


def is_blank(column: str) -> pl.Expr:
    """Whether a cell says that there is nothing."""
    squeezed = pl.col(column).str.normalize("NFKC").str.replace_all(r"\s", "").str.to_lowercase()
    return pl.col(column).is_null() | squeezed.is_in(list(BLANK))


def unit_of(text: str) -> Unit | None:
    """The unit that a text means and that amounts can be added up in; None if there is none."""
    try:
        unit = parse_unit(text)
    except UnknownUnit:
        return None
    return unit if unit.canonical != unit.expression or "/" not in text else None


def item_of(text: str) -> str:
    """Item code of a name; a name that the catalogue lacks stays as it is."""
    try:
        return items().find(text).code
    except TanhengError:
        return text.strip()


def sector_of(text: str) -> str:
    """Sector code of a name; an unknown name stays as it is."""
    try:
        return str(codelist("sectors").find(text)["code"])
    except TanhengError:
        return text.strip()


def region_of(text: str) -> str | None:
    """Region code of a code or name; None where there is none or the name is not unique."""
    try:
        return region(text).code
    except TanhengError:
        return None


@functools.cache
def _parameters() -> dict[str, str]:
    with (files("tanheng.packs") / "codes" / "parameters.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    return {
        spelling.casefold(): row["parameter"]
        for row in rows
        for spelling in (row["parameter"], row["name_zh"], row["name_en"], *row["aliases"].split("|"))
    }


def parse_parameters(text: str) -> dict[str, tuple[float, str]] | None:
    """Measured parameters in a cell: name to value and unit; None if a piece is not understood.

    Examples
    --------
    >>> parse_parameters("低位发热量=20.9 GJ/t; oxidation=98%")
    {'ncv': (20.9, 'GJ/t'), 'oxidation': (98.0, '%')}
    """
    found: dict[str, tuple[float, str]] = {}
    for piece in re.split(r"[;\n]", unicodedata.normalize("NFKC", text)):
        if not piece.strip():
            continue
        match = _PARAMETER.match(piece)
        if not match:
            return None
        name = _parameters().get(match[1].casefold(), match[1])
        unit = match[3] or "fraction"
        try:
            found[name] = (float(match[2].replace(",", "")), unit)
            parse_unit(unit)
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


CLEANERS = {
    "period": parse_period,
    "item": item_of,
    "sector": sector_of,
    "region": region_of,
    "parameters": canonical_parameters,
}
"""Canonical value of each coded column; None means that the text was not understood."""
