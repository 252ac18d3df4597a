"""The summary table of a guideline as a workbook, laid out as the guideline prints it: rows by gases, blank where it has no cell."""

from __future__ import annotations

import datetime as dt
import functools
import unicodedata
from collections.abc import Mapping, Sequence
from contextvars import copy_context
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter

from tanheng.codes import codelist
from tanheng.errors import CellNotFound, Lang, use_language
from tanheng.filings.docx_paper import settled
from tanheng.filings.docx_view import plain
from tanheng.filings.markup import Both
from tanheng.filings.view import View
from tanheng.filings.words import name_of, said, word
from tanheng.inventory import Inventory
from tanheng.inventory.official import official_table
from tanheng.inventory.writing import writing
from tanheng.quantities import parse_unit

_BY_MASS = ("CO2", "CH4", "N2O")
_SHEETS = (
    ("official_by_mass_sheet", "official_by_mass", False),
    ("official_by_gwp_sheet", "official_by_gwp", True),
)
_ABSENT = "#EFEFEF"
_NO_TIME = dt.datetime.fromisoformat("2000-01-01")
_NAME, _NUMBER, _HEIGHT = 44, 15, 16
_ONE_PAGE = 80
_OTHER = {"code", "name", "total", "notation"}


def official_list(inventory: Inventory) -> str | None:
    """The category list of an output table of the method whose rows name their gases, as the summary table of a guideline does.

    Examples
    --------
    >>> import tanheng as th
    >>> table = {"entity": ["四川省"], "period": ["2021"], "item": ["石灰"], "amount": [1000], "unit": ["t"]}
    >>> official_list(th.account(table, "cn-provincial-2011"))
    'provincial2011'
    """
    tables = [one["rows"] for one in inventory.method["tables"] if one["rows"] in inventory.category_lists]
    return next((str(name) for name in tables if "gases" in codelist(name).rows[0]), None)


def write_official(
    inventory: Inventory, path: str | Path, *, lang: Lang = "zh", by: str | None = None, unit: str = "t"
) -> Path:
    """Write the summary table of the method's guideline as a workbook, one sheet by mass and one in CO2e.

    Parameters
    ----------
    inventory : Inventory
    path : str or Path
        The file to write; what is there is replaced.
    lang : str
        ``zh`` or ``en``.
    by : str, optional
        The category list; the one of the method unless told.
    unit : str
        Unit of mass, such as ``t`` or ``万吨``.

    Returns
    -------
    Path
        The workbook. First sheet: CO2, CH4 and N2O in mass of the gas, the other gases and the total in CO2e; second
        sheet: every gas in CO2e. Grey cells are those that the guideline does not have; a notation key stands where the method
        leaves a gas open; an empty white cell is no data, never zero.

    Raises
    ------
    CellNotFound
        When the method does not place its emissions in a list that names gases.
    CannotWrite
        When the file cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> import tanheng as th
    >>> table = {"entity": ["四川省"], "period": ["2021"], "item": ["石灰"], "amount": [1000], "unit": ["t"]}
    >>> folder = Path(tempfile.mkdtemp())
    >>> write_official(th.account(table, "cn-provincial-2011"), folder / "official.xlsx").name
    'official.xlsx'
    """
    chosen = by or official_list(inventory)
    if chosen is None or chosen not in inventory.category_lists or "gases" not in codelist(chosen).rows[0]:
        raise CellNotFound(cell=str(chosen or "gases"), columns=", ".join(inventory.category_lists))
    with writing(path) as file:
        copy_context().run(_write, inventory, file, lang, chosen, unit)
        file.write_bytes(settled(file.read_bytes()))
    return file


def _write(inventory: Inventory, file: Path, lang: Lang, by: str, unit: str) -> None:
    use_language(lang)
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    started = inventory.run.get("started")
    created = dt.datetime.fromisoformat(started).replace(tzinfo=None) if started else _NO_TIME
    with xlsxwriter.Workbook(str(file), options) as book:
        book.set_properties({"title": inventory.method["title"][lang], "created": created})
        page = _Page(book, inventory, by, lang, unit)
        for sheet, key, weighted in _SHEETS:
            page.write(
                sheet, key, official_table(inventory, by, weighted=weighted).to_polars(), weighted=weighted
            )


class _Page:
    """Writes the sheets of one workbook with its formats."""

    def __init__(
        self, book: xlsxwriter.Workbook, inventory: Inventory, by: str, lang: Lang, unit: str
    ) -> None:
        self.book, self.inventory, self.by, self.lang, self.unit = book, inventory, by, lang, unit
        self.tonnes = parse_unit(unit).factor
        base = {"font_name": "宋体", "font_size": 10.5, "valign": "vcenter", "border": 1}
        self.title = book.add_format(
            {"font_name": "黑体", "font_size": 16, "bold": True, "align": "center", "valign": "vcenter"}
        )
        self.note = book.add_format({"font_name": "宋体", "font_size": 9, "text_wrap": True, "valign": "top"})
        self.head = book.add_format(
            {
                **base,
                "font_name": "黑体",
                "bold": True,
                "align": "center",
                "text_wrap": True,
                "bg_color": "#E8EDF3",
            }
        )
        self.format = functools.cache(lambda kind, strong, depth: book.add_format(self._shape(base, kind, strong, depth)))  # fmt: skip

    def _shape(self, base: Mapping[str, Any], kind: str, strong: int, depth: int) -> dict[str, Any]:
        shape = {**base, "bold": bool(strong)}
        if kind == "name":
            return {**shape, "text_wrap": True, "indent": depth}
        if kind == "absent":
            return {**shape, "bg_color": _ABSENT}
        if kind == "key":
            return {**shape, "align": "center"}
        return {**shape, "num_format": "#,##0.00" if self.tonnes == 1 else "#,##0.0000", "align": "right"}

    def write(self, sheet: str, key: str, frame: pl.DataFrame, *, weighted: bool) -> None:
        """One sheet: title, whom it is about, the heads, every row of the list, the notes below."""
        gases = [name for name in frame.columns if name not in _OTHER]
        page = self.book.add_worksheet(self._one(said(sheet)))
        view = View(self.inventory)
        last = len(gases) + 1
        page.merge_range(
            0, 0, 0, last, self._one(said("official_title", who=view.who, when=view.when)), self.title
        )
        page.set_row(0, 30)
        gwp = self.inventory.gwp_name or "–"
        page.merge_range(1, 0, 1, last, self._one(said(key, unit=self.unit, gwp=gwp, method=self._one(view.method_title))), self.note)  # fmt: skip
        page.set_row(1, 28)
        page.write_string(2, 0, self._one(said("official_head")), self.head)
        for at, gas in enumerate(gases, 1):
            mass = not weighted and gas in _BY_MASS
            page.write_string(
                2, at, f"{self._one(name_of('gas', gas))}\n({self.unit}{'' if mass else ' CO₂e'})", self.head
            )
        page.write_string(2, last, f"{self._one(word('total'))}\n({self.unit} CO₂e)", self.head)
        page.set_row(2, 34)
        for line, row in enumerate(frame.iter_rows(named=True), 3):
            self._row(page, line, row, gases)
        end = 3 + frame.height
        page.merge_range(end, 0, end, last, self._one(said("official_note")), self.note)
        page.set_row(end, 40)
        page.set_column(0, 0, _NAME)
        page.set_column(1, last, _NUMBER)
        page.freeze_panes(3, 1)
        page.set_paper(9)
        page.fit_to_pages(1, int(frame.height <= _ONE_PAGE))
        page.repeat_rows(2)
        page.print_area(0, 0, end, last)

    def _row(self, page: Any, line: int, row: Mapping[str, Any], gases: Sequence[str]) -> None:
        codes = codelist(self.by)
        depth = len(codes.ancestors(row["code"]))
        strong = int(depth < 2 and bool(codes.children(row["code"])))
        held = codes.get(row["code"])["gases"].split("|")
        keys = dict(part.split(": ") for part in row["notation"].split("; ") if part)
        page.write_string(line, 0, row["name"], self.format("name", strong, depth))
        wide = sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in row["name"])
        page.set_row(line, _HEIGHT * (1 + int(wide > 0.85 * (_NAME - 2 * depth))))
        for at, gas in enumerate(gases, 1):
            self._cell(page, line, at, row[gas], strong, absent=gas not in held, key=keys.get(gas, ""))
        self._cell(page, line, len(gases) + 1, row["total"], strong, absent=False, key="")

    def _cell(
        self, page: Any, line: int, at: int, value: float | None, strong: int, *, absent: bool, key: str
    ) -> None:
        if value is not None:
            page.write_number(line, at, value / self.tonnes, self.format("number", strong, 0))
        elif key:
            page.write_string(line, at, key, self.format("key", strong, 0))
        else:
            page.write_blank(line, at, None, self.format("absent" if absent else "number", strong, 0))

    def _one(self, both: Both) -> str:
        return plain(both.zh if self.lang == "zh" else both.en)
