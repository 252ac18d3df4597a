"""Reading a user pack as text cells: CSV in UTF-8 or GBK, or XLSX, its header in Chinese or English."""

from __future__ import annotations

import csv
import datetime
import functools
import io
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tanheng.codes import normalise
from tanheng.errors import ColumnMissing, InputUnreadable
from tanheng.factors.model import columns
from tanheng.workbooks import opened

Line = tuple[int, list[str]]

_THOUSANDS = re.compile(r"[-+]?\d{1,3}(,\d{3})+(\.\d*)?")


@dataclass(frozen=True, slots=True)
class Row:
    """Cells of one line by column, and where the line stands."""

    file: str
    line: int
    cells: dict[str, str]


def read_rows(path: Path, *, heads: Sequence[str] | None = None) -> list[Row]:
    """Rows of a CSV or XLSX file under the room's own column names.

    Parameters
    ----------
    path : Path
        The file. Title lines above the header, empty lines and lines that begin with ``#`` are left out.
    heads : sequence of str, optional
        Columns that must be there; by default the required columns of a factor pack.

    Returns
    -------
    list of Row
        One a line, with 1-based line numbers of the file.

    Raises
    ------
    InputUnreadable
        When the file is missing, empty or of another kind.
    ColumnMissing
        When a required column has no head.
    """
    needed = list(heads or (name for name, column in columns().items() if column.need == "required"))
    lines = [(number, cells) for number, cells in _lines(path) if any(cells) and not cells[0].startswith("#")]
    place = _header(lines, needed, path)
    names = [_column(head) for head in lines[place][1]]
    return [Row(str(path), number, _named(names, cells)) for number, cells in lines[place + 1 :]]


def _header(lines: list[Line], needed: list[str], path: Path) -> int:
    """The line that names the most columns among the first; the error shows what it lacks."""
    if not lines:
        raise _unreadable(
            path, "没有任何数据", "it holds no data", "请填写后重试。", "Fill it in and try again."
        )
    found = [{_column(head) for head in cells} for _, cells in lines[:20]]
    place = max(range(len(found)), key=lambda index: len(found[index] & columns().keys()))
    for column in needed:
        if column not in found[place]:
            names = columns()[column].names if column in columns() else (column,)
            header = ", ".join(cell for cell in lines[place][1] if cell)
            raise ColumnMissing(
                file=str(path), sheet="", column=column, header=header, names=", ".join(names)
            )
    return place


def _column(head: str) -> str:
    """The column that a head means, else the head itself."""
    bare = head.rstrip("*＊ ")
    return _heads().get(normalise(bare), bare)


@functools.cache
def _heads() -> dict[str, str]:
    return {normalise(name): column.column for column in columns().values() for name in column.names}


def _named(names: list[str], cells: list[str]) -> dict[str, str]:
    return {name: cell for name, cell in zip(names, cells, strict=False) if name}


def _lines(path: Path) -> Iterator[Line]:
    if not path.is_file():
        raise _unreadable(path, "文件不存在", "there is no such file", "请核对路径。", "Check the path.")
    if path.suffix.lower() in {".xlsx", ".xls", ".ods"}:
        return _sheet_lines(path)
    if path.suffix.lower() in {".csv", ".txt", ".tsv"}:
        return _text_lines(path)
    mend = ("请另存为 CSV 或 XLSX。", "Save it as CSV or XLSX.")
    told = (
        (f"不支持 {path.suffix} 格式", f"format {path.suffix} is not read")
        if path.suffix
        else ("文件名没有后缀，看不出格式", "its name has no ending that tells the format")
    )
    raise _unreadable(path, *told, *mend)


def _text_lines(path: Path) -> Iterator[Line]:
    raw = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = raw.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        mend = ("请另存为 UTF-8 或 GBK 编码。", "Save it as UTF-8 or GBK.")
        raise _unreadable(path, "编码既不是 UTF-8 也不是 GBK", "its encoding is neither UTF-8 nor GBK", *mend)
    reader = csv.reader(io.StringIO(text), delimiter="\t" if path.suffix.lower() == ".tsv" else ",")
    try:
        for cells in reader:
            yield reader.line_num, [cell.strip() for cell in cells]
    except csv.Error as cause:
        detail = (f"第 {reader.line_num} 行不是合法的 CSV", f"line {reader.line_num} is not valid CSV")
        raise _unreadable(path, *detail, "请检查引号。", "Check its quotes.") from cause


def _sheet_lines(path: Path) -> Iterator[Line]:
    with opened(path) as book:
        cells = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    for number, row in enumerate(cells, start=1):
        yield number, [_text(cell) for cell in row]


def _text(cell: Any) -> str:
    if isinstance(cell, bool):
        return str(cell)
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime.datetime | datetime.date):
        return cell.isoformat()
    return str(cell).strip()


def number_text(text: str) -> str:
    """A number as decimal text: full-width digits and thousands separators are understood, a decimal comma is not.

    Examples
    --------
    >>> number_text("１，２34.5"), number_text("0,45")
    ('1234.5', '0,45')
    """
    narrow = unicodedata.normalize("NFKC", text).strip()
    return narrow.replace(",", "") if _THOUSANDS.fullmatch(narrow) else narrow


def _unreadable(path: Path, detail_zh: str, detail_en: str, mend_zh: str, mend_en: str) -> InputUnreadable:
    return InputUnreadable(
        file=str(path), sheet="", detail_zh=detail_zh, detail_en=detail_en, mend_zh=mend_zh, mend_en=mend_en
    )
