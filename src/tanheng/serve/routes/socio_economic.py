"""Socio-economic data of places: GDP and population for intensities, and the targets that these are held against."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import sqlalchemy as sa
from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field

from tanheng.access.areas import Viewer, may_see, place_for
from tanheng.codes import region as find_region
from tanheng.record.chain import append
from tanheng.record.platform import Platform, new_id, now
from tanheng.record.tables import PERSON, SOCIO_ECONOMIC, UPLOAD
from tanheng.serve.alarms import TARGETS
from tanheng.serve.asking import Here, Reader, Signed, Writer, allowed
from tanheng.serve.bodies import Received, form_of, receive_file
from tanheng.serve.holdings import one, small_file_of
from tanheng.serve.problems import RequestInvalid
from tanheng.serve.socio_tables import in_unit, quantities, read_socio, template
from tanheng.serve.tables import KINDS, Table, listed

router = APIRouter(tags=["socio-economic"])
Approver = Annotated[Viewer, Depends(allowed("release.approve"))]
_SHOWN = [SOCIO_ECONOMIC.c[name] for name in ("id", "region", "entity", "period", "quantity", "value", "base_year", "source", "clause", "synthetic", "made_at")]  # fmt: skip


class Place(BaseModel):
    """A place and a year."""

    region: Annotated[str, Field(max_length=40)] = ""
    entity: Annotated[str, Field(max_length=200)] = ""
    period: Annotated[str, Field(pattern=r"^(19|20)[0-9]{2}$")]
    value: Annotated[float, Field(gt=0, le=1e12, allow_inf_nan=False)]
    source: Annotated[str, Field(min_length=1, max_length=500, pattern=r"\S")]
    synthetic: bool = False


class Datum(Place):
    """GDP at current prices [10^8 CNY] or population [10^4 persons] of a place and year, with its source."""

    quantity: Literal["gdp", "population"]


class Target(Place):
    """The emission intensity [t per 10^4 CNY], or the emission [t], that a place is to keep in a year.

    ``unit`` is one of packs/rules/socio_quantities.csv, such as 万吨; the path to the target begins in ``base_year``, the
    first year of the series unless told; ``source`` is the document, ``clause`` where it stands there.
    """

    quantity: Literal["intensity_target", "emission_target"] = "intensity_target"
    unit: Annotated[str, Field(max_length=40)] = ""
    base_year: Annotated[str, Field(pattern=r"^((19|20)[0-9]{2})?$")] = ""
    clause: Annotated[str, Field(max_length=200)] = ""


class NewData(BaseModel):
    """A table of socio-economic data; a row of the same place, year and quantity replaces none: the newest counts."""

    rows: Annotated[list[Datum], Field(min_length=1, max_length=2000)]


class NewTable(BaseModel):
    """An uploaded table of socio-economic data, see the template; targets need the permission to approve; ``synthetic`` is of all rows."""

    upload: Annotated[str, Field(max_length=32)]
    synthetic: bool = False


class KeptRows(BaseModel):
    """How many rows were kept."""

    rows: int


@router.post("/socio-economic", status_code=201)
def add(asked: NewData, viewer: Writer, platform: Here) -> KeptRows:
    """Keep GDP and population of places, all rows or none."""
    return keep(platform, viewer, [one.model_dump() for one in asked.rows], "socio_economic.add")


@router.post("/socio-economic/table", status_code=201)
def add_table(asked: NewTable, viewer: Writer, platform: Here) -> KeptRows:
    """Keep the rows of an uploaded table, all or none; each fault is told by row and column."""
    with platform.reading() as connection:
        row = one(connection, viewer, UPLOAD, asked.upload)
    rows = read_socio(small_file_of(platform, row))
    rows = [{**found, "synthetic": found["synthetic"] or asked.synthetic} for found in rows]
    targets = any(one["quantity"] in TARGETS for one in rows)
    if targets:
        viewer.must("release.approve")
    return keep(platform, viewer, rows, "target.set" if targets else "socio_economic.add")


@router.get("/socio-economic/template", response_class=Response)
def table_template(
    viewer: Signed, form: Literal["xlsx", "csv"] = "xlsx", of: Literal["all", "targets"] = "all"
) -> Response:
    """The table to fill in, with units and an example for each quantity, or for targets alone."""
    head = {"Content-Disposition": f'attachment; filename="socio-economic.{form}"'}
    return Response(template(form, TARGETS if of == "targets" else ()), media_type=KINDS[form], headers=head)


@router.post("/targets", status_code=201)
def target(asked: Target, viewer: Approver, platform: Here) -> KeptRows:
    """Set the emission or its intensity that a place is to keep in a year, with the document that says so."""
    value = in_unit(asked.quantity, asked.value, asked.unit)
    if value is None:
        known = quantities()[asked.quantity]["units"].replace("|", ", ")
        raise RequestInvalid(
            detail_zh=f"unit：单位“{asked.unit}”不认识，可用 {known}",
            detail_en=f"unit: '{asked.unit}' is not known; there are {known}",
        )
    if asked.base_year >= asked.period:
        raise RequestInvalid(
            detail_zh=f"base_year：基准年 {asked.base_year} 须早于目标年 {asked.period}",
            detail_en=f"base_year: {asked.base_year} must be before the target year {asked.period}",
        )
    row = {**asked.model_dump(exclude={"unit"}), "value": value}
    return keep(platform, viewer, [row], "target.set")


@router.post("/targets/table", status_code=201, openapi_extra=form_of({"synthetic": {"enum": ["yes", "no"]}}))
async def target_table(request: Request, viewer: Approver, platform: Here) -> KeptRows:
    """Set the targets of a table, all or none; each fault is told by row and column. The file itself is not kept."""
    async with receive_file(request, platform.folder) as found:
        return await asyncio.to_thread(_set, platform, viewer, found)


@router.get("/socio-economic")
def data(viewer: Reader, platform: Here, asked: Table) -> Response:
    """GDP, population and targets that the viewer may see: the newest row of each place, year and quantity."""
    later = SOCIO_ECONOMIC.alias("later")
    keys = ("tenant", "region", "entity", "period", "quantity")
    same = sa.and_(*(later.c[key] == SOCIO_ECONOMIC.c[key] for key in keys))
    newer = sa.or_(
        later.c.made_at > SOCIO_ECONOMIC.c.made_at,
        sa.and_(later.c.made_at == SOCIO_ECONOMIC.c.made_at, later.c.id > SOCIO_ECONOMIC.c.id),
    )
    query = sa.select(*_SHOWN, PERSON.c.login.label("made_by")).join(
        PERSON, PERSON.c.id == SOCIO_ECONOMIC.c.made_by
    )
    query = query.where(may_see(viewer, SOCIO_ECONOMIC), ~sa.exists().where(same, newer))
    order = [SOCIO_ECONOMIC.c[key] for key in ("region", "entity", "quantity", "period")]
    with platform.reading() as connection:
        return listed(connection, query.order_by(*order), asked, "socio-economic")


def _set(platform: Platform, viewer: Viewer, found: Received) -> KeptRows:
    synthetic = found.fields.get("synthetic", "no")
    if synthetic not in ("yes", "no"):
        raise RequestInvalid(detail=f"synthetic: {synthetic[:80]}")
    with tempfile.TemporaryDirectory(dir=platform.folder, prefix=".upload-") as folder:
        rows = read_socio(found.half.rename(Path(folder) / found.name), TARGETS)
    rows = [{**row, "synthetic": row["synthetic"] or synthetic == "yes"} for row in rows]
    return keep(platform, viewer, rows, "target.set")


def keep(platform: Platform, viewer: Viewer, rows: Sequence[dict[str, Any]], action: str) -> KeptRows:
    """Keep rows of socio-economic data; the audit chain tells each."""
    placed = [{**one, **_where(viewer, one)} for one in rows]
    with platform.writing() as connection:
        for one in placed:
            row = {"id": new_id(), "tenant": viewer.tenant, **one, "made_by": viewer.person, "made_at": now()}
            connection.execute(sa.insert(SOCIO_ECONOMIC), row)
        append(connection, action, placed[0]["region"] or placed[0]["entity"], tenant=viewer.tenant, person=viewer.person,
               login=viewer.login, source=viewer.source, after={"rows": placed}, detail={"rows": len(placed), "first": placed[0]})  # fmt: skip
    return KeptRows(rows=len(placed))


def _where(viewer: Viewer, row: dict[str, Any]) -> dict[str, str]:
    code = find_region(row["region"]).code if row["region"] else ""
    region, entity = place_for(viewer, code, row["entity"])
    return {"region": region, "entity": entity}
