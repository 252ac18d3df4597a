"""Backups as jobs: the archive is named when it is whole, in the transaction of the job's end."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import sqlalchemy as sa

from tanheng import __version__
from tanheng.record.backup import back_up
from tanheng.record.chain import append
from tanheng.record.versions import file_sha256
from tanheng.serve.jobs import Publish, Task, work
from tanheng.serve.work import login_of


@work("backup", needs="system.manage", placed=False)
def make_backup(task: Task) -> Publish:
    """Write the archive beside its place; the folder was stated by the server, not by who asked."""
    folder, told = Path(task.asked["folder"]), [-1.0]
    at = dt.datetime.now(dt.UTC)
    name = f"tanheng-{at:%Y%m%dT%H%M%SZ}-{task.id[:6]}.zip"
    half = folder / f".half-job-{task.id}"

    def tell(zh: str, en: str, share: float) -> None:
        if share - told[0] >= 0.02:
            told[0] = share
            task.tell(zh, en, share)

    half.unlink(missing_ok=True)
    manifest = back_up(task.platform, half, program=__version__, tell=tell)
    sha256, size = file_sha256(half), half.stat().st_size

    def publish(connection: sa.Connection) -> dict[str, object]:
        said = {"sha256": sha256, "schema": manifest.schema, "damaged": len(manifest.damaged)}
        append(
            connection, "backup.make", name, tenant=task.tenant, person=task.person,
            login=login_of(connection, task.person), source=task.asked.get("source", ""), detail=said,
        )  # fmt: skip
        if half.exists():
            half.rename(folder / name)
        return {"name": name, "size": size, **said}

    return publish
