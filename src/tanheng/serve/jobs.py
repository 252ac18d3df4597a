"""Jobs: long work kept in the database, run in turn of who asks, with progress, cancelling, retrying, and resuming after a crash.

A step may be done twice and must then give the same; what a job makes is published in its last step, in one transaction
with the job's end, only by the runner that holds the job then, and only if whoever asked for it still may. Several processes may run jobs of one database: a
runner holds a job by a lease that it renews; a job whose lease ran out is taken up by another.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
import pkgutil
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from pydantic import BaseModel

from tanheng.access.areas import Viewer, refuse_outside
from tanheng.access.people import standing
from tanheng.errors import TanhengError, use_front
from tanheng.record.chain import append
from tanheng.record.platform import Platform, new_id, now
from tanheng.record.tables import JOB
from tanheng.serve.problems import Broke, TooManyJobs, disk_problem, without_places
from tanheng.steps import Ended, looked_at

_LOG = logging.getLogger("tanheng.jobs")
WAITING, RUNNING, DONE, FAILED, CANCELLED = "waiting", "running", "done", "failed", "cancelled"
ENDED = (DONE, FAILED, CANCELLED)
MOST_ATTEMPTS = 3
"""How often a job is begun whose process died."""
_POLL, _TELL, _TRIES = 1.0, 0.2, 3
Publish = Callable[[sa.Connection], dict[str, Any]]
Work = Callable[["Task"], Publish]
WORK: dict[str, Work] = {}
"""What each kind of job does: it prepares, and returns what is to be published."""
READS = "data.read"
NEEDS: dict[str, str] = {}
"""The permission that whoever asks for a kind of job must have, and must still have when it is published."""
NOWHERE: set[str] = set()
"""Kinds of job that are about the server, not about a place."""
MOST_OPEN = 200
"""Jobs of one person that may wait or run at a time."""


class JobCancelled(TanhengError):
    """A job that was cancelled while it ran."""

    code = "J-001"
    zh = "任务已取消。"
    en = "The job was cancelled."


class JobCrashes(TanhengError):
    """A job whose process died each time it ran."""

    code = "J-002"
    zh = "任务运行了 {count} 次，每次服务进程都中途终止（可能内存不足），不再重试。"
    en = "The job ran {count} times, and each time the process ended midway (perhaps for lack of memory); it is not tried again."
    remedy_zh = "请拆分数据或增加内存，再点重试。"
    remedy_en = "Split the data or add memory, then retry it."


class JobUnknown(TanhengError):
    """A job of a kind that this version does not do."""

    code = "J-003"
    zh = "本版本不认识“{kind}”类任务。"
    en = "This version does not know jobs of kind '{kind}'."


class JobNotWaiting(TanhengError):
    """Trying again a job that has not failed, or cancelling one that is over."""

    code = "J-004"
    status = 409
    zh = "任务处于“{state}”状态，不能{what_zh}。"
    en = "The job is {state}: it cannot be {what_en}."


class Queued(BaseModel):
    """The job that does what was asked."""

    job: str


class _Taken(Exception):
    """Another runner holds the job now."""


@dataclass
class Task:
    """A job as its work sees it."""

    platform: Platform
    id: str
    tenant: str
    person: str
    asked: Mapping[str, Any]
    kind: str = ""
    runner: str = ""
    _told: float = field(default=-_TELL, repr=False)
    _looked: float = field(default=-_TELL, repr=False)

    def tell(self, zh: str, en: str, share: float | None = None) -> None:
        """Say what is being done; the place where a cancelled job ends.

        Raises
        ------
        JobCancelled
        """
        if share is None and time.monotonic() - self._told < _TELL:
            return
        values: dict[str, Any] = {"doing": {"zh": zh, "en": en}, "beat_at": now()}
        if share is not None:
            values["share"] = share
        with self.platform.writing() as connection:
            self.hold(connection, **values)
        self._told = time.monotonic()

    def step(self) -> None:
        """Look whether the job goes on: the place in a long loop of the library where a cancelled job ends.

        Raises
        ------
        Ended
        """
        if time.monotonic() - self._looked < _TELL:
            return
        self._looked = time.monotonic()
        with self.platform.reading() as connection:
            goes_on = connection.execute(sa.select(JOB.c.id).where(self._held, ~JOB.c.cancel)).first()
        if goes_on is None:
            raise Ended

    @property
    def _held(self) -> sa.ColumnElement[bool]:
        return sa.and_(JOB.c.id == self.id, JOB.c.runner == self.runner, JOB.c.state == RUNNING)

    def hold(self, connection: sa.Connection, **values: Any) -> None:
        """Change the job where it is still held, else end it: nobody does what another runner does too.

        Raises
        ------
        JobCancelled
        """
        changed = connection.execute(
            sa.update(JOB).where(self._held).values(**(values or {"beat_at": now()}))
        )
        if changed.rowcount != 1:
            raise _Taken
        if connection.execute(sa.select(JOB.c.cancel).where(JOB.c.id == self.id)).scalar():
            raise JobCancelled


def work(kind: str, *, needs: str = READS, placed: bool = True) -> Callable[[Work], Work]:
    """Register what a kind of job does, the permission that it needs, and whether it lies in a place."""

    def register(function: Work) -> Work:
        WORK[kind], NEEDS[kind] = function, needs
        if not placed:
            NOWHERE.add(kind)
        return function

    return register


def load_work() -> None:
    """Import every module of this room whose name begins with work: each registers its kinds."""
    for module in pkgutil.iter_modules([str(Path(__file__).parent)]):
        if module.name.startswith("work"):
            import_module(f"tanheng.serve.{module.name}")


def enqueue(
    connection: sa.Connection, viewer: Viewer, kind: str, asked: Mapping[str, Any], *, region: str = "", entity: str = ""
) -> str:  # fmt: skip
    """Add a job to the queue, in the transaction of the request; its id.

    Raises
    ------
    TooManyJobs
    """
    mine = sa.select(sa.func.count()).where(
        JOB.c.made_by == viewer.person, JOB.c.state.in_((WAITING, RUNNING))
    )
    if (count := int(connection.execute(mine).scalar_one())) >= MOST_OPEN:
        raise TooManyJobs(count=count, most=MOST_OPEN)
    name = new_id()
    connection.execute(
        sa.insert(JOB),
        {"id": name, "tenant": viewer.tenant, "region": region, "entity": entity, "kind": kind, "state": WAITING,
         "asked": dict(asked), "done": {}, "doing": {}, "made_by": viewer.person, "made_at": now()},
    )  # fmt: skip
    tell_chain(connection, viewer, "job.add", name, kind=kind)
    return name


def tell_chain(connection: sa.Connection, viewer: Viewer, action: str, name: str, **detail: Any) -> None:
    """What somebody did to a job, in the audit chain."""
    append(
        connection, action, name, tenant=viewer.tenant, person=viewer.person, login=viewer.login,
        source=viewer.source, detail=detail,
    )  # fmt: skip


def cancel(connection: sa.Connection, name: str) -> None:
    """Cancel a job: at once where it waits, at its next step where it runs.

    Raises
    ------
    JobNotWaiting
        When it is over.
    """
    waits = sa.update(JOB).where(JOB.c.id == name, JOB.c.state == WAITING)
    if connection.execute(waits.values(cancel=True, state=CANCELLED, ended_at=now())).rowcount:
        return
    runs = sa.update(JOB).where(JOB.c.id == name, JOB.c.state == RUNNING)
    if not connection.execute(runs.values(cancel=True)).rowcount:
        raise _wrong(connection, name, "取消", "cancelled")


def retry(connection: sa.Connection, name: str) -> None:
    """Put a failed or cancelled job into the queue again.

    Raises
    ------
    JobNotWaiting
        When it waits, runs or is done.
    """
    ended = sa.update(JOB).where(JOB.c.id == name, JOB.c.state.in_((FAILED, CANCELLED)))
    anew = {
        "state": WAITING,
        "cancel": False,
        "ended_at": "",
        "done": {},
        "share": 0.0,
        "doing": {},
        "attempts": 0,
    }
    if not connection.execute(ended.values(**anew)).rowcount:
        raise _wrong(connection, name, "重试", "tried again")


def _still_may(connection: sa.Connection, task: Task) -> None:
    """Refuse a job of somebody who may no longer ask for it: not let in, without the permission, or for elsewhere.

    Raises
    ------
    NotAllowed, OutsideArea
    """
    viewer = standing(connection, task.person)
    viewer.must(NEEDS.get(task.kind, READS))
    if task.kind in NOWHERE:
        return
    place = connection.execute(sa.select(JOB.c.region, JOB.c.entity).where(JOB.c.id == task.id)).one()
    refuse_outside(viewer, place.region, place.entity)


def _wrong(connection: sa.Connection, name: str, zh: str, en: str) -> JobNotWaiting:
    state = connection.execute(sa.select(JOB.c.state).where(JOB.c.id == name)).scalar() or "–"
    return JobNotWaiting(state=state, what_zh=zh, what_en=en)


class Runner:
    """Threads of this process that take jobs from the queue, and one that renews their leases.

    Parameters
    ----------
    platform : Platform
    workers : int
        How many jobs run at once.
    lease : float
        Seconds after which a job whose process gives no sign of life is taken up by another.
    """

    def __init__(self, platform: Platform, *, workers: int = 1, lease: float = 30.0) -> None:
        self.platform = platform
        self.name = new_id()
        self._workers = workers
        self._lease = lease
        self._wake = threading.Event()
        self._ends = threading.Event()
        self._threads: list[threading.Thread] = []
        self._held: set[str] = set()

    def start(self) -> None:
        """Begin; what a runner that is gone left behind is taken up when its lease has run out."""
        load_work()
        for number in range(self._workers):
            self._threads.append(threading.Thread(target=self._loop, name=f"job-{number}", daemon=True))
        self._threads.append(threading.Thread(target=self._beat, name="job-beat", daemon=True))
        for thread in self._threads:
            thread.start()

    def stop(self, patience: float = 5.0) -> None:
        """End after the jobs that run; what is not done by then goes back into the queue."""
        self._ends.set()
        self._wake.set()
        ends = time.monotonic() + patience
        for thread in self._threads:
            thread.join(timeout=max(0.0, ends - time.monotonic()))
        if self._held:
            mine = sa.update(JOB).where(JOB.c.runner == self.name, JOB.c.state == RUNNING)
            with contextlib.suppress(TanhengError), self.platform.writing() as connection:
                connection.execute(mine.values(state=WAITING, runner="", attempts=JOB.c.attempts - 1))

    def wake(self) -> None:
        """Look into the queue now."""
        self._wake.set()

    def _loop(self) -> None:
        use_front("web")
        while not self._ends.is_set():
            taken = None
            try:
                taken = self._take()
                if taken is not None:
                    self._run(taken)
            except Exception:
                _LOG.exception("queue")
                self._ends.wait(_POLL)
            finally:
                self._held.discard(taken.id if taken else "")
            if taken is None:
                self._wake.wait(timeout=_POLL)
                self._wake.clear()

    def _beat(self) -> None:
        while not self._ends.wait(self._lease / 4):
            held = list(self._held)
            if held:
                mine = sa.and_(JOB.c.id.in_(held), JOB.c.runner == self.name, JOB.c.state == RUNNING)
                with contextlib.suppress(TanhengError), self.platform.writing() as connection:
                    connection.execute(sa.update(JOB).where(mine).values(beat_at=now()))

    def _take(self) -> Task | None:
        """The next job, one that waits or whose runner gives no sign of life: of whoever was not served for longest."""
        over = (dt.datetime.now(dt.UTC) - dt.timedelta(seconds=self._lease)).isoformat()
        free = sa.or_(JOB.c.state == WAITING, sa.and_(JOB.c.state == RUNNING, JOB.c.beat_at < over))
        with self.platform.reading() as connection:
            if connection.execute(sa.select(JOB.c.id).where(free).limit(1)).first() is None:
                return None
        served = sa.select(JOB.c.made_by, sa.func.max(JOB.c.began_at).label("began_at"))
        waiting = sa.select(JOB.c.made_by).where(free)
        last = served.where(JOB.c.made_by.in_(waiting)).group_by(JOB.c.made_by).subquery()
        turn = (last.c.began_at, JOB.c.made_at, JOB.c.id)
        query = (
            sa.select(JOB).join(last, last.c.made_by == JOB.c.made_by).where(free).order_by(*turn).limit(1)
        )
        with self.platform.writing() as connection:
            row = connection.execute(query.with_for_update(of=JOB, skip_locked=True)).first()
            if row is None:
                return None
            here = sa.update(JOB).where(JOB.c.id == row.id)
            if row.cancel or row.attempts >= MOST_ATTEMPTS:
                crashes = {} if row.cancel else {"error": JobCrashes(count=row.attempts).to_dict()}
                state = CANCELLED if row.cancel else FAILED
                connection.execute(here.values(state=state, done=crashes, ended_at=now()))
                return None
            self._held.add(row.id)
            began = {"state": RUNNING, "runner": self.name, "attempts": row.attempts + 1}
            connection.execute(here.values(**began, began_at=now(), beat_at=now()))
        return Task(self.platform, row.id, row.tenant, row.made_by, row.asked, row.kind, self.name)

    def _run(self, task: Task) -> None:
        began = time.perf_counter()
        try:
            if task.kind not in WORK:
                raise JobUnknown(kind=task.kind)
            with self.platform.reading() as connection:
                _still_may(connection, task)
            with looked_at(task.step):
                publish = WORK[task.kind](task)
            self._publish(task, publish)
        except _Taken:
            _LOG.warning("job %s (%s) is done by another runner", task.id, task.kind)
        except (JobCancelled, Ended):
            self._end(task, CANCELLED, {})
        except Exception as error:
            known = disk_problem(error) or (error if isinstance(error, TanhengError) else None)
            if known is None:
                _LOG.exception("job %s (%s)", task.id, task.kind)
                known = Broke(name=task.id[:12])
            self._end(task, FAILED, {"error": without_places(known).to_dict()})
        _LOG.info("job %s (%s) %.2f s", task.id, task.kind, time.perf_counter() - began)

    def _publish(self, task: Task, publish: Publish) -> None:
        """All that the job made and its end, or nothing; again where another publication took the same number."""
        for left in reversed(range(_TRIES)):
            try:
                with self.platform.writing() as connection:
                    task.hold(connection)
                    _still_may(connection, task)
                    done = publish(connection)
                    ended = {"state": DONE, "done": done, "share": 1.0, "ended_at": now(), "doing": {}}
                    connection.execute(sa.update(JOB).where(JOB.c.id == task.id).values(**ended))
                return
            except sa.exc.IntegrityError:
                if not left:
                    raise

    def _end(self, task: Task, state: str, done: Mapping[str, Any]) -> None:
        """Write the end of a job; where the disk is full, as soon as it is not."""
        mine = sa.and_(JOB.c.id == task.id, JOB.c.runner == self.name, JOB.c.state == RUNNING)
        ended = sa.update(JOB).where(mine).values(state=state, done=dict(done), ended_at=now())
        while True:
            try:
                with self.platform.writing() as connection:
                    connection.execute(ended)
                return
            except TanhengError as error:
                _LOG.error("end of job %s: %s", task.id, error.message("en"))
                if self._ends.wait(_POLL):
                    return
