"""The tables of a guideline as a workbook: its summary by gas, and behind it the sectors with activity, factors and emissions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextvars import copy_context
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter

from tanheng.codes import codelist
from tanheng.errors import Lang, use_language
from tanheng.filings.official.activities import parameters, sector
from tanheng.filings.official.annexes import chapters_apart, left_out, notation_keys
from tanheng.filings.official.pages import Book, Cell, Column
from tanheng.filings.official.sheets import Sheets
from tanheng.filings.official.sources import write_sources
from tanheng.filings.official.sums import matrix, totals_page
from tanheng.filings.page.markup import plain
from tanheng.filings.word.paper import settled
from tanheng.filings.words import said
from tanheng.inventory import Inventory
from tanheng.inventory.categories.emission_sources import source_table
from tanheng.inventory.categories.official import (
    BY_MASS,
    UNPLACED,
    check_list,
    official_list,
    official_table,
    table_gaps,
    table_keys,
)
from tanheng.inventory.categories.official_lines import sheets_of
from tanheng.inventory.categories.placing import gases_of
from tanheng.inventory.part import one_part, parts_of
from tanheng.inventory.writing import PLAIN_TEXT, writing

__all__ = ["official_list", "write_official", "write_officials"]

_SHEETS = (
    ("official_by_mass_sheet", "official_by_mass", False),
    ("official_by_gwp_sheet", "official_by_gwp", True),
)
_NO_TIME = dt.datetime.fromisoformat("2000-01-01")
_NAME, _NUMBER = 44, 15
_OTHER = {"code", "name", "total", "notation"}
_MOST = 60
"""Workbooks that one call makes of an inventory of several entities and years."""


def write_official(
    inventory: Inventory,
    path: str | Path,
    *,
    lang: Lang = "zh",
    by: str | None = None,
    unit: str = "t",
    entity: str | None = None,
    period: str | None = None,
    notation: pl.DataFrame | None = None,
) -> Path:
    """Write the official tables of one entity and year as a workbook.

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
    entity, period : str, optional
        Whose tables and of which year, where the inventory holds several; ``*`` takes all entities together.
    notation : DataFrame, optional
        Keys of the user: ``category``, ``notation``, ``reason`` and maybe ``gas``; see `notation_of`.

    Returns
    -------
    Path
        The workbook. First sheet, in the layout of the guideline's summary table: CO2, CH4 and N2O in mass of the gas, the
        other gases and the total in CO2e; second sheet: every gas in CO2e. Grey cells are those that the guideline does not
        have; a notation key stands where the user or the method leaves a gas open; an empty white cell is no data, never
        zero; a yellow one lacks activity that has no coefficient. Then, in a layout of our own: totals with and without land
        use, fuels by sector, each sector with activity, factor, emission, state, quality and source, the notation keys with
        their reasons, and what is not counted. The workbook of an enterprise has its emissions by source, the activity of
        each with its factors, the values behind them and, where the document prescribes rounding, the lines as it prints them.

    Raises
    ------
    CellNotFound
        When the method neither places its emissions in a list that names gases nor groups its rules by source.
    SeveralInventories
        When several entities or years are left to choose from.
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
    if chosen or source_table(inventory) is None:
        chosen = check_list(inventory, chosen)
    part = one_part(inventory, entity=entity, period=period)
    with writing(path) as file:
        copy_context().run(_write, part, file, lang, chosen, unit, notation)
        file.write_bytes(settled(file.read_bytes()))
    return file


def write_officials(inventory: Inventory, folder: Path, *, lang: Lang = "zh") -> list[Path]:
    """Write ``official.xlsx`` in a folder, or one workbook in ``official/`` for each entity and year, up to 60.

    Beyond that ``more.txt`` says how many there are.

    Returns
    -------
    list of Path
        The files; none where the method has no such table.

    Examples
    --------
    >>> import tempfile
    >>> import tanheng as th
    >>> table = {"entity": ["甲市"] * 2, "period": ["2020", "2021"], "item": ["石灰"] * 2, "amount": [1, 2], "unit": ["t"] * 2}
    >>> folder = Path(tempfile.mkdtemp())
    >>> [path.name for path in write_officials(th.account(table, "cn-provincial-2011"), folder)]
    ['甲市-2020.xlsx', '甲市-2021.xlsx']
    """
    if official_list(inventory) is None and source_table(inventory) is None:
        return []
    pairs = parts_of(inventory)
    if len(pairs) <= 1:
        return [write_official(inventory, folder / "official.xlsx", lang=lang)]
    below = folder / "official"
    below.mkdir(exist_ok=True)
    names = [f"{_safe(entity)}-{year}.xlsx" for entity, year in pairs]
    written = [
        write_official(inventory, below / name, lang=lang, entity=entity, period=year)
        for name, (entity, year) in list(zip(_apart(names), pairs, strict=True))[:_MOST]
    ]
    if len(pairs) > _MOST:
        more = said("official_many", count=len(pairs), shown=_MOST)
        written.append(below / "more.txt")
        written[-1].write_text(plain(more.zh if lang == "zh" else more.en), encoding="utf-8")
    return written


def _safe(name: str) -> str:
    return "".join("_" if letter in '\\/:*?"<>|\0' or letter < " " else letter for letter in name)[:80] or "_"


def _apart(names: Sequence[str]) -> list[str]:
    """Names that do not meet: a second one alike has its place before it."""
    seen: set[str] = set()
    found = []
    for at, name in enumerate(names, 1):
        found.append(f"{at}-{name}" if name.casefold() in seen else name)
        seen.add(name.casefold())
    return found


def _write(inventory: Inventory, file: Path, lang: Lang, by: str | None, unit: str, notation: pl.DataFrame | None) -> None:  # fmt: skip
    use_language(lang)
    started = inventory.run.get("started")
    created = dt.datetime.fromisoformat(started).replace(tzinfo=None) if started else _NO_TIME
    with xlsxwriter.Workbook(str(file), dict(PLAIN_TEXT)) as book:
        book.set_properties({"title": inventory.method["title"][lang], "created": created})
        drawn = Book(book, decimals=2 if unit == "t" else 4)
        if by is None:
            write_sources(Sheets(drawn, inventory, lang, unit))
            return
        pages = Pages(drawn, inventory, by, lang, unit, notation)
        for sheet, key, weighted in _SHEETS:
            pages.summary(sheet, key, weighted=weighted)
        if sheets_of(by):
            totals_page(pages)
            matrix(pages)
            for one in sheets_of(by):
                sector(pages, one)
        parameters(pages)
        chapters_apart(pages)
        notation_keys(pages)
        left_out(pages)


class Pages(Sheets):
    """The sheets of a workbook after a category list."""

    def __init__(
        self, book: Book, inventory: Inventory, by: str, lang: Lang, unit: str, notation: pl.DataFrame | None
    ) -> None:
        super().__init__(book, inventory, lang, unit)
        self.by = by
        self.keys = table_keys(inventory, by, notation=notation)
        self.gaps = table_gaps(inventory, by)
        self.weighted = official_table(
            inventory, by, weighted=True, entity="*", notation=notation
        ).to_polars()
        self.by_mass = official_table(inventory, by, entity="*", notation=notation).to_polars()

    def _alarms(self) -> Iterator[str]:
        yield from super()._alarms()
        for row in self.weighted.filter(pl.col("code") == UNPLACED).iter_rows(named=True):
            yield self.say("official_unplaced", emission=f"{row['total'] / self.tonnes:,.4g}", unit=self.unit)

    def summary(self, sheet: str, key: str, *, weighted: bool) -> None:
        """The guideline's summary table: every row of the list by gas."""
        frame = self.weighted if weighted else self.by_mass
        gases = [name for name in frame.columns if name not in _OTHER]
        heads = [Column(self.say("official_head"), _NAME)]
        for gas in gases:
            mass = not weighted and gas in BY_MASS
            heads.append(Column(f"{self.name('gas', gas)}\n({self.unit}{'' if mass else ' CO₂e'})", _NUMBER))
        heads.append(Column(f"{self.word('total')}\n({self.unit} CO₂e)", _NUMBER))
        above = self.say(
            key, unit=self.unit, gwp=self.inventory.gwp_name or "–", method=self.view.method_title
        )
        self.book.page(
            self.say(sheet),
            self.title("official_title"),
            heads,
            [self._summary_row(row, gases) for row in frame.iter_rows(named=True)],
            above=[above, self.say("official_rows")],
            alarms=self.alarms(),
            below=[self.say("official_note")],
        )

    def _summary_row(self, row: Mapping[str, Any], gases: Sequence[str]) -> list[Cell]:
        codes, code = codelist(self.by), row["code"]
        listed = code in codes
        depth = len(codes.ancestors(code)) if listed else 0
        strong = depth < 2 and (not listed or bool(codes.children(code)))
        held = gases_of(codes.get(code)) if listed else gases
        cells = [Cell(row["name"], "text", strong=strong, depth=depth)]
        for gas in gases:
            part = (code, gas) in self.gaps
            key = self.keys.get((code, gas))
            if row[gas] is not None:
                cells.append(self.number(row[gas], strong=strong, part=part))
            elif key is not None:
                cells.append(Cell(key.key, "key", strong=strong))
            else:
                shape = "number" if gas in held else "absent"
                cells.append(Cell(self.word("unmatched") if part else None, "key" if part else shape, part=part))  # fmt: skip
        part = any((code, gas) in self.gaps for gas in gases)
        return [*cells, self.number(row["total"], strong=strong, part=part)]
