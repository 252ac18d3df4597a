"""The same thing by many hands at the same moment: one is kept, or each in its turn; nobody sees an internal error."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient
from holding import run, upload

from serving import add, enter, job, server
from tanheng.record.chain import verify
from tanheng.record.tables import PERSON, RELEASE, TENANT

HANDS = 8
OWN = "id,item,gas,value,unit,region,year_valid_from,source_title\nown.power,电力,CO2,0.5,tCO2/MWh,CN-51,2021,x\n"


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with server(tmp_path, workers=2) as found:
        add(found, "wang", ["analyst"])
        add(found, "sys", ["system_admin"])
        yield found


def at_once(ask: Callable[[int], Any]) -> list[int]:
    with ThreadPoolExecutor(HANDS) as pool:
        return sorted(answer.status_code for answer in pool.map(ask, range(HANDS)))


def test_packs_of_one_name_are_versions_or_told_to_try_again(client: TestClient) -> None:
    head = enter(client, "wang")
    asked = {"upload": upload(client, head, OWN, "own.csv"), "kind": "factors", "name": "因子"}
    found = at_once(lambda _: client.post("/api/v1/packs", headers=head, json=asked))
    assert set(found) <= {201, 409}, found
    rows = client.get("/api/v1/packs").json()["rows"]
    assert sorted(row["number"] for row in rows) == list(range(1, found.count(201) + 1))


def test_places_of_one_entity_stand_once(client: TestClient) -> None:
    head = enter(client, "wang")
    file = upload(client, head, "entity,name,longitude,latitude\n甲,甲,104,30\n", "p.csv")
    found = at_once(lambda _: client.post("/api/v1/places", headers=head, json={"upload": file}))
    assert set(found) <= {201, 409}, found
    assert client.get("/api/v1/places").json()["total"] == 1


def test_a_login_is_given_once(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    head = enter(client, "sys")
    asked = {"login": "same", "name": "x"}
    found = at_once(lambda _: client.post("/api/v1/people", headers=head, json=asked))
    assert found.count(201) == 1
    assert set(found) <= {201, 409, 422}, found
    assert "argon2" not in caplog.text


def test_the_database_keeps_what_it_was_given_out_of_its_errors(client: TestClient) -> None:
    row = {"id": "x", "tenant": "none", "login": "x", "name": "x", "made_at": "x", "password": "the hash"}
    platform = client.app.state.platform
    with platform.reading() as connection:
        row["tenant"] = connection.execute(sa.select(TENANT.c.id)).scalar_one()
    with pytest.raises(sa.exc.IntegrityError) as caught, platform.writing() as connection:
        connection.execute(sa.insert(PERSON), [row, row])
    assert "the hash" not in str(caught.value)


def test_two_people_release_two_inventories_of_one_name_at_once(client: TestClient) -> None:
    add(client, "li", ["analyst"])
    proposals = []
    for login in ("wang", "li"):
        head = enter(client, login)
        held = run(client, head)
        asked = {"run": held, "name": "示例市", "why": login}
        proposals.append(client.post("/api/v1/releases", headers=head, json=asked).json()["id"])
    deciders = []
    for login in ("chen", "zhao"):
        add(client, login, ["approver"])
        one = TestClient(client.app)
        one.headers.update(enter(one, login))
        deciders.append(one)

    def decide(at: int) -> dict[str, Any]:
        one, name = deciders[at], proposals[at]
        return job(one, one.post(f"/api/v1/releases/{name}/approve", json={}))

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(decide, range(2)))
    assert sorted(one["number"] for one in done) == [1, 2]
    with client.app.state.platform.reading() as connection:
        rows = connection.execute(sa.select(RELEASE)).all()
        assert not verify(connection).broken
    assert sorted((row.number, row.state) for row in rows) == [(1, "released"), (2, "released")]
    assert len({row.manifest for row in rows}) == 2
    assert len(client.app.state.platform.store.entries("release")) == 2
