"""Formulas whose result was never stored: a program wrote them and no spreadsheet has computed them since."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from xml.parsers import expat

_CELL = re.compile(r"([A-Z]+)(\d+)")
_NS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_BLOCK = 1 << 16


def unstored(path: Path) -> dict[str, set[tuple[int, int]]]:
    """Cells (row, column, counted from 1) of an .xlsx that hold a formula without a stored result, by sheet.

    Nothing is computed. A part that declares entities is passed over: expanding them could fill the memory or open files.
    """
    if not zipfile.is_zipfile(path):
        return {}
    with zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
        found = {}
        for sheet, part in _parts(archive, names).items():
            if part in names:
                found[sheet] = _in_part(archive, part)
        return {sheet: cells for sheet, cells in found.items() if cells}


def _parts(archive: zipfile.ZipFile, names: set[str]) -> dict[str, str]:
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
        return {}
    book, links = (_tree(archive, name) for name in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels"))
    if book is None or links is None:
        return {}
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    return {
        str(sheet.get("name")): _within(targets.get(sheet.get(_REL), ""))
        for sheet in book.iter(f"{_NS}sheet")
    }


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


class _Reader:
    def __init__(self) -> None:
        self.found: set[tuple[int, int]] = set()
        self.cell, self.tag = "", ""
        self.formula, self.value = False, False

    def start(self, tag: str, about: dict[str, str]) -> None:
        self.tag = tag
        if tag == "c":
            self.cell, self.formula, self.value = about.get("r", ""), False, False
        elif tag == "f":
            self.formula = True

    def text(self, text: str) -> None:
        if self.tag in {"v", "t"} and text.strip():
            self.value = True

    def end(self, tag: str) -> None:
        self.tag = ""
        match = _CELL.fullmatch(self.cell)
        if tag == "c" and self.formula and not self.value and match:
            self.found.add((int(match[2]), _number(match[1])))


def _in_part(archive: zipfile.ZipFile, part: str) -> set[tuple[int, int]]:
    reader, parser = _Reader(), expat.ParserCreate()

    def refuse(*_: Any) -> None:
        raise _Refused

    parser.StartElementHandler, parser.EndElementHandler = reader.start, reader.end
    parser.CharacterDataHandler, parser.StartDoctypeDeclHandler = reader.text, refuse
    try:
        with archive.open(part) as stream:
            while block := stream.read(_BLOCK):
                parser.Parse(block)
    except (_Refused, expat.ExpatError, zipfile.BadZipFile):
        return set()
    return reader.found


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
