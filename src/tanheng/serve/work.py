"""What jobs do: files become data sets."""

from __future__ import annotations

import contextvars
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from tanheng.activity import (
    Activity,
    Finding,
    apply_mapping,
    read_activity,
    read_balance,
    suggest_mapping,
    with_parameters,
)
from tanheng.activity.mapping.counting import count_mapping
from tanheng.activity.mapping.files import mapping_of
from tanheng.activity.mapping.fitting import fitting
from tanheng.activity.mapping.losses import losses
from tanheng.activity.reading.cells import Cells, read_cells
from tanheng.activity.reading.shortened import SAMPLE
from tanheng.errors import TanhengError, language, use_language
from tanheng.inventory.reported.as_activity import read_kept
from tanheng.record.chain import append
from tanheng.record.platform import new_id, now
from tanheng.record.store import Entry
from tanheng.record.tables import DATASET, MAPPING, PERSON, UPLOAD
from tanheng.serve.holdings import file_of
from tanheng.serve.jobs import Publish, Task, work
from tanheng.serve.problems import NameElsewhere
from tanheng.serve.worklists import keep_doubts

BALANCE, TABLE = "energy-balance", "table"


Added = Callable[[sa.Connection], tuple[dict[str, Any], Entry]]
CITED = ("source", "licence")
"""What a data set says of where it comes from; its runs say it too."""


@work("dataset", needs="data.write")
def make_dataset(task: Task) -> Publish:
    """Read an upload, check every row, and keep rows, refusals and findings as a version."""
    task.tell("读取并检查", "Reading and checking", 0.1)
    upload, file = upload_of(task)
    activity = _read(task, file)
    add = keep_dataset(task, upload, activity)

    def publish(connection: sa.Connection) -> dict[str, Any]:
        row, entry = add(connection)
        return dataset_told(row, entry, activity)

    return publish


def upload_of(task: Task) -> tuple[Any, Path]:
    """The upload that a job was asked to read, and its file."""
    with task.platform.reading() as connection:
        row = connection.execute(sa.select(UPLOAD).where(UPLOAD.c.id == task.asked["upload"])).one()
    return row, file_of(task.platform, row.sha256, row.name)


def keep_dataset(task: Task, upload: Any, activity: Activity) -> Added:
    """Keep the parts of a data set; what is returned adds its version, its row and its doubts in a transaction."""
    asked, objects = task.asked, task.platform.store.objects
    with task.platform.reading() as connection:
        login = login_of(connection, task.person)
    task.tell("保存数据集", "Keeping the data set", 0.8)
    good = activity.to_polars()
    parts: dict[str, bytes | Path] = {f"files/{upload.name}": objects.path(upload.sha256)}
    with tempfile.TemporaryDirectory(dir=task.platform.folder, prefix=".dataset-") as folder:
        for part, frame in (("rows.parquet", good), ("refused.parquet", activity.refused)):
            frame.write_parquet(Path(folder) / part, compression="zstd")
            parts[part] = objects.path(objects.put(Path(folder) / part))
    about = {
        **{name: asked.get(name) for name in ("upload", "sheet", "form", "mapping", "parameter_table")},
        **cited(asked), "recipe": activity.recipe, "headings": activity.headings,
    }  # fmt: skip
    name, tenant = asked["name"], task.tenant

    def add(connection: sa.Connection) -> tuple[dict[str, Any], Entry]:
        refuse_elsewhere(connection, tenant, name, asked.get("region", ""), asked.get("entity", ""))
        batch = task.platform.store.batch(connection, by=login, why=asked.get("why", ""))
        entry = batch.add("dataset", f"{tenant}/{name}", parts, about=about, repeat=True)
        row = {
            "id": new_id(), "tenant": tenant, "region": asked.get("region", ""), "entity": asked.get("entity", ""),
            "name": name, "number": entry.number, "manifest": entry.sha256,
            "rows_good": good.height, "rows_refused": activity.refused.height,
            "synthetic": bool(asked.get("synthetic")), "about": about, "made_by": task.person, "made_at": now(),
        }  # fmt: skip
        connection.execute(sa.insert(DATASET), row)
        keep_doubts(connection, activity.findings, row, "dataset")
        append(
            connection, "dataset.add", row["id"], tenant=tenant, person=task.person, login=login,
            source=f"job {task.id}", after={"manifest": entry.sha256}, detail={"name": name, "number": entry.number},
        )  # fmt: skip
        return row, entry

    return add


def dataset_told(row: Mapping[str, Any], entry: Entry, activity: Activity) -> dict[str, Any]:
    """What a job says of the data set that it made."""
    found = {"dataset": row["id"], "number": entry.number, "rows": row["rows_good"]}
    return {**found, "findings": len(activity.findings), "refused": row["rows_refused"]}


def cited(about: Mapping[str, Any]) -> dict[str, str]:
    """Source and licence, where they are stated."""
    return {name: about[name] for name in CITED if about.get(name)}


def read_rows(file: Path, about: Mapping[str, Any]) -> Activity:
    """The activity of a data set, read from its file as it was read the first time."""
    return read_kept(file, about.get("recipe") or {}, sheet=about.get("sheet"))


def refuse_elsewhere(
    connection: sa.Connection, tenant: str, name: str, region: str, entity: str, table: sa.Table = DATASET
) -> None:
    """Refuse a new version of what lies in another place.

    Raises
    ------
    NameElsewhere
    """
    same = sa.and_(table.c.tenant == tenant, table.c.name == name)
    elsewhere = sa.or_(table.c.region != region, table.c.entity != entity)
    if connection.execute(sa.select(table.c.id).where(same, elsewhere).limit(1)).first():
        raise NameElsewhere(name=name)


def login_of(connection: sa.Connection, person: str) -> str:
    """The login of a person, under which versions are kept."""
    return str(connection.execute(sa.select(PERSON.c.login).where(PERSON.c.id == person)).scalar_one())


def _read(task: Task, file: Path) -> Activity:
    """A file as was asked: a balance, by a mapping that was named or fits, or a table of activity; with its parameters."""
    asked, sheet = task.asked, task.asked.get("sheet")
    if asked.get("form") == BALANCE:
        activity = read_balance(
            file, asked["region_name"], asked.get("year") or None, sheet=sheet,
            electricity=asked.get("electricity", "trade"), parameters=asked.get("parameters") or {},
        )  # fmt: skip
    elif asked.get("mapping"):
        (row,) = _mappings(task, [asked["mapping"]])
        activity = apply_mapping(file, mapping_of(row.content, row.name), sheet=sheet)
    elif row := _fitting(task, file, sheet):
        activity = apply_mapping(file, mapping_of(row.content, row.name), sheet=sheet)
        told = Finding("A-168", {"file": file.name, "value": row.name})
        activity = replace(activity, findings=[told, *activity.findings])
    else:
        activity = read_activity(file, sheet=sheet, progress=task.tell)
    if not asked.get("parameter_table"):
        return activity
    with task.platform.reading() as connection:
        table = connection.execute(sa.select(UPLOAD).where(UPLOAD.c.id == asked["parameter_table"])).one()
    return with_parameters(activity, file_of(task.platform, table.sha256, table.name))


def _mappings(task: Task, names: Sequence[str]) -> Sequence[Any]:
    with task.platform.reading() as connection:
        found = {row.id: row for row in connection.execute(sa.select(MAPPING).where(MAPPING.c.id.in_(names)))}
    return [found[name] for name in names]


def _fitting(task: Task, file: Path, sheet: str | None) -> Any:
    """The confirmed mapping that is for the headings of a file, of those that whoever asks may use."""
    known = _mappings(task, task.asked.get("mappings") or [])
    try:
        return kept_mapping(read_cells(file, rows=SAMPLE), known, sheet) if known else None
    except TanhengError:
        return None


def kept_mapping(pages: Iterable[Cells], rows: Sequence[Any], sheet: str | None) -> Any:
    """The first of the confirmed mappings that is for the headings of sheets; None where none is."""
    kept = [mapping_of(row.content, row.name) for row in rows]
    found = fitting(kept, {page.sheet: page for page in pages}, sheet)
    return next((row for row, one in zip(rows, kept, strict=True) if one is found), None)


@work("mapping", needs="data.write")
def count_losses(task: Task) -> Publish:
    """Count over all rows of an upload what a mapping would lose; nothing is kept but what the job says."""
    task.tell("清点全部行", "Counting all rows", 0.05)
    upload, file = upload_of(task)
    asked = task.asked
    stated = (
        suggest_mapping(file, sheet=asked.get("sheet"), rows=SAMPLE)
        if asked.get("mapping") is None
        else mapping_of(asked["mapping"])
    )
    spoken = contextvars.copy_context()
    spoken.run(use_language, asked.get("lang", language()))
    counted = spoken.run(count_mapping, file, stated, task.tell)
    lossy = [vars(one) for one in spoken.run(losses, counted)]
    return lambda _: {"upload": upload.id, "mapping": counted.to_dict(), "losses": lossy}
