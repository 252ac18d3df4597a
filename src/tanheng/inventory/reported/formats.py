"""Formats of reported inventories: which heading is which column, kept as data in packs/schemas/reported_formats.csv."""

from __future__ import annotations

import csv
import functools
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files

from tanheng.activity.reading.cells import Cells
from tanheng.activity.reading.headers import HEAD_ROWS
from tanheng.activity.reading.scan import folded
from tanheng.activity.reading.sheets import unreadable
from tanheng.activity.text import one_line
from tanheng.errors import NotFound

ECRF = "ecrf-xlsx"
GASES = ("co2", "ch4", "n2o", "other_gases")


@dataclass(frozen=True)
class Column:
    """One column of a format: its name here, kind (text, number, emission, gas, memo), unit and headings.

    A unit that is empty stands in the column ``unit`` of each row; ``row`` means the same for a gas.
    """

    name: str
    required: bool
    kind: str
    unit: str
    gwp: str
    headings: tuple[str, ...]


@dataclass(frozen=True)
class Layout:
    """A header that was found: the format, the place of each column, and the rows below."""

    format: str
    columns: dict[str, Column]
    places: dict[str, int]
    header: int
    width: int
    cells: Cells


@functools.cache
def formats() -> dict[str, dict[str, Column]]:
    """Columns of every format by name.

    Examples
    --------
    >>> list(formats()), formats()["citycatalyst-csv"]["co2"].unit
    (['citycatalyst-csv', 'ecrf-xlsx', 'long'], 'kg CO2e')
    """
    found: dict[str, dict[str, Column]] = {}
    with (files("tanheng.packs") / "schemas" / "reported_formats.csv").open(encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            found.setdefault(row["format"], {})[row["column"]] = Column(
                row["column"],
                row["required"] == "yes",
                row["kind"],
                row["unit"],
                row["gwp"],
                tuple(row["headings"].split("|")),
            )
    return found


def fields() -> dict[str, str]:
    """Every column that some format has, with its kind, in the order of the eCRF."""
    columns = [
        column for name in ("ecrf-xlsx", "citycatalyst-csv", "long") for column in formats()[name].values()
    ]
    return {column.name: column.kind for column in columns}


def known_headings() -> set[str]:
    """Every heading of every format."""
    return {
        heading
        for columns in formats().values()
        for column in columns.values()
        for heading in column.headings
    }


def layouts(sheets: Sequence[Cells], format: str | None) -> list[Layout]:
    """The sheets that hold a reported inventory, each with its header.

    Parameters
    ----------
    sheets : sequence of Cells
        Sheets of one file.
    format : str, optional
        Name of a format; any, unless told.

    Raises
    ------
    NotFound
        When there is no such format.
    InputUnreadable
        When no sheet has the header of the format.
    """
    if format is not None and format not in formats():
        raise NotFound(what_zh="格式", what_en="format", name=format, known=", ".join(formats()))
    wanted = formats() if format is None else {format: formats()[format]}
    found = [best for sheet in sheets if (best := _best(sheet, wanted)) is not None]
    if not found:
        raise _headerless(sheets[0], wanted)
    first = next((one.format for one in found if not one.cells.hidden), found[0].format)
    return [one for one in found if one.format == first]


def _best(sheet: Cells, wanted: dict[str, dict[str, Column]]) -> Layout | None:
    """The header that has all required columns of a format and most columns."""
    best: Layout | None = None
    for at, (_, row) in enumerate(sheet.rows[:HEAD_ROWS]):
        for name, columns in wanted.items():
            places = _places(row, columns)
            complete = all(column.name in places for column in columns.values() if column.required)
            if complete and (best is None or len(places) > len(best.places)):
                width = max(n for n, cell in enumerate(row, 1) if cell)
                best = Layout(name, columns, places, at, width, sheet)
    return best


def _places(row: Sequence[str], columns: dict[str, Column]) -> dict[str, int]:
    """Place of each column: a heading may stand in two languages, one a line."""
    meant = [{folded(part) for part in (cell, *cell.split("\n"))} for cell in row]
    found: dict[str, int] = {}
    for column in columns.values():
        for heading in map(folded, column.headings):
            at = next((n for n, names in enumerate(meant) if heading in names), None)
            if at is not None and at not in found.values():
                found[column.name] = at
                break
    return found


def _headerless(sheet: Cells, wanted: dict[str, dict[str, Column]]) -> Exception:
    """The error that names the required headings, and those that the likeliest row lacks."""
    name, columns = next(iter(wanted.items()))
    rows = [row for _, row in sheet.rows[:HEAD_ROWS]] or [[]]
    likeliest = max(rows, key=lambda row: len(_places(row, columns)))
    places = _places(likeliest, columns)
    needed = [column for column in columns.values() if column.required]
    lacking = [column.headings[-1] for column in needed if column.name not in places]
    shown = one_line(" | ".join(cell for cell in likeliest if cell), 200)
    return unreadable(
        sheet.file,
        (
            f"没有格式 {name} 的表头：缺少 {'、'.join(lacking)}，最接近的一行是“{shown}”",
            f"it has no header of format {name}: {', '.join(lacking)} not found; the likeliest row is '{shown}'",
        ),
        (
            f"请核对 --format（{'、'.join(formats())}）或表头",
            f"Check --format ({', '.join(formats())}) or the header",
        ),
        sheet.sheet,
    )
