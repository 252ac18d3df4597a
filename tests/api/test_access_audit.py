"""The audit chain: everything is told, edits are found, a tenant sees its own; and the commands of the shell."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from fastapi.testclient import TestClient

from cluster import database_of
from serving import PASSWORD, SICHUAN, add, enter, job, server
from tanheng.cli import cli
from tanheng.record.chain import _HASHED, Head, _hash, append, head, verify
from tanheng.record.platform import Platform
from tanheng.record.tables import AUDIT


def run(*words: str, said: str = "") -> tuple[int, dict[str, Any]]:
    result = CliRunner().invoke(cli, [*words, "--json"], input=said)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, json.loads(result.stdout)


@pytest.fixture
def platform(tmp_path: Path) -> Platform:
    found = Platform(tmp_path)
    with found.writing() as connection:
        for number in range(6):
            append(connection, "test", f"object {number}", tenant="t", detail={"说": number, "half": 0.5})
    return found


def edited(platform: Platform, statement: Any) -> list[tuple[int, str]]:
    with platform.writing() as connection:
        connection.execute(statement)
    with platform.reading() as connection:
        return [(one.number, one.problem) for one in verify(connection).broken]


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"object": "another"}, "edited"),
        ({"detail": {"说": 9}}, "edited"),
        ({"at": "2020"}, "edited"),
        ({"tenant": "other"}, "edited"),
        ({"before": "0" * 64}, "edited"),
        ({"number": 99}, "missing"),
    ],
)
def test_an_edited_entry_is_found(platform: Platform, values: dict[str, Any], problem: str) -> None:
    found = edited(platform, sa.update(AUDIT).where(AUDIT.c.number == 3).values(**values))
    assert (3, problem) in found


def test_details_that_are_no_data_are_found_without_a_traceback(platform: Platform) -> None:
    assert (2, "edited") in edited(platform, sa.text("update audit set detail = 'x' where number = 2"))


def test_an_entry_cut_or_put_in_is_found(platform: Platform) -> None:
    assert edited(platform, sa.delete(AUDIT).where(AUDIT.c.number == 1))[0] == (1, "missing")
    assert edited(platform, sa.delete(AUDIT).where(AUDIT.c.number == 4))[-1] == (4, "missing")
    with platform.reading() as connection:
        row = dict(connection.execute(sa.select(AUDIT).where(AUDIT.c.number == 3)).mappings().one())
    row |= {"number": 4, "hash": "f" * 64}
    found = edited(platform, sa.insert(AUDIT).values(**row))
    assert {(4, "not linked"), (4, "edited"), (5, "not linked")} <= set(found)


def test_a_chain_cut_short_or_written_anew_is_found_against_a_kept_head(platform: Platform) -> None:
    with platform.reading() as connection:
        kept = head(connection)
        assert Head.read(str(kept)) == kept
    with platform.writing() as connection:
        connection.execute(sa.delete(AUDIT).where(AUDIT.c.number > 4))
    with platform.reading() as connection:
        assert not verify(connection).broken
        assert [one.number for one in verify(connection, kept).broken] == [6]
    with platform.writing() as connection:
        append(connection, "another", "history")
        append(connection, "another", "history")
    with platform.reading() as connection:
        assert [one.problem for one in verify(connection, kept).broken] == ["not the kept head"]


def rewritten(platform: Platform, start: int) -> None:
    """What somebody who knows the program does: every hash from an entry on is made to fit again."""
    with platform.writing() as connection:
        rows = [dict(row) for row in connection.execute(sa.select(AUDIT).order_by(AUDIT.c.number)).mappings()]
        last = rows[start - 2]["hash"] if start > 1 else ""
        for row in rows[start - 1 :]:
            row["previous"] = last
            last = _hash({name: row[name] for name in _HASHED})
            linked = {"previous": row["previous"], "hash": last}
            connection.execute(sa.update(AUDIT).where(AUDIT.c.number == row["number"]).values(**linked))


def test_the_command_finds_each_way_of_changing_the_past(platform: Platform, tmp_path: Path) -> None:
    data = ("--data", str(tmp_path))
    kept = run("audit", "verify", *data)[1]["head"]
    swap = "update audit set number = case number when 2 then -3 when 3 then -2 end where number in (2, 3)"
    for statements in (
        ["update audit set object = 'x' where number = 3"],
        ["delete from audit where number = 3"],
        ["delete from audit where number = 1"],
        [swap, "update audit set number = -number where number < 0"],
    ):
        with platform.writing() as connection:
            before = connection.execute(sa.select(AUDIT)).mappings().all()
            for one in statements:
                connection.exec_driver_sql(one)
        status, told = run("audit", "verify", *data)
        assert (status, told["ok"]) == (1, False)
        with platform.writing() as connection:
            connection.execute(sa.delete(AUDIT))
            connection.execute(sa.insert(AUDIT), [dict(row) for row in before])
    assert run("audit", "verify", *data, "--head", kept)[0] == 0


def test_a_tail_with_new_hashes_is_found_against_a_kept_head_alone(
    platform: Platform, tmp_path: Path
) -> None:
    data = ("--data", str(tmp_path))
    kept = run("audit", "verify", *data)[1]["head"]
    with platform.writing() as connection:
        connection.execute(sa.update(AUDIT).where(AUDIT.c.number == 4).values(login="somebody else"))
    rewritten(platform, 4)
    assert run("audit", "verify", *data)[0] == 0, "hashes alone cannot prove it"
    status, told = run("audit", "verify", *data, "--head", kept)
    assert (status, told["broken"]) == (1, [{"number": 6, "problem": "not the kept head"}])


def test_the_command_tells_by_its_exit_code(platform: Platform, tmp_path: Path) -> None:
    data = ("--data", str(tmp_path))
    status, told = run("audit", "verify", *data)
    assert (status, told["ok"], told["entries"], told["broken"]) == (0, True, 6, [])
    assert run("audit", "verify", *data, "--head", told["head"])[0] == 0
    assert run("audit", "verify", *data, "--head", "7:" + "0" * 64)[0] == 1
    status, wrong = run("audit", "verify", *data, "--head", "none")
    assert (status, wrong["error"]["code"]) == (2, "R-007")
    edited(platform, sa.update(AUDIT).where(AUDIT.c.number == 2).values(login="somebody else"))
    status, told = run("audit", "verify", *data)
    assert (status, told["broken"]) == (1, [{"number": 2, "problem": "edited"}])
    assert run("audit", "verify", "--data", str(tmp_path / "none"))[1]["error"]["code"] == "T-002"


def test_an_identity_is_tied_by_the_shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = ("--data", str(tmp_path))
    run("user", "add", "sec", "--role", "security_admin", "--password-stdin", *data, said=PASSWORD)
    assert run("user", "tie", "sec", "u-1", *data)[1]["error"]["code"] == "T-001"
    monkeypatch.setenv("TANHENG_OIDC_ISSUER", "https://id.example.gov.cn")
    assert run("user", "tie", "sec", "u-1", *data)[1]["user"]["subject"] == "https://id.example.gov.cn u-1"
    assert run("user", "tie", "sec", "", *data)[1]["user"]["subject"] == ""


def test_people_and_tokens_by_the_shell(tmp_path: Path) -> None:
    url = database_of(tmp_path)
    data = ("--data", str(tmp_path), *(("--database", url) if url else ()))
    status, told = run(
        "user", "add", "Wang", "--role", "analyst", "--area", "region:四川", "--password-stdin", *data, said=PASSWORD + "\n"
    )  # fmt: skip
    assert (status, told["user"]["login"], told["user"]["areas"]) == (0, "wang", ["region:CN-51"])
    assert "password" not in told["user"]
    assert run("user", "add", "x", "--password-stdin", *data, said="short\n")[1]["error"]["code"] == "P-004"
    assert (
        run("user", "add", "y", "--area", "moon", "--password-stdin", *data, said=PASSWORD)[1]["error"][
            "code"
        ]
        == "T-001"
    )
    assert [(one["login"], one["tenant"]) for one in run("user", "list", *data)[1]["users"]] == [
        ("wang", "Tanheng")
    ]
    run("user", "add", "zhao", "--tenant", "天津", "--password-stdin", *data, said=PASSWORD)
    assert run("user", "add", "z", "--password-stdin", *data, said=PASSWORD)[1]["error"]["code"] == "T-001"
    status, token = run("token", "create", "wang", "--scope", "data.read", *data)
    assert (status, token["token"][:8]) == (0, "tanheng_")
    assert run("token", "create", "wang", "--scope", "people.manage", *data)[1]["error"]["code"] == "P-016"
    with server(tmp_path) as client:
        program = {"authorization": f"Bearer {token['token']}"}
        assert client.get("/api/v1/runs", headers=program).status_code == 200
        for _ in range(5):
            client.post("/api/v1/session", json={"login": "wang", "password": "wrong"})
        assert run("user", "unlock", "wang", *data)[1]["user"]["locked_until"] == ""
        enter(client, "wang")
        assert run("token", "revoke", token["id"], *data)[0] == 0
        assert client.get("/api/v1/runs", headers=program).status_code == 401
        (listed,) = run("token", "list", *data)[1]["tokens"]
        assert listed["revoked_at"]
        status, told = run("user", "reset", "wang", "--password-stdin", *data, said="yet another phrase\n")
        assert told["user"]["must_change"]
        assert client.get("/api/v1/session").status_code == 401
    assert run("user", "unlock", "nobody", *data)[1]["error"]["code"] == "T-002"
    assert run("audit", "verify", *data)[0] == 0


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with server(tmp_path) as found:
        yield found


def test_the_audit_administrator_sees_the_own_tenant_and_checks_the_chain(client: TestClient) -> None:
    add(client, "aud", ["audit_admin"])
    add(client, "wang", ["analyst"])
    enter(client, "wang")
    assert client.get("/api/v1/audit").status_code == 403
    client.post("/api/v1/session", json={"login": "nobody-known", "password": "wrong"})
    enter(client, "aud")
    rows = client.get("/api/v1/audit", params={"limit": 1000}).json()["rows"]
    actions = [row["action"] for row in rows]
    assert {"person.add", "session.open", "session.refused", "permission.refused"} <= set(actions)
    refused = next(row for row in rows if row["action"] == "permission.refused")
    assert (refused["login"], refused["object"]) == ("wang", "GET /api/v1/audit")
    assert refused["detail"]["permission"] == "audit.read"
    only = client.get("/api/v1/audit", params={"action": "session.open", "login": "wang"}).json()
    assert only["total"] == 1
    checked = client.get("/api/v1/audit/verification").json()
    assert (checked["ok"], checked["entries"]) == (True, checked["number"])
    add(client, "tj", ["audit_admin"], tenant="天津")
    enter(client, "tj")
    seen = client.get("/api/v1/audit", params={"limit": 1000}).json()["rows"]
    assert {row["login"] for row in seen} <= {"", "tj"}
    kept = f"{checked['number']}:{checked['hash']}"
    with client.app.state.platform.writing() as connection:
        connection.execute(sa.update(AUDIT).where(AUDIT.c.number == 1).values(action="x"))
    broken = client.get("/api/v1/audit/verification", params={"head": kept}).json()
    assert (broken["ok"], broken["broken"]) == (False, [{"number": 1, "problem": "edited"}])


def test_no_password_code_or_secret_stands_in_the_chain(client: TestClient) -> None:
    add(client, "wang", ["analyst"])
    head_ = enter(client, "wang")
    token = client.post("/api/v1/tokens", headers=head_, json={"name": "x"}).json()["token"]
    enrolled = client.post("/api/v1/session/second-factor", headers=head_, json={"password": PASSWORD}).json()
    client.post("/api/v1/session", json={"login": "wang", "password": "mistyped password"})
    with client.app.state.platform.reading() as connection:
        text = str(connection.execute(sa.select(AUDIT)).all())
    for hidden in (PASSWORD, token, enrolled["secret"], "mistyped", head_["x-csrf-token"], "argon2"):
        assert hidden not in text


class Watched(TestClient):
    """A browser whose every write must be told in the chain."""

    def request(self, method: str, *args: Any, **extra: Any) -> Any:
        before = entries(self)
        answer = super().request(method, *args, **extra)
        if method not in ("GET", "HEAD") and answer.status_code < 300:
            assert entries(self) > before, (method, args)
        return answer


def entries(client: TestClient) -> int:
    with client.app.state.platform.reading() as connection:
        return head(connection).number


def test_every_write_of_the_day_is_told(client: TestClient) -> None:
    for login, role in (
        ("wang", "analyst"),
        ("li", "approver"),
        ("sys", "system_admin"),
        ("sec", "security_admin"),
    ):
        add(client, login, [role, "reviewer"] if login == "wang" else [role])
    wang, li, system, security = (Watched(client.app) for _ in range(4))
    mine = enter(wang, "wang")
    files = {"file": (SICHUAN.name, SICHUAN.read_bytes())}
    upload = wang.post("/api/v1/uploads", headers=mine, files=files).json()["id"]
    asked = {"upload": upload, "name": "四川2021"}
    dataset = job(wang, wang.post("/api/v1/datasets", headers=mine, json=asked))["dataset"]
    asked = {"dataset": dataset, "method": "sichuan-park-2022", "name": "四川2021"}
    made = wang.post("/api/v1/runs", headers=mine, json=asked)
    run_ = job(wang, made)["run"]
    assert wang.post(f"/api/v1/jobs/{made.json()['job']}/cancel", headers=mine).status_code in (200, 409, 422)
    asked = {"run": run_, "name": "四川2021", "why": "test"}
    release = wang.post("/api/v1/releases", headers=mine, json=asked).json()["id"]
    approved = li.post(f"/api/v1/releases/{release}/approve", headers=enter(li, "li"), json={})
    assert approved.status_code < 300, approved.text
    token = wang.post("/api/v1/tokens", headers=mine, json={"name": "x"}).json()["id"]
    assert wang.delete(f"/api/v1/tokens/{token}", headers=mine).status_code == 204
    sys_head, sec_head = enter(system, "sys"), enter(security, "sec")
    person = system.post("/api/v1/people", headers=sys_head, json={"login": "zhao", "name": "赵"}).json()[
        "id"
    ]
    for desk, head_, verb, path, body in (
        (system, sys_head, "PATCH", "", {"name": "赵工"}),
        (system, sys_head, "POST", "/password", {}),
        (system, sys_head, "POST", "/unlock", None),
        (system, sys_head, "DELETE", "/sessions", None),
        (security, sec_head, "PUT", "/roles", {"roles": ["analyst"]}),
        (security, sec_head, "PUT", "/areas", {"areas": [["region", "CN-51"]]}),
        (security, sec_head, "PUT", "/subject", {"subject": "u-9"}),
        (security, sec_head, "DELETE", "/second-factor", None),
    ):
        done = desk.request(verb, f"/api/v1/people/{person}{path}", headers=head_, json=body)
        assert done.status_code < 300, done.text
    changed = wang.post(
        "/api/v1/session/password", headers=mine, json={"old": PASSWORD, "new": "another long phrase"}
    )
    mine = {"x-csrf-token": changed.json()["csrf"]}
    asked = {"password": "another long phrase"}
    assert wang.post("/api/v1/session/second-factor", headers=mine, json=asked).status_code == 200
    assert wang.delete("/api/v1/session", headers=mine).status_code == 204
