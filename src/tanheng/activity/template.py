"""Reading a filled template: rows with an amount, answers without one, and lines that were left empty."""

from __future__ import annotations

import csv
import functools
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files

import polars as pl

from tanheng.activity.clean import is_blank, number_of
from tanheng.activity.findings import Finding, place
from tanheng.activity.reading.filled import ANSWERS, UNANSWERED, Filled, framed
from tanheng.activity.reading.reasons import HOLLOW
from tanheng.activity.reading.sheets import ROW, Sheet, hollow, unreadable
from tanheng.activity.schema import BASE, columns, extra_names, squeeze
from tanheng.activity.text import one_line
from tanheng.codes import codelist, item_name

FORMAT = "tanheng-template/2"
META = "_tanheng"
"""The hidden sheet by which a template is known."""
NEED, SLOT = "need:", "slot:"
"""Marks of a parameter's heading, with what it means, and of the heading above a column of parameters."""
_NEED = re.compile(r"([A-Za-z_]\w*)\s*\[([^\[\]]+)\]\s*$")
_OWN = ("id", "code", "notation", "reason")
_NUMBERS = ("amount", "uncertainty")
_UNREAD = ("code", "note")
_WHOSE = ("entity", "period", "region")
"""What the first sheet says for all rows."""
_HEAD_ROWS = 10
Grid = list[list[str]]
Row = dict[str, str]


def marks_of(grid: Grid) -> dict[str, str]:
    """Facts of the marking sheet; nothing where it is none.

    Examples
    --------
    >>> marks_of([["format", "tanheng-template/2"], ["method", "m"]])["method"]
    'm'
    """
    found = {row[0]: row[1] for row in grid if len(row) > 1}
    return found if found.get("format", "").startswith(FORMAT.partition("/")[0]) else {}


def form_of(sheets: Iterable[tuple[str, Grid]]) -> dict[str, str]:
    """Of which method a filled template is, and whose, as its first sheet says; nothing where it is no template.

    Examples
    --------
    >>> marks = [["format", "tanheng-template/2"], ["method", "m"], ["about", "说明"]]
    >>> form_of([("说明", [["主体", "某市"], ["时期", "2021"]]), ("_tanheng", marks)])
    {'method': 'm', 'entity': '某市', 'period': '2021', 'region': ''}
    """
    grids = dict(sheets)
    marks = marks_of(grids.get(META, []))
    whose = _defaults(grids.get(marks.get("about", ""), []))
    return {"method": marks.get("method", ""), **whose} if marks else {}


def tight(heading: str) -> str:
    """A heading without spaces and breaks, as marks have it."""
    return "".join(heading.split())


def filled_sheets(
    file: str,
    grids: Mapping[str, Grid],
    marks: Mapping[str, str],
    formulas: Mapping[str, Mapping[tuple[int, int], str]],
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
        Cells with a formula that has no result, or that repeat the number of a merged range, by sheet, with what stands in
        their place: their rows are refused, not taken as empty.

    Returns
    -------
    list of Sheet
        Rows with an amount, in the columns of an activity table; `Sheet.filled` has what the others answer.

    Raises
    ------
    InputUnreadable
        When no row has an amount: nothing is filled in.
    """
    defaults = _defaults(grids.get(marks.get("about", ""), []))
    aside = {marks.get("about", ""), marks.get("options", ""), META}
    found: list[Sheet] = []
    notes: list[Finding] = []
    for name, grid in grids.items():
        at = _header(grid) if name not in aside else None
        if at is not None:
            found.append(_Reader(file, name, grid, at, marks, defaults, formulas.get(name, {})).sheet())
        elif name not in aside and any(map(any, grid)):
            notes.append(Finding("A-122", {"file": file, "value": name}))
    given = {name.removeprefix("sheet:"): count for name, count in marks.items() if name.startswith("sheet:")}
    lost = [one for one in given if one not in grids]
    others = [one.sheet for one in found if one.sheet not in given]
    for at, name in enumerate(lost):
        about = {"file": file, "value": name, "count": given[name]}
        renamed = len(lost) == len(others)
        notes.append(Finding("A-196", {**about, "other": others[at]}) if renamed else Finding("A-144", about))
    if found:
        _refuse_empty(file, found)
        found[0].findings.extend([*_left_open(file, found), *notes])
    return found


def _refuse_empty(file: str, sheets: Sequence[Sheet]) -> None:
    """An untouched form is no activity, and it says where to begin."""
    if any(one.frame.height or one.apart.height for one in sheets):
        return
    keys = sum(one.filled.answers.height for one in sheets if one.filled)
    first = sheets[0].sheet
    raise unreadable(
        file,
        (
            f"模板只填了 {keys} 个标记，还没有一个数量" if keys else "模板还没有填：所有“数量”格都空着",
            f"the template has {keys} notation keys and no amount yet"
            if keys
            else "the template is not filled in yet: every amount is empty",
        ),
        (
            f"请先填“说明”表的主体、时期和区域，再从工作表“{first}”起，在黄色的“数量”格填数，保存后重试",
            f"Name the entity, the period and the region in the first sheet, write amounts into the yellow cells from sheet"
            f" '{first}' on, save it and try again",
        ),
    )


def _left_open(file: str, sheets: Sequence[Sheet]) -> list[Finding]:
    """One note for all lines that have neither an amount nor a key, with how many each sheet has."""
    parts = [
        (one.sheet, one.filled.unanswered) for one in sheets if one.filled and one.filled.unanswered.height
    ]
    if not parts:
        return []
    first = parts[0][1].head(5).to_dicts()
    count = sum(frame.height for _, frame in parts)
    by_sheet = [f"{name} {frame.height}" for name, frame in parts]
    item = first[0]["item"]
    about = {
        "file": file,
        "count": count,
        "detail": ("、".join(by_sheet), ", ".join(by_sheet)),
        "value": (item_name(item, "zh"), item_name(item, "en")),
    }
    return [Finding("A-140", about, tuple(first))]


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
    """Entity, period and region of the first sheet."""
    named = {_headings().get(squeeze(row[0])): row[1] for row in grid if len(row) > 1 and row[0]}
    return {name: str(named.get(name, "")) for name in _WHOSE}


class _Reader:
    """Reads one sheet."""

    def __init__(
        self,
        file: str,
        name: str,
        grid: Grid,
        header: int,
        marks: Mapping[str, str],
        defaults: Row,
        formulas: Mapping[tuple[int, int], str],
    ) -> None:
        self.file, self.name, self.grid, self.at, self.marks = file, name, grid, header, marks
        self.defaults, self.formulas = defaults, formulas
        self.headings = grid[header]
        meant = {place: _headings().get(squeeze(text)) for place, text in enumerate(self.headings) if text}
        self.places = {column: place for place, column in reversed(meant.items()) if column}
        free = [place for place, column in meant.items() if column is None]
        self.slots = [place for place in free if f"{SLOT}{tight(self.headings[place])}" in marks]
        self.always = self._needs({place: self.headings[place] for place in free if place not in self.slots})
        self.needs = self.always
        left = [place for place in free if place not in self.slots and place not in self.always]
        self.own = dict(zip(left, extra_names([self.headings[place] for place in left]), strict=True))
        self.findings: list[Finding] = []
        self.kept: list[tuple[int, Row]] = []
        self.refused: list[tuple[int, str, str, str]] = []
        self.answers: list[dict[str, object]] = []
        self.missing: list[dict[str, object]] = []
        self.stated: set[str] = set()
        self.wholes: set[str] = set()
        self.spread: Row = {}
        self.block = ""
        self.keyed: dict[str, tuple[int, str]] = {}
        self.counted: Counter[str] = Counter()

    def sheet(self) -> Sheet:
        """The sheet with what it answers."""
        for number, cells in enumerate(self.grid[self.at + 1 :], self.at + 2):
            if any(cells):
                row = self._row(cells)
                if row["id"] and "#" not in row["id"] and not row["item"]:
                    self._heading(number, row, cells)
                else:
                    self._line(number, row, cells)
        self._set_aside_keys()
        marks = self.marks
        filled = Filled(
            method=marks.get("method", ""),
            version=marks.get("version", ""),
            method_digest=marks.get("method_digest", ""),
            template_hash=marks.get("template_hash", ""),
            codes=marks.get("category_list", ""),
            answers=framed(self.answers, ANSWERS),
            unanswered=framed(
                [one for one in self.missing if one["category"] not in self.wholes], UNANSWERED
            ),
            stated=frozenset(self.stated),
        )
        return self._as_sheet(filled)

    def _row(self, cells: Sequence[str]) -> Row:
        """A row in canonical columns."""
        row = {name: self._cell(cells, name) for name in (*columns(), *_OWN)}
        row["item"] = _item(row["item"], row["code"])
        row["activity"] = _activity(row["activity"])
        row |= {name: cells[place] for place, name in self.own.items() if place < len(cells)}
        for name, value in self.defaults.items():
            row[name] = row[name] or value
        return row

    def _cell(self, cells: Sequence[str], name: str) -> str:
        at = self.places.get(name)
        return "" if at is None or at >= len(cells) else cells[at].strip()

    def _heading(self, number: int, row: Row, cells: Sequence[str]) -> None:
        """A heading of a category answers all its lines; one of a block those below it, whose parameters it names too."""
        self.needs = self.always | self._needs({at: cells[at] for at in self.slots if at < len(cells)})
        category, _, block = row["id"].partition("@")
        key = self._key_of(number, row)
        self.block = row["id"] if block else ""
        self.spread = {"notation": key, "reason": row["reason"]} if key and block else {}
        if key:
            self.keyed[row["id"]] = (number, key)
        if key and not block:
            self.wholes.add(category)
            told = {**row, "category": category, "item": "", "sector": "", "activity": "", "notation": key}
            self.answers.append({**told, "sheet": self.name, "row": number})

    def _line(self, number: int, row: Row, cells: Sequence[str]) -> None:
        category = row["id"].partition("#")[0]
        key = self._key_of(number, row)
        told = {**row, "category": category, "notation": key, "sheet": self.name, "row": number}
        row["parameters"] = self._parameters(cells, row["parameters"])
        no_result = self._no_result(number, cells)
        amount = "" if key and _key(row["amount"]) else row["amount"]
        if no_result and (row["item"] or not is_blank(amount)):
            column, why = no_result
            self.refused.append((number, column, " | ".join(filter(None, cells)), HOLLOW[why]))
            self._stated(category)
        elif not is_blank(amount):
            self.kept.append((number, {**row, "amount": amount}))
            self._stated(category)
            if key:
                self.findings.append(Finding("A-141", {"where": self._where(number), "value": key}))
        elif key and row["item"]:
            self.answers.append(told)
        elif "#" in row["id"] and row["item"]:
            if self.spread:
                self.answers.append({**told, **self.spread, "block": self.block})
            elif category != self.marks.get("optional"):
                self.missing.append(told)
        elif key or (not row["id"] and row["item"]):
            self.kept.append((number, row))

    def _stated(self, category: str) -> None:
        self.stated.add(category)
        self.counted.update({category, self.block} - {""})

    def _set_aside_keys(self) -> None:
        """A key of a heading answers nothing where rows below it have amounts: those stand, and the empty ones stay open."""
        void = [heading for heading in self.keyed if self.counted[heading]]
        for heading in void:
            number, key = self.keyed[heading]
            category, _, block = heading.partition("@")
            about = {"where": self._where(number), "value": key, "category": category}
            self.findings.append(Finding("A-148", {**about, "count": self.counted[heading]}))
            if not block:
                self.wholes.discard(category)
        self.missing += [one for one in self.answers if one.get("block") in void]
        self.missing.sort(key=lambda one: int(str(one["row"])))
        self.answers = [one for one in self.answers if one.get("block") not in void]

    def _key_of(self, number: int, row: Row) -> str:
        key = _key(row["amount"]) or _key(row["notation"])
        if row["notation"] and not key:
            self.findings.append(
                Finding("A-142", {"where": self._where(number), "value": one_line(row["notation"], 40)})
            )
        return key

    def _no_result(self, number: int, cells: Sequence[str]) -> tuple[str, str] | None:
        """Heading of the first cell that is read and has no value of its own, and whether it is a formula or merged."""
        names = {at: name for name, at in self.places.items() if name not in _UNREAD}
        for at in sorted({*names, *self.needs, *self.own}):
            if why := self.formulas.get((number, at + 1)):
                numeric = at in self.needs or names.get(at) in _NUMBERS
                if numeric or at >= len(cells) or not cells[at].strip():
                    return (self.needs[at][0] if at in self.needs else self.headings[at]), why
        return None

    def _needs(self, headings: Mapping[int, str]) -> dict[int, tuple[str, str]]:
        """Parameter and unit by column: what the marks say of a heading, or what the heading itself says."""
        found = {
            place: _NEED.search(self.marks.get(f"{NEED}{tight(text)}", text))
            for place, text in headings.items()
            if text.strip()
        }
        return {place: (match[1], match[2]) for place, match in found.items() if match}

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

    def _as_sheet(self, filled: Filled) -> Sheet:
        optional = [name for name in columns() if name not in BASE]
        used = [name for name in optional if any(row[name] for _, row in self.kept)]
        headings = [*BASE, *used, *self.own.values()]
        schema = {ROW: pl.Int64, **{f"c{at}": pl.String for at in range(len(headings))}}
        rows = [[number, *(row.get(name, "") for name in headings)] for number, row in self.kept]
        frame = pl.DataFrame(rows, schema=schema, orient="row")
        apart, told = hollow(self.file, self.name, self.refused)
        amounts = {"": self.places["amount"] + 1} if "amount" in self.places else {}
        return Sheet(
            self.file, self.name, headings, frame, [*self.findings, *told], apart, filled, amounts=amounts
        )


def _key(text: str) -> str:
    """The notation key that a cell holds, or nothing."""
    found = codelist("notation_keys").match(text) if text and number_of(text) is None else []
    return found[0] if len(found) == 1 else ""


def _item(text: str, code: str) -> str:
    """The code beside a name that was left as it was; what the user wrote instead wins."""
    same = code and text in {"", code, item_name(code, "zh"), item_name(code, "en")}
    return code if same else text


def _activity(text: str) -> str:
    """A kind of activity as methods name it: an English form writes spaces for the underscores of its code."""
    return text.replace(" ", "_") if text.isascii() else text
