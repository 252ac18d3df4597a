"""A server that is killed while it freezes a release: all of the release stands afterwards, once."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from test_jobs_crash import rows, upload

from cluster import platform
from processes import Served, prepared
from serving import PASSWORD
from tanheng.access import add_person
from tanheng.access.people import tenant_id
from tanheng.record.chain import verify
from tanheng.record.tables import RELEASE


def ended(served: Served, job: str) -> str:
    ends = time.monotonic() + 60
    while (found := served.client.get(f"/jobs/{job}").json())["state"] in ("waiting", "running"):
        assert time.monotonic() < ends, found
        time.sleep(0.05)
    return str(found["state"])


def enter(served: Served, login: str) -> None:
    told = served.client.post("/session", json={"login": login, "password": PASSWORD})
    assert told.status_code == 201, told.text
    served.client.headers["x-csrf-token"] = told.json()["csrf"]


def made(served: Served, path: str, **asked: str) -> str:
    job = served.client.post(path, json=asked).json()["job"]
    assert ended(served, job) == "done"
    done = served.client.get(f"/jobs/{job}").json()["done"]
    return str(done[{"/datasets": "dataset", "/runs": "run"}[path]])


@pytest.mark.slow
def test_a_release_is_whole_after_the_server_was_killed(tmp_path: Path) -> None:
    prepared(tmp_path)
    held = platform(tmp_path)
    with held.writing() as connection:
        add_person(connection, tenant=tenant_id(connection, "四川省生态环境厅"), login="chen", name="chen",
                   password=PASSWORD, roles=["approver"], areas=[("all", "")])  # fmt: skip
    with Served(tmp_path, lease_seconds=2) as served:
        dataset = made(served, "/datasets", upload=upload(served, rows(60_000)), name="厂", region="CN-51")
        run = made(served, "/runs", dataset=dataset, method="sichuan-park-2022", name="厂")
        name = served.client.post("/releases", json={"run": run, "name": "厂", "why": "初稿"}).json()["id"]
        enter(served, "chen")
        job = served.client.post(f"/releases/{name}/approve", json={}).json()["job"]
        while served.client.get(f"/jobs/{job}").json()["state"] == "waiting":
            pass
        served.kill()
    with Served(tmp_path, lease_seconds=2) as served:
        assert ended(served, job) == "done"
        assert served.client.get(f"/releases/{name}").json()["number"] == 1
        checked = served.client.post(f"/releases/{name}/verify").json()["job"]
        assert ended(served, checked) == "done"
        assert served.client.get(f"/jobs/{checked}").json()["done"]["ok"] is True
        served.stop()
    with held.reading() as connection:
        assert not verify(connection).broken
        assert [row.state for row in connection.execute(RELEASE.select())] == ["released"]
    assert len(held.store.entries("release")) == 1
