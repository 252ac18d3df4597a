"""Data sets: uploads that were read and checked; every correction is a new version."""

from __future__ import annotations

import io
from typing import Annotated, Any

import polars as pl
import sqlalchemy as sa
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from tanheng.access.areas import may_see, place_for
from tanheng.record.tables import DATASET, DOUBT, UPLOAD
from tanheng.serve import jobs
from tanheng.serve.asking import Here, Reader, Writer
from tanheng.serve.holdings import one
from tanheng.serve.tables import Table, answer, rows_of

router = APIRouter(tags=["datasets"])
_SHOWN = [DATASET.c[name] for name in ("id", "name", "number", "region", "entity", "rows_good", "rows_refused", "synthetic", "made_at")]  # fmt: skip


class NewDataset(BaseModel):
    """An upload to be read: under which name, for which place, and by which confirmed mapping."""

    upload: Annotated[str, Field(max_length=32)]
    name: Annotated[str, Field(min_length=1, max_length=200)]
    region: Annotated[str, Field(max_length=40)] = ""
    entity: Annotated[str, Field(max_length=200)] = ""
    sheet: Annotated[str | None, Field(max_length=200)] = None
    mapping: dict[str, Any] | None = None
    why: Annotated[str, Field(max_length=500)] = ""


@router.post("/datasets", status_code=202)
def make(asked: NewDataset, request: Request, viewer: Writer, platform: Here) -> dict[str, str]:
    """Read and check an upload as a job."""
    with platform.writing() as connection:
        one(connection, viewer, UPLOAD, asked.upload)
        region, entity = place_for(viewer, asked.region, asked.entity)
        name = jobs.enqueue(
            connection,
            viewer,
            "dataset",
            {**asked.model_dump(), "region": region, "entity": entity},
            region=region,
            entity=entity,
        )
    request.app.state.runner.wake()
    return {"job": name}


@router.get("/datasets")
def datasets(viewer: Reader, platform: Here, asked: Table) -> Response:
    """Data sets that the viewer may see, newest first."""
    query = sa.select(*_SHOWN).where(may_see(viewer, DATASET)).order_by(DATASET.c.made_at.desc())
    with platform.reading() as connection:
        return answer(rows_of(connection, query), asked, "datasets")


@router.get("/datasets/{name}/rows")
def rows(name: str, viewer: Reader, platform: Here, asked: Table) -> Response:
    """Rows that are good, each with its file, sheet and line."""
    return answer(_part(platform, viewer, name, "rows.parquet"), asked, "rows")


@router.get("/datasets/{name}/refused")
def refused(name: str, viewer: Reader, platform: Here, asked: Table) -> Response:
    """Rows that were refused, each with the reason."""
    return answer(_part(platform, viewer, name, "refused.parquet"), asked, "refused")


@router.get("/datasets/{name}/doubts")
def doubts(name: str, viewer: Reader, platform: Here, asked: Table) -> Response:
    """What the checks found, with its state."""
    query = sa.select(DOUBT).where(may_see(viewer, DOUBT), DOUBT.c.dataset == name)
    with platform.reading() as connection:
        one(connection, viewer, DATASET, name)
        return answer(rows_of(connection, query), asked, "doubts")


def _part(platform: Here, viewer: Reader, name: str, part: str) -> pl.DataFrame:
    with platform.reading() as connection:
        row = one(connection, viewer, DATASET, name)
    entry = platform.store.entry(row.manifest)
    return pl.read_parquet(io.BytesIO(platform.store.read(entry, part)))
