"""A write that is sent twice under one key is done once."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient

from serving import SICHUAN, add, enter, server
from tanheng.record.platform import Platform
from tanheng.record.tables import ANSWER, AUDIT, JOB, TENANT
from tanheng.serve.idempotent import _CLAIM, Claim
from tanheng.serve.problems import KeyBusy

FILES = {"file": (SICHUAN.name, SICHUAN.read_bytes())}


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with server(tmp_path) as found:
        add(found, "wang", ["analyst"])
        add(found, "zhao", ["analyst"])
        found.headers.update(enter(found, "wang"))
        yield found


def count(client: TestClient, table: sa.Table) -> int:
    with client.app.state.platform.reading() as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())


def test_the_same_request_is_done_once_and_answered_twice(client: TestClient) -> None:
    key = {"idempotency-key": "a1"}
    first = client.post("/api/v1/uploads", files=FILES, headers=key)
    again = client.post("/api/v1/uploads", files=FILES, headers=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert ("idempotent-replayed" in first.headers, again.headers["idempotent-replayed"]) == (False, "true")
    assert again.headers["content-type"] == "application/json"
    assert client.get("/api/v1/uploads").json()["total"] == 1
    other = client.post("/api/v1/uploads", files={"file": ("b.csv", b"x")}, headers=key)
    assert (other.status_code, other.json()["code"]) == (422, "W-014")
    elsewhere = client.post("/api/v1/datasets", json={"upload": "x", "name": "x"}, headers=key)
    assert (elsewhere.status_code, elsewhere.json()["code"]) == (422, "W-014")


def test_keys_belong_to_their_person(client: TestClient) -> None:
    key = {"idempotency-key": "a1"}
    first = client.post("/api/v1/uploads", files=FILES, headers=key).json()["id"]
    second = client.post("/api/v1/uploads", files=FILES, headers=key | enter(client, "zhao")).json()["id"]
    assert first != second


def test_a_refusal_is_not_kept(client: TestClient) -> None:
    key = {"idempotency-key": "a1"}
    asked = {"upload": "none", "name": "x"}
    assert client.post("/api/v1/datasets", json=asked, headers=key).status_code == 404
    assert count(client, ANSWER) == 0
    upload = client.post("/api/v1/uploads", files=FILES).json()["id"]
    assert (
        client.post("/api/v1/datasets", json={"upload": upload, "name": "x"}, headers=key).status_code == 202
    )
    for bad in ("", "a b", "x" * 256):
        refused = client.post("/api/v1/datasets", json=asked, headers={"idempotency-key": bad})
        assert refused.json()["code"] == "W-002", bad


def test_without_a_session_a_key_tells_nothing(client: TestClient) -> None:
    key = {"idempotency-key": "a1"}
    client.post("/api/v1/uploads", files=FILES, headers=key)
    client.cookies.clear()
    assert client.post("/api/v1/uploads", files=FILES, headers=key).status_code == 401


def test_duplicates_at_once_have_one_effect(client: TestClient) -> None:
    upload = client.post("/api/v1/uploads", files=FILES).json()["id"]

    def post(_number: int) -> tuple[int, str]:
        answer = client.post(
            "/api/v1/datasets", json={"upload": upload, "name": "x"}, headers={"idempotency-key": "a1"}
        )
        return answer.status_code, answer.json().get("job", "")

    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(post, range(16)))
    assert len(found) == 1
    assert {status for status, _ in found} == {202}
    assert count(client, JOB) == 1


def test_after_a_crash_a_claim_without_effect_is_taken_over_and_one_with_effect_is_told(
    client: TestClient,
) -> None:
    key = {"idempotency-key": "a1"}
    first = client.post("/api/v1/uploads", files=FILES, headers=key)
    long_ago = "2020-01-01T00:00:00+00:00"
    platform = client.app.state.platform
    for status, expected in ((0, 201), (1, 409)):
        with platform.writing() as connection:
            connection.execute(
                sa.update(ANSWER).values(status=status, kind="gone", body=b"", made_at=long_ago)
            )
            asked = connection.execute(sa.select(ANSWER.c.asked)).scalar_one()
        if status:  # what is a day old is forgotten
            with platform.writing() as connection:
                connection.execute(sa.delete(ANSWER))
                row = {
                    "key": "a1",
                    "asked": asked,
                    "status": 1,
                    "body": b"",
                    "kind": "gone",
                    "made_at": _minutes_ago(5),
                }
                row["person"] = (
                    connection.execute(sa.select(AUDIT.c.person).where(AUDIT.c.action == "upload.add"))
                    .scalars()
                    .first()
                )
                connection.execute(sa.insert(ANSWER), row)
        answer = client.post("/api/v1/uploads", files=FILES, headers=key)
        assert answer.status_code == expected, answer.text
        assert "idempotent-replayed" not in answer.headers
    assert answer.json()["code"] == "W-016"
    assert first.json()["id"] in client.get("/api/v1/uploads").text


def test_whose_claim_was_taken_over_changes_nothing(tmp_path: Path) -> None:
    with server(tmp_path) as client:
        platform: Platform = client.app.state.platform
        token = _CLAIM.set(Claim("nobody", "a1", "lost"))
        try:
            with pytest.raises(KeyBusy), platform.writing() as connection:
                connection.execute(sa.insert(TENANT), {"id": "t", "name": "t", "made_at": ""})
        finally:
            _CLAIM.reset(token)
        assert count(client, TENANT) == 0


def test_what_is_shown_once_is_not_kept(client: TestClient) -> None:
    asked = {"name": "script", "scopes": ["data.read"], "days": 10}
    first = client.post("/api/v1/tokens", json=asked, headers={"idempotency-key": "a1"})
    if first.status_code == 404:
        pytest.skip("no tokens")
    assert first.status_code == 201, first.text
    with client.app.state.platform.reading() as connection:
        assert connection.execute(sa.select(ANSWER.c.body)).scalar_one() == b""
    again = client.post("/api/v1/tokens", json=asked, headers={"idempotency-key": "a1"})
    assert (again.status_code, again.json()["code"]) == (409, "W-016")


def _minutes_ago(minutes: int) -> str:
    import datetime as dt

    return (dt.datetime.now(dt.UTC) - dt.timedelta(minutes=minutes)).isoformat()
