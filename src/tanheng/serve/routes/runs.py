"""Runs: inventories computed from a data set, seen by any dimension, and every number's proof."""

from __future__ import annotations

from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from tanheng.access.areas import may_see
from tanheng.inventory import Inventory, compare, load_method
from tanheng.record.tables import DATASET, DOUBT, RUN
from tanheng.serve import jobs
from tanheng.serve.asking import Accountant, Here, Reader
from tanheng.serve.holdings import one, open_run
from tanheng.serve.problems import RequestInvalid
from tanheng.serve.tables import Table, answer, rows_of

router = APIRouter(tags=["runs"])
_SHOWN = [RUN.c[name] for name in ("id", "name", "dataset", "method", "gwp", "region", "entity", "total", "unit", "complete", "digest", "first_day", "last_day", "synthetic", "about", "made_at")]  # fmt: skip
Memo = Annotated[bool, Query(description="the memo items instead of the total's")]
Names = Annotated[list[str] | None, Query(max_length=8)]


class NewRun(BaseModel):
    """A data set to be accounted for by a method."""

    dataset: Annotated[str, Field(max_length=32)]
    method: Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[a-z0-9][a-z0-9.-]*$")]
    name: Annotated[str, Field(min_length=1, max_length=200)]
    gwp: Annotated[str, Field(max_length=20)] = ""
    why: Annotated[str, Field(max_length=500)] = ""


@router.post("/runs", status_code=202)
def make(asked: NewRun, request: Request, viewer: Accountant, platform: Here) -> dict[str, str]:
    """Account a data set as a job."""
    load_method(asked.method)
    with platform.writing() as connection:
        row = one(connection, viewer, DATASET, asked.dataset)
        name = jobs.enqueue(
            connection, viewer, "run", asked.model_dump(), region=row.region, entity=row.entity
        )
    request.app.state.runner.wake()
    return {"job": name}


@router.get("/runs")
def runs(viewer: Reader, platform: Here, asked: Table) -> Response:
    """Runs that the viewer may see, newest first."""
    query = sa.select(*_SHOWN).where(may_see(viewer, RUN)).order_by(RUN.c.made_at.desc())
    with platform.reading() as connection:
        return answer(rows_of(connection, query), asked, "runs")


@router.get("/runs/{name}")
def run(name: str, viewer: Reader, platform: Here) -> dict[str, Any]:
    """One run, with the dimensions and category lists by which it can be seen."""
    with platform.reading() as connection:
        row = one(connection, viewer, RUN, name)
    found = open_run(platform, row.manifest)
    return {
        **{column.name: getattr(row, column.name) for column in _SHOWN},
        "dimensions": [*found.dimensions, *found.category_lists],
    }


@router.get("/runs/{name}/table")
def table(
    name: str, viewer: Reader, platform: Here, asked: Table, *, by: Names = None, memo: Memo = False
) -> Response:
    """Emissions by any dimension or category list, t."""
    return answer(_open(platform, viewer, name).by(*(by or []), memo=memo).to_polars(), asked, "table")


@router.get("/runs/{name}/proof")
def proof(
    name: str,
    viewer: Reader,
    platform: Here,
    cell: Annotated[list[str] | None, Query(max_length=12, description="DIMENSION=VALUE")] = None,
) -> dict[str, Any]:
    """What stands behind a number: rows with file, sheet and line, coefficients, factors, documents, method."""
    named: dict[str, str] = {}
    for text in cell or []:
        key, sign, value = text.partition("=")
        if not sign or not key:
            raise RequestInvalid(detail=f"cell={text!r}; DIMENSION=VALUE")
        named[key] = value
    return _open(platform, viewer, name).proof(**named).to_dict()


@router.get("/runs/{name}/doubts")
def doubts(name: str, viewer: Reader, platform: Here, asked: Table) -> Response:
    """What the checks of the method found, with its state."""
    query = sa.select(DOUBT).where(may_see(viewer, DOUBT), DOUBT.c.run == name)
    with platform.reading() as connection:
        one(connection, viewer, RUN, name)
        return answer(rows_of(connection, query), asked, "doubts")


@router.get("/comparisons")
def comparison(new: str, old: str, viewer: Reader, platform: Here, asked: Table) -> Response:
    """Two runs set against each other, cell by cell with the cause of each difference, t."""
    found = compare(_open(platform, viewer, new), _open(platform, viewer, old))
    return answer(found.cells, asked, "comparison")


def _open(platform: Here, viewer: Reader, name: str) -> Inventory:
    with platform.reading() as connection:
        row = one(connection, viewer, RUN, name)
    return open_run(platform, row.manifest)
