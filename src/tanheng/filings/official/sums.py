"""Sheets of sums behind the summary of a guideline, in a layout of our own: with and without land use, fuels by sector."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tanheng.codes import codelist
from tanheng.filings.official.pages import Cell, Column
from tanheng.inventory.categories.official_lines import fuels_by_category, sheets_of, totals

if TYPE_CHECKING:
    from tanheng.filings.official.workbook import Pages

_NAME, _TEXT, _NUMBER = 32, 13, 14
_BY_KEY = {"with_land_use": "official_with_land_use", "land_use": "official_land_use", "without_land_use": "official_without_land_use"}  # fmt: skip


def totals_page(pages: Pages) -> None:
    """Totals with and without land use, the memo rows, and what stands outside the list."""
    rows = totals(pages.weighted, pages.by)
    gases = [name for name in rows[0][1] if name != "total"]
    names = dict(zip(pages.weighted.get_column("code"), pages.weighted.get_column("name"), strict=True))
    heads = [Column(pages.say("official_totals_head"), _NAME)]
    heads += [Column(f"{pages.name('gas', gas)}\n({pages.unit} CO₂e)", _NUMBER) for gas in gases]
    heads.append(Column(f"{pages.word('total')}\n({pages.unit} CO₂e)", _NUMBER))
    body = []
    for key, values in rows:
        strong = key in {"with_land_use", "without_land_use"}
        label = pages.say(_BY_KEY[key]) if key in _BY_KEY else str(names[key])
        body.append(
            [
                Cell(label, strong=strong),
                *(pages.number(values[name], strong=strong) for name in [*gases, "total"]),
            ]
        )
    pages.book.page(
        pages.say("official_totals_sheet"),
        pages.title("official_totals_title"),
        heads,
        body,
        above=[pages.say("official_ours")],
        alarms=pages.alarms(),
    )


def matrix(pages: Pages) -> None:
    """Fuels by sector: activity, CO2, and the factor that the two make."""
    for one in sheets_of(pages.by):
        if not one["matrix"]:
            continue
        frame = fuels_by_category(pages.inventory, pages.by, one["matrix"])
        listed = codelist(pages.by)
        columns = [row["code"] for row in listed.children(one["matrix"])]
        heads = [
            Column(pages.say("official_matrix_block"), _NAME),
            Column(pages.word("item"), _TEXT + 6),
            Column(pages.word("unit"), _TEXT - 4),
            *(Column(pages.name(pages.by, code), _NUMBER) for code in columns),
            Column(pages.word("total"), _NUMBER),
        ]
        found = {(row["item"], row["unit"], row["category"]): row for row in frame.iter_rows(named=True)}
        fuels = list(dict.fromkeys((item, unit) for item, unit, _ in found))
        body = [
            _fuel(pages, block, fuel, [found.get((*fuel, code)) for code in columns])
            for block in ("amount", "mass", "factor")
            for fuel in fuels
        ]
        pages.book.page(
            pages.say("official_matrix_sheet"),
            pages.title("official_matrix_title"),
            heads,
            body,
            above=[pages.say("official_ours")],
            fixed=3,
        )


def _fuel(
    pages: Pages, block: str, fuel: tuple[str, str], cells: Sequence[Mapping[str, Any] | None]
) -> list[Cell]:
    """One fuel in one block: its cells by sector and their sum."""
    item, unit = fuel
    amounts = [None if cell is None else float(cell["amount"]) for cell in cells]
    masses = [None if cell is None or cell["mass"] is None else float(cell["mass"]) for cell in cells]
    known = [value for value in amounts if value is not None]
    emitted = [value for value in masses if value is not None]
    amounts.append(sum(known) if known else None)
    masses.append(sum(emitted) if emitted else None)
    label = pages.say(f"official_matrix_{block}", unit=pages.unit)
    named = [Cell(label), Cell(pages.name("item", item)), Cell(pages.name("unit", unit))]
    if block == "amount":
        return [*named, *(Cell(value, "amount") for value in amounts)]
    if block == "mass":
        named[2] = Cell(pages.unit)
        return [*named, *(pages.number(value) for value in masses)]
    pairs = zip(masses, amounts, strict=True)
    named[2] = Cell(f"t/{pages.name('unit', unit)}")
    return [*named, *(Cell(mass / amount if mass is not None and amount else None, "factor") for mass, amount in pairs)]  # fmt: skip
