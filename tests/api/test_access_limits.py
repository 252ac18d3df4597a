"""How often somebody may ask: by person, token and address, sign-in and exports apart."""

from __future__ import annotations

from pathlib import Path

from fastapi.testclient import TestClient

from serving import PASSWORD, add, enter, server


def test_a_person_an_address_and_exports_have_their_limits(tmp_path: Path) -> None:
    with server(tmp_path, rate_person=6, rate_exports=2) as client:
        add(client, "wang", ["analyst"])
        add(client, "li", ["analyst"])
        enter(client, "wang")
        answers = [client.get("/api/v1/runs", params={"format": "csv"}).status_code for _ in range(3)]
        assert answers == [200, 200, 429]
        answers = [client.get("/api/v1/runs").status_code for _ in range(4)]
        assert answers == [200, 200, 200, 429]
        refused = client.get("/api/v1/runs")
        assert refused.json()["code"] == "W-006"
        assert refused.headers["content-type"] == "application/problem+json"
        assert 1 <= int(refused.headers["retry-after"]) <= 60
        other = TestClient(client.app)
        enter(other, "li")
        assert other.get("/api/v1/runs").status_code == 200


def test_an_address_is_counted_before_anything_is_looked_at(tmp_path: Path) -> None:
    with server(tmp_path, rate_source=3) as client:
        assert [client.get("/api/v1/runs").status_code for _ in range(4)] == [401, 401, 401, 429]
        assert client.get("/api/v1/health").status_code == 429


def test_signing_in_is_limited_more_strictly(tmp_path: Path) -> None:
    with server(tmp_path, rate_sign_in=3) as client:
        add(client, "wang", ["analyst"])
        asked = {"login": "wang", "password": PASSWORD}
        answers = [client.post("/api/v1/session", json=asked).status_code for _ in range(4)]
        assert answers == [201, 201, 201, 429]
        assert client.get("/api/v1/session").status_code == 200


def test_a_token_has_its_own_count(tmp_path: Path) -> None:
    with server(tmp_path, rate_person=4) as client:
        add(client, "wang", ["analyst"])
        token = client.post("/api/v1/tokens", headers=enter(client, "wang"), json={"name": "x"}).json()[
            "token"
        ]
        program = TestClient(client.app, headers={"authorization": f"Bearer {token}"})
        assert [program.get("/api/v1/runs").status_code for _ in range(5)][-1] == 429
