"""What an attacker with an account tries: other places, other names, rights that are gone, and more than their share."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient
from holding import GPC, run, upload

from serving import add, enter, job, server
from tanheng.access.people import By, change_person, find_person, set_areas, set_roles
from tanheng.access.problems import SignInRefused
from tanheng.access.sessions import Rules, sign_in
from tanheng.record.catalogue import StoreUnreadable
from tanheng.record.tables import AUDIT, JOB, RELEASE
from tanheng.serve import jobs
from tanheng.serve.jobs import Runner
from tanheng.serve.turns import Turns


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with server(tmp_path) as found:
        for login, role in (("wang", "analyst"), ("zhao", "approver"), ("root", "system_admin"), ("guard", "security_admin")):  # fmt: skip
            add(found, login, [role])
        yield found


def person(client: TestClient, login: str) -> TestClient:
    found = TestClient(client.app, follow_redirects=False)
    found.headers.update(enter(found, login))
    return found


def held_queue(client: TestClient) -> Runner:
    """The server's runner, ended: jobs wait until another one begins."""
    client.app.state.runner.stop()
    return Runner(client.app.state.platform)


def ended(client: TestClient, name: str) -> Any:
    ends = time.monotonic() + 20
    while time.monotonic() < ends:
        with client.app.state.platform.reading() as connection:
            row = connection.execute(sa.select(JOB).where(JOB.c.id == name)).one()
        if row.state in jobs.ENDED:
            return row
        time.sleep(0.02)
    raise AssertionError(row)


def change(client: TestClient, login: str, what: Any, *asked: Any, **more: Any) -> None:
    with client.app.state.platform.writing() as connection:
        what(connection, find_person(connection, login), *asked, By(), **more)


def proposed(client: TestClient, wang: TestClient) -> str:
    made = run(wang, {})
    return str(wang.post("/api/v1/releases", json={"run": made, "name": "R", "why": "x"}).json()["id"])


def test_a_cancelled_approval_is_not_tried_again_by_the_proposer(client: TestClient) -> None:
    wang, zhao = person(client, "wang"), person(client, "zhao")
    release = proposed(client, wang)
    runner = held_queue(client)
    name = zhao.post(f"/api/v1/releases/{release}/approve", json={}).json()["job"]
    assert zhao.post(f"/api/v1/jobs/{name}/cancel").status_code == 200
    again = wang.post(f"/api/v1/jobs/{name}/retry")
    assert (again.status_code, again.json()["code"]) == (403, "J-005")
    assert zhao.post(f"/api/v1/jobs/{name}/retry").status_code == 200
    runner.start()
    assert ended(client, name).state == "done"
    runner.stop()


@pytest.mark.parametrize("gone", ["suspended", "role", "area"])
def test_a_job_is_not_done_for_somebody_who_may_no_longer_ask_for_it(client: TestClient, gone: str) -> None:
    wang, zhao = person(client, "wang"), person(client, "zhao")
    release = proposed(client, wang)
    runner = held_queue(client)
    name = zhao.post(f"/api/v1/releases/{release}/approve", json={}).json()["job"]
    if gone == "suspended":
        change(client, "zhao", change_person, state="suspended")
    elif gone == "role":
        change(client, "zhao", set_roles, ["reviewer"])
    else:
        change(client, "zhao", set_areas, [("region", "CN-12")])
    runner.start()
    row = ended(client, name)
    assert (row.state, row.done["error"]["code"]) == ("failed", "P-009" if gone == "area" else "P-003")
    runner.stop()
    with client.app.state.platform.reading() as connection:
        assert connection.execute(sa.select(RELEASE.c.state)).scalar_one() == "proposed"


def test_a_token_cancels_only_what_its_scopes_could_ask_for(client: TestClient) -> None:
    wang = person(client, "wang")
    made = run(wang, {})
    held_queue(client)
    name = wang.post("/api/v1/exports", json={"run": made, "forms": ["csv"]}).json()["job"]
    asked = {"name": "t", "scopes": ["factors.read"]}
    secret = wang.post("/api/v1/tokens", json=asked).json()["token"]
    program = TestClient(client.app, headers={"authorization": f"Bearer {secret}"})
    assert program.post(f"/api/v1/jobs/{name}/cancel").json()["code"] == "P-003"
    assert wang.post(f"/api/v1/jobs/{name}/cancel").status_code == 200


def test_an_answer_is_not_repeated_to_somebody_who_lost_the_right(client: TestClient) -> None:
    wang = person(client, "wang")
    made = run(wang, {})
    asked, key = {"run": made, "name": "R", "why": "x"}, {"Idempotency-Key": "k"}
    first = wang.post("/api/v1/releases", json=asked, headers=key)
    assert first.status_code == 201
    assert wang.post("/api/v1/releases", json=asked, headers=key).headers["idempotent-replayed"] == "true"
    secret = wang.post("/api/v1/tokens", json={"name": "t", "scopes": ["factors.read"]}).json()["token"]
    program = TestClient(client.app, headers={"authorization": f"Bearer {secret}"})
    change(client, "wang", set_roles, ["enterprise"])
    for other in (program, person(client, "wang")):
        again = other.post("/api/v1/releases", json=asked, headers=key)
        assert again.status_code == 422
        assert first.json()["id"] not in again.text


def test_an_analysis_of_two_places_is_read_only_by_who_sees_both(client: TestClient) -> None:
    add(client, "fujian", ["analyst"], [("region", "CN-35")])
    wang, fujian = person(client, "wang"), person(client, "fujian")
    runs = []
    for region, amount in (("CN-35", "30"), ("CN-12", "77")):
        file = upload(wang, {}, GPC.replace("电力,30,", f"电力,{amount},"))
        asked = {"upload": file, "name": region, "region": region}
        dataset = job(wang, wang.post("/api/v1/datasets", json=asked))["dataset"]
        asked = {"dataset": dataset, "method": "gpc-cn", "name": region}
        runs.append(job(wang, wang.post("/api/v1/runs", json=asked))["run"])
    total = wang.get(f"/api/v1/runs/{runs[1]}").json()["total"]
    asked = wang.post("/api/v1/analyses", json={"kind": "comparison", "run": runs[0], "other": runs[1]})
    name = asked.json()["job"]
    job(wang, asked)
    assert wang.get(f"/api/v1/analyses/{name}").json()["total_old"] == total
    assert fujian.get(f"/api/v1/jobs/{name}").status_code == 200
    for path in (f"/jobs/{name}", "/jobs", f"/analyses/{name}"):
        assert str(total) not in fujian.get(f"/api/v1{path}").text
    assert fujian.get(f"/api/v1/analyses/{name}").status_code == 404


def test_a_grid_region_does_not_admit_those_whose_names_go_on(client: TestClient) -> None:
    add(client, "north", ["analyst"], [("region", "CN-GRID-NORTH")])
    wang, north = person(client, "wang"), person(client, "north")
    files = {"file": ("a.csv", b"x\n1\n")}
    there = wang.post("/api/v1/uploads", files=files, data={"region": "CN-GRID-NORTHEAST"})
    assert there.status_code == 201
    assert north.get(f"/api/v1/uploads/{there.json()['id']}").status_code == 404
    refused = north.post("/api/v1/uploads", files=files, data={"region": "CN-GRID-NORTHWEST"})
    assert refused.json()["code"] == "P-009"
    assert north.post("/api/v1/uploads", files=files, data={"region": "CN-GRID-NORTH"}).status_code == 201


def test_a_place_is_a_region_that_there_is(client: TestClient) -> None:
    wang = person(client, "wang")
    files = {"file": ("a.csv", b"x\n1\n")}
    refused = wang.post("/api/v1/uploads", files=files, data={"region": "CN-35<script>"})
    assert (refused.status_code, refused.json()["code"]) == (422, "C-001")
    assert wang.post("/api/v1/uploads", files=files, data={"region": "四川省"}).json()["region"] == "CN-51"


def test_nobody_becomes_an_administrator_by_an_identity_that_was_tied_before(client: TestClient) -> None:
    guard = person(client, "guard")
    plain = add(client, "plain", ["analyst"])
    assert guard.put(f"/api/v1/people/{plain}/subject", json={"subject": "guards-own"}).status_code == 200
    given = guard.put(f"/api/v1/people/{plain}/roles", json={"roles": ["audit_admin"]})
    assert (given.status_code, given.json()["code"]) == (403, "P-022")
    assert guard.put(f"/api/v1/people/{plain}/roles", json={"roles": ["reviewer"]}).status_code == 200
    guard.put(f"/api/v1/people/{plain}/subject", json={"subject": ""})
    assert guard.put(f"/api/v1/people/{plain}/roles", json={"roles": ["audit_admin"]}).status_code == 200


def test_nobody_takes_off_their_own_lock(client: TestClient) -> None:
    root = person(client, "root")
    me = root.get("/api/v1/session").json()["id"]
    assert root.post(f"/api/v1/people/{me}/unlock").json()["code"] == "P-013"


def test_an_address_is_barred_with_its_network(client: TestClient) -> None:
    platform = client.app.state.platform
    rules = Rules(source_failures=3)

    def guess(number: int, source: str) -> str:
        with pytest.raises(SignInRefused):
            sign_in(platform, f"guess{number}", "x", source=source, rules=rules)
        with platform.reading() as connection:
            newest = sa.select(AUDIT.c.detail).order_by(AUDIT.c.number.desc()).limit(1)
            return str(connection.execute(newest).scalar_one()["why"])

    assert [guess(n, f"2001:db8:0:1::{n}") for n in range(4)] == ["login", "login", "login", "source"]
    assert guess(9, "2001:db8:0:2::1") == "login"
    assert [guess(n, "10.0.0.7") for n in range(4)] == ["login", "login", "login", "source"]


def test_one_person_fills_neither_the_queue_nor_the_streams(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "MOST_OPEN", 2)
    wang = person(client, "wang")
    made = run(wang, {})
    held_queue(client)
    answers = [wang.post("/api/v1/exports", json={"run": made, "forms": ["csv"]}) for _ in range(3)]
    assert [one.status_code for one in answers] == [202, 202, 429]
    assert answers[2].json()["code"] == "J-006"
    name = answers[0].json()["job"]
    me = wang.get("/api/v1/session").json()["id"]
    client.app.state.streams[me] = 20
    assert wang.get(f"/api/v1/jobs/{name}/events").json()["code"] == "W-008"


def test_a_stream_of_progress_ends_with_the_session(client: TestClient) -> None:
    wang = person(client, "wang")
    made = run(wang, {})
    held_queue(client)
    name = wang.post("/api/v1/exports", json={"run": made, "forms": ["csv"]}).json()["job"]
    seen = 0
    with wang.stream("GET", f"/api/v1/jobs/{name}/events") as events:
        for _ in events.iter_lines():
            seen += 1
            if seen == 1:
                change(client, "wang", change_person, state="suspended")
    assert seen < 60
    assert client.app.state.streams.total() == 0


def test_bodies_and_paths_that_cannot_be_are_refused_for_what_they_are(client: TestClient) -> None:
    wang = person(client, "wang")
    deep = wang.post("/api/v1/datasets", content=b"[" * 200_000, headers={"content-type": "application/json"})
    assert (deep.status_code, deep.json()["code"]) == (400, "W-002")
    for path in ("/" + "a" * 300, "/%00", "/a" * 3000):
        assert TestClient(client.app).get(path).status_code == 200
    assert wang.get("/api/v1/jobs?where=done=x").json()["code"] == "W-002"


def test_what_the_database_says_stays_in_the_log(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object) -> None:
        raise StoreUnreadable(
            folder="/srv/secret", detail='connection to "10.9.8.7" failed for user "tanheng"'
        )

    monkeypatch.setattr(client.app.state.platform.store.engine, "connect", away)
    answer = client.get("/api/v1/health")
    assert (answer.status_code, answer.json()["code"]) == (503, "W-007")
    assert not [word for word in ("/srv/secret", "10.9.8.7", "user") if word in answer.text]


def test_a_run_in_which_nothing_was_counted_can_be_looked_at(client: TestClient) -> None:
    wang = person(client, "wang")
    made = run(wang, {}, "entity,period,region,sector,item,amount,unit\n甲,2021,CN-51,没有的行业,柴油,1,t\n")
    for path in ("table?by=entity", "pivot?rows=sector&columns=item", "tree", "flows", "entities", "proof"):
        assert wang.get(f"/api/v1/runs/{made}/{path}").status_code == 200, path
    assert wang.get(f"/api/v1/inventories/series?run={made}").status_code == 200


def test_no_cell_and_no_heading_of_a_pivot_is_a_formula(client: TestClient) -> None:
    wang = person(client, "wang")
    made = run(wang, {}, GPC.replace("示例市", "=1+1"))
    answer = wang.get(f"/api/v1/runs/{made}/pivot?rows=sector&columns=entity&format=csv")
    cells = [cell for row in csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))) for cell in row]
    assert "'=1+1" in cells
    assert not [cell for cell in cells if cell.startswith("=")]


def test_figures_about_a_table_that_are_no_numbers_are_null(client: TestClient) -> None:
    from tanheng.serve.tables import _paged

    class Asked:
        offset = 0
        request = type("R", (), {"headers": {}})()

    frame = pl.DataFrame({"a": [1]})
    answer = _paged(frame.to_dicts(), 1, Asked(), {"share": float("nan"), "deep": {"x": float("inf")}})  # type: ignore[arg-type]
    assert json.loads(answer.body)["deep"] == {"x": None}


def test_the_heavy_questions_of_one_person_wait_for_one_another_and_for_nobody_else() -> None:
    here, most = 0, 0
    gate = asyncio.Event()

    async def slow(scope: Any, _receive: Any, send: Any) -> None:
        nonlocal here, most
        here, most = here + 1, max(most, here + 1)
        await gate.wait()
        here -= 1
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    turns = Turns(slow, at_once=2, cookie="s", patience=0.2)

    async def ask(cookie: str, path: str = "/api/v1/runs") -> int:
        answers: list[Any] = []

        async def keep(message: Any) -> None:
            answers.append(message)

        heads = [(b"cookie", f"{cookie}; other={len(asked)}".encode())]
        await turns({"type": "http", "method": "GET", "path": path, "headers": heads}, None, keep)  # type: ignore[arg-type]
        return int(answers[0]["status"])

    asked: list[asyncio.Task[int]] = []

    async def all_of_them() -> list[int]:
        for cookie in ("s=wang", "s=wang", "s=wang", "s=zhao", "x=nobody"):
            asked.append(asyncio.create_task(ask(cookie)))
        asked.append(asyncio.create_task(ask("s=wang", "/api/v1/jobs/x/events")))
        await asyncio.sleep(0.4)
        gate.set()
        return list(await asyncio.gather(*asked))

    assert asyncio.run(all_of_them()) == [204, 204, 429, 204, 204, 204]
    assert most == 5


def test_another_session_of_the_same_person_shares_the_turns(tmp_path: Path) -> None:
    with server(tmp_path, at_once=3) as client:
        add(client, "wang", ["analyst"])
        first, second = person(client, "wang"), person(client, "wang")
        assert first.get("/api/v1/runs").status_code == second.get("/api/v1/runs").status_code == 200
        turns = client.app.middleware_stack
        while not isinstance(turns, Turns):
            turns = turns.app
        assert len(turns._people) >= 2
        assert len(set(turns._people.values())) == 1


def test_a_length_that_is_told_in_two_ways_is_refused_and_the_line_closed(client: TestClient) -> None:
    heads = {"transfer-encoding": "chunked", "content-length": "4"}
    answer = client.post("/api/v1/session", content=b"{}  ", headers=heads)
    assert (answer.status_code, answer.json()["code"]) == (400, "W-002")
    assert answer.headers["connection"] == "close"


def test_the_audit_chain_keeps_no_line_ends_and_no_turned_letters(client: TestClient) -> None:
    login = "a\nb\x1b[31m\u202e甲"
    client.post("/api/v1/session", json={"login": login, "password": "x"})
    with client.app.state.platform.reading() as connection:
        row = connection.execute(sa.select(AUDIT).order_by(AUDIT.c.number.desc()).limit(1)).one()
    assert (row.login, row.object) == ("a\ufffdb\ufffd[31m\ufffd甲",) * 2


def test_made_up_verbs_do_not_fill_the_measures(client: TestClient) -> None:
    for number in range(3):
        assert client.request(f"MADEUP{number}", "/api/v1/health").status_code == 405
    counted = set(re.findall(r'method="(\w+)"', client.app.state.measures.text().decode()))
    assert "other" in counted
    assert not [verb for verb in counted if verb.startswith("MADEUP")]
