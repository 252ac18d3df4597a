"""Migrations: every released schema, with content that its own code wrote, is brought forward whole; killed midway, not at all."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa

from cluster import ASKED, database_of, fresh, platform, put_away
from tanheng.access.second import seal_all
from tanheng.inventory.releases.releases import verify_all
from tanheng.record import chain, migrations
from tanheng.record.backup import back_up
from tanheng.record.catalogue import METADATA, engine_of
from tanheng.record.objects import Objects
from tanheng.record.platform import Platform
from tanheng.record.restore import restore
from tanheng.record.secrets import Secrets, is_sealed
from tanheng.record.tables import PERSON

FIXTURES = Path(__file__).parents[1] / "fixtures" / "schemas"
VERSIONS = Path(migrations.__file__).parent / "versions"
RELEASED = sorted(one.stem[:4] for one in VERSIONS.glob("[0-9]*.py") if one.stem[:4] <= migrations.RELEASED)
PLATFORMS = [one for one in RELEASED if one > "0001"]
POSTGRES = pytest.mark.skipif(not ASKED, reason="PostgreSQL")


def unpacked(revision: str, folder: Path) -> dict[str, int]:
    """The data folder of a fixture; how many rows each table has."""
    with zipfile.ZipFile(FIXTURES / f"{revision}.zip") as archive:
        for one in archive.namelist():
            if one.startswith("objects/"):
                archive.extract(one, folder / "store")
            elif one == "secrets.key":
                archive.extract(one, folder)
                (folder / one).chmod(archive.getinfo(one).external_attr >> 16)
        (folder / "store").mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(folder / "store" / "catalogue.sqlite")
        connection.executescript(archive.read("catalogue.sql").decode())
        connection.close()
        return dict(json.loads(archive.read("rows.json")))


def schema(engine: sa.Engine) -> dict[str, Any]:
    """Columns, keys and indexes of every table but those of the tool."""
    found = sa.inspect(engine)
    return {
        name: {
            "columns": {one["name"]: (str(one["type"]), one["nullable"], str(one["default"])) for one in found.get_columns(name)},
            "key": found.get_pk_constraint(name)["constrained_columns"],
            "others": sorted(str((one["constrained_columns"], one["referred_table"])) for one in found.get_foreign_keys(name)),
            "indexes": sorted(str((one["column_names"], one["unique"])) for one in found.get_indexes(name)),
        }
        for name in sorted(found.get_table_names())
        if name != "alembic_version"
    }  # fmt: skip


def test_every_released_revision_has_a_fixture() -> None:
    known = {one.stem for one in FIXTURES.glob("*.zip")}
    assert known >= set(RELEASED), "make it with the released code: python tools/schema_fixture.py"
    assert max(one.stem[:4] for one in VERSIONS.glob("[0-9]*.py")) == migrations.HEAD


@pytest.mark.parametrize("revision", RELEASED)
def test_a_released_revision_is_not_edited(revision: str, tmp_path: Path) -> None:
    unpacked(revision, tmp_path / "then")
    then, now = engine_of(tmp_path / "then" / "store"), engine_of(tmp_path / "now")
    with now.execution_options(writes=True).begin() as connection:
        migrations.upgrade(connection, revision)
    assert schema(now) == schema(then)


@pytest.mark.parametrize("revision", RELEASED)
def test_a_released_schema_is_brought_forward_with_all_its_rows(revision: str, tmp_path: Path) -> None:
    rows = unpacked(revision, tmp_path)
    found = Platform(tmp_path)
    assert_whole(found, rows)
    new = engine_of(tmp_path / "new")
    with new.execution_options(writes=True).begin() as connection:
        migrations.upgrade(connection)
    assert schema(found.store.engine) == schema(new)


def assert_whole(found: Platform, rows: dict[str, int]) -> None:
    with found.reading() as connection:
        assert migrations.revision(connection) == migrations.HEAD
        counted = {
            name: connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
            for name, table in METADATA.tables.items()
        }
        verified = chain.verify(connection)
    assert {name: counted[name] for name in rows if name in counted} == {
        name: count for name, count in rows.items() if name in counted
    }
    assert not verified.broken
    assert verified.entries == rows.get("audit", 0)
    releases = verify_all(found.store)
    assert releases
    assert all(one.ok for one in releases), [one.to_dict() for one in releases]
    for kind in ("dataset", "run", "release"):
        assert not found.store.lost(kind)


@pytest.mark.parametrize("revision", PLATFORMS)
def test_second_factors_of_then_are_sealed_and_open(revision: str, tmp_path: Path) -> None:
    unpacked(revision, tmp_path)
    found = Platform(tmp_path)
    with found.reading() as connection:
        before = connection.execute(sa.select(PERSON).where(PERSON.c.login == "li")).one()
    secret = found.secrets.open(before.second_factor, before.id)
    with found.writing() as connection:
        seal_all(connection, found.secrets)
        after = connection.execute(sa.select(PERSON).where(PERSON.c.login == "li")).one()
        assert seal_all(connection, found.secrets) == 0
    assert is_sealed(after.second_factor)
    assert found.secrets.open(after.second_factor, after.id) == secret
    assert (tmp_path / "secrets.key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("revision", PLATFORMS)
@pytest.mark.parametrize("into", ["sqlite", pytest.param("postgresql", marks=POSTGRES)])
def test_a_backup_of_an_older_schema_is_restored_and_brought_forward(
    revision: str, into: str, tmp_path: Path
) -> None:
    rows = unpacked(revision, tmp_path / "then")
    store = tmp_path / "then" / "store"
    engine = engine_of(store)
    kept: Any = SimpleNamespace(
        store=SimpleNamespace(engine=engine, objects=Objects(store / "objects")), folder=tmp_path / "then",
        secrets=Secrets(tmp_path / "then"), reading=engine.connect,
    )  # fmt: skip
    assert back_up(kept, tmp_path / "old.zip").schema == revision
    url = fresh(f"{tmp_path}-{into}") if into == "postgresql" else None
    restore(tmp_path / "old.zip", tmp_path / "now", url)
    found = Platform(tmp_path / "now", url)
    try:
        assert_whole(found, {**rows, "session": 0, "audit": rows["audit"] + 1})
    finally:
        found.store.engine.dispose()


KILLED = """
import sys, time
from pathlib import Path
from tanheng.record import migrations
from tanheng.record.catalogue import engine_of
engine = engine_of(Path(sys.argv[1]), sys.argv[2] or None)
with engine.execution_options(writes=True).begin() as connection:
    migrations.upgrade(connection)
    print("migrated", flush=True)
    time.sleep(60)
"""


@pytest.mark.parametrize("on", ["sqlite", pytest.param("postgresql", marks=POSTGRES)])
def test_killed_while_it_migrates_nothing_is_seen_and_the_next_start_goes_on(on: str, tmp_path: Path) -> None:
    url = fresh(f"{tmp_path}-killed") if on == "postgresql" else None
    (tmp_path / "store").mkdir()
    engine = engine_of(tmp_path / "store", url)
    with engine.execution_options(writes=True).begin() as connection:
        migrations.upgrade(connection, "0001")
    before = schema(engine)
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(tmp_path / "store"), url or ""], stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"migrated\n"
    process.send_signal(signal.SIGKILL)
    process.wait(10)
    process.stdout.close()
    assert schema(engine) == before
    with engine.connect() as connection:
        assert migrations.revision(connection) == "0001"
    engine.dispose()
    found = Platform(tmp_path, url)
    with found.reading() as connection:
        assert migrations.revision(connection) == migrations.HEAD
    found.store.engine.dispose()


def test_servers_that_start_at_once_migrate_once(tmp_path: Path) -> None:
    database_of(tmp_path)
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda _: platform(tmp_path), range(6)))
    with found[0].reading() as connection:
        assert migrations.revision(connection) == migrations.HEAD
    put_away()


def test_logins_in_full_width_letters_become_plain_unless_another_has_the_plain_one(tmp_path: Path) -> None:
    unpacked("0002", tmp_path)
    connection = sqlite3.connect(tmp_path / "store" / "catalogue.sqlite")
    names = [row[0] for row in connection.execute("select id from person order by id limit 3")]
    for name, login in zip(names, ("ｚｈａｏ", "ｑｉａｎ", "qian"), strict=True):
        connection.execute("update person set login = ? where id = ?", (login, name))
    connection.commit()
    connection.close()
    with Platform(tmp_path).reading() as reading:
        logins = {row.id: row.login for row in reading.execute(sa.select(PERSON.c.id, PERSON.c.login))}
    assert [logins[name] for name in names] == ["zhao", "ｑｉａｎ", "qian"]
