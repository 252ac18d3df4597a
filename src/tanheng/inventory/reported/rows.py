"""Rows of a reported inventory, one by one: what is kept, what is refused and why, what is doubtful."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from tanheng.activity import Finding, parse_period, place
from tanheng.activity.clean import is_total
from tanheng.activity.reading.sheets import SHOWN
from tanheng.activity.text import narrow, one_line
from tanheng.codes import codelist
from tanheng.inventory.categories.gpc import GRAMS, Category, category_of, clean_reference, near_references
from tanheng.inventory.categories.notation import LIST, notation_key
from tanheng.inventory.reported.formats import GASES, Layout
from tanheng.inventory.reported.masses import CACHED, blank, factor_of, fits, gas_check, grams, measured

Row = dict[str, Any]
_TEXT = 30_000
_BY_VALUE = {"I-202", "I-203", "I-204", "I-206", "I-215"}
"""Findings that are told once for each value; of the others the first or largest stands for all of its kind."""


@dataclass
class Checked:
    """Rows of a file: kept and refused ones, and what was found.

    Of those ``read``, ``unanswered`` hold neither emission nor key and ``totals`` add up others. ``years`` counts all rows by
    the year that they state, also those of a year that was not asked for and so not read.
    """

    kept: list[Row] = field(default_factory=list)
    refused: list[Row] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    read: int = 0
    unanswered: int = 0
    totals: int = 0
    years: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class _Line:
    """One row as it was read, with what its reference, key, unit and emission mean."""

    number: int
    cells: list[str]
    raw: dict[str, str]
    reference: str
    category: Category | str | None
    key: str | None
    factor: Decimal | None
    emission: int | None


def check_rows(layout: Layout, keys: Mapping[str, str], *, year: str | None = None) -> Checked:
    """Check every row below a header.

    Parameters
    ----------
    layout : Layout
        The sheet with its header.
    keys : mapping of str to str
        Case-folded notation keys to which the user gave a meaning.
    year : str, optional
        The year to read; rows of another one, or of none, are only counted.

    Returns
    -------
    Checked
        A row is refused for the first reason that holds: more cells than the header, no reference, a reference that is none
        or a heading, an unknown notation key, a unit that is no CO2e, an emission that is no number.
    """
    found, notes = Checked(), _Notes(layout)
    seen: dict[tuple[str, ...], int] = {}
    for line in _lines(layout, keys):
        stated = _year(line.raw.get("year", ""))
        found.years[stated] += 1
        if year is not None and stated != year:
            continue
        found.read += 1
        code, fields = _refusal(line, layout)
        if code:
            notes.add(code, line, fields)
            if code == "A-107":
                found.totals += 1
            else:
                found.refused.append(refused_row(line.number, layout.cells.sheet, code, fields, line.raw))
        elif line.emission is None and not line.key:
            found.unanswered += 1
            notes.add(*_silent(line, layout))
        else:
            found.kept.append(_kept(line, layout, keys, notes))
            first = seen.setdefault(tuple(line.cells), line.number)
            if first != line.number and line.emission is not None:
                zh, en = place(row=first)
                notes.add("I-210", line, {"other": (zh.removesuffix("："), en.removesuffix(": "))})
    found.findings = notes.findings()
    return found


def _silent(line: _Line, layout: Layout) -> tuple[str, _Line, Row]:
    """The finding on a row without emission and key; gases that it states all the same are named."""
    stated = [measured(line.raw.get(gas, ""), layout.columns[gas], line.factor) for gas in GASES if gas in layout.columns]  # fmt: skip
    gases = [mass for mass in stated if mass]
    if not gases:
        return "I-212", line, {}
    return "I-218", line, {"emission": f"{sum(gases) / GRAMS:,.3f}"}


def refused_row(number: int, sheet: str, code: str, fields: Row, raw: Mapping[str, str]) -> Row:
    """A refused row as it was read, with the reason in both languages."""
    finding = Finding(code, {"where": ("", ""), **fields})
    said = {"reason_zh": finding.message("zh"), "reason_en": finding.message("en")}
    return {"row": number, "sheet": sheet, "code": code, **_as_read(raw), **said}


def _lines(layout: Layout, keys: Mapping[str, str]) -> Iterable[_Line]:
    fixed = layout.columns["emission"].unit
    line_of = functools.lru_cache(maxsize=CACHED)(lambda text: one_line(text, _TEXT))
    for number, cells in layout.cells.rows[layout.header + 1 :]:
        raw = {name: line_of(cells[at]) if at < len(cells) else "" for name, at in layout.places.items()}
        if not any(raw.values()):
            continue
        reference, category = _place(raw["reference"])
        said = raw.get("notation", "")
        key = keys.get(said.casefold()) or _key(said)
        factor = factor_of(fixed or raw.get("unit", ""))
        emission = None if blank(raw["emission"]) else grams(raw["emission"], factor or Decimal(1))
        yield _Line(number, cells, raw, reference, category, key, factor, emission)


@functools.lru_cache(maxsize=CACHED)
def _place(text: str) -> tuple[str, Category | str | None]:
    """A reference in one spelling, and the category that it means."""
    reference = clean_reference(text)
    return reference, category_of(reference)


@functools.lru_cache(maxsize=CACHED)
def _year(text: str) -> str:
    return (parse_period(text) or "")[:4] if text else ""


_total = functools.lru_cache(maxsize=CACHED)(is_total)
_key = functools.lru_cache(maxsize=CACHED)(notation_key)


def _refusal(line: _Line, layout: Layout) -> tuple[str, Row]:
    """The first reason to refuse a row, with what its sentence mentions; empty where there is none."""
    raw, shown = line.raw, {"value": one_line(line.raw["reference"], 60), "codelist": "gpc"}
    heading = {name: column.headings[-1] for name, column in layout.columns.items()}
    if any(line.cells[layout.width :]):
        return "A-110", {"value": len(line.cells), "expected": layout.width}
    if blank(raw["reference"]):
        return "I-201", {}
    if _total(raw["reference"]):
        return "A-107", {**shown, "column": heading["reference"]}
    if line.category is None:
        return "I-203", {**shown, "near": _near(line.reference)}
    if not isinstance(line.category, Category):
        return "I-204", {**shown, "near": _near(line.reference)}
    if line.key is None:
        return "I-202", {"value": one_line(raw["notation"], 40), "known": ", ".join(codelist(LIST))}
    if (line.number, layout.places["emission"] + 1) in layout.cells.hollow:
        return "I-205", {"value": raw["emission"] or "=", "column": heading["emission"]}
    if _is_fault(raw["emission"]):
        return "I-205", {"value": raw["emission"], "column": heading["emission"]}
    if not blank(raw["emission"]) and line.factor is None:
        return "I-206", {"value": one_line(raw.get("unit", ""), 40) or "–"}
    if not blank(raw["emission"]) and line.emission is None:
        return "I-205", {"value": one_line(raw["emission"], 40), "column": heading["emission"]}
    return "", {}


def _is_fault(text: str) -> bool:
    """Whether a cell holds an error of a spreadsheet, such as ``#REF!``: a value was meant and is lost."""
    return blank(text) and narrow(text).strip().startswith("#")


def _near(reference: str) -> str:
    return ", ".join(near_references(reference)) or "–"


def _kept(line: _Line, layout: Layout, keys: Mapping[str, str], notes: _Notes) -> Row:
    """A row with canonical values: masses in whole grams, numbers, texts; doubts are noted."""
    category = line.category
    assert isinstance(category, Category)
    row: Row = {
        "reference": line.reference, "category": category.code, "subsector": category.subsector, "sector": category.sector,
        "scope": category.scope, "level": category.level, "notation": line.key, "emission_g": line.emission,
        "row": line.number, "sheet": layout.cells.sheet, "reason": "",
    }  # fmt: skip
    for name, column in layout.columns.items():
        text = line.raw.get(name, "")
        if column.kind == "text" and name not in {"reference", "notation", "unit"}:
            row[name] = text
        elif column.kind in {"number", "gas", "memo"}:
            value = measured(text, column, line.factor)
            row[name if column.kind == "number" else f"{name}_g"] = value
            if value is None and not blank(text):
                notes.add("I-216", line, {"column": column.headings[-1], "value": one_line(text, 40)})
    said = line.raw.get("notation", "")
    if said.casefold() in keys:
        notes.add("I-215", line, {"value": said, "key": line.key})
        row["reason"] = row["reason"] or f"{said} → {line.key}"
    if line.emission is not None:
        _doubts(line, row, category, notes)
    row["gas_check"] = _gases(line, row, layout, notes)
    return row


def _doubts(line: _Line, row: Row, category: Category, notes: _Notes) -> None:
    shown = f"{row['emission_g'] / GRAMS:,.3f}"
    if line.key:
        notes.add("I-207", line, {"value": line.key, "emission": shown})
    if row["emission_g"] < 0 and not category.removals:
        notes.add("I-211", line, {"value": category.code, "emission": shown})


def _gases(line: _Line, row: Row, layout: Layout, notes: _Notes) -> str:
    """State of the gases of a row; where they do not add up, the finding says by how much and what would fit."""
    gases = {gas: row[f"{gas}_g"] for gas in GASES if row.get(f"{gas}_g") is not None}
    state = gas_check(gases, line.emission, layout.columns)
    if state in {"rounded", "differs"} and line.emission is not None:
        gap = abs(sum(gases.values()) - line.emission)
        fields: Row = {"gap": f"{gap / GRAMS:,.3f}"}
        if state == "differs":
            fields |= {
                "parts": f"{sum(gases.values()) / GRAMS:,.3f}",
                "emission": f"{line.emission / GRAMS:,.3f}",
                "fits": fits(line.raw, line.emission, layout.columns),
            }
        notes.add("I-209" if state == "rounded" else "I-208", line, fields, size=gap)
    return state


def _as_read(raw: Mapping[str, str]) -> Row:
    return {name: raw.get(name, "") for name in ("reference", "notation", "emission", "unit")}


class _Notes:
    """Findings of a sheet, one per kind and value, with how many rows they are about."""

    def __init__(self, layout: Layout) -> None:
        self.file, self.sheet = layout.cells.file, layout.cells.sheet
        self.held: dict[tuple[str, str], list[tuple[int, _Line, Row]]] = {}

    def add(self, code: str, line: _Line, fields: Row, *, size: int = 0) -> None:
        """Note one row; of the notes of a kind the one with the largest ``size`` speaks."""
        value = str(fields.get("value", "")) if code in _BY_VALUE else ""
        if (code, value) not in self.held and sum(kind == code for kind, _ in self.held) >= SHOWN:
            value = ""
        self.held.setdefault((code, value), []).append((size, line, fields))

    def findings(self) -> list[Finding]:
        """The findings in the order of their first rows."""
        found = []
        for (code, _), notes in self.held.items():
            _, line, fields = max(notes, key=lambda note: note[0])
            where = place(self.file, self.sheet, line.number)
            rows = tuple({"row": one.number, **_as_read(one.raw)} for _, one, _ in notes[:5])
            found.append(Finding(code, {**fields, "where": where}, rows, len(notes)))
        return found
