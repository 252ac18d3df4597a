"""Inventories made elsewhere on the platform: read by a job, seen in the explorer, compared, proven, released."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient
from holding import run, upload

from serving import add, enter, job
from shared import GPC_CITIES, ceads, gpc_city, needs_shared
from tanheng.inventory.reported.reading import read_reported

PEOPLE = {"wang": ["analyst"], "li": ["approver"]}
OWN = (
    "reference,emission,unit,notation,reason,year\n"
    "I.1.1,1.5,kt CO2e,,,2020\nI.1.1,1.2,kt CO2e,,,2021\nI.4.4,700,t CO2e,,,2021\nV.2,-20.5,t CO2e,,,2021\n"
    "I.1.2,,,IE,in I.2.2,2021\nI.2.1,,,RN,,2021\n"
)


def reported(client: TestClient, head: dict[str, str], text: str | bytes, name: str, state: str = "done", **more: object) -> dict[str, object]:  # fmt: skip
    asked = {"upload": upload(client, head, text, more.pop("file", "city.csv")), "name": name, **more}  # type: ignore[arg-type]
    return job(client, client.post("/api/v1/reported", headers=head, json=asked), state)


@needs_shared
@pytest.mark.shared
@pytest.mark.parametrize("city", GPC_CITIES)
def test_a_city_has_its_totals_to_the_kilogram(client: TestClient, head: dict[str, str], city: str) -> None:
    file = gpc_city(city)
    known = read_reported(file)
    done = reported(client, head, file.read_bytes(), city, year="2022", entity=city)
    assert done["total"] == pytest.approx(known.totals()["basic_plus_t"], abs=1e-3)
    assert done["refused"] == known.refused.height
    rows = client.get(f"/api/v1/runs/{done['run']}/table?by=scope").json()["rows"]
    memo = client.get(f"/api/v1/runs/{done['run']}/table?by=scope&memo=true").json()["rows"]
    by_scope = {scope: sum(row["emission"] or 0 for row in [*rows, *memo] if str(row["scope"]) == scope) for scope in "123"}  # fmt: skip
    for scope in "123":
        assert by_scope[scope] == pytest.approx(known.totals()[f"scope{scope}_t"], abs=1e-3)
    doubts = client.get(f"/api/v1/datasets/{done['dataset']}/doubts").json()["rows"]
    (keys,) = [row for row in doubts if row["code"] == "I-202"]
    assert "RN" in keys["facts"]["message_zh"]
    refused = client.get(f"/api/v1/datasets/{done['dataset']}/refused").json()["rows"]
    assert any("RN" in row["__reason"] for row in refused)


@needs_shared
@pytest.mark.shared
def test_ceads_is_found_by_its_header_and_proven_to_the_row(client: TestClient, head: dict[str, str]) -> None:
    lines = ceads("liaoning_tianjin_sichuan_sector_fuel_1997_2019_long.csv").read_text(encoding="utf-8").splitlines()  # fmt: skip
    some = [line for line in lines[1:] if ",2018," in line or ",2019," in line]
    done = reported(client, head, "\n".join([lines[0], *some]), "CEADs", file="ceads.csv")
    run_ = client.get(f"/api/v1/runs/{done['run']}").json()
    assert (run_["method"], run_["unit"], run_["first_day"], run_["last_day"]) == ("reported-co2", "t CO2", "2018", "2019")  # fmt: skip
    table = client.get(f"/api/v1/runs/{done['run']}/table?by=entity&by=period").json()["rows"]
    assert len(table) == 6
    assert sum(row["emission"] for row in table) == pytest.approx(float(str(done["total"])))
    proof = client.get(f"/api/v1/runs/{done['run']}/proof", params={"cell": ["ceads_sector=28", "period=2019", "item=raw_coal"]})  # fmt: skip
    assert proof.status_code == 200, proof.text
    assert "ceads.csv" in proof.text


def test_every_year_of_a_file_is_read_and_a_removal_lowers_the_total(client: TestClient, head: dict[str, str]) -> None:  # fmt: skip
    done = reported(client, head, OWN, "甲市", region="CN-51", entity="甲市", source="甲市统计局", licence="内部资料")  # fmt: skip
    by_year = {row["period"]: row["emission"] for row in client.get(f"/api/v1/runs/{done['run']}/table?by=period").json()["rows"]}  # fmt: skip
    assert by_year == {"2020": 1500.0, "2021": 1179.5}
    memo = client.get(f"/api/v1/runs/{done['run']}/table?by=gpc&memo=true").json()["rows"]
    assert [(row["gpc"], row["emission"]) for row in memo] == [("I.4.4", 700.0)]
    keys = client.get(f"/api/v1/runs/{done['run']}/notation").json()["rows"]
    assert [(row["category"], row["notation_key"]) for row in keys] == [
        ("I.1.2 居住建筑：城市边界内消费电网供应能源的排放", "IE")
    ], keys
    proof = client.get(f"/api/v1/runs/{done['run']}/proof", params={"cell": ["gpc=V.2"]}).json()
    assert proof["value"] == -20.5
    row = proof["steps"][0]["rows"][0]
    assert (row["file"], row["row"]) == ("city.csv", 5)
    about = client.get(f"/api/v1/runs/{done['run']}").json()["about"]
    assert (about["source"], about["licence"]) == ("甲市统计局", "内部资料")


def test_it_is_compared_with_an_accounted_run_and_released(client: TestClient, head: dict[str, str]) -> None:
    one = str(reported(client, head, OWN, "乙市", region="CN-51", entity="乙市")["run"])
    other = run(client, head)
    compared = client.get("/api/v1/comparisons", params={"old": one, "new": other, "limit": 1000})
    assert compared.status_code == 200, compared.text
    rows = compared.json()["rows"]
    totals = [client.get(f"/api/v1/runs/{name}").json()["total"] for name in (one, other)]
    assert [sum(row[side] or 0 for row in rows) for side in ("old", "new")] == pytest.approx(totals)
    asked = {"run": one, "name": "乙市清单", "why": "已有清单"}
    made = client.post("/api/v1/releases", headers=head, json=asked)
    assert made.status_code == 201, made.text
    name = made.json()["id"]
    other_head = enter(client, "li")
    job(client, client.post(f"/api/v1/releases/{name}/approve", headers=other_head, json={"said": "同意"}))
    found = job(client, client.post(f"/api/v1/releases/{name}/verify", headers=other_head))
    assert found["ok"], found


@pytest.mark.parametrize(
    ("text", "more", "said"),
    [
        ("reference,emission,unit\nI.1.1,1,t CO2e\n", {}, "I-002"),
        ("entity,period,item,amount,unit\n甲,2021,柴油,1,t\n", {}, "I-002"),
        ("a,b\n1,2\n", {"format": "long"}, "A-001"),
    ],
)
def test_what_is_no_inventory_is_refused_with_its_reason(
    client: TestClient, head: dict[str, str], text: str, more: dict[str, str], said: str
) -> None:
    done = reported(client, head, text, "丙市", state="failed", **more)
    assert said in str(done)


def test_a_reviewer_cannot_make_one(client: TestClient) -> None:
    add(client, "zhao", ["reviewer"])
    answer = client.post("/api/v1/reported", headers=enter(client, "zhao"), json={"upload": "x", "name": "y"})
    assert answer.status_code == 403


def test_what_no_row_states_is_a_cell_too(client: TestClient, head: dict[str, str]) -> None:
    """The tables show rows without a sector under an empty code: it opens like any other."""
    name = reported(client, head, OWN, "戊市", region="CN-51", entity="戊市")["run"]
    (row,) = client.get(f"/api/v1/runs/{name}/table?by=sector").json()["rows"]
    assert row["sector"] == ""
    inside = client.get(f"/api/v1/runs/{name}/table", params={"cell": ["sector="]})
    assert inside.status_code == 200, inside.text
    assert inside.json()["rows"][0]["emission"] == row["emission"]
    proof = client.get(f"/api/v1/runs/{name}/proof", params={"cell": ["sector="]})
    assert proof.json()["value"] == row["emission"]
    assert client.get(f"/api/v1/runs/{name}/table", params={"cell": ["item="]}).status_code == 422


def test_a_reported_figure_is_graded_as_one_whose_factors_are_not_known(client: TestClient, head: dict[str, str]) -> None:  # fmt: skip
    name = reported(client, head, OWN, "己市", region="CN-51", entity="己市")["run"]
    told = client.get(f"/api/v1/runs/{name}/grades").json()
    (row,) = told["rows"]
    assert (row["grade"], row["state"], row["share"]) == ("D", "reported", 100.0)
    assert "因子此处不知" in row["meaning"]
    assert told["title"] == "grade D"
    by_gpc = client.get(f"/api/v1/runs/{name}/grades?by=gpc").json()["rows"]
    assert {one["grade"] for one in by_gpc} == {"D"}
    (step,) = client.get(f"/api/v1/runs/{name}/proof", params={"cell": ["gpc=V.2"]}).json()["steps"]
    assert [one["check"] for one in step["inputs"]] == ["reported"]


def test_what_is_accounted_here_is_never_as_reported(client: TestClient, head: dict[str, str]) -> None:
    name = run(client, head)
    states = {row["state"] for row in client.get(f"/api/v1/runs/{name}/grades").json()["rows"]}
    assert "reported" not in states
