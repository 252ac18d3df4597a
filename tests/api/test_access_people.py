"""People and the separation of the three administrators: who adds, who gives roles and areas, and what nobody may do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyotp
import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient

from serving import PASSWORD, add, enter, server
from tanheng.record.tables import PERSON

PEOPLE = "/api/v1/people"


class Desk:
    """Somebody at their own browser."""

    def __init__(self, client: TestClient, login: str) -> None:
        self.client = TestClient(client.app)
        self.head = enter(self.client, login)

    def ask(self, verb: str, path: str, **extra: Any) -> Any:
        return self.client.request(verb, PEOPLE + path, headers=self.head, **extra)

    def new(self, login: str, **more: Any) -> Any:
        return self.ask("POST", "", json={"login": login, "name": login, "password": PASSWORD, **more})


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with server(tmp_path) as found:
        yield found


@pytest.fixture
def system(client: TestClient) -> Desk:
    add(client, "sys", ["system_admin"])
    return Desk(client, "sys")


@pytest.fixture
def security(client: TestClient) -> Desk:
    add(client, "sec", ["security_admin"])
    return Desk(client, "sec")


def code(answer: Any) -> str:
    return str(answer.json()["code"])


def test_the_first_administrators_can_be_made_from_an_empty_server(client: TestClient) -> None:
    asked = {"tenant": "四川省生态环境厅", "login": "sys", "name": "系统", "password": PASSWORD}
    assert client.post("/api/v1/setup", json=asked).status_code == 201
    assert client.post("/api/v1/setup", json=asked | {"login": "second"}).status_code == 403
    system = Desk(client, "sys")
    assert code(system.new("aud", roles=["audit_admin"])) == "P-003"
    made = system.new("sec", roles=["security_admin"])
    assert made.status_code == 201
    assert code(system.new("more", roles=["security_admin"])) == "P-003"
    security = TestClient(client.app)
    head = enter(security, "sec")
    changed = security.post(
        "/api/v1/session/password", headers=head, json={"old": PASSWORD, "new": "a phrase of my own"}
    )
    head = {"x-csrf-token": changed.json()["csrf"]}
    person = system.new("aud").json()["id"]
    given = security.put(f"{PEOPLE}/{person}/roles", headers=head, json={"roles": ["audit_admin"]})
    assert given.json()["roles"] == ["audit_admin"]


def test_whoever_adds_people_gives_no_areas_and_who_gives_roles_adds_nobody(
    system: Desk, security: Desk
) -> None:
    made = system.new("wang", roles=["analyst"])
    assert made.status_code == 201
    person = made.json()["id"]
    assert code(system.new("li", areas=[["all", ""]])) == "P-003"
    assert code(system.ask("PUT", f"/{person}/roles", json={"roles": ["approver"]})) == "P-003"
    assert code(system.ask("PUT", f"/{person}/areas", json={"areas": [["all", ""]]})) == "P-003"
    assert code(security.new("li")) == "P-003"
    assert code(security.ask("PATCH", f"/{person}", json={"state": "suspended"})) == "P-003"
    given = security.ask(
        "PUT", f"/{person}/areas", json={"areas": [["region", "成都"], ["entity", "高新区"]]}
    )
    assert given.json()["areas"] == ["entity:高新区", "region:CN-5101"]
    wrong = security.ask("PUT", f"/{person}/areas", json={"areas": [["region", "CN-5%"]]})
    assert code(wrong) == "P-015"
    assert code(security.ask("PUT", f"/{person}/roles", json={"roles": ["king"]})) == "P-007"


def test_the_three_administrators_are_three_people(security: Desk, system: Desk) -> None:
    person = system.new("wang").json()["id"]
    for first, second in (
        ("system_admin", "security_admin"),
        ("audit_admin", "system_admin"),
        ("security_admin", "audit_admin"),
    ):
        assert code(security.ask("PUT", f"/{person}/roles", json={"roles": [first, second]})) == "P-005"


def test_nobody_changes_their_own_roles_areas_or_state(
    client: TestClient, system: Desk, security: Desk
) -> None:
    people = {one["login"]: one["id"] for one in system.ask("GET", "").json()["rows"]}
    mine = people["sec"]
    assert code(security.ask("PUT", f"/{mine}/roles", json={"roles": ["analyst"]})) == "P-013"
    assert code(security.ask("PUT", f"/{mine}/areas", json={"areas": [["all", ""]]})) == "P-013"
    assert code(security.ask("PUT", f"/{mine}/subject", json={"subject": "x"})) == "P-013"
    assert code(system.ask("PATCH", f"/{people['sys']}", json={"state": "suspended"})) == "P-013"
    assert code(system.ask("POST", f"/{people['sys']}/password", json={"password": PASSWORD})) == "P-013"
    assert (
        system.ask("PATCH", f"/{people['sys']}", json={"name": "系统管理员"}).json()["name"] == "系统管理员"
    )


def test_the_last_administrator_stays(client: TestClient, system: Desk, security: Desk) -> None:
    people = {one["login"]: one["id"] for one in system.ask("GET", "").json()["rows"]}
    assert code(security.ask("PUT", f"/{people['sys']}/roles", json={"roles": []})) == "P-014"
    assert code(system.ask("PATCH", f"/{people['sec']}", json={"state": "suspended"})) == "P-014"
    add(client, "sys2", ["system_admin"])
    add(client, "sys-elsewhere", ["system_admin"], tenant="天津")
    assert security.ask("PUT", f"/{people['sys']}/roles", json={"roles": []}).status_code == 200
    second = Desk(client, "sys2")
    again = {one["login"]: one["id"] for one in second.ask("GET", "").json()["rows"]}
    assert "sys-elsewhere" not in again
    assert code(security.ask("PUT", f"/{again['sys2']}/roles", json={"roles": ["analyst"]})) == "P-014"


@pytest.mark.parametrize("change", ["roles", "state", "password", "sessions"])
def test_sessions_end_when_roles_state_or_password_change(
    client: TestClient, system: Desk, security: Desk, change: str
) -> None:
    wang = add(client, "wang", ["analyst"])
    desk = TestClient(client.app)
    enter(desk, "wang")
    assert desk.get("/api/v1/runs").status_code == 200
    assert len(system.ask("GET", f"/{wang}/sessions").json()) == 1
    done = {
        "roles": lambda: security.ask("PUT", f"/{wang}/roles", json={"roles": ["reviewer"]}),
        "state": lambda: system.ask("PATCH", f"/{wang}", json={"state": "suspended"}),
        "password": lambda: system.ask("POST", f"/{wang}/password", json={}),
        "sessions": lambda: system.ask("DELETE", f"/{wang}/sessions"),
    }[change]()
    assert done.status_code in (200, 204), done.text
    assert desk.get("/api/v1/runs").status_code == 401


def test_a_first_password_is_made_up_and_must_be_changed(client: TestClient, system: Desk) -> None:
    made = system.ask("POST", "", json={"login": "Wang", "name": "王", "roles": ["analyst"]}).json()
    desk = TestClient(client.app)
    entered = desk.post("/api/v1/session", json={"login": "wang", "password": made["password"]}).json()
    head = {"x-csrf-token": entered["csrf"]}
    assert entered["pending"] == ["password"]
    assert code(desk.get("/api/v1/runs")) == "P-012"
    assert code(desk.post("/api/v1/tokens", headers=head, json={"name": "x"})) == "P-012"
    own = {"old": made["password"], "new": "a phrase of my own"}
    assert desk.post("/api/v1/session/password", headers=head, json=own).status_code == 200
    assert desk.get("/api/v1/runs").status_code == 200
    again = system.ask("POST", f"/{made['id']}/password", json={}).json()["password"]
    assert desk.post("/api/v1/session", json={"login": "wang", "password": again}).json()["pending"] == [
        "password"
    ]


def test_one_administrator_does_not_take_over_another(
    client: TestClient, system: Desk, security: Desk
) -> None:
    people = {one["login"]: one["id"] for one in system.ask("GET", "").json()["rows"]}
    assert code(system.ask("POST", f"/{people['sec']}/password", json={})) == "P-021"
    assert code(security.ask("PUT", f"/{people['sys']}/subject", json={"subject": "mine"})) == "P-021"
    with client.app.state.platform.writing() as connection:
        connection.execute(
            sa.update(PERSON).where(PERSON.c.login == "sec").values(second_factor=pyotp.random_base32())
        )
    made_up = system.ask("POST", f"/{people['sec']}/password", json={}).json()["password"]
    asked = {"login": "sec", "password": made_up}
    assert TestClient(client.app).post("/api/v1/session", json=asked).status_code == 401


def test_a_lock_is_taken_off(client: TestClient, system: Desk) -> None:
    wang = add(client, "wang", ["analyst"])
    desk = TestClient(client.app)
    for _ in range(5):
        desk.post("/api/v1/session", json={"login": "wang", "password": "wrong"})
    assert system.ask("GET", f"/{wang}").json()["locked_until"]
    assert system.ask("POST", f"/{wang}/unlock").json()["locked_until"] == ""
    enter(desk, "wang")


def test_another_tenants_people_do_not_exist(client: TestClient, system: Desk, security: Desk) -> None:
    other = add(client, "tianjin", ["analyst"], tenant="天津市生态环境局")
    assert {one["login"] for one in system.ask("GET", "").json()["rows"]} == {"sys", "sec"}
    for desk, verb, path, body in (
        (system, "GET", "", None),
        (system, "PATCH", "", {"name": "x"}),
        (system, "POST", "/password", {}),
        (system, "POST", "/unlock", None),
        (system, "DELETE", "/sessions", None),
        (security, "PUT", "/roles", {"roles": []}),
        (security, "PUT", "/areas", {"areas": []}),
        (security, "PUT", "/subject", {"subject": "x"}),
        (security, "DELETE", "/second-factor", None),
    ):
        assert desk.ask(verb, f"/{other}{path}", json=body).status_code == 404, path


def test_a_region_area_admits_no_wildcard() -> None:
    from tanheng.access import Viewer, may_see
    from tanheng.record.tables import RUN

    somebody = Viewer("p", "x", "x", "t", frozenset(), (("region", "CN-5_"), ("region", ""), ("entity", "")))
    said = str(
        sa.select(RUN.c.id).where(may_see(somebody, RUN)).compile(compile_kwargs={"literal_binds": True})
    )
    assert "LIKE 'CN-5/_-' || '%' ESCAPE '/'" in said
    assert said.count(" OR ") == 1
