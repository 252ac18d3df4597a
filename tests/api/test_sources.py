"""Sources against one another on the platform: enterprises beside a balance, meters under constraints, and their doubts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from holding import dataset, upload

from serving import add, enter, job, server
from tanheng.activity import bottom_up, reconcile_measurements

BALANCE = "entity,period,region,sector,item,amount,unit\n示例市,2021,CN-51,钢铁,煤炭,0.1,万t\n示例市,2021,CN-51,水泥,煤炭,50,t\n示例市,2021,CN-51,水泥,柴油,9,t\n"
FIRMS = "entity,period,region,sector,item,amount,unit\n甲,2021,CN-51,钢铁,煤炭,700,t\n乙,2021,CN-51,钢铁,煤炭,400,t\n丙,2021,CN-51,水泥,煤炭,30,t\n"
METERS = "名称,数值,单位,不确定度\n总表,100,t,1\n一车间,66,t,1\n二车间,40,t,1\n锅炉,25,t,1\n窑,35,t,1\n"
EQUATIONS = ["一车间 + 二车间 = 总表", "锅炉 + 窑 = 一车间"]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[TestClient, dict[str, str]]]:
    with server(tmp_path_factory.mktemp("sources")) as client:
        add(client, "wang", ["analyst"], [("region", "CN-51")])
        add(client, "far", ["analyst"], [("region", "CN-12")])
        add(client, "looks", ["reviewer"], [("region", "CN-51")])
        yield client, enter(client, "wang")


def compared(
    client: TestClient, head: dict[str, str], firms: str, balance: str, **more: Any
) -> dict[str, Any]:
    asked = {
        "name": "煤炭",
        "enterprises": [firms],
        "balance": balance,
        "by": ["period", "item", "sector"],
        **more,
    }
    return job(client, client.post("/api/v1/sources/bottom-up", headers=head, json=asked))


@pytest.fixture(scope="module")
def sets(made: Any) -> tuple[str, str]:
    client, head = made
    where = {"region": "CN-51"}
    return dataset(client, head, FIRMS, "企业", **where), dataset(client, head, BALANCE, "平衡表", **where)


def doubts(client: TestClient, check: str) -> dict[str, dict[str, Any]]:
    rows = client.get("/api/v1/doubts", params={"where": f"source_check={check}"}).json()["rows"]
    return {row["code"]: row for row in rows}


def test_cells_are_those_of_the_library_and_the_findings_are_doubts(made: Any, sets: tuple[str, str]) -> None:
    client, head = made
    told = compared(client, head, *sets)
    name = told["sources"]
    rows = client.get(f"/api/v1/sources/{name}/table").json()["rows"]
    files = [file.encode() for file in (FIRMS, BALANCE)]
    expected = bottom_up(*[_frame(file) for file in files], by=("period", "item", "sector")).table
    assert [(row["verdict"], row["enterprises"], row["balance"]) for row in rows] == list(
        expected.select("verdict", "enterprises", "balance").iter_rows()
    )
    found = client.get(f"/api/v1/sources/{name}").json()
    assert found["found"]["verdicts"] == {"excess": 1, "short": 1, "uncovered": 1}
    assert [(one["role"], one["name"]) for one in found["of"]] == [
        ("balance", "平衡表"),
        ("enterprises", "企业"),
    ]
    kept = doubts(client, name)
    assert set(kept) == {"Q-050", "Q-052", "Q-053"}
    assert kept["Q-050"]["level"] == "error"
    assert len(kept) == told["findings"]
    assert client.get("/api/v1/sources").json()["rows"][0]["open"] == 3


def test_answers_are_carried_to_the_next_check_of_the_name_and_what_is_gone_is_corrected(
    made: Any, sets: tuple[str, str]
) -> None:
    client, head = made
    first = doubts(client, compared(client, head, *sets)["sources"])["Q-053"]
    answer = client.post(
        f"/api/v1/doubts/{first['id']}", headers=head, json={"state": "accepted", "note": "小厂未报"}
    )
    assert answer.status_code == 200, answer.text
    mended = dataset(client, head, FIRMS.replace("700", "580"), "企业", region="CN-51")
    again = doubts(client, compared(client, head, mended, sets[1])["sources"])
    assert (again["Q-053"]["state"], again["Q-050"]["state"]) == ("accepted", "corrected")
    rows = client.get("/api/v1/sources").json()["rows"]
    assert doubts(client, rows[-1]["id"]) == {}
    assert client.get(f"/api/v1/sources/{rows[-1]['id']}").json()["newest"] == rows[0]["id"]


def test_meters_are_adjusted_and_the_gross_error_is_named(made: Any) -> None:
    client, head = made
    asked = {"name": "计量", "measurements": upload(client, head, METERS, "m.csv"), "constraints": EQUATIONS}
    name = job(client, client.post("/api/v1/sources/measurements", headers=head, json=asked))["sources"]
    found = client.get(f"/api/v1/sources/{name}").json()["found"]
    expected = reconcile_measurements(_frame(METERS.encode()), EQUATIONS)
    assert found["chi_square"] == pytest.approx(expected.chi_square)
    assert (found["consistent"], [one["name"] for one in found["suspects"]]) == (False, ["一车间"])
    rows = client.get(f"/api/v1/sources/{name}/table").json()["rows"]
    assert [row["adjusted"] for row in rows] == pytest.approx(expected.table.get_column("adjusted").to_list())
    assert {"Q-055", "Q-056"} <= set(doubts(client, name))
    assert client.get(f"/api/v1/sources/{name}/table", params={"format": "csv"}).text.count("一车间") == 1


@pytest.mark.parametrize(
    ("change", "code"),
    [({"constraints": ["一车间 = 没有的表"]}, "A-008"), ({"constraints": []}, "W-002"), ({"measurements": "0" * 32}, "T-002"), ({"level": 0}, "W-002")],
)  # fmt: skip
def test_what_cannot_be_reconciled_is_refused_at_once(made: Any, change: dict[str, Any], code: str) -> None:
    client, head = made
    asked = {
        "name": "x",
        "measurements": upload(client, head, METERS, "m.csv"),
        "constraints": EQUATIONS,
        **change,
    }
    answer = client.post("/api/v1/sources/measurements", headers=head, json=asked)
    assert (answer.status_code // 100, answer.json()["code"]) == (4, code), answer.text


def test_kinds_of_activity_that_are_mixed_end_the_job_with_their_names(made: Any) -> None:
    client, head = made
    rows = "entity,period,region,item,activity,amount,unit\n示例市,2021,CN-51,煤炭,bought,1,t\n示例市,2021,CN-51,煤炭,sold,2,t\n"
    mixed = dataset(client, head, rows, "混合", region="CN-51")
    asked = {"name": "混合", "enterprises": [mixed], "balance": mixed}
    ended = job(client, client.post("/api/v1/sources/bottom-up", headers=head, json=asked), "failed")
    assert ended["error"]["code"] == "A-009"
    named = {"activities": ["bought"], "reported": ["bought"]}
    told = job(client, client.post("/api/v1/sources/bottom-up", headers=head, json={**asked, **named}))
    assert client.get(f"/api/v1/sources/{told['sources']}").json()["found"]["verdicts"] == {"agrees": 1}


def test_who_sees_the_place_sees_the_check_and_nobody_else(made: Any, sets: tuple[str, str]) -> None:
    client, head = made
    name = compared(client, head, *sets, name="区域")["sources"]
    enter(client, "looks")
    assert client.get(f"/api/v1/sources/{name}").status_code == 200
    enter(client, "far")
    assert client.get(f"/api/v1/sources/{name}").status_code == 404
    assert client.get(f"/api/v1/sources/{name}/table").status_code == 404
    assert client.get("/api/v1/sources").json()["rows"] == []
    assert doubts(client, name) == {}
    head.update(enter(client, "wang"))


def _frame(content: bytes) -> Any:
    import polars as pl

    return pl.read_csv(content)


def test_enterprises_of_another_place_are_held_against_no_balance_here(made: Any) -> None:
    client, _ = made
    add(client, "whole", ["analyst"])
    head = enter(client, "whole")
    firms = dataset(client, head, FIRMS.replace("700", "777123"), "外省企业", region="CN-12")
    balance = dataset(client, head, BALANCE, "省平衡表", region="CN-51")
    asked = {"name": "外省", "enterprises": [firms], "balance": balance}
    answer = client.post("/api/v1/sources/bottom-up", headers=head, json=asked)
    assert (answer.status_code, answer.json()["code"]) == (422, "W-025")
    city = dataset(client, head, FIRMS, "市企业", region="CN-5101")
    checked = job(
        client, client.post("/api/v1/sources/bottom-up", headers=head, json={**asked, "enterprises": [city]})
    )
    made[1].update(enter(client, "wang"))
    assert client.get(f"/api/v1/sources/{checked['sources']}/table").status_code == 200
    assert "777" not in client.get("/api/v1/doubts").text


def test_more_measurements_than_a_square_of_them_has_room_for_are_refused(made: Any) -> None:
    client, head = made
    meters = METERS + "".join(f"表{at},1,t,1\n" for at in range(2_000))
    file = upload(client, head, meters, "m.csv")
    asked = {"name": "x", "measurements": file, "constraints": EQUATIONS}
    answer = client.post("/api/v1/sources/measurements", headers=head, json=asked)
    assert (answer.status_code, answer.json()["code"]) == (422, "A-008")
