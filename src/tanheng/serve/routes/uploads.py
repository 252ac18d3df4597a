"""Uploads: files kept by their hash, and the mapping that is suggested for them."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path
from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import APIRouter, Form, Request, Response, UploadFile

from tanheng.access.areas import may_see, place_for
from tanheng.activity import suggest_mapping
from tanheng.record.chain import append
from tanheng.record.platform import new_id, now
from tanheng.record.tables import UPLOAD
from tanheng.serve.asking import Here, Reader, Set, Writer, source_of
from tanheng.serve.holdings import file_of, one
from tanheng.serve.problems import TooLarge
from tanheng.serve.tables import Table, answer, rows_of

router = APIRouter(tags=["uploads"])
_CHUNK = 1 << 20
Place = Annotated[str, Form(max_length=200)]


@router.post("/uploads", status_code=201)
def upload(
    file: UploadFile,
    request: Request,
    viewer: Writer,
    platform: Here,
    settings: Set,
    region: Place = "",
    entity: Place = "",
) -> dict[str, Any]:
    """Keep a file as it came."""
    place = place_for(viewer, region, entity)
    name = Path(file.filename or "upload").name
    handle, half = tempfile.mkstemp(dir=platform.folder, prefix=".upload-")
    size, digest = 0, hashlib.sha256()
    try:
        with os.fdopen(handle, "wb") as target:
            while chunk := file.file.read(_CHUNK):
                size += len(chunk)
                if size > settings.upload_mb << 20:
                    raise TooLarge(limit=settings.upload_mb)
                digest.update(chunk)
                target.write(chunk)
        sha256 = platform.store.objects.put(Path(half))
    finally:
        Path(half).unlink(missing_ok=True)
    name_of_row = new_id()
    row = {"id": name_of_row, "tenant": viewer.tenant, "region": place[0], "entity": place[1], "name": name, "sha256": sha256,
           "size": size, "made_by": viewer.person, "made_at": now()}  # fmt: skip
    with platform.writing() as connection:
        connection.execute(sa.insert(UPLOAD), row)
        append(connection, "upload.add", name_of_row, tenant=viewer.tenant, person=viewer.person, login=viewer.login,
               source=source_of(request), after={"name": name, "sha256": sha256})  # fmt: skip
    return {key: row[key] for key in ("id", "name", "size", "sha256", "made_at")}


@router.get("/uploads")
def uploads(viewer: Reader, platform: Here, asked: Table) -> Response:
    """Files that were uploaded, newest first."""
    shown = [UPLOAD.c[name] for name in ("id", "name", "size", "sha256", "made_at")]
    query = sa.select(*shown).where(may_see(viewer, UPLOAD)).order_by(UPLOAD.c.made_at.desc())
    with platform.reading() as connection:
        return answer(rows_of(connection, query), asked, "uploads")


@router.get("/uploads/{name}/mapping")
def mapping(name: str, viewer: Reader, platform: Here) -> dict[str, Any]:
    """How the file would be read: a suggestion, which nothing follows until it is confirmed."""
    with platform.reading() as connection:
        row = one(connection, viewer, UPLOAD, name)
    return suggest_mapping(file_of(platform, row.sha256, row.name)).to_dict()
