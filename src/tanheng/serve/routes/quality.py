"""How far the figures of a run can be trusted: uncertainty, key categories, completeness, coverage, grades, change."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import polars as pl
from fastapi import APIRouter, Query, Response

from tanheng.codes import codelist
from tanheng.errors import language
from tanheng.inventory import Inventory
from tanheng.inventory.names import column_of
from tanheng.inventory.quality.grades import quality_by_years
from tanheng.inventory.releases.years import load_year, years_of
from tanheng.inventory.uncertainty.line_terms import own_list
from tanheng.inventory.views.cube import Cube
from tanheng.inventory.views.tables import output_table
from tanheng.record.tables import RUN
from tanheng.serve.asking import Here, Reader
from tanheng.serve.holdings import cube_of, one, open_year, run_folder
from tanheng.serve.tables import Table, answer

router = APIRouter(tags=["quality"])
Codes = Annotated[
    str | None, Query(max_length=80, description="a category list; the method's own unless told")
]
Whole = Annotated[list[str] | None, Query(max_length=40, description="categories taken whole, repeatable")]
Approach = Annotated[int, Query(ge=1, le=2, description="1 propagation or share, 2 with uncertainty")]
Other = Annotated[str | None, Query(max_length=32, description="the run of the base year")]
Period = Annotated[
    str, Query(max_length=20, description="a year, or a part of one; the latest of several unless told")
]


def of_year(platform: Here, viewer: Reader, name: str, period: str) -> tuple[Inventory, str]:
    """The inventory of one year of a run that the viewer may see, and which year that is."""
    with platform.reading() as connection:
        row = one(connection, viewer, RUN, name)
    return open_year(platform, row.manifest, period)


def _seen(platform: Here, viewer: Reader, name: str) -> tuple[Cube, Path]:
    """The cube of a run that the viewer may see, and its folder."""
    with platform.reading() as connection:
        row = one(connection, viewer, RUN, name)
    return cube_of(platform, row.manifest), run_folder(platform, row.manifest)


def _called(frame: pl.DataFrame, by: str) -> pl.DataFrame:
    """Rows with the ``name`` of their ``category`` in the language asked for, after its code."""
    listed = codelist(by)
    known = [code for code in frame.get_column("category").unique().to_list() if code in listed]
    names = {code: listed.told_apart(code, language()) for code in known}
    called = pl.col("category").replace_strict(names, default="", return_dtype=pl.String).alias("name")
    at = frame.columns.index("category") + 1
    return frame.select(*frame.columns[:at], called, *frame.columns[at:])


@router.get("/runs/{name}/uncertainty")
def uncertainty(
    name: str,
    viewer: Reader,
    platform: Here,
    asked: Table,
    by: Codes = None,
    at: Whole = None,
    period: Period = "",
) -> Response:
    """Uncertainty of each category and gas by approach 1, what brings it, and of the total; unknown is null, never zero."""
    held, year = of_year(platform, viewer, name, period)
    found = held.category_uncertainty(by, at=at or []).to_polars()
    return answer(_called(found, by or own_list(held)), asked, "uncertainty", about={"period": year, "by": by or own_list(held), "whole": held.uncertainty().to_dict()})  # fmt: skip


@router.get("/runs/{name}/key-categories")
def key_categories(
    name: str,
    viewer: Reader,
    platform: Here,
    asked: Table,
    base: Other = None,
    by: Codes = None,
    at: Whole = None,
    approach: Approach = 1,
    period: Period = "",
    base_period: Period = "",
) -> Response:
    """Categories that make most of the total or, with a base year, of its change."""
    before, base_year = of_year(platform, viewer, base, base_period) if base else (None, "")
    held, year = of_year(platform, viewer, name, period)
    found = held.key_categories(before, by=by, at=at or [], approach=approach)
    told = {key: value for key, value in found.to_dict().items() if key != "lines"}
    about = {**told, "period": year, "base_period": base_year}
    return answer(found.lines, asked, "key-categories", about=about)


@router.get("/runs/{name}/completeness")
def completeness(
    name: str,
    viewer: Reader,
    platform: Here,
    asked: Table,
    by: Codes = None,
    within: Annotated[str | None, Query(max_length=80)] = None,
    period: Period = "",
) -> Response:
    """What is missing, how large it may be and what says so, and the share of the emissions that is covered."""
    held, year = of_year(platform, viewer, name, period)
    found = held.completeness(by=by, within=within)
    told = {key: value for key, value in found.to_dict().items() if key != "missing"}
    about = {**told, "period": year, "sentence": found.sentence()}
    return answer(found.lines, asked, "completeness", about=about)


@router.get("/runs/{name}/coverage")
def coverage(
    name: str, viewer: Reader, platform: Here, asked: Table, by: Codes = None, period: Period = ""
) -> Response:
    """Which categories of a list are estimated, have a notation key, or are unanswered."""
    held, year = of_year(platform, viewer, name, period)
    found = held.coverage(by or own_list(held))
    about = {
        "period": year,
        "by": found.codes,
        "counts": found.counts(),
        "findings": [one.to_dict() for one in found.findings],
    }
    return answer(_called(found.cells, found.codes), asked, "coverage", about=about)


@router.get("/runs/{name}/grades")
def grades(
    name: str,
    viewer: Reader,
    platform: Here,
    asked: Table,
    by: Annotated[list[str] | None, Query(max_length=8, description="dimensions, repeatable")] = None,
    period: Period = "",
) -> Response:
    """Quality grades A to E: the share of the total by state of its factors, or the grade by dimensions."""
    cube, folder = _seen(platform, viewer, name)
    names = [column_of(cube.frame, one) for one in dict.fromkeys(by or [])]
    if not period and "period" in names:
        found = quality_by_years((load_year(folder, year)[0] for year in years_of(folder)), names)
        return answer(found.to_polars(), asked, "grades", about={"title": found.title, "period": ""})
    held, year = of_year(platform, viewer, name, period)
    found = held.quality(*names)
    return answer(found.to_polars(), asked, "grades", about={"title": found.title, "period": year})


@router.get("/runs/{name}/trend")
def trend(
    name: str,
    viewer: Reader,
    platform: Here,
    asked: Table,
    base: Annotated[str, Query(max_length=32, description="the run of the base year")],
    period: Period = "",
    base_period: Period = "",
) -> Response:
    """The change since a base year with its uncertainty by approach 1, item by item."""
    held, year = of_year(platform, viewer, name, period)
    before, base_year = of_year(platform, viewer, base, base_period)
    found = held.trend(before)
    told = {key: value for key, value in found.to_dict().items() if key != "lines"}
    about = {**told, "period": year, "base_period": base_year}
    return answer(found.lines, asked, "trend", about=about)


@router.get("/runs/{name}/official")
def official(
    name: str,
    viewer: Reader,
    platform: Here,
    asked: Table,
    table: Annotated[str, Query(max_length=80, description="id of a table that the method declares")],
    period: Period = "",
) -> Response:
    """One output table of the method, in t; a table by period holds them all unless one is told."""
    cube, _ = _seen(platform, viewer, name)
    each = any(
        one["id"] == table and "period" in (one["rows"], one.get("columns")) for one in cube.method["tables"]
    )
    if each and not period:
        found, year = output_table(cube, table), ""
    else:
        held, year = of_year(platform, viewer, name, period)
        found = held.table(table)
    return answer(found.to_polars(), asked, table, about={"title": found.title, "period": year})


@router.get("/runs/{name}/findings")
def findings(name: str, viewer: Reader, platform: Here, asked: Table) -> Response:
    """Everything that reading, accounting and checking said, notes too, in both languages."""
    told = _seen(platform, viewer, name)[0].frame.findings
    rows = [
        (one.code, one.severity, one.message("zh"), one.message("en"), one.count, json.dumps(one.to_dict()["rows"], ensure_ascii=False, default=str))
        for one in told
    ]  # fmt: skip
    names = ("code", "severity", "message_zh", "message_en", "count", "rows")
    schema = {name: pl.Int64 if name == "count" else pl.String for name in names}
    return answer(pl.DataFrame(rows, schema=schema, orient="row"), asked, "findings")
