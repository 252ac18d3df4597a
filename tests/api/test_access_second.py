"""The second factor: enrolled with the password, each code good once, recovery codes, and required of administrators."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pyotp
import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient

from serving import PASSWORD, add, enter, server
from tanheng.record.tables import PERSON

SESSION_PATH = "/api/v1/session"
FACTOR = f"{SESSION_PATH}/second-factor"


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with server(tmp_path) as found:
        yield found


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    moment = [time.time()]
    monkeypatch.setattr("tanheng.access.second.time.time", lambda: moment[0])
    return moment


def enrolled(client: TestClient, head: dict[str, str], clock: list[float]) -> tuple[str, list[str]]:
    told = client.post(FACTOR, headers=head, json={"password": PASSWORD}).json()
    assert told["uri"].startswith("otpauth://totp/Tanheng:")
    code = pyotp.TOTP(told["secret"]).at(int(clock[0]))
    wrong = client.post(
        f"{FACTOR}/confirm", headers=head, json={"code": "000000" if code != "000000" else "111111"}
    )
    assert wrong.json()["code"] == "P-018"
    answer = client.post(f"{FACTOR}/confirm", headers=head, json={"code": code})
    assert answer.status_code == 200, answer.text
    return told["secret"], answer.json()["recovery"]


def came_in(client: TestClient, login: str, code: str) -> bool:
    asked = {"login": login, "password": PASSWORD, "code": code}
    return TestClient(client.app).post(SESSION_PATH, json=asked).status_code == 201


def test_a_code_is_needed_once_it_is_confirmed_and_good_once(client: TestClient, clock: list[float]) -> None:
    add(client, "wang", ["analyst"])
    head = enter(client, "wang")
    assert client.post(FACTOR, headers=head, json={"password": "not my password"}).json()["code"] == "P-018"
    secret, _ = enrolled(client, head, clock)
    assert client.get(SESSION_PATH).status_code == 200
    assert not came_in(client, "wang", "")
    assert not came_in(client, "wang", pyotp.TOTP(secret).at(int(clock[0])))
    clock[0] += 30
    code = pyotp.TOTP(secret).at(int(clock[0]))
    assert came_in(client, "wang", code)
    assert not came_in(client, "wang", code)
    clock[0] += 300
    assert not came_in(client, "wang", pyotp.TOTP(secret).at(int(clock[0]) - 90))
    assert came_in(client, "wang", pyotp.TOTP(secret).at(int(clock[0]) - 30))


def test_a_wrong_password_uses_no_code_up_and_codes_are_guesses_too(
    client: TestClient, clock: list[float]
) -> None:
    add(client, "wang", ["analyst"])
    secret, _ = enrolled(client, enter(client, "wang"), clock)
    clock[0] += 30
    code = pyotp.TOTP(secret).at(int(clock[0]))
    asked = {"login": "wang", "password": "a wrong password", "code": code}
    assert client.post(SESSION_PATH, json=asked).status_code == 401
    assert came_in(client, "wang", code)
    for _ in range(5):
        assert not came_in(client, "wang", "abc")
    clock[0] += 30
    assert not came_in(client, "wang", pyotp.TOTP(secret).at(int(clock[0])))


def test_recovery_codes_are_kept_as_hashes_and_good_once(client: TestClient, clock: list[float]) -> None:
    add(client, "wang", ["analyst"])
    _, codes = enrolled(client, enter(client, "wang"), clock)
    assert len(set(codes)) == 10
    with client.app.state.platform.reading() as connection:
        kept = connection.execute(sa.select(PERSON.c.recovery)).scalar_one()
    assert not set(kept) & set(codes)
    assert came_in(client, "wang", codes[3].upper())
    assert not came_in(client, "wang", codes[3])
    assert came_in(client, "wang", codes[4])


def test_the_security_administrator_turns_a_lost_one_off_but_not_the_own(
    client: TestClient, clock: list[float]
) -> None:
    wang = add(client, "wang", ["analyst"])
    mine = add(client, "sec", ["security_admin"])
    add(client, "sys", ["system_admin"])
    enrolled(client, enter(client, "wang"), clock)
    system, security = TestClient(client.app), TestClient(client.app)
    assert (
        system.delete(f"/api/v1/people/{wang}/second-factor", headers=enter(system, "sys")).status_code == 403
    )
    head = enter(security, "sec")
    assert security.delete(f"/api/v1/people/{mine}/second-factor", headers=head).json()["code"] == "P-013"
    assert security.delete(f"/api/v1/people/{wang}/second-factor", headers=head).status_code == 204
    assert client.get(SESSION_PATH).status_code == 401
    assert came_in(client, "wang", "")


def test_administrators_must_set_one_up_where_it_is_required(tmp_path: Path, clock: list[float]) -> None:
    with server(tmp_path, require_second_factor=True) as client:
        add(client, "sys", ["system_admin"])
        add(client, "wang", ["analyst"])
        enter(client, "wang")
        assert client.get("/api/v1/runs").status_code == 200
        head = enter(client, "sys")
        assert client.get(SESSION_PATH).json()["pending"] == ["second_factor"]
        refused = client.get("/api/v1/people")
        assert (refused.status_code, refused.json()["code"]) == (403, "P-012")
        enrolled(client, head, clock)
        assert client.get("/api/v1/people").status_code == 200
