"""Backups for the system administrator: made as a job, listed, downloaded where the settings admit it, deleted.

A backup holds the data of every tenant: on a server of several they are made at the shell alone.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel

from tanheng.access.areas import Viewer
from tanheng.errors import NotFound, TanhengError
from tanheng.record.archive import BackupUnreadable, read_manifest
from tanheng.record.chain import append
from tanheng.record.tables import JOB, TENANT
from tanheng.serve import jobs
from tanheng.serve.asking import Here, Set, allowed
from tanheng.serve.settings import Settings
from tanheng.serve.tables import kept

router = APIRouter(tags=["backups"])
Manager = Annotated[Viewer, Depends(allowed("system.manage"))]
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,120}\.zip")


class AtTheShell(TanhengError):
    """Something about backups that is done at the shell of the server alone."""

    code = "W-040"
    zh = "{detail_zh}，须在服务器上进行。"
    en = "{detail_en}: this is done on the server itself."
    remedy_zh = "请在服务器上运行 `tanheng backup`；单一单位的服务器可设 backup_download = true 允许下载。"
    remedy_en = "Run `tanheng backup` on the server; a server of one tenant can admit downloads by backup_download = true."
    status = 409


class Backup(BaseModel):
    """An archive: what it holds and of which schema; ``damaged`` counts objects that were broken when it was made."""

    name: str
    size: int
    made_at: str
    program: str
    schema_revision: str
    database: str
    rows: int
    objects: int
    damaged: int
    audit: str
    readable: bool


class Making(BaseModel):
    """The newest job that makes, or made, a backup: its state, how far it is, and its error."""

    job: str
    state: str
    share: float
    doing: dict[str, str]
    error: dict[str, object] | None


class Backups(BaseModel):
    """Archives on the server, newest first; whether they may be downloaded; and what is being made."""

    rows: list[Backup]
    download: bool
    making: Making | None


@router.post("/backups", status_code=202)
def make(request: Request, viewer: Manager, platform: Here, settings: Set) -> jobs.Queued:
    """Make a backup as a job."""
    folder = folder_of(settings)
    with platform.writing() as connection:
        _one_tenant(connection)
        asked = {"folder": str(folder), "source": viewer.source}
        name = jobs.enqueue(connection, viewer, "backup", asked)
    request.app.state.runner.wake()
    return jobs.Queued(job=name)


@router.get("/backups")
def backups(viewer: Manager, platform: Here, settings: Set) -> Backups:
    """The archives that are there."""
    with platform.reading() as connection:
        _one_tenant(connection)
        query = sa.select(JOB).where(JOB.c.kind == "backup", JOB.c.tenant == viewer.tenant)
        last = connection.execute(query.order_by(JOB.c.made_at.desc()).limit(1)).first()
    making = last and Making(job=last.id, state=last.state, share=last.share, doing=last.doing, error=last.done.get("error"))  # fmt: skip
    found = [_shown(one) for one in _archives(settings)]
    return Backups(rows=found, download=settings.backup_download, making=making or None)


@router.get(
    "/backups/{name}/file",
    response_class=Response,
    responses={
        200: {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}
    },
)
def download(name: str, viewer: Manager, platform: Here, settings: Set) -> Response:
    """The archive itself: all data, and hashes of passwords; where the settings admit it."""
    with platform.writing() as connection:
        _one_tenant(connection)
        file = _named(settings, name)
        if not settings.backup_download:
            raise AtTheShell(
                detail_zh="本服务器不允许经网页下载备份",
                detail_en="Backups are not downloaded from this server",
            )
        _tell(connection, viewer, "backup.download", name)
    return kept(file, name)


@router.delete("/backups/{name}", status_code=204)
def delete(name: str, viewer: Manager, platform: Here, settings: Set) -> None:
    """Delete an archive."""
    with platform.writing() as connection:
        _one_tenant(connection)
        file = _named(settings, name)
        _tell(connection, viewer, "backup.delete", name)
        file.unlink()


def folder_of(settings: Settings) -> Path:
    """Where archives lie: as set, else beside the store."""
    return (
        Path(settings.backup_folder).absolute()
        if settings.backup_folder
        else settings.data.absolute() / "backups"
    )


def _archives(settings: Settings) -> list[Path]:
    folder = folder_of(settings)
    return sorted((one for one in folder.glob("*.zip") if _NAME.fullmatch(one.name)), reverse=True) if folder.is_dir() else []  # fmt: skip


def _shown(file: Path) -> Backup:
    try:
        known: dict[str, Any] = read_manifest(file).summary()
    except BackupUnreadable:
        known = {}
    texts = {name: known.get(name, "") for name in ("made_at", "program", "database", "audit")}
    counts = {name: known.get(name, 0) for name in ("rows", "objects")}
    return Backup(
        name=file.name, size=file.stat().st_size, schema_revision=known.get("schema", ""),
        damaged=len(known.get("damaged", ())), readable=bool(known), **texts, **counts,
    )  # fmt: skip


def _named(settings: Settings, name: str) -> Path:
    found = next((one for one in _archives(settings) if one.name == name), None)
    if found is None:
        raise NotFound(what_zh="备份", what_en="backup", name=name, known="–")
    return found


def _one_tenant(connection: sa.Connection) -> None:
    if connection.execute(sa.select(sa.func.count()).select_from(TENANT)).scalar_one() > 1:
        raise AtTheShell(detail_zh="本服务器有多个单位，备份含所有单位的数据", detail_en="This server has several tenants, and a backup holds the data of all")  # fmt: skip


def _tell(connection: sa.Connection, viewer: Viewer, action: str, name: str) -> None:
    append(connection, action, name, tenant=viewer.tenant, person=viewer.person, login=viewer.login, source=viewer.source)  # fmt: skip
