"""The eCRF: a GPC inventory as a workbook of our own with the fields of the common reporting framework, in and out.

Text is written as text: a cell of the input that begins with ``=``, ``+``, ``-`` or ``@`` is never a formula.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter

from tanheng.codes import codelist
from tanheng.filings.official.pages import letters
from tanheng.filings.page.markup import plain
from tanheng.filings.words import said
from tanheng.inventory.categories.gpc import GRAMS, Category, category_of, leaves, total_names, total_rows
from tanheng.inventory.inventory import Inventory
from tanheng.inventory.paper import on_paper
from tanheng.inventory.reported.about import about_fields
from tanheng.inventory.reported.formats import formats
from tanheng.inventory.reported.from_account import from_inventory
from tanheng.inventory.reported.reading import Reported
from tanheng.inventory.reported.refused import HEADS, SHEET
from tanheng.inventory.writing import writing

_FORMAT = "ecrf-xlsx"
_NAMED = (("部门", "CRF - Sector"), ("子部门", "CRF - Sub-sector"), ("范围", "Scope"))
_SCOPES = {
    1: ("直接排放（t CO2e）", "Direct emissions (t CO2e)"),
    2: ("电网供应能源的间接排放（t CO2e）", "Indirect emissions from grid-supplied energy (t CO2e)"),
    3: ("边界外排放（t CO2e）", "Emissions occurring outside the city boundary (t CO2e)"),
}
_KEY, _WHY = ("标记符号", "Notation key"), ("说明", "Explanation")
_HEAD, _TWO_LINES = 66, 30
_SUMMARY = (58, 18, 9, 18, 9, 18, 9, 42)
_LACKING = 12
"""Things left out that the first sheets name; the last one has all."""
_WIDE = {
    "source_id": 38,
    "reason": 40,
    "method": 36,
    "source": 30,
    "activity_type": 26,
    "ef_description": 26,
    "ef_source": 26,
}


def write_ecrf(
    source: Reported | Inventory,
    path: str | Path,
    *,
    notation: Mapping[str, tuple[str, str]] | None = None,
    entity: str | None = None,
    period: str | None = None,
) -> Path:
    r"""Write a GPC inventory as an eCRF workbook, which `read_reported` reads back as it was.

    Parameters
    ----------
    source : Reported or Inventory
        A reported inventory, or one that was accounted by a method that places emissions in the GPC.
    path : path
        The workbook to write.
    notation : mapping of str to (str, str), optional
        For an `Inventory`: category to notation key and reason.
    entity, period : str, optional
        For an `Inventory` of several entities or years: whose and which; ``*`` takes all entities together.

    Returns
    -------
    Path
        The workbook: ``eCRF_1`` the city and the inventory, ``eCRF_2`` subsectors by scope with the totals [t CO2e],
        ``eCRF_3`` one row per report (of an `Inventory`: per category and kind of activity, with amount and factors) and one
        empty row per category that nobody answered, ``Refused`` the rows, or the
        activity of an `Inventory`, that are not counted; the first two sheets say so in red and name them. Rows of totals that were set aside are not written.

    Raises
    ------
    CellNotFound
        When the inventory's method places nothing in the GPC.
    UnknownCode
        When ``notation`` has an unknown category or key.
    SeveralInventories
        When several entities or years are left to choose from.
    CannotWrite
        When the file cannot be written.

    Source
    ------
    GPC eCRF template of C40, as used by CityCatalyst: names of fields only.

    Examples
    --------
    >>> import tempfile
    >>> from tanheng.inventory.reported.reading import read_reported
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "city.csv").write_text("reference,emission,unit\nI.1.1,1500.25,t CO2e\n", encoding="utf-8")
    >>> city = read_reported(folder / "city.csv")
    >>> read_reported(write_ecrf(city, folder / "city.xlsx")).totals() == city.totals()
    True
    """
    reported = (
        from_inventory(source, notation=notation, entity=entity, period=period)
        if isinstance(source, Inventory)
        else source
    )
    with writing(path) as file, xlsxwriter.Workbook(str(file)) as book:
        pages = _Pages(book)
        pages.about(reported)
        pages.summary(reported)
        pages.rows(reported)
        pages.refused(reported)
    return file


@dataclass(frozen=True)
class _Line:
    """One line of the summary: its names and the rows that it adds up."""

    zh: str
    en: str
    rows: pl.DataFrame


class _Pages:
    """Writes the sheets of one workbook with its formats."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        base = {"font_name": "Microsoft YaHei", "font_size": 10, "valign": "top"}
        self.book = book
        self.text = book.add_format({**base, "text_wrap": True})
        self.plain = book.add_format(base)
        self.head = book.add_format(
            {**base, "bold": True, "text_wrap": True, "bg_color": "#E8EDF3", "bottom": 1}
        )
        self.alarm = book.add_format({**base, "bold": True, "text_wrap": True, "font_color": "#C00000"})
        self.mass = book.add_format({**base, "num_format": "#,##0.000###"})
        self.number = book.add_format({**base, "num_format": "General"})
        self.total = book.add_format({**base, "bold": True, "num_format": "#,##0.000", "top": 1})

    def about(self, reported: Reported) -> None:
        """The city and the inventory: label and text."""
        page = self._page("eCRF_1", (66, 60))
        for line, row in enumerate(about_fields()):
            page.set_row(line, _TWO_LINES)
            page.write_string(line, 0, f"{row['name_zh']}\n{row['name_en']}", self.head)
            page.write_string(line, 1, reported.about.get(row["key"], ""), self.text)
        self._incomplete(page, len(about_fields()) + 1, reported)

    def summary(self, reported: Reported) -> None:
        """Subsectors by scope, and the totals below."""
        page = self._page("eCRF_2", _SUMMARY)
        heads = [("部门和子部门", "Sectors and sub-sectors")]
        for named in _SCOPES.values():
            heads += [named, _KEY]
        self._heads(page, [*heads, _WHY])
        at = 1
        for line in _lines(reported.frame):
            why = "; ".join(_said(line.rows, "reason"))
            page.set_row(at, max(_height(f"{line.zh}\n{line.en}", _SUMMARY[0]), _height(why, _SUMMARY[-1])))
            page.write_string(at, 0, f"{line.zh}\n{line.en}", self.text)
            for place, scope in enumerate(_SCOPES):
                self._cell(page, at, 1 + 2 * place, line.rows.filter(pl.col("scope") == scope))
            page.write_string(at, 7, why, self.text)
            at += 1
        totals, known = reported.totals(), total_rows(reported.frame)
        for rule in total_names():
            at += 1
            meaning = f"{rule['meaning_zh']}\n{rule['meaning_en']}"
            page.set_row(at, _height(meaning, _SUMMARY[-1]))
            names = dict.fromkeys((rule["name_zh"], rule["name_en"]))
            page.write_string(at, 0, " ".join(names), self.head)
            if known[rule["total"]]:
                page.write_number(at, 1, totals[rule["total"]], self.total)
            page.write_string(at, 7, meaning, self.text)
        self._incomplete(page, at + 2, reported)

    def rows(self, reported: Reported) -> None:
        """One row per report, then one per category without any."""
        columns = formats()[_FORMAT]
        order = list(columns)
        place = order.index("reference") + 1
        page = self._page("eCRF_3", ())
        heads = [(column.headings[0], column.headings[-1]) for column in columns.values()]
        self._heads(page, [*heads[:place], *_NAMED, *heads[place:]])
        for at, name in enumerate([*order[:place], "", "", "", *order[place:]]):
            page.set_column(at, at, _WIDE.get(name, 20))
        answered = set(reported.frame.get_column("category"))
        empty = [_named(category) for category in leaves() if category.code not in answered]
        for line, row in enumerate([*reported.frame.iter_rows(named=True), *empty], 1):
            for at, value in enumerate(_values(row, columns)):
                self._write(page, line, at + (3 if at >= place else 0), value)
            for at, text in enumerate(_names(row["reference"]), place):
                page.write_string(line, at, text, self.plain)
        page.freeze_panes(1, place)
        on_paper(page, [_WIDE.get(name, 20) for name in ("", "", "", *order)], fixed=place)

    def refused(self, reported: Reported) -> None:
        """Rows that are not counted, as they were read, with the reason."""
        widths = (10, 16, 10, 20, 16, 16, 16, 50, 50)
        page = self._page(SHEET, widths)
        self._heads(page, list(HEADS.values()))
        for line, row in enumerate(reported.refused.iter_rows(named=True), 1):
            page.set_row(line, max(_height(str(row[name] or ""), width) for name, width in zip(HEADS, widths, strict=True)))  # fmt: skip
            for at, name in enumerate(HEADS):
                page.write_string(line, at, "" if row[name] is None else str(row[name]), self.text)

    def _incomplete(self, page: Any, line: int, reported: Reported) -> None:
        """What the totals lack, in red where the totals stand; nothing where all is counted."""
        if not reported.refused.height:
            return
        rows = reported.refused.iter_rows(named=True)
        lacking = dict.fromkeys(" ".join(filter(None, (row["reference"], row["emission"], row["unit"]))) or "?" for row in rows)  # fmt: skip
        more = f" … ({len(lacking)})" if len(lacking) > _LACKING else ""
        what = "; ".join(list(lacking)[:_LACKING]) + more
        told = said("ecrf_incomplete", count=reported.refused.height, what=what, sheet=SHEET)
        page.set_row(line, _HEAD)
        page.write_string(line, 0, f"{plain(told.zh)}\n{plain(told.en)}", self.alarm)

    def _page(self, title: str, widths: Sequence[int]) -> Any:
        page = self.book.add_worksheet(title)
        for at, width in enumerate(widths):
            page.set_column(at, at, width)
        on_paper(page, widths)
        return page

    def _heads(self, page: Any, heads: Sequence[tuple[str, str]]) -> None:
        for at, (zh, en) in enumerate(heads):
            page.write_string(0, at, zh if zh == en else f"{zh}\n{en}", self.head)
        page.set_row(0, _HEAD)
        page.freeze_panes(1, 0)

    def _cell(self, page: Any, line: int, at: int, rows: pl.DataFrame) -> None:
        """Emission of a subsector in one scope, or its keys: never a zero that nobody reported."""
        masses = rows.get_column("emission_g").drop_nulls().to_list()
        if masses:
            page.write_number(line, at, sum(masses) / GRAMS, self.mass)
        page.write_string(line, at + 1, ", ".join(_said(rows, "notation")), self.text)

    def _write(self, page: Any, line: int, at: int, value: Any) -> None:
        if isinstance(value, str) and value:
            page.write_string(line, at, value, self.plain)
        elif isinstance(value, tuple):
            page.write_number(line, at, value[0] / GRAMS, self.mass)
        elif isinstance(value, float):
            page.write_number(line, at, value, self.number)


def _height(text: str, width: int) -> float:
    """Height of a row that holds a text in a column of a width, both in Latin letters."""
    lines = sum(max(1, math.ceil(letters(part) / (width - 2))) for part in text.split("\n"))
    return _TWO_LINES / 2 * max(lines, 1)


def _values(row: Mapping[str, Any], columns: Mapping[str, Any]) -> list[Any]:
    """Cells of one row: text, number, or a tuple that holds grams."""
    found: list[Any] = []
    for name, column in columns.items():
        if column.kind in {"gas", "memo", "emission"}:
            mass = row.get(f"{name}_g")
            found.append(None if mass is None else (mass,))
        else:
            found.append(row.get(name))
    return found


def _lines(frame: pl.DataFrame) -> list[_Line]:
    """Subsectors of the list in order, without what counts in the territorial view alone; that follows by category."""
    codes = codelist("gpc")
    inside = frame.filter(pl.col("level") != "territorial")
    lines = []
    for category in dict.fromkeys(one.subsector for one in leaves()):
        lines.append(
            _line(
                codes.ancestors(category)[0]["code"], category, inside.filter(pl.col("subsector") == category)
            )
        )
    lines.append(_line("VI", "VI.1", inside.filter(pl.col("sector") == "VI")))
    only = frame.filter(pl.col("level") == "territorial")
    for code in dict.fromkeys(["I.4.4", *only.get_column("category").to_list()]):
        zh, en = _label(code.rsplit(".", 1)[0] if code not in codes else code)
        lines.append(
            _Line(
                f"{code} {zh}（仅属地口径）",
                f"{en} (territorial only)",
                only.filter(pl.col("category") == code),
            )
        )
    return lines


def _line(sector: str, subsector: str, rows: pl.DataFrame) -> _Line:
    (zh, en), (below_zh, below_en) = _label(sector), _label(subsector)
    return _Line(f"{subsector} {zh} > {below_zh}", f"{en} > {below_en}", rows)


def _label(code: str) -> tuple[str, str]:
    codes = codelist("gpc")
    return codes.label(code, "zh"), codes.label(code, "en")


def _names(reference: str) -> list[str]:
    """Sector, subsector and scope of a row, for the reader."""
    category = category_of(reference)
    assert isinstance(category, Category)
    named = [" ".join(_label(code)) for code in (category.sector, category.subsector)]
    return [*named, str(category.scope)]


def _named(category: Category) -> dict[str, str]:
    return {"reference": category.code}


def _said(rows: pl.DataFrame, column: str) -> list[str]:
    return [text for text in dict.fromkeys(rows.get_column(column).to_list()) if text]
