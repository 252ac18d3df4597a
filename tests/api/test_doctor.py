"""The doctor finds what is wrong, one thing at a time, and nothing where all is well."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from fastapi.testclient import TestClient
from holding import GPC, dataset

from cluster import ASKED
from serving import PASSWORD, add, enter, server
from tanheng.cli import cli
from tanheng.record.tables import AUDIT, JOB, PERSON
from tanheng.serve.doctor import examine

ON_FILE = pytest.mark.skipif(ASKED, reason="the database is no file")


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with server(tmp_path / "data", require_second_factor=True) as found:
        (tmp_path / "data").chmod(0o700)
        add(found, "wang", ["analyst"])
        dataset(found, enter(found, "wang"), GPC)
        yield found


def states(client: TestClient, *, quick: bool = False) -> dict[str, str]:
    worst: dict[str, str] = {}
    for line in examine(client.app.state.settings, quick=quick):
        assert line.zh
        assert line.en
        assert line.state == "ok" or line.remedy_zh or line.zh.startswith("[")
        worst[line.check] = max(worst.get(line.check, "ok"), line.state, key=["ok", "warn", "error"].index)
    return worst


def test_nothing_is_wrong_with_what_is_whole(client: TestClient) -> None:
    found = states(client)
    assert {
        name: state for name, state in found.items() if state != "ok" and name not in ("web", "disk")
    } == {}
    assert set(found) >= {"settings", "folder", "disk", "database", "schema", "audit", "clock", "jobs", "key", "objects", "web"}  # fmt: skip


@pytest.mark.parametrize("how", ["changed", "missing"])
def test_a_damaged_object_is_an_error(client: TestClient, how: str) -> None:
    store = client.app.state.platform.store
    path = store.objects.path(next(iter(store.entries("dataset")[0].parts.values())))
    if how == "missing":
        path.unlink()
    else:
        path.chmod(0o644)
        path.write_bytes(b"other")
    assert states(client)["objects"] == "error"


def damaged(client: TestClient, how: str) -> None:
    """Damage a folder as an operator may find it."""
    folder = client.app.state.platform.folder
    store, objects = client.app.state.platform.store, folder / "store" / "objects"
    path = store.objects.path(next(iter(store.entries("dataset")[0].parts.values())))
    if how == "a folder for an object":
        path.unlink()
        path.mkdir()
    elif how == "no objects":
        shutil.rmtree(objects)
    elif how == "a key that others read":
        (folder / "secrets.key").touch()
        (folder / "secrets.key").chmod(0o644)
    elif how == "an empty database":
        store.engine.dispose()
        for one in (folder / "store").glob("catalogue.sqlite*"):
            one.write_bytes(b"")
    else:
        with client.app.state.platform.writing() as connection:
            connection.exec_driver_sql(how)


@pytest.mark.parametrize(
    ("how", "check", "state"),
    [
        ("a folder for an object", "objects", "error"),
        ("no objects", "objects", "error"),
        ("a key that others read", "key", "warn"),
        pytest.param("an empty database", "database", "error", marks=ON_FILE),
        ("update alembic_version set version_num = '0003'", "schema", "warn"),
        ("update alembic_version set version_num = '9999'", "database", "error"),
        ("drop table place", "schema", "error"),
        ("alter table job drop column share", "schema", "error"),
        ("update audit set at = 'zzz'", "clock", "error"),
        pytest.param("update job set done = '{'", "objects", "error", marks=ON_FILE),
    ],
)
def test_a_broken_folder_is_told_without_a_traceback(
    client: TestClient, how: str, check: str, state: str
) -> None:
    damaged(client, how)
    assert states(client)[check] == state


def test_an_orphan_is_told(client: TestClient) -> None:
    client.app.state.platform.store.objects.put(b"nobody's")
    assert states(client)["orphans"] == "warn"


def test_an_edited_chain_a_wrong_clock_and_left_jobs(client: TestClient) -> None:
    platform = client.app.state.platform
    late = (dt.datetime.now(dt.UTC) + dt.timedelta(hours=3)).isoformat()
    with platform.writing() as connection:
        connection.execute(sa.update(AUDIT).where(AUDIT.c.number == 1).values(at=late))
    client.app.state.runner.stop()
    with platform.writing() as connection:
        connection.execute(sa.update(JOB).values(state="running", beat_at="2020-01-01T00:00:00+00:00"))
    found = states(client)
    assert (found["audit"], found["clock"], found["jobs"]) == ("error", "error", "warn")


def test_a_lost_key_is_an_error(client: TestClient) -> None:
    platform = client.app.state.platform
    head = enter(client, "wang")
    client.post("/api/v1/session/second-factor", headers=head, json={"password": PASSWORD}).raise_for_status()
    with platform.writing() as connection:
        connection.execute(sa.update(PERSON).values(second_factor=PERSON.c.second_pending))
    assert states(client)["key"] == "ok"
    (platform.folder / "secrets.key").unlink()
    assert states(client)["key"] == "error"


def test_the_command_tells_each_line_and_its_exit_code(tmp_path: Path) -> None:
    def run(*words: str) -> tuple[int, dict[str, object]]:
        result = CliRunner().invoke(cli, ["doctor", *words, "--json"])
        return result.exit_code, json.loads(result.stdout)

    code, said = run("--data", str(tmp_path / "nothing"))
    assert (code, said["ok"]) == (1, False)
    with server(tmp_path / "data", database="") as client:
        add(client, "wang", ["analyst"])
    code, said = run("--data", str(tmp_path / "data"), "--quick")
    assert code == 0, said
    file = tmp_path / "data" / "store" / "catalogue.sqlite"
    content = bytearray(file.read_bytes())
    content[4096 * 3 : 4096 * 3 + 2000] = os.urandom(2000)
    file.write_bytes(content)
    code, said = run("--data", str(tmp_path / "data"))
    assert (code, said["ok"]) == (1, False)
    text = CliRunner().invoke(cli, ["doctor", "--data", str(tmp_path / "nothing"), "--lang", "en"]).stdout
    assert "does not exist" in text
