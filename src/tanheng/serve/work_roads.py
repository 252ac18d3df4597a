"""Roads: sets of files are checked and kept as versions, and analyses of a version become documents in both languages."""

from __future__ import annotations

import contextlib
import functools
import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from tanheng.errors import LANGS
from tanheng.inventory import Inventory
from tanheng.inventory.methods.beside import confined
from tanheng.pathways.gate.entries import claims_of
from tanheng.record.chain import append
from tanheng.record.platform import Platform, new_id, now
from tanheng.record.store import Entry
from tanheng.record.tables import ROAD, ROAD_ANALYSIS, UPLOAD
from tanheng.serve.holdings import file_of, is_synthetic, laid_out, link, open_year
from tanheng.serve.jobs import Publish, Task, work
from tanheng.serve.roads.about import facts
from tanheng.serve.roads.decisions import log_of
from tanheng.serve.roads.kinds import KINDS
from tanheng.serve.roads.laid import unplaced, warning
from tanheng.serve.roads.places import Opened
from tanheng.serve.roads.restated import Bound, newer_releases, warnings
from tanheng.serve.roads.sets import lay, references
from tanheng.serve.work import login_of, refuse_elsewhere
from tanheng.serve.work_exports import in_language

_WORDS = {
    "zh": ("计算，写中文文档", "Computing, writing in Chinese"),
    "en": ("写英文文档", "Writing in English"),
}


@work("road", needs="data.write")
def make_road(task: Task) -> Publish:
    """Check a set of files and keep it as a version of a road."""
    asked, platform = task.asked, task.platform
    with platform.reading() as connection:
        query = sa.select(UPLOAD).where(UPLOAD.c.id.in_(asked["files"])).order_by(UPLOAD.c.name)
        uploads = connection.execute(query).all()
        login = login_of(connection, task.person)
    task.tell("读取文件集", "Reading the set", 0.1)
    bound: Bound = asked.get("inventories") or {}
    with tempfile.TemporaryDirectory(dir=platform.folder, prefix=".road-") as temporary:
        folder = Path(temporary)
        names = lay([(one.name, file_of(platform, one.sha256, one.name)) for one in uploads], folder)
        references(folder, names)
        task.tell("检查", "Checking", 0.3)
        told = facts(_opened(platform, folder, names, bound, synthetic=bool(asked.get("synthetic"))))
        told["warnings"] = [
            *told.get("warnings", ()),
            *_unplaced(uploads, asked["region"] or asked["entity"]),
        ]
        task.tell("保存文件集", "Keeping the set", 0.8)
        objects = platform.store.objects
        parts: dict[str, bytes | Path] = {name: objects.path(objects.put(folder / name)) for name in names}
    parents = {
        f"{year}/{place}": platform.store.entry(one["manifest"])
        for year, ones in bound.items()
        for place, one in enumerate(ones, 1)
    }
    name, region, entity = asked["name"], asked["region"], asked["entity"]
    synthetic = bool(asked.get("synthetic") or told.get("synthetic"))
    about = {"uploads": [one.id for one in uploads], "inventories": bound, "why": asked.get("why", ""), "facts": told}  # fmt: skip

    def publish(connection: sa.Connection) -> dict[str, Any]:
        refuse_elsewhere(connection, task.tenant, name, region, entity, ROAD)
        batch = platform.store.batch(connection, by=login, why=asked.get("why", ""))
        entry: Entry = batch.add(
            "road", f"{task.tenant}/{name}", parts, about=about, parents=parents, repeat=True
        )
        row = {
            "id": new_id(), "tenant": task.tenant, "region": region, "entity": entity, "name": name, "number": entry.number,
            "holds": told["holds"], "base": told.get("base"), "target": told.get("target"), "last": told.get("last"),
            "manifest": entry.sha256, "synthetic": synthetic, "about": about, "made_by": task.person, "made_at": now(),
        }  # fmt: skip
        connection.execute(sa.insert(ROAD), row)
        append(connection, "road.add", row["id"], tenant=task.tenant, person=task.person, login=login, source=f"job {task.id}",
               after={"manifest": entry.sha256}, detail={"name": name, "number": entry.number})  # fmt: skip
        return {"road": row["id"], "number": entry.number, "files": len(names), "warnings": len(told["warnings"])}  # fmt: skip

    return publish


@work("road-analysis", needs="run.create")
def analyse(task: Task) -> Publish:
    """Make the document of an analysis, in Chinese and in English."""
    asked, platform = task.asked, task.platform
    with platform.reading() as connection:
        row = connection.execute(sa.select(ROAD).where(ROAD.c.id == asked["road"])).one()
        login = login_of(connection, task.person)
        claims = claims_of(connection, tenant=row.tenant, name="audit") if asked["kind"] == "gate" else []
        over = connection.execute(sa.select(UPLOAD).where(UPLOAD.c.id.in_(asked.get("files") or []))).all()
        synthetic = row.synthetic or any(is_synthetic(connection, one, UPLOAD) for one in over)
        inventories: Bound = row.about["inventories"]
        doubts = warnings(inventories, newer_releases(connection, inventories))
    task.tell("打开文件集", "Opening the set", 0.05)
    kind = KINDS[asked["kind"]]
    told_over = [{"file": one.name, "sha256": one.sha256, "upload": one.id} for one in over]
    doubts += [warning([one.name for one in over])] if over else []
    doubts += _unplaced(over, row.region or row.entity)
    bound = {year: [_named(one) for one in ones] for year, ones in inventories.items()}
    made: dict[str, dict[str, Any]] = {}
    with laid_over(platform, open_road(platform, row), over) as found, confined():
        opened = replace(found, claims=claims)
        for place, lang in enumerate(LANGS):
            task.tell(*_WORDS[lang], 0.1 + 0.7 * place)
            document = in_language(lang, functools.partial(kind.make, opened, asked["options"])).to_dict()
            document["synthetic"] = document["synthetic"] or synthetic
            document["result"] |= {"bound": bound, "laid_over": told_over}
            document["warnings"] = [*(one[lang] for one in doubts), *document["warnings"]]
            made[lang] = document
    task.tell("保存结果", "Keeping the result", 0.95)
    hashes = {
        lang: platform.store.objects.put(json.dumps(one, ensure_ascii=False, allow_nan=False).encode())
        for lang, one in made.items()
    }
    told = {
        "id": new_id(), "tenant": row.tenant, "region": row.region, "entity": row.entity, "road": row.id, "kind": asked["kind"],
        "options": asked["options"], **hashes, **{f"headline_{lang}": one["headline"] for lang, one in made.items()},
        "alarm": made["zh"]["alarm"], "laid_over": bool(over), "synthetic": made["zh"]["synthetic"], "made_by": task.person, "made_at": now(),
    }  # fmt: skip

    def publish(connection: sa.Connection) -> dict[str, Any]:
        connection.execute(sa.insert(ROAD_ANALYSIS), {**told, "made_at": now()})
        append(connection, "road.analyse", told["id"], tenant=task.tenant, person=task.person, login=login, source=f"job {task.id}",
               after=hashes, detail={"road": row.id, "name": row.name, "number": row.number, "kind": asked["kind"], "laid_over": told_over})  # fmt: skip
        return {"analysis": told["id"], "road": row.id, "kind": asked["kind"]}

    return publish


@contextlib.contextmanager
def laid_over(platform: Platform, opened: Opened, over: Sequence[Any]) -> Iterator[Opened]:
    """A version with uploads in the place of its files of the same names, or beside them, in a folder of its own.

    Raises
    ------
    SetWrong
    """
    if not over:
        yield opened
        return
    with tempfile.TemporaryDirectory(dir=platform.folder, prefix=".road-") as temporary:
        folder = Path(temporary)
        lay([(one.name, file_of(platform, one.sha256, one.name)) for one in over], folder)
        for name in opened.files:
            link(opened.path(name), folder / name)
        files = sorted(path.name for path in folder.iterdir())
        references(folder, files)
        yield replace(opened, folder=folder, files=files)


def open_road(platform: Platform, row: Any) -> Opened:
    """A version of a road with its files, the runs and releases that it is bound to, and its decision log."""
    files = sorted(platform.store.entry(row.manifest).parts)
    folder = laid_out(platform, row.manifest, "roads")
    opened = _opened(platform, folder, files, row.about["inventories"], synthetic=row.synthetic)
    with platform.reading() as connection:
        log = log_of(connection, row.tenant, row.name)
    return replace(opened, decisions=log.lines, broken=log.broken)


def _opened(
    platform: Platform, folder: Path, files: Sequence[str], bound: Bound, *, synthetic: bool
) -> Opened:
    inventories: dict[int, dict[str, Inventory]] = {}
    known: dict[int, dict[str, Mapping[str, Any]]] = {}
    for year, ones in bound.items():
        for one in ones:
            found, _ = open_year(platform, one["run_manifest"], year)
            label = one["name"] if not one["number"] else f"{one['name']}#{one['number']}"
            if label in inventories.get(int(year), ()):
                label += f" ({one['id'][:8]})"
            inventories.setdefault(int(year), {})[label] = found
            known.setdefault(int(year), {})[label] = _named(one)
    return Opened(folder, files, inventories, known, synthetic)


def _unplaced(uploads: Sequence[Any], place: str) -> list[dict[str, str]]:
    """What is said of files without a place in a road that has one: who sees the road sees them."""
    names = [one.name for one in uploads if not (one.region or one.entity)]
    return [unplaced(names)] if place and names else []


def _named(one: Mapping[str, Any]) -> dict[str, Any]:
    return {key: one[key] for key in ("kind", "id", "name", "number", "run")}
