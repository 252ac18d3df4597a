"""Tokens of programs: scopes within their person's permissions, an end, and taking them back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient

from serving import PASSWORD, add, enter, server
from tanheng.access.problems import LoginTaken
from tanheng.record.tables import AUDIT, TOKEN

TOKENS = "/api/v1/tokens"


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with server(tmp_path) as found:
        add(found, "wang", ["analyst"])
        yield found


def made(client: TestClient, head: dict[str, str], **asked: Any) -> dict[str, str]:
    answer = client.post(TOKENS, headers=head, json={"name": "nightly", **asked})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def program(client: TestClient, token: str) -> TestClient:
    return TestClient(client.app, headers={"authorization": f"Bearer {token}"})


def test_a_token_works_without_the_mark_of_a_session_and_within_its_scopes(client: TestClient) -> None:
    head = enter(client, "wang")
    token = made(client, head, scopes=["data.read"])
    by_token = program(client, token["token"])
    assert by_token.get("/api/v1/runs").status_code == 200
    assert by_token.get("/api/v1/session").json()["permissions"] == ["data.read"]
    refused = by_token.post("/api/v1/runs", json={"dataset": "x", "method": "sichuan-park-2022", "name": "x"})
    assert (refused.status_code, refused.json()["code"]) == (403, "P-003")
    assert program(client, made(client, head)["token"]).post("/api/v1/jobs/x/cancel").status_code == 404
    (row,) = (one for one in client.get(TOKENS).json()["rows"] if one["id"] == token["id"])
    assert row["used_at"]
    assert token["token"] not in client.get(TOKENS).text
    with client.app.state.platform.reading() as connection:
        assert token["token"] not in str(connection.execute(sa.select(TOKEN)).all())


def test_scopes_lie_within_the_own_permissions(client: TestClient) -> None:
    head = enter(client, "wang")
    for scope in ("people.manage", "everything"):
        refused = client.post(TOKENS, headers=head, json={"name": "x", "scopes": [scope]})
        assert (refused.status_code, refused.json()["code"]) == (403, "P-016")


def test_a_token_makes_no_token_and_changes_no_password(client: TestClient) -> None:
    by_token = program(client, made(client, enter(client, "wang"))["token"])
    for path in ("tokens", "session/password", "session/second-factor"):
        body = {"name": "x", "old": "x", "new": "x", "password": "x"}
        assert by_token.post(f"/api/v1/{path}", json=body).json()["code"] == "P-017"
    assert by_token.delete("/api/v1/session").json()["code"] == "P-017"


def test_a_token_that_was_taken_back_is_refused_and_told(client: TestClient) -> None:
    head = enter(client, "wang")
    token = made(client, head)
    by_token = program(client, token["token"])
    assert client.delete(f"{TOKENS}/{token['id']}", headers=head).status_code == 204
    assert by_token.get("/api/v1/runs").status_code == 401
    with client.app.state.platform.reading() as connection:
        actions = list(connection.execute(sa.select(AUDIT.c.action).order_by(AUDIT.c.number)).scalars())
    assert actions[-2:] == ["token.revoke", "token.refused"]


def test_a_token_ends(client: TestClient) -> None:
    token = made(client, enter(client, "wang"), days=1)
    with client.app.state.platform.writing() as connection:
        connection.execute(sa.update(TOKEN).values(ends_at="2026-01-01T00:00:00+00:00"))
    assert program(client, token["token"]).get("/api/v1/runs").status_code == 401


def test_whoever_loses_a_role_loses_it_for_their_tokens(client: TestClient) -> None:
    head = enter(client, "wang")
    mine = client.get("/api/v1/session").json()["id"]
    by_token = program(client, made(client, head)["token"])
    add(client, "sec", ["security_admin"])
    add(client, "sys", ["system_admin"])
    security, system = TestClient(client.app), TestClient(client.app)
    head = enter(security, "sec")
    security.put(f"/api/v1/people/{mine}/roles", headers=head, json={"roles": ["approver"]})
    assert by_token.get("/api/v1/session").json()["permissions"] == ["data.read", "factors.read"]
    asked = {"dataset": "x", "method": "sichuan-park-2022", "name": "x"}
    assert by_token.post("/api/v1/runs", json=asked).json()["code"] == "P-003"
    head = enter(system, "sys")
    system.patch(f"/api/v1/people/{mine}", headers=head, json={"state": "suspended"})
    assert by_token.get("/api/v1/session").status_code == 401


def test_others_tokens_are_seen_and_taken_back_by_the_security_administrator_alone(
    client: TestClient,
) -> None:
    token = made(client, enter(client, "wang"))
    add(client, "li", ["analyst"])
    add(client, "sec", ["security_admin"])
    add(client, "sec-tianjin", ["security_admin"], tenant="天津")
    for login, seen, taken in (("li", 0, 404), ("sec-tianjin", 0, 404), ("sec", 1, 204)):
        desk = TestClient(client.app)
        head = enter(desk, login)
        assert desk.get(TOKENS).json()["total"] == seen
        assert desk.delete(f"{TOKENS}/{token['id']}", headers=head).status_code == taken


def test_a_bad_token_does_not_fall_back_to_the_cookie(client: TestClient) -> None:
    enter(client, "wang")
    for value in ("Bearer wrong", "bearer ", "Bearer tanheng_\u00e9".encode("latin-1")):
        assert client.get("/api/v1/session", headers={"authorization": value}).status_code == 401


def _revoked(client: TestClient) -> list[dict[str, Any]]:
    with client.app.state.platform.reading() as connection:
        query = sa.select(AUDIT.c.login, AUDIT.c.detail).where(AUDIT.c.action == "token.revoke")
        return [{"by": row.login, **row.detail} for row in connection.execute(query)]


def test_a_new_password_of_ones_own_takes_tokens_back_where_that_is_asked(client: TestClient) -> None:
    head = enter(client, "wang")
    token = made(client, head)
    by_token = program(client, token["token"])
    asked = {"old": PASSWORD, "new": "a first phrase of mine"}
    head = {"x-csrf-token": client.post("/api/v1/session/password", headers=head, json=asked).json()["csrf"]}
    assert by_token.get("/api/v1/runs").status_code == 200
    assert _revoked(client) == []
    asked = {"old": asked["new"], "new": "a second phrase of mine", "revoke_tokens": True}
    assert client.post("/api/v1/session/password", headers=head, json=asked).status_code == 200
    assert by_token.get("/api/v1/runs").status_code == 401
    assert client.get("/api/v1/session").status_code == 200
    assert _revoked(client) == [{"by": "wang", "of": "wang", "tokens": [token["id"]]}]


@pytest.mark.parametrize(("asked", "left"), [({}, 401), ({"keep_tokens": True}, 200)])
def test_a_reset_by_an_administrator_ends_sessions_and_tokens(
    client: TestClient, asked: dict[str, Any], left: int
) -> None:
    head = enter(client, "wang")
    token = made(client, head)
    by_token = program(client, token["token"])
    other = add(client, "li", ["analyst"])
    theirs = TestClient(client.app)
    kept = program(client, made(theirs, enter(theirs, "li"))["token"])
    add(client, "sys", ["system_admin"])
    desk = TestClient(client.app)
    head = enter(desk, "sys")
    person = next(one["id"] for one in desk.get("/api/v1/people").json()["rows"] if one["login"] == "wang")
    assert person != other
    reset = desk.post(f"/api/v1/people/{person}/password", headers=head, json=asked)
    assert reset.status_code == 200, reset.text
    assert client.get("/api/v1/session").status_code == 401
    answer = by_token.get("/api/v1/runs")
    # A token that is kept answers once the password that was set has been changed.
    assert answer.status_code == left or (left == 200 and answer.json()["code"] == "P-012")
    told = [{"by": "sys", "of": "wang", "tokens": [token["id"]]}]
    assert _revoked(client) == ([] if asked else told)
    assert kept.get("/api/v1/runs").status_code == 200


@pytest.mark.parametrize("login", ["ｗａｎｇ", "ＷＡＮＧ", "Wang", " wang ", "ｗang"])
def test_a_login_in_full_width_or_capitals_is_the_same_person(client: TestClient, login: str) -> None:
    answer = client.post("/api/v1/session", json={"login": login, "password": PASSWORD})
    assert (answer.status_code, answer.json()["login"]) == (201, "wang")
    with pytest.raises(LoginTaken):
        add(client, login, ["analyst"])
    for _ in range(5):
        client.post("/api/v1/session", json={"login": login, "password": "wrong wrong wrong"})
    locked = client.post("/api/v1/session", json={"login": "wang", "password": PASSWORD})
    assert locked.status_code == 401
