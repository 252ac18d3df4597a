"""The GPC page: the totals of the library side by side, category by category, to the kilogram."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient
from holding import run, upload

import tanheng as th
from serving import job
from shared import GPC_CITIES, gpc_city, needs_shared
from tanheng.inventory.categories.gpc import total_names
from tanheng.inventory.reported.reading import read_reported

SIDES = {"basic": "basic_t", "basic_plus": "basic_plus_t", "territorial": "territorial_t"}
OWN = (
    "entity,period,region,sector,item,amount,unit\n"
    "甲市,2020,福建省,工业,柴油,1,t\n甲市,2021,福建省,发电,柴油,2,t\n甲市,2021,福建省,工业,柴油,3,t\n"
    "甲市,2021,福建省,商业,电力,30,MWh\n乙市,2021,福建省,工业,柴油,5,t\n"
)


def lines(client: TestClient, name: str, **asked: Any) -> Any:
    answer = client.get(f"/api/v1/runs/{name}/gpc", params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


def of(found: Any, line: str) -> dict[str, Any]:
    return {row["category"]: row for row in found["rows"] if row["line"] == line}


@needs_shared
@pytest.mark.shared
@pytest.mark.parametrize("city", GPC_CITIES)
def test_a_city_has_every_total_to_the_kilogram(client: TestClient, head: dict[str, str], city: str) -> None:
    file = gpc_city(city)
    known = read_reported(file)
    asked = {"upload": upload(client, head, file.read_bytes(), "city.csv"), "name": city, "year": "2022", "entity": city}  # fmt: skip
    name = job(client, client.post("/api/v1/reported", headers=head, json=asked))["run"]
    found = lines(client, name)
    totals, sectors, categories = (of(found, line) for line in ("total", "sector", "category"))
    assert [*totals] == [rule["total"] for rule in total_names()]
    for total, row in totals.items():
        assert (row["emission"] or 0) == pytest.approx(known.totals()[total], abs=1e-3), total
    for side, total in SIDES.items():
        for rows in (sectors, categories):
            added = sum(row[side] or 0 for row in rows.values())
            assert added == pytest.approx(known.totals()[total], abs=1e-3), side
    assert found["refused"] == known.refused.height
    assert found["refused_keys"] == known.to_dict()["refused_notation_keys"]
    named = sum(row["refused"] for row in categories.values())
    assert (named, found["refused_nameless"]) == (
        known.refused.height - known.blank_references,
        known.blank_references,
    )
    assert len(categories) >= 48
    for row in categories.values():
        if row["refused"] and row["emission"] is None:
            assert row["state"] == "unanswered", "an unknown key answers nothing, and is no zero"


def test_generation_counts_in_the_territorial_total_alone(client: TestClient, head: dict[str, str]) -> None:
    name = run(client, head, OWN, name="各市")
    found = lines(client, name, entity="甲市")
    rows = of(found, "category")
    assert (found["period"], found["entity"]) == ("2021", "甲市")
    supplied = rows["I.4.4"]
    assert supplied["territorial"] == supplied["emission"] > 0
    assert (supplied["basic"], supplied["basic_plus"]) == (None, None)
    assert rows["I.3.1"]["basic"] == rows["I.3.1"]["territorial"] > 0
    assert rows["I.2.2"]["basic"] > 0
    assert rows["I.2.2"]["territorial"] is None
    assert (rows["II.1.3"]["state"], rows["II.1.3"]["notation"]) == ("NE", "NE")
    assert rows["II.1.3"]["reason"]
    assert rows["I.1.1"]["state"] == "unanswered"
    table = th.account(
        {"entity": ["甲市"] * 3, "period": ["2021"] * 3, "region": ["福建省"] * 3, "sector": ["发电", "工业", "商业"],
         "item": ["柴油", "柴油", "电力"], "amount": [2, 3, 30], "unit": ["t", "t", "MWh"]}, "gpc-cn",
    )  # fmt: skip
    totals = th.inventory.gpc_totals(table)
    assert {total: row["emission"] or 0 for total, row in of(found, "total").items()} == {
        total: pytest.approx(value) for total, value in totals.items() if total != "unplaced_t"
    }
    proof = client.get(
        f"/api/v1/runs/{name}/proof", params={"cell": ["gpc=I.4.4", "entity=甲市", "period=2021"]}
    )
    assert proof.json()["value"] == supplied["emission"]


def test_several_cities_are_not_added_up_unasked(client: TestClient, head: dict[str, str]) -> None:
    name = run(client, head, OWN, name="两市")
    answer = client.get(f"/api/v1/runs/{name}/gpc")
    assert answer.status_code == 422
    assert "甲市" in answer.json()["detail"]
    both = of(lines(client, name, entity="*"), "total")["basic_t"]["emission"]
    each = [of(lines(client, name, entity=who), "total")["basic_t"]["emission"] for who in ("甲市", "乙市")]
    assert both == pytest.approx(sum(each))


def test_a_run_that_knows_no_gpc_says_so(client: TestClient, head: dict[str, str]) -> None:
    name = run(client, head, "entity,period,item,amount,unit\n四川省,2021,煤品,1,t\n", "sichuan-park-2022", "园区")  # fmt: skip
    answer = client.get(f"/api/v1/runs/{name}/gpc")
    assert answer.status_code in (404, 422)
    assert "gpc" in answer.json()["detail"].lower()


def test_an_english_table_speaks_english(client: TestClient, head: dict[str, str]) -> None:
    name = run(client, head, OWN, name="英文")
    answer = client.get(f"/api/v1/runs/{name}/gpc", params={"entity": "*"}, headers={"accept-language": "en"})
    rows = of(answer.json(), "category")
    assert rows["I.1.1"]["name"] == "Emissions from fuel combustion within the city boundary"
    assert all(not "\u4e00" <= letter <= "\u9fff" for row in rows.values() for letter in row["name"] + row["subsector_name"])  # fmt: skip
