"""Workbooks from outside, opened safely: archives that unpack to more than memory holds are refused before they are read."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from tanheng.errors import InputUnreadable

MOST_BYTES, MOST_TIMES, SMALL = 4_000_000_000, 200, 50_000_000
"""A part that unpacks to more bytes than the first, or to more than the last and so many times its packed size, is none
that a spreadsheet wrote."""
_TRUSTED = 8_000_000
"""In archives up to so many bytes sizes are counted and not believed: a small file that grows vast is made by hand."""
MOST_CELLS = 60_000_000
"""Cells from the corner to the last used one; a stray cell far out would fill the memory."""
_DIMENSION = re.compile(rb'<dimension ref="[A-Z]+\d+:([A-Z]+)(\d+)"')
_PLACE = re.compile(rb"""\sr=["']([A-Z]{1,3})(\d{1,7})["']""")
_DIMENSIONED, _BLOCK = 1_000_000, 1 << 20
"""Archives up to so many bytes have the places of their cells looked through; larger ones only where no range is stated."""
BROKEN = (OSError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error)
DAMAGED = (
    ("不是有效的 Excel 文件，或已损坏", "it is not a valid Excel file, or it is damaged"),
    ("请用 Excel 打开后重新另存为 .xlsx", "Open it in Excel and save it again as .xlsx"),
)
_LOCKED = (
    ("有密码保护", "it is protected by a password"),
    ("请在 Excel 中取消密码后另存", "Remove the password in Excel and save it"),
)


@contextmanager
def opened(path: Path) -> Iterator[Any]:
    """A workbook of Excel or OpenDocument, to read sheets from while it is open.

    Raises
    ------
    InputUnreadable
        When it is damaged or locked, or unpacks to more than memory holds.
    """
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    try:
        refuse_vast(path)
        yield CalamineWorkbook.from_path(str(path))
    except PasswordError as cause:
        raise _unreadable(path.name, *_LOCKED) from cause
    except (CalamineError, *BROKEN) as cause:
        raise _unreadable(path.name, *DAMAGED) from cause


def column_number(letters: str) -> int:
    """Number of a column from its letters, counted from 1.

    Examples
    --------
    >>> column_number("A"), column_number("AA")
    (1, 27)
    """
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def column_letters(number: int) -> str:
    """Letters of a column from its number, counted from 1.

    Examples
    --------
    >>> column_letters(1), column_letters(27)
    ('A', 'AA')
    """
    before, last = divmod(number - 1, 26)
    return (column_letters(before) if before else "") + chr(65 + last)


def refuse_vast(path: Path) -> None:
    """Refuse a sheet whose used range would not fit the memory, before it is laid out.

    Raises
    ------
    InputUnreadable
        When a part unpacks to more than a spreadsheet writes, or a sheet is used up to a cell far out.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     vast = Path(folder) / "vast.xlsx"
    ...     with zipfile.ZipFile(vast, "w") as archive:
    ...         archive.writestr("xl/worksheets/sheet1.xml", '<c r="A1"/><c r="XFD1048576"/>')
    ...     refuse_vast(vast)
    Traceback (most recent call last):
    tanheng.errors.InputUnreadable: ...
    """
    if not zipfile.is_zipfile(path):
        return
    with zipfile.ZipFile(path) as archive:
        _refuse_bomb(path, archive)
        for name in archive.namelist():
            if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                with archive.open(name) as stream:
                    column, row = _used(stream, believed=path.stat().st_size > _DIMENSIONED)
                if column * row > MOST_CELLS:
                    used = f"{column_letters(column)}{row}"
                    raise _unreadable(
                        path.name,
                        (
                            f"有工作表一直用到单元格 {used}，过大",
                            f"a sheet is used up to cell {used}, which is too large",
                        ),
                        (
                            "请删去表外的空行、空列后另存",
                            "Delete the empty rows and columns around the table and save it",
                        ),
                    )


def _used(stream: IO[bytes], *, believed: bool) -> tuple[int, int]:
    """Column and row of the corner up to which a sheet is used; what it says of itself is asked first if believed."""
    block = stream.read(_BLOCK)
    if believed and (match := _DIMENSION.search(block[:4096])):
        return column_number(match[1].decode()), int(match[2])
    letters, last, rest = {"A"}, 1, b""
    while block:
        found = _PLACE.findall(rest + block)
        letters.update({one.decode() for one, _ in found})
        last = max(last, *(int(row) for _, row in found), 1)
        rest, block = block[-24:], stream.read(_BLOCK)
    return max(map(column_number, letters)), last


def _refuse_bomb(path: Path, archive: zipfile.ZipFile) -> None:
    """Refuse an archive that unpacks to far more than any workbook, before anything is unpacked into memory."""
    counted = path.stat().st_size <= _TRUSTED
    for part in archive.infolist():
        packed = max(part.compress_size, 1)
        most = min(MOST_BYTES, max(SMALL, MOST_TIMES * packed))
        size = _unpacked(path, part, most) if counted else part.file_size
        if size > most:
            raise _unreadable(
                path.name,
                (
                    f"内部的 {part.filename} 展开后超过 {size / 1e6:,.0f} MB，不像是表格文件（压缩炸弹）",
                    f"its part {part.filename} unpacks to more than {size / 1e6:,.0f} MB; no spreadsheet does (a zip bomb)",
                ),
                (
                    "请核对文件来源；确是数据时用 Excel 打开后另存，或存为 CSV",
                    "Check where it comes from; if it is data, save it again in Excel or as CSV",
                ),
            )


def _unpacked(path: Path, part: zipfile.ZipInfo, enough: int) -> int:
    """Bytes that a part really unpacks to, counted up to a bound; what the archive says of itself may be false."""
    if part.compress_type != zipfile.ZIP_DEFLATED:
        return part.file_size
    with path.open("rb") as stream:
        stream.seek(part.header_offset + 26)
        lengths = stream.read(4)
        stream.seek(int.from_bytes(lengths[:2], "little") + int.from_bytes(lengths[2:], "little"), 1)
        unpack, size, left = zlib.decompressobj(-15), 0, part.compress_size
        while left > 0 and size <= enough and not unpack.eof:
            block = stream.read(min(left, 1 << 14))
            if not block:
                break
            left -= len(block)
            size += len(unpack.decompress(block))
    return size


def _unreadable(name: str, what: tuple[str, str], mend: tuple[str, str]) -> InputUnreadable:
    return InputUnreadable(
        file=" ".join(name.split()),
        sheet="",
        detail_zh=what[0],
        detail_en=what[1],
        mend_zh=f"{mend[0]}。",
        mend_en=f"{mend[1]}.",
    )
