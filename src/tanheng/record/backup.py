"""Backups: the database and every object that it names, at one moment, in one archive, while the server runs.

Tables leave as JSON lines whatever the database is, so that a backup of SQLite can be restored into PostgreSQL and the
other way round, and no tool of a database is needed. All are read in one transaction; objects never change, and whatever
a row names was kept before the row: the archive is of one moment.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import tempfile
import zipfile
from pathlib import Path

import sqlalchemy as sa

from tanheng.record import chain, migrations
from tanheng.record.archive import (
    LEFT_OUT,
    MANIFEST,
    NAMED,
    Manifest,
    PlaceTaken,
    Progress,
    TableKept,
    copied,
    plain,
)
from tanheng.record.catalogue import PART, VERSION
from tanheng.record.platform import Platform
from tanheng.record.tables import UPLOAD


def back_up(platform: Platform, file: Path, *, program: str = "", tell: Progress | None = None) -> Manifest:
    """Write a backup of a platform; the file appears when it is whole.

    Parameters
    ----------
    platform : Platform
    file : Path
        Where nothing stands yet.
    program : str, optional
        The version of the program, which the manifest tells.
    tell : callable, optional
        Told what is being done, in both languages, and its share (0 to 1).

    Raises
    ------
    PlaceTaken

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> back_up(Platform(folder / "data"), folder / "one.zip").tables["person"].rows
    0
    """
    if file.exists():
        raise PlaceTaken(place=str(file), found=file.name)
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=".half-backup-")
    half = Path(name)
    try:
        with os.fdopen(handle, "wb") as target:
            with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
                manifest = _write(platform, archive, program, tell or _silent)
            target.flush()
            os.fsync(target.fileno())
        _publish(half, file)
    finally:
        half.unlink(missing_ok=True)
    return manifest


def _publish(half: Path, file: Path) -> None:
    """Give the whole file its name, unless somebody else took it in the meantime."""
    try:
        os.link(half, file)
    except FileExistsError:
        raise PlaceTaken(place=str(file), found=file.name) from None
    except OSError:  # no links on this file system
        half.replace(file)


def _write(platform: Platform, archive: zipfile.ZipFile, program: str, tell: Progress) -> Manifest:
    tables: dict[str, TableKept] = {}
    named: set[str] = set()
    engine = platform.store.engine
    if engine.dialect.name == "postgresql":
        engine = engine.execution_options(isolation_level="REPEATABLE READ")
    with engine.connect() as connection:
        schema, head = migrations.revision(connection), chain.head(connection)
        for table in tables_of(connection):
            tell("备份数据库", "Backing up the database", 0.05)
            tables[table.name] = _table(connection, archive, table, named)
    objects, damaged = _objects(platform, archive, named, tell)
    manifest = Manifest(
        schema=schema, program=program, made_at=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        database=engine.dialect.name, audit=str(head), key=platform.secrets.fingerprint(), tables=tables,
        objects=objects, damaged=damaged,
    )  # fmt: skip
    archive.writestr(MANIFEST, json.dumps(manifest.to_dict(), ensure_ascii=False, indent=1))
    return manifest


def tables_of(connection: sa.Connection) -> list[sa.Table]:
    """The tables that are there, those that others refer to first."""
    found = sa.MetaData()
    found.reflect(connection)
    return [one for one in found.sorted_tables if one.name not in LEFT_OUT]


def _table(
    connection: sa.Connection, archive: zipfile.ZipFile, table: sa.Table, named: set[str]
) -> TableKept:
    rows, digest = 0, hashlib.sha256()
    query = sa.select(table).order_by(*table.primary_key).execution_options(yield_per=500)
    with archive.open(f"tables/{table.name}.jsonl", "w", force_zip64=True) as target:
        for row in connection.execute(query):
            values = {column.name: plain(column, value) for column, value in zip(table.c, row, strict=True)}
            line = json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
            target.write(line)
            digest.update(line)
            named.update(one.decode() for one in NAMED.findall(line))
            rows += 1
    return TableKept(rows, digest.hexdigest())


def _objects(
    platform: Platform, archive: zipfile.ZipFile, named: set[str], tell: Progress
) -> tuple[dict[str, int], tuple[str, ...]]:
    """Every object that a row names; one that is broken is told, and left out."""
    objects, whole, damaged = platform.store.objects, {}, []
    wanted = sorted(one for one in named if objects.path(one).is_file())
    for number, sha256 in enumerate(wanted):
        tell("备份文件", "Backing up files", 0.1 + 0.9 * number / len(wanted))
        if not objects.sound(sha256):
            damaged.append(sha256)
            continue
        entry = zipfile.ZipInfo(f"objects/{sha256}", (1980, 1, 1, 0, 0, 0))
        with (
            objects.path(sha256).open("rb") as source,
            archive.open(entry, "w", force_zip64=True) as target,
        ):
            copied(source, target)
        whole[sha256] = objects.size(sha256)
    with platform.reading() as connection:
        missing = (required(connection) & named) - whole.keys()
    return whole, tuple(sorted({*damaged, *missing}))


def required(connection: sa.Connection) -> set[str]:
    """Hashes of objects that must be there: manifests, parts and uploads."""
    queries = [sa.select(VERSION.c.manifest), sa.select(PART.c.sha256), sa.select(UPLOAD.c.sha256)]
    return set(connection.scalars(sa.union(*queries)))


def _silent(_zh: str, _en: str, _share: float) -> None:
    """Nobody asked."""
