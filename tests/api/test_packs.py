"""Packs of one's own: checked by the library's rules, kept as versions, used in a run by choice, of one organisation alone."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import pytest
from fastapi.testclient import TestClient
from holding import dataset, upload

from serving import add, enter, job, server

COAL = "entity,region,period,item,amount,unit\n甲厂,四川省,2021,煤炭,100,t\n"
OWN = "id,item,gas,value,unit,region,year_valid_from,source_title\nown.power,电力,CO2,0.5,tCO2/MWh,CN-51,2021,本单位实测\n"
POWER = "entity,region,period,sector,item,amount,unit\n甲厂,四川省,2021,商业,电力,100,MWh\n"
METHOD = (files("tanheng.packs") / "methods" / "sichuan-park-2022.yaml").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[TestClient, dict[str, str]]]:
    with server(tmp_path_factory.mktemp("packs")) as client:
        add(client, "wang", ["analyst"])
        yield client, enter(client, "wang")


def keep(made: tuple[TestClient, dict[str, str]], text: str, kind: str, name: str, file: str) -> Any:
    client, head = made
    asked = {"upload": upload(client, head, text, file), "kind": kind, "name": name}
    return client.post("/api/v1/packs", headers={**head, "accept-language": "zh"}, json=asked)


def test_faults_are_told_with_line_column_and_mend(made: Any) -> None:
    answer = keep(made, OWN.replace("tCO2/MWh", "袋"), "factors", "错包", "wrong.csv")
    assert answer.status_code == 422
    assert answer.json()["code"] == "W-060"
    (row,) = answer.json()["rows"]
    assert (row["file"], row["row"], row["column"], row["value"]) == ("wrong.csv", 2, "unit", "袋")
    assert row["reason"]
    assert row["remedy"]
    answer = keep(made, METHOD.replace("formula:", "formel:", 1), "method", "错法", "wrong.yaml")
    assert answer.status_code == 422
    assert answer.json()["code"] == "P-001"
    assert answer.json()["where"]["line"] > 1


def test_a_pack_has_versions_and_a_method_of_ones_own_accounts(made: Any) -> None:
    client, head = made
    own = METHOD.replace("id: sichuan-park-2022", "id: our-park", 1)
    first = keep(made, own, "method", "本单位方法", "our-park.yaml").json()
    second = keep(made, own + "\n", "method", "本单位方法", "our-park.yaml").json()
    assert (first["number"], second["number"], second["method"]) == (1, 2, "our-park")
    listed = client.get("/api/v1/packs", headers=head).json()["rows"]
    assert {row["id"] for row in listed} >= {first["id"], second["id"]}
    data = dataset(client, head, COAL, "甲厂")
    for method, version in ((first["id"], first["id"]), ("our-park", second["id"])):
        asked = {"dataset": data, "method": method, "name": "自有方法"}
        done = job(client, client.post("/api/v1/runs", headers=head, json=asked))
        run = client.get(f"/api/v1/runs/{done['run']}", headers=head).json()
        assert (run["method"], run["about"]["pack"]) == ("our-park", version)
        proof = client.get(f"/api/v1/runs/{done['run']}/proof", headers=head).json()["method"]
        assert (proof["id"], proof["address"]) == ("our-park", f"/api/v1/methods/{version}")
    assert client.get(f"/api/v1/runs/{done['run']}/table", headers=head).json()["rows"][0]["emission"] > 0


def test_a_method_of_ones_own_is_seen_by_its_name_with_its_versions(made: Any) -> None:
    client, head = made
    own = METHOD.replace("id: sichuan-park-2022", "id: seen-park", 1)
    first = keep(made, own, "method", "看得到", "seen-park.yaml").json()
    second = keep(
        made, own.replace('version: "2022"', 'version: "2023"', 1), "method", "看得到", "seen-park.yaml"
    ).json()
    seen = client.get("/api/v1/methods/seen-park").json()
    assert (seen["own"], [one["id"] for one in seen["versions"]]) == (
        second["id"],
        [second["id"], first["id"]],
    )
    assert client.get(f"/api/v1/methods/{first['id']}").json()["version"] != seen["version"]
    (row,) = client.get("/api/v1/methods", params={"where": "id=seen-park"}).json()["rows"]
    assert (row["own"], row["number"], row["made_by"]) == (True, 2, "wang")
    formulas = {one["formula"] for one in client.get("/api/v1/methods/seen-park/rules").json()["rows"]}
    shipped = client.get("/api/v1/methods/sichuan-park-2022/rules").json()["rows"]
    assert formulas == {one["formula"] for one in shipped}
    assert client.get("/api/v1/methods/seen-park/template").status_code == 200
    assert client.get("/api/v1/methods/sichuan-park-2022").json()["own"] is None
    answer = keep(made, METHOD, "method", "同名", "sichuan-park-2022.yaml")
    assert (answer.status_code, answer.json()["code"]) == (422, "W-061")
    add(client, "qi", ["analyst"], tenant="又一单位")
    other = enter(client, "qi")
    assert client.get("/api/v1/methods/seen-park", headers=other).status_code == 404
    assert client.get("/api/v1/methods", params={"where": "id=seen-park"}).json()["total"] == 0
    head.update(enter(client, "wang"))


def test_factors_of_ones_own_are_used_where_they_are_chosen(made: Any) -> None:
    client, head = made
    pack = keep(made, OWN, "factors", "实测电", "own.csv")
    assert pack.status_code == 201, pack.text
    data = dataset(client, head, POWER, "甲厂电")
    asked = {"dataset": data, "method": "gpc-cn", "name": "自有因子", "packs": [pack.json()["id"]]}
    done = job(client, client.post("/api/v1/runs", headers=head, json=asked))
    plain = job(client, client.post("/api/v1/runs", headers=head, json={**asked, "name": "库", "packs": []}))
    assert done["total"] == pytest.approx(50)
    assert plain["total"] != pytest.approx(50)


def test_nobody_else_sees_or_uses_a_pack(made: Any) -> None:
    client, _head = made
    pack = keep(made, OWN, "factors", "别家看不到", "own.csv").json()["id"]
    add(client, "zhao", ["analyst"], tenant="别的单位")
    other = enter(client, "zhao")
    assert client.get("/api/v1/packs", headers=other).json()["total"] == 0
    data = dataset(client, other, COAL, "他厂")
    asked = {"dataset": data, "method": "sichuan-park-2022", "name": "x", "packs": [pack]}
    assert client.post("/api/v1/runs", headers=other, json=asked).status_code == 404
    assert (
        client.post("/api/v1/runs", headers=other, json={**asked, "packs": [], "method": pack}).status_code
        == 404
    )
    enter(client, "wang")
