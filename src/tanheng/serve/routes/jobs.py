"""Jobs: what runs, how far it is, and cancelling or trying again."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import sqlalchemy as sa
from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from tanheng.access.areas import may_see
from tanheng.record.tables import JOB
from tanheng.serve import jobs as queue
from tanheng.serve.asking import Here, Signed, Writer
from tanheng.serve.holdings import one
from tanheng.serve.tables import Table, answer, rows_of

router = APIRouter(tags=["jobs"])
_SHOWN = [JOB.c[name] for name in ("id", "kind", "state", "share", "doing", "done", "attempts", "made_at", "began_at", "ended_at")]  # fmt: skip


@router.get("/jobs")
def jobs(viewer: Signed, platform: Here, asked: Table) -> Response:
    """Jobs that the viewer may see, newest first."""
    query = sa.select(*_SHOWN).where(may_see(viewer, JOB)).order_by(JOB.c.made_at.desc())
    with platform.reading() as connection:
        return answer(rows_of(connection, query), asked, "jobs")


@router.get("/jobs/{name}")
def job(name: str, viewer: Signed, platform: Here) -> dict[str, Any]:
    """One job."""
    with platform.reading() as connection:
        return _shown(one(connection, viewer, JOB, name))


@router.get("/jobs/{name}/events")
def events(name: str, viewer: Signed, platform: Here) -> Response:
    """Its progress as server-sent events, until it has ended."""
    with platform.reading() as connection:
        one(connection, viewer, JOB, name)

    def state() -> dict[str, Any]:
        with platform.reading() as connection:
            return _shown(one(connection, viewer, JOB, name))

    async def stream() -> AsyncIterator[str]:
        last = ""
        while True:
            found = await asyncio.to_thread(state)
            text = json.dumps(found, ensure_ascii=False)
            yield f"data: {text}\n\n" if text != last else ": \n\n"
            last = text
            if found["state"] in queue.ENDED:
                return
            await asyncio.sleep(0.3)

    return StreamingResponse(stream(), media_type="text/event-stream")


@router.post("/jobs/{name}/cancel")
def cancel(name: str, viewer: Writer, platform: Here) -> dict[str, Any]:
    """Cancel it: at once where it waits, at its next step where it runs."""
    with platform.writing() as connection:
        one(connection, viewer, JOB, name)
        queue.cancel(connection, name)
        return _shown(one(connection, viewer, JOB, name))


@router.post("/jobs/{name}/retry")
def retry(name: str, request: Request, viewer: Writer, platform: Here) -> dict[str, Any]:
    """Put a failed or cancelled job into the queue again."""
    with platform.writing() as connection:
        one(connection, viewer, JOB, name)
        queue.retry(connection, name)
        found = _shown(one(connection, viewer, JOB, name))
    request.app.state.runner.wake()
    return found


def _shown(row: Any) -> dict[str, Any]:
    return {column.name: getattr(row, column.name) for column in _SHOWN}
