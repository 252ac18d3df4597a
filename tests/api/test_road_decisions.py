"""Decisions on the deviation of a road: a log that is only added to, its chain, who may decide, and the review a year later."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from fastapi.testclient import TestClient
from tests.a_town import town

from a_road import add_road, analysed, sent
from cluster import database_of
from serving import add, enter, job, server
from tanheng.cli import cli
from tanheng.errors import use_language
from tanheng.record.chain import verify
from tanheng.record.tables import AUDIT, ROAD, ROAD_DECISION
from tanheng.serve.doctor import examine
from tanheng.serve.roads.decisions import DECISION, REVIEW, By, add_entry, broken_logs, log_of
from tanheng.serve.settings import Settings


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with server(tmp_path, workers=2) as found:
        add(found, "wang", ["analyst"])
        add(found, "li", ["approver"])
        yield found


@pytest.fixture
def wang(client: TestClient) -> dict[str, str]:
    return enter(client, "wang")


@pytest.fixture
def li(client: TestClient, wang: dict[str, str]) -> tuple[TestClient, dict[str, str]]:
    """Who approves, in a browser of their own."""
    own = TestClient(client.app)
    return own, enter(own, "li")


@pytest.fixture
def road(client: TestClient, wang: dict[str, str]) -> str:
    return add_road(client, wang, town(), "镇", region="CN-51")


@pytest.fixture
def deviation(client: TestClient, wang: dict[str, str], road: str) -> str:
    return analysed(client, wang, road, "deviation", draws=20)


def decided(li: tuple[TestClient, dict[str, str]], road: str, **asked: Any) -> int:
    client, head = li
    return int(
        job(client, client.post(f"/api/v1/roads/{road}/decisions", headers=head, json=asked))["decision"]
    )


def listed(client: TestClient, road: str, lang: str = "zh") -> dict[str, Any]:
    answer = client.get(f"/api/v1/roads/{road}/decisions", headers={"accept-language": lang})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_a_decision_with_all_levers_with_some_and_with_none(
    client: TestClient, li: Any, road: str, deviation: str
) -> None:
    assert decided(li, road, analysis=deviation, who="发展改革委", note="先做节能") == 1
    assert decided(li, road, analysis=deviation, levers=["save"]) == 2
    assert decided(li, road, analysis=deviation, nothing=True, note="等下一年") == 3
    found = listed(client, road)
    third, second, first = found["rows"]
    assert (first["who"], first["login"], first["year"], first["version"], first["state"]) == (
        "发展改革委",
        "li",
        2023,
        1,
        "waiting",
    )
    assert (second["who"], second["levers"], third["levers"], third["expected"]) == ("li", "杠杆", "", None)
    assert first["expected"] > second["expected"] > 0
    assert first["verdict"] == "超出"
    assert listed(client, road, "en")["rows"][0]["verdict"] == "over"
    assert (found["broken"], found["entries"], found["head"]["number"]) == (None, 3, 3)
    entry = client.get(f"/api/v1/roads/{road}/decisions/2").json()
    assert [one["lever"] for one in entry["levers"]] == ["save"]
    saved = entry["expected"]["without"]["2030"] - entry["expected"]["with"]["2030"]
    assert entry["levers"][0]["effect"]["2030"] == pytest.approx(saved, abs=1e-5)
    assert (entry["previous"], entry["analysis"], entry["set"]) == (first["hash"], deviation, "镇")
    assert client.get(f"/api/v1/roads/{road}/decisions/4").status_code == 404
    sent = client.get(f"/api/v1/roads/{road}/decisions", params={"format": "csv"})
    assert sent.text.count("\n") == 4


def test_what_rests_on_nothing_is_refused(
    client: TestClient, wang: dict[str, str], li: Any, road: str, deviation: str
) -> None:
    own, head = li

    def ask(**asked: Any) -> tuple[int, str]:
        answer = own.post(
            f"/api/v1/roads/{road}/decisions", headers=head, json={"analysis": deviation, **asked}
        )
        return answer.status_code, answer.json().get("code", "")

    assert ask(levers=["nothing-such"])[0] == 404
    assert ask(levers=["save"], nothing=True) == (422, "W-072")
    index = analysed(client, wang, road, "deviation", correct="no")
    assert ask(analysis=index) == (422, "W-072")
    elsewhere = add_road(client, wang, town(), "别处", region="CN-51")
    assert ask(analysis=analysed(client, wang, elsewhere, "deviation", draws=5)) == (422, "W-072")
    assert (
        own.post(
            f"/api/v1/roads/{road}/decisions/1/review", headers=head, json={"analysis": deviation}
        ).json()["code"]
        == "W-072"
    )
    assert listed(client, road)["total"] == 0


def test_who_analyses_does_not_decide_and_others_do_not_see(
    client: TestClient, wang: dict[str, str], li: Any, road: str, deviation: str
) -> None:
    asked = {"analysis": deviation}
    assert client.post(f"/api/v1/roads/{road}/decisions", headers=wang, json=asked).status_code == 403
    decided(li, road, **asked)
    add(client, "far", ["approver"], [("region", "CN-12")])
    far = TestClient(client.app)
    head = enter(far, "far")
    for path in ("decisions", "decisions/1"):
        assert far.get(f"/api/v1/roads/{road}/{path}").status_code == 404
    assert far.post(f"/api/v1/roads/{road}/decisions", headers=head, json=asked).status_code == 404


def test_a_year_later_it_is_due_and_then_reviewed(
    client: TestClient, wang: dict[str, str], li: Any, road: str, deviation: str
) -> None:
    own, head = li
    decided(li, road, analysis=deviation, note="两条都做")
    later = add_road(client, wang, town(later=True), "镇", region="CN-51")
    assert listed(client, later)["rows"][0]["state"] == "due"
    old = analysed(client, wang, road, "review")
    assert (
        own.post(f"/api/v1/roads/{road}/decisions/1/review", headers=head, json={"analysis": old}).json()[
            "code"
        ]
        == "W-072"
    )
    review = analysed(client, wang, later, "review")
    document = client.get(f"/api/v1/road-analyses/{review}").json()["document"]
    outcome = document["result"]["outcomes"][0]
    assert (outcome["number"], outcome["decided"], outcome["year"]) == (1, 2023, 2024)
    answer = own.post(
        f"/api/v1/roads/{later}/decisions/1/review", headers=head, json={"analysis": review, "note": "继续"}
    )
    assert answer.status_code == 201, answer.text
    found = listed(client, road)
    row = found["rows"][0]
    assert (row["state"], row["reviewed_in"], row["review_note"], row["reviewed_by"], row["review"]) == (
        "reviewed",
        2024,
        "继续",
        "li",
        review,
    )
    assert row["delivered"] == outcome["against_plan"]["delivered"]
    assert (found["entries"], found["head"]["hash"]) == (2, answer.json()["hash"])
    again = analysed(client, wang, later, "review")
    assert len(client.get(f"/api/v1/road-analyses/{again}").json()["document"]["result"]["outcomes"]) == 1


def what_if(client: TestClient, head: dict[str, str], road: str, kind: str, files: dict[str, bytes]) -> str:
    asked = {"kind": kind, "options": {"draws": 20} if kind == "deviation" else {}, "files": sent(client, head, files)}  # fmt: skip
    return str(job(client, client.post(f"/api/v1/roads/{road}/analyses", headers=head, json=asked))["analysis"])  # fmt: skip


def test_nothing_rests_on_files_that_no_version_holds(
    client: TestClient, wang: dict[str, str], li: Any, road: str, deviation: str
) -> None:
    own, head = li
    other = {"observed.csv": town(later=True)["observed.csv"]}
    over = what_if(client, wang, road, "deviation", other)
    path = f"/api/v1/roads/{road}/decisions"
    answer = own.post(path, headers=head | {"accept-language": "en"}, json={"analysis": over})
    assert (answer.status_code, answer.json()["code"]) == (409, "W-079")
    assert "The analysis laid files over the version: observed.csv." in answer.json()["detail"]
    decided(li, road, analysis=deviation)
    later = add_road(client, wang, town(later=True), "镇", region="CN-51")
    review = what_if(client, wang, later, "review", other)
    answer = own.post(f"{path}/1/review", headers=head, json={"analysis": review})
    assert (answer.status_code, answer.json()["code"]) == (409, "W-079")
    assert listed(client, road)["entries"] == 1


def test_what_ifs_are_no_result_of_the_road(client: TestClient, wang: dict[str, str], road: str) -> None:
    def shown() -> tuple[Any, ...]:
        row = client.get("/api/v1/roads", headers={"accept-language": "en"}).json()["rows"][0]
        newest = client.get(f"/api/v1/roads/{road}").json()["analyses"]
        return row["alarm"], row["headline"], [one["id"] for one in newest]

    same = {"observed.csv": town()["observed.csv"]}
    over = what_if(client, wang, road, "deviation", same)
    assert shown() == (False, None, [])
    for lang, told in (
        ("zh", "本分析临时替换了文件：observed.csv"),
        ("en", "Files laid over for this analysis alone: observed.csv"),
    ):
        found = client.get(f"/api/v1/road-analyses/{over}", headers={"accept-language": lang}).json()
        assert told in found["document"]["warnings"]
    real = analysed(client, wang, road, "deviation", draws=20)
    before = shown()
    assert before[2] == [real]
    what_if(client, wang, road, "deviation", same)
    assert shown() == before
    rows = client.get(f"/api/v1/roads/{road}/analyses", params={"sort": "made_at"}).json()["rows"]
    assert [one["laid_over"] for one in rows] == [True, False, True]


def test_two_at_once_follow_one_another(client: TestClient, li: Any, road: str, deviation: str) -> None:
    own, head = li
    choices: list[dict[str, Any]] = [{"levers": ["save"]}, {"levers": ["clean"]}, {"nothing": True}, {}]
    queued = [
        own.post(f"/api/v1/roads/{road}/decisions", headers=head, json={"analysis": deviation, **one})
        for one in choices
    ]
    assert sorted(job(own, answer)["decision"] for answer in queued) == [1, 2, 3, 4]
    platform = client.app.state.platform
    with platform.reading() as connection:
        row = connection.execute(sa.select(ROAD).where(ROAD.c.id == road)).one()

    def enter_one(at: int) -> int:
        with platform.writing() as connection:
            entry = {"who": f"hand {at}", "levers": []}
            by = By(row.made_by, "wang")
            return int(add_entry(connection, row, DECISION, entry, analysis=deviation, by=by)["number"])

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(enter_one, range(16))) == list(range(5, 21))
    with platform.reading() as connection:
        log = log_of(connection, row.tenant, row.name)
        assert (len(log.lines), log.broken, verify(connection).broken) == (20, None, ())


def test_the_same_decision_is_not_entered_twice(
    client: TestClient, wang: dict[str, str], li: Any, road: str, deviation: str
) -> None:
    own, head = li
    decided(li, road, analysis=deviation, levers=["save"])
    asked = {"analysis": deviation, "levers": ["save"], "note": "again"}
    again = own.post(f"/api/v1/roads/{road}/decisions", headers=head, json=asked)
    assert job(own, again, "failed")["error"]["code"] == "W-072"
    assert decided(li, road, analysis=deviation, nothing=True) == 2
    assert decided(li, road, analysis=deviation, levers=["save"]) == 3


def test_who_is_named_is_seen_and_the_review_of_the_latest_year_counts(
    client: TestClient, wang: dict[str, str], li: Any, road: str, deviation: str
) -> None:
    own, head = li
    path = f"/api/v1/roads/{road}/decisions"
    hidden = {"analysis": deviation, "who": "\u202e\u200b"}
    assert own.post(path, headers=head, json=hidden).json()["code"] == "W-072"
    decided(li, road, analysis=deviation)
    later = add_road(client, wang, town(later=True), "镇", region="CN-51")
    review = analysed(client, wang, later, "review")
    reviewed = f"{path}/1/review"
    assert own.post(reviewed, headers=head, json={**hidden, "analysis": review}).json()["code"] == "W-072"
    asked = {"analysis": review, "who": "\u202e发改委", "note": "一\n二"}
    assert own.post(reviewed, headers=head, json=asked).status_code == 201
    platform = client.app.state.platform
    with platform.writing() as connection:
        row = connection.execute(sa.select(ROAD).where(ROAD.c.id == later)).one()
        old = {"of": 1, "who": "old", "note": "", "outcome": {"year": 2023}}
        add_entry(connection, row, REVIEW, old, analysis=review, by=By(row.made_by, "wang"))
    shown = listed(client, road)["rows"][0]
    assert (shown["reviewed_by"], shown["review_note"], shown["reviewed_in"]) == ("发改委", "一 二", 2024)
    assert shown["state"] == "reviewed"


def _edit(connection: sa.Connection, number: int) -> None:
    content = connection.execute(
        sa.select(ROAD_DECISION.c.content).where(ROAD_DECISION.c.number == number)
    ).scalar_one()
    connection.execute(
        sa.update(ROAD_DECISION)
        .where(ROAD_DECISION.c.number == number)
        .values(content={**content, "note": "改过"})
    )


def _delete(connection: sa.Connection, number: int) -> None:
    connection.execute(sa.delete(ROAD_DECISION).where(ROAD_DECISION.c.number == number))


def _sign(connection: sa.Connection, number: int) -> None:
    connection.execute(
        sa.update(ROAD_DECISION)
        .where(ROAD_DECISION.c.number == number)
        .values(made_at="2020-01-01T00:00:00+00:00")
    )


def _forge(connection: sa.Connection, number: int) -> None:
    """Written anew with a hash that fits, so that the log alone does not tell."""
    from tanheng.record.chain import state_hash

    row = connection.execute(sa.select(ROAD_DECISION).where(ROAD_DECISION.c.number == number)).one()
    content = {**row.content, "note": "伪造"}
    values = {"content": content, "hash": state_hash({**content, "number": number, "previous": row.previous})}
    connection.execute(sa.update(ROAD_DECISION).where(ROAD_DECISION.c.number == number).values(**values))


@pytest.mark.parametrize(
    ("harm", "number"), [(_edit, 1), (_edit, 2), (_delete, 1), (_delete, 2), (_sign, 2), (_forge, 2)]
)
def test_what_was_altered_in_the_database_is_found(
    client: TestClient,
    tmp_path: Path,
    wang: dict[str, str],
    li: Any,
    road: str,
    deviation: str,
    harm: Any,
    number: int,
) -> None:
    own, head = li
    decided(li, road, analysis=deviation, nothing=True)
    decided(li, road, analysis=deviation, levers=["save"])
    platform = client.app.state.platform
    with platform.writing() as connection:
        assert broken_logs(connection) == []
        harm(connection, number)
    found = listed(client, road)
    assert found["broken"]["code"] == "L-181"
    assert found["total"] == number - 1
    with platform.reading() as connection:
        assert [one.fields["line"] for one in broken_logs(connection)] == [number]
        told = connection.scalar(sa.select(sa.func.count()).where(AUDIT.c.action == "road.decide"))
    assert told == 2
    data = ("--data", str(tmp_path), *(("--database", url) if (url := database_of(tmp_path)) else ()))
    verified = CliRunner().invoke(cli, ["audit", "verify", *data, "--json"])
    said = json.loads(verified.stdout)
    assert (verified.exit_code, said["ok"], said["broken"]) == (1, False, [])
    assert [(one["road"], one["number"]) for one in said["decisions"]] == [("镇", number)]
    use_language("en")
    assert (
        f"decision log of the road '镇', entry {number}: "
        in CliRunner().invoke(cli, ["audit", "verify", *data]).stdout
    )
    add(client, "gao", ["audit_admin"])
    auditor = TestClient(client.app)
    enter(auditor, "gao")
    checked = auditor.get("/api/v1/audit/verification").json()
    assert (checked["ok"], checked["broken"]) == (False, [])
    assert [(one["road"], one["number"]) for one in checked["decisions"]] == [("镇", number)]
    answer = own.post(
        f"/api/v1/roads/{road}/decisions", headers=head, json={"analysis": deviation, "nothing": True}
    )
    assert answer.json()["code"] == "L-181"
    asked = client.post(f"/api/v1/roads/{road}/analyses", headers=wang, json={"kind": "review"})
    job(client, asked, "failed")
    if platform.store.engine.dialect.name == "sqlite":
        states = {line.check: line.state for line in examine(Settings(data=tmp_path), quick=True)}
        assert (states["decisions"], states["audit"]) == ("error", "ok")
