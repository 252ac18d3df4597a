"""Sources set against one another: sums of enterprises and a balance, measurements that must add up; the findings are doubts."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import polars as pl
import sqlalchemy as sa

from tanheng.activity import Activity, Finding, bottom_up, reconcile_measurements
from tanheng.record.chain import append
from tanheng.record.platform import Platform, new_id, now
from tanheng.record.tables import DATASET, SOURCE_CHECK, UPLOAD
from tanheng.serve.holdings import file_of
from tanheng.serve.jobs import Publish, Task, work
from tanheng.serve.roads.document import finite
from tanheng.serve.work import login_of, read_rows
from tanheng.serve.worklists import keep_doubts

Found = tuple[pl.DataFrame, list[Finding], dict[str, Any]]
BOTTOM_UP, MEASUREMENTS = "bottom-up", "measurements"


@work("sources", needs="data.write")
def check_sources(task: Task) -> Publish:
    """Set sources against one another; table, figures and doubts stand in one transaction."""
    asked = task.asked
    with task.platform.reading() as connection:
        login = login_of(connection, task.person)
    table, findings, told = KINDS[asked["kind"]](task)
    task.tell("保存核对结果", "Keeping the result", 0.9)
    stream = io.BytesIO()
    table.write_parquet(stream, compression="zstd")
    row = {
        "id": new_id(), "tenant": task.tenant, "region": asked["region"], "entity": asked["entity"], "name": asked["name"],
        "kind": asked["kind"], "asked": dict(asked), "found": told, "rows": task.platform.store.objects.put(stream.getvalue()),
        "synthetic": asked["synthetic"], "made_by": task.person, "made_at": now(),
    }  # fmt: skip

    def publish(connection: sa.Connection) -> dict[str, Any]:
        connection.execute(sa.insert(SOURCE_CHECK), row)
        keep_doubts(connection, findings, row, "source_check")
        append(connection, "sources.check", row["id"], tenant=task.tenant, person=task.person, login=login,
               after={"rows": row["rows"], **told}, detail={"job": task.id, "name": row["name"], "kind": row["kind"]})  # fmt: skip
        return {"sources": row["id"], "findings": len(findings)}

    return publish


def _bottom_up(task: Task) -> Found:
    """Enterprises beside a balance, cell by cell; what reading the two told is a doubt of theirs already."""
    asked = task.asked
    task.tell("读取数据集", "Reading the data sets", 0.1)
    firms = [_activity(task.platform, one) for one in asked["enterprises"]]
    balance = _activity(task.platform, asked["balance"])
    task.tell("逐格对照", "Comparing cell by cell", 0.5)
    found = bottom_up(
        firms, balance, by=asked["by"], activities=asked["activities"], reported=asked["reported"],
        tolerance=asked["tolerance"],
    )  # fmt: skip
    known = {id(one) for source in (*firms, balance) for one in source.findings}
    own = [one for one in found.findings if id(one) not in known]
    return found.table, own, {"verdicts": dict(Counter(found.table.get_column("verdict").to_list()))}


def _measurements(task: Task) -> Found:
    """The most likely values of measurements under their constraints, the global test, and the suspects."""
    asked = task.asked
    with task.platform.reading() as connection:
        upload = connection.execute(sa.select(UPLOAD).where(UPLOAD.c.id == asked["measurements"])).one()
    task.tell("协调计量数据", "Reconciling the measurements", 0.3)
    file = file_of(task.platform, upload.sha256, upload.name)
    found = reconcile_measurements(file, asked["constraints"], level=asked["level"])
    told = {name: getattr(found, name) for name in ("chi_square", "freedom", "limit", "p", "consistent")}
    told["suspects"] = [{**vars(one), "alike": list(one.alike)} for one in found.suspects]
    return found.table, found.findings, dict(finite(told))


KINDS: Mapping[str, Callable[[Task], Found]] = {BOTTOM_UP: _bottom_up, MEASUREMENTS: _measurements}


def _activity(platform: Platform, name: str) -> Activity:
    with platform.reading() as connection:
        row = connection.execute(sa.select(DATASET).where(DATASET.c.id == name)).one()
    (part,) = (
        (part, sha256)
        for part, sha256 in platform.store.entry(row.manifest).parts.items()
        if part.startswith("files/")
    )
    return read_rows(file_of(platform, part[1], part[0].removeprefix("files/")), row.about)
