"""Runs: a data set is accounted by a method, or taken as reported, and put to its checks; all that the proofs need is kept."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from tanheng.activity import with_parameters
from tanheng.codes import EntityTree
from tanheng.factors import load_factors
from tanheng.inventory import Inventory, Method, load_method, method_files
from tanheng.inventory.quality.checked import account_checked
from tanheng.inventory.reported.as_activity import method_for, reported_activity
from tanheng.inventory.views.listings import doubts_of
from tanheng.record.chain import append
from tanheng.record.platform import Platform, new_id, now
from tanheng.record.store import Entry
from tanheng.record.tables import DATASET, PACK, RUN, UPLOAD
from tanheng.serve.holdings import file_of, parts_of
from tanheng.serve.jobs import Publish, Task, work
from tanheng.serve.work import cited, dataset_told, keep_dataset, login_of, read_rows, upload_of
from tanheng.serve.worklists import keep_doubts

Added = Callable[[sa.Connection, Mapping[str, Any], Entry], dict[str, Any]]
BESIDE = ("parts", "claims", "parameters", "entities")
"""Uploads that a run may take beside its data set."""


@work("run", needs="run.create")
def make_run(task: Task) -> Publish:
    """Account a data set by a method, run its checks, and keep the inventory with all that its proofs need."""
    asked = task.asked
    with task.platform.reading() as connection:
        dataset = connection.execute(sa.select(DATASET).where(DATASET.c.id == asked["dataset"])).one()
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
        with_overrides(method_named(task.platform, asked["method"]), asked.get("overrides") or ()),
        library=load_factors(asked.get("factors") or "latest", _packs(task.platform, asked.get("packs") or ())),
        parts=beside.get("parts"),
        claims=beside.get("claims"),
        parameters=beside.get("parameters"),
        entities=EntityTree(beside["entities"]) if "entities" in beside else None,
        gwp=asked.get("gwp") or None,
        region=asked.get("region") or dataset.region or None,
        by=asked.get("by") or None,
        progress=lambda zh, en: task.tell(zh, en, 0.3),
    )  # fmt: skip
    add = keep_run(task, inventory, beside)

    def publish(connection: sa.Connection) -> dict[str, Any]:
        return add(connection, dataset._asdict(), entry)

    return publish


def keep_run(task: Task, inventory: Inventory, beside: Mapping[str, Path]) -> Added:
    """Keep the parts of a run; what is returned adds its version, its row and its doubts in a transaction."""
    asked = task.asked
    with task.platform.reading() as connection:
        login = login_of(connection, task.person)
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

    def add(connection: sa.Connection, dataset: Mapping[str, Any], entry: Entry) -> dict[str, Any]:
        batch = task.platform.store.batch(connection, by=login, why=asked.get("why", ""))
        made = batch.add("run", f"{tenant}/{name}", parts, parents={"dataset": entry}, repeat=True)
        row = {
            "id": new_id(), "tenant": tenant, "region": dataset["region"], "entity": dataset["entity"], "name": name,
            "dataset": dataset["id"], "method": inventory.method["id"], "gwp": inventory.gwp_name or "",
            "manifest": made.sha256, "digest": inventory.digest, "total": inventory.total,
            "unit": f"t {inventory.gas}", "complete": inventory.complete, "synthetic": dataset["synthetic"],
            "first_day": periods[0][:10] if periods else "", "last_day": periods[-1][:10] if periods else "",
            "about": {"rows": inventory.rows_read, "unmatched": inventory.unmatched.height, "refused": inventory.refused,
                      "overridden": list(inventory.method["overridden"]), "beside": sorted(beside),
                      "factors": inventory.run["release"]["name"], "pack": _own(asked), **cited(dataset["about"])},
            "made_by": task.person, "made_at": now(),
        }  # fmt: skip
        connection.execute(sa.insert(RUN), row)
        keep_doubts(connection, doubts, row, "run")
        append(connection, "run.make", row["id"], tenant=tenant, person=task.person, login=login,
               after={"digest": row["digest"], "total": row["total"]}, detail={"job": task.id, "name": name})  # fmt: skip
        return {"run": row["id"], "total": inventory.total, "digest": inventory.digest}

    return add


def _own(asked: Mapping[str, Any]) -> str:
    """The version of a method of one's own by which a run is made; empty for a method that ships."""
    name = str(asked.get("method") or "")
    return "" if name in method_files() else name


@work("reported", needs="run.create")
def make_reported(task: Task) -> Publish:
    """Read an inventory that others reported: its data set and its run, with the figures as they stand, in one transaction."""
    asked = task.asked
    task.tell("读取已有清单", "Reading the reported inventory", 0.1)
    upload, file = upload_of(task)
    activity = reported_activity(
        file, format=asked.get("format") or None, entity=asked["whose"], year=asked.get("year", ""),
        sheet=asked.get("sheet"), map_keys=asked.get("map_keys") or {},
    )  # fmt: skip
    task.tell("合计并检查", "Adding up and checking", 0.4)
    inventory = account_checked(
        activity,
        load_method(method_for(activity)),
        library=load_factors(),
        region=asked.get("region") or None,
    )
    keep, add = keep_dataset(task, upload, activity), keep_run(task, inventory, {})

    def publish(connection: sa.Connection) -> dict[str, Any]:
        row, entry = keep(connection)
        return {**dataset_told(row, entry, activity), **add(connection, row, entry)}

    return publish


def files_beside(platform: Platform, asked: Mapping[str, Any]) -> dict[str, Path]:
    """The uploads that were named beside a data set, by role."""
    named = {role: asked[role] for role in BESIDE if asked.get(role)}
    return dict(zip(named, _files(platform, named.values()), strict=True))


def method_named(platform: Platform, name: str) -> Method:
    """A method that ships, by its id, or one of the packs that the request saw to be the viewer's.

    Raises
    ------
    NotFound, PackInvalid, PackUnreadable
    """
    if name in method_files():
        return load_method(name)
    (file,) = _packs(platform, [name])
    return load_method(file)


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


def _packs(platform: Platform, packs: Any) -> list[Path]:
    """Files of packs, which the request saw to be the viewer's."""
    names = list(packs)
    with platform.reading() as connection:
        rows = connection.execute(sa.select(PACK.c.id, PACK.c.upload).where(PACK.c.id.in_(names)))
        uploads = {row.id: row.upload for row in rows}
    return _files(platform, [uploads[name] for name in names])


def _files(platform: Platform, uploads: Any) -> list[Path]:
    """Files of uploads, which the request saw to be the viewer's."""
    names = list(uploads)
    with platform.reading() as connection:
        found = {
            row.id: file_of(platform, row.sha256, row.name)
            for row in connection.execute(sa.select(UPLOAD).where(UPLOAD.c.id.in_(names)))
        }
    return [found[name] for name in names]
