"""The analyst's day by the API: set up, sign in, upload, check, account, prove."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from serving import SICHUAN, add, enter, job, server


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with server(tmp_path) as found:
        yield found


def test_from_a_file_to_a_proof(client: TestClient) -> None:
    add(client, "wang", ["analyst"], [("region", "CN-51")])
    head = enter(client, "wang")
    kept = client.post("/api/v1/uploads", headers=head, files={"file": (SICHUAN.name, SICHUAN.read_bytes())})
    assert kept.status_code == 201
    asked = {"upload": kept.json()["id"], "name": "四川2021"}
    dataset = job(client, client.post("/api/v1/datasets", headers=head, json=asked))["dataset"]
    rows = client.get(f"/api/v1/datasets/{dataset}/rows").json()
    assert (rows["total"], rows["rows"][0]["__row"]) == (4, 2)
    asked = {"dataset": dataset, "method": "sichuan-park-2022", "name": "四川2021"}
    run = job(client, client.post("/api/v1/runs", headers=head, json=asked))["run"]
    found = client.get(f"/api/v1/runs/{run}").json()
    assert round(found["total"], 2) == 330_391_619.72
    by_item = client.get(f"/api/v1/runs/{run}/table", params={"by": ["item"]}).json()["rows"]
    assert [round(row["share"], 2) for row in by_item] == [46.75, 24.29, 18.70, 10.25]
    proof = client.get(f"/api/v1/runs/{run}/proof", params={"cell": ["item=煤品"]}).json()
    assert "activity.csv" in str(proof)


def test_nobody_sees_what_lies_elsewhere(client: TestClient) -> None:
    add(client, "wang", ["analyst"], [("region", "CN-51")])
    add(client, "li", ["analyst"], [("region", "CN-12")])
    head = enter(client, "wang")
    files = {"file": (SICHUAN.name, SICHUAN.read_bytes())}
    upload = client.post("/api/v1/uploads", headers=head, files=files).json()["id"]
    head = enter(client, "li")
    assert client.get("/api/v1/uploads").json()["total"] == 0
    refused = client.post("/api/v1/datasets", headers=head, json={"upload": upload, "name": "x"})
    assert (refused.status_code, refused.headers["content-type"]) == (404, "application/problem+json")
    outside = client.post("/api/v1/uploads", headers=head, files=files, data={"region": "CN-51"})
    assert (outside.status_code, outside.json()["code"]) == (403, "P-009")


def test_a_write_needs_the_mark_of_its_session_and_a_permission(client: TestClient) -> None:
    add(client, "wang", ["analyst"], [("all", "")])
    head = enter(client, "wang")
    assert client.post("/api/v1/jobs/x/cancel").json()["code"] == "P-008"
    assert client.get("/api/v1/people").json()["code"] == "P-003"
    assert client.delete("/api/v1/session", headers=head).status_code == 204
    assert client.get("/api/v1/session").status_code == 401


def test_problems_speak_the_language_of_the_request(client: TestClient) -> None:
    said = client.get("/api/v1/session", headers={"accept-language": "en-GB,en;q=0.9,zh;q=0.5"}).json()
    assert said["detail"].startswith("[P-011] Not signed in")
    assert client.get("/api/v1/session").json()["detail"].startswith("[P-011] 尚未登录")
