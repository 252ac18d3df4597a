"""How often somebody may ask: by person, token and address, sign-in and exports apart."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from fastapi.testclient import TestClient

from cluster import platform
from processes import Served, prepared
from serving import PASSWORD, add, enter, server
from tanheng.record.tables import AUDIT


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


def test_the_lock_of_a_login_and_of_an_address_holds_over_processes(tmp_path: Path) -> None:
    prepared(tmp_path)
    with Served(tmp_path, failures=5, source_failures=8) as one, Served(tmp_path, failures=5) as other:

        def guess(served: Served, login: str, password: str = "wrong") -> int:
            return served.client.post("/session", json={"login": login, "password": password}).status_code

        assert [guess((one, other)[at % 2], "wang") for at in range(5)] == [401] * 5
        assert (guess(one, "wang", PASSWORD), guess(other, "wang", PASSWORD)) == (401, 401), "locked in both"
        assert [guess(other, f"nobody{at}") for at in range(3)] == [401] * 3
        assert guess(one, "nobody-else") == 401, "counted where the other process refused"
        one.stop()
        other.stop()
    with platform(tmp_path).reading() as connection:
        query = sa.select(AUDIT.c.action, AUDIT.c.detail).order_by(AUDIT.c.number)
        told = [(row.action, row.detail.get("why")) for row in connection.execute(query)]
    assert told[-6:] == [
        ("session.barred", "locked"), ("session.barred", "locked"),
        *[("session.refused", "login")] * 3, ("session.barred", "source"),
    ]  # fmt: skip
