"""What jobs do: files become data sets, data sets become runs."""

from __future__ import annotations

import io
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from tanheng.activity import Activity, read_activity
from tanheng.activity.mapping.mapped import apply_mapping
from tanheng.activity.mapping.mapping import mapping_of
from tanheng.activity.worklist import Worklist
from tanheng.factors import load_factors
from tanheng.inventory import account, load_method, run_qa
from tanheng.inventory.categories.answers import template_doubts
from tanheng.record.platform import new_id, now
from tanheng.record.tables import DATASET, DOUBT, PERSON, RUN, UPLOAD
from tanheng.serve.holdings import file_of, parts_of
from tanheng.serve.jobs import Publish, Task, work


@work("dataset")
def make_dataset(task: Task) -> Publish:
    """Read an upload, check every row, and keep rows, refusals and findings as a version."""
    asked = task.asked
    with task.platform.reading() as connection:
        upload = connection.execute(sa.select(UPLOAD).where(UPLOAD.c.id == asked["upload"])).one()
        login = _login(connection, task.person)
    task.tell("读取并检查", "Reading and checking", 0.1)
    file = file_of(task.platform, upload.sha256, upload.name)
    activity = read_rows(file, asked)
    task.tell("保存数据集", "Keeping the data set", 0.8)
    parts: dict[str, bytes | Path] = {
        f"files/{upload.name}": task.platform.store.objects.path(upload.sha256),
        "rows.parquet": _parquet(activity.to_polars()),
        "refused.parquet": _parquet(activity.refused),
    }
    doubts = Worklist.of(activity.findings)
    about = {"mapping": asked.get("mapping"), "sheet": asked.get("sheet"), "upload": upload.id}
    name, tenant = asked["name"], task.tenant

    def publish(connection: sa.Connection) -> dict[str, Any]:
        batch = task.platform.store.batch(connection, by=login, why=asked.get("why", ""))
        entry = batch.add("dataset", f"{tenant}/{name}", parts, about=about, repeat=True)
        row = {
            "id": new_id(), "tenant": tenant, "region": asked.get("region", ""), "entity": asked.get("entity", ""),
            "name": name, "number": entry.number, "manifest": entry.sha256,
            "rows_good": activity.to_polars().height, "rows_refused": activity.refused.height,
            "synthetic": bool(asked.get("synthetic")), "about": about, "made_by": task.person, "made_at": now(),
        }  # fmt: skip
        connection.execute(sa.insert(DATASET), row)
        _keep_doubts(connection, doubts, row, dataset=row["id"])
        return {"dataset": row["id"], "findings": len(activity.findings), "refused": row["rows_refused"]}

    return publish


@work("run")
def make_run(task: Task) -> Publish:
    """Account a data set by a method, run its checks, and keep the inventory with all that its proofs need."""
    asked = task.asked
    with task.platform.reading() as connection:
        dataset = connection.execute(sa.select(DATASET).where(DATASET.c.id == asked["dataset"])).one()
        login = _login(connection, task.person)
    entry = task.platform.store.entry(dataset.manifest)
    (part,) = (name for name in entry.parts if name.startswith("files/"))
    task.tell("读取数据集", "Reading the data set", 0.1)
    activity = read_rows(
        file_of(task.platform, entry.parts[part], part.removeprefix("files/")), dataset.about
    )
    method, library = load_method(asked["method"]), load_factors()
    inventory = account(
        activity,
        method,
        factors=library,
        gwp=asked.get("gwp") or None,
        region=dataset.region or None,
        progress=lambda zh, en: task.tell(zh, en, 0.3),
    )
    task.tell("执行检查", "Running the checks", 0.7)
    found = [*template_doubts(activity, method), *run_qa(inventory, method, library=library)]
    inventory = replace(inventory, findings=[*inventory.findings, *found])
    task.tell("保存核算结果", "Keeping the result", 0.9)
    with tempfile.TemporaryDirectory() as folder:
        place = inventory.save(Path(folder) / "run")
        parts: dict[str, bytes | Path] = {
            name: Path(str(path)).read_bytes() for name, path in parts_of(place).items()
        }
    doubts = Worklist.of(inventory.findings)
    name, tenant = asked["name"], task.tenant

    def publish(connection: sa.Connection) -> dict[str, Any]:
        batch = task.platform.store.batch(connection, by=login, why=asked.get("why", ""))
        made = batch.add("run", f"{tenant}/{name}", parts, parents={"dataset": entry}, repeat=True)
        periods = inventory.emissions.get_column("period").unique().sort().to_list()
        row = {
            "id": new_id(), "tenant": tenant, "region": dataset.region, "entity": dataset.entity, "name": name,
            "dataset": dataset.id, "method": inventory.method["id"], "gwp": inventory.gwp_name or "",
            "manifest": made.sha256, "digest": inventory.digest, "total": inventory.total,
            "unit": f"t {inventory.gas}", "complete": inventory.complete, "synthetic": dataset.synthetic,
            "first_day": periods[0][:10] if periods else "", "last_day": periods[-1][:10] if periods else "",
            "about": {"rows": inventory.rows_read, "unmatched": inventory.unmatched.height},
            "made_by": task.person, "made_at": now(),
        }  # fmt: skip
        connection.execute(sa.insert(RUN), row)
        _keep_doubts(connection, doubts, row, run=row["id"])
        return {"run": row["id"], "total": inventory.total, "digest": inventory.digest}

    return publish


def read_rows(file: Path, asked: Any) -> Activity:
    """A file as activity: by its mapping where it has one."""
    mapping = asked.get("mapping")
    if mapping:
        return apply_mapping(file, mapping_of(mapping), sheet=asked.get("sheet"))
    return read_activity(file, sheet=asked.get("sheet"))


def _keep_doubts(
    connection: sa.Connection, doubts: Worklist, row: dict[str, Any], *, dataset: str | None = None, run: str | None = None
) -> None:  # fmt: skip
    place = {key: row[key] for key in ("tenant", "region", "entity")}
    rows = [
        {"id": new_id(), **place, "dataset": dataset, "run": run, "finding": one["id"], "code": one["code"],
         "level": one["severity"], "state": one["state"], "reason": one["reason"], "facts": one, "changed_at": now()}
        for one in doubts.frame.to_dicts()
    ]  # fmt: skip
    if rows:
        connection.execute(sa.insert(DOUBT), rows)


def _login(connection: sa.Connection, person: str) -> str:
    return str(connection.execute(sa.select(PERSON.c.login).where(PERSON.c.id == person)).scalar_one())


def _parquet(frame: Any) -> bytes:
    stream = io.BytesIO()
    frame.write_parquet(stream, compression="zstd")
    return stream.getvalue()
