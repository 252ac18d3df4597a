"""Templates: the workbook that is filled in for a method; the filled one is an upload like any other."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response
from starlette.background import BackgroundTask

from tanheng.filings.form.write import write_template
from tanheng.serve.asking import Here, Signed
from tanheng.serve.bodies import safe_name
from tanheng.serve.own_methods import method_of
from tanheng.serve.tables import KINDS, kept

router = APIRouter(tags=["templates"])
_XLSX: dict[int | str, dict[str, Any]] = {
    200: {"content": {KINDS["xlsx"]: {"schema": {"type": "string", "format": "binary"}}}}
}


@router.get("/methods/{name}/template", response_class=Response, responses=_XLSX)
def template(
    name: str,
    viewer: Signed,
    platform: Here,
    entity: Annotated[str, Query(max_length=200)] = "",
    year: Annotated[str, Query(pattern=r"^([0-9]{4})?$", description="needed where lines are monthly")] = "",
    region: Annotated[str, Query(max_length=40)] = "",
    by: Literal["year", "month"] = "year",
) -> Response:
    """The workbook to fill in, with a line for everything that the method takes."""
    method, _ = method_of(platform, viewer, name)
    folder = Path(tempfile.mkdtemp(prefix="tanheng-template-"))
    try:
        file = write_template(
            method, folder / "template.xlsx", entity=entity, year=year, region=region, by=by
        )
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    parts = "-".join(filter(None, (method.id, entity, year)))
    response = kept(file, safe_name(f"{parts}.xlsx"), KINDS["xlsx"])
    response.background = BackgroundTask(shutil.rmtree, folder, ignore_errors=True)
    return response
