"""Reported inventories: what others computed, read from a file and taken as it stands; seen, compared and released as runs are."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from tanheng.access.areas import place_for
from tanheng.codes import region as find_region
from tanheng.record.chain import append
from tanheng.record.tables import UPLOAD
from tanheng.serve import jobs
from tanheng.serve.asking import Accountant, Here
from tanheng.serve.holdings import one
from tanheng.serve.work import refuse_elsewhere

router = APIRouter(tags=["reported"])
Key = Annotated[str, Field(max_length=20)]


class NewReported(BaseModel):
    """An upload that is an inventory: whose, of which year where the file does not say, in which format unless it is found.

    ``map_keys`` says what unknown notation keys mean; ``source`` and ``licence`` are shown wherever its figures are.
    """

    upload: Annotated[str, Field(max_length=32)]
    name: Annotated[str, Field(min_length=1, max_length=200, pattern=r"\S")]
    region: Annotated[str, Field(max_length=40)] = ""
    entity: Annotated[str, Field(max_length=200)] = ""
    format: Literal["", "citycatalyst-csv", "ecrf-xlsx", "long", "ceads", "rows"] = ""
    year: Annotated[str, Field(pattern=r"^([0-9]{4})?$")] = ""
    sheet: Annotated[str | None, Field(max_length=200)] = None
    map_keys: Annotated[dict[Key, Literal["NO", "NE", "IE", "C"]], Field(max_length=20)] = {}
    source: Annotated[str, Field(max_length=500)] = ""
    licence: Annotated[str, Field(max_length=200)] = ""
    synthetic: bool = False
    why: Annotated[str, Field(max_length=500)] = ""


@router.post("/reported", status_code=202)
def make(asked: NewReported, request: Request, viewer: Accountant, platform: Here) -> jobs.Queued:
    """Read an upload as a reported inventory, as a job: a data set and a run of the same name."""
    viewer.must("data.write")
    with platform.writing() as connection:
        upload = one(connection, viewer, UPLOAD, asked.upload)
        region, entity = place_for(viewer, asked.region or upload.region, asked.entity or upload.entity)
        refuse_elsewhere(connection, viewer.tenant, asked.name, region, entity)
        whose = entity or (find_region(region).name_zh if region else asked.name)
        told = {**asked.model_dump(), "region": region, "entity": entity, "whose": whose, "form": "reported"}
        name = jobs.enqueue(connection, viewer, "reported", told, region=region, entity=entity)
        append(connection, "reported.ask", name, tenant=viewer.tenant, person=viewer.person, login=viewer.login,
               source=viewer.source, detail={"upload": upload.id, "name": asked.name})  # fmt: skip
    request.app.state.runner.wake()
    return jobs.Queued(job=name)
