"""The tables of a guideline as a workbook: its summary by gas, and behind it the sectors with activity, factors and emissions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextvars import copy_context
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter

from tanheng.activity.schema import columns
from tanheng.codes import codelist
from tanheng.errors import Lang, use_language
from tanheng.filings.numbers import percent
from tanheng.filings.official.pages import Book, Cell, Column
from tanheng.filings.official.sectors import left_out, matrix, notation_keys, sector, totals_page
from tanheng.filings.page.markup import Both, plain
from tanheng.filings.page.view import View
from tanheng.filings.word.paper import settled
from tanheng.filings.words import name_of, said, word
from tanheng.inventory import Inventory
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
from tanheng.quantities import parse_unit

__all__ = ["official_list", "write_official", "write_officials"]

_SHEETS = (
    ("official_by_mass_sheet", "official_by_mass", False),
    ("official_by_gwp_sheet", "official_by_gwp", True),
)
_NO_TIME = dt.datetime.fromisoformat("2000-01-01")
_NAME, _NUMBER, _ONE_PAGE = 44, 15, 80
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
        their reasons, and what is not counted.

    Raises
    ------
    CellNotFound
        When the method does not place its emissions in a list that names gases.
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
    chosen = check_list(inventory, by or official_list(inventory))
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
        The workbooks; none where the method has no such table.

    Examples
    --------
    >>> import tempfile
    >>> import tanheng as th
    >>> table = {"entity": ["甲市"] * 2, "period": ["2020", "2021"], "item": ["石灰"] * 2, "amount": [1, 2], "unit": ["t"] * 2}
    >>> folder = Path(tempfile.mkdtemp())
    >>> [path.name for path in write_officials(th.account(table, "cn-provincial-2011"), folder)]
    ['甲市-2020.xlsx', '甲市-2021.xlsx']
    """
    if official_list(inventory) is None:
        return []
    pairs = parts_of(inventory)
    if len(pairs) <= 1:
        return [write_official(inventory, folder / "official.xlsx", lang=lang)]
    below = folder / "official"
    below.mkdir(exist_ok=True)
    names = [f"{_safe(entity)}-{year}.xlsx" for entity, year in pairs]
    if len(pairs) > _MOST:
        more = said("official_many", count=len(pairs), shown=_MOST)
        (below / "more.txt").write_text(plain(more.zh if lang == "zh" else more.en), encoding="utf-8")
    return [
        write_official(inventory, below / name, lang=lang, entity=entity, period=year)
        for name, (entity, year) in list(zip(_apart(names), pairs, strict=True))[:_MOST]
    ]


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


def _write(inventory: Inventory, file: Path, lang: Lang, by: str, unit: str, notation: pl.DataFrame | None) -> None:  # fmt: skip
    use_language(lang)
    started = inventory.run.get("started")
    created = dt.datetime.fromisoformat(started).replace(tzinfo=None) if started else _NO_TIME
    with xlsxwriter.Workbook(str(file), dict(PLAIN_TEXT)) as book:
        book.set_properties({"title": inventory.method["title"][lang], "created": created})
        pages = Pages(Book(book, decimals=2 if unit == "t" else 4), inventory, by, lang, unit, notation)
        for sheet, key, weighted in _SHEETS:
            pages.summary(sheet, key, weighted=weighted)
        if sheets_of(by):
            totals_page(pages)
            matrix(pages)
            for one in sheets_of(by):
                sector(pages, one)
        notation_keys(pages)
        left_out(pages)


class Pages:
    """The sheets of one workbook: whom they are about, in which language and unit."""

    def __init__(
        self, book: Book, inventory: Inventory, by: str, lang: Lang, unit: str, notation: pl.DataFrame | None
    ) -> None:
        self.book, self.inventory, self.by, self.lang, self.unit = book, inventory, by, lang, unit
        self.tonnes = parse_unit(unit).factor
        self.keys = table_keys(inventory, by, notation=notation)
        self.gaps = table_gaps(inventory, by)
        self.view = View(inventory)
        self.weighted = official_table(
            inventory, by, weighted=True, entity="*", notation=notation
        ).to_polars()
        self.by_mass = official_table(inventory, by, entity="*", notation=notation).to_polars()

    def one(self, both: Both) -> str:
        """The text of this workbook's language."""
        return plain(both.zh if self.lang == "zh" else both.en)

    def say(self, key: str, **fields: str | int | Both) -> str:
        """A sentence of the catalogue."""
        return self.one(said(key, **fields))

    def word(self, code: str) -> str:
        """A column of the activity, or else a term, as a heading."""
        known = columns("activity").get(code)
        return known[f"name_{self.lang}"] if known else self.one(word(code))

    def title(self, key: str, **fields: str | Both) -> str:
        """The title of a sheet: whom it is about and when."""
        return self.say(key, who=self.view.who, when=self.view.when, **fields)

    def name(self, dimension: str, code: str) -> str:
        """The name of a value."""
        return self.one(name_of(dimension, code)) if code else ""

    def number(self, value: float | None, **more: Any) -> Cell:
        """A mass in the unit of the workbook."""
        return Cell(None if value is None else value / self.tonnes, "number", **more)

    def alarms(self) -> list[str]:
        """What a reader of any sheet must know: what is missing, and what was not verified."""
        return list(self._alarms())

    def _alarms(self) -> Iterator[str]:
        one = self.inventory
        if not one.complete:
            yield self.say("official_incomplete", unmatched=one.unmatched.height, refused=one.refused, sheet=self.say("official_left_sheet"))  # fmt: skip
        weak = next((row["share"] for row in one.quality().to_dicts() if row["state"] == "recalled"), 0.0)
        if weak:
            ids = {given["factor"] for record in one.records for given in record["inputs"] if given["check"] == "recalled" and given["factor"]}  # fmt: skip
            yield self.say("official_unverified", share=f"{percent(weak, places=1)} %", count=len(ids))
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
            upright=frame.height <= _ONE_PAGE,
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
