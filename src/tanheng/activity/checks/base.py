"""What every check stands on: the tables it reads, amounts in one unit, and how rows and numbers are shown."""

from __future__ import annotations

import csv
import functools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

import polars as pl

from tanheng.activity.clean import unit_of
from tanheng.activity.findings import Finding, place
from tanheng.codes import codelist, items
from tanheng.errors import Lang

VALUE, DIMENSION = "__value", "__dimension"
NAMES = ("entity", "period", "sector", "item")
"""Columns that name a row in a message."""
SHOWN = 500
"""Findings of one kind that a check lists singly; the last one counts the rest."""

Spec = Mapping[str, Any]
Pair = tuple[str, str]


@dataclass(frozen=True)
class CheckTables:
    """The plain tables that checks read; a check never sees an inventory.

    ``activity`` and ``parts`` are canonical activity rows; ``emissions`` has one row a cell with ``emission`` [t];
    ``coefficients`` has ``item, unit, coefficient`` [t per unit]; ``claims`` are printed statements as text.

    Examples
    --------
    >>> rows = pl.DataFrame({"entity": ["甲"], "period": ["2021"], "item": ["raw_coal"], "amount": [1.0], "unit": ["t"]})
    >>> CheckTables(rows).claims is None
    True
    """

    activity: pl.DataFrame
    parts: pl.DataFrame | None = None
    claims: pl.DataFrame | None = None
    emissions: pl.DataFrame = field(default_factory=pl.DataFrame)
    parts_emissions: pl.DataFrame | None = None
    coefficients: pl.DataFrame = field(default_factory=pl.DataFrame)
    unit: str = "t"


Check = Callable[[Spec, CheckTables], list[Finding]]


@dataclass(frozen=True)
class Key:
    """One key of a check, as the format table declares it."""

    check: str
    key: str
    need: str
    type: str
    default: str
    meaning_zh: str
    meaning_en: str
    example: str


@functools.cache
def check_format() -> dict[str, dict[str, Key]]:
    """Keys of every check by check and key, from packs/schemas/check_format.csv.

    Examples
    --------
    >>> check_format()["jump"]["limit"].need
    'yes'
    """
    found: dict[str, dict[str, Key]] = {}
    with (files("tanheng.packs") / "schemas" / "check_format.csv").open(encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            found.setdefault(row["check"], {})[row["key"]] = Key(**row)
    return found


def setting(spec: Spec, check: str, key: str) -> Any:
    """Value of a key of a check, or its default in the format table.

    Examples
    --------
    >>> setting({}, "balance", "of")
    'activity'
    """
    if key in spec:
        return spec[key]
    described = check_format()[check][key]
    if described.type in {"number", "positive"}:
        return float(described.default)
    return described.default == "true" if described.type == "flag" else described.default


def with_values(frame: pl.DataFrame) -> pl.DataFrame:
    """Add ``__value`` (the amount in the canonical unit of its dimension) and ``__dimension`` (that unit).

    Examples
    --------
    >>> rows = pl.DataFrame({"amount": [1.0], "unit": ["万吨"]})
    >>> with_values(rows).select("__value", "__dimension").row(0)
    (10000.0, 't')
    """
    units = {text: unit_of(text) for text in frame.get_column("unit").unique().to_list()}
    factor = {text: (unit.factor if unit else None) for text, unit in units.items()} or {"": None}
    canonical = {text: (unit.canonical if unit else None) for text, unit in units.items()} or {"": None}
    return frame.with_columns(
        (pl.col("amount") * pl.col("unit").replace_strict(factor, return_dtype=pl.Float64)).alias(VALUE),
        pl.col("unit").replace_strict(canonical, return_dtype=pl.String).alias(DIMENSION),
    ).filter(pl.col(VALUE).is_not_null())


def factor_of(unit: str) -> float:
    """How many canonical units one unit is."""
    found = unit_of(unit)
    return found.factor if found else 1.0


def present(columns: Iterable[str], frame: pl.DataFrame) -> list[str]:
    """Those of the columns that the table has."""
    return [name for name in columns if name in frame.columns]


def figure(value: float) -> str:
    """A number as messages show it.

    Examples
    --------
    >>> figure(77960937.81), figure(2.0)
    ('77,960,937.81', '2')
    """
    text = f"{value:,.12g}"
    return f"{value:.6g}" if "e" in text else text


def percent(fraction: float) -> str:
    """A fraction as a percentage with at most two decimals.

    Examples
    --------
    >>> percent(0.69514)
    '69.51%'
    """
    return f"{fraction * 100:.2f}".rstrip("0").rstrip(".") + "%"


def name_of(column: str, code: str, lang: Lang) -> str:
    """Name of a code in the column's list, else the text itself."""
    if column == "sector" and code in codelist("sectors"):
        return codelist("sectors").label(code, lang)
    if column == "item" and code in items():
        item = items().get(code)
        return item.name_zh if lang == "zh" else item.name_en
    return code


def label(row: Mapping[str, Any], columns: Iterable[str]) -> Pair:
    """What a row or group is called: its entity, period, sector and item in both languages.

    Examples
    --------
    >>> label({"item": "coal", "sector": ""}, ["sector", "item"])
    ('煤炭', 'Coal')
    """
    wanted = list(columns)
    ordered = [name for name in NAMES if name in wanted] + [name for name in wanted if name not in NAMES]
    named = [(name, str(row[name])) for name in ordered if row.get(name) not in {None, ""}]
    zh = " ".join(name_of(name, text, "zh") for name, text in named)
    en = ", ".join(name_of(name, text, "en") for name, text in named)
    return zh or "合计", en or "total"


def names_of(column: str, codes: Iterable[str]) -> Pair:
    """Several codes of one column as a list in both languages."""
    listed = list(codes)
    zh = "、".join(name_of(column, code, "zh") for code in listed)
    return zh, ", ".join(name_of(column, code, "en") for code in listed)


def where(row: Mapping[str, Any]) -> Pair:
    """Where a row stands, as the opening words of a message."""
    return place(row.get("__file") or "", row.get("__sheet") or "", row.get("__row"))


def shown_rows(rows: Iterable[Mapping[str, Any]], *, most: int = 5) -> tuple[dict[str, Any], ...]:
    """Rows as findings carry them: ``file``, ``sheet``, ``row`` and what is filled in."""
    kept = []
    for row in list(rows)[:most]:
        data = {key.removeprefix("__"): value for key, value in row.items() if key not in {VALUE, DIMENSION}}
        kept.append({key: value for key, value in data.items() if value is not None and value != ""})
    return tuple(kept)


def listed(rows: pl.DataFrame, make: Callable[[dict[str, Any]], Finding]) -> list[Finding]:
    """One finding a row for the first `SHOWN` rows; the last one counts those that are not listed."""
    made = [make(row) for row in rows.head(SHOWN).to_dicts()]
    if rows.height > SHOWN:
        last = made[-1]
        made[-1] = Finding(last.code, last.fields, last.rows, rows.height - SHOWN + 1)
    return made


def capped(findings: list[Finding]) -> list[Finding]:
    """At most `SHOWN` findings; the last one counts those that are not listed."""
    if len(findings) <= SHOWN:
        return findings
    last = findings[SHOWN - 1]
    rest = sum(finding.count for finding in findings[SHOWN - 1 :])
    return [*findings[: SHOWN - 1], Finding(last.code, last.fields, last.rows, rest)]
