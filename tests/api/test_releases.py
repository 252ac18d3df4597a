"""Releases: two people, one number, nothing half; verified, compared and proven from what was frozen alone."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docx
import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient
from holding import GPC, run

from serving import add, enter, job, server
from tanheng.record.chain import verify
from tanheng.record.tables import RELEASE


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with server(tmp_path) as found:
        add(found, "wang", ["analyst"])
        add(found, "chen", ["approver"])
        add(found, "zhao", ["analyst", "approver"])
        yield found


def propose(
    client: TestClient, head: dict[str, str], held: str, why: str = "初稿", name: str = "示例市"
) -> str:
    answer = client.post("/api/v1/releases", headers=head, json={"run": held, "name": name, "why": why})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def approve(client: TestClient, name: str, login: str = "chen") -> dict[str, Any]:
    head = enter(client, login)
    return job(client, client.post(f"/api/v1/releases/{name}/approve", headers=head, json={"said": "同意"}))


def actions(client: TestClient, name: str) -> list[str]:
    return [entry["action"] for entry in client.get(f"/api/v1/releases/{name}").json()["audit"]]


def test_two_people_make_a_release_that_verifies(client: TestClient) -> None:
    head = enter(client, "wang")
    held = run(client, head)
    name = propose(client, head, held)
    found = client.get(f"/api/v1/releases/{name}").json()
    assert (found["state"], found["number"], found["may_decide"]) == ("proposed", 0, False)
    assert approve(client, name)["number"] == 1
    found = client.get(f"/api/v1/releases/{name}").json()
    assert (found["state"], found["proposed_by"], found["decided_by_name"]) == ("released", "wang", "chen")
    assert {part["kind"] for part in found["made_from"]} >= {
        "file",
        "factors",
        "method",
        "activity",
        "sheet",
        "result",
    }
    assert actions(client, name) == ["release.propose", "release.approve", "release.freeze"]
    checked = job(client, client.post(f"/api/v1/releases/{name}/verify", headers=enter(client, "chen")))
    assert (checked["ok"], checked["digest"]) == (True, found["digest"])
    assert actions(client, name)[-1] == "release.verify"
    with client.app.state.platform.reading() as connection:
        assert not verify(connection).broken


def test_nobody_decides_on_their_own_proposal(client: TestClient) -> None:
    head = enter(client, "zhao")
    name = propose(client, head, run(client, head))
    for path, body in (("approve", {}), ("reject", {"said": "不妥"})):
        answer = client.post(f"/api/v1/releases/{name}/{path}", headers=head, json=body)
        assert (answer.status_code, answer.json()["code"]) == (403, "W-031")
    head = enter(client, "wang")
    assert client.post(f"/api/v1/releases/{name}/approve", headers=head, json={}).json()["code"] == "P-003"
    assert client.get(f"/api/v1/releases/{name}").json()["state"] == "proposed"


def test_a_rejected_proposal_is_no_release(client: TestClient) -> None:
    head = enter(client, "wang")
    name = propose(client, head, run(client, head))
    head = enter(client, "chen")
    told = client.post(f"/api/v1/releases/{name}/reject", headers=head, json={"said": "缺电力"}).json()
    assert (told["state"], told["said"], told["number"]) == ("rejected", "缺电力", 0)
    again = client.post(f"/api/v1/releases/{name}/approve", headers=head, json={})
    assert (again.status_code, again.json()["code"]) == (409, "W-030")
    assert client.get(f"/api/v1/releases/{name}/table").status_code == 409
    assert actions(client, name) == ["release.propose", "release.reject"]


def test_two_approvals_at_once_give_one_release(client: TestClient) -> None:
    head = enter(client, "wang")
    name = propose(client, head, run(client, head))
    heads = {login: enter(client, login) for login in ("chen", "zhao")}
    cookies = dict(client.cookies)
    assert cookies
    answers: list[Any] = []
    gate = threading.Barrier(2)

    def decide() -> None:
        gate.wait()
        answers.append(client.post(f"/api/v1/releases/{name}/approve", headers=heads["zhao"], json={}))

    threads = [threading.Thread(target=decide) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    states = []
    for answer in answers:
        if answer.status_code == 202:
            states.append(_ended(client, answer.json()["job"]))
        else:
            assert answer.json()["code"] == "W-030"
            states.append("refused")
    assert states.count("done") == 1
    with client.app.state.platform.reading() as connection:
        rows = connection.execute(sa.select(RELEASE)).all()
    assert [(row.number, row.state) for row in rows] == [(1, "released")]
    assert len(client.app.state.platform.store.entries("release")) == 1
    assert actions(client, name).count("release.freeze") == 1


def _ended(client: TestClient, name: str) -> str:
    import time

    while (state := client.get(f"/api/v1/jobs/{name}").json()["state"]) not in ("done", "failed"):
        time.sleep(0.02)
    return str(state)


def test_a_failed_freeze_leaves_the_proposal_as_it_was(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tanheng.serve import work_releases

    head = enter(client, "wang")
    name = propose(client, head, run(client, head))

    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("power cut")

    monkeypatch.setattr(work_releases, "freeze_run", broken)
    answer = client.post(f"/api/v1/releases/{name}/approve", headers=enter(client, "chen"), json={})
    assert job(client, answer, "failed")["error"]["code"] == "W-004"
    found = client.get(f"/api/v1/releases/{name}").json()
    assert (found["state"], found["number"], found["manifest"]) == ("proposed", 0, "")
    assert client.app.state.platform.store.entries("release") == []
    assert actions(client, name) == ["release.propose"]
    monkeypatch.undo()
    assert approve(client, name)["number"] == 1


def test_a_restatement_names_the_cause(client: TestClient) -> None:
    head = enter(client, "wang")
    first = propose(client, head, run(client, head))
    approve(client, first)
    head = enter(client, "wang")
    second = propose(client, head, run(client, head, GPC.replace("30,MWh", "40,MWh")), "电力更正")
    assert approve(client, second)["number"] == 2
    found = client.get(f"/api/v1/releases/{second}/diff").json()
    assert (found["old"]["number"], found["new"]["number"]) == (1, 2)
    assert [(row["item"], row["cause"]) for row in found["rows"]] == [("electricity", "activity")]
    assert found["causes"]["activity"] == pytest.approx(found["new"]["total"] - found["old"]["total"])
    assert client.get(f"/api/v1/releases/{first}/diff").status_code == 404
    numbers = [
        row["number"] for row in client.get("/api/v1/releases", params={"sort": "number"}).json()["rows"]
    ]
    assert numbers == [1, 2]


def test_a_released_figure_is_proven_from_the_release_alone(client: TestClient) -> None:
    head = enter(client, "wang")
    held = run(client, head)
    name = propose(client, head, held)
    approve(client, name)
    of_run = client.get(f"/api/v1/runs/{held}/proof", params={"cell": "item=柴油"}).json()
    found = client.get(f"/api/v1/releases/{name}/proof", params={"cell": "item=柴油"}).json()
    assert (found["value"], found["release"]["number"]) == (of_run["value"], 1)
    assert found["steps"][0]["rows"] == of_run["steps"][0]["rows"]
    rows = client.get(f"/api/v1/releases/{name}/table", params={"by": "item"}).json()["rows"]
    assert rows == client.get(f"/api/v1/runs/{held}/table", params={"by": "item"}).json()["rows"]


def test_answers_are_frozen_with_the_release(client: TestClient) -> None:
    head = enter(client, "wang")
    held = run(client, head)
    name = propose(client, head, held)
    waiting = client.get(f"/api/v1/releases/{name}").json()["doubts"]["open"]
    assert waiting == client.get(f"/api/v1/runs/{held}/doubts").json()["total"] > 0
    approve(client, name)
    assert client.get(f"/api/v1/releases/{name}/doubts").json()["total"] == waiting


def test_a_series_belongs_to_its_place(client: TestClient) -> None:
    add(client, "li", ["analyst"], [("region", "CN-12")])
    head = enter(client, "wang")
    name = propose(client, head, run(client, head))
    head = enter(client, "li")
    assert client.get(f"/api/v1/releases/{name}").status_code == 404
    other = run(client, head, name="天津")
    answer = client.post("/api/v1/releases", headers=head, json={"run": other, "name": "示例市", "why": "x"})
    assert (answer.status_code, answer.json()["code"]) == (409, "W-012")


@pytest.mark.parametrize("name", ["示例市@3", " ", "a\nb", "a/b", "x" * 201])
def test_a_name_that_reads_as_another_is_refused(client: TestClient, name: str) -> None:
    head = enter(client, "wang")
    answer = client.post("/api/v1/releases", headers=head, json={"run": "x", "name": name, "why": "x"})
    assert (answer.status_code, answer.json()["code"]) == (422, "W-002")


def test_exports_of_a_release_and_of_its_run_name_number_and_hash(client: TestClient) -> None:
    head = enter(client, "wang")
    held = run(client, head)

    def cover(lang: str, **of: str) -> str:
        asked = {**of, "forms": ["word", "html"], "lang": lang}
        queued = client.post("/api/v1/exports", headers=head, json=asked)
        assert [one["name"] for one in job(client, queued)["files"]] == ["report.docx", "report.html"]
        files = f"/api/v1/exports/{queued.json()['job']}/files"
        word = docx.Document(io.BytesIO(client.get(f"{files}/report.docx").content))
        page = client.get(f"{files}/report.html").text
        return "\n".join(one.text for one in word.paragraphs[:12]) + page

    assert "未冻结" in cover("zh", run=held)
    name = propose(client, head, held)
    approve(client, name)
    head = enter(client, "wang")
    manifest = client.get(f"/api/v1/releases/{name}").json()["manifest"]
    for of in ({"release": name}, {"run": held}):
        zh, en = cover("zh", **of), cover("en", **of)
        assert zh.count(f"示例市 第 1 版，SHA-256 {manifest}") >= 2
        assert en.count(f"示例市, version 1, SHA-256 {manifest}") >= 2
        assert "未冻结" not in zh + en
        assert "Not frozen" not in zh + en
