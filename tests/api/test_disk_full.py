"""A disk that is full while an inventory is accounted, a release frozen or a backup written: told, nothing half, then it goes on."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from holding import dataset
from test_jobs import _filled

from cluster import ASKED
from serving import SICHUAN, add, enter, job, server
from tanheng.cli import cli

pytestmark = pytest.mark.skipif(ASKED, reason="the database is not on the small disk")


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(place)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no right to mount a small disk")
    yield place
    subprocess.run(["umount", "-l", place], check=False)


def test_accounting_and_freezing(disk: Path) -> None:
    with server(disk / "data") as client:
        add(client, "wang", ["analyst"])
        add(client, "chen", ["approver"])
        head = enter(client, "wang")
        made = dataset(client, head, SICHUAN.read_bytes())
        asked = {"dataset": made, "method": "sichuan-park-2022", "name": "x"}
        block = _filled(disk)
        answer = client.post("/api/v1/runs", headers=head, json=asked)
        assert (answer.status_code, answer.json()["code"]) == (507, "W-011")
        assert "磁盘" in answer.json()["detail"]
        block.unlink()
        assert client.get("/api/v1/runs").json()["total"] == 0
        run = job(client, client.post("/api/v1/runs", headers=head, json=asked))["run"]
        proposed = {"run": run, "name": "x", "why": "初稿"}
        release = client.post("/api/v1/releases", headers=head, json=proposed).json()["id"]
        head = enter(client, "chen")
        block = _filled(disk)
        answer = client.post(f"/api/v1/releases/{release}/approve", headers=head, json={})
        assert (answer.status_code, answer.json()["code"]) == (507, "W-011")
        block.unlink()
        assert client.app.state.platform.store.entries("release") == []
        job(client, client.post(f"/api/v1/releases/{release}/approve", headers=head, json={}))
        assert len(client.app.state.platform.store.entries("release")) == 1


def test_a_backup_onto_a_full_disk(disk: Path, tmp_path: Path) -> None:
    with server(tmp_path / "data") as client:
        add(client, "wang", ["analyst"])
        dataset(client, enter(client, "wang"), SICHUAN.read_bytes())
    words = ["backup", str(disk / "one.zip"), "--data", str(tmp_path / "data"), "--lang", "en"]
    block = _filled(disk)
    told = CliRunner().invoke(cli, words)
    assert told.exit_code == 2
    assert "[T-003] Cannot write" in told.stderr
    assert [one.name for one in disk.iterdir()] == ["filler"]
    block.unlink()
    assert CliRunner().invoke(cli, words).exit_code == 0
    block = _filled(disk)
    restored = ["restore", str(disk / "one.zip"), "--data", str(disk / "data"), "--lang", "en"]
    told = CliRunner().invoke(cli, restored)
    assert told.exit_code in (1, 2)
    assert "[T-003]" in told.stderr or "[R-005]" in told.stderr
    assert not (disk / "data").exists()
    block.unlink()
    assert CliRunner().invoke(cli, restored).exit_code == 0
