"""Jobs: what runs, how far it is, and cancelling or trying again."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import sqlalchemy as sa
from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from tanheng.access.areas import Viewer, may_see
from tanheng.errors import NotFound, TanhengError
from tanheng.record.platform import Platform
from tanheng.record.tables import JOB, PERSON
from tanheng.serve import jobs as queue
from tanheng.serve.asking import Here, Signed, viewer_of
from tanheng.serve.problems import JobOfAnother, TooManyStreams
from tanheng.serve.tables import Table, listed

router = APIRouter(tags=["jobs"])
_SHOWN = [JOB.c[name] for name in ("id", "kind", "state", "share", "doing", "done", "attempts", "cancel", "region", "entity", "made_at", "began_at", "ended_at")]  # fmt: skip
_STEP, _LONGEST = 0.3, 600.0
_SURE, _STREAMS = 10, 20
"""After how many steps it is asked anew who is there, and how many streams of one person are open at a time."""


class Job(BaseModel):
    """A job: ``share`` (0 to 1) and ``doing`` (zh, en) say how far it is, ``done`` what it made, or its ``error``."""

    id: str
    kind: str
    state: str
    share: float
    doing: dict[str, str]
    done: dict[str, Any]
    attempts: int
    cancel: bool
    region: str
    entity: str
    made_by: str
    made_at: str
    began_at: str
    ended_at: str


@router.get("/jobs")
def jobs(viewer: Signed, platform: Here, asked: Table) -> Response:
    """Jobs in the viewer's area, newest first; their own alone for those who may not read the others'."""
    query = _seen(viewer).order_by(JOB.c.made_at.desc(), JOB.c.id)
    with platform.reading() as connection:
        return listed(connection, query, asked, "jobs")


@router.get("/jobs/{name}")
def job(name: str, viewer: Signed, platform: Here) -> Job:
    """One job."""
    return _one(platform, viewer, name)


@router.get(
    "/jobs/{name}/events",
    response_class=Response,
    responses={200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}},
)
def events(name: str, request: Request, viewer: Signed, platform: Here) -> Response:
    """Its progress as server-sent events, until it has ended; ask again where the stream ends before."""
    _one(platform, viewer, name)
    streams: Counter[str] = request.app.state.streams

    async def stream() -> AsyncIterator[str]:
        last, asker = "", viewer
        streams[viewer.person] += 1
        try:
            for step in range(1, int(_LONGEST / _STEP)):
                found = await asyncio.to_thread(_one, platform, asker, name)
                text = json.dumps(found.model_dump(), ensure_ascii=False)
                yield f"data: {text}\n\n" if text != last else ": \n\n"
                last = text
                if found.state in queue.ENDED:
                    return
                await asyncio.sleep(_STEP)
                if not step % _SURE:
                    request.state.admitted = None
                    asker = await asyncio.to_thread(viewer_of, request)
        except TanhengError:
            return  # whoever asks may no longer see it
        finally:
            streams[viewer.person] -= 1

    if streams[viewer.person] >= _STREAMS:
        raise TooManyStreams(most=_STREAMS)
    return StreamingResponse(stream(), media_type="text/event-stream")


@router.post("/jobs/{name}/cancel")
def cancel(name: str, viewer: Signed, platform: Here) -> Job:
    """Cancel it: at once where it waits, at its next step where it runs."""
    with platform.writing() as connection:
        _changeable(connection, viewer, name)
        queue.cancel(connection, name)
        queue.tell_chain(connection, viewer, "job.cancel", name)
    return _one(platform, viewer, name)


@router.post("/jobs/{name}/retry")
def retry(name: str, request: Request, viewer: Signed, platform: Here) -> Job:
    """Put a failed or cancelled job of one's own into the queue again."""
    with platform.writing() as connection:
        _changeable(connection, viewer, name, in_own_name=True)
        queue.retry(connection, name)
        queue.tell_chain(connection, viewer, "job.retry", name)
    request.app.state.runner.wake()
    return _one(platform, viewer, name)


def _seen(viewer: Viewer) -> sa.Select[Any]:
    query = sa.select(*_SHOWN, PERSON.c.login.label("made_by")).join(PERSON, PERSON.c.id == JOB.c.made_by)
    query = query.where(may_see(viewer, JOB))
    return query if viewer.may("jobs.read") else query.where(JOB.c.made_by == viewer.person)


def _one(platform: Platform, viewer: Viewer, name: str) -> Job:
    with platform.reading() as connection:
        row = connection.execute(_seen(viewer).where(JOB.c.id == name)).first()
    if row is None:
        raise NotFound(what_zh="任务", what_en="job", name=name, known="–")
    return Job(**row._mapping)


def _changeable(connection: sa.Connection, viewer: Viewer, name: str, *, in_own_name: bool = False) -> None:
    """One's own jobs that one may still ask for, and those of others for who may write data or manages the system.

    Raises
    ------
    NotFound, NotAllowed, JobOfAnother
    """
    row = connection.execute(
        _seen(viewer).add_columns(JOB.c.made_by.label("person")).where(JOB.c.id == name)
    ).first()
    if row is None:
        raise NotFound(what_zh="任务", what_en="job", name=name, known="–")
    if row.person == viewer.person:
        viewer.must(queue.NEEDS.get(row.kind, queue.READS))
    elif in_own_name:
        raise JobOfAnother
    elif not viewer.may("system.manage"):
        viewer.must("data.write")
