"""Jobs: long work kept in the database, run in order, with progress, cancelling, retrying, and resuming after a crash.

A step may be done twice and must then give the same; what a job makes is published in its last step, in one transaction
with the job's end. A job whose runner is gone is taken up again when the server starts.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from tanheng.access.areas import Viewer
from tanheng.errors import TanhengError
from tanheng.record.platform import Platform, new_id, now
from tanheng.record.tables import JOB
from tanheng.serve.problems import Broke

_LOG = logging.getLogger("tanheng.jobs")
WAITING, RUNNING, DONE, FAILED, CANCELLED = "waiting", "running", "done", "failed", "cancelled"
ENDED = (DONE, FAILED, CANCELLED)
Publish = Callable[[sa.Connection], dict[str, Any]]
Work = Callable[["Task"], Publish]
WORK: dict[str, Work] = {}
"""What each kind of job does: it prepares, and returns what is to be published."""


class JobCancelled(TanhengError):
    """A job that was cancelled while it ran."""

    code = "J-001"
    zh = "任务已取消。"
    en = "The job was cancelled."


@dataclass(frozen=True)
class Task:
    """A job as its work sees it."""

    platform: Platform
    id: str
    tenant: str
    person: str
    asked: Mapping[str, Any]

    def tell(self, zh: str, en: str, share: float | None = None) -> None:
        """Say what is being done; the place where a cancelled job ends.

        Raises
        ------
        JobCancelled
        """
        values: dict[str, Any] = {"doing": {"zh": zh, "en": en}, "beat_at": now()}
        if share is not None:
            values["share"] = share
        with self.platform.writing() as connection:
            connection.execute(sa.update(JOB).where(JOB.c.id == self.id).values(**values))
            cancel = connection.execute(sa.select(JOB.c.cancel).where(JOB.c.id == self.id)).scalar()
        if cancel:
            raise JobCancelled


def work(kind: str) -> Callable[[Work], Work]:
    """Register what a kind of job does."""

    def register(function: Work) -> Work:
        WORK[kind] = function
        return function

    return register


def enqueue(
    connection: sa.Connection, viewer: Viewer, kind: str, asked: Mapping[str, Any], *, region: str = "", entity: str = ""
) -> str:  # fmt: skip
    """Add a job to the queue, in the transaction of the request; its id."""
    name = new_id()
    connection.execute(
        sa.insert(JOB),
        {"id": name, "tenant": viewer.tenant, "region": region, "entity": entity, "kind": kind, "state": WAITING,
         "asked": dict(asked), "done": {}, "doing": {}, "made_by": viewer.person, "made_at": now()},
    )  # fmt: skip
    return name


def cancel(connection: sa.Connection, name: str) -> None:
    """Cancel a job: at once where it waits, at its next step where it runs."""
    connection.execute(sa.update(JOB).where(JOB.c.id == name).values(cancel=True))
    connection.execute(
        sa.update(JOB).where(JOB.c.id == name, JOB.c.state == WAITING).values(state=CANCELLED, ended_at=now())
    )


def retry(connection: sa.Connection, name: str) -> None:
    """Put a failed or cancelled job into the queue again."""
    connection.execute(
        sa.update(JOB)
        .where(JOB.c.id == name, JOB.c.state.in_((FAILED, CANCELLED)))
        .values(state=WAITING, cancel=False, ended_at="", done={}, share=0.0, doing={})
    )


class Runner:
    """Threads of this process that take jobs from the queue."""

    def __init__(self, platform: Platform, *, workers: int = 1) -> None:
        self.platform = platform
        self.name = new_id()
        self._workers = workers
        self._wake = threading.Event()
        self._ends = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Take up what a runner that is gone left behind, and begin."""
        import tanheng.serve.work  # noqa: F401

        with self.platform.writing() as connection:
            connection.execute(sa.update(JOB).where(JOB.c.state == RUNNING).values(state=WAITING, runner=""))
        for number in range(self._workers):
            thread = threading.Thread(target=self._loop, name=f"tanheng-job-{number}", daemon=True)
            thread.start()
            self._threads.append(thread)

    def stop(self) -> None:
        """End after the jobs that run; those that wait stay in the queue."""
        self._ends.set()
        self._wake.set()
        for thread in self._threads:
            thread.join(timeout=5)

    def wake(self) -> None:
        """Look into the queue now."""
        self._wake.set()

    def _loop(self) -> None:
        while not self._ends.is_set():
            try:
                taken = self._take()
            except TanhengError as error:
                _LOG.error("queue: %s", error.message("en"))
                taken = None
            if taken is None:
                self._wake.wait(timeout=1.0)
                self._wake.clear()
            else:
                self._run(taken)

    def _take(self) -> Task | None:
        waiting = sa.select(JOB).where(JOB.c.state == WAITING).order_by(JOB.c.made_at, JOB.c.id).limit(1)
        with self.platform.reading() as connection:
            if connection.execute(waiting).first() is None:
                return None
        with self.platform.writing() as connection:
            row = connection.execute(waiting.with_for_update(skip_locked=True)).first()
            if row is None:
                return None
            connection.execute(
                sa.update(JOB)
                .where(JOB.c.id == row.id)
                .values(
                    state=RUNNING, runner=self.name, attempts=row.attempts + 1, began_at=now(), beat_at=now()
                )
            )
        return Task(self.platform, row.id, row.tenant, row.made_by, row.asked)

    def _run(self, task: Task) -> None:
        with self.platform.reading() as connection:
            kind = connection.execute(sa.select(JOB.c.kind).where(JOB.c.id == task.id)).scalar_one()
        began = time.perf_counter()
        try:
            publish = WORK[kind](task)
            with self.platform.writing() as connection:
                done = publish(connection)
                connection.execute(
                    sa.update(JOB)
                    .where(JOB.c.id == task.id)
                    .values(state=DONE, done=done, share=1.0, ended_at=now(), doing={})
                )
        except JobCancelled:
            self._end(task, CANCELLED, {})
        except TanhengError as error:
            self._end(task, FAILED, {"error": error.to_dict()})
        except Exception:
            _LOG.exception("job %s (%s)", task.id, kind)
            self._end(task, FAILED, {"error": Broke(name=task.id[:12]).to_dict()})
        _LOG.info("job %s (%s) %.2f s", task.id, kind, time.perf_counter() - began)

    def _end(self, task: Task, state: str, done: Mapping[str, Any]) -> None:
        with self.platform.writing() as connection:
            connection.execute(
                sa.update(JOB).where(JOB.c.id == task.id).values(state=state, done=dict(done), ended_at=now())
            )
