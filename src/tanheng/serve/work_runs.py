"""Runs: a data set is accounted by a method and put to its checks; all that the proofs need is kept."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from tanheng.activity import with_parameters
from tanheng.codes import EntityTree
from tanheng.factors import load_factors
from tanheng.inventory import Method, load_method
from tanheng.inventory.quality.checked import account_checked
from tanheng.inventory.views.listings import doubts_of
from tanheng.record.chain import append
from tanheng.record.platform import Platform, new_id, now
from tanheng.record.tables import DATASET, RUN, UPLOAD
from tanheng.serve.holdings import file_of, parts_of
from tanheng.serve.jobs import Publish, Task, work
from tanheng.serve.work import login_of, read_rows
from tanheng.serve.worklists import keep_doubts

BESIDE = ("parts", "claims", "parameters", "entities")
"""Uploads that a run may take beside its data set."""


@work("run")
def make_run(task: Task) -> Publish:
    """Account a data set by a method, run its checks, and keep the inventory with all that its proofs need."""
    asked = task.asked
    with task.platform.reading() as connection:
        dataset = connection.execute(sa.select(DATASET).where(DATASET.c.id == asked["dataset"])).one()
        login = login_of(connection, task.person)
    entry = task.platform.store.entry(dataset.manifest)
    (part,) = (name for name in entry.parts if name.startswith("files/"))
    task.tell("读取数据集", "Reading the data set", 0.1)
    file = file_of(task.platform, entry.parts[part], part.removeprefix("files/"))
    beside = files_beside(task.platform, asked)
    activity = read_rows(file, dataset.about)
    if "parameters" in beside:
        activity = with_parameters(activity, beside["parameters"])
    inventory = account_checked(
        activity,
        with_overrides(load_method(asked["method"]), asked.get("overrides") or ()),
        library=load_factors(asked.get("factors") or "latest", _files(task.platform, asked.get("packs") or ())),
        parts=beside.get("parts"),
        claims=beside.get("claims"),
        parameters=beside.get("parameters"),
        entities=EntityTree(beside["entities"]) if "entities" in beside else None,
        gwp=asked.get("gwp") or None,
        region=asked.get("region") or dataset.region or None,
        by=asked.get("by") or None,
        progress=lambda zh, en: task.tell(zh, en, 0.3),
    )  # fmt: skip
    task.tell("保存核算结果", "Keeping the result", 0.9)
    with tempfile.TemporaryDirectory() as folder:
        objects = task.platform.store.objects
        saved = parts_of(inventory.save(Path(folder) / "run"))
        parts: dict[str, bytes | Path] = {
            name: objects.path(objects.put(path)) for name, path in saved.items()
        }
    parts |= {f"beside/{role}/{path.name}": path for role, path in beside.items()}
    doubts = doubts_of(inventory)
    name, tenant = asked["name"], task.tenant
    periods = inventory.emissions.get_column("period").unique().sort().to_list()

    def publish(connection: sa.Connection) -> dict[str, Any]:
        batch = task.platform.store.batch(connection, by=login, why=asked.get("why", ""))
        made = batch.add("run", f"{tenant}/{name}", parts, parents={"dataset": entry}, repeat=True)
        row = {
            "id": new_id(), "tenant": tenant, "region": dataset.region, "entity": dataset.entity, "name": name,
            "dataset": dataset.id, "method": inventory.method["id"], "gwp": inventory.gwp_name or "",
            "manifest": made.sha256, "digest": inventory.digest, "total": inventory.total,
            "unit": f"t {inventory.gas}", "complete": inventory.complete, "synthetic": dataset.synthetic,
            "first_day": periods[0][:10] if periods else "", "last_day": periods[-1][:10] if periods else "",
            "about": {"rows": inventory.rows_read, "unmatched": inventory.unmatched.height, "refused": inventory.refused,
                      "overridden": list(inventory.method["overridden"]), "beside": sorted(beside),
                      "factors": inventory.run["release"]["name"]},
            "made_by": task.person, "made_at": now(),
        }  # fmt: skip
        connection.execute(sa.insert(RUN), row)
        keep_doubts(connection, doubts, row, run=row["id"])
        append(connection, "run.make", row["id"], tenant=tenant, person=task.person, login=login,
               after={"digest": row["digest"], "total": row["total"]}, detail={"job": task.id, "name": name})  # fmt: skip
        return {"run": row["id"], "total": inventory.total, "digest": inventory.digest}

    return publish


def files_beside(platform: Platform, asked: Mapping[str, Any]) -> dict[str, Path]:
    """The uploads that were named beside a data set, by role."""
    named = {role: asked[role] for role in BESIDE if asked.get(role)}
    return dict(zip(named, _files(platform, named.values()), strict=True))


def with_overrides(method: Method, overrides: Any) -> Method:
    """The method with parameters that were measured instead of looked up.

    Raises
    ------
    NotFound, IncompatibleUnit, ValueOutOfRange
        When the method has no such parameter, or cannot take the value.
    """
    for one in overrides:
        method = method.with_parameter(
            one["rule"],
            one["parameter"],
            value=one["value"],
            unit=one["unit"],
            source=one["source"],
            uncertainty=one.get("uncertainty"),
        )
    return method


def _files(platform: Platform, uploads: Any) -> list[Path]:
    """Files of uploads, which the request saw to be the viewer's."""
    names = list(uploads)
    with platform.reading() as connection:
        found = {
            row.id: file_of(platform, row.sha256, row.name)
            for row in connection.execute(sa.select(UPLOAD).where(UPLOAD.c.id.in_(names)))
        }
    return [found[name] for name in names]
