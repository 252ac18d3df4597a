"""Releases: approving freezes a run with all that it stands on; verifying hashes every byte and computes anew."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl
import sqlalchemy as sa

from tanheng.activity.worklist import COLUMNS, Worklist
from tanheng.inventory.releases.releases import PARTS, freeze_run, verify_release
from tanheng.inventory.views.cube import Cube
from tanheng.record.chain import append
from tanheng.record.platform import Platform, now
from tanheng.record.tables import DATASET, DOUBT, RELEASE, RUN, UPLOAD
from tanheng.serve.holdings import cube_of, file_of, link, run_folder
from tanheng.serve.jobs import Publish, Task, work
from tanheng.serve.problems import ReleaseDecided, ReleaseOpen
from tanheng.serve.work import login_of

PROPOSED, RELEASED, REJECTED = "proposed", "released", "rejected"


@work("release", needs="release.approve")
def make_release(task: Task) -> Publish:
    """Freeze the run of a proposal: release, row and audit entry stand in one transaction, or none does."""
    with task.platform.reading() as connection:
        row = connection.execute(sa.select(RELEASE).where(RELEASE.c.id == task.asked["release"])).one()
        run = connection.execute(sa.select(RUN).where(RUN.c.id == row.run)).one()
        login = login_of(connection, task.person)
    undecided(row)
    task.tell("冻结清单", "Freezing the inventory", 0.2)
    circumstances = _in_place(task.platform, run)
    said = str(task.asked.get("said", ""))

    def publish(connection: sa.Connection) -> dict[str, Any]:
        changed = connection.execute(
            sa.update(RELEASE)
            .where(RELEASE.c.id == row.id, RELEASE.c.state == PROPOSED)
            .values(state=RELEASED, decided_by=task.person, decided_at=now(), said=said)
        )
        if changed.rowcount != 1:
            undecided(connection.execute(sa.select(RELEASE).where(RELEASE.c.id == row.id)).one())
        chained = {
            "tenant": row.tenant,
            "person": task.person,
            "login": login,
            "source": task.asked.get("source", ""),
        }
        append(
            connection,
            "release.approve",
            row.id,
            **chained,
            before={"state": PROPOSED},
            after={"state": RELEASED},
        )
        batch = task.platform.store.batch(connection, by=login, why=row.why)
        made = freeze_run(
            run_folder(task.platform, run.manifest),
            batch,
            f"{row.tenant}/{row.name}",
            doubts=worklist_of(connection, run.id),
            again=True,
            circumstances=circumstances,
        )
        connection.execute(
            sa.update(RELEASE).where(RELEASE.c.id == row.id).values(number=made.number, manifest=made.sha256)
        )
        sealed = {"number": made.number, "manifest": made.sha256, "digest": run.digest}
        append(
            connection, "release.freeze", row.id, **chained, after=sealed, detail={**sealed, "run": run.id}
        )
        return {"release": row.id, **sealed}

    return publish


@work("verification")
def verify(task: Task) -> Publish:
    """Verify a release; the audit chain keeps what was found."""
    with task.platform.reading() as connection:
        row = connection.execute(sa.select(RELEASE).where(RELEASE.c.id == task.asked["release"])).one()
        login = login_of(connection, task.person)
    released(row)
    task.tell("逐字节校验并重新计算", "Hashing every byte and computing anew", 0.2)
    found = verify_release(row.manifest, task.platform.store).to_dict() | {"release": row.id}

    def publish(connection: sa.Connection) -> dict[str, Any]:
        append(connection, "release.verify", row.id, tenant=row.tenant, person=task.person, login=login,
               source=task.asked.get("source", ""), detail={"ok": found["ok"], "digest": found["digest"]})  # fmt: skip
        return found

    return publish


def undecided(row: Any) -> None:
    """Refuse a proposal that was decided.

    Raises
    ------
    ReleaseDecided
    """
    if row.state != PROPOSED:
        raise ReleaseDecided(name=row.name, state=row.state)


def released(row: Any) -> None:
    """Refuse what is no release yet.

    Raises
    ------
    ReleaseOpen
    """
    if row.state != RELEASED:
        raise ReleaseOpen(name=row.name, state=row.state)


def worklist_of(connection: sa.Connection, run: str) -> Worklist:
    """The doubts of a run with the answers that they have now."""
    rows = connection.execute(sa.select(DOUBT).where(DOUBT.c.run == run).order_by(DOUBT.c.finding)).all()
    facts: list[Mapping[str, Any]] = [{**row.facts, "state": row.state, "reason": row.reason} for row in rows]
    texts = [[str(one.get(name, "")) for name in COLUMNS] for one in facts]
    return Worklist(pl.DataFrame(texts, schema=dict.fromkeys(COLUMNS, pl.String), orient="row"))


def cube_of_release(platform: Platform, manifest: str) -> Cube:
    """The cube of a release, as it was frozen."""
    return _cubed(platform.store.folder, platform, manifest)


@functools.lru_cache(maxsize=4)
def _cubed(_folder: Path, platform: Platform, manifest: str) -> Cube:
    entry = platform.store.entry(manifest)
    folder = platform.folder / "releases" / manifest
    for kind in PARTS:
        for part, sha256 in platform.store.entry(entry.parents[kind]).parts.items():
            link(platform.store.objects.path(sha256), folder / part)
    return Cube(folder)


def _in_place(platform: Platform, run: Any) -> dict[str, Any]:
    """The circumstances of a run whose files stand where this folder has them, should it have been moved."""
    made = cube_of(platform, run.manifest).frame.circumstances
    with platform.reading() as connection:
        dataset = connection.execute(sa.select(DATASET).where(DATASET.c.id == run.dataset)).one()
        upload = connection.execute(sa.select(UPLOAD).where(UPLOAD.c.id == dataset.about["upload"])).one()
    source = str(file_of(platform, upload.sha256, upload.name)) if made.get("source") else None
    found = {
        role: {**one, "path": str(_beside(platform, one))} for role, one in made.get("beside", {}).items()
    }
    return {**made, "source": source, "beside": found}


def _beside(platform: Platform, one: Mapping[str, str]) -> Path:
    return file_of(platform, one["sha256"], Path(one["path"]).name)
