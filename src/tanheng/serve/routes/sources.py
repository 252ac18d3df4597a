"""Sources against one another: sums of enterprises beside a balance, and measurements that must add up."""

from __future__ import annotations

import io
from typing import Annotated, Any, Literal

import polars as pl
import sqlalchemy as sa
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from tanheng.access.areas import Viewer, may_see, seen_with
from tanheng.activity.reconciliation.constraints import parse_constraint, read_measurements
from tanheng.errors import TanhengError
from tanheng.record.chain import append
from tanheng.record.tables import DATASET, DOUBT, PERSON, SOURCE_CHECK, UPLOAD
from tanheng.serve import jobs
from tanheng.serve.asking import Here, Reader, Writer
from tanheng.serve.holdings import one, small_file_of
from tanheng.serve.tables import Table, answer, listed
from tanheng.serve.work_sources import BOTTOM_UP, MEASUREMENTS

router = APIRouter(tags=["sources"])
_SHOWN = [SOURCE_CHECK.c[name] for name in ("id", "name", "kind", "region", "entity", "found", "synthetic", "made_at")]  # fmt: skip
Id = Annotated[str, Field(max_length=32)]
Name = Annotated[str, Field(min_length=1, max_length=200, pattern=r"\S")]
Kind = Annotated[str, Field(min_length=1, max_length=80)]
Cell = Literal["period", "item", "sector", "region", "entity", "activity"]


class SourcesApart(TanhengError):
    """Enterprises elsewhere than their balance: whoever sees the doubts of the check would learn of them."""

    code = "W-025"
    zh = "企业数据集“{name}”不在平衡表“{balance}”所在的地区之内；核对的疑点对看得到平衡表的人都可见。"
    en = "The data set '{name}' of enterprises lies outside the place of the balance '{balance}'; who sees the balance sees the doubts of the check."
    remedy_zh = "请以平衡表的地区或其下级地区导入企业数据。"
    remedy_en = "Import the enterprises in the region of the balance, or in one below it."


class NewBottomUp(BaseModel):
    """Data sets of enterprises to be held against that of a balance; ``tolerance`` is a share of the balance.

    ``by`` are the columns of a cell; ``activities`` and ``reported`` the kinds of activity of balance and enterprises that
    count.
    """

    name: Name
    enterprises: Annotated[list[Id], Field(min_length=1, max_length=50)]
    balance: Id
    by: Annotated[list[Cell], Field(min_length=1, max_length=6)] = ["period", "item"]
    activities: Annotated[list[Kind], Field(max_length=40)] = []
    reported: Annotated[list[Kind], Field(max_length=40)] = []
    tolerance: Annotated[float, Field(ge=0, le=10)] = 0.05


class NewMeasurements(BaseModel):
    """An upload with measurements and the equations that they must fulfil; ``level`` is the probability of a false alarm."""

    name: Name
    measurements: Id
    constraints: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=2000)]], Field(min_length=1, max_length=500)
    ]
    level: Annotated[float, Field(gt=0, lt=1)] = 0.05


@router.post("/sources/bottom-up", status_code=202)
def compare(asked: NewBottomUp, request: Request, viewer: Writer, platform: Here) -> jobs.Queued:
    """Hold sums of enterprises against a balance, cell by cell, as a job; nothing is changed or added to a total."""
    with platform.reading() as connection:
        balance = one(connection, viewer, DATASET, asked.balance)
        firms = [one(connection, viewer, DATASET, name) for name in dict.fromkeys(asked.enterprises)]
    here = (balance.region, balance.entity)
    if away := [row.name for row in firms if not seen_with(here, (row.region, row.entity))]:
        raise SourcesApart(name=away[0], balance=balance.name)
    synthetic = any(row.synthetic for row in (balance, *firms))
    chosen = {
        **asked.model_dump(),
        "enterprises": [row.id for row in firms],
        "by": list(dict.fromkeys(asked.by)),
    }
    return _queued(request, viewer, platform, {**chosen, "kind": BOTTOM_UP, "synthetic": synthetic}, balance)


@router.post("/sources/measurements", status_code=202)
def reconcile(asked: NewMeasurements, request: Request, viewer: Writer, platform: Here) -> jobs.Queued:
    """Adjust redundant measurements by weighted least squares and test for gross errors, as a job; values are proposed only."""
    with platform.reading() as connection:
        upload = one(connection, viewer, UPLOAD, asked.measurements)
    names = [str(row["name"]) for row in read_measurements(small_file_of(platform, upload))]
    for text in asked.constraints:
        parse_constraint(text, names)
    chosen = {**asked.model_dump(), "kind": MEASUREMENTS, "synthetic": False}
    return _queued(request, viewer, platform, chosen, upload)


@router.get("/sources")
def checks(viewer: Reader, platform: Here, asked: Table) -> Response:
    """Checks of sources that the viewer may see, newest first, with how many doubts each left open."""
    left = sa.select(sa.func.count()).where(
        DOUBT.c.source_check == SOURCE_CHECK.c.id, DOUBT.c.state == "open"
    )
    query = sa.select(*_SHOWN, PERSON.c.login.label("made_by"), left.scalar_subquery().label("open"))
    query = query.join(PERSON, PERSON.c.id == SOURCE_CHECK.c.made_by).where(may_see(viewer, SOURCE_CHECK))
    with platform.reading() as connection:
        return listed(
            connection, query.order_by(SOURCE_CHECK.c.made_at.desc(), SOURCE_CHECK.c.id), asked, "sources"
        )


@router.get("/sources/{name}")
def check(name: str, viewer: Reader, platform: Here) -> dict[str, Any]:
    """One check: what was set against what, how, and what the tests said."""
    with platform.reading() as connection:
        row, of = _opened(connection, viewer, name)
        same = [SOURCE_CHECK.c[key] == getattr(row, key) for key in ("tenant", "region", "entity", "name")]
        query = (
            sa.select(SOURCE_CHECK.c.id)
            .where(*same)
            .order_by(SOURCE_CHECK.c.made_at.desc(), SOURCE_CHECK.c.id)
        )
        newest = connection.execute(query.limit(1)).scalar_one()
    asked = {key: value for key, value in row.asked.items() if key not in ("region", "entity", "synthetic")}
    return {
        **{column.name: getattr(row, column.name) for column in _SHOWN},
        "asked": asked,
        "of": of,
        "newest": newest,
    }


@router.get("/sources/{name}/table")
def table(name: str, viewer: Reader, platform: Here, asked: Table) -> Response:
    """The cells with their verdicts, or the measurements with the values proposed, in the units of the balance or the meters."""
    with platform.reading() as connection:
        row, _ = _opened(connection, viewer, name)
    frame = pl.read_parquet(io.BytesIO(platform.store.objects.read(row.rows)))
    return answer(frame, asked, row.kind, about={"kind": row.kind})


def _queued(
    request: Request, viewer: Viewer, platform: Here, chosen: dict[str, Any], place: Any
) -> jobs.Queued:
    """The job, in the place of the balance or of the measurements."""
    chosen |= {"name": chosen["name"].strip(), "region": place.region, "entity": place.entity}
    with platform.writing() as connection:
        name = jobs.enqueue(connection, viewer, "sources", chosen, region=place.region, entity=place.entity)
        append(connection, "sources.ask", name, tenant=viewer.tenant, person=viewer.person, login=viewer.login,
               source=viewer.source, detail={"name": chosen["name"], "kind": chosen["kind"]})  # fmt: skip
    request.app.state.runner.wake()
    return jobs.Queued(job=name)


def _opened(connection: sa.Connection, viewer: Viewer, name: str) -> tuple[Any, list[dict[str, Any]]]:
    """A check, for who may see it and each of its sources; and these with their roles."""
    row = one(connection, viewer, SOURCE_CHECK, name)
    asked = row.asked
    if row.kind == MEASUREMENTS:
        named = [("measurements", UPLOAD, asked["measurements"])]
    else:
        named = [
            ("balance", DATASET, asked["balance"]),
            *(("enterprises", DATASET, each) for each in asked["enterprises"]),
        ]
    found = [(role, one(connection, viewer, table, each)) for role, table, each in named]
    of = [
        {"role": role, "id": each.id, "name": each.name, "number": getattr(each, "number", None)}
        for role, each in found
    ]
    return row, of
