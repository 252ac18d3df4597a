"""Files and runs of the platform as the rooms below know them: paths and inventories, made from kept objects."""

from __future__ import annotations

import contextlib
import functools
import os
import shutil
import threading
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from tanheng.access.areas import Viewer, may_see
from tanheng.errors import NotFound
from tanheng.record.platform import Platform
from tanheng.record.tables import DATASET, RELEASE, ROAD, RUN, SOURCE_CHECK, UPLOAD
from tanheng.serve.problems import FileTooLarge
from tanheng.serve.tables import OPENED, SYNTHETIC

if TYPE_CHECKING:
    from tanheng.inventory import Inventory
    from tanheng.inventory.views.cube import Cube

_SMALL_MB = 8
_NAMES = {"dataset": ("数据集", "data set"), "run": ("核算", "run"), "upload": ("上传", "upload"),
          "release": ("发布版", "release"), "job": ("任务", "job"), "doubt": ("疑点", "doubt"), "mapping": ("映射", "mapping"), "pack": ("自有包", "pack"),
          "map": ("地图", "map"), "source_check": ("数据源核对", "check of sources"), "place": ("坐标", "place"),
          "road": ("路径", "road"), "road_analysis": ("路径分析", "analysis of a road"), "road_decision": ("路径决定", "decision on a road")}  # fmt: skip


SYNTHETIC_FILE = (
    sa.exists()
    .where(DATASET.c.about["upload"].as_string() == UPLOAD.c.id, DATASET.c.synthetic.is_(sa.true()))
    .correlate(UPLOAD)
    .label("synthetic")
)
"""A file is synthetic where a data set that was read from it says so."""


def one(connection: sa.Connection, viewer: Viewer, table: sa.Table, name: str) -> Any:
    """A row that the viewer may see; another's row is as one that does not exist.

    Raises
    ------
    NotFound
    """
    row = connection.execute(sa.select(table).where(table.c.id == name, may_see(viewer, table))).first()
    if row is None:
        zh, en = _NAMES[table.name]
        raise NotFound(what_zh=zh, what_en=en, name=name, known="–")
    if is_synthetic(connection, row, table):
        SYNTHETIC.set(True)
    if table in (RUN, RELEASE, ROAD):
        number = f"#{row.number}" if table is not RUN and row.number else ""
        OPENED.set(tuple(dict.fromkeys([*OPENED.get(), f"{row.name}{number}"])))
    return row


def newest_of_name(table: sa.Table) -> sa.ColumnElement[bool]:
    """The condition that a row is the newest version of its name."""
    later = table.alias("later")
    same = sa.and_(later.c.tenant == table.c.tenant, later.c.name == table.c.name)
    return ~sa.exists().where(same, later.c.number > table.c.number)


def is_synthetic(connection: sa.Connection, row: Any, table: sa.Table) -> bool:
    """Whether a data set or a run is synthetic; a release, a doubt and a file are as what they are of."""
    if "synthetic" in table.c:
        return bool(row.synthetic)
    if table is UPLOAD:
        return bool(connection.execute(sa.select(SYNTHETIC_FILE).where(UPLOAD.c.id == row.id)).scalar())
    above = [(row.run, RUN)] if "run" in table.c and row.run else []
    above += [(row.dataset, DATASET)] if "dataset" in table.c and row.dataset else []
    above += [(row.source_check, SOURCE_CHECK)] if "source_check" in table.c and row.source_check else []
    return any(
        connection.execute(sa.select(kind.c.synthetic).where(kind.c.id == name)).scalar()
        for name, kind in above
    )


def file_of(platform: Platform, sha256: str, name: str) -> Path:
    """A kept file under its own name: the same path for ever, so that what was made from it can be made again."""
    place = platform.folder / "files" / sha256 / Path(name).name
    link(platform.store.objects.path(sha256), place)
    return place


def small_file_of(platform: Platform, upload: Any) -> Path:
    """The file of an upload that is read while the request waits.

    Raises
    ------
    FileTooLarge
    """
    if upload.size > _SMALL_MB << 20:
        raise FileTooLarge(file=upload.name, size=upload.size >> 20, most=_SMALL_MB)
    return file_of(platform, upload.sha256, upload.name)


def parts_of(folder: Path) -> dict[str, bytes | Path]:
    """Every file below a folder, as parts of a version."""
    return {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}


def open_run(platform: Platform, manifest: str) -> Inventory:
    """The inventory of a run, with all its rows."""
    from tanheng.inventory import load_run

    return _OPENED.of(
        (platform.store.folder, manifest), lambda: (load_run(run_folder(platform, manifest)), "")
    )[0]


def open_year(platform: Platform, manifest: str, period: str = "") -> tuple[Inventory, str]:
    """The inventory of a run in one year, the latest of several unless told, and which year that is; no other year is read.

    Raises
    ------
    NotFound
        When the run has no such period.
    """
    from tanheng.inventory.releases.years import load_year

    key = (platform.store.folder, manifest, period)
    return _OPENED.of(key, lambda: load_year(run_folder(platform, manifest), period))


class _Opened:
    """Inventories as they were opened last, of at most so many emission rows in all; a larger one is not kept."""

    def __init__(self, most: int) -> None:
        self._most, self._held, self._lock = most, OrderedDict[Any, tuple[Any, str]](), threading.Lock()

    def of(self, key: Any, make: Callable[[], tuple[Inventory, str]]) -> tuple[Inventory, str]:
        with self._lock:
            if key in self._held:
                self._held.move_to_end(key)
                return self._held[key]
        found = make()
        with self._lock:
            self._held[key] = found
            rows = sum(one.emissions.height for one, _ in self._held.values())
            while rows > self._most:
                _, (oldest, _) = self._held.popitem(last=False)
                rows -= oldest.emissions.height
        return found


_OPENED = _Opened(500_000)


def cube_of(platform: Platform, manifest: str) -> Cube:
    """The cube of a run."""
    return _cubed(platform.store.folder, platform, manifest)


@functools.lru_cache(maxsize=4)
def _cubed(_folder: Path, platform: Platform, manifest: str) -> Cube:
    from tanheng.inventory.views.cube import Cube

    return Cube(run_folder(platform, manifest))


def run_folder(platform: Platform, manifest: str) -> Path:
    """The parts of a run under their names."""
    return laid_out(platform, manifest, "runs")


def laid_out(platform: Platform, manifest: str, below: str) -> Path:
    """The parts of a version under their names, in a folder of its own."""
    entry = platform.store.entry(manifest)
    folder = platform.folder / below / manifest
    for part, sha256 in entry.parts.items():
        link(platform.store.objects.path(sha256), folder / part)
    return folder


def link(source: Path, place: Path) -> None:
    """The same bytes under another name, where they do not stand yet; a copy where the file system has no links."""
    if place.is_file():
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        try:
            os.link(source, place)
        except FileExistsError:
            raise
        except OSError:
            half = place.with_name(f".{place.name}.half")
            shutil.copyfile(source, half)
            half.replace(place)
