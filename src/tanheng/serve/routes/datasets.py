"""Data sets: uploads that were read and checked; every correction is a new version."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

import polars as pl
import sqlalchemy as sa
from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from tanheng.access.areas import may_see, place_for
from tanheng.codes import region as find_region
from tanheng.record.tables import DATASET, DOUBT, MAPPING, PERSON, UPLOAD
from tanheng.record.versions import VersionAltered
from tanheng.serve import jobs
from tanheng.serve.asking import Here, Reader, Set, Writer
from tanheng.serve.differences import difference
from tanheng.serve.holdings import newest_of_name, one
from tanheng.serve.problems import RequestInvalid
from tanheng.serve.refused_rows import with_reasons
from tanheng.serve.routes.doubts import doubts_of
from tanheng.serve.routes.mappings import mappings_for
from tanheng.serve.tables import Table, answer, listed
from tanheng.serve.work import BALANCE, refuse_elsewhere

router = APIRouter(tags=["datasets"])
_SHOWN = [DATASET.c[name] for name in ("id", "name", "number", "region", "entity", "rows_good", "rows_refused", "synthetic", "manifest", "made_at")]  # fmt: skip
Id = Annotated[str, Field(max_length=32)]


class NewDataset(BaseModel):
    """An upload to be read: under which name, for which place, and how.

    ``form`` says whether it is a table of activity (or a filled template), or an energy balance, for which ``region`` must
    be known, with its ``year``, what counts as purchased ``electricity``, and measured ``parameters`` by item. ``mapping``
    is a confirmed one; without it a kept one is used where the headings are the same. ``parameter_table`` is an upload.
    """

    upload: Id
    name: Annotated[str, Field(min_length=1, max_length=200, pattern=r"\S")]
    region: Annotated[str, Field(max_length=40)] = ""
    entity: Annotated[str, Field(max_length=200)] = ""
    form: Literal["table", "energy-balance"] = "table"
    sheet: Annotated[str | None, Field(max_length=200)] = None
    mapping: Id | None = None
    year: Annotated[str, Field(pattern=r"^([0-9]{4})?$")] = ""
    electricity: Literal["trade", "final"] = "trade"
    parameters: Annotated[dict[str, Annotated[str, Field(max_length=500)]], Field(max_length=100)] = {}
    parameter_table: Id | None = None
    source: Annotated[str, Field(max_length=500)] = ""
    licence: Annotated[str, Field(max_length=200)] = ""
    synthetic: bool = False
    why: Annotated[str, Field(max_length=500)] = ""


class Dataset(BaseModel):
    """A version of a data set: how it was read, from which file, what came before, and what was found."""

    id: str
    name: str
    number: int
    region: str
    entity: str
    rows_good: int
    rows_refused: int
    synthetic: bool
    manifest: str
    made_at: str
    made_by: str
    upload: str | None
    form: str | None
    sheet: str | None
    mapping: str | None
    parameter_table: str | None
    headings: dict[str, str]
    source: str | None
    licence: str | None
    previous: str | None
    newest: bool
    doubts: dict[str, int]


@router.post("/datasets", status_code=202)
def make(asked: NewDataset, request: Request, viewer: Writer, platform: Here, settings: Set) -> jobs.Queued:
    """Read and check an upload as a job; the same name again is the next version."""
    with platform.writing() as connection:
        upload = one(connection, viewer, UPLOAD, asked.upload)
        if asked.parameter_table:
            one(connection, viewer, UPLOAD, asked.parameter_table)
        if asked.mapping:
            one(connection, viewer, MAPPING, asked.mapping)
        region, entity = place_for(viewer, asked.region or upload.region, asked.entity or upload.entity)
        refuse_elsewhere(connection, viewer.tenant, asked.name, region, entity)
        small = upload.size <= settings.mapping_mb << 20
        known = mappings_for(connection, viewer) if small and not asked.mapping else []
        told = {"region": region, "entity": entity, "mappings": [row.id for row in known]}
        if asked.form == BALANCE:
            if not region:
                raise RequestInvalid(detail="region: energy-balance")
            told["region_name"] = find_region(region).name_zh
        name = jobs.enqueue(
            connection, viewer, "dataset", {**asked.model_dump(), **told}, region=region, entity=entity
        )
    request.app.state.runner.wake()
    return jobs.Queued(job=name)


@router.get("/datasets")
def datasets(
    viewer: Reader,
    platform: Here,
    asked: Table,
    newest: Annotated[bool, Query(description="only the newest version of each name")] = False,  # noqa: FBT002
) -> Response:
    """Data sets that the viewer may see, newest first."""
    query = sa.select(*_SHOWN, PERSON.c.login.label("made_by")).join(PERSON, PERSON.c.id == DATASET.c.made_by)
    if newest:
        query = query.where(newest_of_name(DATASET))
    query = query.where(may_see(viewer, DATASET)).order_by(DATASET.c.made_at.desc(), DATASET.c.id)
    with platform.reading() as connection:
        return listed(connection, query, asked, "datasets")


@router.get("/datasets/{name}")
def dataset(name: str, viewer: Reader, platform: Here) -> Dataset:
    """One version: how it was read, what came before it, and how many doubts are in which state."""
    with platform.reading() as connection:
        row = one(connection, viewer, DATASET, name)
        versions = _versions(connection, viewer, row)
        counted = (
            sa.select(DOUBT.c.state, sa.func.count()).where(DOUBT.c.dataset == name).group_by(DOUBT.c.state)
        )
        doubts = {str(state): int(count) for state, count in connection.execute(counted)}
        login = connection.execute(sa.select(PERSON.c.login).where(PERSON.c.id == row.made_by)).scalar_one()
    before = [other for other in versions if other.number < row.number]
    return Dataset(
        **{column.name: getattr(row, column.name) for column in _SHOWN}, made_by=login, doubts=doubts,
        **{key: row.about.get(key) for key in ("upload", "form", "sheet", "mapping", "parameter_table", "source", "licence")},
        headings=row.about.get("headings") or {}, previous=before[0].id if before else None,
        newest=versions[0].id == row.id,
    )  # fmt: skip


@router.get("/datasets/{name}/versions")
def versions(name: str, viewer: Reader, platform: Here, asked: Table) -> Response:
    """Every version of the same name, newest first."""
    with platform.reading() as connection:
        row = one(connection, viewer, DATASET, name)
        query = sa.select(*_SHOWN, PERSON.c.login.label("made_by")).join(
            PERSON, PERSON.c.id == DATASET.c.made_by
        )
        query = query.where(may_see(viewer, DATASET), DATASET.c.name == row.name).order_by(
            DATASET.c.number.desc()
        )
        return listed(connection, query, asked, "versions")


@router.get("/datasets/{name}/rows")
def rows(name: str, viewer: Reader, platform: Here, asked: Table) -> Response:
    """Rows that are good, each with its file, sheet and line."""
    return answer(_part(platform, viewer, name, "rows.parquet"), asked, "rows")


@router.get("/datasets/{name}/refused")
def refused(name: str, viewer: Reader, platform: Here, asked: Table) -> Response:
    """Rows that were refused as they stood in the file, each with the offending column (``__column``) and the reason (``__reason``)."""
    return answer(_part(platform, viewer, name, "refused.parquet"), asked, "refused", dress=with_reasons)


@router.get("/datasets/{name}/doubts")
def doubts(name: str, viewer: Reader, platform: Here, asked: Table) -> Response:
    """What was found in reading and checking, with its state and owner."""
    with platform.reading() as connection:
        one(connection, viewer, DATASET, name)
        return listed(connection, doubts_of(viewer).where(DOUBT.c.dataset == name), asked, "doubts")


@router.get("/datasets/{name}/diff")
def diff(
    name: str,
    viewer: Reader,
    platform: Here,
    asked: Table,
    other: Annotated[
        str | None, Query(alias="with", max_length=32, description="the version before by default")
    ] = None,
) -> Response:
    """Rows added, removed and changed since another version, with both amounts and where each stood."""
    with platform.reading() as connection:
        row = one(connection, viewer, DATASET, name)
        before = [found.id for found in _versions(connection, viewer, row) if found.number < row.number]
    old = other or (before[0] if before else None)
    if old is None:
        raise RequestInvalid(detail="with: –")
    new_rows = _part(platform, viewer, name, "rows.parquet").collect()
    return answer(difference(new_rows, _part(platform, viewer, old, "rows.parquet").collect()), asked, "diff")


def _versions(connection: sa.Connection, viewer: Reader, row: Any) -> Sequence[Any]:
    query = sa.select(DATASET.c.id, DATASET.c.number).where(
        may_see(viewer, DATASET), DATASET.c.name == row.name
    )
    return connection.execute(query.order_by(DATASET.c.number.desc())).all()


def _part(platform: Here, viewer: Reader, name: str, part: str) -> pl.LazyFrame:
    with platform.reading() as connection:
        row = one(connection, viewer, DATASET, name)
    entry, objects = platform.store.entry(row.manifest), platform.store.objects
    if not objects.sound(entry.parts[part]):
        raise VersionAltered(file=f"{entry.label}: {part}")
    return pl.scan_parquet(objects.path(entry.parts[part]), hive_partitioning=False)
