"""Restoring a backup into an empty place: all of it, checked, or nothing.

What is written stands beside the place until it is whole: files in a folder of another name, rows in a transaction that
has not ended. A backup of an older schema is restored as it was and then brought forward.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from tanheng.record import chain, migrations
from tanheng.record.archive import (
    LEFT_OUT,
    BackupUnreadable,
    KeyMisfit,
    KeyUnreadable,
    Manifest,
    PlaceTaken,
    Progress,
    copied,
    kept,
    read_manifest,
)
from tanheng.record.backup import required
from tanheng.record.catalogue import METADATA, StoreNewer, engine_of
from tanheng.record.objects import Objects
from tanheng.record.secrets import KEY_FILE, Secrets
from tanheng.record.tables import JOB

_ROWS = 500
_HALF = ".half-restore-"


def restore(
    file: Path,
    folder: Path,
    url: str | None = None,
    *,
    key: Path | None = None,
    by: str = "",
    tell: Progress | None = None,
) -> Manifest:
    """Restore a backup.

    Parameters
    ----------
    file : Path
    folder : Path
        The data folder; missing or empty.
    url : str, optional
        Another database than SQLite in the folder; without our tables.
    key : Path, optional
        The key file of the former data folder; without it second factors must be reset.
    by : str, optional
        Who does it, as the audit chain tells it.
    tell : callable, optional
        Told what is being done, in both languages, and its share (0 to 1).

    Returns
    -------
    Manifest
        What the backup says of itself; its ``damaged`` objects were not there to be restored.

    Raises
    ------
    BackupUnreadable, KeyMisfit, KeyUnreadable, PlaceTaken, StoreNewer
    """
    manifest = read_manifest(file)
    if manifest.schema > migrations.HEAD:
        raise StoreNewer(folder=str(file), found=manifest.schema, known=migrations.HEAD)
    if key is not None and _print(key) != manifest.key:
        raise KeyMisfit(file=str(key))
    if folder.exists() and (not folder.is_dir() or _first(folder)):
        raise PlaceTaken(place=str(folder), found=_first(folder))
    with _beside(folder) as half, zipfile.ZipFile(file) as archive:
        _unpack(file, archive, manifest, Objects(half / "store" / "objects"), tell or _silent)
        if key is not None:
            shutil.copyfile(key, half / KEY_FILE)
            (half / KEY_FILE).chmod(0o600)
        engine, taken = engine_of(half / "store", url), False
        try:
            with engine.execution_options(writes=True).begin() as connection:
                _empty(connection, engine)
                (tell or _silent)("恢复数据库", "Restoring the database", 0.8)
                _fill(file, archive, manifest, connection)
                migrations.upgrade(connection)
                _check(file, manifest, connection)
                _calm(connection)
                told = {"backup": manifest.made_at, "schema": manifest.schema}
                chain.append(connection, "backup.restore", file.name, login=by, source="shell", detail=told)
                if url is not None:
                    _take(half, folder)
                    taken = True
        except BaseException:
            if taken:
                shutil.rmtree(folder / "store", ignore_errors=True)
            raise
        finally:
            engine.dispose()
        if url is None:
            _take(half, folder)
    return manifest


def _calm(connection: sa.Connection) -> None:
    """The backup that was being made when this one was made is not made again."""
    open_ones = sa.update(JOB).where(JOB.c.kind == "backup", JOB.c.state.in_(("waiting", "running")))
    connection.execute(open_ones.values(state="cancelled"))


def _print(key: Path) -> str:
    """The fingerprint of a key file.

    Raises
    ------
    KeyUnreadable
    """
    if not key.exists():
        raise KeyUnreadable(file=str(key), detail_zh="没有这个文件", detail_en="there is no such file")
    try:
        found = Secrets(key.parent, key.read_text(encoding="ascii")).fingerprint()
    except UnicodeError:
        found = ""
    except OSError as error:
        said = error.strerror or type(error).__name__
        raise KeyUnreadable(file=str(key), detail_zh=said, detail_en=said) from error
    if not found:
        raise KeyUnreadable(file=str(key), detail_zh="其中没有密钥", detail_en="it holds no key")
    return found


@contextlib.contextmanager
def _beside(folder: Path) -> Iterator[Path]:
    """A folder in the place under a name that says that it is not whole; it is deleted in the end."""
    new = not folder.exists()
    folder.mkdir(parents=True, exist_ok=True)
    half = Path(tempfile.mkdtemp(dir=folder, prefix=_HALF))
    try:
        yield half
    finally:
        shutil.rmtree(half)
        if new and not any(folder.iterdir()):
            folder.rmdir()


def _take(half: Path, folder: Path) -> None:
    """Give the whole its names; the store last, without which a folder holds nothing."""
    for one in sorted(half.iterdir()):
        one.rename(folder / one.name)
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _empty(connection: sa.Connection, engine: sa.Engine) -> None:
    ours = {*METADATA.tables, "alembic_version"}
    found = sorted(ours & set(sa.inspect(connection).get_table_names()))
    if found:
        raise PlaceTaken(place=engine.url.render_as_string(hide_password=True), found=", ".join(found[:5]))


def _unpack(
    file: Path, archive: zipfile.ZipFile, manifest: Manifest, objects: Objects, tell: Progress
) -> None:
    """Every object of the backup, each with the hash of its name."""
    objects.folder.mkdir(parents=True)
    for number, sha256 in enumerate(manifest.objects):
        tell("恢复文件", "Restoring files", 0.75 * number / len(manifest.objects))
        place = objects.path(sha256)
        place.parent.mkdir(exist_ok=True)
        with _readable(file), archive.open(f"objects/{sha256}") as source, place.open("wb") as target:
            if copied(source, target) != sha256:
                raise _altered(file, f"objects/{sha256}")
            target.flush()
            os.fsync(target.fileno())
        place.chmod(0o444)


def _fill(file: Path, archive: zipfile.ZipFile, manifest: Manifest, connection: sa.Connection) -> None:
    """The tables of the backup's schema, with their rows."""
    migrations.upgrade(connection, manifest.schema)
    found = sa.MetaData()
    found.reflect(connection, only=lambda name, _: name in METADATA.tables or name in manifest.tables)
    there = {one.name: one for one in found.sorted_tables if one.name not in LEFT_OUT}
    unknown = manifest.tables.keys() - there.keys()
    if unknown:
        raise _altered(file, ", ".join(sorted(unknown)))
    for name, table in there.items():
        connection.execute(sa.delete(table))  # what a migration put there stands in the backup too
        with _readable(file), archive.open(f"tables/{name}.jsonl") as lines:
            digest, rows, count = hashlib.sha256(), [], 0
            for line in lines:
                digest.update(line)
                rows.append(_row(table, json.loads(line)))
                count += 1
                if len(rows) == _ROWS:
                    connection.execute(sa.insert(table), rows)
                    rows = []
            if rows:
                connection.execute(sa.insert(table), rows)
        said = manifest.tables[name]
        if (count, digest.hexdigest()) != (said.rows, said.sha256):
            raise _altered(file, f"tables/{name}.jsonl")


def _row(table: sa.Table, values: dict[str, Any]) -> dict[str, Any]:
    return {name: kept(table.c[name], value) for name, value in values.items()}


def _check(file: Path, manifest: Manifest, connection: sa.Connection) -> None:
    """The audit chain stands and ends where the backup says; every object that rows need is there."""
    found = chain.verify(connection)
    if found.broken or str(found.head) != manifest.audit:
        where = ", ".join(str(one.number) for one in found.broken[:5]) or str(found.head)
        raise _altered(file, f"audit {where}")
    missing = required(connection) - manifest.objects.keys() - set(manifest.damaged)
    if missing:
        raise _altered(file, f"objects/{min(missing)}")


@contextlib.contextmanager
def _readable(file: Path) -> Iterator[None]:
    try:
        yield
    except (zipfile.BadZipFile, KeyError, EOFError, ValueError) as error:
        if isinstance(error, BackupUnreadable):
            raise
        raise _altered(file, " ".join(str(error).split())) from error


def _altered(file: Path, what: str) -> BackupUnreadable:
    return BackupUnreadable(
        file=str(file), detail_zh=f"{what} 缺失或被改动", detail_en=f"{what} is missing or was changed"
    )


def _first(folder: Path) -> str:
    """Something that stands in the place already: not what a restore that was cut off left, nor what a disk has of itself."""
    if not folder.is_dir():
        return folder.name
    names = sorted(one.name for one in folder.iterdir())
    return next((one for one in names if not one.startswith(_HALF) and one != "lost+found"), "")


def _silent(_zh: str, _en: str, _share: float) -> None:
    """Nobody asked."""
