"""Ways around the four eyes: the same person again, by token, in another order, at the same moment, or by changing what was proposed."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient
from holding import GPC, run

from serving import add, enter, job, server
from tanheng.access.people import By, find_person
from tanheng.access.tokens import create_token
from tanheng.record.tables import DATASET, RELEASE, RUN


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with server(tmp_path, workers=2) as found:
        for login, roles in (("wang", ["analyst"]), ("chen", ["approver"]), ("zhao", ["analyst", "approver"]), ("sec", ["security_admin"])):  # fmt: skip
            add(found, login, roles)
        yield found


def person(client: TestClient, login: str) -> TestClient:
    found = TestClient(client.app)
    found.headers.update(enter(found, login))
    return found


def proposed(one: TestClient, text: str = GPC) -> str:
    asked = {"run": run(one, {}, text), "name": "示例市", "why": "初稿"}
    return str(one.post("/api/v1/releases", json=asked).json()["id"])


def state(client: TestClient, name: str) -> tuple[str, int]:
    with client.app.state.platform.reading() as connection:
        row = connection.execute(sa.select(RELEASE).where(RELEASE.c.id == name)).one()
    return row.state, row.number


def test_a_token_of_ones_own_is_oneself(client: TestClient) -> None:
    zhao = person(client, "zhao")
    name = proposed(zhao)
    with client.app.state.platform.writing() as connection:
        scopes = ("data.read", "release.approve")
        _, secret = create_token(connection, find_person(connection, "zhao"), "t", scopes, 1, By())
    program = TestClient(client.app, headers={"authorization": f"Bearer {secret}"})
    for path, asked in (("approve", {}), ("reject", {"said": "x"})):
        assert program.post(f"/api/v1/releases/{name}/{path}", json=asked).json()["code"] == "W-031"
    assert state(client, name) == ("proposed", 0)


def test_one_identity_is_not_tied_to_two_accounts(client: TestClient) -> None:
    sec = person(client, "sec")
    ids = {}
    with client.app.state.platform.reading() as connection:
        for login in ("wang", "chen"):
            ids[login] = find_person(connection, login).id
    asked = {"subject": "u-1001"}
    assert sec.put(f"/api/v1/people/{ids['wang']}/subject", json=asked).status_code == 200
    again = sec.put(f"/api/v1/people/{ids['chen']}/subject", json=asked)
    assert again.status_code == 422, again.text


def test_no_route_changes_what_was_proposed(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    changes = {(verb, path) for path, verbs in paths.items() for verb in verbs if re_release(path) and verb != "get"}  # fmt: skip
    assert changes == {
        ("post", "/api/v1/releases"), ("post", "/api/v1/releases/{name}/approve"),
        ("post", "/api/v1/releases/{name}/reject"), ("post", "/api/v1/releases/{name}/verify"),
    }  # fmt: skip
    runs = {(verb, path) for path, verbs in paths.items() for verb in verbs if path.startswith(("/api/v1/runs", "/api/v1/datasets")) and verb != "get"}  # fmt: skip
    assert runs == {("post", "/api/v1/runs"), ("post", "/api/v1/datasets")}


def re_release(path: str) -> bool:
    return path.startswith("/api/v1/releases")


def rewritten(path: Path) -> None:
    """The same table with every number made twice as large: a file that opens as before."""
    frame = pl.read_parquet(path)
    numbers = [name for name, kind in frame.schema.items() if kind.is_float()]
    path.chmod(0o644)
    frame.with_columns(pl.col(numbers) * 2).write_parquet(path)


@pytest.mark.parametrize("what", [RUN, DATASET], ids=["run", "dataset"])
@pytest.mark.parametrize("how", ["broken", "rewritten"])
def test_a_file_changed_on_the_disk_after_the_proposal_is_not_released(
    client: TestClient, what: sa.Table, how: str
) -> None:
    wang, chen = person(client, "wang"), person(client, "chen")
    name = proposed(wang)
    store = client.app.state.platform.store
    with client.app.state.platform.reading() as connection:
        manifest = connection.execute(sa.select(what.c.manifest)).scalar_one()
    for part, sha256 in store.entry(manifest).parts.items():
        path = store.objects.path(sha256)
        if how == "rewritten" and part.endswith(".parquet"):
            rewritten(path)
        elif how == "broken":
            path.chmod(0o644)
            path.write_bytes(path.read_bytes()[:-1] + b"\0")
    queued = chen.post(f"/api/v1/releases/{name}/approve", json={})
    assert queued.status_code != 202 or _ended(chen, queued.json()["job"]) == "failed"
    assert state(client, name) == ("proposed", 0)


def _ended(one: TestClient, name: str) -> str:
    while (found := one.get(f"/api/v1/jobs/{name}").json()["state"]) in ("waiting", "running"):
        pass
    return str(found)


def test_approving_and_rejecting_at_once_is_one_decision(client: TestClient) -> None:
    wang, chen, zhao = (person(client, login) for login in ("wang", "chen", "zhao"))
    for turn in range(4):
        name = proposed(wang, GPC.replace("30,MWh", f"{31 + turn},MWh"))

        def approve(name: str = name) -> Any:
            return chen.post(f"/api/v1/releases/{name}/approve", json={})

        def reject(name: str = name) -> Any:
            return zhao.post(f"/api/v1/releases/{name}/reject", json={"said": "不妥"})

        with ThreadPoolExecutor(2) as pool:
            queued, refused = [one.result() for one in (pool.submit(approve), pool.submit(reject))]
        done = queued.status_code == 202 and _ended(chen, queued.json()["job"]) == "done"
        assert done != (refused.status_code == 200), (queued.text, refused.text)
        decided = [one["action"] for one in chen.get(f"/api/v1/releases/{name}").json()["audit"]]
        assert len({"release.freeze", "release.reject"} & set(decided)) == 1, decided


def test_the_order_is_propose_then_decide_once(client: TestClient) -> None:
    wang, chen, zhao = (person(client, login) for login in ("wang", "chen", "zhao"))
    held = run(wang, {})
    for name in (held, "0" * 32):
        assert chen.post(f"/api/v1/releases/{name}/approve", json={}).status_code == 404
    name = str(wang.post("/api/v1/releases", json={"run": held, "name": "示例市", "why": "x"}).json()["id"])
    again = zhao.post("/api/v1/releases", json={"run": held, "name": "示例市", "why": "y"})
    assert again.status_code == 409, (
        "a second proposal of the same run would let its first proposer approve it"
    )
    job(chen, chen.post(f"/api/v1/releases/{name}/approve", json={}))
    for path, asked in (("approve", {}), ("reject", {"said": "x"})):
        assert zhao.post(f"/api/v1/releases/{name}/{path}", json=asked).json()["code"] == "W-030"
    assert state(client, name) == ("released", 1)


def test_whoever_made_the_run_decides_on_it_only_by_a_proposal_of_another(client: TestClient) -> None:
    """Four eyes are on the release: who made the data may approve what another proposed, and the chain tells both."""
    zhao, wang = person(client, "zhao"), person(client, "wang")
    held = run(zhao, {})
    name = wang.post("/api/v1/releases", json={"run": held, "name": "示例市", "why": "x"}).json()["id"]
    job(zhao, zhao.post(f"/api/v1/releases/{name}/approve", json={}))
    told = zhao.get(f"/api/v1/releases/{name}").json()["audit"]
    assert [(one["action"], one["login"]) for one in told][:2] == [("release.propose", "wang"), ("release.approve", "zhao")]  # fmt: skip
