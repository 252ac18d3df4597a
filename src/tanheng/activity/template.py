"""Reading a filled template: rows with an amount, answers without one, and lines that were left empty."""

from __future__ import annotations

import csv
import functools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from importlib.resources import files

import polars as pl

from tanheng.activity.clean import is_blank, number_of
from tanheng.activity.filled import ANSWERS, UNANSWERED, Filled, framed
from tanheng.activity.findings import Finding, place
from tanheng.activity.schema import BASE, columns, extra_names, squeeze
from tanheng.activity.sheets import ROW, Sheet
from tanheng.activity.text import one_line
from tanheng.codes import codelist, item_name

FORMAT = "tanheng-template/1"
META = "_tanheng"
"""The hidden sheet by which a template is known."""
_NEED = re.compile(r"([A-Za-z_]\w*)\s*\[([^\[\]]+)\]\s*$")
_OWN = ("id", "code", "notation", "reason")
_HEAD_ROWS = 10
Grid = list[list[str]]
Row = dict[str, str]


def marks_of(grid: Grid) -> dict[str, str]:
    """Facts of the marking sheet; nothing where it is none.

    Examples
    --------
    >>> marks_of([["format", "tanheng-template/1"], ["method", "m"]])["method"]
    'm'
    """
    found = {row[0]: row[1] for row in grid if len(row) > 1}
    return found if found.get("format") == FORMAT else {}


def filled_sheets(
    file: str,
    grids: Mapping[str, Grid],
    marks: Mapping[str, str],
    formulas: Mapping[str, set[tuple[int, int]]],
) -> list[Sheet]:
    """The sheets of a filled template.

    Parameters
    ----------
    file : str
        Name of the file, as messages show it.
    grids : mapping
        Cells of every visible sheet.
    marks : mapping
        Facts of the marking sheet.
    formulas : mapping
        Cells with a formula that has no result, by sheet: their rows are refused, not taken as empty.

    Returns
    -------
    list of Sheet
        Rows with an amount, in the columns of an activity table; `Sheet.filled` has what the others answer.
    """
    defaults = _defaults(grids.get(marks.get("about", ""), []))
    aside = {marks.get("about", ""), marks.get("options", ""), META}
    found: list[Sheet] = []
    notes: list[Finding] = []
    for name, grid in grids.items():
        at = _header(grid) if name not in aside else None
        if at is not None:
            found.append(_Reader(file, name, grid, at, defaults, formulas.get(name, set())).sheet(marks))
        elif name not in aside and any(map(any, grid)):
            notes.append(Finding("A-122", {"file": file, "value": name}))
    given = {name.removeprefix("sheet:"): count for name, count in marks.items() if name.startswith("sheet:")}
    for name in [one for one in given if one not in grids]:
        notes.append(Finding("A-144", {"file": file, "value": name, "count": given[name]}))
    if found:
        found[0].findings.extend(notes)
    return found


@functools.cache
def _headings() -> dict[str, str]:
    with (files("tanheng.packs") / "templates" / "activity" / "columns.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    return {squeeze(row[name]): row["column"] for row in rows for name in ("name_zh", "name_en")}


def _header(grid: Grid) -> int | None:
    """The line of a sheet's headings: it has a number, an item and an amount."""
    for at, row in enumerate(grid[:_HEAD_ROWS]):
        if {"id", "item", "amount"} <= {_headings().get(squeeze(cell)) for cell in row if cell}:
            return at
    return None


def _defaults(grid: Grid) -> Row:
    """Entity and period of the first sheet."""
    named = {_headings().get(squeeze(row[0])): row[1] for row in grid if len(row) > 1 and row[0]}
    return {name: str(named.get(name, "")) for name in ("entity", "period")}


class _Reader:
    """Reads one sheet."""

    def __init__(
        self, file: str, name: str, grid: Grid, header: int, defaults: Row, formulas: set[tuple[int, int]]
    ) -> None:
        self.file, self.name, self.grid, self.at = file, name, grid, header
        self.defaults, self.formulas = defaults, formulas
        headings = grid[header]
        meant = {place: _headings().get(squeeze(text)) for place, text in enumerate(headings) if text}
        self.places = {column: place for place, column in reversed(meant.items()) if column}
        needs = {place: _NEED.search(text) for place, text in enumerate(headings) if not meant.get(place)}
        self.needs = {place: (match[1], match[2]) for place, match in needs.items() if match}
        left = [place for place, column in meant.items() if column is None and place not in self.needs]
        self.own = dict(zip(left, extra_names([headings[place] for place in left]), strict=True))
        self.findings: list[Finding] = []

    def sheet(self, marks: Mapping[str, str]) -> Sheet:
        """The sheet with what it answers."""
        kept: list[tuple[int, Row]] = []
        answers: list[dict[str, object]] = []
        missing: list[dict[str, object]] = []
        stated: set[str] = set()
        for number, row in self._rows():
            category = row["id"].partition("#")[0]
            heading = row["id"] and "#" not in row["id"] and not row["item"]
            key = _key(row["amount"]) or _key(row["notation"])
            told = {**row, "category": category, "notation": key, "sheet": self.name, "row": number}
            amount = "" if _key(row["amount"]) else row["amount"]
            formula = (number, self.places["amount"] + 1) in self.formulas
            if row["notation"] and not key:
                self.findings.append(
                    Finding("A-142", {"where": self._where(number), "value": one_line(row["notation"], 40)})
                )
            if not is_blank(amount) or formula:
                kept.append((number, {**row, "amount": amount}))
                stated.add(category)
                if key:
                    self.findings.append(Finding("A-141", {"where": self._where(number), "value": key}))
            elif key:
                answers.append({**told, "item": "" if heading else row["item"]})
            elif "#" in row["id"] and row["item"]:
                missing.append(told)
            elif not row["id"] and row["item"]:
                kept.append((number, row))
        filled = Filled(
            method=marks.get("method", ""),
            version=marks.get("version", ""),
            method_digest=marks.get("method_digest", ""),
            template_hash=marks.get("template_hash", ""),
            codes=marks.get("category_list", ""),
            answers=framed(answers, ANSWERS),
            unanswered=framed(missing, UNANSWERED),
            stated=frozenset(stated),
        )
        self._tell(filled)
        return self._as_sheet(kept, filled)

    def _rows(self) -> Iterator[tuple[int, Row]]:
        """Rows that say something, as canonical columns."""
        for number, cells in enumerate(self.grid[self.at + 1 :], self.at + 2):
            if not any(cells):
                continue
            row = {name: self._cell(cells, name) for name in (*columns(), *_OWN)}
            row["item"] = _item(row["item"], row["code"])
            row["parameters"] = self._parameters(cells, row["parameters"])
            row |= {name: cells[place] for place, name in self.own.items() if place < len(cells)}
            for name, value in self.defaults.items():
                row[name] = row[name] or value
            yield number, row

    def _cell(self, cells: Sequence[str], name: str) -> str:
        at = self.places.get(name)
        return "" if at is None or at >= len(cells) else cells[at].strip()

    def _parameters(self, cells: Sequence[str], stated: str) -> str:
        """Measured values of the parameter columns: a number is in the heading's unit, a text states its own."""
        found = [stated] if stated else []
        for at, (name, unit) in self.needs.items():
            text = cells[at].strip() if at < len(cells) else ""
            if not is_blank(text):
                plain = number_of(text) is not None
                found.append(f"{name}={text} {unit}" if plain else f"{name}={text}")
        return "; ".join(found)

    def _where(self, number: int) -> tuple[str, str]:
        return place(self.file, self.name, number)

    def _tell(self, filled: Filled) -> None:
        if filled.unanswered.height:
            first = filled.unanswered.head(5).to_dicts()
            about = {
                "file": self.file,
                "sheet": self.name,
                "count": filled.unanswered.height,
                "value": first[0]["item"],
            }
            self.findings.append(Finding("A-140", about, tuple(first), filled.unanswered.height))

    def _as_sheet(self, kept: Sequence[tuple[int, Row]], filled: Filled) -> Sheet:
        optional = [name for name in columns() if name not in BASE]
        used = [name for name in optional if any(row[name] for _, row in kept)]
        headings = [*BASE, *used, *self.own.values()]
        schema = {ROW: pl.Int64, **{f"c{at}": pl.String for at in range(len(headings))}}
        rows = [[number, *(row.get(name, "") for name in headings)] for number, row in kept]
        frame = pl.DataFrame(rows, schema=schema, orient="row")
        return replace(Sheet(self.file, self.name, headings, frame, self.findings), filled=filled)


def _key(text: str) -> str:
    """The notation key that a cell holds, or nothing."""
    found = codelist("notation_keys").match(text) if text and number_of(text) is None else []
    return found[0] if len(found) == 1 else ""


def _item(text: str, code: str) -> str:
    """The code beside a name that was left as it was; what the user wrote instead wins."""
    same = code and text in {"", code, item_name(code, "zh"), item_name(code, "en")}
    return code if same else text
