"""Formulas whose result was never stored: a program wrote them and no spreadsheet has computed them since."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from xml.parsers import expat

from tanheng.workbooks import column_number

Places = set[tuple[int, int]]
"""Cells by row and column, counted from 1."""
_CELL = re.compile(r"([A-Z]+)(\d+)")
_NO_RESULT = re.compile(
    rb"(?:</(?:[\w.-]+:)?f\s*>|<(?:[\w.-]+:)?f(?:\s[^<>]*)?/>)(?!\s*<(?:[\w.-]+:)?v>[^<\s])"
)
"""The end of a formula behind which no plain value begins."""
_AHEAD = 64
_BLOCK = 1 << 16
_VALUES = {
    "float": "value", "percentage": "value", "currency": "value", "date": "date-value", "time": "time-value",
    "boolean": "boolean-value",
}  # fmt: skip
"""Attribute of an OpenDocument cell that holds its value, by type; a text stands in the cell itself."""
_CELLS = {"table-cell", "covered-table-cell"}
_TABLE = {"table", "table-row", *_CELLS}
_WIDEST = 16_384
_FORMULA = re.compile(rb"<(?:[^<>:\s]{1,40}:)?f[\s>/]|[\x00\xfe\xff]")
"""The tag of a formula, or a byte of a text that is no UTF-8."""
_MARKS = (
    *(b"f" + end for end in (b">", b"/", b" ", b"\t", b"\n", b"\r", b"\f", b"\v")),
    b"\x00",
    b"\xfe",
    b"\xff",
)

"""One of these is in whatever `_FORMULA` finds; to look for them costs a tenth."""
_LONGEST_TAG = 64


def unstored(path: Path) -> dict[str, Places]:
    """Cells of an .xlsx or .ods that hold a formula without a stored result, by sheet.

    Nothing is computed. A part that declares entities is passed over: expanding them could fill the memory or open files.
    A formula that gave an empty text has a result.
    """
    if not zipfile.is_zipfile(path):
        return {}
    with zipfile.ZipFile(path) as archive:
        names = {name.casefold(): name for name in archive.namelist()}
        if "content.xml" in names:
            document = _Document()
            _parse(archive, names["content.xml"], document)
            found = document.found
        else:
            found = {sheet: _in_sheet(archive, part) for sheet, part in parts_of(archive, names).items()}
    return {sheet: cells for sheet, cells in found.items() if cells}


def placeholders(path: Path) -> dict[str, Places]:
    """Formulas of an .xlsx with the result 0 that its program did not compute, by sheet.

    Some programs store 0 for every formula and ask the spreadsheet to compute all of them on opening; one that computed
    them does not ask.
    """
    if not zipfile.is_zipfile(path):
        return {}
    with zipfile.ZipFile(path) as archive:
        names = {name.casefold(): name for name in archive.namelist()}
        book = _tree(archive, names["xl/workbook.xml"]) if "xl/workbook.xml" in names else None
        asked = book is not None and any(
            one.get("fullCalcOnLoad") in {"1", "true"} for one in book.iter() if _local(one.tag) == "calcPr"
        )
        found = {}
        for sheet, part in parts_of(archive, names).items() if asked else ():
            reader = _Sheet()
            if _computes(archive, part):
                _parse(archive, part, reader)
            found[sheet] = reader.zeros
    return {sheet: cells for sheet, cells in found.items() if cells}


def _local(name: str) -> str:
    """A name without its namespace, as ElementTree and expat write them."""
    return name.rpartition("}")[2].rpartition(" ")[2]


def parts_of(archive: zipfile.ZipFile, names: dict[str, str]) -> dict[str, str]:
    """Sheets of an .xlsx and the parts that hold them, whatever prefix the names have."""
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= set(names):
        return {}
    book, links = (_tree(archive, names[part]) for part in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels"))
    if book is None or links is None:
        return {}
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    sheets = [dict(one.attrib) for one in book.iter() if _local(one.tag) == "sheet"]
    found = {
        about.get("name", ""): _within(
            targets.get({_local(key): value for key, value in about.items()}.get("id"), "")
        )
        for about in sheets
    }
    return {sheet: names[part.casefold()] for sheet, part in found.items() if part.casefold() in names}


def _within(target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _tree(archive: zipfile.ZipFile, name: str) -> ElementTree.Element | None:
    text = archive.read(name)
    if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
        return None
    try:
        return ElementTree.fromstring(text)  # without a document type there are no entities
    except ElementTree.ParseError:
        return None


class _Refused(Exception):
    """A part that declares a document type."""


def blocks_of(archive: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """A part of a workbook, unpacked a block at a time."""
    with archive.open(part) as stream:
        while block := stream.read(_BLOCK):
            yield block


def _in_sheet(archive: zipfile.ZipFile, part: str) -> Places:
    """Unstored formulas of one sheet of an .xlsx."""
    reader = _Sheet()
    if _doubtful(archive, part):
        _parse(archive, part, reader)
    return reader.found


def _doubtful(archive: zipfile.ZipFile, part: str) -> bool:
    """Whether some formula may lack its result: most sheets have none and need not be parsed."""
    window, final = b"", False
    blocks = blocks_of(archive, part)
    while not final:
        block = next(blocks, b"")
        window, final = window[-_BLOCK // 16 :] + block, not block
        for match in _NO_RESULT.finditer(window):
            if final or match.end() < len(window) - _AHEAD:
                return True
    return False


def _computes(archive: zipfile.ZipFile, part: str) -> bool:
    """Whether a sheet may have a formula at all: a large one of plain numbers takes long to parse."""
    window = b""
    for block in blocks_of(archive, part):
        window = window[-_LONGEST_TAG:] + block
        if any(mark in window for mark in _MARKS) and _FORMULA.search(window):
            return True
    return False


def _parse(archive: zipfile.ZipFile, part: str, reader: _Sheet | _Document) -> None:
    """Run a reader over a part; what it found in a part that is refused or broken does not count."""
    parser = expat.ParserCreate(namespace_separator=" ")

    def refuse(*_: Any) -> None:
        raise _Refused

    parser.StartElementHandler, parser.EndElementHandler = reader.start, reader.end
    parser.CharacterDataHandler, parser.StartDoctypeDeclHandler = reader.text, refuse
    try:
        for block in blocks_of(archive, part):
            parser.Parse(block)
    except (_Refused, expat.ExpatError, zipfile.BadZipFile, ValueError):
        reader.found.clear()


class _Sheet:
    """Cells of an .xlsx sheet; rows and cells without a reference follow the one before."""

    def __init__(self) -> None:
        self.found: Places = set()
        self.zeros: Places = set()
        self.row, self.column = 0, 0
        self.tag, self.kind, self.result = "", "", ""
        self.formula, self.value = False, False

    def start(self, name: str, about: dict[str, str]) -> None:
        tag = self.tag = name.rpartition(" ")[2]
        if tag == "c":
            match = _CELL.fullmatch(about.get("r", ""))
            self.column = column_number(match[1]) if match else self.column + 1
            self.row = int(match[2]) if match else self.row
            self.kind, self.formula, self.value, self.result = about.get("t", ""), False, False, ""
        elif tag == "f":
            self.formula = True
        elif tag == "v" and self.kind == "str":
            self.value = True
        elif tag == "row":
            self.row, self.column = int(about.get("r", self.row + 1)), 0

    def text(self, text: str) -> None:
        if self.formula and self.tag in {"v", "t"} and text.strip():
            self.value = True
            self.result += text.strip()

    def end(self, name: str) -> None:
        self.tag = ""
        if self.formula and name.rpartition(" ")[2] == "c":
            if not self.value:
                self.found.add((self.row, self.column))
            elif self.result == "0":
                self.zeros.add((self.row, self.column))


class _Document:
    """Cells of an .ods, whose rows and cells may stand for many.

    A result is a value among the attributes, or a paragraph: that of an empty text has no value.
    """

    def __init__(self) -> None:
        self.found: dict[str, Places] = {}
        self.sheet, self.row, self.column, self.rows, self.wide = "", 0, 0, 1, 1
        self.formula = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        tag = _local(name)
        about = {_local(key): value for key, value in attributes.items()} if tag in _TABLE else {}
        if tag == "table":
            self.sheet, self.row, self.rows = about.get("name", ""), 0, 0
        elif tag == "table-row":
            self.row, self.column, self.wide = self.row + self.rows, 0, 0
            self.rows = int(about.get("number-rows-repeated", 1))
        elif tag in _CELLS:
            self.column += self.wide
            self.wide = int(about.get("number-columns-repeated", 1))
            kind = about.get("value-type", "")
            self.formula = "formula" in about and not (about.get(_VALUES[kind]) if kind in _VALUES else kind)
        elif tag == "p":
            self.formula = False

    def text(self, text: str) -> None:
        """What a paragraph says does not matter."""

    def end(self, name: str) -> None:
        if self.formula and _local(name) in _CELLS:
            self.formula = False
            self.found.setdefault(self.sheet, set()).update(
                (row + 1, column + 1)
                for row in range(self.row, self.row + min(self.rows, _WIDEST))
                for column in range(self.column, self.column + min(self.wide, _WIDEST))
            )
