"""The inventory explorer: runs by any dimension, as tables, pivots, flows, trees and series; every figure in t."""

from __future__ import annotations

from typing import Annotated, Any

import polars as pl
from fastapi import APIRouter, Depends, Query, Response

from tanheng.inventory.quality.breaks import break_told, breaks, limit
from tanheng.inventory.views import explore
from tanheng.inventory.views.cube import Cube
from tanheng.record.tables import RUN
from tanheng.serve.alarms import intensity_of
from tanheng.serve.asking import Here, Reader
from tanheng.serve.holdings import cube_of, one
from tanheng.serve.problems import RequestInvalid
from tanheng.serve.series import seams_of, uses_of
from tanheng.serve.tables import SYNTHETIC, Table, answer

router = APIRouter(tags=["explorer"])
Names = Annotated[
    list[str] | None, Query(max_length=8, description="a dimension or category list, repeatable")
]
Cells = Annotated[list[str] | None, Query(max_length=12, description="DIMENSION=VALUE, by code or name, repeatable: only this cell")]  # fmt: skip
Gwp = Annotated[str | None, Query(max_length=20, description="another GWP set than the run's")]
Series = Annotated[
    list[str], Query(min_length=1, max_length=40, description="runs of one series, repeatable")
]
Memo = Annotated[bool, Query(description="the memo items instead of the total's")]


def cell_of(texts: list[str] | None) -> dict[str, str]:
    """A cell as requests write it.

    Raises
    ------
    RequestInvalid
    """
    named: dict[str, str] = {}
    for text in texts or []:
        key, sign, value = text.partition("=")
        if not sign or not key or key in named:
            raise RequestInvalid(detail=f"cell={text!r}; DIMENSION=VALUE")
        named[key] = value
    return named


class View:
    """Which part of a run is asked for, and in which weights."""

    def __init__(self, cell: Cells = None, gwp: Gwp = None) -> None:
        self.cell, self.gwp = cell_of(cell), gwp or None


Part = Annotated[View, Depends()]


def cube(platform: Here, viewer: Reader, name: str) -> Cube:
    """The cube of a run that the viewer may see."""
    with platform.reading() as connection:
        row = one(connection, viewer, RUN, name)
    return cube_of(platform, row.manifest)


@router.get("/runs/{name}/table")
def table(
    name: str,
    viewer: Reader,
    platform: Here,
    asked: Table,
    part: Part,
    *,
    by: Names = None,
    memo: Memo = False,
    uncertainty: Annotated[bool, Query(description="add ± of each row, where known")] = False,
    notation: Annotated[bool, Query(description="add the notation keys of a category list")] = False,
) -> Response:
    """Emissions by any dimensions or category lists, with the names of codes, and what is not counted beside them."""
    held = cube(platform, viewer, name)
    found = explore.seen(
        held, by or [], cell=part.cell, gwp=part.gwp, memo=memo, uncertainty=uncertainty, notation=notation
    )
    return answer(
        found, asked, "table", dress=lambda page: explore.named(held, page), about=view_about(held, part)
    )


@router.get("/runs/{name}/pivot")
def pivot(
    name: str,
    viewer: Reader,
    platform: Here,
    asked: Table,
    part: Part,
    *,
    rows: Annotated[list[str], Query(min_length=1, max_length=6)],
    columns: Annotated[str, Query(min_length=1, max_length=80)],
    memo: Memo = False,
) -> Response:
    """Emissions with a column for each value of a dimension; ``columns`` of the answer names them in order."""
    held = cube(platform, viewer, name)
    found, heads = explore.pivot(held, rows, columns, cell=part.cell, gwp=part.gwp, memo=memo)
    about = {**view_about(held, part), "columns": heads}
    return answer(found, asked, "pivot", dress=lambda page: explore.named(held, page), about=about)


@router.get("/runs/{name}/flows")
def flows(
    name: str, viewer: Reader, platform: Here, asked: Table, part: Part, *, levels: Names = None
) -> Response:
    """Flows for a Sankey diagram: from each value of a level to each of the next; energy item, sector, gas unless told."""
    held = cube(platform, viewer, name)
    found = explore.flows(held, levels or ["item", "sector", "gas"], cell=part.cell, gwp=part.gwp)
    return answer(found, asked, "flows", about=view_about(held, part))


@router.get("/runs/{name}/tree")
def tree(
    name: str, viewer: Reader, platform: Here, asked: Table, part: Part, *, levels: Names = None
) -> Response:
    """Emissions as a tree, for a treemap: scope, sector, item unless told."""
    held = cube(platform, viewer, name)
    found = explore.tree(held, levels or ["scope", "sector", "item"], cell=part.cell, gwp=part.gwp)
    return answer(found, asked, "tree", about=view_about(held, part))


@router.get("/runs/{name}/change")
def change(
    name: str,
    viewer: Reader,
    platform: Here,
    asked: Table,
    part: Part,
    *,
    by: Annotated[str, Query(min_length=1, max_length=80, description="a dimension or category list")],
    old: Annotated[str, Query(max_length=40, description="the year before")],
    new: Annotated[str, Query(max_length=40, description="the year after")],
) -> Response:
    """What each value of a dimension adds to the change between two years, t; the last line is the total, and the parts make it exactly."""
    held = cube(platform, viewer, name)
    found = explore.change(held, by, old, new, cell=part.cell, gwp=part.gwp)
    about = {**view_about(held, part), "old": old, "new": new, "years": f"{old}–{new}"}
    return answer(found, asked, "change", dress=lambda page: explore.named(held, page), about=about)


@router.get("/runs/{name}/entities")
def entities(
    name: str,
    viewer: Reader,
    platform: Here,
    asked: Table,
    part: Part,
    *,
    under: Annotated[
        str, Query(max_length=200, description="only this entity of the tree and what lies below it")
    ] = "",
) -> Response:
    """Whom a run is about, with kind, parent and region where it was accounted with a tree of entities."""
    held = cube(platform, viewer, name)
    found = explore.entities(held, under=under, gwp=part.gwp)
    return answer(found, asked, "entities", dress=lambda page: explore.named(held, page))


@router.get("/inventories/series")
def series(
    viewer: Reader,
    platform: Here,
    asked: Table,
    part: Part,
    *,
    run: Annotated[list[str], Query(min_length=1, max_length=40, description="runs, repeatable")],
    by: Names = None,
    memo: Memo = False,
) -> Response:
    """Several runs by period and any dimensions, one below the other: for trends, and for runs side by side."""
    parts = []
    for name in dict.fromkeys(run):
        with platform.reading() as connection:
            row = one(connection, viewer, RUN, name)
        held = cube_of(platform, row.manifest)
        found = explore.seen(held, ["period", *(by or [])], cell=part.cell, gwp=part.gwp, memo=memo).sort(
            "period"
        )
        of_run: dict[str, Any] = {"run": row.id, "run_name": row.name, "method": row.method, "unit": row.unit,
                                  "gwp": part.gwp or row.gwp, "complete": row.complete, "synthetic": row.synthetic}  # fmt: skip
        stated = [pl.lit(value).alias(key) for key, value in of_run.items()]
        parts.append(explore.named(held, found).select(*stated, pl.all()))
    return answer(pl.concat(parts, how="diagonal_relaxed"), asked, "series")


@router.get("/inventories/breaks")
def series_breaks(viewer: Reader, platform: Here, asked: Table, *, run: Series) -> Response:
    """Where the factors of a series come from another document than the year before, and how much of its change that is.

    Of a year that several runs hold the first is taken.
    """
    rows = _rows(platform, viewer, run)
    first = cube_of(platform, rows[0].manifest)
    found = breaks(pl.concat(uses_of(platform, rows)))
    told = [break_told(row, first.frame.gas).message() for row in found.iter_rows(named=True)]
    about = {"unit": rows[0].unit, "limit": limit("factor_break")}
    worded = found.with_columns(pl.Series("message", told, pl.String))
    return answer(worded, asked, "breaks", dress=lambda page: explore.named(first, page), about=about)


@router.get("/inventories/seams")
def series_seams(viewer: Reader, platform: Here, asked: Table, *, run: Series) -> Response:
    """What does not fit where the years of several runs of one place meet: jumps, gaps, other units, factors of other documents."""
    rows = _rows(platform, viewer, run)
    found = [
        (
            one.code,
            one.severity,
            str(one.rows[0]["previous_period"])[:4],
            str(one.rows[0]["period"])[:4],
            one.message(),
        )
        for one in seams_of(platform, rows)
    ]
    names = ("code", "severity", "earlier", "later", "message")
    return answer(pl.DataFrame(found, schema=dict.fromkeys(names, pl.String), orient="row"), asked, "seams")


@router.get("/inventories/intensity")
def intensity(viewer: Reader, platform: Here, asked: Table, *, run: Series) -> Response:
    """Emission [t] by GDP [t per 10^4 CNY] and by head of each whole year of runs of one place, with the paths of its targets."""
    rows = _rows(platform, viewer, run)
    with platform.reading() as connection:
        found = intensity_of(platform, connection, viewer, rows)
    if found.select(pl.any_horizontal(pl.col("synthetic_data", "synthetic_target").any())).item():
        SYNTHETIC.set(True)
    return answer(found, asked, "intensity", about={"region": rows[0].region, "entity": rows[0].entity})


def _rows(platform: Here, viewer: Reader, names: list[str]) -> list[Any]:
    """Runs of one series, of one place, that the viewer may see."""
    with platform.reading() as connection:
        rows = [one(connection, viewer, RUN, name) for name in dict.fromkeys(names)]
    kinds = {" ".join(filter(None, (row.unit, row.gwp, row.region, row.entity))) for row in rows}
    if len(kinds) > 1:
        raise RequestInvalid(detail="run: " + ", ".join(sorted(kinds)))
    return rows


def view_about(held: Cube, part: View) -> dict[str, Any]:
    """What the figures of a view are: their unit, the GWP set, the digest of what they come from."""
    gas = held.frame.gas
    return {
        "unit": f"t {gas}",
        "gwp": (part.gwp or held.frame.gwp_name) if gas == "CO2e" else None,
        "digest": held.digest,
    }
