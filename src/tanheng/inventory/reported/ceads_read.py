"""Reading CEADs matrices of CO2: long tables, fuels side by side, or years side by side; CSV or Excel."""

from __future__ import annotations

import csv
import functools
import re
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

import polars as pl

from tanheng.activity.reading.cells import Cells, read_cells
from tanheng.activity.reading.sheets import unreadable
from tanheng.codes import codelist, items
from tanheng.errors import UnknownCode

GRAMS_IN_MT = 1e12
_YEAR = re.compile(r"^(19|20)\d{2}$")
_KEYS = {
    "region": ("province", "region", "city", "city_zh", "省份", "省", "地区", "城市"),
    "year": ("year", "年份", "年"),
    "sector": ("sector", "部门", "行业", "item"),
    "fuel": ("fuel", "能源品种", "品种", "燃料"),
    "mt": ("co2_mt", "mtco2", "mt", "emission", "co2", "排放量"),
}
_NO_NUMBER = "#N/A"
_SUFFIX = re.compile(r"[ _]*\(?mt ?co2\)?$", re.IGNORECASE)


@functools.cache
def columns() -> dict[str, dict[str, str]]:
    """Columns and rows of the matrices that are no fuel and no sector, by their folded name.

    Examples
    --------
    >>> columns()["process"]["ipcc2006"], columns()["scope 1 total"]["kind"]
    ('2.A.1', 'total')
    """
    with (files("tanheng.packs") / "rules" / "ceads_columns.csv").open(encoding="utf-8") as stream:
        return {folded(row["name"]): row for row in csv.DictReader(stream)}


def folded(name: str) -> str:
    """A name of a fuel or sector in one spelling.

    Examples
    --------
    >>> folded("Coke_Oven_Gas_mtco2")
    'coke oven gas'
    """
    return " ".join(_SUFFIX.sub("", name.strip()).replace("_", " ").split()).casefold()


@functools.lru_cache(maxsize=4096)
def fuel_of(name: str) -> tuple[str, str] | None:
    """Kind (fuel, process, scope1, scope2, total) and code of a fuel column; None where it is none.

    Examples
    --------
    >>> fuel_of("Raw_Coal_mtco2"), fuel_of("Process"), fuel_of("remarks")
    (('fuel', 'raw_coal'), ('process', 'x_process'), None)
    """
    known = columns().get(folded(name))
    if known is not None:
        return (known["kind"], known["code"]) if known["kind"] != "whole" else None
    try:
        return "fuel", items().find(folded(name)).code
    except UnknownCode:
        return None


@functools.lru_cache(maxsize=4096)
def sector_of(name: str) -> str | None:
    """Code of a CEADs sector, ``whole`` for the sum of all, None where it is none."""
    known = columns().get(folded(name))
    if known is not None and known["kind"] == "whole":
        return "whole"
    found = codelist("ceads_sectors").match(name.strip())
    return found[0] if len(found) == 1 else None


def read_long(path: Path) -> pl.DataFrame:
    """Every value of a file with the names as written: region, year, sector, fuel, mt (all text), and where it stood.

    Raises
    ------
    InputUnreadable
        When the file is no table, or nothing in its header is a fuel, a year or a CEADs column.
    """
    tables = _sheets(path)
    parts = [
        part for name, table in tables if (part := _melted(name, table, alone=len(tables) == 1)) is not None
    ]
    if not parts:
        raise unreadable(
            path.name,
            ("表头里没有 CEADs 的燃料、年份或部门列", "its header has no fuels, years or sectors of CEADs"),
            ("请用 CEADs 的长表、燃料矩阵或部门矩阵", "Give a long table, a matrix by fuel or one by sector"),
        )
    return pl.concat(parts)


def _sheets(path: Path) -> list[tuple[str, pl.DataFrame]]:
    """Sheets as text tables; a CSV is read in one go, since it may be large."""
    if path.suffix.lower() in {".csv", ".txt"} and path.is_file():
        try:
            table = pl.read_csv(path, infer_schema=False, encoding="utf8", truncate_ragged_lines=True)
        except (pl.exceptions.PolarsError, UnicodeDecodeError):
            table = None
        if table is not None and table.width > 1:
            return [("", table.with_row_index("__row", offset=2))]
    found = []
    for sheet in read_cells(path):
        if len(sheet.rows) > 1 and not sheet.hidden:
            head = [text or f"column_{at}" for at, text in enumerate(sheet.rows[0][1])]
            rows = [_with_gaps(sheet, number, row) for number, row in sheet.rows[1:]]
            data = [[*row, *[""] * (len(head) - len(row))][: len(head)] for row in rows]
            table = pl.DataFrame(data, schema=dict.fromkeys(_distinct(head), pl.String), orient="row")
            numbers = pl.Series("__row", [number for number, _ in sheet.rows[1:]], dtype=pl.UInt32)
            found.append((sheet.sheet, table.insert_column(0, numbers)))
    return found


def _with_gaps(sheet: Cells, number: int, row: list[str]) -> list[str]:
    """A row in which a cell without a number of its own says so, and is refused; a year may be merged over rows."""
    return [
        _NO_NUMBER
        if (number, at) in sheet.unstored or ((number, at) in sheet.repeats and not _YEAR.match(text))
        else text
        for at, text in enumerate(row, 1)
    ]


def _distinct(names: Sequence[str]) -> list[str]:
    return [name if name not in names[:at] else f"{name}_{at}" for at, name in enumerate(names)]


def _melted(sheet: str, table: pl.DataFrame, *, alone: bool) -> pl.DataFrame | None:
    names = [name for name in table.columns if name != "__row"]
    keys = {
        key: name
        for name in names
        for key, spellings in _KEYS.items()
        if name.strip().casefold() in spellings
    }
    if "year" not in keys and "sector" not in keys and names and not (names[0].strip() and fuel_of(names[0])):
        first = table.get_column(names[0]).drop_nulls().head(5).to_list()
        if first and all(_YEAR.match(value.strip()) for value in first):
            keys["year"] = names[0]
        elif first and all(sector_of(value) for value in first):
            keys["sector"] = names[0]
    if "fuel" in keys and "mt" in keys:
        long = table.rename({keys["fuel"]: "fuel", keys["mt"]: "mt"})
    else:
        rest = [name for name in names if name not in keys.values()]
        years = [name for name in rest if _YEAR.match(name.strip())]
        fuels = [name for name in rest if fuel_of(name)]
        if "mt" in keys and not fuels:
            long = table.rename({keys["mt"]: "mt"}).with_columns(pl.lit("Scope 1 Total").alias("fuel"))
        elif len(fuels) > 1:
            long = table.unpivot(
                on=fuels, index=["__row", *keys.values()], variable_name="fuel", value_name="mt"
            )
        elif years and "year" not in keys:
            long = table.unpivot(
                on=years, index=["__row", *keys.values()], variable_name="year", value_name="mt"
            )
            keys["year"] = "year"
            long = long.with_columns(pl.lit("Scope 1 Total").alias("fuel"))
        else:
            return None
    year = sheet if _YEAR.match(sheet) else ""
    region = "" if alone or year else sheet
    stated = {"region": region, "year": year, "sector": ""}
    return long.select(
        *(
            (pl.col(keys[key]) if key in keys else pl.lit(default)).fill_null("").str.strip_chars().alias(key)
            for key, default in stated.items()
        ),
        pl.col("fuel").fill_null("").str.strip_chars(),
        pl.col("mt").fill_null("").str.strip_chars(),
        pl.lit(sheet).alias("sheet"),
        pl.col("__row").cast(pl.Int64).alias("row"),
    )
