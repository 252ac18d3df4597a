"""Tables of entities: read, brought to one shape, and every fault named with its row."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from tanheng.codes.codelist import CodeList, codelist
from tanheng.codes.pack import read_rows
from tanheng.codes.regions import region_within
from tanheng.codes.text import normalise
from tanheng.errors import ColumnMissing, InputUnreadable, UnknownCode

EARLIEST, LATEST = dt.date.min, dt.date.max
_DATE = re.compile(r"(\d{4})(?:[-/.年]?(\d{1,2})(?:[-/.月]?(\d{1,2})日?)?月?)?年?")

_NO_TEXT = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF", b"PAR1")
"""How workbooks, PDF and Parquet begin."""


@dataclass(frozen=True, slots=True)
class Entity:
    """One entity 主体 over one span of time.

    Parameters
    ----------
    id, name_zh, name_en : str
        Identifier and names.
    kind : str
        Code of ``entity_kinds``: province, city, district, park, enterprise, facility, meter, product, fleet.
    parent : str
        Identifier of the entity above, or empty.
    region, industry : str
        Codes of the region and of GB/T 4754, or empty.
    valid_from, valid_to : date or None
        First and last day, None while open.
    row : int
        Row of the table that it was read from.
    """

    id: str
    name_zh: str
    name_en: str
    kind: str
    parent: str
    region: str
    industry: str
    valid_from: dt.date | None
    valid_to: dt.date | None
    row: int

    @property
    def span(self) -> tuple[dt.date, dt.date]:
        """First and last day, with the ends of the calendar where open."""
        return self.valid_from or EARLIEST, self.valid_to or LATEST

    def stands(self, start: dt.date, end: dt.date) -> bool:
        """Whether the entity stands on a day between two dates."""
        first, last = self.span
        return first <= end and start <= last


@dataclass(frozen=True, slots=True)
class EntityFault:
    """One fault or finding in a table of entities: a stable key, the row, the id and a sentence in two languages."""

    key: str
    row: int
    id: str
    zh: str
    en: str


def read_table(data: Any) -> tuple[list[dict[str, str]], str]:
    """Rows of a table of entities as text, and the name of the file they come from.

    Parameters
    ----------
    data : path, sequence of mapping, or table
        A CSV file (UTF-8 or GB 18030), rows, or anything that Polars takes for a table.

    Returns
    -------
    tuple of list of dict and str
        Rows with the columns' own names; the file name, empty for tables in memory.

    Raises
    ------
    InputUnreadable
        The file is missing or no text.
    """
    if isinstance(data, str | Path):
        return _read_csv(Path(data)), str(data)
    if isinstance(data, Sequence):
        rows: Iterable[Mapping[str, Any]] = data
    else:
        rows = (data if isinstance(data, pl.DataFrame) else pl.DataFrame(data)).to_dicts()
    return [{str(key): _text(value) for key, value in row.items()} for row in rows], ""


def _read_csv(path: Path) -> list[dict[str, str]]:
    if not path.is_file():
        raise InputUnreadable(
            file=path, sheet="", detail_zh="没有这个文件", detail_en="there is no such file",
            mend_zh="请核对路径。", mend_en="Check the path.",
        )  # fmt: skip
    raw = path.read_bytes()
    if raw.startswith(_NO_TEXT):
        raise InputUnreadable(
            file=path, sheet="", detail_zh="主体表须为 CSV，它是工作簿或其他格式",
            detail_en="a table of entities must be CSV; it is a workbook or of another kind",
            mend_zh="请另存为 CSV（UTF-8）。", mend_en="Save it as CSV in UTF-8.",
        )  # fmt: skip
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        reader = csv.DictReader(io.StringIO(text, newline=""), restval="")
        return [{key: _text(value) for key, value in row.items() if key is not None} for row in reader]
    raise InputUnreadable(
        file=path, sheet="", detail_zh="编码既不是 UTF-8 也不是 GBK", detail_en="it is neither UTF-8 nor GBK",
        mend_zh="请另存为 UTF-8 编码的 CSV。", mend_en="Save it as CSV in UTF-8.",
    )  # fmt: skip


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, dt.date) else str(value).strip()


def rename_columns(rows: list[dict[str, str]], file: str) -> list[dict[str, str]]:
    """Rows under the names of ``entity_columns``; other columns are left out.

    Raises
    ------
    ColumnMissing
        ``id`` or ``kind`` is absent.
    """
    columns = CodeList("entity_columns", read_rows("entity_columns.csv"))
    header = list(dict.fromkeys(column for row in rows for column in row))
    known = {normalise(name): row["code"] for row in columns.rows for name in _names(row)}
    named: dict[str, str] = {}
    for column in header:
        code = known.get(normalise(column))
        if code and code not in named.values():
            named[column] = code
    for row in columns.rows:
        if rows and row["required"] == "yes" and row["code"] not in named.values():
            names = ", ".join(_names(row))
            raise ColumnMissing(
                file=file or "–", sheet="", column=row["code"], header=", ".join(header), names=names
            )
    return [{named[key]: value for key, value in row.items() if key in named} for row in rows]


def _names(row: Mapping[str, str]) -> list[str]:
    return [row["code"], row["name_zh"], *row["aliases"].split("|")]


def parse_rows(rows: list[dict[str, str]], first_row: int) -> tuple[list[Entity], list[EntityFault]]:
    """Entities of the rows and the faults of single rows; blank rows are passed over."""
    entities, faults = [], []
    for number, row in enumerate(rows, first_row):
        if any(row.values()):
            found, wrong = _parse(row, number)
            entities.append(found)
            faults += wrong
    return entities, faults


def _parse(row: Mapping[str, str], number: int) -> tuple[Entity, list[EntityFault]]:
    faults: list[EntityFault] = []
    name = row.get("id", "")

    def fault(key: str, zh: str, en: str) -> None:
        faults.append(EntityFault(key, number, name, zh, en))

    if not name:
        fault("id", "缺少编号", "the id is missing")
    days = {}
    for column in ("valid_from", "valid_to"):
        try:
            days[column] = parse_day(row.get(column, ""), last=column == "valid_to")
        except ValueError:
            days[column] = None
            text = row[column]
            fault("date", f"日期“{text}”无法识别，应为 2021-06-30", f"'{text}' is no date such as 2021-06-30")
    start, end = days["valid_from"], days["valid_to"]
    if start and end and start > end:
        fault("span", f"失效日期 {end} 早于生效日期 {start}", f"it ends on {end} before it begins on {start}")
    coded = {}
    for column, search in _SEARCHES.items():
        text = row.get(column, "")
        try:
            coded[column] = search(text, start, end) if text or column == "kind" else ""
        except UnknownCode as error:
            coded[column] = ""
            fault(column, error.message("zh").rstrip("。"), error.message("en").rstrip("."))
    entity = Entity(
        id=name,
        name_zh=row.get("name_zh", "") or name,
        name_en=row.get("name_en", ""),
        kind=coded["kind"],
        parent=row.get("parent", ""),
        region=coded["region"],
        industry=coded["industry"],
        valid_from=start,
        valid_to=end,
        row=number,
    )
    return entity, faults


def parse_day(text: str, *, last: bool) -> dt.date | None:
    """A day, month or year as text; a month or year means its first day, or its last where ``last``.

    Raises
    ------
    ValueError
        The text is no date.

    Examples
    --------
    >>> parse_day("2021年", last=True)
    datetime.date(2021, 12, 31)
    """
    if not text:
        return None
    match = _DATE.fullmatch(re.split("[T ]", text, maxsplit=1)[0])
    if not match:
        raise ValueError(text)
    month, day = (int(part) if part else None for part in match.groups()[1:])
    first = dt.date(int(match[1]), 1 if month is None else month, 1 if day is None else day)
    if day is not None or not last:
        return first
    return (
        first.replace(day=monthrange(first.year, first.month)[1])
        if month
        else first.replace(month=12, day=31)
    )


def _kind(text: str, start: dt.date | None, end: dt.date | None) -> str:
    return codelist("entity_kinds").find(text)["code"]


def _region(text: str, start: dt.date | None, end: dt.date | None) -> str:
    return region_within(text, start, end).code


def _industry(text: str, start: dt.date | None, end: dt.date | None) -> str:
    return codelist("industries").find(text)["code"]


_SEARCHES = {"kind": _kind, "region": _region, "industry": _industry}
