"""Rows of Parquet data that the sum leaves out: how many, why, and where the first ones stand."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import polars as pl

from tanheng.activity import Activity, Finding, place
from tanheng.activity.clean import CLEANERS, LARGEST, NOT_UNDERSTOOD, is_total, sector_of, unit_of
from tanheng.activity.schema import BASE, columns
from tanheng.activity.text import one_line
from tanheng.codes import codelist
from tanheng.engine import Engine, quote
from tanheng.quantities import Unit

MICRO = 1_000_000
_SHOWN = 20
_EVIDENCE = 5


def refuse(
    activity: Activity, engine: Engine, summed: pl.DataFrame, raw: Mapping[str, str], units: Mapping[str, int]
) -> tuple[pl.DataFrame, list[Finding]]:
    """Refuse groups whose coded texts are not understood, and find the rows that the sum left out.

    Parameters
    ----------
    activity : Activity
        On disk, registered as ``activity``.
    engine : Engine
    summed : DataFrame
        Groups with their texts as read and ``good``, the rows in each.
    raw : mapping
        Dimension to column on disk.
    units : mapping
        Every unit as written, with its number of rows.

    Returns
    -------
    tuple of DataFrame and list of Finding
        The groups that stay; findings of severity error count every row that is left out, once.
    """
    search = _Search(activity, engine)
    meant = {text: unit_of(text) for text in units}
    known = {text: unit for text, unit in meant.items() if unit is not None}
    findings = search.texts("unit", {text: count for text, count in units.items() if text not in known})
    expected = sum(units[text] for text in known)
    for name in raw:
        texts = summed.group_by(name).agg(pl.col("good").sum()).rows()
        wrong = {text: int(count) for text, count in texts if _code(name, text)}
        findings += search.texts(name, wrong)
        expected -= sum(wrong.values())
        summed = summed.filter(~pl.col(name).is_in(list(wrong)))
    if expected > int(summed.get_column("good").sum() or 0):
        findings += search.amounts(known)
    if summed.filter(pl.col("amount_micro") == 0).height:
        findings += search.too_small(known)
    return summed, findings + search.texts("sector", _unknown_sectors(summed), "A-125")


def _code(name: str, text: str) -> str:
    """The code of the finding for a text that cannot be taken; empty if it can."""
    if not text.strip():
        return "A-106" if name in BASE else ""
    if name in {"entity", "item"} and is_total(text):
        return "A-107"
    if name == "unit":
        return NOT_UNDERSTOOD["unit"] if unit_of(text) is None else ""
    return NOT_UNDERSTOOD.get(name, "") if name in CLEANERS and CLEANERS[name](text) is None else ""


class _Search:
    """Looks for rows of one activity; texts reach the engine as a table and never as SQL."""

    def __init__(self, activity: Activity, engine: Engine) -> None:
        self._activity, self._engine = activity, engine
        self._amount = quote(activity.mapping["amount"])
        self._text_of_unit = f"coalesce(cast({quote(activity.mapping['unit'])} as varchar), '')"

    def texts(self, name: str, wrong: Mapping[str, int], code: str = "") -> list[Finding]:
        """One finding for each text, with its number of rows; the last one counts the rest."""
        if not wrong:
            return []
        texts = sorted(wrong)
        self._seek(list(enumerate(texts)))
        column = f"coalesce(cast({quote(self._activity.mapping[name])} as varchar), '')"
        found: list[Finding] = []
        for at, text in enumerate(texts[:_SHOWN]):
            where = f"{column} in (select s.text as text from sought as s where s.n = {at})"
            last = at == _SHOWN - 1
            count = sum(wrong[one] for one in texts[at:]) if last else wrong[text]
            found.append(self._finding(code or _code(name, text), name, where, count))
        return found

    def amounts(self, units: Mapping[str, Unit]) -> list[Finding]:
        """Rows of known units whose amount is no number, negative or too large."""
        a = self._amount
        known = f"{self._text_of_unit} in (select s.text as text from sought as s)"
        finite = f"coalesce({a} - {a} = 0, false)"
        large = self._each(units, lambda factor: f"{a} > {_double(LARGEST / factor)}")
        wheres = {
            "A-103": f"{known} and {a} is null",
            "A-101": f"{known} and {a} is not null and not {finite}",
            "A-102": f"{finite} and {known} and {a} < 0",
            "A-109": f"{finite} and {large}",
        }
        return self._found(wheres)

    def too_small(self, units: Mapping[str, Unit]) -> list[Finding]:
        """Rows above zero that round to zero millionths of the canonical unit."""
        a = self._amount
        small = self._each(units, lambda factor: f"{a} > 0 and {a} * {_double(factor * MICRO)} < 0.5")
        return self._found({"A-132": small})

    def _each(self, units: Mapping[str, Unit], condition: Callable[[float], str]) -> str:
        """A condition that depends on the size of the row's unit."""
        factors = sorted({unit.factor for unit in units.values()})
        rows = [(factors.index(unit.factor), text) for text, unit in units.items()]
        self._seek(rows)
        parts = [
            f"({self._text_of_unit} in (select s.text as text from sought as s where s.n = {at}) and {condition(factor)})"
            for at, factor in enumerate(factors)
        ]
        return f"({' or '.join(parts) or '1 = 0'})"

    def _seek(self, rows: Sequence[tuple[int, str]]) -> None:
        self._engine.register(
            "sought", pl.DataFrame(rows, schema={"n": pl.Int64, "text": pl.String}, orient="row")
        )

    def _found(self, wheres: Mapping[str, str]) -> list[Finding]:
        counts = {code: self._count(where) for code, where in wheres.items()}
        return [
            self._finding(code, "amount", where, counts[code])
            for code, where in wheres.items()
            if counts[code]
        ]

    def _part(self, file: str) -> str:
        """A file as messages name it: its path below the folder of parts."""
        root = self._activity.parquet.path.name if self._activity.parquet else ""
        _, below, rest = file.partition(f"/{root}/")
        return (rest if below else file.rpartition("/")[2]) or self._activity.name

    def _count(self, where: str) -> int:
        return int(self._engine.query(f"select count(*) as n from activity as a where {where}").item())

    def _finding(self, code: str, name: str, where: str, count: int) -> Finding:
        rows = [
            {key: _plain(value) for key, value in row.items()}
            for row in self._engine.rows_at("activity", where, _EVIDENCE).to_dicts()
        ]
        first = rows[0] if rows else {}
        raw = self._activity.mapping
        value = first.get(raw[name])
        for row in rows:
            row["file"] = self._part(str(row.get("file") or ""))
        described = columns()[name]
        fields = {
            "where": place(first.get("file", self._activity.name), "", first.get("row")),
            "column": (f"{described['name_zh']} {raw[name]}", raw[name]),
            "value": one_line("" if value is None else value, 60),
            "unit": one_line(first.get(raw["unit"]) or "", 40),
            "count": count,
            "expected": (described["meaning_zh"], described["meaning_en"]),
        }
        return Finding("A-103" if value == "nan" and code == "A-101" else code, fields, tuple(rows), count)


def _unknown_sectors(summed: pl.DataFrame) -> dict[str, int]:
    if "sector" not in summed.columns:
        return {}
    counts = summed.group_by("sector").agg(pl.col("good").sum()).rows()
    known = codelist("sectors")
    return {text: int(count) for text, count in counts if text.strip() and sector_of(text) not in known}


def _double(value: float) -> str:
    """A number as SQL that every engine reads to the last digit."""
    return f"cast('{value!r}' as double)"


def _plain(value: Any) -> Any:
    """A value as JSON can hold it."""
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, Decimal):
        return float(value)
    return value if isinstance(value, str | int | float | bool | None) else str(value)
