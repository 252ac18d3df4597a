"""The register of claims on the platform: one tonne, one claim, across all roads of a tenant, also where two ask at once."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
import yaml
from fastapi.testclient import TestClient

from a_road import add_road, analysed, flat, sent
from serving import add, enter, job
from tanheng.pathways.gate import Claim, Lot
from tanheng.pathways.gate.entries import Writer, claims_of, lock, release
from tanheng.pathways.gate.problems import ClaimInvalid, ClaimTaken
from tanheng.record.chain import verify
from tanheng.record.tables import AUDIT

PEOPLE = {"wang": ["analyst"], "li": ["approver"]}
FEW = {"draws": 200}


def mill(name: str = "mill", amount: float = 36, coal: float = 260) -> bytes:
    """The project of the example under another id."""
    data = yaml.safe_load(flat()["project.yaml"])
    data |= {"id": name, "title": {"zh": "造纸厂", "en": "Paper mill"}}
    data["changes"][0]["amount"], data["changes"][1]["amount"] = coal, amount
    return yaml.safe_dump(data, allow_unicode=True).encode()


@pytest.fixture(scope="module")
def analyst(client: TestClient) -> dict[str, str]:
    return enter(client, "wang")


@pytest.fixture(scope="module")
def approver(client: TestClient) -> tuple[TestClient, dict[str, str]]:
    other = TestClient(client.app)
    return other, enter(other, "li")


@pytest.fixture(scope="module")
def road(client: TestClient, analyst: dict[str, str]) -> str:
    return add_road(client, analyst, region="CN-51")


@pytest.fixture(scope="module")
def verdict(client: TestClient, analyst: dict[str, str], road: str) -> str:
    return analysed(client, analyst, road, "gate", **FEW)


def document(client: TestClient, name: str, lang: str = "en") -> dict[str, Any]:
    answer = client.get(f"/api/v1/road-analyses/{name}", headers={"accept-language": lang})
    assert answer.status_code == 200, answer.text
    return dict(answer.json()["document"])


def register(client: TestClient, **params: Any) -> list[dict[str, Any]]:
    answer = client.get("/api/v1/claims", params=params, headers={"accept-language": "en"})
    assert answer.status_code == 200, answer.text
    return list(answer.json()["rows"])


def judged_by_upload(client: TestClient, head: dict[str, str], road: str, name: str, content: bytes) -> str:
    asked = {"kind": "gate", "options": FEW, "files": sent(client, head, {name: content})}
    return str(
        job(client, client.post(f"/api/v1/roads/{road}/analyses", headers=head, json=asked))["analysis"]
    )


def test_offsets_of_a_verdict_are_locked_once_and_released_with_the_reason(
    client: TestClient,
    analyst: dict[str, str],
    approver: tuple[TestClient, dict[str, str]],
    road: str,
    verdict: str,
) -> None:
    lots = document(client, verdict)["result"]["lots"]
    refused = client.post(f"/api/v1/road-analyses/{verdict}/claims", headers=analyst)
    assert refused.status_code == 403
    li, head = approver
    made = li.post(f"/api/v1/road-analyses/{verdict}/claims", headers=head)
    assert made.status_code == 201, made.text
    assert made.json()["tonnes"] == sum(one["tonnes"] for one in lots)
    rows = register(client, limit=1000)
    assert len(rows) == len(lots)
    first = rows[-1]
    assert {key: first[key] for key in ("option", "vintage", "tonnes", "issued")} == lots[0]
    assert (first["option_title"], first["project_title"], first["road"], first["analysis"], first["by"], first["holds"], first["synthetic"]) == (
        "Steam from a power plant instead of boilers", "Chemical park, first stage", road, verdict, "li", True, True)  # fmt: skip
    again = li.post(f"/api/v1/road-analyses/{verdict}/claims", headers=head)
    assert (again.status_code, again.json()["code"]) == (409, "L-191")

    other = judged_by_upload(client, analyst, road, "mill.yaml", mill())
    found = document(client, other)
    key = f"{lots[0]['option']} {lots[0]['vintage']}"
    assert found["result"]["claimed"][key] == lots[0]["tonnes"]
    assert not any(one["option"] == lots[0]["option"] for one in found["result"]["lots"])
    assert document(client, analysed(client, analyst, road, "gate", **FEW))["result"]["lots"] == lots

    path = f"/api/v1/claims/{first['id']}/release"
    assert client.post(path, headers=analyst, json={"why": "x"}).status_code == 403
    assert li.post(path, headers=head, json={"why": "  "}).status_code == 422
    given_up = li.post(path, headers=head, json={"why": "the plant is not built"})
    assert (given_up.status_code, given_up.json()["released"], given_up.json()["released_by"]) == (200, "the plant is not built", "li")  # fmt: skip
    twice = li.post(path, headers=head, json={"why": "again"})
    assert (twice.status_code, twice.json()["code"]) == (422, "L-192")
    assert li.post("/api/v1/claims/999999/release", headers=head, json={"why": "x"}).status_code == 404
    assert [one["id"] for one in register(client, where="holds=false")] == [first["id"]]
    with client.app.state.platform.reading() as connection:
        told = (
            connection.execute(sa.select(AUDIT.c.action).where(AUDIT.c.action.startswith("claim.")))
            .scalars()
            .all()
        )
        assert not verify(connection).broken
    assert told == ["claim.lock"] * len(lots) + ["claim.release"]
    csv = client.get("/api/v1/claims", params={"format": "csv"})
    assert csv.status_code == 200
    assert "the plant is not built" in csv.text


def test_a_verdict_without_offsets_claims_nothing(
    client: TestClient, analyst: dict[str, str], approver: tuple[TestClient, dict[str, str]], road: str
) -> None:
    li, head = approver
    large = judged_by_upload(client, analyst, road, "large.yaml", mill("large", coal=9000))
    assert document(client, large)["result"]["verdict"] == "refused"
    other = analysed(client, analyst, road, "projects")
    for name in (large, other):
        answer = li.post(f"/api/v1/road-analyses/{name}/claims", headers=head | {"accept-language": "en"})
        assert (answer.status_code, answer.json()["code"]) == (409, "W-074")
        assert "nothing to claim" in answer.json()["detail"]


def test_a_verdict_is_claimed_with_its_own_project_laid_over_and_with_no_other_file(
    client: TestClient, analyst: dict[str, str], approver: tuple[TestClient, dict[str, str]], road: str
) -> None:
    li, head = approver
    park = flat()["project.yaml"]
    alone = judged_by_upload(client, analyst, road, "own.yaml", park)
    files = sent(client, analyst, {"own.yaml": park, "observed.csv": flat()["observed.csv"]})
    asked = {"kind": "gate", "options": {**FEW, "file": "own.yaml"}, "files": files}
    answer = client.post(f"/api/v1/roads/{road}/analyses", headers=analyst, json=asked)
    more = job(client, answer)["analysis"]
    assert document(client, more)["result"]["lots"]
    refused = li.post(f"/api/v1/road-analyses/{more}/claims", headers=head | {"accept-language": "en"})
    assert (refused.status_code, refused.json()["code"]) == (409, "W-079")
    assert "version: observed.csv." in refused.json()["detail"]
    held = li.post(f"/api/v1/road-analyses/{alone}/claims", headers=head)
    assert held.json().get("code") in (None, "L-191"), "the register is asked"


def test_a_file_that_is_laid_over_leaves_the_set_as_it_was(
    client: TestClient, analyst: dict[str, str], road: str
) -> None:
    name = judged_by_upload(client, analyst, road, "mill.yaml", mill(amount=1, coal=1))
    found = client.get(f"/api/v1/road-analyses/{name}").json()
    assert found["options"]["file"] == "mill.yaml"
    assert found["document"]["result"]["project"] == "mill"
    assert [one["file"] for one in found["document"]["result"]["laid_over"]] == ["mill.yaml"]
    assert "mill.yaml" not in {one["name"] for one in client.get(f"/api/v1/roads/{road}").json()["files"]}
    over = judged_by_upload(client, analyst, road, "project.yaml", mill("instead", amount=1, coal=1))
    assert document(client, over)["result"]["project"] == "instead"
    outside = b"format: tanheng-projects/1\nid: x\ntitle: {zh: x, en: x}\ntable: ../../platform.sqlite\n"
    asked = {"kind": "projects", "files": sent(client, analyst, {"theirs.yaml": outside})}
    failed = job(client, client.post(f"/api/v1/roads/{road}/analyses", headers=analyst, json=asked), "failed")
    assert failed["error"]["code"] == "W-070"
    twice = sent(client, analyst, {"a.yaml": b"a: 1"}) + sent(client, analyst, {"a.yaml": b"a: 2"})
    answer = client.post(
        f"/api/v1/roads/{road}/analyses", headers=analyst, json={"kind": "gate", "files": twice}
    )
    assert answer.status_code == 422


def test_somebody_of_another_area_learns_of_the_tonnes_alone(
    client: TestClient, approver: tuple[TestClient, dict[str, str]], verdict: str
) -> None:
    add(client, "far", ["approver"], [("region", "CN-12")])
    far = TestClient(client.app)
    head = enter(far, "far")
    rows = register(far, where="holds=true")
    assert rows
    assert all(
        one["project"] is one["road"] is one["by"] is one["analysis"] is one["option_title"] is None
        for one in rows
    )
    assert (
        far.post(f"/api/v1/claims/{rows[0]['id']}/release", headers=head, json={"why": "x"}).status_code
        == 404
    )
    assert far.post(f"/api/v1/road-analyses/{verdict}/claims", headers=head).status_code == 404


def test_no_error_tells_of_claims_elsewhere(client: TestClient) -> None:
    platform, by = client.app.state.platform, Writer("a", "apart")
    with platform.writing() as connection:
        theirs = lock(connection, [Lot("wood", 2030, 60, issued=100)], project="p", place="there", by=by)[0]
        mine = lock(connection, [Lot("wood", 2031, 60, issued=100)], project="p", place="here", by=by)[0]
        release(connection, mine.id, "x", by=by)
        with pytest.raises(ClaimInvalid) as gone:
            release(connection, mine.id, "x", by=by, known=lambda one: one.id == mine.id)
        assert str(theirs.id) not in gone.value.fields["mend_en"]

        def seen(one: Claim) -> Claim:
            return replace(one, id=0, project="–", place="–")

        for tonnes, place, told in (
            (10, "there", "this project holds a claim of it"),
            (50, "here", "– (–) 60 t"),
        ):
            with pytest.raises(ClaimTaken) as taken:
                lock(
                    connection,
                    [Lot("wood", 2030, tonnes, issued=100)],
                    project="p",
                    place=place,
                    by=by,
                    seen=seen,
                )
            assert told in taken.value.message("en")


def test_another_tenant_has_a_register_of_its_own(client: TestClient) -> None:
    add(client, "park", ["approver"], tenant="某园区")
    park = TestClient(client.app)
    enter(park, "park")
    assert register(park) == []


def test_two_at_once_never_hold_the_same_tonnes(client: TestClient) -> None:
    platform, won, gone = client.app.state.platform, [], []

    def ask(project: str) -> None:
        for year in range(2100, 2120):
            try:
                with platform.writing() as connection:
                    lots = [Lot("wood", year, 60, issued=100)]
                    won.extend(
                        lock(connection, lots, project=project, place="here", by=Writer(project, "race"))
                    )
            except ClaimTaken:
                gone.append(year)

    threads = [threading.Thread(target=ask, args=(name,)) for name in ("plant", "mill", "kiln")]
    for one in threads:
        one.start()
    for one in threads:
        one.join(timeout=60)
    assert (len(won), len(gone)) == (20, 40)
    with platform.writing() as connection:
        held = claims_of(connection, tenant="race")
        assert sorted(one.lot.vintage for one in held) == list(range(2100, 2120))
        assert {one.lot.tonnes for one in held} == {60}
        freed = release(connection, held[0].id, "over", by=Writer("li", "race"))
        assert freed.released == "over"
        assert not verify(connection).broken


def test_an_entry_that_was_edited_is_found(
    client: TestClient,
    analyst: dict[str, str],
    approver: tuple[TestClient, dict[str, str]],
    road: str,
    verdict: str,
) -> None:
    li, head = approver
    if not client.get("/api/v1/claims").json()["rows"]:
        assert li.post(f"/api/v1/road-analyses/{verdict}/claims", headers=head).status_code == 201
    with client.app.state.platform.writing() as connection:
        first = (
            sa.select(AUDIT.c.number, AUDIT.c.detail)
            .where(AUDIT.c.action == "claim.lock")
            .order_by(AUDIT.c.number)
        )
        row = connection.execute(first).first()
        connection.execute(
            sa.update(AUDIT).where(AUDIT.c.number == row.number).values(detail={**row.detail, "tonnes": 1})
        )
    for answer in (
        client.get("/api/v1/claims"),
        li.post(f"/api/v1/road-analyses/{verdict}/claims", headers=head),
    ):
        assert (answer.status_code, answer.json()["code"]) == (500, "L-193")
    asked = client.post(
        f"/api/v1/roads/{road}/analyses", headers=analyst, json={"kind": "gate", "options": FEW}
    )
    assert job(client, asked, "failed")["error"]["code"] == "L-193"
