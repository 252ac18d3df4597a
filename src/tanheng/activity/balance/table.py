"""Energy balance tables as yearbooks print them: which row, which column, which unit, which number."""

from __future__ import annotations

import functools
import re
from collections.abc import Container, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tanheng.activity.clean import is_blank, number_of, sector_of
from tanheng.activity.findings import Finding, place
from tanheng.activity.reading.cells import Cells, read_cells
from tanheng.activity.reading.headers import unit_in
from tanheng.activity.reading.reasons import HOLLOW
from tanheng.activity.reading.sheets import apart, unreadable
from tanheng.activity.reading.titles import is_unit, stated_unit, years_in
from tanheng.activity.text import narrow, one_line
from tanheng.codes import codelist, items, mapping, normalise

ROWS, ITEMS = "energy_balance_rows", "energy_items"
_NUMBERED = re.compile(
    r"^#+|^(?:[一二三四五六七八九十]+、|[(]?\d+[)]?[.、．]?)|^其中[:：]?|[(][-+−、,\s]*[)]"
)
_TOTALS = re.compile(r"合计|总计|小计|total", re.IGNORECASE)
_BESIDE = re.compile(r"备注|说明|行次|序号|编号|代码|\bnotes?\b|\bno\.|\bcode\b", re.IGNORECASE)
"""Headings of columns that hold no energy."""
_ASIDE = re.compile(r"[(\[【].*?[)\]】]|[/,，].*$")
_LEAST_ROWS, _LEAST_ITEMS = 5, 2
_MOST_DECIMALS = 6


@dataclass(frozen=True)
class Number:
    """A number of the table: its value, the decimals that are printed and where it stands."""

    value: float
    decimals: int
    row: int
    column: int

    @property
    def cell(self) -> str:
        """The cell as a spreadsheet names it."""
        letters, at = "", self.column
        while at:
            at, rest = divmod(at - 1, 26)
            letters = chr(65 + rest) + letters
        return f"{letters}{self.row}"


@dataclass(frozen=True)
class Column:
    """A column of the table: the energy item and the unit of its numbers."""

    item: str
    unit: str
    place: int

    @property
    def name(self) -> tuple[str, str]:
        """The item in both languages."""
        return items().get(self.item).name_zh, items().get(self.item).name_en


@dataclass(frozen=True)
class Left:
    """A column that is not read: code of the finding, what it is called, its place."""

    code: str
    name: str
    place: int


@dataclass(frozen=True)
class BalanceTable:
    """One balance: numbers by row and item of the code lists.

    ``bad`` holds what was refused (row, code of the finding, text), ``unread`` the cells that hold something and no number.
    """

    file: str
    sheet: str
    title: str
    columns: tuple[Column, ...]
    numbers: dict[tuple[str, str], Number]
    findings: list[Finding] = field(default_factory=list)
    bad: list[tuple[int, str, str]] = field(default_factory=list)
    unread: set[tuple[str, str]] = field(default_factory=set)

    def finding(self, code: str, **fields: Any) -> Finding:
        """A finding about the table."""
        sheet = (f" 工作表“{self.sheet}”", f", sheet '{self.sheet}'") if self.sheet else ("", "")
        return Finding(code, {"file": self.file, "where": sheet, **fields})

    def of_number(self, code: str, row: str, item: str, number: Number, **fields: Any) -> Finding:
        """A finding about a number of it."""
        value, kind = f"{number.value:g}", items().get(item)
        about = {
            "cell": number.cell,
            "value": value,
            "row": row_name(row),
            "item": (kind.name_zh, kind.name_en),
        }
        placed = {"file": self.file, "sheet": self.sheet, "row": number.row, "cell": number.cell}
        stated = {"item": item, "category": row, "value": value}
        return replace(self.finding(code, **{**about, **fields}), rows=({**placed, **stated},))

    def refuse(self, finding: Finding, number: int, text: str) -> None:
        """Set a row or a cell apart: a total of the table lacks it."""
        self.findings.append(finding)
        self.bad.append((number, finding.code, one_line(text, 200)))

    @property
    def in_coal(self) -> bool:
        """Whether all is stated in standard coal, and not in physical units."""
        return all("标准煤" in column.unit or "ce" in column.unit for column in self.columns)

    @property
    def years(self) -> set[str]:
        """Years that the sheet's name or title speaks of."""
        return set(years_in([self.sheet, self.title]))


def read_tables(path: Path, sheet: str | None = None) -> tuple[list[BalanceTable], list[Finding]]:
    """Every energy balance of a file, or that of one sheet, and what is told of sheets that were not read.

    Raises
    ------
    InputUnreadable
        When the file is no table, or no sheet of it is an energy balance.
    """
    found: list[BalanceTable] = []
    notes: list[Finding] = []
    for page in read_cells(path):
        if sheet and page.sheet != sheet:
            continue
        table = _table(page)
        if table is not None and (sheet or not page.hidden):
            found.append(table)
        elif count := _rows_of_numbers(page):
            about = {"file": page.file, "value": page.sheet, "count": count}
            notes.append(Finding("A-182" if table is None else "A-127", about))
    if not found:
        raise unreadable(
            path.name,
            (
                "没有能源平衡表（左列为平衡项目、表头为能源品种）",
                "it has no energy balance (balance items on the left, energy items on top)",
            ),
            ("请核对文件与 --sheet", "Check the file and --sheet"),
        )
    return found, notes


def _rows_of_numbers(page: Cells) -> int:
    return sum(1 for _, cells in page.rows if sum(number_of(cell) is not None for cell in cells) > 1)


def _table(page: Cells) -> BalanceTable | None:
    labels = _label_column(page)
    rows = {number: code for number, cells in page.rows if (code := _row_code(cells, labels))}
    if len(rows) < _LEAST_ROWS:
        return None
    first = min(rows)
    head = [cells for number, cells in page.rows if number < first]
    columns, left = _columns(page, head, labels)
    if len(columns) < _LEAST_ITEMS:
        return None
    title = one_line(" ".join(dict.fromkeys(cell for cells in head for cell in cells if len(cell) > 8)), 200)
    table = BalanceTable(page.file, page.sheet, title, tuple(columns), {}, list(page.findings))
    _, told = apart(page.file, page.sheet, page.bad, max(map(len, head), default=0))
    table.findings.extend(told)
    table.bad.extend(row[:3] for row in page.bad)
    top = max(
        (number for number, cells in page.rows if number < first and any(map(_names_column, cells))),
        default=first,
    )
    below = [(number, cells) for number, cells in page.rows if number > min(top, first - 1)]
    for one in left:
        _leave(table, below, one)
    for number, cells in below:
        if number in rows:
            _read_row(table, rows[number], number, cells, page)
        elif number > first or not _counts_columns(cells):
            _unknown_row(table, number, cells, labels, page.hollow)
    return table


def _names_column(text: str) -> bool:
    return bool(_energy_item(text) or _unit(text))


def _counts_columns(cells: Sequence[str]) -> bool:
    """Whether a row below the head numbers the columns."""
    numbers = [value for cell in cells if (value := number_of(cell)) is not None]
    return numbers == list(range(1, len(numbers) + 1))


def row_name(code: str) -> tuple[str, str]:
    """A balance item in both languages."""
    return codelist(ROWS).label(code, "zh"), codelist(ROWS).label(code, "en")


def _text(cells: Sequence[str], at: int) -> str:
    return cells[at].strip() if at < len(cells) else ""


def _read_row(table: BalanceTable, code: str, number: int, cells: Sequence[str], page: Cells) -> None:
    """The numbers of a row; a row that states once more what is known is left out whole."""
    read: dict[tuple[str, str], Number] = {}
    for column in table.columns:
        text = _text(cells, column.place)
        value = number_of(text)
        if why := page.why_hollow(number, column.place + 1):
            _refuse_cell(table, code, column, HOLLOW[why], number, text)
        elif value is not None:
            decimals = len(re.sub(r"\D.*", "", narrow(text).partition(".")[2]))
            read[code, column.item] = Number(value, min(decimals, _MOST_DECIMALS), number, column.place + 1)
        elif not is_blank(text):
            _refuse_cell(table, code, column, "A-101", number, text)
    if read.keys() & table.numbers.keys():
        _refuse_row(table, "A-160", number, " ".join(cells), value=row_name(code))
    else:
        table.numbers.update(read)


def _refuse_cell(table: BalanceTable, code: str, column: Column, why: str, number: int, text: str) -> None:
    table.unread.add((code, column.item))
    value = one_line(text, 40)
    fields = {"where": place(table.file, table.sheet, number), "column": column.name, "value": value}
    stated = {"item": column.item, "category": code, "value": value}
    row = {"file": table.file, "sheet": table.sheet, "row": number, **stated}
    table.refuse(Finding(why, fields, (row,)), number, f"{code} {column.item} {text}")


def _refuse_row(table: BalanceTable, why: str, number: int, text: str, **fields: Any) -> None:
    where = place(table.file, table.sheet, number)
    row = {"file": table.file, "sheet": table.sheet, "row": number, "text": one_line(text, 200)}
    table.refuse(Finding(why, {"where": where, **fields}, (row,)), number, text)


def _unknown_row(
    table: BalanceTable,
    number: int,
    cells: Sequence[str],
    labels: int,
    hollow: Container[tuple[int, int]],
) -> None:
    """A row below the head with numbers whose name no balance item has; a note that is merged over all columns is none."""
    name = _text(cells, labels)
    texts = [_text(cells, one.place) for one in table.columns]
    filled = [
        text
        for text, one in zip(texts, table.columns, strict=True)
        if (number, one.place + 1) in hollow or _amount_in(text, name)
    ]
    if filled:
        value = one_line(name, 40) or "–"
        _refuse_row(table, "A-157", number, f"{name} {' '.join(filled)}", count=len(filled), value=value)


def _amount_in(text: str, name: str) -> bool:
    """Whether a cell states an amount, be it spelt so that it cannot be read."""
    value = number_of(text)
    if value is not None:
        return value != 0
    return text != name and bool(re.search(r"\d", text)) and not _unit(text) and not _energy_item(text)


def _leave(table: BalanceTable, below: Sequence[tuple[int, list[str]]], left: Left) -> None:
    """Tell of a column that is not read; where it holds energy, each of its numbers is refused."""
    texts = [(number, text) for number, cells in below if (text := _text(cells, left.place))]
    numbers = [(number, text) for number, text in texts if number_of(text)]
    if not numbers:
        return
    name = one_line(left.name, 40)
    finding = table.finding(left.code, column=left.place + 1, count=len(numbers), value=name)
    table.findings.append(finding)
    if finding.severity == "error":
        table.bad.extend((number, left.code, f"{left.name} {text}") for number, text in numbers)


def _label_column(page: Cells) -> int:
    width = max((len(cells) for _, cells in page.rows), default=0)
    counts = [
        sum(1 for _, cells in page.rows if at < len(cells) and _balance_row(cells[at]))
        for at in range(min(width, 6))
    ]
    return counts.index(max(counts)) if counts else 0


def _row_code(cells: Sequence[str], labels: int) -> str:
    return _balance_row(cells[labels]) if labels < len(cells) else ""


@functools.lru_cache(maxsize=4096)
def _balance_row(text: str) -> str:
    """Balance item of a row's name, without its number and sign; empty for another text."""
    name = _bare(text)
    if not name:
        return ""
    if name in _row_names():
        return _row_names()[name]
    sector = sector_of(_NUMBERED.sub("", narrow(text)).strip())
    if sector not in codelist("sectors"):
        return ""
    found = [
        one.code
        for one in mapping("sectors", ROWS).targets(sector)
        if one.code.startswith("B4") and one.relation == "1:1"
    ]
    return found[0] if found else ""


@functools.cache
def _row_names() -> dict[str, str]:
    found: dict[str, str] = {}
    for row in codelist(ROWS).rows:
        for name in (row["name_zh"], row["name_en"], *row["aliases"].split("|")):
            if name:
                found.setdefault(_bare(name), row["code"])
    return found


def _bare(text: str) -> str:
    plain = re.sub(r"\s+", "", narrow(text))
    for _ in range(2):
        plain = _NUMBERED.sub("", plain)
    return normalise(plain).replace("它", "他")


def _columns(page: Cells, head: Sequence[Sequence[str]], labels: int) -> tuple[list[Column], list[Left]]:
    """Item and unit of every column, and the columns that are left out."""
    width = max((len(cells) for _, cells in page.rows), default=0)
    general = stated_unit(cell for cells in head for cell in cells)
    found: list[Column] = []
    left: list[Left] = []
    for at in range(labels + 1, width):
        texts = [text for cells in head if (text := _text(cells, at))]
        item = next((code for text in reversed(texts) if (code := _energy_item(text))), "")
        unit = next((one for text in reversed(texts) if (one := _unit(text))), "") or general
        if item and unit and item not in {one.item for one in found}:
            found.append(Column(item, unit, at))
        elif item:
            left.append(Left("A-161" if unit else "A-154", items().get(item).name_zh, at))
        else:
            left.append(Left(_unknown_column(texts), _name(texts), at))
    return found, left


def _unknown_column(texts: Sequence[str]) -> str:
    """Code of the finding for a column without an item: a total, a remark, an item with an odd unit, or one not known."""
    if any(_TOTALS.search(text) or _BESIDE.search(text) for text in texts[-3:]):
        return "A-153"
    return "A-154" if any(_energy_item(_ASIDE.sub("", narrow(text))) for text in texts) else "A-180"


def _name(texts: Sequence[str]) -> str:
    """What a column is called, without its unit."""
    return next((text for text in texts[-2:] if not _unit(text)), texts[-1] if texts else "–")


def _unit(text: str) -> str:
    """Unit that a text of the head states, in brackets, behind a stroke or alone."""
    bare = narrow(text).strip().strip("()[]【】")
    return unit_in(text) or (bare if is_unit(bare) and not _energy_item(text) else "")


@functools.lru_cache(maxsize=4096)
def _energy_item(text: str) -> str:
    """Item that a heading of a balance names: one that is a column of the balance, and no total of several."""
    name, unit = (re.sub(r"\s+", "", narrow(one)) for one in (text, unit_in(text)))
    for piece in (f"({unit})", f"[{unit}]", f"【{unit}】", f"/{unit}", f",{unit}", unit) if unit else ():
        name = name.replace(piece, "")
    if _TOTALS.search(name):
        return ""
    codes = codelist(ITEMS).match(name)
    of_balance = {one.energy_item: one.code for one in items() if one.energy_item}
    if len(codes) == 1:
        return of_balance.get(codes[0], "")
    found = items().codes.match(name)
    return found[0] if len(found) == 1 and items().get(found[0]).energy_item else ""
