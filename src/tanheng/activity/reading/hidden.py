"""Rows and columns that a workbook hides: they are read like all others, and that is told."""

from __future__ import annotations

import re
import zipfile
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tanheng.activity.findings import Finding
from tanheng.activity.reading.formulas import blocks_of, parts_of
from tanheng.activity.text import one_line
from tanheng.workbooks import column_letters

Spans = list[tuple[int, int]]
"""First and last of runs of rows or columns, counted from 1."""
_SIGNS = (b"hidden=", b"visibility=")
_TAG = re.compile(rb"<(?:[\w.-]{1,40}:)?(row|col|table|table-row|table-column)(?=[\s/>])([^<>]*)>")
_ABOUT = re.compile(rb"""(?:^|[\s:])([\w-]+)=(?:"([^"]*)"|'([^']*)')""")
_LONGEST_TAG = 4_000
_HIDES = {b"1", b"true", b"collapse", b"filter"}
_SHOWN = 6


@dataclass
class Hidden:
    """Hidden rows and columns of a sheet."""

    rows: Spans = field(default_factory=list)
    columns: Spans = field(default_factory=list)


def hidden_places(path: Path) -> dict[str, Hidden]:
    """What the sheets of an .xlsx, .xlsm or .ods hide; rows that are filtered or folded away are hidden too.

    Tags are looked for in the text of a part and nothing is parsed, so that no entity is ever expanded.
    """
    if not zipfile.is_zipfile(path):
        return {}
    found: dict[str, Hidden] = {}
    with zipfile.ZipFile(path) as archive:
        names = {name.casefold(): name for name in archive.namelist()}
        parts = {"": names["content.xml"]} if "content.xml" in names else parts_of(archive, names)
        for sheet, part in parts.items():
            if any(sign in window for window in _windows(archive, part) for sign in _SIGNS):
                _look(_tags(archive, part), sheet, found)
    return {sheet: one for sheet, one in found.items() if one.rows or one.columns}


def told_hidden(
    file: str, sheet: str, hidden: Hidden | None, rows: Sequence[int], columns: Sequence[int]
) -> list[Finding]:
    """A note of those rows and columns (ascending, from 1) that were read although they are hidden.

    Examples
    --------
    >>> told_hidden("a.xlsx", "表1", Hidden([(3, 5)], [(2, 2)]), [2, 3, 4], [1, 2])[0].fields["value"][1]
    'rows 3-4 (2) and column B'
    """
    of_rows = _within(hidden.rows, rows) if hidden else []
    of_columns = _within(hidden.columns, columns) if hidden else []
    if not of_rows and not of_columns:
        return []
    numbers = [f"{first}" if first == last else f"{first}-{last}" for first, last in of_rows]
    letters = [column_letters(at) for first, last in of_columns for at in range(first, last + 1)]
    count = sum(last - first + 1 for first, last in of_rows)
    parts = []
    if count:
        (zh, en), kind = _some(numbers), "row" if count == 1 else "rows"
        parts.append((f"第 {zh} 行（{count:,} 行）", f"{kind} {en} ({count:,})"))
    if letters:
        (zh, en), kind = _some(letters), "column" if len(letters) == 1 else "columns"
        parts.append((f" {zh} 列", f"{kind} {en}"))
    value = ("与".join(zh for zh, _ in parts).strip(), " and ".join(en for _, en in parts))
    where = (f" 的工作表“{one_line(sheet)}”", f" sheet '{one_line(sheet)}'")
    shown = tuple({"file": file, "sheet": sheet, "row": first} for first, _ in of_rows[:_SHOWN])
    return [Finding("A-199", {"file": one_line(file), "sheet": where, "value": value}, shown)]


def _some(names: Sequence[str]) -> tuple[str, str]:
    more = (" 等", ", …") if len(names) > _SHOWN else ("", "")
    return "、".join(names[:_SHOWN]) + more[0], ", ".join(names[:_SHOWN]) + more[1]


def _within(spans: Spans, held: Sequence[int]) -> Spans:
    """Runs of those numbers that are held and in a span."""
    found: Spans = []
    for first, last in spans:
        for number in held[bisect_left(held, first) : bisect_right(held, last)]:
            _add(found, number, number)
    return found


def _add(spans: Spans, first: int, last: int) -> None:
    if spans and spans[-1][1] == first - 1:
        spans[-1] = (spans[-1][0], last)
    else:
        spans.append((first, last))


def _windows(archive: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """A part block by block, each after the end of the one before: a word cut in two stands whole in one of them."""
    end = b""
    for block in blocks_of(archive, part):
        yield end + block
        end = block[-16:]


def _tags(archive: zipfile.ZipFile, part: str) -> Iterator[tuple[bytes, dict[bytes, bytes]]]:
    """Opening tags of rows and columns in order, with their attributes."""
    rest = b""
    for block in blocks_of(archive, part):
        text = rest + block
        end = 0
        for match in _TAG.finditer(text):
            end = match.end()
            yield match[1], {key: one or other for key, one, other in _ABOUT.findall(match[2])}
        rest = text[max(end, len(text) - _LONGEST_TAG) :]


def _look(tags: Iterable[tuple[bytes, dict[bytes, bytes]]], sheet: str, found: dict[str, Hidden]) -> None:
    """Note what is hidden; an .ods holds all sheets in one part, and a tag of it may stand for many rows or columns."""
    row = column = 0
    for tag, about in tags:
        one = found.setdefault(sheet, Hidden())
        hides = about.get(b"hidden", about.get(b"visibility")) in _HIDES
        if tag == b"table":
            sheet, row, column = _text(about.get(b"name", b"")), 0, 0
        elif tag == b"col":
            if hides:
                _add(one.columns, _number(about, b"min", 0), _number(about, b"max", 0))
        elif tag == b"table-column":
            first, column = column + 1, column + _number(about, b"number-columns-repeated", 1)
            if hides:
                _add(one.columns, first, column)
        else:
            first = _number(about, b"r", row + 1)
            row = first - 1 + _number(about, b"number-rows-repeated", 1)
            if hides:
                _add(one.rows, first, row)


def _number(about: dict[bytes, bytes], name: bytes, default: int) -> int:
    text = about.get(name, b"")
    return int(text) if text.isdigit() and len(text) < 9 else default


def _text(raw: bytes) -> str:
    """A name as it was before it was written into an attribute."""
    from xml.sax.saxutils import unescape

    return unescape(raw.decode("utf-8", "replace"), {"&quot;": '"', "&apos;": "'"})
