"""Energy balance tables as yearbooks print them: which row, which column, which unit, which number."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tanheng.activity.cells import Cells, read_cells
from tanheng.activity.clean import is_blank, number_of, sector_of, unit_of
from tanheng.activity.findings import Finding, place
from tanheng.activity.formulas import unstored
from tanheng.activity.headers import unit_in
from tanheng.activity.sheets import unreadable
from tanheng.activity.text import narrow, one_line
from tanheng.codes import codelist, items, mapping, normalise

ROWS, ITEMS = "energy_balance_rows", "energy_items"
_NUMBERED = re.compile(r"^(?:[一二三四五六七八九十]+、|[(]?\d+[)]?[.、．]?)|^其中[:：]?|[(][-+−\s]*[)]")
_STATED = re.compile(r"(?:计量)?单位\s*[:：]\s*([^\s)）]+)")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")
_TOTALS = re.compile(r"合计|总计|小计")
_LEAST_ROWS, _LEAST_ITEMS = 5, 2


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


@dataclass(frozen=True)
class BalanceTable:
    """One balance: numbers by row and item of the code lists."""

    file: str
    sheet: str
    title: str
    columns: tuple[Column, ...]
    numbers: dict[tuple[str, str], Number]
    findings: list[Finding] = field(default_factory=list)

    @property
    def in_coal(self) -> bool:
        """Whether all is stated in standard coal, and not in physical units."""
        return all("标准煤" in column.unit or "ce" in column.unit for column in self.columns)

    @property
    def years(self) -> set[str]:
        """Years that the sheet's name or title speaks of."""
        return set(_YEAR.findall(narrow(f"{self.sheet} {self.title}")))


def read_tables(path: Path, sheet: str | None = None) -> list[BalanceTable]:
    """Every energy balance of a file.

    Raises
    ------
    InputUnreadable
        When the file is no table, or no sheet of it is an energy balance.
    """
    pages = [one for one in read_cells(path) if (one.sheet == sheet if sheet else not one.hidden)]
    formulas = unstored(path)
    found = [table for page in pages if (table := _table(page, formulas.get(page.sheet, set()))) is not None]
    if not found:
        raise unreadable(
            path.name,
            (
                "没有能源平衡表（左列为平衡项目、表头为能源品种）",
                "it has no energy balance (balance items on the left, energy items on top)",
            ),
            ("请核对文件与 --sheet", "Check the file and --sheet"),
        )
    return found


def _table(page: Cells, formulas: set[tuple[int, int]]) -> BalanceTable | None:
    labels = _label_column(page)
    rows = {number: code for number, cells in page.rows if (code := _row_code(cells, labels))}
    if len(rows) < _LEAST_ROWS:
        return None
    first = min(rows)
    head = [cells for number, cells in page.rows if number < first]
    columns, notes = _columns(page, head, labels)
    if len(columns) < _LEAST_ITEMS:
        return None
    title = one_line(" ".join(dict.fromkeys(cell for cells in head for cell in cells if len(cell) > 8)), 200)
    table = BalanceTable(page.file, page.sheet, title, tuple(columns), {}, notes)
    for number, cells in page.rows:
        if number in rows:
            _read_row(table, rows[number], number, cells, formulas)
        elif number > first:
            _unknown_row(table, number, cells, labels)
    return table


def _read_row(
    table: BalanceTable, code: str, number: int, cells: Sequence[str], formulas: set[tuple[int, int]]
) -> None:
    for column in table.columns:
        text = cells[column.place].strip() if column.place < len(cells) else ""
        where = place(table.file, table.sheet, number)
        if (number, column.place + 1) in formulas:
            table.findings.append(Finding("A-103", {"where": where, "column": column.item}))
        elif not is_blank(text):
            value = number_of(text)
            if value is None:
                shown = {"where": where, "column": column.item, "value": one_line(text, 40)}
                table.findings.append(Finding("A-101", shown))
            elif (code, column.item) in table.numbers:
                shown = {"where": where, "value": codelist(ROWS).get(code)["name_zh"]}
                table.findings.append(Finding("A-160", shown))
                return
            else:
                decimals = len(narrow(text).partition(".")[2].rstrip())
                table.numbers[code, column.item] = Number(value, min(decimals, 6), number, column.place + 1)


def _unknown_row(table: BalanceTable, number: int, cells: Sequence[str], labels: int) -> None:
    """A row below the head with numbers whose name no balance item has."""
    filled = [
        cells[one.place]
        for one in table.columns
        if one.place < len(cells) and number_of(cells[one.place]) is not None
    ]
    if filled:
        about = {"where": place(table.file, table.sheet, number), "count": len(filled)}
        table.findings.append(Finding("A-157", {**about, "value": one_line(cells[labels], 40)}))


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


def _columns(page: Cells, head: Sequence[Sequence[str]], labels: int) -> tuple[list[Column], list[Finding]]:
    """Item and unit of every column, and what is said of those that are left out."""
    width = max((len(cells) for _, cells in page.rows), default=0)
    stated = next(
        (match[1] for cells in head for cell in cells if (match := _STATED.search(narrow(cell)))), ""
    )
    general = stated if unit_of(stated) is not None else ""
    found: list[Column] = []
    notes: list[Finding] = []
    for at in range(labels + 1, width):
        texts = [cells[at].strip() for cells in head if at < len(cells) and cells[at].strip()]
        item = next((code for text in reversed(texts) if (code := _energy_item(text))), "")
        count = sum(
            1 for _, cells in page.rows[len(head) :] if at < len(cells) and number_of(cells[at]) is not None
        )
        about = {"file": page.file, "sheet": page.sheet, "column": at + 1, "count": count}
        unit = next((one for text in reversed(texts) if (one := _unit(text))), general)
        if not item:
            if count:
                notes.append(Finding("A-153", {**about, "value": one_line(_name(texts), 40)}))
        elif item in {one.item for one in found}:
            notes.append(Finding("A-161", {**about, "value": items().get(item).name_zh}))
        elif not unit:
            notes.append(Finding("A-154", {**about, "value": items().get(item).name_zh}))
        else:
            found.append(Column(item, unit, at))
    return found, notes


def _name(texts: Sequence[str]) -> str:
    """What a column is called, without its unit."""
    return next((text for text in texts[-2:] if not _unit(text)), texts[-1] if texts else "–")


def _unit(text: str) -> str:
    bare = narrow(text).strip().strip("()[]【】")
    return unit_in(text) or (
        bare if not bare[:1].isdigit() and unit_of(bare) is not None and not _energy_item(text) else ""
    )


@functools.lru_cache(maxsize=4096)
def _energy_item(text: str) -> str:
    """Item that a heading of a balance names: one that is a column of the balance, and no total of several."""
    name = re.sub(r"\s+", "", narrow(text))
    unit = unit_in(text)
    for piece in (f"({unit})", f"[{unit}]", f"/{unit}", unit) if unit else ():
        name = name.replace(re.sub(r"\s+", "", narrow(piece)), "")
    if _TOTALS.search(name):
        return ""
    codes = codelist(ITEMS).match(name)
    of_balance = {one.energy_item: one.code for one in items() if one.energy_item}
    if len(codes) == 1:
        return of_balance.get(codes[0], "")
    found = items().codes.match(name)
    return found[0] if len(found) == 1 and items().get(found[0]).energy_item else ""
