"""Measures of the server as Prometheus reads them: counted here since its start, or asked of the database when they are read."""

from __future__ import annotations

import datetime as dt
import platform as machine
from collections.abc import Iterable, Iterator
from pathlib import Path

import sqlalchemy as sa
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from tanheng import __version__
from tanheng.record import migrations
from tanheng.record.platform import Platform
from tanheng.record.tables import JOB, UPLOAD

TEXT = "text/plain; version=0.0.4; charset=utf-8"
STEPS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Upper ends of the classes of durations, s."""
_STATES = ("waiting", "running", "done", "failed", "cancelled")
_TASKS = Path("/proc/self/task")


class Measures:
    """Counts of requests since the start of the process.

    Parameters
    ----------
    *more : Collector
        What is asked for its metrics each time.

    Examples
    --------
    >>> measures = Measures()
    >>> measures.request("GET", "/api/v1/health", 200, 0.004)
    >>> measures.text().decode().splitlines()[2]
    'tanheng_requests_total{method="GET",route="/api/v1/health",status="200"} 1.0'
    """

    def __init__(self, *more: Collector) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "tanheng_requests_total", "Requests that were answered; status 0 where the asker had gone.",
            ["method", "route", "status"], registry=self._registry,
        )  # fmt: skip
        self._seconds = Histogram(
            "tanheng_request_seconds", "Time to the end of the answer, s.", ["route"], buckets=STEPS,
            registry=self._registry,
        )  # fmt: skip
        began = Gauge("tanheng_start_time_seconds", "When the server started.", registry=self._registry)
        began.set_to_current_time()
        ProcessCollector(registry=self._registry)
        for one in more:
            self._registry.register(one)

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one request."""
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def text(self) -> bytes:
        """What was counted, and what others collect, as the text that Prometheus reads."""
        return generate_latest(self._registry)


class Kept(Collector):
    """What the database and the kernel tell when they are asked."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform

    def collect(self) -> Iterable[Metric]:
        """Each metric with its values."""
        yield from _kept(self.platform)
        if _TASKS.is_dir():
            threads = len(list(_TASKS.iterdir()))
            yield GaugeMetricFamily("process_threads", "Threads.", threads)


def _kept(platform: Platform) -> Iterator[Metric]:
    """What the database tells."""
    with platform.reading() as connection:
        counted = connection.execute(sa.select(JOB.c.state, sa.func.count()).group_by(JOB.c.state))
        states = {str(state): int(count) for state, count in counted}
        waits = connection.scalar(sa.select(sa.func.min(JOB.c.made_at)).where(JOB.c.state == "waiting"))
        uploads, size = connection.execute(sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(UPLOAD.c.size), 0))).one()  # fmt: skip
        schema, kept = migrations.revision(connection), database_bytes(connection)
    age = (dt.datetime.now(dt.UTC) - dt.datetime.fromisoformat(waits)).total_seconds() if waits else 0.0
    jobs = GaugeMetricFamily("tanheng_jobs", "Jobs by state.", labels=["state"])
    for state in _STATES:
        jobs.add_metric([state], states.get(state, 0))
    yield jobs
    for name, meaning, value in (
        ("tanheng_queue_age_seconds", "How long the oldest waiting job has waited.", max(0.0, age)),
        ("tanheng_uploads", "Files that were uploaded.", uploads),
        ("tanheng_upload_bytes", "Bytes of the files that were uploaded.", float(size)),
        ("tanheng_database_bytes", "Size of the database.", kept),
    ):
        yield GaugeMetricFamily(name, meaning, value)
    build = {"version": __version__, "schema": schema, "python": machine.python_version(), "database": platform.store.engine.dialect.name}  # fmt: skip
    made = GaugeMetricFamily(
        "tanheng_build_info", "Version of the program and the schema.", labels=list(build)
    )
    made.add_metric(list(build.values()), 1)
    yield made


def database_bytes(connection: sa.Connection) -> int:
    """Size of the database, B."""
    if connection.dialect.name == "sqlite":
        pages = connection.exec_driver_sql("pragma page_count").scalar_one()
        return int(pages) * int(connection.exec_driver_sql("pragma page_size").scalar_one())
    return int(connection.scalar(sa.select(sa.func.pg_database_size(sa.func.current_database()))) or 0)
