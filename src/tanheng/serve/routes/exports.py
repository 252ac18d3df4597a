"""Exports of runs and releases: asked for as jobs, then downloaded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from tanheng.errors import NotFound, language
from tanheng.record.tables import JOB, RELEASE, RUN
from tanheng.serve import jobs
from tanheng.serve.asking import Here, Reader
from tanheng.serve.bodies import safe_name
from tanheng.serve.holdings import one
from tanheng.serve.problems import RequestInvalid
from tanheng.serve.tables import kept
from tanheng.serve.work_releases import released

router = APIRouter(tags=["exports"])
Form = Literal["official", "workbook", "word", "html", "iamc", "ecrf", "csv", "parquet"]


class NewExport(BaseModel):
    """A run or a release to be written; ``entity`` and ``period`` say of whom and when where there are several."""

    run: Annotated[str, Field(max_length=32)] = ""
    release: Annotated[str, Field(max_length=32)] = ""
    forms: Annotated[list[Form], Field(min_length=1, max_length=8)]
    entity: Annotated[str, Field(max_length=200)] = ""
    period: Annotated[str, Field(max_length=20)] = ""
    by: Annotated[str, Field(max_length=80)] = ""
    unit: Annotated[str, Field(max_length=20)] = "t"
    lang: Literal["", "zh", "en"] = ""


@router.post("/exports", status_code=202)
def make(asked: NewExport, request: Request, viewer: Reader, platform: Here) -> jobs.Queued:
    """Write official tables, workbook, Word, HTML, IAMC, eCRF, CSV or Parquet as a job; in the language of the request unless told."""
    if bool(asked.run) == bool(asked.release):
        raise RequestInvalid(detail="run / release")
    chosen = {**asked.model_dump(), "lang": asked.lang or language(), "source": viewer.source}
    with platform.writing() as connection:
        row = one(connection, viewer, RELEASE if asked.release else RUN, asked.release or asked.run)
        if asked.release:
            released(row)
        name = jobs.enqueue(connection, viewer, "export", chosen, region=row.region, entity=row.entity)
    request.app.state.runner.wake()
    return jobs.Queued(job=name)


@router.get(
    "/exports/{name}/files/{file}",
    response_class=Response,
    responses={
        200: {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}
    },
)
def download(name: str, file: str, viewer: Reader, platform: Here) -> Response:
    """A file that an export wrote."""
    with platform.reading() as connection:
        row = one(connection, viewer, JOB, name)
    found = next((made for made in row.done.get("files", ()) if made["name"] == file), None)
    if row.kind != "export" or found is None:
        raise NotFound(what_zh="文件", what_en="file", name=file, known=", ".join(made["name"] for made in row.done.get("files", ())) or "–")  # fmt: skip
    return kept(platform.store.objects.path(found["sha256"]), _called(row.done, file))


def _called(done: Mapping[str, Any], file: str) -> str:
    """How a browser saves a file: after its inventory, the entity and the years."""
    return safe_name("-".join(filter(None, (done["name"], done.get("part"), file))))
