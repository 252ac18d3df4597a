"""Signing in: the same words for every refusal, lock-out, passwords, sessions, and what a browser's page may send."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient

from serving import PASSWORD, add, enter, server
from tanheng.access import passwords
from tanheng.access.passwords import check_password
from tanheng.access.problems import PasswordWeak
from tanheng.record.tables import AUDIT, PERSON, SESSION

SESSION_PATH = "/api/v1/session"


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with server(tmp_path) as found:
        yield found


def guess(
    client: TestClient, login: str, password: str = "a wrong password"
) -> tuple[int, dict[str, object]]:
    answer = client.post(SESSION_PATH, json={"login": login, "password": password})
    return answer.status_code, {key: said for key, said in answer.json().items() if key != "request"}


def told(client: TestClient, action: str) -> list[sa.RowMapping]:
    with client.app.state.platform.reading() as connection:
        query = sa.select(AUDIT).where(AUDIT.c.action == action).order_by(AUDIT.c.number)
        return list(connection.execute(query).mappings())


def set_person(client: TestClient, login: str, **values: object) -> None:
    with client.app.state.platform.writing() as connection:
        connection.execute(sa.update(PERSON).where(PERSON.c.login == login).values(**values))


def test_every_refusal_has_the_same_words_and_is_told(client: TestClient) -> None:
    for login in ("wang", "out", "locked"):
        add(client, login, ["analyst"])
    set_person(client, "out", state="suspended")
    set_person(client, "locked", locked_until="2999")
    answers = [
        guess(client, "wang"),
        guess(client, "nobody"),
        guess(client, "out", PASSWORD),
        guess(client, "locked", PASSWORD),
    ]
    assert [status for status, _ in answers] == [401] * 4
    assert all(body == answers[0][1] for _, body in answers)
    assert [row["detail"]["why"] for row in told(client, "session.refused")] == ["password", "login", "state"]
    assert [row["detail"]["why"] for row in told(client, "session.barred")] == ["locked"]
    assert guess(client, "wang\0", PASSWORD)[0] == 401


def test_an_unknown_login_is_given_the_same_work_as_a_known_one(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(client, "wang", ["analyst"])
    verify, tried = passwords._HASHER.verify, []

    class Counting:
        def verify(self, kept: str, password: str) -> bool:
            tried.append(kept)
            return verify(kept, password)

    monkeypatch.setattr(passwords, "_HASHER", Counting())
    guess(client, "wang")
    guess(client, "nobody")
    assert len(tried) == 2
    assert len({kept.rsplit("$", 2)[0] for kept in tried}) == 1


def test_failures_lock_a_login_and_the_right_password_no_longer_helps(client: TestClient) -> None:
    add(client, "wang", ["analyst"])
    for _ in range(5):
        assert guess(client, "wang")[0] == 401
    assert guess(client, "wang", PASSWORD)[0] == 401
    set_person(client, "wang", locked_until="2020")
    assert guess(client, "wang", PASSWORD)[0] == 201


def test_guesses_at_the_same_moment_do_not_get_past_the_lock(client: TestClient) -> None:
    add(client, "wang", ["analyst"])
    threads = [threading.Thread(target=guess, args=(client, "wang")) for _ in range(12)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(told(client, "session.refused")) == 5
    assert len(told(client, "session.barred")) == 7


def test_an_address_that_tries_many_logins_is_barred(tmp_path: Path) -> None:
    with server(tmp_path, source_failures=3) as client:
        add(client, "wang", ["analyst"])
        for number in range(3):
            guess(client, f"person{number}")
        assert guess(client, "wang", PASSWORD)[0] == 401
        assert told(client, "session.barred")[-1]["detail"] == {"why": "source"}


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("short", "12"),
        ("x" * 257, "256"),
        ("my name is wang", "登录名"),
        ("aaaaaaaaaaaaab", "5"),
        ("1qaz2wsx3edc4rfv", "常见"),
        ("P@ssw0rd20261122", "常见"),
        ("Admin@1234567", "常见"),
        (PASSWORD, "最近"),
    ],
)
def test_the_policy_says_why(password: str, said: str) -> None:
    from tanheng.access.passwords import hashed

    with pytest.raises(PasswordWeak) as caught:
        check_password(password, "wang", [hashed(PASSWORD)])
    assert said in caught.value.message("zh")


def test_the_last_five_passwords_are_not_used_again_and_sessions_end(client: TestClient) -> None:
    add(client, "wang", ["analyst"])
    head = enter(client, "wang")
    other = TestClient(client.app)
    enter(other, "wang")
    passwords = [PASSWORD, *(f"another long phrase {n}" for n in range(5))]
    for old, new in itertools.pairwise(passwords):
        asked = {"old": old, "new": PASSWORD}
        refused = client.post(f"{SESSION_PATH}/password", headers=head, json=asked)
        assert (refused.status_code, refused.json()["code"]) == (422, "P-004")
        before = client.cookies["tanheng_session"]
        done = client.post(f"{SESSION_PATH}/password", headers=head, json={"old": old, "new": new})
        assert done.status_code == 200, done.text
        assert client.cookies["tanheng_session"] != before
        head = {"x-csrf-token": done.json()["csrf"]}
    assert other.get(SESSION_PATH).status_code == 401
    asked = {"old": passwords[-1], "new": PASSWORD}
    assert client.post(f"{SESSION_PATH}/password", headers=head, json=asked).status_code == 200


def test_a_wrong_old_password_counts_as_a_guess(client: TestClient) -> None:
    add(client, "wang", ["analyst"])
    head = enter(client, "wang")
    for _ in range(6):
        asked = {"old": "a wrong password", "new": "something else entirely"}
        refused = client.post(f"{SESSION_PATH}/password", headers=head, json=asked)
        assert (refused.status_code, refused.json()["code"]) == (403, "P-018")
    assert guess(client, "wang", PASSWORD)[0] == 401


def test_a_password_of_age_must_be_changed_first(tmp_path: Path) -> None:
    with server(tmp_path, password_days=90) as client:
        add(client, "wang", ["analyst"])
        set_person(client, "wang", password_at="2026-01-01T00:00:00+00:00")
        head = enter(client, "wang")
        assert client.get(SESSION_PATH).json()["pending"] == ["password"]
        refused = client.get("/api/v1/runs")
        assert (refused.status_code, refused.json()["code"]) == (403, "P-012")
        asked = {"old": PASSWORD, "new": "a new and long phrase"}
        assert client.post(f"{SESSION_PATH}/password", headers=head, json=asked).json()["pending"] == []
        assert client.get("/api/v1/runs").status_code == 200


def test_a_planted_session_is_not_taken_over_and_a_former_one_ends(client: TestClient) -> None:
    add(client, "wang", ["analyst"])
    client.cookies.set("tanheng_session", "planted-by-somebody-else")
    enter(client, "wang")
    first = client.cookies.get("tanheng_session", domain="testserver.local")
    assert first not in (None, "planted-by-somebody-else")
    client.cookies.clear()
    client.cookies.set("tanheng_session", str(first))
    enter(client, "wang")
    thief = TestClient(client.app, cookies={"tanheng_session": str(first)})
    assert thief.get(SESSION_PATH).status_code == 401


def test_the_cookie_is_for_the_browser_and_this_host_alone(tmp_path: Path) -> None:
    with server(tmp_path, secure=True) as client:
        add(client, "wang", ["analyst"])
        secure = TestClient(client.app, base_url="https://testserver")
        answer = secure.post(SESSION_PATH, json={"login": "wang", "password": PASSWORD})
        flags = answer.headers["set-cookie"]
        assert flags.startswith("__Host-tanheng_session=")
        assert all(
            flag in flags for flag in ("HttpOnly", "Secure", "SameSite=strict", "Path=/", "Max-Age=43200")
        )
        assert "Domain" not in flags
        assert secure.get(SESSION_PATH).status_code == 200
        assert answer.headers["strict-transport-security"].startswith("max-age=")


def test_a_page_of_another_site_writes_nothing(client: TestClient) -> None:
    add(client, "wang", ["analyst"])
    head = enter(client, "wang")
    for foreign in ({"origin": "https://evil.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"}):
        refused = client.post("/api/v1/jobs/x/cancel", headers=head | foreign)
        assert (refused.status_code, refused.json()["code"]) == (403, "P-008")
        planted = client.post(SESSION_PATH, headers=foreign, json={"login": "wang", "password": PASSWORD})
        assert planted.status_code == 403
    own = head | {"origin": "http://testserver", "sec-fetch-site": "same-origin"}
    assert client.post("/api/v1/jobs/x/cancel", headers=own).status_code == 404
    assert client.post("/api/v1/jobs/x/cancel", headers={"x-csrf-token": "错".encode()}).status_code == 403
    assert len(told(client, "permission.refused")) == 4


def test_behind_a_proxy_the_public_address_counts(tmp_path: Path) -> None:
    with server(tmp_path, public_url="https://carbon.example.gov.cn") as client:
        add(client, "wang", ["analyst"])
        head = enter(client, "wang") | {"origin": "https://carbon.example.gov.cn"}
        assert client.post("/api/v1/jobs/x/cancel", headers=head).status_code == 404


def test_sessions_are_listed_and_ended_one_by_one(client: TestClient) -> None:
    add(client, "wang", ["analyst"])
    add(client, "li", ["analyst"])
    head = enter(client, "wang")
    other, stranger = TestClient(client.app), TestClient(client.app)
    enter(other, "wang")
    stranger_head = enter(stranger, "li")
    listed = client.get("/api/v1/sessions").json()
    assert sorted(one["present"] for one in listed) == [False, True]
    (theirs,) = (one["id"] for one in listed if not one["present"])
    assert stranger.delete(f"/api/v1/sessions/{theirs}", headers=stranger_head).status_code == 404
    assert client.delete(f"/api/v1/sessions/{theirs}", headers=head).status_code == 204
    assert (other.get(SESSION_PATH).status_code, client.get(SESSION_PATH).status_code) == (401, 200)


@pytest.mark.parametrize("column", ["seen_at", "ends_at"])
def test_a_session_ends_when_idle_and_at_its_time(client: TestClient, column: str) -> None:
    add(client, "wang", ["analyst"])
    enter(client, "wang")
    assert client.get(SESSION_PATH).status_code == 200
    with client.app.state.platform.writing() as connection:
        connection.execute(sa.update(SESSION).values(**{column: "2026-01-01T00:00:00+00:00"}))
    refused = client.get(SESSION_PATH)
    assert (refused.status_code, refused.headers["www-authenticate"]) == (401, "Bearer")


def test_signing_out_ends_the_session_on_the_server(client: TestClient) -> None:
    add(client, "wang", ["analyst"])
    head = enter(client, "wang")
    kept = client.cookies["tanheng_session"]
    assert client.delete(SESSION_PATH, headers=head).status_code == 204
    assert "tanheng_session" not in client.cookies
    assert TestClient(client.app, cookies={"tanheng_session": kept}).get(SESSION_PATH).status_code == 401
    assert len(told(client, "session.close")) == 1
