"""A workbook cut after some rows: what a large file is, its first rows tell, in little time and memory."""

from __future__ import annotations

import re
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tanheng.activity.reading.formulas import parts_of
from tanheng.workbooks import refuse_vast

SAMPLE = 10_000
"""Rows of each sheet that a page looks at before the rest is counted in a job."""
ROOM = 8_000_000
"""Bytes of sheets, unpacked, that are looked at in one workbook, and characters of a text file."""
_LEAST = 200_000
_BLOCK = 1 << 18
_ROW_END = re.compile(rb"</row>|<row\b[^<>]*/>")
_SHARED = re.compile(rb"""\st\s*=\s*["']s["']""")
_STRING = re.compile(rb"""\st\s*=\s*["']s["'][^<>]*>\s*<v(?:\s[^<>]*)?>\s*(\d+)\s*</v>""")
_STRING_END = re.compile(rb"</si>|<si\s*/>")
_MERGES = re.compile(rb"<mergeCells\b.*?</mergeCells>", re.DOTALL)
_DATA, _DATA_END, _LONGEST_TAIL = b"<sheetData", b"</sheetData>", 4_000_000


@contextmanager
def shortened(path: Path, rows: int) -> Iterator[tuple[Path, set[str]]]:
    """A workbook whose sheets end after some rows, and the names of those that go on.

    Merged ranges are kept. A workbook that is small, is no .xlsx, or is written in a way that is not known here stays whole.

    Raises
    ------
    InputUnreadable
        When it unpacks to more than any spreadsheet.
    """
    if not zipfile.is_zipfile(path):
        yield path, set()
        return
    refuse_vast(path)
    with tempfile.TemporaryDirectory(prefix="tanheng-") as folder, zipfile.ZipFile(path) as archive:
        names = {name.casefold(): name for name in archive.namelist()}
        sheets = parts_of(archive, names)
        size = sum(archive.getinfo(part).file_size for part in set(sheets.values()))
        if size <= ROOM:
            yield path, set()
            return
        room = max(ROOM // len(sheets), _LEAST)
        cut = {part: _cut(archive, part, rows, room) for part in set(sheets.values())}
        texts = {part: archive.read(part) if text is None else text for part, text in cut.items()}
        last = _last_string(texts.values())
        if last is not None and (strings := names.get("xl/sharedstrings.xml")):
            texts[strings] = _strings(archive, strings, last)
        copy = Path(folder) / path.name
        with zipfile.ZipFile(copy, "w") as made:
            for name in _needed(names):
                made.writestr(name, texts[name] if name in texts else archive.read(name))
        yield copy, {sheet for sheet, part in sheets.items() if cut[part] is not None}


def _needed(names: dict[str, str]) -> list[str]:
    """Parts without which no cell can be read; pictures, charts and the like are none."""
    folders = ("_rels/", "xl/_rels/", "xl/worksheets/")
    files = ("[content_types].xml", "xl/workbook.xml", "xl/styles.xml", "xl/sharedstrings.xml")
    return [name for low, name in names.items() if low in files or low.startswith(folders)]


def _cut(archive: zipfile.ZipFile, part: str, rows: int, room: int) -> bytes | None:
    """The text of a sheet that ends after some rows, with its merged ranges; None where it has no more."""
    with archive.open(part) as stream:
        text, ends = b"", [0]
        while block := stream.read(_BLOCK):
            before = max(len(text) - 200, ends[-1])
            text += block
            ends += [one.end() for one in _ROW_END.finditer(text, before)]
            if len(ends) > rows or len(text) >= room:
                break
        else:
            return None
        ends = ends[1 : rows + 1]
        if not ends or _DATA not in text[: ends[0]]:
            return None
        tail = text[ends[-1] :]
        if b"<row" not in tail and _DATA_END in tail:
            return None
        while block and _DATA_END not in tail:
            tail = tail[-len(_DATA_END) :] + (block := stream.read(_BLOCK))
        tail = tail.partition(_DATA_END)[2] + stream.read(_LONGEST_TAIL)
    merges = _MERGES.search(tail)
    return text[: ends[-1]] + _DATA_END + (merges[0] if merges else b"") + b"</worksheet>"


def _last_string(sheets: Iterable[bytes]) -> int | None:
    """The number of the last text that sheets name; None where a cell names one in a way that is not known here."""
    last = -1
    for text in sheets:
        named = _STRING.findall(text)
        if _DATA not in text or len(named) != len(_SHARED.findall(text)):
            return None
        last = max(last, *map(int, named), -1)
    return last


def _strings(archive: zipfile.ZipFile, part: str, last: int) -> bytes:
    """The texts of a workbook up to the last one that is used."""
    with archive.open(part) as stream:
        count, rest = 0, b""
        found: list[bytes] = []
        while block := stream.read(_BLOCK):
            text = rest + block
            at = 0
            for one in _STRING_END.finditer(text):
                count, at = count + 1, one.end()
                if count > last:
                    return b"".join([*found, text[:at], b"</sst>"])
            found.append(text[:at])
            rest = text[at:]
    return b"".join([*found, rest])
