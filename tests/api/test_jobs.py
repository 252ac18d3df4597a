"""Jobs of one process: order, cancelling, retrying, leases, and what happens to a job whose process is gone."""

from __future__ import annotations

import contextlib
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from cluster import platform
from serving import SICHUAN, add, enter, job, server
from tanheng.access.areas import Viewer
from tanheng.access.people import add_person, tenant_id
from tanheng.errors import TanhengError
from tanheng.record.platform import new_id, now
from tanheng.record.tables import JOB, PERSON, TENANT
from tanheng.serve import jobs
from tanheng.serve.jobs import WORK, Publish, Runner, Task
from tanheng.steps import step

LONG_AGO = "2020-01-01T00:00:00+00:00"


@pytest.fixture(autouse=True)
def work() -> Iterator[dict[str, Any]]:
    """Kinds for these tests: each publishes a tenant named as it was asked, so that effects can be counted."""
    gate = threading.Event()

    def publishing(task: Task) -> Publish:
        def publish(connection: sa.Connection) -> dict[str, Any]:
            name = f"{task.asked['name']} {new_id()}"
            connection.execute(sa.insert(TENANT), {"id": new_id(), "name": name, "made_at": now()})
            return {"name": task.asked["name"]}

        return publish

    def slow(task: Task) -> Publish:
        for _ in range(int(task.asked.get("steps", 500))):
            task.tell("等", "waiting", 0.5)
            time.sleep(0.01)
        return publishing(task)

    def sleeping(task: Task) -> Publish:
        time.sleep(task.asked["seconds"])
        return publishing(task)

    def stolen(task: Task) -> Publish:
        with task.platform.writing() as connection:
            connection.execute(sa.update(JOB).where(JOB.c.id == task.id).values(runner="another"))
        return publishing(task)

    def failing(task: Task) -> Publish:
        raise ZeroDivisionError

    def looping(task: Task) -> Publish:
        with contextlib.suppress(
            TanhengError
        ):  # as library code that takes any error of ours for one of its own
            while True:
                step()
                time.sleep(0.001)
        return publishing(task)

    own = {
        "t-loop": looping,
        "t-quick": publishing,
        "t-slow": slow,
        "t-sleep": sleeping,
        "t-stolen": stolen,
        "t-fail": failing,
    }
    WORK.update(own)
    yield {"gate": gate}
    for name in own:
        del WORK[name]


class Queue:
    """A platform with somebody who asks for jobs."""

    def __init__(self, folder: Path) -> None:
        self.platform = platform(folder)
        with self.platform.writing() as connection:
            tenant = tenant_id(connection, "t")
            person = add_person(
                connection, tenant=tenant, login="p", name="p", subject="p", roles=["analyst"]
            )
        self.viewer = Viewer(person, "p", "p", tenant, frozenset(), (("all", ""),))

    def add(self, kind: str, name: str = "x", **asked: Any) -> str:
        with self.platform.writing() as connection:
            return jobs.enqueue(connection, self.viewer, kind, {"name": name, **asked})

    def add_by(self, login: str, kind: str, name: str) -> str:
        """A job of another person of the tenant."""
        with self.platform.writing() as connection:
            found = connection.execute(sa.select(PERSON.c.id).where(PERSON.c.login == login)).scalar()
            person = found or add_person(
                connection,
                tenant=self.viewer.tenant,
                login=login,
                name=login,
                subject=login,
                roles=["analyst"],
            )
            other = Viewer(str(person), login, login, self.viewer.tenant, frozenset(), (("all", ""),))
            return jobs.enqueue(connection, other, kind, {"name": name})

    def row(self, name: str) -> Any:
        with self.platform.reading() as connection:
            return connection.execute(sa.select(JOB).where(JOB.c.id == name)).one()

    def change(self, name: str, **values: Any) -> None:
        with self.platform.writing() as connection:
            connection.execute(sa.update(JOB).where(JOB.c.id == name).values(**values))

    def until(self, name: str, *states: str) -> Any:
        ends = time.monotonic() + 20
        while time.monotonic() < ends:
            row = self.row(name)
            if row.state in states:
                return row
            time.sleep(0.01)
        raise AssertionError(row)

    def effects(self) -> list[str]:
        with self.platform.reading() as connection:
            return [
                one.split()[0] for one in connection.execute(sa.select(TENANT.c.name)).scalars() if one != "t"
            ]


@pytest.fixture
def queue(tmp_path: Path) -> Queue:
    return Queue(tmp_path)


@pytest.fixture
def runner(queue: Queue) -> Iterator[Runner]:
    found = Runner(queue.platform, lease=1.0)
    found.start()
    yield found
    found.stop(1.0)


def test_jobs_run_in_order(queue: Queue, runner: Runner) -> None:
    names = [queue.add("t-quick", f"n{number}") for number in range(5)]
    runner.wake()
    for name in names:
        queue.until(name, "done")
    ends = [queue.row(name).ended_at for name in names]
    assert ends == sorted(ends)


@pytest.mark.parametrize("taken", [False, True])
def test_a_loop_of_the_library_ends_where_its_job_is_cancelled_or_taken(
    queue: Queue, runner: Runner, taken: bool
) -> None:
    name = queue.add("t-loop")
    runner.wake()
    queue.until(name, "running")
    began = time.monotonic()
    if taken:
        queue.change(name, runner="another", state="done")
    else:
        with queue.platform.writing() as connection:
            jobs.cancel(connection, name)
        queue.until(name, "cancelled")
    after = queue.add("t-quick", "after")
    queue.until(after, "done")
    assert time.monotonic() - began < 2.0
    assert queue.effects() == ["after"]
    assert queue.row(name).state == ("done" if taken else "cancelled")


def test_many_jobs_of_one_person_do_not_delay_another(queue: Queue) -> None:
    """Two hundred of one, then one or two of each of two others: everybody's next job follows in turn."""
    many = [queue.add("t-quick", f"a{number}") for number in range(jobs.MOST_OPEN)]
    others = [
        queue.add_by(login, "t-quick", f"{login}{number}") for number in range(2) for login in ("b", "c")
    ]
    runner = Runner(queue.platform, lease=30.0)
    runner.start()
    for name in others:
        queue.until(name, "done")
    runner.stop(5.0)
    before = max(queue.row(name).began_at for name in others)
    served = [name for name in many if "" < queue.row(name).began_at < before]
    assert served == many[: len(served)]
    assert len(served) <= 3
    began = sorted(others, key=lambda name: queue.row(name).began_at)
    assert began == others


def test_several_workers_run_several_jobs(queue: Queue) -> None:
    many = Runner(queue.platform, workers=3)
    many.start()
    names = [queue.add("t-sleep", seconds=2.0) for _ in range(3)]
    for name in names:
        queue.until(name, "done")
    rows = [queue.row(name) for name in names]
    assert sorted(row.began_at for row in rows)[1] < min(row.ended_at for row in rows)
    many.stop()


def test_a_job_is_cancelled_while_it_waits_and_while_it_runs(queue: Queue, runner: Runner) -> None:
    runs, waits = queue.add("t-slow"), queue.add("t-quick")
    queue.until(runs, "running")
    with queue.platform.writing() as connection:
        jobs.cancel(connection, waits)
        jobs.cancel(connection, runs)
    assert queue.row(waits).state == "cancelled"
    assert queue.until(runs, "cancelled").ended_at
    assert queue.effects() == []
    with pytest.raises(jobs.JobNotWaiting), queue.platform.writing() as connection:
        jobs.cancel(connection, runs)
    with queue.platform.writing() as connection:
        jobs.retry(connection, waits)
    runner.wake()
    assert queue.until(waits, "done").done == {"name": "x"}
    with pytest.raises(jobs.JobNotWaiting), queue.platform.writing() as connection:
        jobs.retry(connection, waits)


def test_failures_are_told_without_a_traceback(queue: Queue, runner: Runner) -> None:
    failed, unknown = queue.add("t-fail"), queue.add("t-none")
    assert queue.until(failed, "failed").done["error"]["code"] == "W-004"
    assert queue.until(unknown, "failed").done["error"]["code"] == "J-003"


def test_two_runners_do_each_job_once(queue: Queue, tmp_path: Path) -> None:
    names = [queue.add("t-quick", f"n{number}") for number in range(30)]
    both = [Runner(platform(tmp_path), workers=2) for _ in range(2)]
    for one in both:
        one.start()
    rows = [queue.until(name, "done") for name in names]
    for one in both:
        one.stop()
    assert sorted(queue.effects()) == sorted(f"n{number}" for number in range(30))
    assert {row.attempts for row in rows} == {1}


def test_the_job_of_a_living_runner_is_not_taken(queue: Queue, runner: Runner, tmp_path: Path) -> None:
    name = queue.add("t-sleep", seconds=3.0)
    queue.until(name, "running")
    other = Runner(platform(tmp_path), lease=1.0)
    other.start()
    row = queue.until(name, "done")
    other.stop()
    assert (row.attempts, row.runner, queue.effects()) == (1, runner.name, ["x"])


def test_the_job_of_a_runner_that_is_gone_is_taken_up(queue: Queue) -> None:
    left, fresh = queue.add("t-quick", "left"), queue.add("t-quick", "fresh")
    queue.change(left, state="running", runner="gone", attempts=1, beat_at=LONG_AGO)
    queue.change(fresh, state="running", runner="other", attempts=1, beat_at=now())
    one = Runner(queue.platform)
    one.start()
    assert queue.until(left, "done").attempts == 2
    assert queue.row(fresh).state == "running"
    one.stop()


def test_a_job_that_killed_its_process_three_times_fails(queue: Queue) -> None:
    name, cancelled = queue.add("t-quick"), queue.add("t-quick")
    queue.change(name, state="running", runner="gone", attempts=3, beat_at=LONG_AGO)
    queue.change(cancelled, state="running", runner="gone", attempts=1, beat_at=LONG_AGO, cancel=True)
    one = Runner(queue.platform)
    one.start()
    error = queue.until(name, "failed").done["error"]
    assert (error["code"], "3" in error["message"]["zh"]) == ("J-002", True)
    queue.until(cancelled, "cancelled")
    with queue.platform.writing() as connection:
        jobs.retry(connection, name)
    one.wake()
    assert queue.until(name, "done").attempts == 1
    one.stop()
    assert queue.effects() == ["x"]


def test_who_lost_a_job_publishes_nothing(queue: Queue, runner: Runner) -> None:
    name, after = queue.add("t-stolen"), queue.add("t-quick", "after")
    queue.until(after, "done")
    assert (queue.row(name).state, queue.row(name).runner, queue.effects()) == (
        "running",
        "another",
        ["after"],
    )


def test_a_server_that_stops_gives_its_job_back(queue: Queue) -> None:
    one = Runner(queue.platform)
    one.start()
    name = queue.add("t-sleep", seconds=1.5)
    queue.until(name, "running")
    one.stop(0.1)
    assert (queue.row(name).state, queue.row(name).attempts) == ("waiting", 0)
    time.sleep(1.6)
    assert queue.effects() == []
    other = Runner(queue.platform)
    other.start()
    queue.until(name, "done")
    other.stop()
    assert queue.effects() == ["x"]


def test_jobs_are_seen_in_ones_area_and_changed_by_whose_they_are(tmp_path: Path) -> None:
    with server(tmp_path) as client:
        add(client, "wang", ["analyst"], [("region", "CN-51")])
        add(client, "zhao", ["reviewer"], [("region", "CN-51")])
        add(client, "firm", ["enterprise"], [("region", "CN-51")])
        add(client, "li", ["analyst"], [("region", "CN-12")])
        add(client, "there", ["analyst"], tenant="天津")
        head = enter(client, "wang")
        upload = client.post(
            "/api/v1/uploads", headers=head, files={"file": (SICHUAN.name, SICHUAN.read_bytes())}
        ).json()["id"]
        asked = client.post("/api/v1/datasets", headers=head, json={"upload": upload, "name": "x"})
        job(client, asked)
        name = asked.json()["job"]
        events = client.get(f"/api/v1/jobs/{name}/events")
        assert events.headers["content-type"].startswith("text/event-stream")
        assert '"state": "done"' in events.text
        assert client.post(f"/api/v1/jobs/{name}/cancel", headers=head).json()["code"] == "J-004"
        for login, seen in (("zhao", 1), ("firm", 0), ("li", 0), ("there", 0)):
            head = enter(client, login)
            assert client.get("/api/v1/jobs").json()["total"] == seen, login
            assert client.get(f"/api/v1/jobs/{name}").status_code == (200 if seen else 404)
            assert client.post(f"/api/v1/jobs/{name}/retry", headers=head).status_code == (
                403 if seen else 404
            )


def _filled(disk: Path) -> Path:
    block = disk / "filler"
    with block.open("wb", buffering=0) as stream, contextlib.suppress(OSError):
        while True:
            stream.write(b"x" * 65536)
    return block


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    place = tmp_path / "disk"
    place.mkdir()
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", place], capture_output=True, check=False
    ).returncode:
        pytest.skip("no right to mount a small disk")
    yield place
    subprocess.run(["umount", "-l", place], check=False)


def test_a_full_disk_is_told_and_leaves_nothing_half_done(disk: Path) -> None:
    data = disk / "data"
    with server(data) as client:
        add(client, "wang", ["analyst"])
        head = enter(client, "wang")
        rows = "主体,时期,品种,数量,单位\n" + "".join(
            f"厂{n},2021,柴油,{n}.{n:05d},t\n" for n in range(20_000)
        )
        upload = client.post(
            "/api/v1/uploads", headers=head, files={"file": ("a.csv", rows.encode())}
        ).json()["id"]
        engine = client.app.state.platform.store.engine
        if engine.dialect.name == "sqlite":
            with engine.begin() as connection:
                connection.exec_driver_sql("pragma wal_checkpoint(truncate)")
        block = _filled(disk)
        more = client.post("/api/v1/uploads", headers=head, files={"file": ("b.csv", rows.encode() + b"x")})
        assert (more.status_code, more.json()["code"]) == (507, "W-011")
        asked = client.post("/api/v1/datasets", headers=head, json={"upload": upload, "name": "x"})
        assert asked.status_code in (202, 507), asked.text
        if asked.status_code == 202:
            time.sleep(1.0)
            block.unlink()
            assert job(client, asked, "failed")["error"]["code"] == "W-011"
        block.unlink(missing_ok=True)
        assert client.get("/api/v1/datasets").json()["total"] == 0
        assert client.get("/api/v1/uploads").json()["total"] == 1
        assert not list(data.glob(".upload-*"))
        again = client.post("/api/v1/datasets", headers=head, json={"upload": upload, "name": "x"})
        assert job(client, again)["rows"] == 20_000


def test_a_disk_that_fills_while_a_job_runs_is_told_when_there_is_room(disk: Path, queue: Queue) -> None:
    own = Queue(disk / "data")
    blocks: list[Path] = []

    def fills(task: Task) -> Publish:
        task.tell("写", "writing", 0.1)
        blocks.append(_filled(disk))
        (disk / "data" / "more").write_bytes(b"x" * 1_000_000)
        raise AssertionError

    WORK["t-fills"] = fills
    one = Runner(own.platform, lease=1.0)
    one.start()
    name = own.add("t-fills")
    one.wake()
    ends = time.monotonic() + 30
    while not blocks:
        assert time.monotonic() < ends
        time.sleep(0.02)
    time.sleep(1.5)
    blocks[0].unlink()
    row = own.until(name, "failed")
    assert row.done["error"]["code"] == "W-011"
    one.stop()
    del WORK["t-fills"]
