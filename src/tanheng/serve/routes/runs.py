"""Runs: inventories computed from a data set, with what they were made from and what was found."""

from __future__ import annotations

from typing import Annotated, Any

import polars as pl
import sqlalchemy as sa
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from tanheng.access.areas import may_see
from tanheng.inventory.categories.answers import notation_rows, template_answers
from tanheng.inventory.views.listings import factor_rows
from tanheng.record.chain import append
from tanheng.record.tables import DATASET, DOUBT, PACK, PERSON, RUN, UPLOAD
from tanheng.serve import jobs
from tanheng.serve.asking import Accountant, Here, Reader
from tanheng.serve.holdings import cube_of, one, open_run
from tanheng.serve.own_methods import method_of
from tanheng.serve.series import series_of
from tanheng.serve.shelf import library
from tanheng.serve.tables import Table, answer, listed, rows_of
from tanheng.serve.work_runs import BESIDE, with_overrides

router = APIRouter(tags=["runs"])
SHOWN = [RUN.c[name] for name in ("id", "name", "dataset", "method", "gwp", "region", "entity", "total", "unit", "complete", "digest", "first_day", "last_day", "synthetic", "about", "made_by", "made_at")]  # fmt: skip
Upload = Annotated[str, Field(max_length=32)]
Word = Annotated[str, Field(max_length=200)]


class Override(BaseModel):
    """A parameter of a rule that was measured instead of looked up; ``uncertainty`` is the half width at 95 % [%]."""

    rule: Word
    parameter: Word
    value: Annotated[float, Field(allow_inf_nan=False)]
    unit: Annotated[str, Field(max_length=60)]
    source: Annotated[str, Field(min_length=1, max_length=500)]
    uncertainty: Annotated[float, Field(ge=0, le=1000)] | None = None


class NewRun(BaseModel):
    """A data set to be accounted for by a method.

    ``gwp`` is the set in which CO2e is shown; ``region`` that of rows that name none; ``by`` the dimensions to keep of large
    data; ``factors`` a release of the library and ``packs`` packs of one's own laid over it;
    ``method`` may be one's own too, by its name (the newest version) or the id of a version. ``parts`` and ``claims`` are uploads that are
    checked and never added, ``parameters`` and ``entities`` uploads with the tables of these names.
    """

    dataset: Annotated[str, Field(max_length=32)]
    method: Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[a-z0-9][a-z0-9.-]*$")]
    name: Annotated[str, Field(min_length=1, max_length=200)]
    gwp: Annotated[str, Field(max_length=20)] = ""
    why: Annotated[str, Field(max_length=500)] = ""
    region: Annotated[str, Field(max_length=40)] = ""
    by: Annotated[list[Word], Field(max_length=12)] = []
    factors: Annotated[str, Field(max_length=40, pattern=r"^[\w.-]*$")] = ""
    packs: Annotated[list[Upload], Field(max_length=10)] = []
    overrides: Annotated[list[Override], Field(max_length=100)] = []
    parts: Upload = ""
    claims: Upload = ""
    parameters: Upload = ""
    entities: Upload = ""


@router.post("/runs", status_code=202)
def make(asked: NewRun, request: Request, viewer: Accountant, platform: Here) -> jobs.Queued:
    """Account a data set as a job."""
    chosen = asked.model_dump()
    library(asked.factors)
    with platform.reading() as connection:
        for pack in asked.packs:
            one(connection, viewer, PACK, pack)
    method, version = method_of(platform, viewer, asked.method)
    chosen["method"] = version.id if version else method.id
    with_overrides(method, chosen["overrides"])
    with platform.writing() as connection:
        row = one(connection, viewer, DATASET, asked.dataset)
        for upload in filter(None, [chosen[role] for role in BESIDE]):
            one(connection, viewer, UPLOAD, upload)
        name = jobs.enqueue(connection, viewer, "run", chosen, region=row.region, entity=row.entity)
        append(connection, "run.ask", name, tenant=viewer.tenant, person=viewer.person, login=viewer.login,
               source=viewer.source, detail={"dataset": row.id, "method": method.id, "name": asked.name})  # fmt: skip
    request.app.state.runner.wake()
    return jobs.Queued(job=name)


@router.get("/runs")
def runs(viewer: Reader, platform: Here, asked: Table) -> Response:
    """Runs that the viewer may see, newest first; ``by`` is the login of who made one."""
    query = sa.select(*SHOWN, PERSON.c.login.label("by")).join(PERSON, PERSON.c.id == RUN.c.made_by)
    query = query.where(may_see(viewer, RUN)).order_by(RUN.c.made_at.desc(), RUN.c.id)
    with platform.reading() as connection:
        return listed(connection, query, asked, "runs")


@router.get("/runs/{name}")
def run(name: str, viewer: Reader, platform: Here) -> dict[str, Any]:
    """One run: what it was made with, the dimensions and category lists by which it can be seen, its GWP sets, its series.

    ``series`` are the runs of the other years of its place by the same method, itself first.
    """
    with platform.reading() as connection:
        row = one(connection, viewer, RUN, name)
        series = [other.id for other in series_of(connection, viewer, row)]
    cube = cube_of(platform, row.manifest)
    made = cube.frame
    return {
        **{column.name: getattr(row, column.name) for column in SHOWN},
        "dimensions": [*made.dimensions, *cube.category_lists],
        "category_lists": cube.category_lists,
        "gwp_sets": sorted(made.gwp_values) if made.gas == "CO2e" else [],
        "rows": cube.height,
        "tables": [{"id": one["id"], "title": one["title"]} for one in made.method["tables"]],
        "method_version": {key: made.method[key] for key in ("id", "version", "title", "document", "digest", "overridden")},
        "made_with": dict(made.run),
        "findings": len(made.findings),
        "series": series,
    }  # fmt: skip


@router.get("/runs/{name}/doubts")
def doubts(name: str, viewer: Reader, platform: Here, asked: Table) -> Response:
    """What the checks of the method found, with its state."""
    query = sa.select(DOUBT).where(may_see(viewer, DOUBT), DOUBT.c.run == name)
    with platform.reading() as connection:
        one(connection, viewer, RUN, name)
        return answer(rows_of(connection, query), asked, "doubts")


@router.get("/runs/{name}/unmatched")
def unmatched(name: str, viewer: Reader, platform: Here, asked: Table) -> Response:
    """Activity that has no coefficient, with its amount and the reason: it is no part of the total."""
    with platform.reading() as connection:
        row = one(connection, viewer, RUN, name)
    made = cube_of(platform, row.manifest).frame
    return answer(made.unmatched.drop("cell", strict=False), asked, "unmatched")


@router.get("/runs/{name}/factors")
def factors(name: str, viewer: Reader, platform: Here, asked: Table) -> Response:
    """Every value that entered a coefficient, once, with its document and check state: also measured and pack values."""
    with platform.reading() as connection:
        row = one(connection, viewer, RUN, name)
    rows = factor_rows(cube_of(platform, row.manifest).frame)
    return answer(pl.DataFrame(rows, infer_schema_length=None, strict=False), asked, "factors")


@router.get("/runs/{name}/notation")
def notation(name: str, viewer: Reader, platform: Here, asked: Table) -> Response:
    """Notation keys with their reasons: of the method's tables, then line by line of a filled template."""
    with platform.reading() as connection:
        row = one(connection, viewer, RUN, name)
    rows = notation_rows(cube_of(platform, row.manifest).collapsed())
    return answer(pl.DataFrame(rows, infer_schema_length=None, strict=False), asked, "notation")


@router.get("/runs/{name}/answers")
def answers(name: str, viewer: Reader, platform: Here) -> dict[str, Any]:
    """What a filled template answered and left open, and how complete it is; empty where the data came otherwise."""
    with platform.reading() as connection:
        row = one(connection, viewer, RUN, name)
    filled = cube_of(platform, row.manifest).frame.activity.filled
    return template_answers(open_run(platform, row.manifest)) if filled else {}
