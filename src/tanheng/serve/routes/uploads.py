"""Uploads: files kept by their hash, as they came."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from tanheng.access.areas import Viewer, may_see, place_for
from tanheng.record.chain import append
from tanheng.record.platform import Platform, new_id, now
from tanheng.record.tables import PERSON, TENANT, UPLOAD
from tanheng.serve.asking import Here, Reader, Set, Writer
from tanheng.serve.bodies import Received, form_of, receive_file
from tanheng.serve.holdings import SYNTHETIC_FILE, is_synthetic, one
from tanheng.serve.problems import QuotaFull, RequestInvalid
from tanheng.serve.tables import Table, kept, listed

router = APIRouter(tags=["uploads"])
_SHOWN = [UPLOAD.c[name] for name in ("id", "name", "size", "sha256", "region", "entity", "made_at")]
_LONGEST = {"region": 40, "entity": 200}
_FORM = form_of({name: {"maxLength": most} for name, most in _LONGEST.items()})


class Upload(BaseModel):
    """A file that was kept; ``synthetic`` as the data sets say that were read from it."""

    id: str
    name: str
    size: int
    sha256: str
    region: str
    entity: str
    synthetic: bool
    made_at: str


@router.post("/uploads", status_code=201, openapi_extra=_FORM)
async def upload(request: Request, viewer: Writer, platform: Here, settings: Set) -> Upload:
    """Keep a file as it came; it is written to the disk while it comes in."""
    await asyncio.to_thread(_room, platform, viewer, settings.quota_mb, 0)
    async with receive_file(request, platform.folder) as found:
        return await asyncio.to_thread(_keep, platform, viewer, settings.quota_mb, found)


@router.get("/uploads")
def uploads(viewer: Reader, platform: Here, asked: Table) -> Response:
    """Files that were uploaded, newest first."""
    query = sa.select(*_SHOWN, SYNTHETIC_FILE, PERSON.c.login.label("made_by")).join(
        PERSON, PERSON.c.id == UPLOAD.c.made_by
    )
    query = query.where(may_see(viewer, UPLOAD)).order_by(UPLOAD.c.made_at.desc(), UPLOAD.c.id)
    with platform.reading() as connection:
        return listed(connection, query, asked, "uploads")


@router.get("/uploads/{name}")
def one_upload(name: str, viewer: Reader, platform: Here) -> Upload:
    """One file: what it is."""
    with platform.reading() as connection:
        row = one(connection, viewer, UPLOAD, name)
        return _shown(row._mapping, synthetic=is_synthetic(connection, row, UPLOAD))


@router.get(
    "/uploads/{name}/file",
    response_class=Response,
    responses={
        200: {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}
    },
)
def file(name: str, viewer: Reader, platform: Here) -> Response:
    """The file itself, to be saved; no browser shows it."""
    with platform.reading() as connection:
        row = one(connection, viewer, UPLOAD, name)
    return kept(platform.store.objects.path(row.sha256), row.name)


def _keep(platform: Platform, viewer: Viewer, quota_mb: int, found: Received) -> Upload:
    stated = {name: found.fields.get(name, "") for name in _LONGEST}
    for name, most in _LONGEST.items():
        if len(stated[name]) > most:
            raise RequestInvalid(detail=f"{name}: {most}")
    region, entity = place_for(viewer, **stated)
    _room(platform, viewer, quota_mb, found.size)
    platform.store.objects.take(found.half, found.sha256)
    row: dict[str, Any] = {
        "id": new_id(), "tenant": viewer.tenant, "region": region, "entity": entity, "name": found.name,
        "sha256": found.sha256, "size": found.size, "made_by": viewer.person, "made_at": now(),
    }  # fmt: skip
    with platform.writing() as connection:
        connection.execute(sa.select(TENANT.c.id).where(TENANT.c.id == viewer.tenant).with_for_update())
        _refuse_over(connection, viewer, quota_mb, found.size)
        connection.execute(sa.insert(UPLOAD), row)
        append(
            connection, "upload.add", row["id"], tenant=viewer.tenant, person=viewer.person, login=viewer.login,
            source=viewer.source, after={"name": found.name, "sha256": found.sha256}, detail={"name": found.name},
        )  # fmt: skip
    return _shown(row, synthetic=False)


def _room(platform: Platform, viewer: Viewer, quota_mb: int, size: int) -> None:
    with platform.reading() as connection:
        _refuse_over(connection, viewer, quota_mb, size)


def _refuse_over(connection: sa.Connection, viewer: Viewer, quota_mb: int, size: int) -> None:
    """Refuse what does not fit the tenant's quota.

    Raises
    ------
    QuotaFull
    """
    query = sa.select(sa.func.coalesce(sa.func.sum(UPLOAD.c.size), 0)).where(UPLOAD.c.tenant == viewer.tenant)
    used = int(connection.execute(query).scalar_one())
    if used + size > quota_mb << 20 or used >= quota_mb << 20:
        raise QuotaFull(quota=quota_mb, used=round(used / (1 << 20), 1), size=round(size / (1 << 20), 1))


def _shown(row: Mapping[str, Any], *, synthetic: bool) -> Upload:
    return Upload(**{column.name: row[column.name] for column in _SHOWN}, synthetic=synthetic)
