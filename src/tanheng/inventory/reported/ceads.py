"""CEADs inventories of CO2, imported as reported emissions: 17 fuels by 47 sectors, and cement process.

The matrices hold Mt CO2, no energy, so nothing is computed anew: values are kept in grams, sums are exact, and what the
file states as sums is compared with ours.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from tanheng.activity.activity import sha256
from tanheng.inventory.problems import invalid
from tanheng.inventory.reported.ceads_crosswalk import crossed
from tanheng.inventory.reported.ceads_groups import grouped
from tanheng.inventory.reported.ceads_read import GRAMS_IN_MT, fuel_of, read_long, sector_of
from tanheng.inventory.reported.series import Series, series_of
from tanheng.inventory.table import Table

TOLERANCE, RELATIVE = 2e-5, 1e-7
"""Mt, or of the sum where that is more: the files are rounded to eight significant digits, and sums have up to 47 cells."""
_CELL = ["region", "year", "sector", "item"]
_GRAMS_IN_T = 1_000_000
_COUNTED = ("fuel", "process", "scope1", "all")


@dataclass(frozen=True)
class CeadsGrid:
    """CO2 by region, year, CEADs sector and fuel.

    ``cells`` has ``region, year, sector`` (code of ceads_sectors, empty where the file has none)``, item`` (fuel,
    ``x_process``)``, kind`` (fuel, process, scope1, scope2; all: fuels and process in one), ``mass_g`` [g CO2], and the ``sheet`` and ``row`` where it stood. ``stated`` has the sums that the file states:
    ``sum`` is fuels or sectors. ``refused`` has the values that are not counted, with the reason.
    """

    name: str
    cells: pl.DataFrame
    stated: pl.DataFrame
    refused: pl.DataFrame
    files: Mapping[str, str] = field(default_factory=dict)

    def by(self, *dimensions: str) -> Table:
        """Scope 1 emissions by region, year, sector, item or kind, t CO2.

        Examples
        --------
        >>> grid = grid_of(pl.DataFrame({"region": ["四川"], "year": ["2019"], "fuel": ["Raw Coal"], "mt": [1.5]}))
        >>> grid.by("year").to_dicts()
        [{'year': '2019', 'emission': 1500000.0}]
        """
        unknown = [name for name in dimensions if name not in {*_CELL, "kind"}]
        if unknown:
            raise invalid(
                "by", unknown[0], "region、year、sector、item 或 kind", "region, year, sector, item or kind"
            )
        rows = self._counted()
        mass = (pl.col("mass_g").sum() / _GRAMS_IN_T).alias("emission")
        table = rows.group_by(dimensions).agg(mass).sort(dimensions) if dimensions else rows.select(mass)
        return Table(table, f"{self.name}: t CO2 / {', '.join(dimensions) or 'total'}")

    @property
    def total(self) -> float:
        """All scope 1 emissions, t CO2."""
        return int(self._counted().get_column("mass_g").sum()) / _GRAMS_IN_T

    def _counted(self) -> pl.DataFrame:
        return self.cells.filter(pl.col("kind").is_in(_COUNTED))

    def check(self, tolerance: float = TOLERANCE) -> Table:
        """Sums that the file states against the sums of its cells: those that differ by more than a tolerance [Mt].

        Returns
        -------
        Table
            ``sum`` (fuels: all fuels and process against the scope 1 total; sectors: the sectors against the whole),
            ``region, year, sector, item, stated, ours, difference`` [t]. Empty where all agree.
        """
        keys = ["sum", *_CELL]
        ours = pl.concat([self._by_fuels(), self._by_sectors()]).select(*keys, "ours")
        whole = self.stated.rename({"mass_g": "stated"}).join(ours, on=keys, how="left")
        whole = whole.with_columns(pl.col("ours").fill_null(0)).with_columns(
            (pl.col("ours") - pl.col("stated")).alias("difference")
        )
        slack = pl.max_horizontal(pl.lit(tolerance * GRAMS_IN_MT), pl.col("stated").abs() * RELATIVE)
        beyond = whole.filter(pl.col("difference").abs() > slack)
        shown = beyond.with_columns(pl.col("stated", "ours", "difference") / _GRAMS_IN_T).sort(keys)
        return Table(shown, f"{self.name}: {whole.height}")

    def _by_fuels(self) -> pl.DataFrame:
        """Fuels and process of each sector, and under an empty sector of all of them [g]."""
        mass = pl.col("mass_g").sum().alias("ours")
        single = self._counted().filter(pl.col("sector") != "").group_by("region", "year", "sector").agg(mass)
        whole = self._counted().group_by("region", "year").agg(mass).with_columns(pl.lit("").alias("sector"))
        return pl.concat([single, whole.select(single.columns)]).with_columns(
            pl.lit("fuels").alias("sum"), pl.lit("").alias("item")
        )

    def _by_sectors(self) -> pl.DataFrame:
        """Each fuel over all sectors [g]."""
        found = self.cells.group_by("region", "year", "item").agg(pl.col("mass_g").sum().alias("ours"))
        named = found.with_columns(pl.lit("sectors").alias("sum"), pl.lit("").alias("sector"))
        return named.select("region", "year", "sector", "ours", "sum", "item")

    def crosswalk(self, to: str, *, shares: Mapping[str, Mapping[str, float]] | None = None, by: tuple[str, ...] = ()) -> Table:  # fmt: skip
        """Emissions in the categories of another list; every tonne stands in exactly one of them.

        Parameters
        ----------
        to : str
            ``ipcc2006``, ``gpc`` or ``provincial2011``.
        shares : mapping, optional
            How a sector is split over several categories: sector to category to share (adding up to 1).
        by : tuple of str
            Dimensions to keep, such as ``("region", "year")``.

        Returns
        -------
        Table
            ``category``, ``name``, ``how`` (whole, above: held in the nearest category that holds all that the sector may
            be, shared: by the shares given, none: no category), ``emission`` [t CO2]. They add up to `total`.

        Raises
        ------
        ArgumentInvalid
            When shares do not add up to 1 or name what the mapping does not.
        """
        return crossed(self._counted(), to, shares or {}, by, self.name)

    def grouped(
        self, groups: Mapping[str, Sequence[str]], fuels: Mapping[str, Sequence[str]], *, by: Sequence[str] = ("region", "year")
    ) -> Table:  # fmt: skip
        """Emissions by groups of sectors and of fuels, such as the cells of a factor tree; every tonne stands in one of them.

        Parameters
        ----------
        groups : mapping
            Name to IPCC 2006 categories; a sector belongs to the group that names its category, or the nearest above it.
        fuels : mapping
            Name to items; a fuel belongs to the group that names it, or the nearest item above it.
        by : sequence of str
            Dimensions to keep.

        Returns
        -------
        Table
            The dimensions, ``group``, ``fuel``, ``emission`` [t CO2].

        Raises
        ------
        ArgumentInvalid
            When a cell belongs to no group.

        Examples
        --------
        >>> data = {"region": ["四川"] * 2, "year": ["2019"] * 2, "sector": ["Urban", "Construction"], "fuel": ["LPG", "Raw Coal"]}
        >>> grid = grid_of(pl.DataFrame(data | {"mt": [1.0, 2.0]}))
        >>> grid.grouped({"homes": ["1.A.4"], "works": ["1.A.2"]}, {"oil": ["petroleum"], "coal": ["coal"]}).to_dicts()[0]
        {'region': '四川', 'year': '2019', 'group': 'homes', 'fuel': 'oil', 'emission': 1000000.0}
        """
        return grouped(self._counted(), groups, fuels, by, self.name)

    def series(self) -> Series:
        """Jumps and gaps of each region's total over the years; a year is told by the first row that has it."""
        mass = (pl.col("mass_g").sum() / _GRAMS_IN_T).alias("emission")
        totals = self._counted().group_by("region", "year").agg(mass, pl.col("row").min())
        return series_of(totals.sort("region", "year"), "ceads")

    def to_dict(self) -> dict[str, Any]:
        """The object that ``tanheng inventory read --format ceads --json`` prints."""
        beyond = self.check().to_dicts()
        return {
            "file": self.name,
            "format": "ceads",
            "unit": "t CO2",
            "cells": self.cells.height,
            "regions": sorted(self.cells.get_column("region").unique().to_list()),
            "sectors": self.cells.filter(pl.col("sector") != "").get_column("sector").n_unique(),
            "items": self.cells.get_column("item").n_unique(),
            "total_t": self.total,
            "by_year": self.by("year").to_dicts(),
            "by_region_year": self.by("region", "year").to_dicts(),
            "series": self.series().to_dict(),
            "sums_stated": self.stated.height,
            "sums_apart": len(beyond),
            "apart": beyond[:50],
            "refused": self.refused.height,
            "refused_rows": self.refused.head(50).to_dicts(),
        }


def read_ceads(path: str | Path) -> CeadsGrid:
    r"""Read a CEADs table of CO2 [Mt]: long, fuels side by side, or years side by side.

    Parameters
    ----------
    path : path
        CSV or Excel; in a workbook the name of a sheet may be the year or the region.

    Returns
    -------
    CeadsGrid
        Sums that the file states are set apart and never counted twice; a value that is no number, names no known fuel or
        sector, or stands twice is refused with its reason.

    Raises
    ------
    InputUnreadable
        When the file is no such table.

    Source
    ------
    Guan Y. et al. 2021, Earth's Future 9, e2021EF002241; Shan Y. et al. 2018, Scientific Data 5, 170201.

    Examples
    --------
    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "sichuan.csv"
    >>> _ = file.write_text("province,year,sector,fuel,co2_mt\nSichuan,2019,Urban,Natural Gas,2.5\nSichuan,2019,Total Consumption,Natural Gas,2.5\n")
    >>> grid = read_ceads(file)
    >>> grid.total, grid.check().to_dicts()
    (2500000.0, [])
    """
    file = Path(path)
    grid = grid_of(read_long(file), name=file.name)
    return CeadsGrid(grid.name, grid.cells, grid.stated, grid.refused, {file.name: sha256(file)})


def grid_of(table: pl.DataFrame, *, name: str = "ceads") -> CeadsGrid:
    """The grid of a long table: ``year``, ``fuel``, ``mt`` [Mt CO2] and, where known, ``region`` and ``sector``, as names."""
    defaults = {"region": "", "sector": "", "sheet": ""}
    rows = table.with_columns(
        pl.lit(text).alias(key) for key, text in defaults.items() if key not in table.columns
    )
    if "row" not in rows.columns:
        rows = rows.with_row_index("row", offset=1).with_columns(pl.col("row").cast(pl.Int64))
    rows = rows.with_columns(pl.col("year", "mt").cast(pl.String))
    sectors = {one: "" if one == "" else sector_of(one) for one in rows.get_column("sector").unique()}
    fuels = {one: fuel_of(one) or ("", "") for one in rows.get_column("fuel").unique()}
    placed = rows.with_columns(
        pl.col("sector").replace_strict(sectors, return_dtype=pl.String).alias("__sector"),
        pl.col("fuel")
        .replace_strict({k: v[0] for k, v in fuels.items()}, return_dtype=pl.String)
        .alias("kind"),
        pl.col("fuel")
        .replace_strict({k: v[1] for k, v in fuels.items()}, return_dtype=pl.String)
        .alias("item"),
        pl.col("mt").cast(pl.Float64, strict=False).alias("__mt"),
    )
    placed = placed.filter(pl.col("mt").fill_null("") != "")
    reason = _reason(placed)
    placed = placed.with_columns(reason)
    good = placed.filter(pl.col("__reason") == "").with_columns(
        pl.col("__sector").alias("sector"),
        (pl.col("__mt") * GRAMS_IN_MT).round(0).cast(pl.Int64).alias("mass_g"),
    )
    twice = pl.struct("region", "year", "sector", "item", "kind").is_duplicated()
    first = pl.struct("region", "year", "sector", "item", "kind").is_first_distinct()
    repeated = good.filter(twice & ~first).with_columns(pl.lit("twice").alias("__reason"))
    good = good.filter(first)
    shown = ["sheet", "row", "region", "year", "fuel", "mt", "__reason"]
    refused = pl.concat([placed.filter(pl.col("__reason") != "").select(shown), repeated.select(shown)])
    refused = refused.rename({"__reason": "reason"})
    cells, stated = _apart(good.select("region", "year", "sector", "item", "kind", "mass_g", "sheet", "row"))
    return CeadsGrid(name, cells, stated, refused)


def _reason(rows: pl.DataFrame) -> pl.Expr:
    """Why a value cannot be counted; empty where it can."""
    last = str(dt.datetime.now(tz=dt.UTC).year)
    year = pl.col("year")
    return (
        pl.when(pl.col("__mt").is_null() | ~pl.col("__mt").is_finite()).then(pl.lit("not a number"))
        .when(pl.col("__sector").is_null()).then(pl.lit("unknown sector"))
        .when(pl.col("item") == "").then(pl.lit("unknown fuel"))
        .when(~year.str.contains(r"^(19|20)\d{2}$") | (year > last)).then(pl.lit("not a year"))
        .otherwise(pl.lit("")).alias("__reason")
    )  # fmt: skip


def _apart(rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Cells, and the sums that the file states; a sum without its parts is a cell."""
    total, whole = pl.col("kind") == "total", pl.col("sector") == "whole"
    fuels = rows.filter(~total)
    places = ["region", "year"]
    with_fuels = rows.filter(total).join(fuels, on=[*places, "sector"], how="semi")
    alone = (
        rows.filter(total)
        .join(fuels, on=[*places, "sector"], how="anti")
        .with_columns(pl.lit("all").alias("kind"))
    )
    left = pl.concat([fuels, alone])
    detailed = left.filter(~whole).filter(pl.col("sector") != "").select(places).unique()
    sums = left.filter(whole).join(detailed, on=places, how="semi")
    cells = pl.concat([left.filter(~whole), left.filter(whole).join(detailed, on=places, how="anti")])
    stated = pl.concat(
        [with_fuels.with_columns(pl.lit("fuels").alias("sum"), pl.lit("").alias("item")), sums.with_columns(pl.lit("sectors").alias("sum"))]
    )  # fmt: skip
    plain = pl.when(whole).then(pl.lit("")).otherwise(pl.col("sector")).alias("sector")
    return cells.with_columns(plain), stated.with_columns(plain).select("sum", *_CELL, "mass_g")
