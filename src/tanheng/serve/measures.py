"""Measures of the server as Prometheus reads them: counted here since its start, or asked of the database when they are read."""

from __future__ import annotations

import datetime as dt
import platform as machine
import threading
import time
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from tanheng import __version__
from tanheng.record import migrations
from tanheng.record.platform import Platform
from tanheng.record.tables import JOB, UPLOAD

TEXT = "text/plain; version=0.0.4; charset=utf-8"
STEPS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Upper ends of the classes of durations, s."""
_STATES = ("waiting", "running", "done", "failed", "cancelled")
Labels = Mapping[str, str]


@dataclass(frozen=True)
class Metric:
    """One metric: its name, kind and meaning, and its values by labels."""

    name: str
    kind: str
    told: str
    values: Iterable[tuple[str, Labels, float]]

    def lines(self) -> Iterator[str]:
        """As text."""
        yield f"# HELP {self.name} {self.told}"
        yield f"# TYPE {self.name} {self.kind}"
        for suffix, labels, value in self.values:
            inner = ",".join(f'{key}="{_escaped(text)}"' for key, text in labels.items())
            yield (
                f"{self.name}{suffix}{{{inner}}} {value:.10g}"
                if inner
                else f"{self.name}{suffix} {value:.10g}"
            )


class Measures:
    """Counts of requests since the start of the process.

    Examples
    --------
    >>> measures = Measures()
    >>> measures.request("GET", "/api/v1/health", 200, 0.004)
    >>> [line for metric in measures.metrics() for line in metric.lines()][2]
    'tanheng_requests_total{method="GET",route="/api/v1/health",status="200"} 1'
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._began = time.time()
        self._requests: Counter[tuple[str, str, int]] = Counter()
        self._classes: dict[str, list[int]] = defaultdict(lambda: [0] * (len(STEPS) + 1))
        self._seconds: Counter[str] = Counter()

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one request."""
        with self._lock:
            self._requests[method, route, status] += 1
            self._classes[route][bisect_left(STEPS, seconds)] += 1
            self._seconds[route] += seconds  # type: ignore[assignment]

    def metrics(self) -> Iterator[Metric]:
        """What was counted."""
        with self._lock:
            requests = sorted(self._requests.items())
            classes = {route: list(found) for route, found in sorted(self._classes.items())}
            seconds = dict(self._seconds)
        yield Metric(
            "tanheng_requests_total", "counter", "Requests that were answered; status 0 where the asker had gone.",
            [("", {"method": method, "route": route, "status": str(status)}, count) for (method, route, status), count in requests],
        )  # fmt: skip
        values: list[tuple[str, Labels, float]] = []
        for route, found in classes.items():
            below = 0
            for step, count in zip((*map(str, STEPS), "+Inf"), found, strict=True):
                below += count
                values.append(("_bucket", {"route": route, "le": step}, below))
            values += [("_sum", {"route": route}, seconds[route]), ("_count", {"route": route}, below)]
        yield Metric("tanheng_request_seconds", "histogram", "Time to the end of the answer, s.", values)
        yield Metric(
            "tanheng_start_time_seconds", "gauge", "When the server started.", [("", {}, self._began)]
        )


def told(platform: Platform, measures: Measures) -> str:
    """Everything as the text that Prometheus reads."""
    metrics = [*measures.metrics(), *_kept(platform), *_process()]
    return "\n".join(line for metric in metrics for line in metric.lines()) + "\n"


def _kept(platform: Platform) -> Iterator[Metric]:
    """What the database tells."""
    with platform.reading() as connection:
        counted = connection.execute(sa.select(JOB.c.state, sa.func.count()).group_by(JOB.c.state))
        states = {str(state): int(count) for state, count in counted}
        waits = connection.scalar(sa.select(sa.func.min(JOB.c.made_at)).where(JOB.c.state == "waiting"))
        uploads, size = connection.execute(sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(UPLOAD.c.size), 0))).one()  # fmt: skip
        schema, kept = migrations.revision(connection), database_bytes(connection)
    age = (dt.datetime.now(dt.UTC) - dt.datetime.fromisoformat(waits)).total_seconds() if waits else 0.0
    yield Metric("tanheng_jobs", "gauge", "Jobs by state.", [("", {"state": one}, states.get(one, 0)) for one in _STATES])  # fmt: skip
    yield Metric("tanheng_queue_age_seconds", "gauge", "How long the oldest waiting job has waited.", [("", {}, max(0.0, age))])  # fmt: skip
    yield Metric("tanheng_uploads", "gauge", "Files that were uploaded.", [("", {}, uploads)])
    yield Metric("tanheng_upload_bytes", "gauge", "Bytes of the files that were uploaded.", [("", {}, float(size))])  # fmt: skip
    yield Metric("tanheng_database_bytes", "gauge", "Size of the database.", [("", {}, kept)])
    build = {"version": __version__, "schema": schema, "python": machine.python_version(), "database": platform.store.engine.dialect.name}  # fmt: skip
    yield Metric("tanheng_build_info", "gauge", "Version of the program and the schema.", [("", build, 1)])


def database_bytes(connection: sa.Connection) -> int:
    """Size of the database, B."""
    if connection.dialect.name == "sqlite":
        pages = connection.exec_driver_sql("pragma page_count").scalar_one()
        return int(pages) * int(connection.exec_driver_sql("pragma page_size").scalar_one())
    return int(connection.scalar(sa.select(sa.func.pg_database_size(sa.func.current_database()))) or 0)


def _process() -> Iterator[Metric]:
    """What the kernel tells of this process, where it does."""
    status = Path("/proc/self/status")
    if status.is_file():
        lines = dict(line.split(":", 1) for line in status.read_text(encoding="ascii", errors="replace").splitlines())  # fmt: skip
        resident = float(lines["VmRSS"].split()[0]) * 1024
        yield Metric("process_resident_memory_bytes", "gauge", "Memory in use.", [("", {}, resident)])
        yield Metric("process_threads", "gauge", "Threads.", [("", {}, float(lines["Threads"]))])
    yield Metric("process_cpu_seconds_total", "counter", "CPU used.", [("", {}, time.process_time())])


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
