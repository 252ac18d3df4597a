"""Backup and restore: of one moment while jobs run, whole or not at all, from either database into either."""

from __future__ import annotations

import json
import shutil
import threading
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyotp
import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from fastapi.testclient import TestClient
from holding import GPC, dataset

from cluster import ASKED, fresh, put_away
from serving import PASSWORD, SICHUAN, add, enter, job, server
from tanheng.cli import cli
from tanheng.record import chain
from tanheng.record.archive import BackupUnreadable, KeyMisfit, PlaceTaken, read_manifest
from tanheng.record.backup import back_up
from tanheng.record.catalogue import METADATA
from tanheng.record.platform import Platform
from tanheng.record.restore import restore
from tanheng.record.tables import JOB, PERSON, SESSION

EITHER = ["sqlite", pytest.param("postgresql", marks=pytest.mark.skipif(not ASKED, reason="PostgreSQL"))]


def rows_of(platform: Platform) -> dict[str, list[str]]:
    """Every row of every table but sessions, and the chain without what a restore adds."""
    with platform.reading() as connection:
        found = {one.name: sorted(map(str, connection.execute(sa.select(one)))) for one in METADATA.sorted_tables}  # fmt: skip
    return {name: [row for row in rows if "backup.restore" not in row] for name, rows in found.items() if name != "session"}  # fmt: skip


def run(*words: str) -> tuple[int, dict[str, Any]]:
    result = CliRunner().invoke(cli, [*words, "--json"])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, json.loads(result.stdout)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A server with a run, a person with a second factor, and a token."""
    with server(tmp_path_factory.mktemp("filled")) as client:
        add(client, "wang", ["analyst"])
        head = enter(client, "wang")
        files = {"file": (SICHUAN.name, SICHUAN.read_bytes())}
        upload = client.post("/api/v1/uploads", headers=head, files=files).json()["id"]
        made = job(
            client, client.post("/api/v1/datasets", headers=head, json={"upload": upload, "name": "四川"})
        )
        asked = {"dataset": made["dataset"], "method": "sichuan-park-2022", "name": "四川"}
        job(client, client.post("/api/v1/runs", headers=head, json=asked))
        add(client, "li", ["analyst"])
        head = enter(client, "li")
        told = client.post("/api/v1/session/second-factor", headers=head, json={"password": PASSWORD}).json()
        code = pyotp.TOTP(told["secret"]).now()
        client.post("/api/v1/session/second-factor/confirm", headers=head, json={"code": code}).raise_for_status()  # fmt: skip
        client.app.state.totp = told["secret"]
        enter(client, "wang")
        yield client


@pytest.fixture
def archive(filled: TestClient, tmp_path: Path) -> Path:
    back_up(filled.app.state.platform, tmp_path / "one.zip")
    return tmp_path / "one.zip"


@pytest.mark.parametrize("into", EITHER)
def test_a_restored_platform_is_the_one_that_was_backed_up(
    filled: TestClient, archive: Path, tmp_path: Path, into: str
) -> None:
    before = filled.app.state.platform
    url = fresh(f"{tmp_path}-restored") if into == "postgresql" else None
    key = before.folder / "secrets.key"
    manifest = restore(archive, tmp_path / "data", url, key=key, by="root@shell")
    assert manifest.key
    assert not manifest.damaged
    with server(tmp_path / "data", database=url or "") as client:
        after = client.app.state.platform
        assert rows_of(after) == rows_of(before)
        with after.reading() as connection:
            assert not chain.verify(connection).broken
            assert connection.execute(sa.select(sa.func.count()).select_from(SESSION)).scalar() == 0
        for kind in ("dataset", "run"):
            for entry in after.store.entries(kind):
                assert after.store.problems(entry) == []
        enter(client, "wang")
        run_id = client.get("/api/v1/runs").json()["rows"][0]["id"]
        assert round(client.get(f"/api/v1/runs/{run_id}").json()["total"], 2) == 330_391_619.72
        proof = client.get(f"/api/v1/runs/{run_id}/proof", params={"cell": ["item=煤品"]})
        assert "activity.csv" in proof.text
        with after.reading() as connection:
            row = connection.execute(sa.select(PERSON).where(PERSON.c.login == "li")).one()
        assert after.secrets.open(row.second_factor, row.id) == client.app.state.platform.secrets.open(row.second_factor, row.id)  # fmt: skip
        assert after.secrets.open(row.second_factor, row.id) == filled.app.state.totp
    assert not [one for one in tmp_path.rglob("*") if one.name.startswith(".half")]


@pytest.mark.skipif(not ASKED, reason="PostgreSQL")
def test_from_postgresql_to_sqlite_and_back(filled: TestClient, archive: Path, tmp_path: Path) -> None:
    assert read_manifest(archive).database == "postgresql"
    restore(archive, tmp_path / "a")
    held = Platform(tmp_path / "a")
    back_up(held, tmp_path / "two.zip")
    assert read_manifest(tmp_path / "two.zip").database == "sqlite"
    url = fresh(f"{tmp_path}-b")
    restore(tmp_path / "two.zip", tmp_path / "b", url)
    again = Platform(tmp_path / "b", url)
    try:
        assert rows_of(again) == rows_of(held) == rows_of(filled.app.state.platform)
    finally:
        again.store.engine.dispose()
        put_away()


def test_a_backup_of_a_busy_server_is_of_one_moment(filled: TestClient, tmp_path: Path) -> None:
    head = enter(filled, "wang")
    over = threading.Event()

    def busy() -> None:
        number = 0
        while not over.is_set():
            number += 1
            dataset(filled, head, GPC + f"示例市,2021,福建省,商业,柴油,{number},t\n", name="忙")

    worker = threading.Thread(target=busy)
    worker.start()
    try:
        for number in range(4):
            file = tmp_path / f"{number}.zip"
            back_up(filled.app.state.platform, file)
            restore(file, tmp_path / f"data{number}")
            found = Platform(tmp_path / f"data{number}")
            assert not found.store.lost("dataset")
            for entry in found.store.entries("dataset"):
                assert found.store.problems(entry) == []
    finally:
        over.set()
        worker.join()


@pytest.mark.parametrize("place", ["objects/", "tables/audit.jsonl", "tables/version.jsonl", "manifest.json"])
def test_a_changed_backup_is_refused_and_nothing_stands(archive: Path, tmp_path: Path, place: str) -> None:
    bad = tmp_path / "bad.zip"
    with zipfile.ZipFile(archive) as source, zipfile.ZipFile(bad, "w") as target:
        for one in source.namelist():
            content = source.read(one)
            if one.startswith(place):
                content = content.replace(b"a", b"b", 1) if b"a" in content else content + b"x"
            target.writestr(one, content)
    with pytest.raises(BackupUnreadable):
        restore(bad, tmp_path / "data")
    assert not (tmp_path / "data").exists()


def test_a_backup_of_a_newer_schema_is_refused(archive: Path, tmp_path: Path) -> None:
    newer = tmp_path / "newer.zip"
    with zipfile.ZipFile(archive) as source, zipfile.ZipFile(newer, "w") as target:
        for one in source.namelist():
            content = source.read(one)
            if one == "manifest.json":
                content = json.dumps({**json.loads(content), "schema": "9999"}).encode()
            target.writestr(one, content)
    status, told = run("restore", str(newer), "--data", str(tmp_path / "data"))
    assert (status, told["error"]["code"]) == (2, "R-003")
    assert "9999" in told["error"]["message"]["zh"]
    assert not (tmp_path / "data").exists()


def test_a_second_restore_into_the_same_place_changes_nothing(archive: Path, tmp_path: Path) -> None:
    restore(archive, tmp_path / "data")
    held = Platform(tmp_path / "data")
    before = rows_of(held)
    status, told = run("restore", str(archive), "--data", str(tmp_path / "data"))
    assert (status, told["error"]["code"]) == (2, "R-011")
    assert rows_of(held) == before
    held.store.engine.dispose()


def test_jobs_that_ran_when_it_was_made_are_done_where_it_is_restored(tmp_path: Path) -> None:
    with server(tmp_path / "a") as client:
        add(client, "wang", ["analyst"])
        head = enter(client, "wang")
        files = {"file": (SICHUAN.name, SICHUAN.read_bytes())}
        upload = client.post("/api/v1/uploads", headers=head, files=files).json()["id"]
        client.app.state.runner.stop()
        asked = {"upload": upload, "name": "四川"}
        name = client.post("/api/v1/datasets", headers=head, json=asked).json()["job"]
        with client.app.state.platform.writing() as connection:
            gone = {
                "state": "running",
                "runner": "gone",
                "attempts": 1,
                "beat_at": "2020-01-01T00:00:00+00:00",
            }
            connection.execute(sa.update(JOB).where(JOB.c.id == name).values(**gone))
        back_up(client.app.state.platform, tmp_path / "one.zip")
    restore(tmp_path / "one.zip", tmp_path / "b", fresh(f"{tmp_path}-jobs") if ASKED else None)
    with server(tmp_path / "b", database=fresh(f"{tmp_path}-jobs") if ASKED else "") as client:
        enter(client, "wang")
        ends = time.monotonic() + 30
        while client.get(f"/api/v1/jobs/{name}").json()["state"] != "done":
            assert time.monotonic() < ends
            time.sleep(0.05)
        assert client.get("/api/v1/datasets").json()["total"] == 1


def test_a_forged_table_with_its_hash_is_found_by_the_chain(archive: Path, tmp_path: Path) -> None:
    import hashlib

    bad = tmp_path / "bad.zip"
    with zipfile.ZipFile(archive) as source, zipfile.ZipFile(bad, "w") as target:
        content = source.read("tables/audit.jsonl").replace(b"session.open", b"session.oben")
        said = json.loads(source.read("manifest.json"))
        said["tables"]["audit"]["sha256"] = hashlib.sha256(content).hexdigest()
        for one in source.namelist():
            made = {"tables/audit.jsonl": content, "manifest.json": json.dumps(said)}.get(one)
            target.writestr(one, source.read(one) if made is None else made)
    with pytest.raises(BackupUnreadable, match="audit"):
        restore(bad, tmp_path / "data")
    assert not (tmp_path / "data").exists()


def test_a_cut_off_backup_is_refused(archive: Path, tmp_path: Path) -> None:
    content = archive.read_bytes()
    for share in (0.0, 0.3, 0.99):
        (tmp_path / "cut.zip").write_bytes(content[: int(len(content) * share)])
        with pytest.raises(BackupUnreadable):
            restore(tmp_path / "cut.zip", tmp_path / "data")


def test_only_into_an_empty_place(archive: Path, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "notes.txt").write_text("mine")
    with pytest.raises(PlaceTaken, match=r"notes\.txt"):
        restore(archive, tmp_path / "data")
    assert [one.name for one in (tmp_path / "data").iterdir()] == ["notes.txt"]
    with pytest.raises(PlaceTaken):
        back_up(Platform(tmp_path / "other"), archive)


@pytest.mark.skipif(not ASKED, reason="PostgreSQL")
def test_only_into_an_empty_database(archive: Path, tmp_path: Path) -> None:
    url = fresh(f"{tmp_path}-taken")
    Platform(tmp_path / "first", url).store.engine.dispose()
    with pytest.raises(PlaceTaken, match="about"):
        restore(archive, tmp_path / "data", url)
    assert not (tmp_path / "data").exists()


def test_another_key_is_refused_and_without_one_recovery_is_told(archive: Path, tmp_path: Path) -> None:
    other = Platform(tmp_path / "other")
    other.secrets.seal("x", "y")
    with pytest.raises(KeyMisfit):
        restore(archive, tmp_path / "data", key=tmp_path / "other" / "secrets.key")
    (tmp_path / "note.txt").write_text("密钥", encoding="utf-8")
    for key, said in (("none.key", "没有这个文件"), ("note.txt", "其中没有密钥"), ("other", "directory")):
        code, told = run(
            "restore", str(archive), "--data", str(tmp_path / "data"), "--key", str(tmp_path / key)
        )
        assert (code, told["error"]["code"]) == (2, "R-015")
        assert said in told["error"]["message"]["zh"]
        assert "--key" in told["error"]["message"]["zh"]
        assert not (tmp_path / "data").exists()
    code, told = run("restore", str(archive), "--data", str(tmp_path / "data"))
    assert (code, told["key_needed"]) == (0, True)


def test_a_damaged_object_is_told_and_the_rest_is_kept(
    filled: TestClient, archive: Path, tmp_path: Path
) -> None:
    restore(archive, tmp_path / "data")
    held = Platform(tmp_path / "data")
    entry = held.store.entries("dataset")[0]
    broken = held.store.objects.path(next(iter(entry.parts.values())))
    broken.chmod(0o644)
    broken.write_bytes(b"other")
    code, told = run("backup", str(tmp_path / "two.zip"), "--data", str(tmp_path / "data"))
    assert code == 1
    assert told["damaged"] == [broken.parent.name + broken.name]
    code, told = run("restore", str(tmp_path / "two.zip"), "--data", str(tmp_path / "again"))
    assert (code, len(told["damaged"])) == (1, 1)
    assert Platform(tmp_path / "again").store.problems(entry.sha256)


def test_the_commands_tell_the_chain_and_refuse_clearly(archive: Path, tmp_path: Path) -> None:
    data, file = tmp_path / "data", tmp_path / "two.zip"
    assert run("restore", str(archive), "--data", str(data))[0] == 0
    code, told = run("backup", str(file), "--data", str(data))
    assert code == 0
    assert told["sha256"]
    code, refused = run("restore", str(file), "--data", str(data))
    assert (code, refused["error"]["code"]) == (2, "R-011")
    code, refused = run("backup", str(tmp_path / "x.zip"), "--data", str(tmp_path / "nothing"))
    assert refused["error"]["code"] == "T-002"
    code, refused = run("restore", str(tmp_path / "none.zip"), "--data", str(tmp_path / "y"))
    assert refused["error"]["code"] == "R-010"
    with Platform(data).reading() as connection:
        actions = list(connection.scalars(sa.text("select action from audit order by number desc limit 2")))
    assert actions == ["backup.make", "backup.restore"]
    shutil.rmtree(data)


def until(client: TestClient) -> dict[str, Any]:
    for _ in range(600):
        found: dict[str, Any] = client.get("/api/v1/backups").json()
        if found["making"]["state"] in ("done", "failed"):
            return found
        time.sleep(0.05)
    raise AssertionError(found)


def test_the_administrator_makes_lists_downloads_and_deletes(tmp_path: Path) -> None:
    with server(tmp_path / "data", backup_download=True) as client:
        add(client, "root", ["system_admin"], [])
        add(client, "wang", ["analyst"])
        dataset(client, enter(client, "wang"), GPC)
        assert client.get("/api/v1/backups").json()["code"] == "P-003"
        head = enter(client, "root")
        assert client.post("/api/v1/backups", headers=head, json={}).status_code == 202
        found = until(client)
        assert found["making"]["state"] == "done", found
        (one,) = found["rows"]
        assert (one["damaged"], one["objects"] > 3, found["download"]) == (0, True, True)
        answer = client.get(f"/api/v1/backups/{one['name']}/file")
        (tmp_path / "one.zip").write_bytes(answer.content)
        restore(tmp_path / "one.zip", tmp_path / "again")
        assert Platform(tmp_path / "again").store.entries("dataset")
        for name in ("../data/secrets.key", "none.zip", "..%2f..%2fx.zip"):
            assert client.get(f"/api/v1/backups/{name}/file").status_code in (404, 405)
            assert client.delete(f"/api/v1/backups/{name}", headers=head).status_code in (404, 405)
        assert client.delete(f"/api/v1/backups/{one['name']}", headers=head).status_code == 204
        assert client.get("/api/v1/backups").json()["rows"] == []
        with client.app.state.platform.reading() as connection:
            told = set(connection.scalars(sa.text("select action from audit")))
        assert {"backup.make", "backup.download", "backup.delete"} <= told


def test_no_download_unless_set_and_none_beside_another_tenant(tmp_path: Path) -> None:
    with server(tmp_path / "data") as client:
        add(client, "root", ["system_admin"], [])
        head = enter(client, "root")
        client.post("/api/v1/backups", headers=head, json={}).raise_for_status()
        (one,) = until(client)["rows"]
        refused = client.get(f"/api/v1/backups/{one['name']}/file")
        assert (refused.status_code, refused.json()["code"]) == (409, "W-040")
        add(client, "li", ["analyst"], tenant="天津")
        for verb, path in (
            ("GET", ""),
            ("POST", ""),
            ("DELETE", f"/{one['name']}"),
            ("GET", f"/{one['name']}/file"),
        ):
            body = {} if verb == "GET" else {"headers": head}
            assert client.request(verb, f"/api/v1/backups{path}", **body).json()["code"] == "W-040"
